"""A log entry and its bytes (`docs/format.md`, section 3). Pure.

A `Proposal` is what people read and approve: the step, its facts and its files. An `Entry` is the
proposal in its place in the log, with the fields that are known only once the writer lock is held.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.clock import Instant
from counterseal.custody import facts as facts_of
from counterseal.custody import kinds
from counterseal.custody.facts import Step
from counterseal.evidence.exhibit import Digest

FIRST = "0" * 64
ORIGIN = re.compile(r"[a-z0-9-]{1,40}/[0-9a-f]{32}\Z")
_WRAP = re.compile(
    r"(?:records|wraps)/(?P<case>[0-9-]+)/(?P<a>[a-z0-9]+)\+(?P<b>[a-z0-9]+)/(?P<who>[a-z0-9]+)(-[0-9a-f]+)?\.age\Z"
)
_BOOT = re.compile(r"[A-Za-z0-9-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that an entry vouches for.

    Args:
        name: Path within the data folder, with `/`.
        sha256: Hex digest of the encrypted file.
        size: Its length in bytes.
        commit: Hex commitment to the plaintext.
        ref: The exhibit reference; "" for details.
    """

    name: str
    sha256: str
    size: int
    commit: str
    ref: str = ""

    @property
    def digest(self) -> Digest:
        """The fingerprint of the encrypted file."""
        return Digest(self.sha256, self.size)

    def as_dict(self) -> dict[str, object]:
        """Return the object that stands in the entry."""
        plain = {"name": self.name, "sha256": self.sha256, "size": self.size, "commit": self.commit}
        return {"ref": self.ref, **plain} if self.ref else plain


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person as an entry names them.

    Args:
        id: Their id in the keyset.
        key: Hex raw Ed25519 public key.
        present: "I was present and saw this", or "I was not present; I have read this".
    """

    id: str
    key: str
    present: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What people read and approve.

    Args:
        case: "2026-001", or "" for the vault itself.
        step: The step.
        facts: Its facts (`counterseal.custody.facts`).
        details: The encrypted text, at most one file.
        exhibits: The exhibits that the step produces.
    """

    case: str
    step: Step
    facts: Mapping[str, Any]
    details: tuple[StoredFile, ...] = ()
    exhibits: tuple[StoredFile, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the approved part of an entry."""
        return {
            "case": self.case,
            "step": str(self.step),
            "facts": dict(self.facts),
            "details": [file.as_dict() for file in self.details],
            "exhibits": [file.as_dict() for file in self.exhibits],
        }

    @property
    def digest(self) -> str:
        """The hex SHA-256 that people approve."""
        return hashlib.sha256(canonical.encode(self.as_dict())).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposal in its place in the log.

    Args:
        proposal: What was approved.
        vault: The origin.
        index: Place in the log, from 0.
        prev_root: Root of the leaves before, 32 bytes.
        case_seq: Place within the case, from 0.
        case_prev: Hex leaf hash of the case's entry before.
        policy: Hex digest of the profile in force.
        time: When, as the computer saw it.
        people: Who signs, in the order in which they were asked.
        computer: Hex raw public key of the computer.
        keyset_version: Of the keyset in force.
        keyset_sha256: Its hex digest.
    """

    proposal: Proposal
    vault: str
    index: int
    prev_root: bytes
    case_seq: int
    case_prev: str
    policy: str
    time: Instant
    people: tuple[Signatory, ...]
    computer: str
    keyset_version: int
    keyset_sha256: str

    @property
    def step(self) -> Step:
        """The step."""
        return self.proposal.step

    @property
    def case(self) -> str:
        """The case, or "" for the vault itself."""
        return self.proposal.case

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts of the step."""
        return self.proposal.facts

    @property
    def keys(self) -> list[bytes]:
        """The raw public keys that must have signed: the computer's and each person's."""
        return [bytes.fromhex(key) for key in (self.computer, *(p.key for p in self.people))]

    def to_bytes(self) -> bytes:
        """Return the canonical payload."""
        return canonical.encode(
            {
                **self.proposal.as_dict(),
                "v": 1,
                "vault": self.vault,
                "index": self.index,
                "prev_root": base64.b64encode(self.prev_root).decode(),
                "case_seq": self.case_seq,
                "case_prev": self.case_prev,
                "policy": self.policy,
                "time": self.time.as_dict(),
                "people": [{"id": p.id, "key": p.key, "present": p.present} for p in self.people],
                "computer": self.computer,
                "keyset": {"version": self.keyset_version, "sha256": self.keyset_sha256},
            }
        )

    @classmethod
    def from_bytes(cls, payload: bytes) -> "Entry":
        """Read a payload.

        Raises:
            NotCanonicalError: Not exactly what `to_bytes` writes, or a field outside its set.
        """
        value = canonical.decode(payload)
        try:
            entry = _read(value)
            wrong = _fault(entry)
            same = entry.to_bytes() == payload
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"a field is missing or of the wrong kind: {error}"
            raise NotCanonicalError(message) from error
        if wrong or not same or value["v"] != 1:
            raise NotCanonicalError(wrong or "the entry has fields that do not belong there")
        return entry


def _read(value: dict[str, Any]) -> Entry:
    proposal = Proposal(
        case=value["case"],
        step=Step(value["step"]),
        facts=value["facts"],
        details=tuple(StoredFile(**file) for file in value["details"]),
        exhibits=tuple(StoredFile(**file) for file in value["exhibits"]),
    )
    return Entry(
        proposal=proposal,
        vault=value["vault"],
        index=value["index"],
        prev_root=base64.b64decode(value["prev_root"], validate=True),
        case_seq=value["case_seq"],
        case_prev=value["case_prev"],
        policy=value["policy"],
        time=Instant.from_dict(value["time"]),
        people=tuple(Signatory(**person) for person in value["people"]),
        computer=value["computer"],
        keyset_version=value["keyset"]["version"],
        keyset_sha256=value["keyset"]["sha256"],
    )


def _fault(entry: Entry) -> str | None:
    numbers = (entry.index, entry.case_seq, entry.keyset_version, entry.time.mono_ms)
    digests = [entry.case_prev, entry.policy, entry.computer, entry.keyset_sha256]
    digests += [person.key for person in entry.people]
    checks = (
        (bool(ORIGIN.match(entry.vault)), "the origin"),
        (all(type(number) is int for number in numbers), "a number"),
        (len(entry.prev_root) == 32, "the root before"),  # noqa: PLR2004  (SHA-256)
        (all(kinds.DIGEST.match(digest) for digest in digests), "a digest or key"),
        (entry.case == "" or bool(kinds.CASE.match(entry.case)), "the case"),
        (bool(_BOOT.match(entry.time.boot)), "the boot"),
        (all(_is_signatory(person) for person in entry.people), "a person"),
        (len(entry.proposal.details) <= 1, "the details"),
        (all(_is_wrap(w["name"], entry.case) for w in _wraps(entry)), "a half of a case key"),
        (all(_is_file(f, "details", entry) for f in entry.proposal.details), "a file"),
        (all(_is_file(f, "exhibits", entry) for f in entry.proposal.exhibits), "an exhibit"),
    )
    for good, what in checks:
        if not good:
            return f"{what} is not of the form that the format asks for"
    return facts_of.fault(entry.step, entry.facts)


def _is_signatory(person: Signatory) -> bool:
    return bool(kinds.PERSON.match(person.id)) and type(person.present) is bool


def _is_file(file: StoredFile, folder: str, entry: Entry) -> bool:
    digests = kinds.DIGEST.match(file.sha256) and kinds.DIGEST.match(file.commit)
    referenced = bool(kinds.REFERENCE.match(file.ref)) if folder == "exhibits" else not file.ref
    named = file.name == f"{folder}/{entry.case}/{file.sha256[:32]}.age"
    return bool(digests) and referenced and named and type(file.size) is int and file.size > 0


def _wraps(entry: Entry) -> list[dict[str, Any]]:
    given = entry.proposal.facts.get("wraps", [])
    return given if isinstance(given, list) else []


def _is_wrap(name: str, case: str) -> bool:
    found = _WRAP.match(name)
    return (
        found is not None
        and found["case"] == case
        and found["a"] < found["b"]
        and found["who"] in {found["a"], found["b"]}
    )
