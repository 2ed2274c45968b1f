"""The guard on a real X screen with two monitors: what makes it stop, what is then to be seen."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageColor, ImageGrab

from counterseal.errors import NoGuardError
from counterseal.evidence.screen.displays import geometry
from counterseal.guard import Display, Guard, Page, Stopped, Trigger, handle, start
from counterseal.guard.terms import COVER_S
from counterseal.latch import READY, STOPPED, Latch
from onscreen.colours import GROUND, SHAPES
from onscreen.guarding import DISPLAYS, HEIGHT, WIDTH, box_of, end, parent, running, stopped
from onscreen.programs import colour_window, with_paths
from patience import BUSY_S, until
from xvfb import Screen, need, xvfb

INK = ImageColor.getrgb("#16283d")
RED = ImageColor.getrgb("#b3141d")
PAPER = ImageColor.getrgb("#eef2f6")
BEHIND = {ImageColor.getrgb(colour) for colour in (GROUND, *(shape[0] for shape in SHAPES))}
Begin = Callable[..., Guard]


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Two monitors with something in known colours on both."""
    need("xdotool")
    with xvfb(tmp_path, WIDTH, HEIGHT) as running_now:
        running_now.use(monkeypatch)
        with colour_window(running_now.environment):
            yield running_now


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, ...]:
    made = tmp_path / "vault", tmp_path / "user"
    Latch(made).arm()
    return made


@pytest.fixture
def begin(
    folders: tuple[Path, ...], screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Begin]:
    """Start guards that mute nothing, on this screen, and end every one of them.

    Whoever asks them to cover waits as long as a busy test computer takes.
    """
    assert screen.name
    monkeypatch.setattr(handle, "COVER_S", BUSY_S)
    begun: list[Guard] = []

    def one(**more: object) -> Guard:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", str(tmp_path))
            guard = start(folders, more.pop("displays", DISPLAYS), **more)  # type: ignore[arg-type]
        begun.append(guard)
        return guard

    yield one
    for guard in begun:
        guard.kill()


def _look(screen: Screen) -> Image.Image:
    return ImageGrab.grab(xdisplay=screen.name)


def _shares(screen: Screen, display: Display) -> dict[object, float]:
    box = (display.left, display.top, display.left + display.width, display.top + display.height)
    seen = _look(screen).crop(box)
    found = seen.getcolors(seen.width * seen.height) or []
    return {colour: count / (seen.width * seen.height) for count, colour in found}


def _covered(screen: Screen, display: Display) -> bool:
    """Whether nothing of what was behind is seen there, and the page is."""
    shares = _shares(screen, display)
    return not BEHIND & shares.keys() and shares.get(INK, 0) > 0.75


def _all_covered(screen: Screen) -> bool:
    return all(_covered(screen, display) for display in DISPLAYS)


def _uncovered(screen: Screen) -> bool:
    return all(_shares(screen, one).get(ImageColor.getrgb(GROUND), 0) > 0.7 for one in DISPLAYS)


def _press(screen: Screen, colour: tuple[int, ...], within: Display = DISPLAYS[0]) -> None:
    """Press what has this colour, in the middle, once it is drawn."""
    seen: list[tuple[int, int, int, int] | None] = [None]

    def drawn() -> bool:
        seen.append(_box_of(screen, colour, within))
        return seen[-1] is not None and seen[-1] == seen[-2]

    until(drawn)
    left, top, right, bottom = seen[-1] or (0, 0, 0, 0)
    across, down = within.left + (left + right) // 2, within.top + (top + bottom) // 2
    screen.run("xdotool", "mousemove", str(across), str(down), "click", "1")


def _box_of(
    screen: Screen, colour: tuple[int, ...], within: Display
) -> tuple[int, int, int, int] | None:
    right, bottom = within.left + within.width, within.top + within.height
    part = _look(screen).crop((within.left, within.top, right, bottom)).convert("RGB")
    return box_of(part, colour)


# ------------------------------------------------------------------------------- before any stop


def test_a_guard_that_waits_shows_a_bar_and_hides_nothing(screen: Screen, begin: Begin) -> None:
    guard = begin()
    assert guard.ready.displays == DISPLAYS
    assert guard.ready.not_covered == ()
    assert guard.ready.hot_key
    assert guard.alive
    assert guard.stopped is None
    assert _uncovered(screen)
    right, left = _shares(screen, Display(980, 0, 300, 60)), _shares(screen, DISPLAYS[1])
    assert right[RED] > 0.05
    assert right[PAPER] > 0.05
    assert RED not in left


