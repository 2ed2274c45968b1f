"""No picture in plain touches the disk, not for a moment: the kernel's own list of file calls.

The same check is then let loose on two programs that do it wrong, because a check that cannot fail
shows nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterseal.evidence.screen.card import draw_card
from counterseal.evidence.screen.picture import png_of
from onscreen.programs import child, colour_window, with_paths
from strace import Traced, trace
from xvfb import Screen, xvfb

MAGIC = rb"\211PNG\r\n\32\n"


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    with xvfb(tmp_path, 800, 600) as running, colour_window(running.environment):
        yield running


def _traced(what: str, screen: Screen, tmp_path: Path, **more: str) -> Traced:
    work = tmp_path / "work"
    work.mkdir()
    environment = with_paths({**screen.environment, **more, "HOME": str(work), "TMPDIR": str(work)})
    return trace(child(what, work), environment, work, log=tmp_path / "strace", typed=b"\n")


def test_a_picture_is_taken_without_a_file(screen: Screen, tmp_path: Path) -> None:
    seen = _traced("grab", screen, tmp_path)
    assert seen.status == 0
    assert b"\x89PNG" in seen.output
    assert seen.lines > 500, "strace saw nothing"
    assert seen.on_disk == []
    assert list((tmp_path / "work").iterdir()) == []


def test_a_picture_is_shown_without_a_file(screen: Screen, tmp_path: Path) -> None:
    seen = _traced("preview", screen, tmp_path)
    assert seen.status == 0
    assert seen.output == b"shown\n"
    assert any(MAGIC.decode() in touch.line for touch in seen.touches), "no picture went through"
    assert seen.on_disk == []
    assert list((tmp_path / "work").iterdir()) == []


def test_the_check_catches_a_temporary_file(screen: Screen, tmp_path: Path) -> None:
    """It is gone again when the program ends: only the kernel's list still knows it."""
    seen = _traced("leak", screen, tmp_path)
    assert seen.status == 0
    assert list((tmp_path / "work").iterdir()) == []
    assert any("O_CREAT" in line for line in seen.on_disk)
    assert any(MAGIC.decode() in line for line in seen.on_disk)


def test_the_check_catches_what_pyscreeze_does_with_scrot(screen: Screen, tmp_path: Path) -> None:
    """PyScreeze's own code, with a stand-in for the program scrot."""
    tools = tmp_path / "bin"
    tools.mkdir()
    card = tmp_path / "card.png"
    card.write_bytes(png_of(draw_card(160, 100)))
    scrot = tools / "scrot"
    scrot.write_text(f'#!/bin/sh\ncat {card} > "$2"\n')
    scrot.chmod(0o755)
    more = {"PATH": f"{tools}:/usr/bin:/bin", "XDG_SESSION_TYPE": "x11"}
    seen = _traced("scrot", screen, tmp_path, **more)
    assert seen.status == 0
    assert list((tmp_path / "work").iterdir()) == []
    assert any(".screenshot" in line and "O_CREAT" in line for line in seen.on_disk)
