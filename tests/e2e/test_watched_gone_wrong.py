"""The watched browser dies, hangs, is closed, or never comes up: the two go on, nothing is lost."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import schools
from browsing import Hand, Site
from counterseal.workflow.browsing.keeper import AGAIN
from driving import School
from patience import SOON_S, until
from schools import OPEN, second_case
from watched_school import (
    CLOSE,
    add,
    browsers,
    go,
    keeper_lives,
    keeper_of,
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


def test_a_browser_that_starts_itself_anew_is_closed(
    school: School, pages: Site, screen: Screen
) -> None:
    """As after an update: it looks like the watched one, and nobody watches it."""
    opened(school)
    go(school, f"{pages.origin}/plain")
    first = ready(school)["process"]
    screen.go("chrome://restart")
    until(lambda: browsers(school) not in ([], [first]))  # or this test would show nothing
    until(lambda: not browsers(school), 30)
    until(lambda: not keeper_lives(school, "watching"))
    until(lambda: AGAIN in [visit.get("failure") for visit in visits(school)], 30)
    told = school.run("browser", "show")
    assert "by hand" in told.err
    assert "No browser is watched now" in told.out
    assert school.is_good()


@pytest.mark.parametrize("who", ["browser", "watch"])
def test_whatever_dies_the_session_goes_on_by_hand_and_nothing_is_lost(
    school: School, pages: Site, who: str
) -> None:
    opened(school)
    go(school, f"{pages.origin}/plain")
    time.sleep(2.0)  # at most the last second is lost
    if who == "browser":
        os.killpg(ready(school)["process"], signal.SIGKILL)
    else:
        os.kill(keeper_of(school), signal.SIGKILL)
    begun = time.monotonic()
    done = school.run("browser", "show")
    assert time.monotonic() - begun < SOON_S
    assert "by hand" in done.err
    assert "No browser is watched now" in done.out
    until(lambda: not Path(f"/proc/{ready(school)['process']}").exists())
    written = visits(school)
    asked = [visit["address"]["text"] for visit in written if visit["kind"] == "asked"]
    assert f"{pages.origin}/plain" in asked
    assert [visit["kind"] for visit in written].count("gap") == 1
    again = add(school, "https://forum.example/7", "yes")
    assert "No browser is watched" not in again.said, "it is said once"
    (file,) = school.last_entry()["details"]
    assert written_in(school, file["name"])["text"]["from"].startswith("typed")
    assert school.json("browser", "start")["browser"].startswith("Chrom")
    go(school, f"{pages.origin}/end")
    assert school.json("browser", "show")["windows"][0]["address"] == f"{pages.origin}/end"
    school.run(*CLOSE, answers=school.words_of("ab", "cd"))
    assert school.is_good()


def test_a_browser_that_hangs_is_said_within_five_seconds(school: School, pages: Site) -> None:
    opened(school)
    go(school, f"{pages.origin}/plain")
    process = ready(school)["process"]
    os.kill(process, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        done = school.run("browser", "show")
        assert time.monotonic() - begun < SOON_S
        assert "does not answer" in done.err
    finally:
        os.kill(process, signal.SIGCONT)
    until(lambda: school.json("browser", "show")["watched"])
    kinds = [visit["kind"] for visit in visits(school)]
    assert kinds.index("gap") < kinds.index("watched-again")


def test_a_browser_that_somebody_closed_is_said_at_the_next_step(
    school: School, pages: Site
) -> None:
    opened(school)
    go(school, f"{pages.origin}/plain")
    hand = Hand(ready(school)["port"])
    hand.start("Browser.close")
    until(lambda: not Path(f"/proc/{ready(school)['process']}").exists())
    hand.close()
    done = add(school, "https://forum.example/7", "yes")
    assert "was closed or has stopped working" in done.err
    assert "Every address up to then was kept." in done.err
    asked = [v["address"]["text"] for v in visits(school) if v["kind"] == "asked"]
    assert f"{pages.origin}/plain" in asked
    assert school.is_good()


@pytest.mark.parametrize("program", ["exit 1", "exec sleep 60", "exec /no/such/program"])
def test_where_no_browser_comes_up_the_session_goes_on_by_hand(
    school: School, program: str
) -> None:
    """It ends at once, it never answers, it is not there: plain words, and no session is lost."""
    wrapper = school.folder / "bin" / "chromium"
    wrapper.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{program}\n", encoding="utf-8")
    said = opened(school)
    assert (said["browser"], said["stage"]) == (None, "collecting")
    assert "browser" in said["by_hand"]
    entry = school.last_entry()
    assert (entry["step"], entry["facts"]) == ("visit.recorded", {"visits": 0, "gaps": 1})
    written = written_in(school, entry["details"][0]["name"])["text"]
    assert written == {"visits": [], "browser": f"none is watched: {said['by_hand']}"}
    add(school, "https://forum.example/7", "yes")
    school.run(*CLOSE, answers=school.words_of("ab", "cd"))
    assert school.is_good()


def test_by_hand_is_a_choice(school: School) -> None:
    both = school.words_of("ab", "cd")
    said = school.json(*OPEN, "--manual", "--case", second_case(school), answers=both)
    assert (said["browser"], said["by_hand"]) == (None, "You chose to go on by hand.")
    written = written_in(school, school.last_entry()["details"][0]["name"])["text"]
    assert written["browser"] == "none is watched: You chose to go on by hand."
    assert not (school.vault / "watching").exists()
    assert not (school.vault / "browser").exists()


def test_before_both_have_signed_no_browser_is_there(school: School) -> None:
    """Nothing can be looked at that no session covers, and whoever breaks off leaves nothing."""
    typed = [word for word in OPEN if word not in {"--present", "ab", "cd"}]
    done = school.run(
        *typed, "--case", second_case(school), answers=("no", "no", "no"), status=None
    )
    assert done.status == 3, done
    assert not (school.vault / "browser").exists()
    assert not (school.vault / "watching").exists()
    until(lambda: not keeper_lives(school, "guarding"))
    assert school.is_good()


def test_a_keeper_that_hangs_is_said_and_keeps_the_session_open(
    school: School, pages: Site
) -> None:
    """Closing would drop what was not written down yet."""
    opened(school)
    hand, keeper = Hand(ready(school)["port"]), keeper_of(school)
    os.kill(keeper, signal.SIGSTOP)
    try:
        hand.go(f"{pages.origin}/plain")
        hand.close()
        begun = time.monotonic()
        done = school.run("browser", "show")
        assert time.monotonic() - begun < SOON_S
        assert "does not answer just now" in done.err
        entries = school.entries()
        school.run(*CLOSE, answers=school.words_of("ab", "cd"), status=50)
        assert school.entries() == entries
        assert browsers(school), "the browser was closed"
    finally:
        os.kill(keeper, signal.SIGCONT)
    school.run(*CLOSE, answers=school.words_of("ab", "cd"))
    asked = [v["address"]["text"] for v in visits(school) if v["kind"] == "asked"]
    assert f"{pages.origin}/plain" in asked
    assert school.is_good()


def test_a_closing_that_is_not_signed_leaves_the_browser(school: School, pages: Site) -> None:
    opened(school)
    go(school, f"{pages.origin}/plain")
    school.run(*CLOSE, answers=("wrong words here now", "x"), status=70)
    assert school.json("browser", "show")["watched"]
    assert "From: the monitored browser" in add(school, "1").err
