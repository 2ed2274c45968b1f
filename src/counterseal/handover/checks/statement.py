"""Checks 2 and 3: the bag follows from the members, and the members are those of the statement.

`docs/format.md`, sections 17.3 and 17.6. Pure.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, Final

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.clock import is_utc
from counterseal.custody import envelope, kinds
from counterseal.custody.entry import ORIGIN
from counterseal.custody.envelope import Envelope
from counterseal.handover.checks import names
from counterseal.handover.checks.bundle import Bundle, Claims, Shown
from counterseal.handover.checks.container import Seen
from counterseal.handover.checks.outcome import NotAloneError, WrongError, fail
from counterseal.keys.signing import keyid

TYPE: Final = "application/vnd.counterseal.bundle.v1+json"
_MOST: Final = 16 << 20
_MANY: Final = names.MOST_MEMBERS

_PROGRAM = re.compile(r"[ -~]{1,60}\Z")
_MEDIA = re.compile(r"[a-z]+(?:/[a-z0-9.+-]+)?\Z")
_FILE: Final = {"sha256": kinds.SHA256, "size": kinds.number(0)}
_NAME = kinds.matches(re.compile(r"[A-Za-z0-9][A-Za-z0-9.+/-]{0,159}\Z"))
_FORM = kinds.record(
    v=kinds.number(1, 1),
    vault=kinds.matches(ORIGIN),
    case=kinds.matches(kinds.CASE),
    kind=kinds.one_of("full", "record-only"),
    practice=kinds.flag,
    program=kinds.matches(_PROGRAM),
    made=lambda value: isinstance(value, str) and is_utc(value),
    last=kinds.record(case_seq=kinds.number(0), index=kinds.number(0), leaf=kinds.SHA256),
    checkpoint=kinds.record(size=kinds.number(1), root=kinds.SHA256),
    computer=kinds.SHA256,
    keyset=kinds.record(version=kinds.number(1), sha256=kinds.SHA256),
    people=kinds.list_of(kinds.record(id=kinds.PERSON_ID, key=kinds.SHA256), 1, 2),
    exhibits=kinds.list_of(
        kinds.record(ref=kinds.REF, name=_NAME, media=kinds.matches(_MEDIA), **_FILE), 0, _MANY
    ),
    members=kinds.list_of(kinds.record(name=_NAME, **_FILE), 1, _MANY),
)


def read(bundle: Bundle) -> None:
    """Read what the statement says, before anything is compared with it.

    Raises:
        NotAloneError: It is of a later version.
        WrongError: It cannot be read, or is not of the form of the format.
    """
    where = names.STATEMENT
    content = bundle.content(where)
    _check_kind(content)
    try:
        signed = Envelope.from_bytes(content, TYPE, _MOST)
        value = canonical.decode(signed.payload)
    except NotCanonicalError as error:
        raise WrongError(where, f"it cannot be read: {error}") from error
    if isinstance(value, dict) and type(value.get("v")) is int and value["v"] > 1:
        raise NotAloneError(where, "it is of a version that this program does not know")
    if not _FORM(value):
        raise WrongError(where, "it is not of the form of a statement")
    bundle.signed, bundle.claims = signed, _claims(value)


def bag(bundle: Bundle) -> str:
    """Compare the four members of BagIt with what follows from all others."""
    said = bundle.said
    payload = {n: s for n, s in bundle.members.items() if n.startswith("data/")}
    tags = {n: bundle.member(n) for n in (names.VERIFY, *names.BAG[:3])}
    oxum = f"{sum(seen.size for seen in payload.values())}.{len(payload)}"
    info = (
        f"Bag-Software-Agent: {said.program}\nBagging-Date: {said.made[:10]}\n"
        f"External-Identifier: {said.vault}/{said.case}\nPayload-Oxum: {oxum}\n"
    )
    for name, text in (
        (names.BAG[2], _manifest(payload)),
        (names.BAG[1], info),
        (names.BAG[3], _manifest(tags)),
    ):
        if bundle.member(name).sha256 != _sha256(text.encode()):
            raise WrongError(name, "it does not say what the members are")
    return f"The bag names all {len(bundle.members)} files with the right fingerprints."


def statement(bundle: Bundle) -> str:
    """Check the statement's signatures, and every member against it."""
    said, signed = bundle.said, bundle.signed
    ids = [person for person, _ in said.people]
    if ids != sorted(set(ids)):
        raise WrongError(names.STATEMENT, "one person stands twice, or people are out of order")
    keys = {"computer": said.computer, **dict(said.people)}
    wrong = envelope.fault(signed, map(bytes.fromhex, keys.values())) if signed else "unread"
    if signed is None or wrong:
        raise WrongError(names.STATEMENT, f"{wrong}")
    check_files(bundle, "data/bundle", signed, keys)
    here = {n: (s.sha256, s.size) for n, s in bundle.members.items() if not names.of_statement(n)}
    if list(said.members) != sorted(said.members, key=str.encode):
        raise WrongError(names.STATEMENT, "its list of members is out of order")
    for name in sorted({*here} ^ {*said.members}):
        missing = "it is missing" if name in said.members else "nobody signed for it"
        raise WrongError(name, missing)
    for name, claimed in said.members.items():
        if here[name] != claimed:
            raise WrongError(name, "it is not what was signed for")
    for name in names.REQUIRED:
        bundle.member(name)
    _check_signature_names(bundle, {f"data/bundle.{who}.sig" for who in keys})
    who = " and ".join(ids)
    return f"{who} and the computer signed for these {len(here)} files, and there is no other."


