"""A session with the watched browser: the real command, Debian's Chromium, on a screen of its own.

Each test moves the browser over a second conversation, as a person's hand would.
"""

import base64
import io
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor

import schools
from browsing import Hand, Site, site, until
from counterseal.commands.desk import this_computer
from counterseal.keys import recipients
from counterseal.workflow.stop import lock
from counterseal.workflow.stop.cause import Cause
from driving import Done, School
from schools import CONCERN, OPEN, PRESENT, second_case
from watched_school import go, keeper_lives, ready, watched_school, written_in
from xvfb import Screen, xvfb

WIDTH, HEIGHT = 1280, 800
RESUME = ("session", "resume", "--place", "Room 4", "--no-conflict", "ab", "--no-conflict", "cd")
CLOSE = ("session", "close", "--summary", "Looked at two pages", *PRESENT)


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with xvfb(tmp_path, WIDTH, HEIGHT) as running:
        running.use(monkeypatch)
        yield running


@pytest.fixture
def pages() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def school(tmp_path: Path, screen: Screen) -> Iterator[School]:
    with watched_school(schools.authorised(), tmp_path, screen) as facing:
        yield facing


def _opened(school: School) -> Any:  # noqa: ANN401  (JSON)
    return school.json(*OPEN, "--case", second_case(school), answers=school.words_of("ab", "cd"))


def _visits(school: School) -> list[Any]:
    """Return every visit in the record, as the handover key opens it."""
    found: list[Any] = []
    for path in (school.vault / "details").rglob("*.age"):
        text = written_in(school, str(path.relative_to(school.vault)))
        if text["step"] == "visit.recorded":
            found += map(json.loads, text["text"]["visits"])
    return sorted(found, key=lambda visit: visit["number"])


def _add(school: School, *answers: str) -> Done:
    """Record a concern; the first answer says which address it is."""
    typed = ("concern", "add", *CONCERN, *PRESENT)
    return school.run(*typed, answers=(*answers, *school.words_of("ab", "cd")))


def test_what_the_browser_opens_is_written_down_and_offered(school: School, pages: Site) -> None:
    opened = _opened(school)
    assert opened["browser"].startswith("Chrom")
    assert opened["by_hand"] is None
    go(school, f"{pages.origin}/plain")
    done = _add(school, "1")
    assert "From: the monitored browser" in done.err
    assert school.steps()[-2:] == ["visit.recorded", "concern.recorded"]
    (file,) = school.last_entry()["details"]
    text = written_in(school, file["name"])["text"]
    assert base64.b64decode(text["address_b64"]).decode() == f"{pages.origin}/plain"
    assert int(text["visits"]) == len(_visits(school)) > 2
    assert school.run(*CLOSE, answers=school.words_of("ab", "cd")).status == 0
    assert not keeper_lives(school, "watching")
    assert not Path(f"/proc/{ready(school)['process']}").exists()
    asked = [v["address"]["text"] for v in _visits(school) if v["kind"] == "asked"]
    assert f"{pages.origin}/plain" in asked
    assert school.is_good()


def test_a_stop_freezes_the_browser_and_seals_what_was_not_written_down(
    school: School, pages: Site
) -> None:
    _opened(school)
    hand = Hand(ready(school)["port"])
    hand.go(f"{pages.origin}/poll")
    hand.close()
    until(lambda: "/tick" in pages.all)
    done = school.run("stop", "--what", "may-be", "--by", "ab", status=30)
    asked = len(pages.all)
    time.sleep(1.0)
    assert len(pages.all) == asked, "it went on asking after the stop"
    assert "may still be running" not in done.said
    assert keeper_lives(school, "watching"), "nobody holds the connection"
    stop = school.last_entry()
    assert stop["step"] == "case.stopped"
    (file,) = stop["details"]
    assert school.is_good()
    text = written_in(school, file["name"])["text"]
    assert text["windows"] == text["frozen"]
    assert f"{pages.origin}/poll" in text["shown"]
    process = ready(school)["process"]
    assert Path(f"/proc/{process}").exists(), "the browser was closed"