def test_hide_screen_covers_everything_and_stops_nothing(
    screen: Screen, begin: Begin, folders: tuple[Path, ...]
) -> None:
    begin()
    _press(screen, PAPER, Display(980, 0, 300, 60))
    until(lambda: _all_covered(screen))
    time.sleep(0.2)
    assert stopped(folders) == [False, False]
    _press(screen, PAPER, DISPLAYS[1])
    until(lambda: _uncovered(screen))


def test_the_parent_can_hide_and_show(screen: Screen, begin: Begin) -> None:
    guard = begin()
    guard.hide()
    until(lambda: _all_covered(screen))
    guard.show()
    until(lambda: _uncovered(screen))
    assert guard.stopped is None


def test_stop_while_hidden(screen: Screen, begin: Begin, folders: tuple[Path, ...]) -> None:
    guard = begin()
    guard.hide()
    until(lambda: _all_covered(screen))
    _press(screen, RED, DISPLAYS[1])
    until(lambda: guard.stopped)
    assert stopped(folders) == [True, True]
    until(lambda: _all_covered(screen))
    guard.show()  # no way to take a stop's cover away
    time.sleep(0.2)
    assert _all_covered(screen)
    assert RED not in _shares(screen, DISPLAYS[0])


# --------------------------------------------------------------------------------- the triggers


def _by_button(screen: Screen, _guard: Guard, _folders: tuple[Path, ...]) -> None:
    _press(screen, RED, Display(980, 0, 300, 60))


def _by_hot_key(screen: Screen, _guard: Guard, _folders: tuple[Path, ...]) -> None:
    screen.run("xdotool", "key", "ctrl+alt+s")


def _by_parent(_screen: Screen, guard: Guard, _folders: tuple[Path, ...]) -> None:
    assert guard.cover().covered == DISPLAYS


def _by_latch(_screen: Screen, _guard: Guard, folders: tuple[Path, ...]) -> None:
    (folders[1] / READY).rename(folders[1] / STOPPED)


@pytest.mark.parametrize(
    ("act", "trigger"),
    [
        (_by_button, Trigger.BUTTON),
        (_by_hot_key, Trigger.HOT_KEY),
        (_by_parent, Trigger.PARENT),
        (_by_latch, Trigger.LATCH),
    ],
)
def test_whatever_stops_covers_both_monitors_and_sets_both_latches(
    act: Callable[..., None],
    trigger: Trigger,
    screen: Screen,
    begin: Begin,
    folders: tuple[Path, ...],
) -> None:
    heard: list[Stopped] = []
    guard = begin(on_stop=heard.append)
    assert _uncovered(screen)
    act(screen, guard, folders)
    until(lambda: guard.stopped)
    assert guard.stopped is not None
    assert guard.stopped.trigger is trigger
    assert guard.stopped.troubles == ()
    assert stopped(folders) == [True, True]
    assert guard.covered is not None
    assert guard.covered.covered == DISPLAYS
    assert guard.covered.not_covered == ()
    until(lambda: _all_covered(screen))
    assert heard == ([] if trigger is Trigger.PARENT else [guard.stopped])
    until(lambda: guard.muted is False)  # there was nothing to mute with, and it says so


@pytest.mark.parametrize("practice", [False, True])
def test_the_sound_goes_too_but_not_in_practice(
    practice: bool,  # noqa: FBT001
    begin: Begin,
    tmp_path: Path,
) -> None:
    program = tmp_path / "pactl"  # stands for the sound system's own
    program.write_text(f"#!/bin/sh\n: > {tmp_path}/muted\n")
    program.chmod(0o755)
    guard = begin(practice=practice)
    guard.cover()
    until(lambda: guard.muted is not None)
    assert guard.muted is not practice
    assert (tmp_path / "muted").exists() is not practice


def test_the_hot_key_works_with_caps_lock_and_num_lock(
    screen: Screen, begin: Begin, folders: tuple[Path, ...]
) -> None:
    begin()
    screen.run("xdotool", "key", "Caps_Lock", "key", "Num_Lock", "key", "ctrl+alt+s")
    until(lambda: stopped(folders) == [True, True])


def test_a_key_that_another_guard_has_is_said_and_nothing_else_fails(begin: Begin) -> None:
    first, second = begin(), begin()
    assert first.ready.hot_key
    assert not second.ready.hot_key
    assert second.cover().covered == DISPLAYS


# ---------------------------------------------------------------------------- what is not covered


