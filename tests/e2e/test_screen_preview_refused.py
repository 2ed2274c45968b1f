"""Where no window can be had, or it fails in any way, nothing is kept unseen."""

import os
import time
from pathlib import Path

import pytest
from PIL import Image

from counterseal.errors import AcquisitionError, NoScreenError
from counterseal.evidence.screen import preview, show, window
from counterseal.evidence.screen.card import draw_card
from counterseal.evidence.screen.picture import png_of
from counterseal.latch import Latch
from patience import BUSY_S
from xvfb import need, without_screen, xvfb

CAPTION = "Look at this picture together."


@pytest.fixture
def latch(tmp_path: Path) -> Latch:
    return Latch((tmp_path,))


@pytest.fixture(scope="module")
def card() -> bytes:
    return png_of(draw_card(1280, 800))


def test_where_no_window_can_be_had_nothing_is_shown_unseen(
    latch: Latch, card: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in os.environ.keys() - without_screen().keys():
        monkeypatch.delenv(name)
    with (
        pytest.raises(NoScreenError, match="No window could be opened"),
        show(card, caption=CAPTION, latch=latch),
    ):
        pytest.fail("a preview without a screen")


def test_bytes_that_are_no_picture_open_no_window(
    latch: Latch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("xdotool")
    with xvfb(tmp_path) as screen:
        screen.use(monkeypatch)
        with (
            pytest.raises(AcquisitionError, match="could not be read"),
            show(b"no picture", caption=CAPTION, latch=latch),
        ):
            pytest.fail("a preview of nothing")


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import time; time.sleep(60)", id="hangs before a word"),
        pytest.param("print('room 800 600', flush=True); input()", id="dies with the picture"),
        pytest.param(
            "import sys; print('room 800 600', flush=True); sys.stdin.buffer.read()",
            id="never shows it",
        ),
        pytest.param(
            "import time; print('room 800 600', flush=True); time.sleep(60)",
            id="does not take the picture",
        ),
        pytest.param("raise SystemExit(1)", id="dies at once"),
    ],
)
def test_a_window_that_fails_in_any_way_is_given_up_within_seconds(
    program: str, tmp_path: Path, latch: Latch, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = png_of(Image.effect_noise((600, 500), 90))
    assert len(busy) > 1 << 17, "it must not fit into a pipe that nobody reads"
    bad = tmp_path / "window.py"
    bad.write_text(program)
    monkeypatch.setattr(preview, "_WINDOW", bad)
    monkeypatch.setattr(preview, "_START_S", 1.0)
    before = time.monotonic()
    with pytest.raises(NoScreenError), show(busy, caption=CAPTION, latch=latch):
        pytest.fail("a preview that nobody sees")
    assert time.monotonic() - before < 6 + BUSY_S


def test_a_python_without_tk_says_so_and_how_to_help(
    latch: Latch, tmp_path: Path, card: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "window.py"
    bad.write_text(
        "import runpy, sys\n"
        "sys.modules['tkinter'] = None\n"
        f"runpy.run_path({window.__file__!r}, run_name='__main__')\n"
    )
    monkeypatch.setattr(preview, "_WINDOW", bad)
    with (
        pytest.raises(NoScreenError, match="has no Tk") as refused,
        show(card, caption=CAPTION, latch=latch),
    ):
        pytest.fail("a preview without Tk")
    assert "python3-tk" in refused.value.advice


@pytest.mark.parametrize(
    ("screen_size", "room"),
    [
        ((1366, 768), (1096, 492)),
        ((1920, 1080), (1568, 758)),
        ((3840, 1080), (1568, 758)),  # two side by side
        ((1920, 2160), (1568, 1064)),  # one above the other
        ((640, 480), (480, 248)),
        ((100, 100), (320, 200)),
    ],
)
def test_the_room_for_a_picture_leaves_the_terminal_in_sight(
    screen_size: tuple[int, int], room: tuple[int, int]
) -> None:
    assert window.room(*screen_size) == room
