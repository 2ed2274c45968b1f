"""A profile as a TOML file: which tables it has, how they are read, merged and written. Pure.

A file either stands alone or says `extends = "<name>"`; then what it says takes the place of what
that profile says, key by key. `written` gives the one canonical file of a whole profile
(`docs/format.md`, section 13).
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from counterseal.policy import incidents, rows, words
from counterseal.policy.classes import CATEGORIES, Category
from counterseal.policy.fields import Source, keys_of, read_rule, text

VERSION = 1
"""Of the format, and of the base profile that a profile may not loosen."""

CHOICE = "# A choice of the school's own, which makes no rule stricter or looser."
"""What stands above a table of such a choice."""

HEADING = "# The rules of a school for Counterseal, whole: docs/format.md, section 13.\n"

_ID = re.compile(r"[A-Za-z0-9][a-z0-9-]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the file that holds a rule, or many by id.

    Args:
        name: Of the table.
        kind: What its rules are.
        ids: The only ids there are; None where a profile may add its own.
        single: Whether it holds one rule, without an id.
        kept: Whether a rule of the base profile may not be left out.
        asks: Whether one more rule asks more of people, so that it tightens.
        choice: Whether it is the school's own choice, which is nowhere stricter or looser. It goes
            without saying where nothing is chosen, so that profiles without it keep their bytes.
    """

    name: str
    kind: type
    ids: frozenset[str] | None = None
    single: bool = False
    kept: bool = False
    asks: bool = False
    choice: bool = False


def _closed(name: str, kind: type, ids: tuple[str, ...]) -> Section:
    return Section(name, kind, frozenset(ids), kept=True)


SECTIONS = (
    Section("sources", rows.Policy),
    _closed("labels", rows.Label, words.LABELLED),
    _closed("category", Category, tuple(str(number) for number in CATEGORIES)),
    Section("advice", rows.Advice, single=True, kept=True),
    Section("approval", rows.Approval, single=True, kept=True),
    Section("police", rows.Police, single=True, kept=True),
    Section("passphrases", rows.Passphrases, single=True, kept=True),
    Section("media", rows.Media, single=True, kept=True),
    Section("purposes", rows.Purpose, single=True, kept=True),
    Section("monitoring", rows.Monitoring, single=True, kept=True),
    Section("browser", rows.Browser, single=True, choice=True),
    Section("told", rows.Told, kept=True, asks=True),
    _closed("stand_in", rows.StandIn, ("headteacher", "dsl")),
    Section("ask", rows.Ask, kept=True, asks=True),
    _closed("retention", rows.Retention, words.KEPT_FOR),
    Section("support", rows.Support),
    Section("outcome", incidents.Outcome, kept=True),
    _closed("pupil_incident", incidents.PupilIncident, incidents.PUPIL_INCIDENTS),
    _closed("staff_incident", incidents.StaffIncident, incidents.STAFF_INCIDENTS),
    _closed("pupil_action", incidents.Action, words.PUPIL_ACTIONS),
    _closed("staff_action", incidents.Action, words.STAFF_ACTIONS),
    Section("use", incidents.Use),
    Section("law", incidents.Law),
    Section("note", incidents.Note),
)
"""Every table but `profile`, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Head:
    """The table `profile`.

    Args:
        name: Short name.
        title: For people.
        extends: The profile that this one adds to; "" where it stands alone.
    """

    name: str
    title: str
    extends: str


def parse(content: bytes) -> dict[str, Any]:
    """Read TOML.

    Raises:
        ValueError: Not UTF-8, or not TOML.
    """
    try:
        return tomllib.loads(content.decode("utf-8"))
    except RecursionError as error:
        message = "it is nested too deeply"
        raise ValueError(message) from error


def head_of(table: Mapping[str, Any]) -> Head:
    """Read the table `profile`.

    Raises:
        ValueError: It is missing, has other keys, or is of another version.
    """
    head = table.get("profile")
    if not isinstance(head, dict) or not {"name", "title", "version"} <= head.keys():
        message = "the table [profile] with name, title and version is missing"
        raise ValueError(message)
    unknown = head.keys() - {"name", "title", "version", "extends"}
    if unknown:
        message = f"profile has unknown keys: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    if type(head["version"]) is not int or head["version"] != VERSION:
        message = f"profile, version: this program knows version {VERSION} only"
        raise ValueError(message)
    name, extends = head["name"], head.get("extends", "")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not isinstance(extends, str):
        message = f"profile, name: small letters, digits and hyphens only, not {name!r}"
        raise ValueError(message)
    return Head(name, text(head["title"]), extends)


def merged(table: Mapping[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
    """Put what a file says in the place of what its parent says, key by key."""
    singles = {section.name for section in SECTIONS if section.single}
    whole: dict[str, Any] = {**parent, **{k: v for k, v in table.items() if k not in parent}}
    for name in table.keys() & parent.keys() - {"profile"}:
        ours, theirs = table[name], parent[name]
        if name in singles or not isinstance(ours, dict):
            whole[name] = _over(ours, theirs)
        else:
            whole[name] = {**theirs, **{k: _over(v, theirs.get(k)) for k, v in ours.items()}}
    whole["profile"] = {k: v for k, v in table["profile"].items() if k != "extends"}
    return whole


def read(table: Mapping[str, Any]) -> dict[str, Any]:
    """Read every rule of a whole profile.

    Returns:
        By the name of the section: a rule, or the rules by id.

    Raises:
        ValueError: Something is unknown, missing, or cannot be used.
    """
    if table["profile"].get("extends"):
        message = f"it stands on {table['profile']['extends']} and is not whole"
        raise ValueError(message)
    known = {section.name for section in SECTIONS} | {"profile"}
    if not table.keys() <= known:
        message = f"unknown tables: {', '.join(sorted(table.keys() - known))}"
        raise ValueError(message)
    found = {section.name: _read(section, table.get(section.name, {})) for section in SECTIONS}
    for rule_name, rule in rules(found):
        source = getattr(rule, "source", None)
        if source is not None and source.policy not in found["sources"]:
            message = f"{rule_name}: its source {source.policy} does not stand in [sources]"
            raise ValueError(message)
    return found


def rules(sections: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give every rule with its name: "advice", "category 3"."""
    for section in SECTIONS:
        if section.single:
            yield section.name, sections[section.name]
        else:
            for rule_id, rule in sections[section.name].items():
                yield f"{section.name} {rule_id}", rule


