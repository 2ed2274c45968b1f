"""Compare two profiles: what one tightens over the other, and what it would loosen. Pure.

- No class is lowered, no gate dropped, no label of a category changed.
- What is on stays on, what is off stays off; nobody who is told, asked or consulted is left out.
- Whatever else a field says beside its name (`fields.py`).

A profile that loosens the base profile is refused with the rule named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from counterseal.errors import PolicyError
from counterseal.policy.classes import Category
from counterseal.policy.document import SECTIONS, Section
from counterseal.policy.fields import Key, keys_of

_MOST_NAMED = 5


class Direction(StrEnum):
    """What a change does."""

    STRICTER = "stricter"
    LOOSER = "looser"
    OTHER = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two profiles.

    Args:
        rule: Its name: "category 3, class".
        before: The value in the first; None where it has no such rule.
        after: The value in the second; None where it has no such rule.
        direction: What that does.
    """

    rule: str
    before: Any
    after: Any
    direction: Direction

    def as_dict(self) -> dict[str, object]:
        """Return the fields that `--json` prints."""
        return {
            "rule": self.rule,
            "before": plain(self.before),
            "after": plain(self.after),
            "direction": str(self.direction),
        }


def plain(value: object) -> object:
    """Return a value of a rule as JSON can hold it."""
    if isinstance(value, frozenset):
        return sorted(value)
    return value if isinstance(value, bool | int) or value is None else str(value)


def check(floor: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse a profile that loosens another.

    Args:
        floor: The rules that may not be loosened.
        given: The rules of the profile.

    Raises:
        PolicyError: It does; the sentence names each rule, or the first five of them.
    """
    loosened = [c.rule for c in changes(floor, given) if c.direction is Direction.LOOSER]
    if not loosened:
        return
    more = len(loosened) - _MOST_NAMED
    listed = "; ".join(loosened[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")
    what = f"A rule of the base profile may be tightened, never loosened: {listed}."
    advice = "Put these rules back as the base profile has them, or make them stricter."
    raise PolicyError(what, advice=advice)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """List what differs between two profiles, in the order of the file.

    Where a policy's section moved and nothing else, nothing differs.
    """
    return [
        change
        for section in SECTIONS
        if section.name != "sources"
        for change in _section(section, before[section.name], after[section.name])
    ]


def _section(section: Section, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401
    if section.single:
        yield from _rule(section, section.name, before, after)
        return
    for rule_id in (*before, *(new for new in after if new not in before)):
        name = f"{section.name} {rule_id}"
        if rule_id not in after:
            gone = Direction.LOOSER if section.kept else Direction.OTHER
            yield Change(name, _summary(before[rule_id]), None, gone)
        elif rule_id not in before:
            new = Direction.STRICTER if section.asks else Direction.OTHER
            yield Change(name, None, _summary(after[rule_id]), new)
        else:
            yield from _rule(section, name, before[rule_id], after[rule_id])


def _rule(section: Section, name: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401
    if isinstance(before, Category):
        yield from _classes(name, before, after)
    for key in keys_of(section.kind):
        if key.name in {"source", "graver", "lesser", "lesser_label", "gates"}:
            continue
        old, new = getattr(before, key.name), getattr(after, key.name)
        if old != new:
            yield Change(f"{name}, {key.key}", old, new, _direction(key, old, new))


def _direction(key: Key, old: object, new: object) -> Direction:
    if key.loosens(old, new):
        return Direction.LOOSER
    return Direction.STRICTER if key.loosens(new, old) else Direction.OTHER


def _classes(name: str, before: Category, after: Category) -> Iterator[Change]:
    """Compare class, milder class and gates, which hang together."""
    milder = before.lesser is not None or after.lesser is not None
    for what, old, new, told in (
        ("class", before.graver, after.graver, True),
        ("lesser", before.lesser or before.graver, after.lesser or after.graver, milder),
    ):
        if told and old != new:
            direction = Direction.LOOSER if new.rank < old.rank else Direction.STRICTER
            yield Change(f"{name}, {what}", old, new, direction)
    if after.lesser is not None and before.lesser_label != after.lesser_label:
        labels = before.lesser_label, after.lesser_label
        yield Change(f"{name}, lesser_label", *labels, Direction.LOOSER)
    for chosen in after.classes:
        # What stops opens no gate, so there is none to drop.
        old_gates, new_gates = before.gates_for(chosen), after.gates_for(chosen)
        if chosen.stops or old_gates == new_gates:
            continue
        dropped = not new_gates >= old_gates
        direction = Direction.LOOSER if dropped else Direction.STRICTER
        yield Change(f"{name}, gates", old_gates, new_gates, direction)


def _summary(rule: object) -> str:
    for name in ("text", "label", "title"):
        if hasattr(rule, name):
            return str(getattr(rule, name))
    return ", ".join(sorted(getattr(rule, "who", ())))
