"""Who has still to be told of a case, by the school's rules. Pure.

The rules say who is told for which kind of case. Told is: who signed in it as the reporter, an
investigator or the authoriser, by the roles they hold; to whom it was referred; the police, once
they were informed or have let the school go on; and whoever a step says was told.
"""

from collections.abc import Mapping

from counterseal.custody.rules import Asking
from counterseal.custody.state import CaseState
from counterseal.errors import OutOfOrderError
from counterseal.keys.people import Keyset, Role
from counterseal.policy import words
from counterseal.policy.naming import one
from counterseal.policy.profile import Profile
from counterseal.policy.rows import Told

HEADS = ("headteacher", "chair")
"""Who is told of a departure: the Headteacher or the Chair; in a case about the Head, the Chair."""


def to_be_told(policy: Profile, state: CaseState, keyset: Keyset) -> Mapping[str, Told]:
    """Return every rule that wants somebody told of this case, by id; none before triage."""
    if not state.category:
        return {}
    return policy.told_of(state.category, state.subject, sorted(_away(state, keyset)))


def untold(policy: Profile, state: CaseState, keyset: Keyset) -> dict[str, Told]:
    """Return the rules by which somebody has still to be told, by id, with who is missing."""
    known, waived = _known(state, keyset), _waived(state)
    found = {}
    for rule_id, rule in to_be_told(policy, state, keyset).items():
        missing = rule.who - known - waived
        if missing and not rule.or_else & known:
            found[rule_id] = rule.only(missing)
    return found


def in_words(policy: Profile, rule: Told) -> str:
    """Return whom a rule wants told, as the school calls them."""
    who = ", ".join(sorted(one(policy, word) for word in rule.who))
    instead = " or ".join(sorted(one(policy, word) for word in rule.or_else))
    return f"{who} (or else {instead})" if instead else who


def everybody_told(asking: Asking) -> None:
    """A case is closed once everybody was told whom the school's rules name; never sooner."""
    missing = untold(asking.policy, asking.state, asking.keyset)
    if missing:
        who = "; ".join(dict.fromkeys(in_words(asking.policy, r) for r in missing.values()))
        what = f"By the school's rules somebody has still to be told: {who}."
        advice = (
            "Tell them and run `counterseal told record`, or record a departure from "
            '"people-told" and why.'
        )
        raise OutOfOrderError(what, advice=advice)
    if asking.state.to_explain:
        who = one(asking.policy, "chair" if _about_head(asking) else "headteacher")
        what = f"The {who} has still to be told of a departure from the procedure, and why."
        advice = "Tell them, then run `counterseal told record --about departure`."
        raise OutOfOrderError(what, advice=advice)


def told_fits(asking: Asking) -> None:
    """What is told of a departure is told to the Headteacher or the Chair, and after it."""
    facts = asking.proposal.facts
    if facts["about"] != "departure":
        return
    if not asking.state.departures:
        what = "Nobody has departed from the procedure in this case."
        raise OutOfOrderError(what, advice="Run `counterseal departure record` first.")
    able = HEADS[1:] if _about_head(asking) else HEADS
    if facts["who"] not in able:
        who = " or the ".join(one(asking.policy, word) for word in able)
        what = f"A departure is told to the {who}."
        raise OutOfOrderError(what, advice="Tell them, and record that.")


def _about_head(asking: Asking) -> bool:
    return "head" in _away(asking.state, asking.keyset)


def _away(state: CaseState, keyset: Keyset) -> set[str]:
    """Say about whom the case is, so that nobody is told of a case about themselves."""
    found = set(state.modifiers)
    for modifier, role in (("head", Role.HEADTEACHER), ("dsl", Role.DSL)):
        holders = {person.id for person in keyset.with_role(role)}
        if holders and holders <= state.barred:
            found.add(modifier)
    return found


def _known(state: CaseState, keyset: Keyset) -> set[str]:
    took_part = (state.reporter, state.authoriser, *state.investigators, *state.replacements)
    people = (keyset.find(person) for person in took_part)
    roles = {str(role) for person in people if person for role in person.roles}
    return set(state.told | (roles & set(words.WHO)))


def _waived(state: CaseState) -> set[str]:
    if "people-told" in state.departures:
        return set(words.WHO)
    return {"parents"} if "parents-told" in state.departures else set()
