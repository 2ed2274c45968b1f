"""The hard stop's own rules: who was exposed, what still stands, what may follow. Pure."""

from collections.abc import Iterable

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.rules import Asking, refuse
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import OutOfOrderError

TOLD = frozenset({"category", "judgement", "review"})
"""Triggers by which somebody says what was reported, without anything being looked at."""

SEEN = frozenset({"safety-answer", "declined"})
"""Triggers by which somebody says what is, or was, in view."""

COUNTED = frozenset({Step.CASE_STOPPED, Step.COMPUTER_RELEASED, Step.COMPUTER_CHANGED})
"""Steps that say whether a stop stands on this computer."""


def exposed(trigger: str, state: CaseState, answer: str = "unknown") -> str:
    """Say whether somebody may have seen such an image in the case.

    Args:
        trigger: One of `words.TRIGGERS`.
        state: Where the case stands.
        answer: What the one who stopped it said, where they were asked.

    Returns:
        "no" only where the log shows no session, nothing taken in and nothing looked at, and it
        was stopped because of what was told; else "yes" or "unknown".
    """
    if trigger in TOLD and not state.looked:
        return "no"
    return "yes" if trigger in SEEN and answer == "yes" else "unknown"


def keeps_wraps(state: CaseState, was_exposed: str) -> bool:
    """Whether the school keeps its own means of reading a stopped case: it was only told of it."""
    return was_exposed == "no" and not state.exhibits


def unreleased(entries: Iterable[Entry]) -> list[str]:
    """Return the cases whose stop still stands on this computer, in order.

    A stop binds the computer at which it came. It no longer does once the computer was released, or
    once the record goes on at another one; the case itself stays stopped.

    Args:
        entries: At least every entry whose step is in `COUNTED`, in the log's order.
    """
    standing: list[str] = []
    for entry in entries:
        standing = still_standing(standing, entry)
    return standing


def still_standing(standing: list[str], entry: Entry) -> list[str]:
    """Return the cases whose stop stands after one more entry."""
    match entry.step:
        case Step.CASE_STOPPED if entry.facts["exposed"] != "no":
            return [*standing, entry.case]
        case Step.COMPUTER_RELEASED:
            return [case for case in standing if case != entry.case]
        case Step.COMPUTER_CHANGED:
            return []
        case _:
            return standing


def record_is_closed(asking: Asking) -> None:
    """One key is made for what is written after a stop."""
    if asking.state.record:
        what = "What is written after this stop has a key already."
        raise OutOfOrderError(what)


def record_is_open(asking: Asking) -> None:
    """What is written after a stop is encrypted to a key of its own."""
    if not asking.state.record:
        what = "There is no key yet for what is written after this stop."
        raise OutOfOrderError(what)


def police_allow_use(asking: Asking) -> None:
    """Until the police say that this computer may be used, paper is used."""
    if not (asking.state.may_use or asking.proposal.facts.get("may_use")):
        what = "Nobody has recorded that the police let you use this computer. Write it on paper."
        advice = (
            "When an officer says that it may be used: `counterseal call record --to police "
            "--may-use`."
        )
        raise OutOfOrderError(what, advice=advice)


def signs_for_oneself(asking: Asking) -> None:
    """Whoever was present, or was not, says so; that somebody refuses, another writes down."""
    (signer,) = asking.people
    person, stance = asking.proposal.facts["person"], asking.proposal.facts["stance"]
    if asking.keyset.find(person) is None:
        refuse(f"{person} is not on the list of people.")
    if stance != "refused" and signer.id != person:
        refuse("Each signs beside a stop for themselves.", f"{person} signs this.")


def was_stopped(asking: Asking) -> None:
    """Only a computer that stopped is released, once."""
    if asking.state.released or asking.state.exposed == "no":
        what = "This case does not keep the computer stopped."
        raise OutOfOrderError(what)


def police_advise_disposal(asking: Asking) -> None:
    """What a stopped case holds goes on the written advice of the police alone."""
    if asking.proposal.facts["reason"] != "police-advice":
        refuse("What a stopped case holds goes only as the police advise in writing.")
    if asking.state.disposed or not (asking.state.released or asking.state.exposed == "no"):
        what = "It is too early for that, or it was done already."
        raise OutOfOrderError(what, advice="First the computer is released.")


def only_locked(asking: Asking) -> None:
    """What is stopped is never unlocked."""
    if asking.state.stage is Stage.STOPPED:
        what = "This case was stopped, and nothing leads out of that."
        raise OutOfOrderError(what, advice="Leave it to the police.")
