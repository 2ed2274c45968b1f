"""Pictures in memory: encoding loses nothing, blank means one colour, scaling never enlarges."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from counterseal.errors import AcquisitionError
from counterseal.evidence.screen.card import draw_card
from counterseal.evidence.screen.picture import fit, frame_of, png_of, read_png


def _noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 90).convert("RGB")


def test_a_picture_comes_out_of_its_png_as_it_went_in() -> None:
    image = _noise(61, 37)
    frame = frame_of(image)
    again = Image.open(io.BytesIO(frame.encode()))
    assert again.format == "PNG"
    assert (again.width, again.height) == (frame.width, frame.height) == (61, 37)
    assert again.tobytes() == image.tobytes()


def test_the_same_picture_makes_the_same_bytes_with_nothing_written_into_them() -> None:
    image = _noise(40, 40)
    image.info["Software"] = "anything"
    png = png_of(image)
    assert png == png_of(image.copy())
    assert b"tEXt" not in png
    assert b"tIME" not in png


def test_bytes_that_a_backend_made_are_handed_on_unchanged() -> None:
    png = png_of(_noise(8, 8))
    assert frame_of(read_png(png), png).encode() is png


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_one_colour_is_blank_and_one_other_pixel_is_not(colour: tuple[int, int, int]) -> None:
    image = Image.new("RGB", (9, 7), colour)
    assert frame_of(image).blank
    image.putpixel((8, 6), (255 - colour[0], colour[1], colour[2]))
    assert not frame_of(image).blank


@pytest.mark.parametrize("mode", ["RGBA", "L", "P"])
def test_other_modes_are_read_as_colours(mode: str) -> None:
    frame = frame_of(_noise(10, 10).convert(mode))
    assert Image.open(io.BytesIO(frame.encode())).mode == "RGB"


def test_a_picture_that_fits_is_shown_as_it_is() -> None:
    png = png_of(_noise(100, 50))
    shown, width, height = fit(png, (100, 50))
    assert shown is png
    assert (width, height) == (100, 50)


@given(st.integers(1, 300), st.integers(1, 300))
def test_a_picture_that_does_not_fit_is_scaled_to_fit_and_keeps_its_shape(
    width: int, height: int
) -> None:
    png = png_of(Image.new("RGB", (width, height), "red"))
    shown, real_width, real_height = fit(png, (120, 80))
    small = read_png(shown)
    assert (real_width, real_height) == (width, height)
    assert small.width <= max(1, min(width, 120))
    assert small.height <= max(1, min(height, 80))
    assert abs(small.width * height - small.height * width) <= max(width, height) * 2


@pytest.mark.parametrize("bad", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"no picture at all"])
def test_bytes_that_are_no_picture_are_an_acquisition_error(bad: bytes) -> None:
    with pytest.raises(AcquisitionError, match="could not be read"):
        read_png(bad)


def test_a_png_cut_short_is_an_acquisition_error() -> None:
    png = png_of(_noise(64, 64))
    with pytest.raises(AcquisitionError, match="could not be read"):
        read_png(png[: len(png) // 2])


def test_the_practice_card_has_its_size_and_its_colours() -> None:
    card = draw_card(1280, 800)
    assert card.size == (1280, 800)
    assert card.getpixel((20, 40)) == (0xFF, 0xD8, 0x4D)
    assert card.getpixel((160, 712)) == (0xC2, 0x45, 0x2D)
    assert not frame_of(card).blank
