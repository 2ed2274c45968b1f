"""The page is another one than both answered for: real command, real Chromium, a page that moves.

Each time the command has said which page it is before the page moves; only then both answer.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

import browsing
import schools
from browsing import Hand, Site
from driving import School
from schools import CONCERN, PRESENT, SAFE
from watched_school import open_to_save, opened_by_handover, ready, watched_school
from xvfb import Screen

SAVE = ("exhibit", "save-page", "--what", "All of it", "--form", "text")
CAPTURE = ("exhibit", "capture", "--what", "What can be seen")
SECRET = "Something that nobody saw"
TALL = "<title>Innocent</title><div style='height:3000px'>Nothing here</div>"
HISTORY = "history.pushState(0,'','/pushed')"
GROW = "document.body.append(document.body.firstChild.cloneNode())"
SCROLL = "scrollTo(0,500)"
LEAVE = "location='/never-seen'"
REFUSED = 50


@pytest.fixture
def school(
    tmp_path: Path, screen: Screen, pages: Site, monkeypatch: pytest.MonkeyPatch
) -> Iterator[School]:
    """A school that may save pages, with a concern in an open session."""
    monkeypatch.setitem(browsing.PAGES, "/innocent", TALL)
    monkeypatch.setitem(browsing.PAGES, "/never-seen", f"<title>Other</title>{SECRET}")
    with watched_school(schools.staffed_and_authorised(), tmp_path, screen) as facing:
        both = open_to_save(facing)
        with hand(facing, f"{pages.origin}/innocent"):
            facing.run("concern", "add", *CONCERN, *PRESENT, answers=("1", *both))
        yield facing


@contextlib.contextmanager
def hand(school: School, address: str) -> Iterator[Hand]:
    """Open a window of its own, and close it afterwards."""
    first = Hand(ready(school)["port"])
    first.go(address)
    try:
        yield first
    finally:
        with contextlib.suppress(ConnectionClosed):  # a test closes it too
            first.start("Page.close")
        first.close()


def moved(
    school: School, typed: tuple[str, ...], answers: list[str], move: Callable[[], Any]
) -> Any:  # noqa: ANN401
    """Run a command; once it has said which page it is, move that; then answer."""
    with school.as_installed().start(*typed, "--json") as run:
        assert run.stdin
        assert run.stderr
        run.stdin.write("".join(f"{word}\n" for word in school.words_of("ab", "cd")))
        run.stdin.flush()
        told = ""
        while "stands this page" not in told:
            told = run.stderr.readline()
            assert told, run.communicate()
        assert "/innocent" in run.stderr.readline()
        move()
        out, _ = run.communicate("".join(f"{word}\n" for word in answers), timeout=60)
        return run.returncode, json.loads(out)


SCROLLED_AND_NO = ["yes"] * 2 + ["no"] * 4
MOVES = {
    "another page": LEAVE,
    "history": HISTORY,
    "the same page anew": "location.reload()",
    "scrolled": SCROLL,
}


def refused(done: tuple[int, Any]) -> str:
    status, said = done
    assert (status, said["error"], said["kept"]) == (REFUSED, "page-changed", "Nothing was kept.")
    assert "answer again" in said["advice"]
    return str(said["what"])


def test_nothing_is_saved_of_a_page_that_changed(school: School, pages: Site) -> None:
    steps = school.steps()
    for name, script in {**MOVES, "longer": GROW}.items():
        with hand(school, f"{pages.origin}/innocent") as first:
            done = moved(school, SAVE, SCROLLED_AND_NO, lambda: first.run(script))  # noqa: B023
            assert "after you answered. Nothing was taken." in refused(done), name
    with hand(school, f"{pages.origin}/innocent") as first:
        refused(moved(school, SAVE, SCROLLED_AND_NO, lambda: first.start("Page.close")))
    assert "page.saved" not in school.steps()[len(steps) :]
    assert school.is_good()


def test_what_came_in_front_is_not_what_is_saved(school: School, pages: Site) -> None:
    """The very page that both were told of is saved, wherever another one came up."""
    with hand(school, f"{pages.origin}/innocent") as first, contextlib.ExitStack() as stack:

        def come() -> None:
            stack.enter_context(hand(school, f"{pages.origin}/never-seen"))
            first.do("Page.bringToFront")

        status, said = moved(school, (*SAVE, "--keep"), SCROLLED_AND_NO, come)
        assert status == 0, said
    assert opened_by_handover(school, said["path"]) == b"Nothing here\n"


def test_nothing_is_taken_of_the_screen_either(school: School, pages: Site) -> None:
    answers = [*["no"] * 4, "keep", "keep"]
    steps = school.steps()
    for name, script in MOVES.items():
        with hand(school, f"{pages.origin}/innocent") as first:
            done = moved(school, CAPTURE, answers, lambda: first.run(script))  # noqa: B023
            assert "after you answered. Nothing was taken." in refused(done), name
    with hand(school, f"{pages.origin}/innocent"), contextlib.ExitStack() as stack:
        other = f"{pages.origin}/never-seen"
        done = moved(school, CAPTURE, answers, lambda: stack.enter_context(hand(school, other)))
        refused(done)
    assert not {"exhibit.captured", "exhibit.declined"} & set(school.steps()[len(steps) :])
    with hand(school, f"{pages.origin}/innocent") as first:
        kept = (*CAPTURE, "--keep")
        status, said = moved(school, kept, ["no"] * 4, lambda: first.run(GROW))
    assert (status, said["kept"]) == (0, True), "further down there is nothing that is taken"
    assert said["page"]["exhibit"] == "AB/2"


def test_a_picture_of_the_page_that_fails_leaves_that_of_the_screen(
    school: School, pages: Site
) -> None:
    with hand(school, f"{pages.origin}/innocent") as first:
        size = {"width": 300, "height": 200, "deviceScaleFactor": 3, "mobile": True, "scale": 0.5}
        first.do("Emulation.setDeviceMetricsOverride", **size)
        first.do("Emulation.setPageScaleFactor", pageScaleFactor=2)
        typed = (*CAPTURE, "--keep", *SAFE, "--json")
        done = school.run(*typed, answers=school.words_of("ab", "cd"))
    said = re.search(r"The picture is \d+ by \d+ pixels but the page area is .*", done.err)
    assert said
    assert said[0].endswith("The picture of the screen was taken all the same.")
    assert (done.data["kept"], done.data["page"]) == (True, None)
    assert len(school.last_entry()["exhibits"]) == 1
    assert school.is_good()
