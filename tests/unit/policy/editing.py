"""Change a profile as a person with an editor would: take the whole file, alter a value."""

import copy
import functools
import json
import tomllib
from collections.abc import Mapping
from typing import Any

from counterseal.policy import profile

Table = dict[str, Any]


def whole(name: str = profile.BASE) -> Table:
    """Return every rule of a profile that ships, as its kept file has them, under a new name."""
    return copy.deepcopy(_whole(name))


@functools.cache
def _whole(name: str) -> Table:
    head = f'name = "our-school"\ntitle = "Our school"\nversion = 1\nextends = "{name}"'
    made = profile.resolve(f"[profile]\n{head}\n".encode())
    table = tomllib.loads(made.content.decode())
    return {**{section: {} for section in made.sections}, **table}


def to_toml(table: Mapping[str, Any]) -> bytes:
    """Write a table as TOML, everything below its first level inline."""
    lines: list[str] = []
    for section, held in table.items():
        if not isinstance(held, Mapping):
            lines.insert(0, f"{section} = {_inline(held)}")
            continue
        lines.append(f"[{section}]")
        lines += [f'"{key}" = {_inline(value)}' for key, value in held.items()]
    return "\n".join([*lines, ""]).encode()


def load(table: Mapping[str, Any]) -> profile.Profile:
    """Read a changed profile as a school's own."""
    return profile.resolve(to_toml(table))


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k} = {_inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
