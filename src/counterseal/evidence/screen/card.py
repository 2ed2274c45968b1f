"""The practice card: a picture drawn in memory, for a machine without screen and browser."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

_FINE = 2
"""Drawn twice as large, then scaled down, because Pillow draws hard edges."""
_SKY = "#e8edf3"
_INK = "#1d2733"
_QUIET = "#5d6f84"
_LINE = "#d5dde7"
_DARK = "#3b2f00"
_POSTS = (
    ("RT", "#2f7d5b", "Rowan T.", "Tuesday, 19:41", "The coach leaves at 8:15. Bring a raincoat."),
    ("b", "#7a4fa3", "badger_99", "Tuesday, 20:17", "Nobody sits with Pip. Pass it on."),
    ("JA", "#c07a1b", "Juno A.", "Tuesday, 20:22", "That isn't funny. Pip, you can sit with me."),
)
_CONCERN = 1
"""Which of the posts is the one that the practice case is about."""


def draw_card(width: int, height: int) -> "Image":
    """Draw the card.

    Args:
        width: In pixels; the drawing is made for 1280.
        height: In pixels; the drawing is made for 800.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415  (heavy; only where a picture is drawn)

    card = Image.new("RGB", (1280 * _FINE, 800 * _FINE), _SKY)
    pen = ImageDraw.Draw(card)
    _heading(pen)
    for place, post in enumerate(_POSTS):
        _post(pen, 262 + place * 140, post, concern=place == _CONCERN)
    _squares(pen)
    _write(pen, (140, 756), "Every name and every word on this card is made up.", 17, _QUIET)
    return card.resize((width, height), Image.Resampling.LANCZOS)


def _heading(pen: "ImageDraw") -> None:
    _box(pen, (0, 0, 1280, 92), "#ffd84d")
    after = _write(pen, (140, 20), "PRACTICE", 44, _DARK, bold=True)
    words = "This computer has no screen. This card stands in for it."
    _write(pen, (after + 28, 38), words, 21, _DARK)
    _box(pen, (0, 92, 1280, 148), "white")
    _box(pen, (0, 148, 1280, 149), "#cfd8e3")
    after = _write(pen, (140, 106), "Elmbridge Chat", 24, "#215a9c", bold=True)
    _box(pen, (after + 20, 103, 1140, 137), "#eef2f7", 17)
    _write(pen, (after + 40, 109), "https://chat.elmbridge.example/year9/trip/214", 18, _QUIET)
    _write(pen, (140, 168), "Groups  >  Year 9  >  Geography trip", 17, _QUIET)
    _write(pen, (140, 196), "Who is sitting with whom on the coach?", 30, _INK, bold=True)


def _post(pen: "ImageDraw", top: int, post: tuple[str, ...], *, concern: bool) -> None:
    initials, colour, who, when, words = post
    _box(pen, (140, top, 1140, top + 120), _LINE, 12)
    if concern:
        _box(pen, (140, top, 160, top + 120), "#c2452d", 12)
    _box(pen, (147 if concern else 141, top + 1, 1139, top + 119), "white", 11)
    _box(pen, (168, top + 30, 228, top + 90), colour, 30)
    _write(pen, (198, top + 60), initials, 22, "white", bold=True, anchor="mm")
    after = _write(pen, (256, top + 24), who, 22, _INK, bold=True)
    _write(pen, (after + 14, top + 27), when, 18, _QUIET)
    _write(pen, (256, top + 64), words, 23, _INK)


def _squares(pen: "ImageDraw") -> None:
    # Plain colours, so that anyone sees at a glance whether a picture came through whole.
    for place, colour in enumerate(("#c2452d", "#ffb000", "#2f7d5b", "#215a9c", "#7a4fa3")):
        left = 140 + place * 54
        _box(pen, (left, 692, left + 42, 734), colour)


def _box(pen: "ImageDraw", edges: tuple[int, int, int, int], colour: str, radius: int = 0) -> None:
    left, top, right, bottom = (edge * _FINE for edge in edges)
    pen.rounded_rectangle((left, top, right - 1, bottom - 1), radius * _FINE, fill=colour)


def _write(  # noqa: PLR0913  (a line of text has this many sides)
    pen: "ImageDraw",
    at: tuple[int, int],
    words: str,
    size: int,
    colour: str,
    *,
    bold: bool = False,
    anchor: str = "la",
) -> int:
    """Write one line and return where it ends, in pixels from the left."""
    from PIL import ImageFont  # noqa: PLC0415

    font = ImageFont.load_default(size * _FINE)
    # The font that Pillow brings has one weight; a thin outline makes the other.
    stroke = round(size * _FINE / 40) if bold else 0
    where = (at[0] * _FINE, at[1] * _FINE)
    pen.text(where, words, colour, font=font, anchor=anchor, stroke_width=stroke)
    return at[0] + int(pen.textlength(words, font) / _FINE)
