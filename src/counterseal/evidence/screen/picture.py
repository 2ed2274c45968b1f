"""Pictures in memory. Nothing here takes a file name, so nothing here can write a file."""

import io
from typing import TYPE_CHECKING

from counterseal.errors import AcquisitionError
from counterseal.evidence.screen.port import Frame

if TYPE_CHECKING:
    from PIL.Image import Image


def frame_of(image: "Image", png: bytes | None = None) -> Frame:
    """Wrap a library's picture so that its type does not leave this package.

    Args:
        image: The picture, as it was taken.
        png: Its exact bytes, where the backend made them itself.
    """
    plain = image if image.mode == "RGB" else image.convert("RGB")

    def encode() -> bytes:
        return png_of(plain) if png is None else png

    extremes = [plain.getchannel(band).getextrema() for band in plain.getbands()]
    blank = all(low == high for low, high in extremes)
    return Frame(plain.width, plain.height, blank, encode)


def png_of(image: "Image") -> bytes:
    """Encode a picture in memory, without any text or time in the file."""
    memory = io.BytesIO()
    image.save(memory, format="PNG")
    return memory.getvalue()


def read_png(png: bytes) -> "Image":
    """Decode a PNG in memory.

    Raises:
        AcquisitionError: The bytes are no PNG that can be shown.
    """
    from PIL import Image  # noqa: PLC0415  (heavy; only where a picture is at hand)

    try:
        image = Image.open(io.BytesIO(png), formats=["PNG"])
        image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        what = "The picture could not be read."
        raise AcquisitionError(what) from error
    return image


def fit(png: bytes, room: tuple[int, int]) -> tuple[bytes, int, int]:
    """Scale a picture down, in memory, so that it fits; never up.

    Args:
        png: The picture.
        room: Width and height that it may take, in pixels.

    Returns:
        The PNG to show (the same bytes where it fits already), and the width and height of the
        original in pixels.

    Raises:
        AcquisitionError: The bytes are no PNG that can be shown.
    """
    from PIL import Image  # noqa: PLC0415

    image = read_png(png)
    share = min(room[0] / image.width, room[1] / image.height, 1.0)
    if share == 1.0:
        return png, image.width, image.height
    size = (max(1, int(image.width * share)), max(1, int(image.height * share)))
    small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    return png_of(small), image.width, image.height
