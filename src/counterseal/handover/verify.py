"""Check a bundle: numbered checks, each passed, failed or not made, and what that comes to.

It needs no record, no network and no key of the school. The order and the names are those of
`docs/format.md`, section 19, so that text and code can be read side by side.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from counterseal.errors import IntegrityError
from counterseal.handover.checks import (
    contents,
    entries,
    following,
    log,
    names,
    people,
    receipts,
    statement,
)
from counterseal.handover.checks.bundle import Bundle
from counterseal.handover.checks.container import Container
from counterseal.handover.checks.outcome import (
    FAILED,
    NOT_A_BUNDLE,
    NOT_ALONE,
    PASSED,
    Check,
    NotABundleError,
    NotAloneError,
    Signed,
    Status,
    Verdict,
    WrongError,
)

Feed = Callable[[Container], object]
"""Writes all bytes of a bundle into the container, from its first to its last."""

_Make = Callable[[Bundle], str]


@dataclass(frozen=True, slots=True)
class _Step:
    """One check of the list, with those that must have passed before it can be made."""

    number: int
    name: str
    make: _Make
    needs: tuple[int, ...]


_BEFORE: Final = (1, 3, 4, 5)
_STEPS: Final = (
    _Step(2, "bag", statement.bag, (1,)),
    _Step(3, "statement", statement.statement, (1,)),
    _Step(4, "canonical bytes", entries.canonical_bytes, (1, 3)),
    _Step(5, "entries", entries.entries, (1, 3, 4)),
    _Step(6, "people and keys", people.people, _BEFORE),
    _Step(7, "signatures", people.signatures, _BEFORE),
    _Step(8, "two people", people.two_people, _BEFORE),
    _Step(9, "checkpoint", log.checkpoint, _BEFORE),
    _Step(10, "cosignatures", log.cosignatures, (*_BEFORE, 9)),
    _Step(11, "inclusion", log.inclusion, (*_BEFORE, 9)),
    _Step(12, "case links", log.case_links, (*_BEFORE, 11)),
    _Step(13, "procedure", following.follows_procedure, (*_BEFORE, 6, 8)),
    _Step(14, "openings", contents.openings, _BEFORE),
    _Step(15, "exhibits", contents.exhibits, (*_BEFORE, 14)),
    _Step(16, "receipts", partial(receipts.receipts, outside=None), (*_BEFORE, 6, 11, 12)),
)
_RECEIPTS: Final = 16
_ESSENTIAL: Final = range(1, _RECEIPTS)
_NAMES: Final = {1: "container", 17: "trusted time", 18: "papers"} | {
    step.number: step.name for step in _STEPS
}


def verify(feed: Feed, receipt: bytes | None = None) -> Verdict:
    """Check a bundle.

    Args:
        feed: Writes it into what it is given. What it raises is raised here, but for what shows
            that a sealed file was changed.
        receipt: The JSON of a receipt that was kept elsewhere.
    """
    with Container() as container:
        try:
            feed(container)
            container.finish()
        except NotABundleError as error:
            return _ended(NOT_A_BUNDLE, Status.FAIL, str(error))
        except NotAloneError as error:
            return _ended(NOT_ALONE, Status.NOT_CHECKED, str(error))
        except WrongError as error:
            return _ended(FAILED, Status.FAIL, str(error))
        except IntegrityError as error:
            return _ended(FAILED, Status.FAIL, f"the sealed file: {error}")
    return judge(Bundle(container.members), receipt)


def judge(bundle: Bundle, receipt: bytes | None = None) -> Verdict:
    """Check what stands in a bundle whose container was found good.

    Args:
        bundle: Its members.
        receipt: The JSON of a receipt that was kept elsewhere.
    """
    what = f"{len(bundle.members)} files, each byte of the zip follows from them."
    done = {1: _check(1, Status.PASS, what)}
    try:
        statement.read(bundle)
    except NotAloneError as error:
        return _verdict(bundle, _rest(done, str(error)), alone=False)
    except WrongError as error:
        done[2] = _check(2, Status.NOT_CHECKED, "The statement could not be read.")
        done[3] = _check(3, Status.FAIL, str(error))
    for step in _STEPS:
        if step.number in done:
            continue
        make = (
            step.make if step.number != _RECEIPTS else partial(receipts.receipts, outside=receipt)
        )
        done[step.number] = _made(step, make, bundle, done)
    compared = receipt is None or done[_RECEIPTS].status is Status.PASS
    return _verdict(bundle, _last(bundle, done), alone=compared)


def _made(step: _Step, make: _Make, bundle: Bundle, done: Mapping[int, Check]) -> Check:
    wanting = [n for n in step.needs if done[n].status is not Status.PASS]
    if wanting:
        named = ", ".join(_NAMES[number] for number in wanting)
        return _check(step.number, Status.NOT_CHECKED, f"It needs what did not pass: {named}.")
    try:
        return _check(step.number, Status.PASS, make(bundle))
    except NotAloneError as error:
        return _check(step.number, Status.NOT_CHECKED, f"{error}.")
    except WrongError as error:
        return _check(step.number, Status.FAIL, f"{error}.")


def _last(bundle: Bundle, done: dict[int, Check]) -> dict[int, Check]:
    """Add what this program does not judge."""
    stamps, papers = len(bundle.named(names.TIME)), len(bundle.named(names.PAPER))
    there = f"{stamps} time-stamps are in the bundle; this program does not read them"
    said = f"{there}." if stamps else "There is no time-stamp by anybody else in the bundle."
    done[17] = _check(17, Status.NOT_CHECKED, said)
    said = f"{papers} papers are under the statement; what they say is not compared."
    done[18] = _check(18, Status.NOT_CHECKED, said if papers else "There are no papers.")
    return done


def _rest(done: dict[int, Check], why: str) -> dict[int, Check]:
    for number in range(1, 19):
        done.setdefault(number, _check(number, Status.NOT_CHECKED, f"{why}."))
    return done


def _ended(exit_status: int, status: Status, what: str) -> Verdict:
    done = _rest({1: _check(1, status, f"{what}.")}, "The container was not found good")
    return _summed(exit_status, done, Bundle({}))


def _verdict(bundle: Bundle, done: dict[int, Check], *, alone: bool) -> Verdict:
    if any(check.status is Status.FAIL for check in done.values()):
        return _summed(FAILED, done, bundle)
    made = all(done[number].status is Status.PASS for number in _ESSENTIAL)
    return _summed(PASSED if made and alone else NOT_ALONE, done, bundle)


def _summed(exit_status: int, done: dict[int, Check], bundle: Bundle) -> Verdict:
    good = {n for n, check in done.items() if check.status is Status.PASS}
    sound = {1, 3, 4, 5, 6, 7, 8} <= good
    last = f"The entries are whole up to entry {bundle.said.last[1]}" if 12 in good else ""  # noqa: PLR2004
    return Verdict(
        exit_status=exit_status,
        checks=[done[number] for number in sorted(done)],
        about=_about(bundle) if 3 in good else {},  # noqa: PLR2004  (the statement)
        signers=people.signed_by(bundle) if sound else (),
        integrity=_integrity(exit_status, good),
        trusted_time=f"{done[17].what} Times are those of the school's computer.",
        completeness=f"{last} of the record; {_bounds(done)}" if last else "It could not be shown.",
    )


def _integrity(exit_status: int, good: Iterable[int]) -> str:
    if exit_status == PASSED:
        return "Nothing was changed since the people named here signed it."
    if exit_status == FAILED:
        return "Something is not as it was signed. Do not rely on this copy; ask for another one."
    if exit_status == NOT_A_BUNDLE:
        return "This file is no bundle."
    if set(_ESSENTIAL) <= set(good):
        return "Nothing was changed in the bundle; the receipt could not be compared with it."
    return "It cannot be judged from what is at hand."


def _bounds(done: Mapping[int, Check]) -> str:
    if "goes on from" in done[_RECEIPTS].what:
        return "the receipt that was kept elsewhere bounds what came before it."
    return "only a receipt that was kept elsewhere shows that none was exchanged before that."


def _about(bundle: Bundle) -> dict[str, str | int | bool]:
    said = bundle.said
    return {
        "record": said.vault,
        "case": said.case,
        "kind": said.kind,
        "practice": said.practice,
        "made": said.made,
        "program": said.program,
        "entries": said.size,
        "fingerprint": said.root.hex(),
        "exhibits": len(said.exhibits),
    }


def _check(number: int, status: Status, what: str) -> Check:
    return Check(number, _NAMES[number], status, what)


__all__ = ["Feed", "Signed", "Verdict", "judge", "verify"]
