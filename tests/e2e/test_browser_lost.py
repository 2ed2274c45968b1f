"""Debian's Chromium, when the connection to it is lost: watched again, and locked again."""

import threading
import time
from pathlib import Path

from browsing import site
from counterseal.evidence.browser import Kind
from patience import until
from watching import watched


def test_it_is_watched_again_and_what_came_meanwhile_is_written_down(tmp_path: Path) -> None:
    with site() as ours, watched(tmp_path) as found, found.hand() as hand:
        hand.go(f"{ours.origin}/plain")
        mark = found.mark()
        losing = threading.Thread(target=found.lose)
        losing.start()
        until(lambda: not found.watch._line.stands)
        hand.go(f"{ours.origin}/red")  # while nobody watches
        losing.join()
        visits = found.since(mark)
        hand.go(f"{ours.origin}/green")
        after = found.since(mark)[len(visits) :]
        kinds = [visit.kind for visit in visits]
        assert kinds[:2] == [Kind.GAP, Kind.AGAIN]
        assert visits[0].failure == "connection lost"
        (opened,) = (visit for visit in visits if visit.kind is Kind.OPENED)
        assert opened.address is not None
        assert opened.address.raw.decode() == f"{ours.origin}/red"
        assert not opened.by_browser
        asked, shown = (v for v in after if v.kind in {Kind.ASKED, Kind.OPENED})
        assert asked.window == shown.window == opened.window
        assert (shown.status, shown.by_browser) == (200, True)
        page = found.watch.page(opened.window)
        assert page.stands.address == shown.address
        assert not found.watch.gone


def test_it_is_locked_again_after_a_lock(tmp_path: Path) -> None:
    with site() as busy, watched(tmp_path) as found, found.hand() as hand:
        hand.go(f"{busy.origin}/poll")
        until(lambda: busy.all.count("/tick") > 5)
        found.watch.lock()
        time.sleep(0.3)
        before = len(busy.all)
        found.lose()
        found.watch.flush()
        hand.start("Page.navigate", url=f"{busy.origin}/plain")
        time.sleep(1.0)
        assert busy.all[before:] == []
        assert found.running.is_alive()