def test_the_page_and_the_screen_are_taken_in_one_act(school: School, pages: Site) -> None:
    _opened(school)
    go(school, f"{pages.origin}/blocks")
    _add(school, "1")
    safe = [f"{person}=no" for person in ("ab", "cd")]
    kept = school.json(
        *("exhibit", "capture", "--what", "Three blocks", "--keep"),
        *("--safety", safe[0], "--safety", safe[1]),
        answers=school.words_of("ab", "cd"),
    )
    assert (kept["exhibit"], kept["page"]["exhibit"]) == ("AB/1", "AB/2")
    entry = school.last_entry()
    identity = (school.folder / "case" / "handover.key").read_text().strip()
    screen, page = (
        Image.open(
            io.BytesIO(recipients.decrypt((school.vault / file["name"]).read_bytes(), identity))
        ).convert("RGB")
        for file in entry["exhibits"]
    )
    assert screen.size == (WIDTH, HEIGHT)
    for picture, least in ((screen, 10_000), (page, 10_000)):
        counted = {colour: count for count, colour in picture.getcolors(1 << 24) or []}
        for colour in ("#c00000", "#00a000", "#0000e0"):
            assert counted.get(ImageColor.getrgb(colour), 0) > least, colour
    (file,) = entry["details"]
    about = written_in(school, file["name"])["text"]["page"]
    for line in (f"address: {pages.origin}/blocks", "status: 200", "title: Blocks"):
        assert line in about
    assert any(line.startswith("peer: 127.0.0.1:") for line in about)
    shown = school.json("exhibit", "list", "--case", second_case(school))["exhibits"]
    assert [one["ref"] for one in shown] == ["AB/1", "AB/2"]
    assert school.is_good()


@pytest.mark.parametrize("who", ["browser", "watch"])
def test_whatever_dies_the_session_goes_on_by_hand_and_nothing_is_lost(
    school: School, pages: Site, who: str
) -> None:
    _opened(school)
    go(school, f"{pages.origin}/plain")
    time.sleep(2.0)  # at most the last second is lost
    if who == "browser":
        os.killpg(ready(school)["process"], signal.SIGKILL)
    else:
        os.kill(_keeper(school), signal.SIGKILL)
    begun = time.monotonic()
    done = school.run("browser", "show")
    assert time.monotonic() - begun < 5.0
    assert "by hand" in done.err
    assert "No browser is watched now" in done.out
    until(lambda: not Path(f"/proc/{ready(school)['process']}").exists())
    visits = _visits(school)
    assert f"{pages.origin}/plain" in [v["address"]["text"] for v in visits if v["kind"] == "asked"]
    assert [v["kind"] for v in visits].count("gap") == 1
    again = _add(school, "https://forum.example/7", "yes")
    assert "No browser is watched" not in again.said, "it is said once"
    (file,) = school.last_entry()["details"]
    assert written_in(school, file["name"])["text"]["from"].startswith("typed")
    assert school.json("browser", "start")["browser"].startswith("Chrom")
    go(school, f"{pages.origin}/end")
    assert school.json("browser", "show")["windows"][0]["address"] == f"{pages.origin}/end"
    school.run(*CLOSE, answers=school.words_of("ab", "cd"))
    assert school.is_good()


def test_a_browser_that_hangs_is_said_within_five_seconds(school: School, pages: Site) -> None:
    _opened(school)
    go(school, f"{pages.origin}/plain")
    process = ready(school)["process"]
    os.kill(process, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        done = school.run("browser", "show")
        assert time.monotonic() - begun < 5.0
        assert "does not answer" in done.err
    finally:
        os.kill(process, signal.SIGCONT)
    until(lambda: school.json("browser", "show")["watched"])
    kinds = [visit["kind"] for visit in _visits(school)]
    assert kinds.index("gap") < kinds.index("watched-again")


def test_a_pause_closes_the_browser_and_resuming_starts_it_again(
    school: School, pages: Site
) -> None:
    _opened(school)
    go(school, f"{pages.origin}/plain")
    first = ready(school)["process"]
    school.run("session", "pause")
    assert not Path(f"/proc/{first}").exists()
    assert "visit.recorded" in school.steps()
    assert school.steps()[-1] == "session.paused"
    again = school.json(*RESUME, *PRESENT, answers=school.words_of("ab", "cd"))
    assert again["browser"].startswith("Chrom")
    assert ready(school)["process"] != first
    school.run(*CLOSE, answers=school.words_of("ab", "cd"))


def test_after_a_break_what_was_cut_off_is_written_down(school: School, pages: Site) -> None:
    _opened(school)
    go(school, f"{pages.origin}/plain")
    lock.lock(school.vault, this_computer(), Cause("stop-command"))
    process = ready(school)["process"]
    assert Path(f"/proc/{process}").exists()
    school.run(
        *("stop", "--what", "break", "--signed-by", "ab", "--signed-by", "cd", *PRESENT),
        answers=school.words_of("ab", "cd"),
    )
    until(lambda: not keeper_lives(school, "watching"))
    assert not Path(f"/proc/{process}").exists()
    asked = [v["address"]["text"] for v in _visits(school) if v["kind"] == "asked"]
    assert f"{pages.origin}/plain" in asked
    assert school.is_good()


def _keeper(school: School) -> int:
    """Return the id of the process that holds the keeper's file: asked of the system."""
    held = school.vault / "watching" / "keeper"
    found = [
        int(path.parts[2]) for path in Path("/proc").glob("[0-9]*/fd/*") if _leads_to(path, held)
    ]
    (process,) = set(found)
    return process


def _leads_to(path: Path, target: Path) -> bool:
    try:
        return path.resolve() == target.resolve()
    except OSError:
        return False
