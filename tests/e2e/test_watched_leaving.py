"""A case whose browser was watched leaves for the police: whole, or stopped and record alone."""

import io
import json
import os
import signal
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import bundles
import schools
from browsing import Hand, Site, until
from bundles import Leaving
from counterseal.handover.verify import verify
from driving import School
from schools import second_case
from watched_school import CLOSE, add, go, opened, ready, watched_school
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
    (text,) = (each["text"] for each in texts if each["step"] == "session.opened")
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
    os.kill(_keeper(school), signal.SIGKILL)
    time.sleep(1.5)
    assert len(pages.all) == asked
    hand = Hand(ready(school)["port"])  # it is there, and nobody closed or cleared anything
    hand.close()
    assert any((school.vault / "browser").rglob("*"))


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
