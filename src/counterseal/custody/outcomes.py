"""Rules about judging, acting, closing, disposal, replacing and correcting. Pure.

Each is a guard, as in `rules.py`.
"""

from counterseal.custody.rules import Asking, refuse
from counterseal.custody.state import Stage
from counterseal.errors import OutOfOrderError
from counterseal.policy.keeping import kept_until

REMOVAL = "removal-after-capture"
"""The rule that something is kept before somebody is asked to take it down."""


def ready_to_judge(asking: Asking) -> None:
    """Judging comes after collecting is closed; a case that is only logged is judged at once."""
    log_only = asking.policy.category(asking.state.category).log_only
    if asking.state.stage is Stage.TRIAGED and not log_only:
        what = "Nothing has been collected yet."
        raise OutOfOrderError(what, advice="Authorise the case and open a session first.")


def answers_agree(asking: Asking) -> None:
    """The decision is what both answered; where they differ it is "not agreed"."""
    facts = asking.proposal.facts
    given = facts["answers"]
    if sorted(answer["person"] for answer in given) != sorted(asking.state.investigators):
        refuse("Both investigators judge, each alone.")
    if facts["decision"] != judged([answer["decision"] for answer in given]):
        refuse("The judgement is not what the two answered.")
    if bool(facts["outcomes"]) != (facts["decision"] == "yes"):
        refuse("An outcome is named where the concern has substance, and only there.")


def judged(answers: list[str]) -> str:
    """Return what two answers come to: advice wins, agreement counts, all else is "not agreed"."""
    if "needs-advice" in answers:
        return "needs-advice"
    return answers[0] if len(set(answers)) == 1 else "not-agreed"


def kept_before_removal(asking: Asking) -> None:
    """What is to be taken down is recorded first: afterwards there is nothing left to record."""
    asked = asking.proposal.facts["action"] == "removal-asked"
    if asked and not asking.state.concerns and REMOVAL not in asking.state.departures:
        refuse(
            "Nothing was recorded yet of what is to be taken down.",
            f'Record it in a session first, or record a departure from "{REMOVAL}" and why.',
        )


def ends_after_it_began(asking: Asking) -> None:
    """A filter is changed for a time that has an end."""
    if asking.proposal.facts["until"] < asking.proposal.facts["from"]:
        refuse("The change of the filter ends before it begins.", "Correct one of the two days.")


def entry_of_this_case(asking: Asking) -> None:
    """A correction is about an entry of the case; the original stays as it is."""
    if asking.proposal.facts["entry"] not in asking.state.own:
        refuse(f"Entry {asking.proposal.facts['entry']} is not one of this case.")


def no_gate_at_closing(asking: Asking) -> None:
    """A case that waits for somebody is not closed."""
    if asking.state.gates:
        what = "The case still waits for somebody, so it is not closed."
        raise OutOfOrderError(what)


def kept_until_later(asking: Asking) -> None:
    """A retention date lies in the future."""
    if asking.proposal.facts["retention"] <= asking.today:
        refuse("The date until which it is kept has to lie in the future.")


def kept_long_enough(asking: Asking) -> None:
    """A case is kept as long as the school's rules say, or longer; shorter only by a departure."""
    least = kept_until(asking.policy, asking.state.outcomes, asking.today)
    if (
        asking.proposal.facts["retention"] < least
        and "kept-long-enough" not in asking.state.departures
    ):
        refuse(
            f"By the school's rules this case is kept until {least} at least.",
            'Choose that day or a later one, or record a departure from "kept-long-enough" first.',
        )


def hold_stands(asking: Asking) -> None:
    """Only a hold that was placed is lifted."""
    if not asking.state.hold:
        what = "There is no hold on this case."
        raise OutOfOrderError(what)


def not_held(asking: Asking) -> None:
    """While there is a hold nothing of a case goes."""
    if asking.state.hold:
        refuse("There is a hold on this case, so nothing of it goes.")


def hold_free(asking: Asking) -> None:
    """One hold at a time."""
    if asking.state.hold:
        what = "There is a hold on this case already."
        raise OutOfOrderError(what)


def may_be_disposed_of(asking: Asking) -> None:
    """Disposal comes after the retention date, and never while there is a hold."""
    state = asking.state
    if state.disposed:
        what = "What the case held is gone already."
        raise OutOfOrderError(what)
    if state.hold:
        refuse("There is a hold on this case, so nothing of it is disposed of.")
    if not state.retention < asking.today:
        refuse(f"The case is kept until {state.retention}.")


def replacement_fits(asking: Asking) -> None:
    """One investigator leaves, another who has no other part in the case joins.

    Where both are the same person, nobody leaves: they get the case key again, under their new key.
    """
    state, facts = asking.state, asking.proposal.facts
    if facts["leaving"] not in state.investigators:
        refuse(f"{facts['leaving']} is not an investigator of this case.")
    if facts["joining"] == facts["leaving"]:
        if not facts["wraps"]:
            refuse(f"{facts['joining']} investigates this case already.")
    elif facts["joining"] in {*state.investigators, *state.barred, *state.replacements}:
        refuse(f"{facts['joining']} cannot join: they have another part in this case.")
    if facts["joining"] in {facts["authoriser"], state.authoriser}:
        refuse("Whoever authorises a case does not investigate it.")
    reserve = facts["reserve"]
    if reserve and (reserve != state.reserve or reserve == facts["joining"]):
        refuse("The reserve stays the same, or there is none any more.")


def seen_whole(asking: Asking) -> None:
    """A review covers all entries that the case has."""
    if asking.proposal.facts["upto"] != asking.state.entries:
        what = "The case went on meanwhile."
        raise OutOfOrderError(what, advice="Look at it again, then sign the review.")
