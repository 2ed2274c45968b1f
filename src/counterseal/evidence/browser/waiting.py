"""The visits that wait to be handed on, counted and in order. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from counterseal.evidence.browser.visit import Kind, Visit


class Waiting:
    """The visits of one watch until they are handed on."""

    def __init__(self) -> None:
        """Begin with none."""
        self._visits: list[Visit] = []
        self._count = 0

    def put(self, kind: Kind, utc_ms: int, *, by_browser: bool, **what: Any) -> int:  # noqa: ANN401
        """Add a visit, and return its number; further arguments are fields of `Visit`."""
        self._count += 1
        self._visits.append(Visit(self._count, kind, utc_ms, by_browser, **what))
        return self._count

    def add_to(self, number: int | None, now_ms: int, **what: Any) -> None:  # noqa: ANN401
        """Add to a visit what became known later, by a visit of its own where it was handed on."""
        for place, visit in enumerate(self._visits):
            if visit.number == number:
                self._visits[place] = replace(visit, **what)
                return
        self.put(Kind.MORE, now_ms, by_browser=False, of=number, **what)

    def seen(self) -> tuple[Visit, ...]:
        """Return all of them, and leave them."""
        return tuple(self._visits)

    def take(self) -> tuple[Visit, ...]:
        """Take all of them."""
        taken, self._visits = tuple(self._visits), []
        return taken

    def give_back(self, visits: Sequence[Visit]) -> None:
        """Put those back that could not be handed on."""
        self._visits[:0] = visits
