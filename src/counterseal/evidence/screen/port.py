"""The only way to a picture of the screen.

- A picture costs a `Clearance`: two fresh "No" answers, for one capture, once.
- An adapter's camera asks for a `Permit`, and only `grab` makes one. So no other code reaches it.
- A stop wins: the latch is asked before the picture, after it, and before it is handed on.
- A blank picture, or one that is not as large as the screen, is refused.
- The fingerprint is taken in memory, from the very bytes that are handed on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from counterseal.clock import Clock, Instant
from counterseal.errors import AcquisitionError
from counterseal.evidence.exhibit import Acquisition, Digest, Monitor
from counterseal.evidence.triage import LIFETIME_MS, Act, Clearance, ClearanceError
from counterseal.latch import Latch

MOST_TRIES = 2
"""A lost connection to the screen is tried once more."""

_BY_GRAB: Final = object()


class BlankPictureError(AcquisitionError):
    """The picture shows one colour only, so it shows nothing."""

    code = "blank-picture"
    default_what = "The picture came out blank, so it was refused."
    default_advice = (
        "Check that this program may record the screen (on macOS: Privacy & Security, "
        "Screen Recording), then try again."
    )


class ScreenLostError(AcquisitionError):
    """The connection to the screen failed while a picture was being taken; worth one more try."""

    default_what = "The connection to the screen failed, so no picture was taken."
    default_advice = (
        "Wait a moment and try again; if it fails again, record the concern in words "
        "without a picture."
    )


@dataclass(slots=True)
class Permit:
    """Leave to use the camera once. Only `grab` makes one, after it has spent a clearance."""

    _made_by: object
    _used: bool = field(default=False)

    def __post_init__(self) -> None:
        """Refuse a permit that `grab` did not make."""
        if self._made_by is not _BY_GRAB:
            message = "only screen.grab makes a Permit"
            raise TypeError(message)

    def use(self) -> None:
        """Use the permit up; the first line of every adapter's camera.

        Raises:
            TypeError: It was used before, which is a bug of the adapter.
        """
        if self._used:
            message = "a Permit is good for one picture"
            raise TypeError(message)
        self._used = True


@dataclass(frozen=True, slots=True)
class Desktop:
    """What the platform says of the whole screen, asked another way than the picture is.

    Args:
        width: Of all displays together, in pixels.
        height: Of all displays together, in pixels.
        monitors: Every display, in the desktop's own pixels.
    """

    width: int
    height: int
    monitors: tuple[Monitor, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """One raw picture, still in the adapter's own form; no library's type shows.

    Args:
        width: In pixels.
        height: In pixels.
        blank: Whether every pixel has the same colour.
        encode: Makes the PNG, in memory.
    """

    width: int
    height: int
    blank: bool
    encode: Callable[[], bytes]


class ScreenSource(Protocol):
    """Something that can see a screen. `open_screen` makes one; only `grab` can use its camera."""

    @property
    def name(self) -> str:
        """The backend's name for the record: "pillow-x11", "pyautogui" or "mss"."""

    @property
    def version(self) -> str:
        """Versions of what took the picture and of what checked its size."""

    def desktop(self) -> Desktop:
        """Ask the platform how large the screen is now.

        Raises:
            ScreenLostError: The connection to the screen failed.
        """

    def grab(self, permit: Permit) -> Frame:
        """Take one picture of the whole screen, in memory.

        Args:
            permit: Made by `screen.grab`; used up first.

        Raises:
            AcquisitionError: The picture could not be taken; `ScreenLostError` where one more
                try makes sense.
        """


def grab(clearance: Clearance, source: ScreenSource, *, clock: Clock, latch: Latch) -> Acquisition:
    """Take one picture of the screen (ISO/IEC 27037 5.4.4: acquisition, with its record).

    Args:
        clearance: For `Act.CAPTURE`; spent here, even when the picture then fails.
        source: From `open_screen`.
        clock: The reader of time.
        latch: Asked before, during and after; a stop wins over a picture.

    Returns:
        The PNG, its fingerprint and the facts of its taking, all in memory.

    Raises:
        StoppedError: The latch stands, or came to stand while the picture was taken.
        ClearanceError: The answers are used, too old or for another act; or the camera took so
            long that the screen may have changed since.
        BlankPictureError: Every pixel has one colour.
        AcquisitionError: The picture failed twice, or does not have the size of the screen.
    """
    latch.check()
    begun = clock.now()
    age = clearance.spend(Act.CAPTURE, begun)
    desktop, frame, tries = _take(source, latch)
    taken = clock.now()
    latch.check()
    _refuse_late(begun, taken)
    _refuse_wrong(frame, desktop)
    png = frame.encode()
    digest = Digest.of(png)
    latch.check()
    return Acquisition(
        png=png,
        digest=digest,
        width=frame.width,
        height=frame.height,
        monitors=desktop.monitors,
        backend=source.name,
        version=source.version,
        taken=taken,
        tries=tries,
        answers_age_ms=age,
    )


def _take(source: ScreenSource, latch: Latch) -> tuple[Desktop, Frame, int]:
    for tries in range(1, MOST_TRIES):
        try:
            return source.desktop(), source.grab(Permit(_BY_GRAB)), tries
        except ScreenLostError:
            latch.check()
    try:
        return source.desktop(), source.grab(Permit(_BY_GRAB)), MOST_TRIES
    except ScreenLostError as error:
        what = f"The connection to the screen failed {MOST_TRIES} times, so no picture was taken."
        raise ScreenLostError(what) from error


def _refuse_late(begun: Instant, taken: Instant) -> None:
    # A camera that hung, or a computer that slept, may have come back to another page.
    if taken.boot != begun.boot or not 0 <= taken.mono_ms - begun.mono_ms <= LIFETIME_MS:
        what = "The picture took more than 20 seconds, so the screen may have changed since."
        raise ClearanceError(what)


def _refuse_wrong(frame: Frame, desktop: Desktop) -> None:
    if (frame.width, frame.height) != (desktop.width, desktop.height):
        what = (
            f"The picture is {frame.width} by {frame.height} pixels but the screen is "
            f"{desktop.width} by {desktop.height}, so it was refused."
        )
        raise AcquisitionError(what)
    if frame.blank:
        raise BlankPictureError