def check_files(bundle: Bundle, stem: str, signed: Envelope, keys: dict[str, str]) -> None:
    """Compare the `.pae` and `.sig` files beside an envelope with the envelope.

    Args:
        bundle: The bundle.
        stem: The name without its ending.
        signed: The envelope.
        keys: Hex public keys by person id, or "computer".

    Raises:
        WrongError: One is missing, or is not the one of the envelope.
    """
    message = envelope.pae(signed.payload, signed.kind)
    if bundle.member(f"{stem}.pae").sha256 != _sha256(message):
        fail(f"{stem}.pae", "it is not what was signed")
    by_key = {signature.keyid: signature.sig for signature in signed.signatures}
    for who, key in keys.items():
        name = f"{stem}.{who}.sig"
        if bundle.member(name).sha256 != _sha256(by_key[keyid(bytes.fromhex(key))]):
            raise WrongError(name, "it is not the signature that stands in the entry")


def _check_signature_names(bundle: Bundle, expected: Iterable[str]) -> None:
    beside = {n for n in bundle.members if names.of_statement(n) and n.endswith(".sig")}
    for name in sorted(beside - set(expected)):
        raise WrongError(name, "it is the signature of nobody who signed")


def _check_kind(content: bytes) -> None:
    """Tell a statement of a later version from one that was changed."""
    try:
        kind = json.loads(content)["payloadType"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WrongError(names.STATEMENT, "it is not an envelope") from error
    if isinstance(kind, str) and kind != TYPE:
        raise NotAloneError(names.STATEMENT, "it is of a kind that this program does not know")


def _claims(value: dict[str, Any]) -> Claims:
    last = value["last"]
    members = value["members"]
    if len({member["name"] for member in members}) != len(members):
        raise WrongError(names.STATEMENT, "one member stands twice in it")
    return Claims(
        vault=value["vault"],
        case=value["case"],
        kind=value["kind"],
        practice=value["practice"],
        program=value["program"],
        made=value["made"],
        last=(last["case_seq"], last["index"], last["leaf"]),
        size=value["checkpoint"]["size"],
        root=bytes.fromhex(value["checkpoint"]["root"]),
        computer=value["computer"],
        keyset=(value["keyset"]["version"], value["keyset"]["sha256"]),
        people=tuple((person["id"], person["key"]) for person in value["people"]),
        exhibits=tuple(Shown(**shown) for shown in value["exhibits"]),
        members={m["name"]: (m["sha256"], m["size"]) for m in members},
    )


def _manifest(members: dict[str, Seen]) -> str:
    ordered = sorted(members.items(), key=lambda item: item[0].encode())
    return "".join(f"{seen.sha256}  {name}\n" for name, seen in ordered)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
