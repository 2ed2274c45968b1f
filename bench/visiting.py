"""What one page costs the log, beside what that page costs the browser, from this very computer.

The browser opens a small page of a site on this computer, which is as quick as a page can be; the
log takes the visits of one page, which the keeper of the browser writes once a second at most.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from measure import Row, take_turns
from picture import begin
from school import school

from counterseal.evidence.browser import BrowserGoneError, Kind, Visit, find_browser, start
from counterseal.evidence.browser.protocol import connect
from counterseal.evidence.browser.visit import MOST_TITLE, Text, Tls
from counterseal.workflow.browsing.recording import record_visits
from watching import LIMIT_S, QUIET, ended, heard, site

WARM_UP = 3
NAME = "what one page adds to the log: its visits encrypted, written, logged"
AGAINST = "the browser opening that page, of a site on this computer, unwatched"


def measure(folder: Path, rounds: int) -> Iterator[Row]:
    """Open pages and write visits down, turn and turn about.

    Args:
        folder: For the record and the browser's profile; empty.
        rounds: How often, after some rounds to warm up.
    """
    try:
        find_browser()
    except BrowserGoneError:
        return  # nothing to measure against
    with school(folder) as one, site() as origin, _opening(folder, origin) as opens:
        case = begin(one)
        visits = tuple(_visits(origin))

        def writes() -> None:
            record_visits(one.record, case, visits)

        take_turns([writes, opens], WARM_UP)
        ours, floor = take_turns([writes, opens], rounds)
    notes = (f"{len(visits)} visits; a page from another computer takes the browser far longer",)
    yield Row(NAME, ours, floor, AGAINST, notes=notes)


@contextlib.contextmanager
def _opening(folder: Path, origin: str) -> Iterator[Callable[[], None]]:
    """Start a browser; hand on what opens one page in it, and waits until it stands there."""
    running = start(find_browser(), folder, "bench", more=QUIET)
    try:
        hand = connect(running.port, heard, ended, is_alive=running.is_alive, limit_s=LIMIT_S)
        with contextlib.closing(hand):
            found = hand.ask("Target.createTarget", LIMIT_S, url="about:blank")["targetId"]
            attached = hand.ask("Target.attachToTarget", LIMIT_S, targetId=found, flatten=True)
            session = str(attached["sessionId"])

            def opens() -> None:
                hand.ask_in(session, "Page.navigate", LIMIT_S, url=origin)

            yield opens
    finally:
        running.end()


def _visits(origin: str) -> Iterator[Visit]:
    address = Text.of(f"{origin}/1?{'x' * 200}")
    tls = Tls("TLS 1.3", "AES_128_GCM", "forum.example", "An authority", 1_700_000_000, 1)
    yield Visit(1, Kind.ASKED, 1, by_browser=True, window=1, address=address, method="GET")
    yield Visit(
        2,
        Kind.OPENED,
        2,
        by_browser=True,
        window=1,
        address=address,
        status=200,
        peer="127.0.0.1:443",
        tls=tls,
        certificate="ab" * 32,
        title=Text.of("A page", MOST_TITLE),
    )
