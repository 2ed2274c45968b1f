"""A case whose browser was watched leaves for the police: whole, or stopped and record alone."""

import io
import json
import os
import signal
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import bundles
import schools
from browsing import Site, open_from_outside
from bundles import Leaving
from counterseal.handover.verify import verify
from driving import School, finish
from patience import until
from schools import second_case
from watched_school import (
    CLOSE,
    add,
    browsers,
    go,
    keeper_lives,
    keeper_of,
    opened,
    ready,
    watched_school,
    written_in,
)
from xvfb import Screen

MAY_USE = (
    *("call", "record", "--to", "police", "--may-use", "--name", "PC Example, 1234"),
    *("--when", "10:15", "--words", "Make the bundle for us", "--reference", "EX-1"),
    *("--as", "ef", "--read", "ef"),
)  # fmt: skip
STOPPED = ("bundle", "stopped", "--as", "ef", "--read", "ef")
KNOWN_FLAGS = {
    *("--remote-debugging-port", "--user-data-dir", "--no-first-run"),
    *("--no-default-browser-check", "--disk-cache-size"),
}


@pytest.fixture
def school(tmp_path: Path, screen: Screen) -> Iterator[School]:
    with watched_school(schools.staffed_and_authorised(), tmp_path, screen) as facing:
        yield facing


def _inside(leaving: Leaving) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(leaving.unsealed())) as opened_:
        return {i.filename.removeprefix("bundle/"): opened_.read(i) for i in opened_.infolist()}


def _passes(leaving: Leaving) -> None:
    verdict = verify(lambda container: container.write(leaving.unsealed()))
    assert verdict.exit_status == 0, verdict.checks


def test_the_whole_case_tells_what_the_browser_opened(school: School, pages: Site) -> None:
    opened(school)
    go(school, f"{pages.origin}/odd")
    go(school, f"{pages.origin}/secret")
    add(school, "1")
    school.run(*CLOSE, answers=school.words_of("ab", "cd"))
    leaving = bundles.make(school, "--case", second_case(school))
    inside = _inside(leaving)
    page = inside["data/START-HERE.html"].decode()
    assert "What the browser opened" in page
    assert f"{pages.origin}/odd" in page
    assert "crumb" not in page, "a cookie was written down"
    assert "opensesame" not in page, "a form's content was written down"
    said = json.loads(inside["data/case.jsonld"])
    assert "visit.recorded" in json.dumps(said)
    whole = b"".join(inside.values())
    assert b"biscuit" not in whole
    assert b"opensesame" not in whole
    _passes(leaving)


def test_the_command_line_that_both_signed_turns_nothing_off(school: School) -> None:
    opened(school)
    school.run(*CLOSE, answers=school.words_of("ab", "cd"))
    leaving = bundles.make(school, "--case", second_case(school))
    texts = [json.loads(c) for n, c in _inside(leaving).items() if n.startswith("data/openings/")]
    (text,) = (each["text"] for each in texts if "command" in each["text"])
    assert text["browser"].startswith("Chrom")
    program, *flags = text["command"]
    assert program == str(school.folder / "bin" / "chromium")
    assert {flag.partition("=")[0] for flag in flags} == {*KNOWN_FLAGS, "about:blank"}


def test_a_stopped_case_leaves_with_what_the_stop_cut_off(school: School, pages: Site) -> None:
    opened(school)
    go(school, f"{pages.origin}/poll")
    school.run("stop", "--what", "may-be", "--by", "ab", status=30)
    (cut_off,) = school.last_entry()["details"]
    school.run(*MAY_USE, answers=school.words_of("ef"))
    out = school.folder / "out"
    said = school.json(
        *STOPPED, "--case", second_case(school), "--out", str(out), answers=school.words_of("ef")
    )
    leaving = Leaving(school, out, said)
    kept = (school.vault / cut_off["name"]).read_bytes()
    assert kept in _inside(leaving).values()
    _passes(leaving)


