"""A profile in plain words. Pure.

Each line says what holds; in brackets stands where it comes from, as the short name of a policy and
the heading of its section.
"""

from collections.abc import Collection, Iterator
from typing import Any

from counterseal.policy import choices, words
from counterseal.policy.classes import CATEGORIES, CaseClass, Category, Gate
from counterseal.policy.document import SECTIONS
from counterseal.policy.fields import Source, keys_of
from counterseal.policy.profile import Profile
from counterseal.policy.tighten import Change, Direction, plain

_CLASSES = {
    CaseClass.HARD_STOP: "Hard stop: nothing is looked at or kept, and the police are called",
    CaseClass.NO_CAPTURE: "No capture: everything stops, and the police are called",
    CaseClass.POLICE_FIRST: "Police first: they are told before anything is collected",
    CaseClass.ADVICE: "Advice first: nothing is collected before it",
    CaseClass.GO_ON: "Go on",
}
_GATES = {
    Gate.ADVICE: "advice first",
    Gate.APPROVAL: "approval first",
    Gate.POLICE: "police first",
    Gate.PERMISSION: "the police have to agree",
}
_WHEN = {"at-once": "at once", "same-day": "on the same day", "soon": "soon"}
_SUBJECTS = {
    "pupil": "pupils",
    "staff": "staff",
    "other": "other people",
    "unknown": "somebody unknown",
}
_DECIDES = {
    "victim": "the person who is bullied",
    "designated-person": "the person in charge of the case",
}
_COPIES = {
    "school-decides": "for the school to decide",
    "sealed-envelope": "in a sealed envelope",
    "none": "none",
}
_WORDS = {
    "audit": "audit",
    "crime": "crime",
    "internal": "the school's own response",
    "it": "IT",
    "no-substance": "nothing in it",
    "other": "another body",
    "safeguarding": "keeping people safe",
    "standards": "standards",
    "system-security": "secure systems",
    "unauthorised-use": "unauthorised use",
}
"""Words that are neither roles nor bodies."""
_MARKS = {Direction.STRICTER: "stricter", Direction.LOOSER: "LESS STRICT", Direction.OTHER: "other"}


def explained(policy: Profile) -> list[str]:
    """Return a whole profile as lines for people."""
    lines = [f"{policy.title} ({policy.name})", f"Fingerprint {grouped(policy.sha256)}"]
    parts = (
        ("Where the rules come from", _sources(policy)),
        ("What each kind of concern leads to", _categories(policy)),
        ("Before anything is looked at", _before(policy)),
        ("The browser of a session", _browser(policy)),
        ("Who is told", _told(policy)),
        ("What the record asks", _asks(policy)),
        ("Passphrases and media", _keys_and_media(policy)),
        ("How long a case is kept", _retention(policy)),
        ("Whom to turn to", _support(policy)),
        ("How a case can go on", _outcomes(policy)),
        ("Incidents, and what the school does about each", _incidents(policy)),
        ("Uses that the policy judges", _uses(policy)),
        ("Laws that the policies cite (never a charge; some have been replaced)", _laws(policy)),
        ("What else the policies say", (_sourced(n.text, n) for n in policy.note.values())),
    )
    for title, found in parts:
        listed = list(found)
        if listed:
            lines += ["", title, *(f"   {line}" for line in listed)]
    return lines


def as_dict(policy: Profile) -> dict[str, object]:
    """Return a whole profile for `--json`."""
    found: dict[str, object] = {
        "name": policy.name,
        "title": policy.title,
        "sha256": policy.sha256,
        "size": len(policy.content),
    }
    for section in SECTIONS:
        held = policy.sections[section.name]
        found[section.name] = (
            _plain_rule(held) if section.single else {i: _plain_rule(r) for i, r in held.items()}
        )
    return found


def difference(changes: Collection[Change]) -> list[str]:
    """Return what differs between two profiles as lines for people."""
    return [f"{_MARKS[c.direction]:<12} {c.rule}: {_turn(c)}" for c in changes]


