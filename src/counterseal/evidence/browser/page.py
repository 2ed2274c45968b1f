"""The picture of a page, in memory, and what the browser knows of that page. Pure."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from counterseal.clock import Instant
from counterseal.errors import AcquisitionError
from counterseal.evidence.browser.window import Standing
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.screen.port import BlankPictureError

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SCROLL_BAR: Final = 20
"""At most so wide, in CSS pixels: the browser gives the size of a page without it."""
_ROUNDED: Final = 2
_HEADER: Final = 13


@dataclass(frozen=True, slots=True)
class Area:
    """The page area of a window.

    Args:
        width: In CSS pixels, without a scroll bar.
        height: In CSS pixels, without a scroll bar.
        scale: How many pixels of a picture one CSS pixel takes: that of the screen times the zoom.
        pixels: Width and height in pixels of a picture, without a scroll bar.
        zoom: The part of the scale that a person chose.
    """

    width: int
    height: int
    scale: float
    pixels: tuple[int, int]
    zoom: float

    @classmethod
    def of(cls, metrics: Mapping[str, Any]) -> "Area":
        """Read what the browser says of its layout.

        Raises:
            KeyError, TypeError, ValueError, ZeroDivisionError: It does not have the form that
                the browser's makers describe.
        """
        whole, css, seen = (
            metrics[name] for name in ("layoutViewport", "cssLayoutViewport", "cssVisualViewport")
        )
        across = float(seen["clientWidth"]) * float(seen["scale"])
        return cls(
            width=int(css["clientWidth"]),
            height=int(css["clientHeight"]),
            scale=round(float(whole["clientWidth"]) / across, 3),
            pixels=(int(whole["clientWidth"]), int(whole["clientHeight"])),
            zoom=float(seen.get("zoom", 1)),
        )

    def fits(self, width: int, height: int) -> bool:
        """Whether a picture of that many pixels can be of this area."""
        bar = _SCROLL_BAR * max(1.0, self.scale / self.zoom)
        return all(
            own - _ROUNDED <= found <= own + bar + _ROUNDED
            for own, found in zip(self.pixels, (width, height), strict=True)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One picture of the page area of one window, in memory, and what is known of the page.

    Args:
        png: The exact bytes.
        digest: Their fingerprint, taken before anything else was done with them.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        taken: When the picture had come, by the wall clock and the monotonic one.
        stands: What stood in the window before and after, and the way that it came.
        product: The browser and its version, as it names itself.
        agent: What it tells sites that it is.
        area: The page area; None where the page was too busy to say.
        locale: Such as "en-GB"; None where the page was too busy to say.
        tries: How many pictures it took; the earlier ones were dropped.
    """

    png: bytes
    digest: Digest
    width: int
    height: int
    taken: Instant
    stands: Standing
    product: str
    agent: str
    area: Area | None
    locale: str | None
    tries: int


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG whose parts are all there and unharmed.

    Raises:
        BlankPictureError: There are no bytes.
        AcquisitionError: The bytes are no such PNG.
    """
    if not png:
        what = "The browser gave an empty picture of the page, so it was refused."
        raise BlankPictureError(what, advice="Try again; the picture of the screen can be taken.")
    parts = list(_parts(png))
    names = [name for name, _ in parts]
    if names[:1] != [b"IHDR"] or names[-1:] != [b"IEND"] or len(parts[0][1]) != _HEADER:
        raise _unreadable()
    try:
        filled = zlib.decompress(b"".join(part for name, part in parts if name == b"IDAT"))
    except zlib.error as error:
        raise _unreadable() from error
    header = parts[0][1]
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    if not filled or not width or not height or len(filled) % height:
        raise _unreadable()
    return width, height


def _parts(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not png.startswith(_SIGNATURE):
        raise _unreadable()
    at = len(_SIGNATURE)
    while at < len(png):
        size = int.from_bytes(png[at : at + 4])
        name, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        check = png[at + 8 + size : at + 12 + size]
        if len(check) != 4 or zlib.crc32(content, zlib.crc32(name)) != int.from_bytes(check):  # noqa: PLR2004
            raise _unreadable()
        yield name, content
        at += 12 + size


def _unreadable() -> AcquisitionError:
    return AcquisitionError("The picture of the page could not be read, so it was refused.")
