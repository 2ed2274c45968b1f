"""Debian's Chromium, left over by a watch that was killed, is closed; any other process is not."""

import os
import signal
import time
from pathlib import Path

from browsing import Hand
from counterseal.evidence.browser import end_left_over
from counterseal.evidence.browser.left_over import LEAVE_S
from patience import BUSY_S
from watching import watched


def test_chromium_is_closed_when_it_is_the_one(tmp_path: Path) -> None:
    with watched(tmp_path) as found:
        found.abandon()
        port, process = found.running.port, found.running.process.pid
        Hand(port).close()  # a window more
        assert not end_left_over(port, process + 1, "")
        os.kill(process, signal.SIGSTOP)
        began = time.monotonic()
        assert not end_left_over(port, process, "")
        assert time.monotonic() - began < LEAVE_S + 0.5 + BUSY_S
        os.kill(process, signal.SIGCONT)
        assert found.running.is_alive()
        assert end_left_over(port, process, "")
        assert not found.running.is_alive_after(5.0)
