"""The visits that wait to be handed on, counted and in order; and how they are handed on."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from counterseal.errors import CountersealError
from counterseal.evidence.browser.visit import Kind, Visit

Sink = Callable[[tuple[Visit, ...]], None]


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


class Handing:
    """Hands visits on, each once and in their order, whoever asks for it.

    Args:
        sink: Handed the visits. Where it raises, they wait to be handed to it again.
        waiting: Where they wait.
        state: Held while those are looked at.
    """

    def __init__(self, sink: Sink, waiting: Waiting, state: threading.Lock) -> None:
        """Hand nothing on yet."""
        self._sink, self._waiting, self._state = sink, waiting, state
        self._one = threading.Lock()  # one hands on at a time
        self._in_hand: tuple[Visit, ...] = ()

    def hand_on(self) -> None:
        """Hand on everything that waits.

        Raises:
            CountersealError: What the sink raised; nothing is lost by it.
        """
        with self._one:
            with self._state:
                visits = self._in_hand = self._waiting.take()
            if not visits:
                return
            try:
                self._sink(visits)
            except CountersealError:
                with self._state:
                    self._waiting.give_back(visits)
                    self._in_hand = ()
                raise
            self._in_hand = ()

    def left(self) -> tuple[Visit, ...]:
        """Say which visits are not handed on yet, or are just being; it waits for no sink."""
        with self._state:
            return (*self._in_hand, *self._waiting.seen())
