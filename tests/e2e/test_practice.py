"""`counterseal practice`: what a newcomer runs first, with a screen and without one."""

import hashlib
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from PIL import Image, ImageColor, ImageGrab

import schools
from counterseal import locks
from driving import School, finish
from onscreen.colours import SHAPES
from onscreen.programs import colour_window
from patience import until
from terminal import sitting_at
from xvfb import Screen, need, xvfb

COVER = ImageColor.getrgb("#16283d")
RIBBON = ImageColor.getrgb("#ffd84d")


def _open(folder: Path, path: str) -> bytes:
    need("age")
    command = ("age", "-d", "-i", str(folder / "handover.key"), path)
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def _about(folder: Path) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = json.loads((folder / "practice.json").read_text())
    return found


def test_without_a_screen_it_plays_a_whole_case(tmp_path: Path) -> None:
    """Everything that it promises lies there, fits together, and opens with the age command."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    outcome = school.json("practice", "--out", str(folder))
    assert outcome["out"] == str(folder)
    assert {path.name for path in folder.iterdir()} == {
        *("vault", "receipt.txt", "receipt.json", "handover.key", "practice.json"),
        *("bundle.zip.age", "key.age", "words.txt", "bundle.zip"),
    }  # fmt: skip
    about = _about(folder)
    assert about.keys() == {"vault", "case", "people", "exhibits", "head", "receipt", "bundle"}
    assert len(about["people"]) == 4
    assert all(p.keys() == {"id", "name", "role", "passphrase"} for p in about["people"])
    kinds = []
    for exhibit in about["exhibits"]:
        assert exhibit.keys() == {"ref", "path", "sha256_plain", "sha256_cipher"}
        sealed = Path(exhibit["path"]).read_bytes()
        assert hashlib.sha256(sealed).hexdigest() == exhibit["sha256_cipher"]
        plain = _open(folder, exhibit["path"])
        assert hashlib.sha256(plain).hexdigest() == exhibit["sha256_plain"]
        kinds.append(plain[:4])
    assert b"\x89PNG" in kinds
    assert "PRACTICE" in (folder / "receipt.txt").read_text()


def test_its_record_can_be_tried_further(tmp_path: Path) -> None:
    """COUNTERSEAL_HOME leads every command there; its receipt fits, and its passphrases open."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    school.run("practice", "--out", str(folder))
    there = school.seeing({"COUNTERSEAL_HOME": str(folder / "vault")})
    checked = there.json("log", "check", "--receipt", str(folder / "receipt.json"))
    assert checked["good"] is True
    about = _about(folder)
    assert checked["root"] == about["head"]["root"]  # type: ignore[call-overload]
    shown = there.run("case", "show")
    assert "PRACTICE" in shown.out
    words = [p["passphrase"] for p in about["people"][:2]]
    there.run("note", "add", "--text", "Tried", *schools.PRESENT, answers=words)


def test_it_says_what_happens_in_plain_words(tmp_path: Path) -> None:
    """People, passphrases, every step, and what to try next; nothing that looks like code."""
    done = School(tmp_path, installed=True).run("practice", "--out", str(tmp_path / "case"))
    for word in ("passphrase", "report", "session", "picture", "receipt", "counterseal stop"):
        assert word in done.said.lower(), word
    for person in _about(tmp_path / "case")["people"]:
        assert person["passphrase"] in done.said
        assert person["name"] in done.said
    assert "COUNTERSEAL_HOME" in done.out


