"""A session with the watched browser: the real command, Debian's Chromium, on a screen of its own.

Each test moves the browser over a second conversation, as a person's hand would.
"""

import base64
import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageColor

import schools
from browsing import Hand, Site
from counterseal.commands.desk import this_computer
from counterseal.keys import recipients
from counterseal.workflow.stop import lock
from counterseal.workflow.stop.cause import Cause
from driving import School
from patience import until
from schools import PRESENT, second_case
from watched_school import (
    CLOSE,
    RESUME,
    SIZE,
    add,
    browsers,
    go,
    keeper_lives,
    opened,
    ready,
    visits,
    watched_school,
    written_in,
)
from xvfb import Screen


@pytest.fixture
def school(tmp_path: Path, screen: Screen) -> Iterator[School]:
    with watched_school(schools.authorised(), tmp_path, screen) as facing:
        yield facing


def test_what_the_browser_opens_is_written_down_and_offered(school: School, pages: Site) -> None:
    said = opened(school)
    assert said["browser"].startswith("Chrom")
    assert said["by_hand"] is None
    go(school, f"{pages.origin}/plain")
    done = add(school, "1")
    assert "From: the monitored browser" in done.err
    assert school.steps()[-2:] == ["visit.recorded", "concern.recorded"]
    (file,) = school.last_entry()["details"]
    text = written_in(school, file["name"])["text"]
    assert base64.b64decode(text["address_b64"]).decode() == f"{pages.origin}/plain"
    assert int(text["visits"]) == len(visits(school)) > 2
    assert school.run(*CLOSE, answers=school.words_of("ab", "cd")).status == 0
    assert not keeper_lives(school, "watching")
    assert not Path(f"/proc/{ready(school)['process']}").exists()
    asked = [v["address"]["text"] for v in visits(school) if v["kind"] == "asked"]
    assert f"{pages.origin}/plain" in asked
    assert school.is_good()


def test_a_stop_freezes_the_browser_and_seals_what_was_not_written_down(
    school: School, pages: Site
) -> None:
    opened(school)
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
    assert browsers(school), "the browser was closed"
    again = school.run("stop", "--what", "may-be", "--by", "cd", "--json", status=30)
    assert again.data["unfrozen"] is False, "it is frozen still"


def test_the_page_and_the_screen_are_taken_in_one_act(school: School, pages: Site) -> None:
    opened(school)
    go(school, f"{pages.origin}/blocks")
    add(school, "1")
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
    assert screen.size == SIZE
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
    listed = [(one["ref"], one["how"]) for one in shown]
    assert listed == [("AB/1", "captured"), ("AB/2", "page")]
    assert school.is_good()


def test_a_pause_closes_the_browser_and_resuming_starts_it_again(
    school: School, pages: Site
) -> None:
    opened(school)
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
    opened(school)
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
    asked = [v["address"]["text"] for v in visits(school) if v["kind"] == "asked"]
    assert f"{pages.origin}/plain" in asked
    assert school.is_good()
