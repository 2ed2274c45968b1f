"""The parent's side, with children that lie, hang and die; and what the guard's process imports."""

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterseal.errors import NoGuardError
from counterseal.guard import Covered, Display, Page, handle, hot_key
from counterseal.guard.terms import HIDDEN_PAGE, STOPPED_PAGE, Setup
from patience import BUSY_S, until

DISPLAYS = (Display(0, 0, 1280, 800), Display(-1024, 100, 1024, 768))
READY = (
    "import sys, json, time\nsetup = json.loads(sys.stdin.readline())\n"
    'def say(what, **more): print(json.dumps({"said": what, **more}), flush=True)\n'
    'say("ready", displays=setup["displays"], not_covered=[], hot_key=False, minds=True)\n'
)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[handle.Guard]]:
    """Collect the guards that a test starts, to end them."""
    monkeypatch.setattr(handle, "_START_S", 2.0)
    begun: list[handle.Guard] = []
    yield begun
    for guard in begun:
        guard.kill()


def _start(monkeypatch: pytest.MonkeyPatch, script: str, *, practice: bool = False) -> handle.Guard:
    """Start a guard that is not one."""
    whole = [sys.executable, "-c", textwrap.dedent(script)]
    real = subprocess.Popen

    def spawn(_command: object, **more: object) -> object:
        return real(whole, **more)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", spawn)
        return handle.start((Path("a"), Path("b")), DISPLAYS, practice=practice)


def _timed_cover(guard: handle.Guard) -> tuple[Covered, float]:
    begun = time.monotonic()
    covered = guard.cover()
    return covered, time.monotonic() - begun


@pytest.mark.parametrize(
    "script",
    [
        "",
        "print('nonsense', flush=True)",
        "print('{\"said\": 5}', flush=True)",
        "import sys; sys.stdin.readline(); sys.exit(1)",
        "import time; time.sleep(60)",
    ],
    ids=["ends", "babbles", "says something else", "reads and ends", "says nothing"],
)
def test_a_guard_that_does_not_get_ready_is_an_error_in_bounded_time(
    script: str, monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    assert child == []
    begun = time.monotonic()
    with pytest.raises(NoGuardError) as refused:
        _start(monkeypatch, script)
    assert time.monotonic() - begun < 8 + BUSY_S
    assert refused.value.kept == "Nothing was kept."


def test_a_python_without_tk_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    assert child == []
    script = 'print(\'{"said": "unavailable", "reason": "tk"}\', flush=True); input()'
    with pytest.raises(NoGuardError) as refused:
        _start(monkeypatch, script)
    assert "python3-tk" in refused.value.advice


def test_the_first_line_brings_folders_and_displays(
    monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    guard = _start(monkeypatch, READY + "input()")
    child.append(guard)
    assert guard.ready.displays == DISPLAYS
    assert not guard.ready.hot_key


def test_a_setup_survives_the_pipe() -> None:
    setup = Setup((Path("vault"), Path("f\udcff")), DISPLAYS, practice=True, idle_ms=300_000)
    assert Setup.from_dict(setup.as_dict()) == setup


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("time.sleep(60)", "did not answer"),
        ("print('half a li', flush=True); time.sleep(60)", "did not answer"),
        ("say('covered'); time.sleep(60)", "did not answer"),
        ("sys.exit()", "ended"),
    ],
)
def test_no_answer_counts_as_not_covered(
    answer: str, reason: str, monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    guard = _start(monkeypatch, f"{READY}sys.stdin.readline()\n{answer}")
    child.append(guard)
    covered, took = _timed_cover(guard)
    assert covered.covered == ()
    assert covered.not_covered == DISPLAYS
    assert covered.ms is None
    assert reason in covered.reason
    assert took < 0.5 + BUSY_S


def test_a_guard_that_dies_while_it_asks_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    guard = _start(monkeypatch, READY + "sys.stdin.readline()")
    child.append(guard)
    begun = time.monotonic()
    assert guard.ask(Page("A", (), ("b",)), 30) is None
    assert time.monotonic() - begun < 5 + BUSY_S


def test_a_pipe_that_is_full_keeps_a_stop_waiting_no_longer(
    monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    guard = _start(monkeypatch, READY + "time.sleep(60)")
    child.append(guard)
    begun = time.monotonic()
    for _ in range(20):
        guard.tell(Page("A", ("b" * 60_000,)))
    covered, took = _timed_cover(guard)
    assert covered.covered == ()
    assert took < 0.5 + BUSY_S
    assert time.monotonic() - begun < 2 + BUSY_S


def test_a_guard_that_hangs_is_ended_where_nothing_is_stopped(
    monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    monkeypatch.setattr(handle, "_END_S", 0.3)
    guard = _start(monkeypatch, READY + "time.sleep(60)")
    child.append(guard)
    guard.end()
    assert not guard.alive


@pytest.mark.parametrize(("practice", "left"), [(False, True), (True, False)])
def test_a_guard_that_may_be_covering_is_never_ended(
    practice: bool,  # noqa: FBT001
    left: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
    child: list[handle.Guard],
) -> None:
    """Its answer may be lost while its covers are up, so it is left alone."""
    monkeypatch.setattr(handle, "_END_S", 0.3)
    guard = _start(monkeypatch, READY + "time.sleep(60)", practice=practice)
    child.append(guard)
    guard.cover()
    guard.end()
    assert guard.alive is left


def test_the_guards_process_imports_five_of_our_modules_and_nothing_foreign() -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        "import counterseal.guard.program, counterseal.guard.hot_key\n"
        "import counterseal.guard.covers\n"
        "print(*sorted(name for name in set(sys.modules) - before\n"
        "    if name.partition('.')[0] not in sys.stdlib_module_names))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    names = {name for name in done.stdout.split() if not name.startswith("counterseal.guard")}
    assert names == {
        "counterseal", "counterseal.clock", "counterseal.errors", "counterseal.latch",
        "counterseal.locks",
    }  # fmt: skip


def test_under_wayland_no_hot_key_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert hot_key.listen() is None


def test_without_a_screen_there_is_no_hot_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":987654")
    assert hot_key.listen() is None


def test_the_covers_say_what_to_do_and_hide_says_that_nothing_is_stopped() -> None:
    said = " ".join((STOPPED_PAGE.title, *STOPPED_PAGE.lines))
    assert said == (
        "Stopped. Do not look again. Turn the monitor off. Leave the computer on. "
        "Keep everyone away. Call the police now. Child in danger: 999."
    )
    assert STOPPED_PAGE.choices == ()
    assert " ".join((HIDDEN_PAGE.title, *HIDDEN_PAGE.lines)) == (
        "Screen hidden. Nothing is stopped."
    )


def test_a_guard_that_says_nothing_for_long_counts_as_one_that_nobody_attends(
    monkeypatch: pytest.MonkeyPatch, child: list[handle.Guard]
) -> None:
    """It hangs, so it can stop nothing: the session must not go on with it."""
    says = "say('hands', away=False)\nsys.stdin.readline()"
    guard = _start(monkeypatch, READY + says)
    child.append(guard)
    assert not guard.unattended
    monkeypatch.setattr(handle, "_SILENT_S", 0.2)
    until(lambda: guard.unattended)


@pytest.mark.parametrize("away", [True, False])
def test_what_a_guard_says_of_who_is_there(
    away: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
    child: list[handle.Guard],
) -> None:
    guard = _start(monkeypatch, READY + f"say('hands', away={away})\nsys.stdin.readline()")
    child.append(guard)
    time.sleep(0.2)
    assert guard.unattended is away