def test_with_a_screen_it_takes_a_picture_of_that_screen(tmp_path: Path) -> None:
    """Where there is a screen, the exhibit shows the window that stood on it."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    with xvfb(tmp_path, 800, 600) as screen, colour_window(screen.environment):
        there = school.seeing({"DISPLAY": screen.name, "XAUTHORITY": str(screen.authority)})
        there.run("practice", "--out", str(folder))
    (first, *_rest) = _about(folder)["exhibits"]
    picture = Image.open(io.BytesIO(_open(folder, first["path"])))
    assert picture.size == (800, 600)
    for colour, left, top, right, bottom in SHAPES:
        middle = ((left + right) * 4, (top + bottom) * 3)
        assert picture.getpixel(middle) == ImageColor.getrgb(colour)


@pytest.mark.parametrize("answer", ["yes", "not-sure"])
def test_a_real_screen_is_asked_about_first(answer: str, tmp_path: Path) -> None:
    """Whoever sits there is asked; without a "No" the practice record is stopped, nothing else."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    with xvfb(tmp_path, 800, 600) as screen, colour_window(screen.environment):
        there = school.seeing({"DISPLAY": screen.name, "XAUTHORITY": str(screen.authority)})
        with sitting_at(there, "practice", "--out", str(folder)) as terminal:
            terminal.answer(("sexual or nude image", answer))
            assert terminal.end() == 30
    assert (folder / "vault" / "STOPPED").exists()
    assert not list((folder / "vault").glob("exhibits/**/*.age"))
    assert not (school.latch / "STOPPED").exists()
    school.run("practice", "--out", str(tmp_path / "another"))


def test_a_drawn_card_says_that_it_is_practice(tmp_path: Path) -> None:
    """Without screen or browser a card is drawn, in colours that no real page is taken for."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    school.run("practice", "--out", str(folder))
    (first, *_rest) = _about(folder)["exhibits"]
    picture = Image.open(io.BytesIO(_open(folder, first["path"]))).convert("RGB")
    assert picture.getpixel((20, 20)) == RIBBON


def _rehearsed(tmp_path: Path) -> tuple[School, Path]:
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    school.run("practice", "--stop", "--out", str(folder))
    return school.seeing({"COUNTERSEAL_HOME": str(folder / "vault")}), folder


def test_the_stop_can_be_rehearsed(tmp_path: Path) -> None:
    """A12: the same files lie there as after an ordinary case, of a record that stays stopped."""
    there, folder = _rehearsed(tmp_path)
    assert {path.name for path in folder.iterdir()} == {
        *("vault", "receipt.txt", "receipt.json", "handover.key", "practice.json"),
        *("bundle.zip.age", "key.age", "words.txt", "bundle.zip"),
    }  # fmt: skip
    assert len(_about(folder)["exhibits"]) == 1
    assert (folder / "vault" / "STOPPED").exists()
    assert not [path for path in (folder / "vault" / "wraps").rglob("*") if path.is_file()]
    there.run("case", "show", status=30)
    assert there.json("log", "check", "--receipt", str(folder / "receipt.json"))["good"] is True
    (exhibit,) = _about(folder)["exhibits"]
    assert _open(folder, exhibit["path"])[:4] == b"\x89PNG"
    assert "PRACTICE" in (folder / "receipt.txt").read_text()


def test_what_leaves_a_rehearsed_stop_holds_no_picture(tmp_path: Path) -> None:
    """Sealed under six words, for once open beside it; `verify` finds nothing wrong."""
    _there, folder = _rehearsed(tmp_path)
    with zipfile.ZipFile(folder / "bundle.zip") as opened:
        names = [name.removeprefix("bundle/") for name in opened.namelist()]
        assert not [name for name in names if name.startswith("data/exhibits/")]
        assert not [name for name in names if opened.read(f"bundle/{name}")[:4] == b"\x89PNG"]
    assert any(name.startswith("data/withheld/") for name in names)
    assert len((folder / "words.txt").read_text().split()) == 6
    opening = ("--words-file", str(folder / "words.txt"))
    checked = ("--receipt", str(folder / "receipt.json"))
    School(tmp_path).run("verify", str(folder / "bundle.zip.age"), *opening, *checked)


def test_a_rehearsed_stop_says_who_does_what_in_plain_words(tmp_path: Path) -> None:
    """In the order of the procedure, with every page, and with what to try next."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    done = school.run("practice", "--stop", "--out", str(folder))
    told = (
        *("presses STOP", "no passphrase", "Locked", "Asked what it was", "Sealed", "Do not look"),
        *("Page 1", "Page 7", "write on paper", "may be used", "local authority", "were present"),
        *("the bundle", "Police take the computer", "stays stopped"),
    )  # fmt: skip
    assert [words for words in told if words not in done.err] == []
    places = [done.err.index(words) for words in told]
    assert places == sorted(places)
    for words in ("counterseal stop sheet", "counterseal computer release", "COUNTERSEAL_HOME"):
        assert words in done.out
    assert not re.search(r"hash|artefact|ledger|CSAM|\bchain\b", done.said)


