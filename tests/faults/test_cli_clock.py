"""Time that no honest clock shows: recorded, and never in the way; idle time, and old answers."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import schools
from counterseal.clock import Instant, SystemClock
from counterseal.commands.desk import this_computer
from counterseal.custody.log import Cosigner, Kept
from counterseal.errors import OutOfOrderError
from counterseal.evidence.triage import Act, Answer, Clearance, ClearanceError, SafetyAnswer, assess
from counterseal.workflow import collect, sessions
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.steps import commit
from driving import School
from elsewhere import with_time_passed
from schools import PRESENT, second_case

DAY = 24 * 3600


@dataclass(slots=True)
class Shifted:
    """This computer's clock, with the wall and the time since the start each moved by a test."""

    wall_s: float = 0
    running_s: float = 0
    slept: float = 0

    def now(self) -> Instant:
        """Return this moment, as a wrong clock would."""
        true = SystemClock().now()
        wall = true.utc_ms + int(self.wall_s * 1000)
        return Instant(wall, true.mono_ms + int(self.running_s * 1000), true.boot)

    def sleep(self, seconds: float) -> None:
        """Let time pass without waiting for it."""
        self.slept += seconds
        self.wall_s += seconds
        self.running_s += seconds


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def _record(school: School, clock: Shifted) -> Record:
    around = replace(this_computer(), latch_folder=school.latch, clock=clock)
    return open_record(school.vault, around)


@contextlib.contextmanager
def _both(record: Record, school: School) -> Iterator[list[Cosigner]]:
    with (
        record.unlock("ab", school.passphrases["ab"]) as one,
        record.unlock("cd", school.passphrases["cd"]) as two,
    ):
        yield [Cosigner("ab", present=True, key=one), Cosigner("cd", present=True, key=two)]


def _note(record: Record, school: School) -> Kept:
    state = record.case(second_case(school))
    prepared = collect.prepare_note(record, state, "", "A note")
    with _both(record, school) as cosigners:
        return commit(record, prepared, cosigners)


@pytest.mark.parametrize(
    ("wall_s", "kind"),
    [
        pytest.param(-DAY, "backward", id="a day back"),
        pytest.param(-3600, "backward", id="an hour back, as in autumn"),
        pytest.param(10 * 365 * DAY, "disagree", id="ten years ahead"),
    ],
)
def test_a_turned_clock_is_recorded_and_work_goes_on(
    wall_s: float, kind: str, school: School
) -> None:
    """The odd time stands in the record before the step, and the step is kept."""
    _note(_record(school, Shifted(wall_s=wall_s)), school)
    assert school.steps()[-2:] == ["clock.anomaly", "note.added"]
    listed = school.json("log", "show")["entries"]
    facts = listed[-2]["facts"]
    assert facts["kind"] == kind
    assert facts["off_ms"] == pytest.approx(abs(wall_s) * 1000, abs=240_000)
    assert school.is_good()


def test_the_right_time_again_is_recorded_too(school: School) -> None:
    """Whoever turns it back leaves a second entry; nothing jams."""
    clock = Shifted(wall_s=-DAY)
    record = _record(school, clock)
    _note(record, school)
    clock.wall_s = 0
    _note(record, school)
    assert school.steps()[-4:] == ["clock.anomaly", "note.added"] * 2
    school.run(
        *("note", "add", "--case", second_case(school), "--text", "x", *PRESENT),
        answers=school.words_of("ab", "cd"),
    )
    assert school.steps()[-1] == "note.added"
    assert school.is_good()


def test_five_idle_minutes_pause_a_session_at_the_next_command(school: School) -> None:
    """The real command, on a computer that has run on for six minutes: paused, then refused."""
    typed = ("note", "add", "--case", second_case(school), "--text", "x", *PRESENT)
    both = school.words_of("ab", "cd")
    done = with_time_passed(school, 360).run(*typed, "--json", answers=both, status=20)
    assert "paused" in done.data["what"]
    assert school.steps()[-1] == "session.paused"
    assert school.json("case", "show", second_case(school))["paused"] is True
    school.run("session", "resume", *schools.OPEN[2:], answers=both)
    school.run(*typed, answers=both)
    assert school.is_good()


@pytest.mark.parametrize(("minutes", "paused"), [(2, False), (6, True)])
def test_idle_time_is_told_by_the_time_since_the_start(
    minutes: int,
    paused: bool,  # noqa: FBT001  (a parameter of the test)
    school: School,
) -> None:
    """Five minutes by the monotonic count, whatever the wall clock says."""
    clock = Shifted(running_s=minutes * 60)
    record = _record(school, clock)
    state = sessions.pause_if_idle(record, record.case(second_case(school)))
    assert state.paused is paused
    if paused:
        assert school.last_entry()["facts"] == {"reason": "idle"}


def test_turning_the_wall_clock_does_not_keep_a_session_awake(school: School) -> None:
    """A wall clock set back does not hide six idle minutes."""
    record = _record(school, Shifted(wall_s=-360, running_s=360))
    assert sessions.pause_if_idle(record, record.case(second_case(school))).paused


def test_safety_answers_older_than_twenty_seconds_take_no_picture(school: School) -> None:
    """The page may have changed meanwhile: they are asked again."""
    clock = Shifted()
    record = _record(school, clock)
    at = record.now()
    outcome = assess(
        Act.CAPTURE, *(SafetyAnswer(p, Answer.NO, Answer.NO, at) for p in ("ab", "cd"))
    )
    assert isinstance(outcome, Clearance)
    clock.sleep(21)
    with pytest.raises(ClearanceError):
        collect.take_picture(record, outcome)
    assert school.steps()[-1] == "concern.recorded"


def test_wrong_passphrases_make_the_next_try_wait(school: School) -> None:
    """The wait doubles with every wrong try, and ends with a right one."""
    clock = Shifted()
    record = _record(school, clock)
    waits = []
    for _ in range(4):
        before = clock.slept
        with pytest.raises(Exception, match="passphrase"), record.unlock("ab", "certainly not"):
            pytest.fail("it opened")
        waits.append(clock.slept - before)
    assert waits == [0, 1, 2, 4]
    with record.unlock("ab", school.passphrases["ab"]):
        assert clock.slept == 15
    with record.unlock("ab", school.passphrases["ab"]):
        assert clock.slept == 15


def test_a_pause_is_no_step_of_a_paused_session(school: School) -> None:
    """A session that paused by itself is not paused twice."""
    record = _record(school, Shifted(running_s=360))
    state = sessions.pause_if_idle(record, record.case(second_case(school)))
    assert sessions.pause_if_idle(record, state) == state
    with pytest.raises(OutOfOrderError):
        sessions.pause(record, state, "asked")