def test_a_monitor_that_is_not_there_is_named(screen: Screen, begin: Begin) -> None:
    missing = Display(WIDTH, 0, 800, 600)
    guard = begin(displays=(*DISPLAYS, missing))
    assert guard.ready.not_covered == (missing,)
    covered = guard.cover()
    assert covered.covered == DISPLAYS
    assert covered.not_covered == (missing,)
    assert _all_covered(screen)


def test_what_the_screen_says_of_its_monitors_is_what_is_covered(
    screen: Screen, begin: Begin
) -> None:
    need("xrandr")
    left, right = DISPLAYS
    for name, one, output in (("left", left, "screen"), ("right", right, "none")):
        size = f"{one.width}/100x{one.height}/100+{one.left}+{one.top}"
        screen.run("xrandr", "--setmonitor", name, size, output)
    found = [(m.left, m.top, m.width, m.height) for m in geometry(screen.name).monitors]
    assert begin(displays=sorted(found)).cover().covered == DISPLAYS
    assert _all_covered(screen)


def test_a_window_that_opened_meanwhile_is_covered_at_once(screen: Screen, begin: Begin) -> None:
    guard = begin()
    with colour_window(screen.environment):
        assert guard.cover().covered == DISPLAYS
        assert _all_covered(screen)


def test_the_latches_do_not_wait_longer_than_the_covers_take(
    begin: Begin, folders: tuple[Path, ...]
) -> None:
    took = []
    for _ in range(4):
        guard = begin(practice=True)
        guard.cover()
        until(lambda: guard.stopped)  # noqa: B023  (called at once)
        assert guard.stopped is not None
        took.append(guard.stopped.ms)
        guard.end()
        for folder in folders:
            (folder / STOPPED).unlink()
    assert min(took) < 45, took  # the best of four, because computers are busy


def test_a_window_that_opens_afterwards_comes_behind(screen: Screen, begin: Begin) -> None:
    guard = begin()
    guard.cover()
    with colour_window(screen.environment):
        until(lambda: _all_covered(screen))
        assert guard.cover().covered == DISPLAYS


# ------------------------------------------------------------------------------------- who dies


def test_a_guard_that_was_killed_is_said_within_the_bound(begin: Begin) -> None:
    guard = begin()
    os.kill(guard.pid, signal.SIGKILL)
    for _ in range(2):
        begun = time.monotonic()
        answer = guard.cover()
        assert time.monotonic() - begun < 0.5 + BUSY_S
        assert answer.covered == ()
        assert answer.not_covered == DISPLAYS
        assert "screens" in answer.reason
    until(lambda: not guard.alive)
    guard.hide()
    guard.show()
    guard.lift()
    assert guard.ask(Page("A", ("b",), ("c",)), 5) is None
    guard.end()


def test_a_guard_that_hangs_keeps_nobody_waiting(
    begin: Begin, folders: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handle, "COVER_S", COVER_S)
    guard = begin()
    os.kill(guard.pid, signal.SIGSTOP)
    begun = time.monotonic()
    answers = [guard.cover() for _ in range(3)]
    assert 0.14 < time.monotonic() - begun < 1 + BUSY_S
    assert {answer.covered for answer in answers} == {()}
    assert "did not answer" in answers[0].reason
    guard.tell(Page("A", ("b" * 200_000,)))  # more than a pipe takes
    assert time.monotonic() - begun < 1.5 + BUSY_S
    os.kill(guard.pid, signal.SIGCONT)
    until(lambda: guard.covered)
    until(lambda: stopped(folders) == [True, True])


def test_after_a_stop_the_covers_outlive_the_parent(
    screen: Screen, folders: tuple[Path, ...]
) -> None:
    with parent(folders, with_paths(screen.environment)) as child:
        assert child.stdin
        assert child.stdout
        pid = int(child.stdout.readline())
        try:
            child.stdin.write("\n")
            child.stdin.flush()
            assert child.stdout.readline().startswith("Covered(covered=(Display(")
            child.kill()
            child.wait()
            time.sleep(0.5)
            assert running(pid)
            assert _all_covered(screen)
            for folder in folders:  # the stop is released
                (folder / STOPPED).unlink()
            until(lambda: not running(pid))
            assert _uncovered(screen)
        finally:
            end(pid)


