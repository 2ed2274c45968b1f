"""Whether a session is to be paused because nobody is there."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from counterseal.custody.state import Stage
from counterseal.workflow import sessions
from counterseal.workflow.record import Record
from counterseal.workflow.sessions import IDLE_MS, is_left_alone
from counterseal.workflow.surroundings import NoGuard
from unit.workflow.life import THREE, Life, at


@dataclass
class Minding(NoGuard):
    """A guard that minds, and remembers whether it was let go."""

    ended: list[Path] = field(default_factory=list)

    def end(self, root: Path) -> None:
        self.ended.append(root)

    def minds(self, root: Path) -> bool:  # noqa: ARG002  (as the real one)
        return True


@pytest.fixture
def guard() -> Minding:
    return Minding()


def with_guard(tmp_path: Path, stage: str, guard: Minding) -> tuple[Life, Record]:
    life = at(tmp_path, stage, THREE)
    return life, replace(life.record, around=replace(life.around, guard=guard))


def test_it_is_paused_once_nobody_signed_anything_for_five_minutes(
    tmp_path: Path, guard: Minding
) -> None:
    life, record = with_guard(tmp_path, "collecting", guard)
    assert not is_left_alone(record), "somebody has just signed"
    life.around.clock.sleep(IDLE_MS / 1000)
    assert not is_left_alone(record)
    life.around.clock.sleep(1)
    assert is_left_alone(record)
    assert guard.ended == []


def test_where_the_guard_minds_the_time_of_the_last_entry_does_not_count(
    tmp_path: Path, guard: Minding
) -> None:
    """Two who read a long page sign nothing; the guard knows that they are there."""
    life, record = with_guard(tmp_path, "collecting", guard)
    life.around.clock.sleep(2 * IDLE_MS / 1000)
    assert not sessions.pause_if_idle(record, life.state).paused
    assert sessions.pause_if_idle(life.record, life.state).paused


@pytest.mark.parametrize("stage", ["authorised", "collected"])
def test_where_no_session_goes_on_the_guard_may_go(
    stage: str, tmp_path: Path, guard: Minding
) -> None:
    """As after a stop that was released: there is nothing to pause, tonight or ever."""
    life, record = with_guard(tmp_path, stage, guard)
    assert life.state.stage is not Stage.COLLECTING
    life.around.clock.sleep(2 * IDLE_MS / 1000)
    assert not is_left_alone(record)
    assert guard.ended == [record.vault.root]


def test_one_that_is_paused_already_is_not_paused_again(tmp_path: Path, guard: Minding) -> None:
    life, record = with_guard(tmp_path, "collecting", guard)
    sessions.pause(record, life.state, "asked")
    guard.ended.clear()
    life.around.clock.sleep(2 * IDLE_MS / 1000)
    assert not is_left_alone(record)
    assert guard.ended == [record.vault.root]
