"""The log: old copies, second histories, and two programs at the same time."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cast import CASE, COMPUTER, ORIGIN, TERMS, cosigners, proposal
from counterseal.custody import merkle
from counterseal.custody.facts import Step
from counterseal.custody.log import Log
from counterseal.custody.store import Store
from counterseal.errors import RollbackError
from counterseal.latch import Latch
from desk import again, copy_of, steps, surveyed, take, until
from fakes import FakeClock
from small_vault import SmallVault


@pytest.mark.parametrize("lost", [1, 2, 4])
def test_an_old_copy_that_was_put_back_is_found_and_the_loss_is_counted(
    desk: SmallVault, lost: int
) -> None:
    """Whoever signed more than there is says how many entries are gone."""
    until(desk, Step.CASE_TRIAGED)
    old = copy_of(desk)
    for _ in range(lost):
        signed = take(desk, Step.NOTE_ADDED, "ab", "cd").note.head
    desk.log.check_continues(signed.size, signed.root, "Anna Bell")
    desk.store.close()
    desk.vault.log.write_bytes(old)
    with pytest.raises(RollbackError) as refused:
        again(desk).check_continues(signed.size, signed.root, "Anna Bell")
    (finding,) = refused.value.findings
    assert finding.kind == "rollback"
    assert (
        finding.what == f"Anna Bell signed a record of {3 + lost} entries; {lost} of them are gone"
    )
    assert refused.value.exit_status == 40


def test_a_second_history_of_the_same_length_is_found(desk: SmallVault) -> None:
    """An old copy put back and gone on with is as long, and still not the one that was signed."""
    until(desk, Step.CASE_TRIAGED)
    old = copy_of(desk)
    signed = take(desk, Step.NOTE_ADDED, "ab", "cd").note.head
    desk.store.close()
    desk.vault.log.write_bytes(old)
    desk.clock.sleep(60)
    other = again(desk)
    other.append(proposal(Step.NOTE_ADDED), cosigners("ab", "cd"), TERMS)
    with pytest.raises(RollbackError, match="are not the ones that Anna Bell signed") as refused:
        other.check_continues(signed.size, signed.root, "Anna Bell")
    assert [finding.kind for finding in refused.value.findings] == ["fork"]


def test_whoever_never_signed_has_nothing_to_compare(desk: SmallVault) -> None:
    """A new person's key file remembers no head."""
    desk.log.check_continues(0, merkle.EMPTY_ROOT, "Kim Lane")


def _write_notes(root: Path, count: int, start: Callable[[], object]) -> None:
    log = Log(Store(root / "log.db"), ORIGIN, COMPUTER, FakeClock(), Latch((root,)))
    start()
    for _ in range(count):
        log.append(proposal(Step.NOTE_ADDED), cosigners("ab", "cd"), TERMS)


@pytest.mark.skipif(os.name != "posix", reason="starts processes by fork")
def test_two_processes_at_the_same_time_lose_nothing(desk: SmallVault) -> None:
    """Every entry of both is kept, one after the other, and the log holds together."""
    until(desk, Step.CASE_TRIAGED)
    desk.store.close()
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(2)
    both = [
        context.Process(target=_write_notes, args=(desk.vault.root, 20, barrier.wait))
        for _ in range(2)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert [step for step in steps(desk) if step != "clock.anomaly"][3:] == ["note.added"] * 40
    assert again(desk).case(CASE).entries == 42
    assert surveyed(desk) == len(steps(desk))
