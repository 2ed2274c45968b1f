"""One thing that is not as a rule wants it: how the tests of the rules say so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from asking import place
from cast import signatories
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState
from counterseal.errors import (
    ConflictOfInterestError,
    NotAllowedError,
    OutOfOrderError,
    ProcedureError,
    WrongComputerError,
)
from counterseal.policy import profile

EARLY = OutOfOrderError
ELSEWHERE = WrongComputerError
CONFLICT = ConflictOfInterestError


@dataclass(frozen=True)
class Bend:
    """One thing that is not as the rule wants it, and what is said about it."""

    step: Step
    says: str
    changes: Mapping[str, Any] | None = None
    parts: Mapping[str, Any] | None = None
    kind: type[ProcedureError] = NotAllowedError


def answers(*given: tuple[str, str, str]) -> list[dict[str, str]]:
    """Return safety answers as they stand in the facts."""
    return [{"person": p, "image": image, "other": other} for p, image, other in given]


def judged(*given: tuple[str, str]) -> list[dict[str, str]]:
    """Return judgements as they stand in the facts."""
    return [{"person": p, "decision": decision} for p, decision in given]


def gated(step: Step, *gates: str) -> dict[str, CaseState]:
    """Return the place for a step, with gates open."""
    return at(place(step), gates=frozenset(gates))


def by(*people: str) -> dict[str, Any]:
    """Return other signers."""
    return {"people": signatories(*people)}


def of(name: str) -> dict[str, Any]:
    """Return the rules of another school."""
    return {"policy": profile.builtin(name)}


def at(state: CaseState, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  (any field)
    """Return another place."""
    return {"state": replace(state, **changes)}
