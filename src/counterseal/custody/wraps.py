"""Which halves of a case key should be there: read from the case's entries alone. Pure.

`docs/format.md`, section 11.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.procedure import advance_anyway
from counterseal.custody.state import CaseState, Stage
from counterseal.custody.stops import keeps_wraps
from counterseal.evidence.exhibit import Digest

_NARROWS = frozenset({Step.CASE_AUTHORISED, Step.INVESTIGATOR_REPLACED})
_COUNTS = _NARROWS | {
    Step.CASE_REPORTED,
    Step.CASE_TRIAGED,
    Step.DISPOSAL_RECORDED,
    Step.EXHIBIT_CAPTURED,
    Step.EXHIBIT_SUPPLIED,
    Step.PAGE_SAVED,
    Step.CASE_STOPPED,
}

Halves = Mapping[tuple[str, str], tuple[str, Digest]]
"""By pair ("ab+cd") and person: the name of the file, and its digest."""


def permitted_pairs(state: CaseState, investigators: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs that may open a case (`docs/format.md`, section 11).

    Args:
        state: Where the case stands.
        investigators: Everybody enrolled as one, while the case is not authorised.
    """
    people = set(investigators) - state.barred
    if state.authorised:
        people = {*state.investigators, state.reserve} - {""}
    return list(combinations(sorted(people), 2))


def halves_in_force(case: str, entries: Iterable[Entry]) -> Halves:
    """Return the halves that should be there after the entries of one case.

    A later half for the same person in the same pair takes the place of the one before it. At the
    authorisation, and at each replacement from then on, the halves of all other pairs go. At a stop
    all of them go, unless the school was only told of it and holds no exhibit.

    Args:
        case: "2026-001".
        entries: Its entries, in order.
    """
    state = CaseState(case)
    found: dict[tuple[str, str], tuple[str, Digest]] = {}
    for entry in entries:
        if entry.step not in _COUNTS:
            continue
        state = advance_anyway(state, entry)
        for file in entry.facts.get("wraps", ()):
            found[place_of(file["name"])] = file["name"], Digest(file["sha256"], file["size"])
        if state.authorised and entry.step in _NARROWS:
            pairs = {"+".join(two) for two in permitted_pairs(state, ())}
            found = {place: half for place, half in found.items() if place[0] in pairs}
    sealed = state.stage is Stage.STOPPED and not keeps_wraps(state, state.exposed)
    return {} if state.disposed or sealed else found


def record_halves(case: str, entries: Iterable[Entry]) -> Halves:
    """Return the halves of the key for what is written after a stop.

    Args:
        case: "2026-001".
        entries: Its entries, in order.
    """
    opened = [entry for entry in entries if entry.step is Step.RECORD_OPENED]
    files = [file for entry in opened for file in entry.facts["wraps"]]
    if any(not file["name"].startswith(f"records/{case}/") for file in files):
        return {}
    return {
        place_of(file["name"]): (file["name"], Digest(file["sha256"], file["size"]))
        for file in files
    }


def every_half(entries: Iterable[Entry]) -> set[str]:
    """Return the names of all halves that were ever given out."""
    return {file["name"] for entry in entries for file in entry.facts.get("wraps", ())}


def place_of(name: str) -> tuple[str, str]:
    """Return pair and person of a half, from its name."""
    pair, file = name.split("/")[2:4]
    return pair, file.removesuffix(".age").split("-")[0]