def written(head: Head, sections: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a whole profile."""
    lines = [HEADING, "[profile]", f"name = {_value(head.name)}", f"title = {_value(head.title)}"]
    lines.append(f"version = {VERSION}")
    for section in SECTIONS:
        found = sections[section.name]
        if section.choice and found == section.kind():
            continue
        items = [("", found)] if section.single else sorted(found.items(), key=_place)
        for rule_id, rule in items:
            heading = f"{section.name}.{rule_id}" if rule_id else section.name
            lines += ["", *([CHOICE] if section.choice else []), f"[{heading}]"]
            for key in keys_of(section.kind):
                value = getattr(rule, key.name)
                if value is not None:
                    lines.append(f"{key.key} = {_value(value)}")
    return "\n".join([*lines, ""]).encode()


def _read(section: Section, table: object) -> Any:  # noqa: ANN401  (a rule or many)
    if section.single:
        return read_rule(section.kind, section.name, table)
    if not isinstance(table, dict):
        message = f"{section.name} is not a table"
        raise ValueError(message)  # noqa: TRY004  (as `read_rule` has it)
    wrong = sorted(name for name in table if not _ID.fullmatch(name))
    if section.ids is not None:
        wrong = sorted(table.keys() ^ section.ids)
    if wrong:
        message = f"{section.name}: missing or unknown: {', '.join(wrong)}"
        raise ValueError(message)
    found = {}
    for rule_id, value in table.items():
        known = {"number": int(rule_id)} if section.kind is Category else {}
        found[rule_id] = read_rule(section.kind, f"{section.name} {rule_id}", value, **known)
    return found


def _over(ours: object, theirs: object) -> object:
    both = isinstance(ours, dict) and isinstance(theirs, dict)
    return {**theirs, **ours} if both else ours  # type: ignore[dict-item]


def _place(item: tuple[str, Any]) -> tuple[int, str]:
    return (int(item[0]) if item[0].isdigit() else 0, item[0])


def _value(value: object) -> str:
    if isinstance(value, Source):
        return f"{{ policy = {_value(value.policy)}, section = {_value(value.section)} }}"
    if isinstance(value, frozenset):
        return f"[{', '.join(_value(item) for item in sorted(value))}]"
    # JSON's strings, integers, true and false are TOML's; no text holds a control character.
    return json.dumps(value, ensure_ascii=False)
