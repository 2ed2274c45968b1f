"""Memory: the process that watches a browser, after many pages beside after a few.

The watch runs in a process of its own, as in a session; the site and the hand that moves the
browser are here. Every page has an address and a title of its own, so that whatever is kept of one
would add up.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, cast

from measure import Row, Times

from counterseal.evidence.browser import BrowserGoneError, find_browser, start
from counterseal.evidence.browser.protocol import Connection, connect

FEW = 100
_READINGS, _APART = 5, 5
LIMIT_S = 20.0
QUIET = (
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)
"""So that nothing shows on the screen of whoever measures."""


def measure(folder: Path, most: int) -> Iterator[Row]:
    """Open so many pages under watch.

    Args:
        folder: For the browser's profile.
        most: How many pages.
    """
    try:
        find_browser()
    except BrowserGoneError:
        return  # nothing to watch
    with site() as origin, _watch(folder) as (memory, port):
        hand = connect(port, heard, ended, is_alive=lambda: True, limit_s=LIMIT_S)
        with contextlib.closing(hand):
            few = _readings(hand, memory, origin, range(FEW))
            many = _readings(hand, memory, origin, range(FEW, most))
    yield Row(
        f"memory of the watch after {most:,} pages",
        Times(many, "MB"),
        Times(few, "MB"),
        f"the same process after {FEW}",
        1.1,
        notes=(f"every {_APART} pages, {_READINGS} readings each; a visit log that keeps nothing",),
    )


def _readings(
    hand: Connection, memory: Callable[[], float], origin: str, pages: range
) -> tuple[float, ...]:
    found = hand.ask("Target.createTarget", LIMIT_S, url="about:blank")["targetId"]
    attached = hand.ask("Target.attachToTarget", LIMIT_S, targetId=found, flatten=True)
    session = str(attached["sessionId"])
    readings = []
    for page in pages:
        hand.ask_in(session, "Page.navigate", LIMIT_S, url=f"{origin}/{page}?{'x' * 200}")
        left = pages[-1] - page
        if left % _APART == 0 and left < _READINGS * _APART:
            readings.append(memory())
    hand.ask("Target.closeTarget", LIMIT_S, targetId=found)
    return tuple(readings)


@contextlib.contextmanager
def _watch(folder: Path) -> Iterator[tuple[Callable[[], float], int]]:
    """Watch a browser in another process; hand on what asks for that one's memory, and the port."""
    command = [sys.executable, __file__, str(folder)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it,
        cast("IO[str]", it.stdin) as asking,  # once that closes it ends its browser, and itself
    ):
        answers = cast("IO[str]", it.stdout)

        def memory() -> float:
            asking.write("\n")
            asking.flush()
            return float(answers.readline())

        yield memory, int(answers.readline())


@contextlib.contextmanager
def site() -> Iterator[str]:
    """Run a site on this computer; hand on what its addresses begin with."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing: a browser drops what it does not want."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with a page whose title is its own."""
        body = f"<title>Page {self.path[:60]}</title><p>A page".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def heard(*_: object) -> None:
    """The hand only moves."""


def ended() -> None:
    """The browser is ended by whoever watches it."""


def _memory() -> float:
    """Return how many megabytes this process has in memory now; at most, where that is unknown."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024
    import resource  # noqa: PLC0415  (not on Windows)

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)


def _main(folder: Path) -> None:
    from counterseal.clock import SystemClock  # noqa: PLC0415  (the watching process alone)
    from counterseal.evidence.browser import Watch  # noqa: PLC0415  (the same)

    running = start(find_browser(), folder, "bench", more=QUIET)
    watch = Watch(running, lambda _: None, SystemClock())
    watch.begin(LIMIT_S)
    print(running.port, flush=True)
    for _ in sys.stdin:
        watch.flush()
        print(_memory(), flush=True)
    watch.end()


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
