"""A connection that is lost is opened anew once; else nothing is left to run unwatched."""

import json
import threading
import time
from pathlib import Path

import pytest

from counterseal.evidence.browser import BrowserGoneError, Kind, Visit, Watch
from counterseal.evidence.browser.line import _CALM_S
from fake_browsing import faking, sent
from patience import until
from told import Told


def lose(watch: Watch) -> None:
    assert watch._line.connection is not None
    watch._line.connection.close()


def goes_on(folder: Path) -> int:
    """How often the one window was let go on; it takes its time to write that down."""
    return sent(folder, "S1").count("Runtime.runIfWaitingForDebugger")


def gaps(visits: list[Visit]) -> list[tuple[Kind, str | None]]:
    return [(v.kind, v.failure) for v in visits if v.kind in {Kind.GAP, Kind.AGAIN}]


def test_it_is_watched_again_and_the_gap_is_written_down(tmp_path: Path) -> None:
    with faking(tmp_path, "none") as (found, watch, visits):
        watch.begin(10.0)
        until(lambda: goes_on(tmp_path) == 1)
        lose(watch)
        watch.flush()
        assert gaps(visits) == [(Kind.GAP, "connection lost"), (Kind.AGAIN, None)]
        assert [visit.kind for visit in visits].count(Kind.WINDOW) == 1  # it is the same one
        assert not watch.gone
        assert found.is_alive()
        until(lambda: goes_on(tmp_path) == 2)
        watch.end()
        assert not found.is_alive()


def test_it_cannot_be_opened_anew_so_the_browser_is_ended(tmp_path: Path) -> None:
    with faking(tmp_path, "once") as (found, watch, visits):
        watch.begin(10.0)
        lose(watch)
        with pytest.raises(BrowserGoneError):
            watch.flush()
        assert watch.gone
        assert not found.is_alive()
        assert gaps(visits) == [
            (Kind.GAP, "connection lost"),
            (Kind.GAP, "browser ended, since it could not be watched"),
        ]


@pytest.mark.parametrize("odd", [[], 1, {"method": "A"}, {"id": []}])
def test_who_is_not_understood_at_all_is_no_browser_to_watch(tmp_path: Path, odd: object) -> None:
    with faking(tmp_path, "none", TELLS=json.dumps([odd])) as (found, watch, _):
        with pytest.raises(BrowserGoneError):
            watch.begin(10.0)
        assert not found.is_alive()


def test_it_is_lost_again_at_once_so_the_browser_is_ended(tmp_path: Path) -> None:
    with faking(tmp_path, "none") as (found, watch, visits):
        watch.begin(10.0)
        lose(watch)
        watch.flush()
        began = time.monotonic()
        lose(watch)
        with pytest.raises(BrowserGoneError):
            watch.flush()
        assert time.monotonic() - began < _CALM_S
        assert not found.is_alive()
        assert [kind for kind, _ in gaps(visits)] == [Kind.GAP, Kind.AGAIN, Kind.GAP, Kind.GAP]


def test_after_a_lock_it_is_locked_anew(tmp_path: Path) -> None:
    with faking(tmp_path, "none") as (found, watch, visits):
        watch.begin(10.0)
        assert watch.lock().frozen == 1  # it answers to the last that it is sent
        before = sent(tmp_path, "S1")
        assert "Page.setWebLifecycleState" in before
        lose(watch)
        watch.flush()
        assert gaps(visits)[-1] == (Kind.AGAIN, None)
        until(lambda: "Page.setWebLifecycleState" in sent(tmp_path, "S1")[len(before) :])
        until(lambda: sent(tmp_path, "-").count("Fetch.enable") == 2)
        assert goes_on(tmp_path) == 1  # before the lock
        assert found.is_alive()


def test_after_a_lock_no_browser_is_ended(tmp_path: Path) -> None:
    with faking(tmp_path, "once") as (found, watch, visits):
        watch.begin(10.0)
        watch.lock()
        lose(watch)
        with pytest.raises(BrowserGoneError):
            watch.flush()
        assert watch.gone
        assert gaps(visits) == [(Kind.GAP, "connection lost")]
        assert found.is_alive_after(1.0)


def test_windows_count_while_the_line_is_opened_anew(tmp_path: Path) -> None:
    with faking(tmp_path, "once") as (found, watch, _):  # which takes its time
        watch.begin(10.0)
        watch.flush()
        losing = threading.Thread(target=lose, args=(watch,))
        losing.start()
        until(lambda: not watch._line.stands and not watch._visits._sessions)
        locked = watch.lock()
        assert (locked.pages, locked.frozen) == (1, 0)
        until(lambda: watch.gone)
        losing.join()
        assert found.is_alive()  # the lock came in time


def test_what_came_of_the_windows_meanwhile_is_written_down() -> None:
    told = Told()
    for number in (1, 2, 3):
        told.window(number)
    told.ask("L1", "https://one.example/a")
    told.take()
    told.visits.lose()
    assert told.visits.places() == []
    moved = {"targetId": "T1", "type": "page", "url": "https://ann:secret@one.example/b"}
    stays = {"targetId": "T2", "type": "page", "url": "about:blank"}
    told.window(1)
    told.visits.meet_again([moved, stays], 1)
    opened, closed = told.take()
    assert (opened.kind, opened.window, opened.by_browser) == (Kind.OPENED, 1, False)
    assert opened.address is not None
    assert opened.address.raw == b"https://[removed]@one.example/b"
    assert (closed.kind, closed.window) == (Kind.CLOSED, 3)
    (place,) = told.visits.places()
    assert (place.stands.visit, place.stands.address) == (opened.number, opened.address)