def test_after_a_stop_no_request_leaves_even_when_its_keeper_is_killed(
    school: School, pages: Site
) -> None:
    opened(school)
    go(school, f"{pages.origin}/poll")
    until(lambda: "/tick" in pages.all)
    school.run("stop", "--what", "may-be", "--by", "ab", status=30)
    asked = len(pages.all)
    os.kill(keeper_of(school), signal.SIGKILL)
    time.sleep(1.5)
    assert len(pages.all) == asked
    assert browsers(school), "somebody closed it"
    assert any((school.vault / "browser").rglob("*"))


def test_a_stop_freezes_a_browser_whose_keeper_is_gone(school: School, pages: Site) -> None:
    """It stays so, and asks nobody, although all that watched over the session was killed."""
    opened(school)
    go(school, f"{pages.origin}/poll")
    until(lambda: "/tick" in pages.all)
    for folder in ("watching", "guarding"):
        os.kill(keeper_of(school, folder), signal.SIGKILL)
    done = school.run("stop", "--what", "may-be", "--by", "ab", "--json", status=30)
    asked = len(pages.all)
    assert (done.data["unfrozen"], done.data["sealed"]) == (False, True)
    time.sleep(1.5)
    assert len(pages.all) == asked
    assert browsers(school)
    before = browsers(school)
    open_from_outside(ready(school)["port"], f"{pages.origin}/plain")
    time.sleep(1.5)
    assert len(pages.all) == asked, "nobody holds it"
    assert browsers(school) == before


@pytest.mark.parametrize("said", ["{}", "[]", "3", '{"windows":1}', '{"windows":"a","frozen":[]}'])
def test_nothing_that_somebody_leaves_there_keeps_a_stop_from_its_end(
    school: School, said: str
) -> None:
    opened(school)
    keeper = keeper_of(school)
    os.kill(keeper, signal.SIGSTOP)
    try:
        (school.vault / "watching" / "locked").write_text(said)
        done = school.run("stop", "--what", "may-be", "--by", "ab", "--json", status=30)
        assert (done.data["unfrozen"], done.data["sealed"]) == (True, True)
        assert "turn the monitors off now" in done.data["advice"]
    finally:
        os.kill(keeper, signal.SIGCONT)
    assert school.last_entry()["step"] == "case.stopped"


def test_what_a_stop_cut_off_is_not_lost_where_the_log_is_busy(school: School, pages: Site) -> None:
    opened(school)
    time.sleep(1.5)
    with closing(sqlite3.connect(school.vault / "log.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        go(school, f"{pages.origin}/plain")
        with school.start("stop", "--what", "may-be", "--by", "ab") as running:
            until((school.vault / "STOPPED").exists)
            time.sleep(3)
            other.execute("ROLLBACK")
            finish(running, ("stop",), (), status=30)
    entry = school.last_entry()
    assert entry["step"] == "case.stopped"
    text = written_in(school, entry["details"][0]["name"])["text"]
    assert f"{pages.origin}/plain" in text["shown"]
    assert any(f"{pages.origin}/plain" in line for line in text["visits"])
    assert school.is_good()


def test_a_released_computer_leaves_that_browser_frozen_and_says_so(
    school: School, pages: Site
) -> None:
    opened(school)
    go(school, f"{pages.origin}/poll")
    school.run("stop", "--what", "may-be", "--by", "ab", status=30)
    school.run(*MAY_USE, answers=school.words_of("ef"))
    done = school.run(
        *("computer", "release", "--advice", "police", "--reason", "not-wanted"),
        *("--words", "PC Example: not wanted", "--authoriser", "ef", "--present", "ef"),
        *("--present", "ab", "--present", "cd"),
        answers=school.words_of("ef", "ab", "cd"),
    )
    assert "Do not look" in done.err
    asked = len(pages.all)
    until(lambda: not keeper_lives(school, "watching"))
    time.sleep(1.5)
    assert len(pages.all) == asked
    assert browsers(school)
    school.run("case", "list")
