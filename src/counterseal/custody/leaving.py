"""What leaves for the police: everything opened, then sealed, then handed over. Pure.

Guards as in `rules.py`, and effects as in `effects.py`.
"""

from collections.abc import Mapping
from typing import Any

from counterseal.custody.entry import Entry
from counterseal.custody.rules import Asking, refuse
from counterseal.custody.state import CaseState
from counterseal.errors import OutOfOrderError


def all_opened(asking: Asking) -> None:
    """A bundle holds all exhibits: nobody chooses what the police see."""
    if asking.proposal.facts["exhibits"] != len(asking.state.exhibits):
        refuse("A bundle holds every exhibit of the case, and not every one was opened.")


def was_opened(asking: Asking) -> None:
    """A bundle of an open case follows its opening, one for one, and somebody can open it."""
    facts = asking.proposal.facts
    if facts["kind"] != "full":
        refuse("A bundle of the record alone is for a case that was stopped.")
    _somebody_opens(asking)
    if not asking.state.exporting:
        what = "Nothing was opened for a bundle."
        raise OutOfOrderError(what, advice="Run `counterseal bundle make`.")


def record_alone(asking: Asking) -> None:
    """Of a stopped case only the record leaves; nothing of it is opened."""
    facts = asking.proposal.facts
    if facts["kind"] != "record-only":
        refuse("Nothing of a case that was stopped is opened.")
    _somebody_opens(asking)


def known(asking: Asking) -> None:
    """What was handed over is a bundle that the record knows, or something else than a bundle."""
    digest = asking.proposal.facts["bundle"]
    if digest and digest not in asking.state.bundles:
        refuse(
            "No such bundle was made in this case.",
            "Name the file that `counterseal bundle make` made.",
        )


def opened(_state: CaseState, _entry: Entry) -> Mapping[str, Any]:
    """Everything was opened, so one bundle may follow."""
    return {"exporting": True}


def bundled(state: CaseState, entry: Entry) -> Mapping[str, Any]:
    """A bundle was made, and may be handed over."""
    return {"exporting": False, "bundles": (*state.bundles, entry.facts["sha256"])}


def _somebody_opens(asking: Asking) -> None:
    facts = asking.proposal.facts
    if not (facts["words"] or facts["certificate"] or facts["recipients"]):
        refuse("Nobody could open the bundle.")
