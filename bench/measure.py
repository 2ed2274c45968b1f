"""How things are timed: turn and turn about, so that a busy computer slows both sides alike."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Times:
    """What one side took, run by run.

    Args:
        runs: In milliseconds, or what `unit` says.
        unit: What was measured in.
    """

    runs: tuple[float, ...]
    unit: str = "ms"

    @property
    def median(self) -> float:
        """The middle run."""
        return statistics.median(self.runs)

    def as_dict(self) -> dict[str, Any]:
        """Return median, least and most."""
        return {
            f"median_{self.unit}": round(self.median, 4),
            f"min_{self.unit}": round(min(self.runs), 4),
            f"max_{self.unit}": round(max(self.runs), 4),
            "runs": len(self.runs),
        }

    def __str__(self) -> str:
        """Return "61.2 ms (58.0 - 77.1)"."""
        low, high = shown(min(self.runs)), shown(max(self.runs))
        return f"{shown(self.median)} {self.unit} ({low} - {high})"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what was measured against what.

    Args:
        name: What was measured.
        ours: What this program took.
        floor: What it is measured against took.
        against: What that is.
        target: The largest ratio aimed at; None where the row only informs.
        notes: What else there is to say, a line each.
        stages: Where the time went, where that was measured.
    """

    name: str
    ours: Times
    floor: Times
    against: str
    target: float | None = None
    notes: tuple[str, ...] = ()
    stages: tuple["Stage", ...] = field(default=())

    @property
    def ratio(self) -> float:
        """Our median over the floor's."""
        return self.ours.median / self.floor.median

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the largest ratio of two runs that stood side by side."""
        pairs = [a / b for a, b in zip(self.ours.runs, self.floor.runs, strict=False)]
        return min(pairs), max(pairs)

    @property
    def verdict(self) -> str:
        """Say whether the target was met, this time."""
        if self.target is None:
            return "for information"
        return "within target" if self.ratio <= self.target else "out of reach"

    def as_dict(self) -> dict[str, Any]:
        """Return the row for `--json`."""
        low, high = self.spread
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "ratio_min": round(low, 3),
            "ratio_max": round(high, 3),
            "target": self.target,
            "verdict": self.verdict,
            "ours": self.ours.as_dict(),
            "floor": {"what": self.against, **self.floor.as_dict()},
            "stages": [asdict(stage) for stage in self.stages],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of a row, in milliseconds, the middle of all runs.

    Args:
        name: What is done.
        ours: What it takes here.
        floor: What it takes in the bare floor; None where the floor does no such thing.
    """

    name: str
    ours: float
    floor: float | None


def shown(milliseconds: float) -> str:
    """Return a time with as many digits as mean something."""
    return f"{milliseconds:.1f}" if milliseconds >= 10 else f"{milliseconds:.3f}"  # noqa: PLR2004


def timed(action: Callable[[], object]) -> float:
    """Return how many milliseconds an action takes."""
    begun = time.perf_counter_ns()
    action()
    return (time.perf_counter_ns() - begun) / 1e6


def take_turns(sides: Sequence[Callable[[], object]], rounds: int) -> list[Times]:
    """Run each side once, then each again, so often; the side that begins changes every round."""
    runs: list[list[float]] = [[] for _ in sides]
    for turn in range(rounds):
        order = list(range(len(sides)))
        for side in order if turn % 2 == 0 else reversed(order):
            runs[side].append(timed(sides[side]))
    return [Times(tuple(one)) for one in runs]


class Stopwatch:
    """Splits each run into stages; a stage that comes twice in a run counts whole."""

    def __init__(self) -> None:
        """Start with nothing measured."""
        self._now: dict[str, float] = {}
        self._runs: dict[str, list[float]] = {}

    def __call__(self, name: str, action: Callable[[], Any]) -> Any:  # noqa: ANN401  (whatever it is)
        """Do something as a stage of this name, and hand on what comes of it."""
        begun = time.perf_counter_ns()
        outcome = action()
        self._now[name] = self._now.get(name, 0) + (time.perf_counter_ns() - begun) / 1e6
        return outcome

    def end_run(self) -> None:
        """Close one run."""
        for name, took in self._now.items():
            self._runs.setdefault(name, []).append(took)
        self._now = {}

    @property
    def medians(self) -> dict[str, float]:
        """The middle run of each stage, in milliseconds, in the order of the first run."""
        return {name: statistics.median(runs) for name, runs in self._runs.items()}

    def forget(self) -> None:
        """Throw away what was measured to warm up."""
        self._now, self._runs = {}, {}


def of_stages(ours: Stopwatch, floor: Stopwatch) -> tuple[Stage, ...]:
    """Put the stages of both sides side by side."""
    bare = floor.medians
    return tuple(Stage(name, took, bare.get(name)) for name, took in ours.medians.items())
