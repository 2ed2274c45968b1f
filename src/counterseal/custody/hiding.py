"""Counts under five, hidden so that they cannot be worked out. Pure.

A count of one to four may point at a person, so it is shown as "fewer than 5". That alone is not
enough: where all else of a table and its total are known, the hidden figure is what is left. So
further figures are hidden ("not shown"), the largest first, until each hidden one could still be
1, 2, 3 or 4 by everything that is printed. Where that cannot be reached, the table is left out.

A `Cell` that is hidden does not hold its count, so none can be printed by mistake.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

LEAST: Final = 5
"""The smallest count that is shown, besides none at all."""


class Shown(StrEnum):
    """How a count is shown."""

    EXACT = "exact"
    FEW = "fewer than 5"
    HIDDEN = "not shown"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Cell:
    """A count as it may be shown.

    Args:
        name: What is counted.
        count: How many; None where it is hidden.
        shown: How it is shown.
        parts: What it is made of, where that is told.
    """

    name: str
    count: int | None
    shown: Shown
    parts: tuple["Cell", ...] = ()

    @property
    def text(self) -> str:
        """The count for people."""
        return str(self.shown) if self.count is None else str(self.count)


@dataclass(frozen=True, slots=True)
class Table:
    """Cells that add up to the number of cases.

    Args:
        name: What the cases are told apart by.
        cells: The cells; empty where the table is left out.
        left_out: Whether it is, so that no figure under five can be worked out from it.
    """

    name: str
    cells: tuple[Cell, ...]
    left_out: bool = False


@dataclass(slots=True)
class Node:
    """A count before it is hidden, and what a reader could work out of it.

    Args:
        name: What is counted.
        count: How many.
        parts: What it is made of, where that is told; they add up to it.
        least: What other tables say that it is at least.
        most: What other tables say that it is at most; None where they say nothing.
    """

    name: str
    count: int
    parts: list["Node"] = field(default_factory=list)
    least: int = 0
    most: int | None = None
    shown: Shown = field(init=False)
    low: int = 0
    high: int = 0

    def __post_init__(self) -> None:
        """Hide it where it is one to four."""
        self.shown = Shown.FEW if 0 < self.count < LEAST else Shown.EXACT

    def cell(self) -> Cell:
        """Return what may be shown."""
        count = self.count if self.shown is Shown.EXACT else None
        return Cell(self.name, count, self.shown, tuple(part.cell() for part in self.parts))

    def below(self) -> Iterator["Node"]:
        """Give all that it is made of, down to the last."""
        for part in self.parts:
            yield part
            yield from part.below()

    def gather(self, most: int) -> None:
        """Say what the label allows, and what the parts allow."""
        self.low, self.high = {
            Shown.EXACT: (self.count, self.count),
            Shown.FEW: (1, LEAST - 1),
            Shown.HIDDEN: (max(LEAST, self.least), most if self.most is None else self.most),
        }[self.shown]
        for part in self.parts:
            part.gather(most)
        if self.parts:
            self.low = max(self.low, sum(part.low for part in self.parts))
            self.high = min(self.high, sum(part.high for part in self.parts))

    def narrow(self) -> None:
        """Take away from each part what the whole and the other parts do not allow.

        The counts form a tree and each is a whole range, so what is left is exactly what is
        possible: gathering from the leaves and narrowing from the root misses nothing.
        """
        low, high = sum(p.low for p in self.parts), sum(p.high for p in self.parts)
        for part in self.parts:
            least, most = self.low - (high - part.high), self.high - (low - part.low)
            part.low, part.high = max(part.low, least), min(part.high, most)
        for part in self.parts:
            part.narrow()


def protected(name: str, nodes: list[Node], total: int) -> Table:
    """Make a table from which no count of one to four can be worked out.

    Args:
        name: What the cases are told apart by.
        nodes: The counts, which add up to the total.
        total: How many cases there are; whoever reads the table knows it, where it is five or more.
    """
    if 0 < total < LEAST:
        return Table(name, (), left_out=True)
    whole = Node(name, total, nodes)
    while (known := _too_well_known(whole)) is not None:
        beside, everywhere = known
        able = [n for n in beside if _can_hide(n)] or [n for n in everywhere if _can_hide(n)]
        if not able:
            return Table(name, (), left_out=True)
        max(able, key=lambda node: node.count).shown = Shown.HIDDEN
    return Table(name, tuple(node.cell() for node in nodes))


def _can_hide(node: Node) -> bool:
    return node.shown is Shown.EXACT and node.count >= LEAST


def _too_well_known(whole: Node) -> tuple[list[Node], list[Node]] | None:
    """Find a hidden count that could not be any of 1 to 4; return those beside it, and all."""
    whole.gather(whole.count)
    whole.narrow()
    for parent in (whole, *whole.below()):
        for node in parent.parts:
            if node.shown is Shown.FEW and (node.low, node.high) != (1, LEAST - 1):
                return parent.parts, list(whole.below())
    return None
