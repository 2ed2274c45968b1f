"""The five classes of a case, the gates they open, and the 24 categories. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from counterseal.policy import fields
from counterseal.policy.fields import Source, rule

CATEGORIES = range(1, 25)


class CaseClass(StrEnum):
    """What a category leads to, from the mildest to the gravest."""

    GO_ON = "C"
    ADVICE = "SA"
    POLICE_FIRST = "PR"
    NO_CAPTURE = "NC"
    HARD_STOP = "HS"

    @property
    def rank(self) -> int:
        """Place in the order of gravity, from 0."""
        return list(CaseClass).index(self)

    @property
    def stops(self) -> bool:
        """Whether this class ends everything at once."""
        return self in {CaseClass.NO_CAPTURE, CaseClass.HARD_STOP}


class Gate(StrEnum):
    """What has to happen before anything is collected."""

    ADVICE = "advice"
    APPROVAL = "approval"
    POLICE = "police"
    PERMISSION = "permission"


_GATES_OF_CLASS: Mapping[CaseClass, frozenset[Gate]] = {
    CaseClass.GO_ON: frozenset(),
    CaseClass.ADVICE: frozenset({Gate.ADVICE}),
    CaseClass.POLICE_FIRST: frozenset({Gate.POLICE}),
    CaseClass.NO_CAPTURE: frozenset(),
    CaseClass.HARD_STOP: frozenset(),
}


def _case_class(value: object) -> CaseClass:
    return CaseClass(fields.text(value))


def _gates(value: object) -> frozenset[Gate]:
    return frozenset(Gate(word) for word in fields.words(*Gate)(value))


_CLASS = {"read": _case_class, "loosens": fields.free, "key": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One of the 24 categories.

    Args:
        number: 1 to 24.
        label: In plain words; the base profile's, so that a number means the same everywhere.
        graver: The class of the category, and of its graver variant where it has two.
        lesser: The class of the milder variant, where there is one.
        lesser_label: When the milder variant applies.
        gates: Gates that this category opens; those of its class where the profile names none.
        log_only: Recorded without collecting anything.
        pictures: Whether pictures are on by default.
        examples: What a policy counts to this category, in our words.
        source: Which policy says so.
    """

    number: int
    label: str = rule(fields.text, fields.fixed)
    graver: CaseClass = field(metadata={**_CLASS, "key": "class"})
    lesser: CaseClass | None = field(default=None, metadata=_CLASS)
    lesser_label: str = rule(fields.text, default="-")
    gates: frozenset[Gate] | None = rule(_gates, default=None)
    log_only: bool = rule(fields.flag, fields.stays_on, default=False)
    pictures: bool = rule(fields.flag, fields.stays_off, default=True)
    examples: frozenset[str] = rule(fields.texts, default=frozenset())
    source: Source | None = field(default=None, metadata=fields.SOURCE)

    @property
    def classes(self) -> tuple[CaseClass, ...]:
        """The classes a person may choose between, the graver first."""
        return (self.graver,) if self.lesser is None else (self.graver, self.lesser)

    def gates_for(self, chosen: CaseClass) -> frozenset[Gate]:
        """The gates that open when this category is chosen with that class."""
        return _GATES_OF_CLASS[chosen] if self.gates is None else self.gates
