"""A stand-in for the screen where a computer has none. For practice vaults only.

First choice: a made-up page drawn by the machine's own browser. Otherwise: a card drawn by Pillow.
Both are ours, show invented people and say that they are for practice.
"""

from dataclasses import dataclass, field
from importlib import resources

from counterseal.evidence.exhibit import Monitor
from counterseal.evidence.screen.browser_pipe import BrowserFailedError, find_browser, render
from counterseal.evidence.screen.card import draw_card
from counterseal.evidence.screen.displays import PILLOW, not_installed
from counterseal.evidence.screen.picture import frame_of, read_png
from counterseal.evidence.screen.port import Desktop, Frame, Permit

WIDTH = 1280
HEIGHT = 800


@dataclass(slots=True)
class PracticeScreen:
    """A made-up page in place of a screen.

    Args:
        browser: Path of the browser; None for the drawn card.
        name: "headless-browser" or "practice-card": what drew the last picture.
        version: Of what drew the last picture.
    """

    browser: str | None = field(default_factory=find_browser)
    name: str = field(default="practice-card")
    version: str = field(default="")

    def __post_init__(self) -> None:
        """Make sure that a picture can be made at all.

        Raises:
            NoScreenError: Pillow is not installed.
        """
        try:
            from PIL import __version__ as pillow  # noqa: PLC0415  (heavy)
        except ImportError as error:
            raise not_installed(PILLOW) from error
        self.version = f"Pillow {pillow}"

    def desktop(self) -> Desktop:
        """Return the size of the made-up screen."""
        return Desktop(WIDTH, HEIGHT, (Monitor(0, 0, WIDTH, HEIGHT),))

    def grab(self, permit: Permit) -> Frame:
        """Draw the practice page, or the practice card where no browser does it in time."""
        permit.use()
        if self.browser is not None:
            try:
                png, version = render(self.browser, page(), WIDTH, HEIGHT)
            except BrowserFailedError:
                self.browser = None  # it would only fail, and keep people waiting, again
            else:
                self.name, self.version = "headless-browser", version
                return frame_of(read_png(png), png)
        return frame_of(draw_card(WIDTH, HEIGHT))


def page() -> str:
    """Return the practice page: one HTML text that names nothing outside itself."""
    return resources.files(__package__).joinpath("practice.html").read_text(encoding="utf-8")
