"""What stood in a window when people were asked, so that nothing else is taken in its place. Pure.

A page is the same where the same visit put it there. Besides, it must lie in its window as it did:
what was scrolled or grew since then, nobody answered for.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from counterseal.evidence.browser.trouble import PageChangedError, PageSilentError
from counterseal.evidence.browser.window import Standing

_MOVED: Final = "The page was scrolled or changed its size after you answered. Nothing was taken."


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page lies in its window, in CSS pixels.

    Args:
        across: Width of the page area.
        down: Its height.
        left: How far the page is scrolled.
        top: How far the page is scrolled.
        width: Of all of the page, also what is further down.
        height: Of all of the page.
    """

    across: int
    down: int
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, metrics: Mapping[str, Any]) -> "Layout":
        """Read what the browser says of its layout.

        Raises:
            KeyError, TypeError, ValueError: It does not have the form that the browser's makers
                describe.
        """
        seen, whole = metrics["cssVisualViewport"], metrics["cssContentSize"]
        names = "clientWidth", "clientHeight", "pageX", "pageY"
        across, down, left, top = (round(float(seen[name])) for name in names)
        size = (round(float(whole[name])) for name in ("width", "height"))
        return cls(across, down, left, top, *size)

    def in_view(self) -> tuple[int, int, int, int]:
        """Return what decides which part of the page can be seen."""
        return self.across, self.down, self.left, self.top


@dataclass(frozen=True, slots=True)
class Stood:
    """What stood in a window.

    Args:
        window: Its number.
        visit: The number of the visit that put the page there.
        address: SHA-256 of its address.
        layout: How it lay there; None where the page was too busy to say.
        whole: Whether they answered for all of the page; else for what can be seen on the screen,
            so that its window must also still be the one in front.
        since: From when on the browser is heard, by the monotonic clock; what it did while nobody
            heard it is not known, so that nothing from before counts after that.
    """

    window: int
    visit: int
    address: str
    layout: Layout | None
    whole: bool
    since: int

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Stood":
        """Read it as `as_dict` wrote it."""
        layout = said["layout"]
        return cls(**{**said, "layout": Layout(**layout) if layout else None})

    def as_dict(self) -> dict[str, Any]:
        """Return it as a message carries it."""
        return asdict(self)

    def check(self, stands: Standing, since: int) -> None:
        """Make sure that the same page stands in the window.

        Args:
            stands: What stands there now.
            since: From when on the browser is heard.

        Raises:
            PageChangedError: Another one does.
        """
        now = stands.window, stands.visit, stands.address.sha256, since
        if now != (self.window, self.visit, self.address, self.since):
            raise PageChangedError

    def check_layout(self, layout: Layout | None) -> None:
        """Make sure that it lies there as it did.

        Raises:
            PageChangedError: It was scrolled, its window has another size, or it grew or shrank.
            PageSilentError: It is too busy to say now.
        """
        if self.layout is None:
            return
        if layout is None:
            raise PageSilentError
        moved = self.layout.in_view() != layout.in_view()
        if moved or (self.whole and self.layout != layout):
            raise PageChangedError(_MOVED)