def test_a_rehearsed_stop_stays_in_its_own_folder(tmp_path: Path) -> None:
    """Only the practice record is stopped; while a real stop stands nobody rehearses."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    school.run("practice", "--stop", "--out", str(folder))
    assert not (school.latch / "STOPPED").exists()
    school.run("practice", "--out", str(tmp_path / "another"))
    school.run("stop", status=30)
    assert (school.latch / "STOPPED").exists()
    school.run("practice", "--stop", "--out", str(tmp_path / "third"), status=30)
    assert not (tmp_path / "third").exists()


def test_the_computer_of_a_rehearsed_stop_can_be_released(tmp_path: Path) -> None:
    """Whoever rehearsed can go on to the end: the release, signed by three."""
    there, folder = _rehearsed(tmp_path)
    words = {p["id"]: p["passphrase"] for p in _about(folder)["people"]}
    typed = ("computer", "release", "--advice", "police", "--reason", "not-wanted")
    by = ("--words", "Not wanted", "--authoriser", "ef", "--read", "ef", *schools.PRESENT)
    there.run(*typed, *by, answers=[words[one] for one in ("ef", "ab", "cd")])
    assert not (folder / "vault" / "STOPPED").exists()
    assert "stopped" in there.run("case", "show", "2026-001").out
    reviewed = there.run("review", "show", "2026-001", "--as", "gh").out
    assert reviewed.index("STOP") < reviewed.index("Record a call after a stop")
    assert "Let the computer be used again" in reviewed


def test_a_rehearsed_stop_covers_the_screen_and_uncovers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For some seconds; then people can go on reading what it says."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    with xvfb(tmp_path, 800, 600) as screen, colour_window(screen.environment):
        screen.use(monkeypatch)
        there = school.seeing({"DISPLAY": screen.name, "XAUTHORITY": str(screen.authority)})
        with there.start("practice", "--stop", "--out", str(folder)) as running:
            until((folder / "vault" / "STOPPED").exists, 60)
            until(lambda: _ground(screen) == COVER)
            done = finish(running, (), ())
        assert "Every screen is covered" in done.said
        until(lambda: _ground(screen) != COVER)
        until(lambda: not locks.is_held(folder / "vault" / "guarding" / "keeper"))


def _ground(screen: Screen) -> tuple[int, ...]:
    picture = ImageGrab.grab(xdisplay=screen.name).convert("RGB")
    found = picture.getpixel((20, 580))
    assert isinstance(found, tuple)
    return found


def test_practice_never_overwrites(tmp_path: Path) -> None:
    """A folder that holds anything is refused and left alone; the default name is told in help."""
    school, folder = School(tmp_path, installed=True), tmp_path / "case"
    school.run("practice", "--out", str(folder))
    before = sorted(folder.rglob("*"))
    done = school.run("practice", "--out", str(folder), status=60)
    assert "--out" in done.err
    assert sorted(folder.rglob("*")) == before
    shutil.rmtree(folder)
    folder.mkdir()
    school.run("practice", "--out", str(folder))
    taught = school.run("practice", "--help").out
    assert "practice-case" in taught
    assert "practice --stop" in taught
