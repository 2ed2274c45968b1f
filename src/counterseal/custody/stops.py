"""The hard stop's own rules: who was exposed, what still stands, what may follow. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.rules import Asking, refuse
from counterseal.custody.state import CaseState
from counterseal.errors import OutOfOrderError

TOLD = frozenset({"category", "judgement"})
"""Triggers by which somebody says what was reported, without anything being looked at."""

SEEN = frozenset({"safety-answer", "declined"})
"""Triggers by which somebody says what is, or was, in view."""

COUNTED = frozenset(
    {Step.VAULT_CREATED, Step.CASE_STOPPED, Step.COMPUTER_RELEASED, Step.COMPUTER_CHANGED}
)
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


@dataclass(frozen=True, slots=True)
class Standing:
    """Which stops stand, as the log goes on.

    A stop binds the computer at which it came, for as long as that computer is not released. Where
    the record goes on at another one, the stop does not stand there; it stands again where somebody
    brings the record back.

    Args:
        machine: Digest of the designated computer's identity.
        stops: Each case that stopped a computer, with that computer.
        ever: Every case that was stopped after somebody may have seen something.
    """

    machine: str = ""
    stops: tuple[tuple[str, str], ...] = ()
    ever: frozenset[str] = frozenset()

    def after(self, entry: Entry) -> "Standing":
        """Return what stands after one more entry."""
        match entry.step:
            case Step.VAULT_CREATED | Step.COMPUTER_CHANGED:
                return replace(self, machine=entry.facts["machine"])
            case Step.CASE_STOPPED if entry.facts["exposed"] != "no":
                more = (*self.stops, (entry.case, self.machine))
                return replace(self, stops=more, ever=self.ever | {entry.case})
            case Step.COMPUTER_RELEASED:
                left = tuple(stop for stop in self.stops if stop[0] != entry.case)
                return replace(self, stops=left)
            case _:
                return self

    def at(self, machine: str) -> list[str]:
        """Return the cases whose stop stands on one computer, in order."""
        return [case for case, where in self.stops if where == machine]

    @property
    def here(self) -> list[str]:
        """The cases whose stop stands on the designated computer."""
        return self.at(self.machine)


def standing(entries: Iterable[Entry]) -> Standing:
    """Return which stops stand after all of these entries.

    Args:
        entries: At least every entry whose step is in `COUNTED`, in the log's order.
    """
    found = Standing()
    for entry in entries:
        found = found.after(entry)
    return found


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
    if asking.state.hold:
        what = "A hold stands, so nothing is disposed of."
        raise OutOfOrderError(what, advice="Lift the hold first: `counterseal hold lift`.")
    if asking.state.disposed or not (asking.state.released or asking.state.exposed == "no"):
        what = "It is too early for that, or it was done already."
        raise OutOfOrderError(what, advice="First the computer is released.")