def grouped(sha256: str) -> str:
    """Return the first half of a fingerprint in groups that can be read aloud."""
    return " ".join(sha256[place : place + 4] for place in range(0, 32, 4))


def _turn(change: Change) -> str:
    before, after = (_shown(value) for value in (change.before, change.after))
    if change.before is None:
        return f"new: {after}"
    return f"left out: {before}" if change.after is None else f"{before} → {after}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(str(item) for item in sorted(value)) or "nothing"
    return str(value) or "nothing"


def _sourced(text: str, rule: Any) -> str:  # noqa: ANN401  (any kind of rule)
    source: Source | None = rule.source
    return f"{text} [{source.policy}, {source.section.rstrip(':;')}]" if source else text


def _sources(policy: Profile) -> Iterator[str]:
    named = {rule.source.policy for _name, rule in policy.rules() if getattr(rule, "source", None)}
    for name, source in sorted(policy.sources.items()):
        if name in named:
            yield f"{name}: {source.title} ({source.dated})"


def _categories(policy: Profile) -> Iterator[str]:
    for chosen, words_of_class in _CLASSES.items():
        found = [c for c in policy.categories.values() if c.graver is chosen]
        if found:
            yield f"{words_of_class}:"
            for category in found:
                yield f"   {category.number:>2}. {category.label}{_more(category)}"
                yield from (f"       such as: {example}" for example in sorted(category.examples))


def _more(category: Category) -> str:
    found = []
    if category.lesser is not None:
        found.append(f"{category.lesser_label}: {_CLASSES[category.lesser].split(':')[0].lower()}")
    if category.gates is not None:
        found.append(" and ".join(_GATES[gate] for gate in sorted(category.gates)))
    if category.log_only:
        found.append("recorded without collecting anything")
    if not category.pictures:
        found.append("in words, without pictures")
    return f" ({'; '.join(found)})" if found else ""


def _before(policy: Profile) -> Iterator[str]:
    advice, approval, police = policy.advice, policy.approval, policy.police
    about = _who_it_is_about(advice.before_review)
    advisers = _named(policy, advice.advisers)
    yield _sourced(f"Advice comes first in every case about {about}; from: {advisers}.", advice)
    asked = _named(policy, approval.consulted)
    grounds = _named(policy, approval.grounds, " or ")
    yield _sourced(
        f"A private message is looked at only on grounds of {grounds}, once {asked} were asked, "
        f"it was weighed, and the {policy.label('chair')} approved.",
        approval,
    )
    decides = _DECIDES[police.bullying_decided_by]
    yield _sourced(
        f"Whether the police are told of bullying is for {decides} to say; the wishes of whoever "
        "was hurt, the decision and its reason are recorded, and for threats the police are "
        "suggested all the same.",
        police,
    )
    purposes = _named(policy, policy.purposes.allowed)
    yield _sourced(f"The school may look for: {purposes}.", policy.purposes)
    yield _sourced("It is asked whether users were told of monitoring.", policy.monitoring)


def _browser(policy: Profile) -> Iterator[str]:
    yield from (_sourced(line, policy.browser) for line in choices.chosen(policy.browser))


def _told(policy: Profile) -> Iterator[str]:
    for rule in policy.told.values():
        who = _named(policy, rule.who)
        other = _named(policy, rule.or_else, " or ")
        instead = f" (or else {other})" if other else ""
        about = _who_it_is_about(rule.subjects)
        kinds = _numbers(rule.categories)
        yield _sourced(f"{who}{instead}, {_WHEN[rule.when]}: cases about {about}, {kinds}.", rule)
    for word, stand_in in policy.stand_in.items():
        text = f"In a case about the {policy.label(word)}: the {policy.label(stand_in.by)} instead."
        yield _sourced(text, stand_in)


