"""What a case of the corpus is, and how they are collected."""

from collections.abc import Callable
from dataclasses import dataclass

from cast import CASE
from counterseal.custody.facts import Step
from negative.forge import Forge, Turn
from negative.pieces import Value

Bend = Callable[[Forge], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A bundle with one fault.

    Args:
        name: What is wrong with it.
        expect: The number of the check that must catch it; 0 where it must pass; 41 or 42 where it
            is no bundle, or cannot be judged alone.
        bend: Puts the fault in.
        also: Other checks that the same fault must fail, since they look at the same thing.
    """

    name: str
    expect: int
    bend: Bend
    also: tuple[int, ...] = ()


CASES: list[Case] = []


def case(name: str, expect: int, *also: int) -> Callable[[Bend], Bend]:
    """Add a case to the corpus."""

    def add(bend: Bend) -> Bend:
        CASES.append(Case(name, expect, bend, also))
        return bend

    return add


def on(step: Step, change: Callable[[Value], object]) -> Callable[[Value, Turn], None]:
    """Return what changes the value of one step's entry and leaves all others."""

    def bend(value: Value, turn: Turn) -> None:
        if turn.step is step and turn.case in {"", CASE}:
            change(value)

    return bend


def facts(step: Step, /, **changes: object) -> Callable[[Value, Turn], None]:
    """Return what gives one step other facts."""
    return on(step, lambda value: value["facts"].update(changes))


def sets(step: Step, /, **changes: object) -> Callable[[Value, Turn], None]:
    """Return what gives one step's entry other fields."""
    return on(step, lambda value: value.update(changes))
