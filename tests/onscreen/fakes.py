"""A screen and a clock that tests hold in their hands, and the way to a clearance."""

from collections.abc import Callable
from dataclasses import dataclass, field

from counterseal.clock import Instant
from counterseal.evidence.exhibit import Monitor
from counterseal.evidence.screen import Desktop, Frame, Permit
from counterseal.evidence.triage import Act, Answer, Clearance, SafetyAnswer, assess

PNG = b"\x89PNG\r\n\x1a\n made up"
BOOT = "boot-1"


@dataclass(slots=True)
class FakeClock:
    """Stands still until a test moves it."""

    mono_ms: int = 1_000_000
    boot: str = BOOT

    def now(self) -> Instant:
        """Return this moment."""
        return Instant(
            utc_ms=1_800_000_000_000 + self.mono_ms, mono_ms=self.mono_ms, boot=self.boot
        )

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.mono_ms += int(seconds * 1000)


def nothing() -> None:
    """Do nothing."""


@dataclass(slots=True)
class FakeScreen:
    """A screen that shows what a test wants.

    Args:
        size: Of the screen in pixels.
        picture: Of what the camera gives; the screen's own size where None.
        blank: Whether the camera gives one colour.
        failures: What the camera raises, one for each first try.
        during: Called while the picture is taken.
        encoding: Called while the PNG is made.
    """

    size: tuple[int, int] = (640, 480)
    picture: tuple[int, int] | None = None
    blank: bool = False
    failures: list[Exception] = field(default_factory=list)
    during: Callable[[], object] = nothing
    encoding: Callable[[], object] = nothing
    name: str = "fake"
    version: str = "1"
    touched: int = 0
    permits: list[Permit] = field(default_factory=list)

    def desktop(self) -> Desktop:
        """Return the size of the screen."""
        return Desktop(*self.size, (Monitor(0, 0, *self.size),))

    def grab(self, permit: Permit) -> Frame:
        """Take a made-up picture."""
        permit.use()
        self.permits.append(permit)
        self.touched += 1
        self.during()
        if self.failures:
            raise self.failures.pop(0)
        return Frame(*(self.picture or self.size), self.blank, self._encode)

    def _encode(self) -> bytes:
        self.encoding()
        return PNG


def clearance(at: Instant, act: Act = Act.CAPTURE) -> Clearance:
    """Let two people say "No" twice at that moment."""
    answers = [SafetyAnswer(person, Answer.NO, Answer.NO, at) for person in ("AB", "CD")]
    made = assess(act, *answers)
    assert isinstance(made, Clearance)
    return made
