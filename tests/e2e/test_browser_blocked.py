"""A real policy of this computer's own Chromium keeps it, or a site in it, from being watched.

Settings folders are not the only place a policy comes from, so it must show where none was read.
The policy stands in a view of the file system that only this browser has.
"""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import schools
from browsing import QUIET, Site, open_from_outside
from counterseal.evidence.browser import (
    BrowserGoneError,
    Running,
    Visit,
    Watch,
)
from counterseal.evidence.browser.left_over import lock_left_over
from counterseal.evidence.browser.trouble import BrowserBlockedError, BrowserSilentError
from driving import School
from fake_browsing import running
from fakes import FakeClock
from patience import SOON_S, until
from policies import gaps, under
from watched_school import FACED, keeper_lives, opened, ready, visits, watched_school
from xvfb import Screen

NEVER = {"DeveloperToolsAvailability": 2}
NOT_HERE = {"DeveloperToolsAvailabilityBlocklist": ["127.0.0.1"]}


@contextlib.contextmanager
def chromium_under(
    folder: Path, policy: dict[str, Any]
) -> Iterator[tuple[Running, Watch, list[Visit]]]:
    found: list[Visit] = []
    with running(folder, f'{under(folder, policy)} {" ".join(QUIET)} "$@"') as started:
        yield started, Watch(started, found.extend, FakeClock()), found


@contextlib.contextmanager
def school_under(folder: Path, screen: Screen, policy: dict[str, Any]) -> Iterator[School]:
    with watched_school(schools.authorised(), folder, screen) as school:
        line = f'{under(folder, policy)} {" ".join(FACED)} "$@"'
        own = school.folder / "bin" / "chromium"
        own.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{line}\n", encoding="utf-8")
        yield school


def test_one_that_may_not_be_spoken_to_is_said_in_seconds(tmp_path: Path) -> None:
    with chromium_under(tmp_path, {"RemoteDebuggingAllowed": False}) as (started, watch, _):
        begun = time.monotonic()
        with pytest.raises(BrowserSilentError, match="does not answer"):
            watch.begin()
        assert time.monotonic() - begun < SOON_S
        assert not started.is_alive_after(5.0)


def test_one_whose_windows_may_not_be_watched_is_ended(tmp_path: Path) -> None:
    with chromium_under(tmp_path, NEVER) as (started, watch, _):
        begun = time.monotonic()
        with pytest.raises(BrowserBlockedError, match="A setting of this computer"):
            watch.begin()
        assert time.monotonic() - begun < SOON_S
        assert not started.is_alive_after(5.0)


def test_one_that_opens_a_site_which_may_not_be_watched_is_ended(
    tmp_path: Path, pages: Site
) -> None:
    """What nobody watches is not looked at, and the record says which address it was."""
    with chromium_under(tmp_path, NOT_HERE) as (started, watch, found):
        watch.begin()
        open_from_outside(started.port, f"{pages.origin}/poll")
        until(lambda: watch.gone)
        with pytest.raises(BrowserBlockedError):
            watch.flush()
        assert not started.is_alive_after(5.0)
        assert gaps(found) == [
            ("window that cannot be watched", f"{pages.origin}/poll"),
            ("browser ended, since it could not be watched", ""),
        ]


def test_a_lock_does_not_call_such_a_window_frozen(tmp_path: Path, pages: Site) -> None:
    with chromium_under(tmp_path, NOT_HERE) as (started, watch, _):
        watch.begin()
        open_from_outside(started.port, f"{pages.origin}/poll")
        until(watch._attached.alone)
        locked = watch.lock()
        assert (locked.pages, locked.frozen) == (2, 1)
        watch._ending = watch._line._ending = True  # as when the watching process is killed
        left = lock_left_over(started.port, started.process.pid, "")
        assert left is not None
        assert (left.pages, left.frozen) == (2, 1)


def test_the_two_are_told_and_go_on_by_hand(tmp_path: Path, screen: Screen) -> None:
    with school_under(tmp_path, screen, NEVER) as school:
        said = opened(school)
        assert said["browser"] is None
        assert "A setting of this computer does not allow" in said["by_hand"]
        assert school.steps()[-2:] == ["session.opened", "visit.recorded"]
        assert not keeper_lives(school, "watching")
        assert visits(school) == []
        assert school.is_good()


def test_the_two_are_told_of_a_site_that_is_kept_from_being_watched(
    tmp_path: Path, screen: Screen, pages: Site
) -> None:
    with school_under(tmp_path, screen, NOT_HERE) as school:
        said = opened(school)
        assert said["browser"].startswith("Chrom")
        open_from_outside(ready(school)["port"], f"{pages.origin}/plain")
        until(lambda: not keeper_lives(school, "watching"))
        told = school.run("browser", "show")
        assert "A setting of this computer does not allow" in told.err
        assert "by hand" in told.err
        (alone, _) = [visit for visit in visits(school) if visit["kind"] == "gap"]
        assert alone["address"]["text"] == f"{pages.origin}/plain"
        assert school.is_good()


def test_without_such_a_policy_it_is_watched(tmp_path: Path, pages: Site) -> None:
    """So that what these tests see is the policy's doing."""
    with chromium_under(tmp_path, {}) as (started, watch, found):
        watch.begin()
        open_from_outside(started.port, f"{pages.origin}/plain")
        until(lambda: f"{pages.origin}/plain" in [shown.address.shown for shown in watch.shown()])
        watch.flush()
        assert gaps(found) == []
        with contextlib.suppress(BrowserGoneError):
            watch.end()
