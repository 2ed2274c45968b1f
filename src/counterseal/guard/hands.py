"""Whether somebody is at the keyboard or the mouse, judged by how long nobody touched either. Pure.

Only how long ago is asked, by the window library, of the system; never what was pressed or where.
"""

from collections.abc import Callable

UNKNOWN = -1
"""What the window library says where the system does not tell."""


class Hands:
    """Keeps watch over whether anybody is there.

    Args:
        untouched: Says for how many milliseconds nobody has touched anything; `UNKNOWN` at times.
        now: Milliseconds, from any beginning.
        limit_ms: From when on nobody is there; 0 where it does not matter.
    """

    def __init__(self, untouched: Callable[[], int], now: Callable[[], int], limit_ms: int) -> None:
        """Begin with somebody there, who has just started it."""
        self._untouched, self._now, self._limit_ms = untouched, now, limit_ms
        self._begun = now()
        self._since: int | None = None
        self.away()

    @property
    def told(self) -> bool:
        """Whether the system tells at all, as it was asked last."""
        return self._since is not None

    @property
    def soon(self) -> bool:
        """Whether four fifths of the time were over then, and not all of it."""
        since, limit = self._since, self._limit_ms
        return since is not None and limit * 4 <= since * 5 and since < limit

    def away(self) -> bool:
        """Whether nobody is there, as it is now; the one time that the system is asked."""
        untouched = self._untouched() if self._limit_ms > 0 else UNKNOWN
        self._since = None if untouched == UNKNOWN else min(untouched, self._now() - self._begun)
        return self._since is not None and self._since >= self._limit_ms
