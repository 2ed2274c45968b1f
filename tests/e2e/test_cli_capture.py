"""A picture from the real command, of a real window, to bytes that only the right keys open."""

import io
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageColor, ImageGrab

import schools
from counterseal.commands.desk import this_computer
from counterseal.errors import CountersealError
from counterseal.workflow.guarding import ScreenGuard
from counterseal.workflow.opening import case_identity
from counterseal.workflow.record import Record, open_record
from driving import Done, School, finish, refused
from onscreen.colours import GROUND, SHAPES
from onscreen.programs import colour_window
from schools import SAFE
from strace import trace
from terminal import at_terminal
from xvfb import Screen, need, xvfb

WIDTH, HEIGHT = 1024, 768
TITLE = "Counterseal"
STOP = ImageColor.getrgb("#b3141d")
PNG = b"\x89PNG\r\n\x1a\n"
CAPTURE = ("exhibit", "capture", "--what", "The window with colours", "--json")


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with xvfb(tmp_path, WIDTH, HEIGHT) as running, colour_window(running.environment):
        running.use(monkeypatch)
        yield running


def _facing(school: School, screen: Screen) -> School:
    return school.seeing({"DISPLAY": screen.name, "XAUTHORITY": str(screen.authority)})


def _colours_in_place(picture: Image.Image) -> None:
    assert picture.size == (WIDTH, HEIGHT)
    for colour, left, top, right, bottom in SHAPES:
        middle = ((left + right) * WIDTH // 200, (top + bottom) * HEIGHT // 200)
        assert picture.getpixel(middle) == ImageColor.getrgb(colour), colour
    assert picture.getpixel((WIDTH // 4, HEIGHT // 2)) == ImageColor.getrgb(GROUND)


def _age(identity: Path, sealed: Path) -> subprocess.CompletedProcess[bytes]:
    need("age")
    command = ("age", "-d", "-i", str(identity), str(sealed))
    return subprocess.run(command, capture_output=True, check=False, timeout=60)


def _capture(school: School, screen: Screen, *after: str) -> tuple[Done, Image.Image]:
    """Answer up to the preview, look at the screen meanwhile, then say what is to become of it."""
    need("xdotool")
    with school.start(*CAPTURE) as running:
        assert running.stdin is not None
        for line in (*school.words_of("ab", "cd"), "no", "no", "no", "no"):
            running.stdin.write(f"{line}\n")
        running.stdin.flush()
        seen = _once_the_preview_is_up(screen)
        return finish(running, CAPTURE, after, status=None), seen


def _once_the_preview_is_up(screen: Screen) -> Image.Image:
    for _ in range(300):
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", TITLE],
            env=screen.environment,
            capture_output=True,
            check=False,
            timeout=20,
        )
        if found.stdout.strip():
            time.sleep(0.3)  # it is up; let it draw
            return ImageGrab.grab(xdisplay=screen.name)
        time.sleep(0.1)
    pytest.fail("no preview came up within thirty seconds")


def _is_shown_with_a_stop_button(seen: Image.Image) -> None:
    counted = {colour: count for count, colour in seen.getcolors(1 << 24) or []}
    assert counted.get(STOP, 0) > 500, "no STOP button stood on the screen"
    assert counted.get(ImageColor.getrgb(SHAPES[-1][0]), 0) > 500, "nor the picture"


def _handover_identity(school: School, folder: Path) -> Path:
    """Open the handover key as the police would: the age command, and the words on the paper."""
    need("age")
    told = (school.folder / "setup.txt").read_text()
    (words,) = re.findall(r"^ +((?:[a-z]+ ){5}[a-z]+)$", told, re.MULTILINE)
    identity = folder / "handover.key"
    age = str(shutil.which("age"))
    command = (age, "-d", "-o", str(identity), str(school.folder / "handover.age"))
    with at_terminal(command, school.environment, folder) as terminal:
        terminal.until("passphrase")
        terminal.type(words)
        assert terminal.end() == 0, terminal.shown
    return identity


def _record(school: School) -> Record:
    return open_record(school.vault, replace(this_computer(), latch_folder=school.latch))


def test_a_real_picture_in_a_real_record(screen: Screen, tmp_path: Path) -> None:
    """Both look at it on the screen; what the handover key opens shows the window below it."""
    school = _facing(schools.real_collecting().copy_to(tmp_path / "school"), screen)
    done, seen = _capture(school, screen, "keep", "keep")
    assert done.status == 0, done
    _is_shown_with_a_stop_button(seen)

    sealed = school.vault / done.data["path"]
    assert PNG not in sealed.read_bytes()
    opened = _age(_handover_identity(school, tmp_path), sealed)
    assert opened.returncode == 0, opened.stderr
    _colours_in_place(Image.open(io.BytesIO(opened.stdout)))
    facts = school.last_entry()["facts"]
    assert (facts["previewed"], facts["width"], facts["height"]) == (True, WIDTH, HEIGHT)
    assert facts["backend"] not in {"headless-browser", "practice-card"}
    assert school.is_good()


@pytest.fixture
def kept(screen: Screen, tmp_path: Path) -> tuple[School, Path]:
    """Keep a picture in a practice record, where keys open quickly."""
    school = _facing(schools.collecting().copy_to(tmp_path / "school"), screen)
    typed = (*CAPTURE, "--keep", *SAFE)
    done = school.run(*typed, answers=school.words_of("ab", "cd"))
    return school, school.vault / done.data["path"]


def test_nobody_opens_it_alone(kept: tuple[School, Path], tmp_path: Path) -> None:
    """Neither person's own key opens the picture; the two of them together do, and no other two."""
    school, sealed = kept
    record = _record(school)
    case = record.case(schools.second_case(school))
    identity = tmp_path / "identity"
    with (
        record.unlock("ab", school.passphrases["ab"]) as one,
        record.unlock("cd", school.passphrases["cd"]) as two,
        record.unlock("ef", school.passphrases["ef"]) as head,
    ):
        for key in (one, two, head):
            identity.write_text(f"{key.identity}\n")
            opened = _age(identity, sealed)
            assert (opened.returncode, opened.stdout) == (1, b"")
        for pair in ((("ab", one), ("ef", head)), (("cd", two), ("ef", head))):
            with pytest.raises(CountersealError):
                case_identity(record, case, pair)
        with pytest.raises(CountersealError):
            case_identity(record, case, (("ab", one), ("cd", head)))
        identity.write_text(f"{case_identity(record, case, (('ab', one), ('cd', two)))}\n")
    opened = _age(identity, sealed)
    assert opened.returncode == 0
    _colours_in_place(Image.open(io.BytesIO(opened.stdout)))


def test_looking_again_takes_both_and_is_logged(kept: tuple[School, Path], screen: Screen) -> None:
    """One passphrase alone shows nothing; with both it is shown, and the log says to whom."""
    school, _sealed = kept
    view = ("exhibit", "view", "AB/1")
    one, two = school.words_of("ab", "cd")
    refused(school, 70, "wrong-passphrase", *view, *SAFE, answers=[one, one])
    typed = (*view, *SAFE, "--json")
    with school.start(*typed) as running:
        assert running.stdin is not None
        running.stdin.write(f"{one}\n{two}\n")
        running.stdin.flush()
        seen = _once_the_preview_is_up(screen)
        done = finish(running, typed, [""])
    assert done.data["shown"] is True
    _is_shown_with_a_stop_button(seen)
    entry = school.last_entry()
    assert (entry["step"], entry["facts"]["viewers"]) == ("exhibit.viewed", ["ab", "cd"])


def test_without_a_screen_nothing_is_kept(tmp_path: Path) -> None:
    """A real record takes no made-up picture: exit status 50, with the way out in words."""
    school = schools.real_collecting().copy_to(tmp_path / "school")
    error = refused(
        school, 50, "no-screen", *CAPTURE[:-1], answers=[*school.words_of("ab", "cd"), *["no"] * 4]
    )
    assert "screen" in error["what"]
    assert "words" in error["advice"]


def test_no_plaintext_touches_the_disk(screen: Screen, tmp_path: Path) -> None:
    """The whole command under strace: no file ever held a byte of the picture, not for a moment."""
    school = _facing(schools.collecting().copy_to(tmp_path / "school"), screen)
    answers = "".join(f"{line}\n" for line in school.words_of("ab", "cd"))
    work = school.folder / "tmp"
    work.mkdir()
    guard = ScreenGuard()
    guard.start(school.vault, practice=True)  # strace would wait for the one the command starts
    seen = trace(
        school.command(*CAPTURE, "--keep", *SAFE),
        {**school.environment, "TMPDIR": str(work), "PATH": os.environ["PATH"]},
        school.folder,
        log=tmp_path / "strace",
        typed=answers.encode(),
    )
    guard.end(school.vault)
    assert seen.status == 0
    assert seen.lines > 500, "strace saw nothing"
    magic = r"\211PNG\r\n\32\n"  # as strace writes it
    assert any(magic in touch.line for touch in seen.touches), "no picture went through at all"
    assert not [line for line in seen.on_disk if magic in line or "IDAT" in line]
    assert not list(work.iterdir())
    _no_file_holds_a_part_of_it(school, tmp_path)


def _no_file_holds_a_part_of_it(school: School, folder: Path) -> None:
    entry = school.last_entry()
    record = _record(school)
    with (
        record.unlock("ab", school.passphrases["ab"]) as one,
        record.unlock("cd", school.passphrases["cd"]) as two,
    ):
        case = record.case(entry["case"])
        identity = folder / "identity"
        identity.write_text(f"{case_identity(record, case, (('ab', one), ('cd', two)))}\n")
    picture = _age(identity, school.vault / entry["exhibits"][0]["name"]).stdout
    assert picture.startswith(PNG)
    start = picture.index(b"IDAT") + 4
    parts = [PNG, b"IDAT", *(picture[at : at + 24] for at in range(start, len(picture) - 24, 997))]
    left = school.folder / "case"  # what `practice` left: its own bundle is for everybody to open
    files = [p for p in school.folder.rglob("*") if p.is_file() and left not in p.parents]
    assert files
    for path in files:
        content = path.read_bytes()
        assert not [part for part in parts if part in content], path
