"""How long a test waits, and what it allows to the computer it runs on."""

import time
from collections.abc import Callable
from typing import Any

BUSY_S = 3.0
"""What a busy test computer may add to any time that is promised, in seconds."""
SOON_S = 5.0 + BUSY_S
"""People are told of a browser that is gone or hangs within five seconds."""
PATIENCE_S = 12.0


def until(what: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:  # noqa: ANN401
    """Wait until something is so, and return it."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"it did not come about within {seconds} seconds"
        time.sleep(0.02)
    return found
