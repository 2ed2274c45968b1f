"""Load and validate a profile: the school's rules as a frozen value.

A profile may tighten the base profile, never loosen it (`docs/format.md`, section 13).
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from counterseal.errors import PolicyError

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


@dataclass(frozen=True, slots=True)
class Category:
    """One of the 24 categories.

    Args:
        number: 1 to 24.
        label: In plain words.
        graver: The class of the category, and of its graver variant where it has two.
        lesser: The class of the milder variant, where there is one.
        lesser_label: When the milder variant applies.
        gates: Gates that this category opens; those of its class where the profile names none.
        log_only: Recorded without collecting anything.
        pictures: Whether pictures are on by default.
    """

    number: int
    label: str
    graver: CaseClass
    lesser: CaseClass | None
    lesser_label: str
    gates: frozenset[Gate] | None
    log_only: bool
    pictures: bool

    @property
    def classes(self) -> tuple[CaseClass, ...]:
        """The classes a person may choose between, the graver first."""
        return (self.graver,) if self.lesser is None else (self.graver, self.lesser)

    def gates_for(self, chosen: CaseClass) -> frozenset[Gate]:
        """The gates that open when this category is chosen with that class."""
        return _GATES_OF_CLASS[chosen] if self.gates is None else self.gates


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules of one school.

    Args:
        name: Its short name.
        title: For people.
        sha256: Digest of the file's exact bytes; stands in every entry.
        content: Those bytes.
        categories: By number.
        labels: What the school calls each role.
    """

    name: str
    title: str
    sha256: str
    content: bytes
    categories: Mapping[int, Category]
    labels: Mapping[str, str]

    def category(self, number: int) -> Category:
        """Return a category.

        Raises:
            PolicyError: There is no such category.
        """
        if number not in self.categories:
            what = f"There is no category {number}; they run from 1 to 24."
            raise PolicyError(what, advice="Choose 24 if you are not sure.")
        return self.categories[number]


@cache
def base() -> Profile:
    """Return the base profile that ships with this version."""
    content = resources.files("counterseal.policy").joinpath("profiles/base.toml").read_bytes()
    return _read(content)


def load(content: bytes) -> Profile:
    """Read a profile and make sure that it loosens nothing.

    Args:
        content: The exact bytes of the TOML file.

    Raises:
        PolicyError: Not a profile, or it lowers a class of the base profile.
    """
    profile = _read(content)
    for number, floor in base().categories.items():
        given = profile.categories[number]
        if given.graver.rank < floor.graver.rank:
            what = f"Category {number} is {floor.graver} and may not be lowered to {given.graver}."
            raise PolicyError(what)
        if (given.lesser or given.graver).rank < (floor.lesser or floor.graver).rank:
            what = f"The milder form of category {number} may not be lowered."
            raise PolicyError(what)
        for chosen in given.classes:
            if not given.gates_for(chosen) >= floor.gates_for(chosen):
                what = f"Category {number} may not drop a gate of the base profile."
                raise PolicyError(what)
    return profile


def _read(content: bytes) -> Profile:
    try:
        table = tomllib.loads(content.decode("utf-8"))
        return Profile(
            name=_text(table["profile"]["name"]),
            title=_text(table["profile"]["title"]),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            categories={n: _category(n, table["category"][str(n)]) for n in CATEGORIES},
            labels={key: _text(value) for key, value in table["labels"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"The school's rules are not a profile: {error}."
        raise PolicyError(what) from error


def _category(number: int, table: dict[str, Any]) -> Category:
    known = {"label", "class", "lesser", "lesser_label", "gates", "log_only", "pictures"}
    if not known >= table.keys():
        unknown = ", ".join(sorted(table.keys() - known))
        message = f"category {number} has unknown rules: {unknown}"
        raise ValueError(message)
    gates = table.get("gates")
    return Category(
        number=number,
        label=_text(table["label"]),
        graver=CaseClass(table["class"]),
        lesser=CaseClass(table["lesser"]) if "lesser" in table else None,
        lesser_label=_text(table.get("lesser_label", "-")),
        gates=None if gates is None else frozenset(Gate(gate) for gate in gates),
        log_only=bool(table.get("log_only", False)),
        pictures=bool(table.get("pictures", True)),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        message = f"a text is missing or empty: {value!r}"
        raise ValueError(message)
    return value