def _asks(policy: Profile) -> Iterator[str]:
    for rule_id, rule in policy.ask.items():
        only = "" if rule.categories == frozenset(CATEGORIES) else f" ({_numbers(rule.categories)})"
        yield _sourced(f"{rule.at}, {rule_id}: {rule.label}{only}", rule)


def _keys_and_media(policy: Profile) -> Iterator[str]:
    keys, media = policy.passphrases, policy.media
    often = f"every {keys.change_every_days} days" if keys.change_every_days else "never"
    copy = _COPIES[keys.written_copy]
    yield _sourced(f"People are reminded to change their passphrase: {often}.", keys)
    yield _sourced(f"A copy of a passphrase on paper: {copy}.", keys)
    sticks = "only where nothing else will do" if media.removable == "avoid" else "allowed"
    yield _sourced(
        f"Evidence is always encrypted, never sent by ordinary e-mail and never on somebody's own "
        f"device; it is recorded how the recipient was identified; sticks are {sticks}.",
        media,
    )


def _retention(policy: Profile) -> Iterator[str]:
    for outcome, period in policy.retention.items():
        confirmed = "" if period.confirmed else " (a suggestion: the school has to confirm it)"
        yield _sourced(
            f"{_named(policy, {outcome})}: {period.months} months after closing{confirmed}", period
        )


def _support(policy: Profile) -> Iterator[str]:
    for rule in policy.support.values():
        known = " · ".join(part for part in (rule.name, rule.reach) if part)
        checked = f", checked on {rule.checked_on}" if rule.checked_on else ""
        yield _sourced(f"{rule.label}: {known or 'for the school to fill in'}{checked}", rule)


def _outcomes(policy: Profile) -> Iterator[str]:
    for way, rule in policy.outcome.items():
        only = "" if rule.subjects == frozenset(words.SUBJECTS) else f", {_subjects(rule.subjects)}"
        yield _sourced(
            f"{way}: {rule.label} (counts as: {_named(policy, {rule.group})}{only})", rule
        )


def _incidents(policy: Profile) -> Iterator[str]:
    yield from _ticked("Pupils", policy.pupil_incident, policy.pupil_action)
    yield from _ticked("Staff", policy.staff_incident, policy.staff_action)


def _ticked(title: str, incidents: Any, actions: Any) -> Iterator[str]:  # noqa: ANN401
    yield f"{title}:"
    for rule in incidents.values():
        ticked = "; ".join(actions[word].label for word in sorted(rule.actions))
        yield f"   {rule.label}: {ticked or 'not ticked yet'}"


def _uses(policy: Profile) -> Iterator[str]:
    for rule in policy.use.values():
        yield _sourced(f"{rule.label} ({rule.category}): {rule.standing or 'not said yet'}", rule)


def _laws(policy: Profile) -> Iterator[str]:
    for rule in policy.law.values():
        dated = f", as cited in {policy.sources[rule.source.policy].dated}" if rule.source else ""
        yield f"{rule.title}: {_numbers(rule.categories)}{dated}"


def _named(policy: Profile, found: Collection[str], between: str = ", ") -> str:
    return between.join(_WORDS.get(w) or policy.label(w) for w in sorted(found))


def _who_it_is_about(subjects: Collection[str]) -> str:
    return "anybody" if set(subjects) == set(words.SUBJECTS) else _subjects(subjects)


def _subjects(subjects: Collection[str]) -> str:
    return " or ".join(_SUBJECTS[word] for word in words.SUBJECTS if word in subjects) or "nobody"


def _numbers(categories: Collection[int]) -> str:
    if set(categories) == set(CATEGORIES):
        return "of every kind"
    return f"kinds {', '.join(str(number) for number in sorted(categories))}"


def _plain_rule(rule: Any) -> dict[str, object]:  # noqa: ANN401  (any kind of rule)
    return {
        key.key: {"policy": value.policy, "section": value.section}
        if isinstance(value, Source)
        else plain(value)
        for key in keys_of(type(rule))
        if (value := getattr(rule, key.name)) is not None
    }
