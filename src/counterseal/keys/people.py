"""Enrolled people, and keysets: who may sign, from when.

A keyset names everybody who was ever enrolled up to that version, with the key of each. It is
checked when it is made: one that exists can staff a case. `docs/format.md`, section 10.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from counterseal import canonical
from counterseal.errors import (
    CountersealError,
    Finding,
    IntegrityError,
    KeyringError,
    SamePersonError,
    UsageError,
)
from counterseal.keys.names import plain
from counterseal.keys.recipients import check_recipient
from counterseal.keys.signing import check_public

MOST_NAME: Final = 80
"""The longest name or position, in characters: it has to fit a line of a receipt."""

_ID: Final = re.compile(r"[a-z]{2,3}[0-9]{0,3}\Z")
_HEX_KEY: Final = re.compile(r"[0-9a-f]{64}\Z")
_PERSON_KEYS: Final = frozenset({"id", "name", "position", "roles", "key", "recipient", "active"})
_PAIR: Final = 2


class Role(StrEnum):
    """What a person does at the school. One person may hold several."""

    CHAIR = "chair"
    DSL = "dsl"
    ESAFETY = "esafety"
    GOVERNOR = "governor"
    HEADTEACHER = "headteacher"
    INVESTIGATOR = "investigator"
    SLT = "slt"


AUTHORISERS: Final = frozenset({Role.HEADTEACHER, Role.CHAIR})
"""Who may authorise a case."""


@dataclass(frozen=True, slots=True)
class Person:
    """One enrolled person.

    Args:
        id: Initials and perhaps a number: "ab", "ab2".
        name: As it stands on a receipt.
        position: Their post at the school: "Deputy headteacher".
        roles: What they do in the procedure; at least one.
        key: Raw Ed25519 public key, 32 bytes.
        recipient: Their age X25519 recipient, `age1…`.
        active: Whether they may sign now.

    Raises:
        UsageError: A text that cannot be used.
        WeakKeyError: The key proves nothing.
    """

    id: str
    name: str
    position: str
    roles: frozenset[Role]
    key: bytes
    recipient: str
    active: bool = True

    def __post_init__(self) -> None:
        """Check each field by itself."""
        if not _ID.match(self.id):
            what = f"“{self.id}” is not an id; one is two or three small letters, then a number."
            raise UsageError(what)
        for text, what in ((self.name, "the name"), (self.position, "the position")):
            if canonical.clean_text(text, most=MOST_NAME, name=what) != text or "\n" in text:
                message = f"{what.capitalize()} must be one line, without blanks around it."
                raise UsageError(message)
        if not self.roles:
            message = f"{self.name} has no role."
            raise UsageError(message, advice=f"Give one of: {', '.join(Role)}.")
        check_public(self.key)
        check_recipient(self.recipient)

    def as_dict(self) -> dict[str, Any]:
        """Return the person as a keyset holds them."""
        return {
            "id": self.id,
            "name": self.name,
            "position": self.position,
            "roles": sorted(self.roles),
            "key": self.key.hex(),
            "recipient": self.recipient,
            "active": self.active,
        }

    @classmethod
    def from_dict(cls, value: canonical.Value) -> Self:
        """Read a person of a keyset; the order of their roles is for the keyset to check.

        Raises:
            ValueError: Not the form that `as_dict` writes.
            CountersealError: As the class.
        """
        if not (isinstance(value, dict) and value.keys() == _PERSON_KEYS):
            message = "a person holds other keys than those of the format"
            raise ValueError(message)
        texts = (value["id"], value["name"], value["position"], value["recipient"], value["key"])
        if not all(isinstance(text, str) for text in texts):
            message = "a person holds something other than text where text belongs"
            raise ValueError(message)
        roles, active = value["roles"], value["active"]
        if not (isinstance(roles, list) and isinstance(active, bool)):
            message = "roles or active have the wrong form"
            raise ValueError(message)  # noqa: TRY004  (bad data, not a bug of the caller)
        if not _HEX_KEY.match(value["key"]):
            message = "a key that is not 64 hex digits"
            raise ValueError(message)
        return cls(
            id=value["id"],
            name=value["name"],
            position=value["position"],
            roles=frozenset(Role(role) for role in roles),
            key=bytes.fromhex(value["key"]),
            recipient=value["recipient"],
            active=active,
        )


@dataclass(frozen=True, slots=True)
class Keyset:
    """Everybody who is enrolled, in one version.

    Args:
        vault: The origin of the vault.
        version: From 1.
        people: In any order; kept sorted by id.

    Raises:
        SamePersonError: An id, a name of an active person, a key or a recipient is there twice.
        KeyringError: Too few active people to staff a case.
    """

    vault: str
    version: int
    people: tuple[Person, ...]

    def __post_init__(self) -> None:
        """Sort the people, then check them together."""
        object.__setattr__(self, "people", tuple(sorted(self.people, key=lambda p: p.id)))
        if self.version < 1:
            what = "A keyset's version counts from 1."
            raise KeyringError(what)
        _check_distinct(self.people)
        check_staffed({person.id: person.roles for person in self.active})

    @property
    def active(self) -> tuple[Person, ...]:
        """The people who may sign now, sorted by id."""
        return tuple(person for person in self.people if person.active)

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def find(self, person_id: str) -> Person | None:
        """Return the person of an id, active or not; None where nobody has it."""
        return next((person for person in self.people if person.id == person_id), None)

    def person(self, person_id: str) -> Person:
        """Return the person of an id, active or not.

        Raises:
            UsageError: Nobody has that id.
        """
        found = self.find(person_id)
        if found is not None:
            return found
        what = f"Nobody is enrolled as “{person_id}”."
        raise UsageError(what, advice="Run `counterseal people list` to see everybody's id.")

    def with_role(self, *roles: Role) -> tuple[Person, ...]:
        """Return the active people who hold any of the roles, sorted by id."""
        return tuple(person for person in self.active if not person.roles.isdisjoint(roles))

    def check_follows(self, before: "Keyset") -> None:
        """Refuse a keyset that does not come next.

        Raises:
            KeyringError: Another vault, or a version that is not one more.
        """
        if self.vault != before.vault:
            what = "That keyset belongs to another record."
            raise KeyringError(what)
        if self.version != before.version + 1:
            what = f"Keyset {self.version} cannot follow keyset {before.version}."
            raise KeyringError(what)

    def to_bytes(self) -> bytes:
        """Return the canonical bytes, as `keysets/<version>.json` holds them."""
        return canonical.encode(
            {
                "v": 1,
                "vault": self.vault,
                "version": self.version,
                "people": [person.as_dict() for person in self.people],
            }
        )

    @classmethod
    def from_bytes(cls, content: bytes, *, where: str = "a keyset") -> Self:
        """Read a keyset file.

        Args:
            content: The whole file.
            where: What to call it in the finding: "keyset 2".

        Raises:
            IntegrityError: Not canonical, another form, or against a rule of the format.
        """
        try:
            keyset = cls._from_value(canonical.decode(content))
        except (ValueError, CountersealError) as error:
            kind = "not-canonical" if isinstance(error, ValueError) else "unexpected"
            raise IntegrityError((Finding(kind, where, str(error)),)) from error
        if keyset.to_bytes() != content:
            finding = Finding("not-canonical", where, "people or roles are not sorted")
            raise IntegrityError((finding,))
        return keyset

    @classmethod
    def _from_value(cls, value: canonical.Value) -> Self:
        if not (isinstance(value, dict) and value.keys() == {"v", "vault", "version", "people"}):
            message = "it holds other keys than those of the format"
            raise ValueError(message)
        vault, version, people = value["vault"], value["version"], value["people"]
        if not (isinstance(vault, str) and type(version) is int and isinstance(people, list)):
            message = "vault, version or people have the wrong form"
            raise ValueError(message)
        if type(value["v"]) is not int or value["v"] != 1:
            message = "it is of a version that this program does not know"
            raise ValueError(message)
        return cls(vault, version, tuple(Person.from_dict(person) for person in people))


def _check_distinct(people: tuple[Person, ...]) -> None:
    names = (plain(person.name) for person in people if person.active)
    for values, what in (
        ((person.id for person in people), "One id is given to two people: {}."),
        (names, "Two active people have the same name: {}."),
        ((person.key.hex() for person in people), "Two people have the same key: {}."),
        ((person.recipient for person in people), "Two people have the same recipient: {}."),
    ):
        twice = _first_twice(values)
        if twice is not None:
            raise SamePersonError(what.format(twice))


def _first_twice(values: Iterable[str]) -> str | None:
    counts = Counter(values)
    return next((value for value, count in counts.items() if count > 1), None)


def check_staffed(people: Mapping[str, frozenset[Role]]) -> None:
    """Refuse people with whom no case could be authorised.

    There must be an authoriser besides two investigators: three different people. Somebody may be
    both, but not in one case.

    Args:
        people: The roles of everybody who may sign, by id.

    Raises:
        KeyringError: No case could be.
    """
    investigators = {i for i, roles in people.items() if Role.INVESTIGATOR in roles}
    authorisers = {i for i, roles in people.items() if roles & AUTHORISERS}
    if any(len(investigators - {authoriser}) >= _PAIR for authoriser in authorisers):
        return
    what = "A case needs two investigators and, besides them, a headteacher or chair."
    raise KeyringError(what, advice="Enrol another person, or give somebody one more role.")
