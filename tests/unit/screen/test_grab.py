"""What the one door to the camera lets through, and what it refuses before and after."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from counterseal.errors import (
    AcquisitionError,
    NoScreenError,
    StoppedError,
)
from counterseal.evidence.exhibit import Monitor
from counterseal.evidence.screen import Frame, Permit, grab
from counterseal.evidence.screen.port import BlankPictureError, ScreenLostError
from counterseal.evidence.triage import LIFETIME_MS, Act, Clearance, ClearanceError
from counterseal.latch import Latch
from onscreen.fakes import PNG, FakeClock, FakeScreen, clearance


@pytest.fixture
def latch(tmp_path: Path) -> Latch:
    made = Latch((tmp_path,))
    made.arm()
    return made


def test_a_picture_is_handed_on_with_the_facts_of_its_taking(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen()
    cleared = clearance(clock.now())
    clock.sleep(7)

    taken = grab(cleared, screen, clock=clock, latch=latch)

    assert taken.png == PNG
    assert taken.digest.sha256 == hashlib.sha256(PNG).hexdigest()
    assert taken.digest.size == len(PNG)
    assert (taken.width, taken.height) == (640, 480)
    assert taken.monitors == (Monitor(0, 0, 640, 480),)
    assert (taken.backend, taken.version) == ("fake", "1")
    assert taken.taken == clock.now()
    assert taken.tries == 1
    assert taken.answers_age_ms == 7_000


def test_answers_hold_for_exactly_twenty_seconds(latch: Latch) -> None:
    clock = FakeClock()
    cleared = clearance(clock.now())
    clock.mono_ms += LIFETIME_MS
    assert grab(cleared, FakeScreen(), clock=clock, latch=latch).answers_age_ms == LIFETIME_MS


def _too_old(clock: FakeClock) -> Clearance:
    made = clearance(clock.now())
    clock.sleep(21)
    return made


def _one_millisecond_too_old(clock: FakeClock) -> Clearance:
    made = clearance(clock.now())
    clock.mono_ms += LIFETIME_MS + 1
    return made


def _for_viewing(clock: FakeClock) -> Clearance:
    return clearance(clock.now(), Act.VIEW)


def _for_importing(clock: FakeClock) -> Clearance:
    return clearance(clock.now(), Act.IMPORT)


def _used(clock: FakeClock) -> Clearance:
    made = clearance(clock.now())
    made.spend(Act.CAPTURE, clock.now())
    return made


def _of_another_boot(clock: FakeClock) -> Clearance:
    made = clearance(clock.now())
    clock.boot = "boot-2"
    return made


def _of_the_future(clock: FakeClock) -> Clearance:
    made = clearance(clock.now())
    clock.mono_ms -= 5_000
    return made


@pytest.mark.parametrize(
    "make",
    [
        _too_old,
        _one_millisecond_too_old,
        _for_viewing,
        _for_importing,
        _used,
        _of_another_boot,
        _of_the_future,
    ],
)
def test_a_clearance_that_does_not_cover_the_act_never_reaches_the_camera(
    make: Callable[[FakeClock], Clearance], latch: Latch
) -> None:
    clock, screen = FakeClock(), FakeScreen()
    cleared = make(clock)
    with pytest.raises(ClearanceError):
        grab(cleared, screen, clock=clock, latch=latch)
    assert screen.touched == 0


def test_one_clearance_is_good_for_one_picture(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen()
    cleared = clearance(clock.now())
    grab(cleared, screen, clock=clock, latch=latch)
    with pytest.raises(ClearanceError):
        grab(cleared, screen, clock=clock, latch=latch)
    assert screen.touched == 1


def test_a_refused_picture_has_used_its_clearance_up(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen(blank=True)
    cleared = clearance(clock.now())
    with pytest.raises(BlankPictureError):
        grab(cleared, screen, clock=clock, latch=latch)
    with pytest.raises(ClearanceError):
        grab(cleared, FakeScreen(), clock=clock, latch=latch)


@pytest.mark.parametrize("picture", [(639, 480), (640, 481), (480, 640), (1280, 960)])
def test_a_picture_of_another_size_than_the_screen_is_refused(
    picture: tuple[int, int], latch: Latch
) -> None:
    clock = FakeClock()
    with pytest.raises(AcquisitionError, match="640 by 480"):
        grab(clearance(clock.now()), FakeScreen(picture=picture), clock=clock, latch=latch)


def test_a_refused_picture_is_never_even_encoded(latch: Latch) -> None:
    encoded: list[bool] = []
    clock, screen = FakeClock(), FakeScreen(blank=True, encoding=lambda: encoded.append(True))
    with pytest.raises(BlankPictureError):
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)
    assert not encoded


def test_a_latch_that_stands_comes_before_everything(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen()
    cleared = clearance(clock.now())
    latch.lock()
    with pytest.raises(StoppedError):
        grab(cleared, screen, clock=clock, latch=latch)
    assert screen.touched == 0


def test_a_stop_wins_while_the_picture_is_taken(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen(during=latch.lock)
    with pytest.raises(StoppedError):
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)
    assert screen.touched == 1


def test_a_stop_wins_while_the_picture_is_encoded(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen(encoding=latch.lock)
    with pytest.raises(StoppedError):
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)


def test_a_stop_wins_over_a_second_try(latch: Latch) -> None:
    clock = FakeClock()
    screen = FakeScreen(during=latch.lock, failures=[ScreenLostError()])
    with pytest.raises(StoppedError):
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)
    assert screen.touched == 1


def test_a_stop_wins_over_a_blank_picture(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen(blank=True, during=latch.lock)
    with pytest.raises(StoppedError):
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)


def test_a_lost_connection_is_tried_once_more_and_both_tries_are_recorded(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen(failures=[ScreenLostError()])
    taken = grab(clearance(clock.now()), screen, clock=clock, latch=latch)
    assert taken.tries == 2
    assert screen.touched == 2


def test_a_connection_lost_twice_is_given_up_in_plain_words(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen(failures=[ScreenLostError(), ScreenLostError()])
    with pytest.raises(AcquisitionError, match="2 times") as refused:
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)
    assert screen.touched == 2
    assert refused.value.exit_status == 50
    assert refused.value.kept == "Nothing was kept."


@pytest.mark.parametrize("error", [AcquisitionError(), NoScreenError()])
def test_another_failure_is_not_tried_again(error: AcquisitionError, latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen(failures=[error])
    with pytest.raises(AcquisitionError):
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)
    assert screen.touched == 1


def test_a_camera_that_hung_shows_another_moment_and_is_refused(latch: Latch) -> None:
    clock = FakeClock()
    screen = FakeScreen(during=lambda: clock.sleep(20.001))
    with pytest.raises(ClearanceError, match="20 seconds"):
        grab(clearance(clock.now()), screen, clock=clock, latch=latch)


def test_nobody_else_makes_a_permit() -> None:
    with pytest.raises(TypeError):
        Permit(object())


def test_a_permit_is_good_for_one_picture(latch: Latch) -> None:
    clock, screen = FakeClock(), FakeScreen()
    grab(clearance(clock.now()), screen, clock=clock, latch=latch)
    with pytest.raises(TypeError):
        screen.grab(screen.permits[0])


def test_a_frame_shows_no_type_of_a_library() -> None:
    assert Frame.__annotations__.keys() == {"width", "height", "blank", "encode"}
