"""One field of a rule: how it is read from TOML, and what would loosen it. Pure.

Each field says beside its name what a profile may do to it. A profile is then read, compared with
the base profile and written by walking the fields; nothing is listed twice.
"""

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Reader = Callable[[object], Any]
Loosens = Callable[[Any, Any], bool]
"""Whether going from the first value to the second would loosen a rule."""

MOST_TEXT = 240
_SECTION = re.compile(r"S[0-9]+|[a-z][a-z0-9-]{0,39}")


def free(_before: object, _after: object) -> bool:
    """The school's own to decide."""
    return False


def fixed(before: object, after: object) -> bool:
    """May not be changed at all."""
    return before != after


def more(before: frozenset[Any], after: frozenset[Any]) -> bool:
    """Something may be added; nothing may be taken away."""
    return not after >= before


def fewer(before: frozenset[Any], after: frozenset[Any]) -> bool:
    """Something may be taken away; nothing may be added."""
    return not after <= before


def stays_on(before: bool, after: bool) -> bool:  # noqa: FBT001  (values of a rule)
    """What is on stays on."""
    return before and not after


def stays_off(before: bool, after: bool) -> bool:  # noqa: FBT001  (values of a rule)
    """What is off stays off."""
    return after and not before


def at_least(*order: str) -> Loosens:
    """Words from the loosest to the strictest; only a stricter one may take the place of one."""
    return lambda before, after: order.index(after) < order.index(before)


def rule(
    read: Reader,
    loosens: Loosens = free,
    *,
    key: str = "",
    default: Any = dataclasses.MISSING,  # noqa: ANN401  (of any field's type)
) -> Any:  # noqa: ANN401  (stands where a field's default stands)
    """Declare a field of a rule.

    Args:
        read: Reads and checks its value.
        loosens: Says which changes would loosen it.
        key: Its name in the file, where it is another one.
        default: Its value where the file gives none; without it the file has to.
    """
    metadata = {"read": read, "loosens": loosens, "key": key}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Key:
    """A declared field.

    Args:
        name: Its attribute.
        key: Its name in the file.
        read: Reads and checks its value.
        loosens: Says which changes would loosen it.
        required: Whether the file has to give it.
    """

    name: str
    key: str
    read: Reader
    loosens: Loosens
    required: bool


def keys_of(kind: type) -> tuple[Key, ...]:
    """Return the declared fields of a kind of rule, in order."""
    return tuple(
        Key(
            f.name,
            f.metadata["key"] or f.name,
            f.metadata["read"],
            f.metadata["loosens"],
            f.default is dataclasses.MISSING,
        )
        for f in dataclasses.fields(kind)
        if "read" in f.metadata
    )


def read_rule(kind: type, where: str, table: object, **known: object) -> Any:  # noqa: ANN401
    """Read one rule.

    Args:
        kind: Its dataclass.
        where: Its name, for errors: "category 3".
        table: What the file says.
        known: Fields that do not stand in the table.

    Raises:
        ValueError: An unknown or missing key, or a value that cannot be used.
    """
    if not isinstance(table, dict):
        message = f"{where} is not a table"
        raise ValueError(message)  # noqa: TRY004  (one kind of error for whatever a file may hold)
    keys = {key.key: key for key in keys_of(kind)}
    unknown = sorted(table.keys() - keys.keys())
    missing = sorted(k for k, key in keys.items() if key.required and k not in table)
    for fault, names in (("unknown", unknown), ("missing", missing)):
        if names:
            message = f"{where} has {fault} keys: {', '.join(names)}"
            raise ValueError(message)
    values = {}
    for name, value in table.items():
        try:
            values[keys[name].name] = keys[name].read(value)
        except ValueError as error:
            message = f"{where}, {name}: {error}"
            raise ValueError(message) from error
    return kind(**known, **values)


# --- readers ----------------------------------------------------------------------------------


def text(value: object) -> str:
    """One line of text that can be shown, and is not empty."""
    if not isinstance(value, str) or not value or value != value.strip():
        message = f"a text is missing, empty or has blanks around it: {value!r}"
        raise ValueError(message)
    if len(value) > MOST_TEXT or any(unicodedata.category(c)[0] == "C" for c in value):
        message = f"a text is longer than {MOST_TEXT} characters or cannot be shown: {value!r}"
        raise ValueError(message)
    return value


def maybe_text(value: object) -> str:
    """The same, or nothing."""
    return "" if value == "" else text(value)


def texts(value: object) -> frozenset[str]:
    """A list of texts without repeats."""
    return frozenset(_list(value, text))


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        message = f"neither true nor false: {value!r}"
        raise ValueError(message)  # noqa: TRY004  (as in `read_rule`)
    return value


def one_of(*allowed: str) -> Reader:
    """One word of a closed set."""

    def read(value: object) -> str:
        if value not in allowed:
            message = f"{value!r} is not one of {', '.join(repr(word) for word in allowed)}"
            raise ValueError(message)
        return str(value)

    return read


def words(*allowed: str, least: int = 0) -> Reader:
    """A list of words of a closed set, without repeats."""
    one = one_of(*allowed)

    def read(value: object) -> frozenset[str]:
        found = _list(value, one)
        if len(found) < least:
            message = f"at least {least} is needed"
            raise ValueError(message)
        return frozenset(found)

    return read


def number(least: int, most: int) -> Reader:
    """An integer within bounds."""

    def read(value: object) -> int:
        if type(value) is not int or not least <= value <= most:
            message = f"{value!r} is not a number from {least} to {most}"
            raise ValueError(message)
        return value

    return read


def numbers(least: int, most: int) -> Reader:
    """A list of integers within bounds, at least one, without repeats."""
    one = number(least, most)

    def read(value: object) -> frozenset[int]:
        found = _list(value, one)
        if not found:
            message = "at least one is needed"
            raise ValueError(message)
        return frozenset(found)

    return read


def day(value: object) -> str:
    """A day as `2026-11-20`, or nothing."""
    found = maybe_text(value)
    if found and date.fromisoformat(found).isoformat() != found:
        message = f"{found!r} is not a day as 2026-11-20"
        raise ValueError(message)
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from.

    Args:
        policy: Short name of the policy, as in `[sources]`.
        section: The heading of the section, as it stands in the policy.
    """

    policy: str
    section: str


def source(value: object) -> Source:
    """A policy and the heading of its section."""
    if not isinstance(value, Mapping) or value.keys() != {"policy", "section"}:
        message = f"a source names a policy and a section: {value!r}"
        raise ValueError(message)
    policy = text(value["policy"])
    if not _SECTION.fullmatch(policy):
        message = f"{policy!r} is not the short name of a policy"
        raise ValueError(message)
    return Source(policy, text(value["section"]))


SOURCE = {"read": source, "loosens": free, "key": ""}
"""The field that says where a rule comes from; every kind of rule has it."""


def _list(value: object, read: Reader) -> list[Any]:
    if not isinstance(value, list):
        message = f"not a list: {value!r}"
        raise ValueError(message)  # noqa: TRY004  (as in `read_rule`)
    found = [read(item) for item in value]
    if len(set(found)) != len(found):
        message = f"something stands twice: {value!r}"
        raise ValueError(message)
    return found
