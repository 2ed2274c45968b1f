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
        self._begun, self._away = now(), False

    @property
    def told(self) -> bool:
        """Whether the system tells at all."""
        return self._limit_ms > 0 and self._untouched() != UNKNOWN

    @property
    def soon(self) -> bool:
        """Whether four fifths of the time are over, and somebody may still be there."""
        return self.told and 5 * self._since() >= 4 * self._limit_ms and not self._away

    def away(self) -> bool:
        """Whether nobody is there, as it is now."""
        self._away = self.told and self._since() >= self._limit_ms
        return self._away

    def _since(self) -> int:
        return min(self._untouched(), self._now() - self._begun)