def test_without_a_stop_the_guard_goes_with_its_parent(
    screen: Screen, folders: tuple[Path, ...]
) -> None:
    with parent(folders, with_paths(screen.environment)) as child:
        assert child.stdout
        pid = int(child.stdout.readline())
        child.kill()
        child.wait()
        until(lambda: not running(pid))
    assert stopped(folders) == [False, False]
    assert _uncovered(screen)


def test_a_latch_set_with_the_last_breath_covers(screen: Screen, folders: tuple[Path, ...]) -> None:
    with parent(folders, with_paths(screen.environment)) as child:
        assert child.stdout
        pid = int(child.stdout.readline())
        try:
            (folders[0] / READY).rename(folders[0] / STOPPED)
            child.kill()
            until(lambda: _all_covered(screen))
            assert running(pid)
            until(lambda: stopped(folders) == [True, True])
        finally:
            end(pid)


def test_end_leaves_a_stopped_guard_running_and_ends_another(screen: Screen, begin: Begin) -> None:
    quiet = begin()
    quiet.end()
    assert not quiet.alive
    guard = begin()
    guard.cover()
    guard.end()
    time.sleep(0.3)
    assert guard.alive
    assert _all_covered(screen)


def test_in_practice_the_covers_go_with_the_parent(
    screen: Screen, begin: Begin, folders: tuple[Path, ...]
) -> None:
    guard = begin(practice=True)
    guard.cover()
    until(lambda: guard.stopped)
    assert stopped(folders) == [True, True]
    guard.end()
    assert guard._child.returncode == 0  # by itself, without being killed
    until(lambda: _uncovered(screen))


# ---------------------------------------------------------------------------------- after a stop


def test_a_latch_folder_that_cannot_be_written_is_told_and_the_other_stands(
    begin: Begin, folders: tuple[Path, ...]
) -> None:
    guard = begin()
    (folders[0] / READY).unlink()
    folders[0].rmdir()
    folders[0].write_text("in the way")
    until(lambda: guard.stopped)  # a folder that cannot be asked counts as stopped
    assert guard.stopped is not None
    assert guard.stopped.trigger is Trigger.LATCH
    assert len(guard.stopped.troubles) == 1
    assert str(folders[0]) in guard.stopped.troubles[0]
    assert stopped(folders) == [False, True]


def test_the_covers_can_be_lifted_and_come_back_when_the_parent_goes(
    screen: Screen, begin: Begin, folders: tuple[Path, ...]
) -> None:
    guard = begin()
    guard.cover()
    guard.lift()
    until(lambda: _uncovered(screen))
    assert stopped(folders) == [True, True]
    assert guard.cover().covered == DISPLAYS
    guard.lift()
    until(lambda: _uncovered(screen))
    guard.end()
    until(lambda: _all_covered(screen))


def test_a_released_stop_uncovers_and_the_next_one_counts(
    screen: Screen, begin: Begin, folders: tuple[Path, ...]
) -> None:
    guard = begin()
    guard.cover()
    until(lambda: guard.stopped)
    (folders[0] / STOPPED).unlink()
    time.sleep(1.5)
    assert _all_covered(screen)  # one latch still stands
    (folders[1] / STOPPED).unlink()
    until(lambda: guard.stopped is None)
    until(lambda: _uncovered(screen))
    Latch(folders).arm()
    screen.run("xdotool", "key", "ctrl+alt+s")
    until(lambda: stopped(folders) == [True, True])
    until(lambda: _all_covered(screen))


def test_the_covers_ask_and_hear_the_answer(screen: Screen, begin: Begin) -> None:
    guard = begin()
    guard.cover()
    page = Page("What was it?", ("Choose one.",), ("We only need a break",))
    assert guard.ask(Page("Wait.", ()), 0.5) is None  # nobody pressed anything
    assert _all_covered(screen)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(guard.ask, page, 10)
        until(lambda: PAPER in _shares(screen, DISPLAYS[1]))
        _press(screen, PAPER, DISPLAYS[1])
        assert answer.result(10) == "We only need a break"
    until(lambda: PAPER not in _shares(screen, DISPLAYS[1]))  # the page of the stop again
    assert _all_covered(screen)


# ------------------------------------------------------------------------ where there is no screen


def test_no_screen_is_an_error_with_advice(
    folders: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(NoGuardError) as refused:
        start(folders, DISPLAYS)
    assert refused.value.exit_status == 50
    assert refused.value.code == "no-guard"
    assert "could not be started" in refused.value.what
    assert "at the computer" in refused.value.advice


def test_no_display_is_an_error(folders: tuple[Path, ...]) -> None:
    with pytest.raises(NoGuardError):
        start(folders, ())
