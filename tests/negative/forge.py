"""Makes a bundle from the text of the format, with a place to bend at each stage of the making.

It is written from `docs/format.md` and shares nothing with the program that makes bundles but the
tree, the notes and the keys. Whatever is bent early is carried through all that follows, signed
by the people of `cast.py`: the result is what somebody with all keys and much patience hands in.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cast
from cast import CASE, COMPUTER, KEYSET, ORIGIN, key_of, signatories
from counterseal.custody import checkpoint, merkle
from counterseal.custody.checkpoint import Checkpoint, Note
from counterseal.custody.details import Details, Plain
from counterseal.custody.facts import Step
from counterseal.custody.receipt import Holder, Receipt
from counterseal.custody.rules import OF_THE_VAULT
from counterseal.keys.people import Keyset
from counterseal.keys.signing import SigningKey, public_to_pem
from counterseal.policy import profile
from fakes import FakeClock, Seeded
from negative.pieces import (
    Members,
    Value,
    bagged,
    beside,
    encoded,
    enveloped,
    line,
    listed,
    proof,
    stored,
    zipped,
)

ENTRY = "application/vnd.counterseal.entry.v1+json"
BUNDLE = "application/vnd.counterseal.bundle.v1+json"
BAG = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
BOTH = ("ab", "cd")
OTHER_CASE = "2026-002"

KEYSET_2 = Keyset(
    ORIGIN,
    2,
    tuple(replace(p, position="Head of Sixth Form") if p.id == "kl" else p for p in KEYSET.people),
)
ADDRESS = "https://example.org/<script>alert(1)</script>\u202e?q=\x00'\"</td>"


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of the story."""

    step: Step
    people: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    case: str = CASE
    shown: bytes = b""
    media: str = "image/png"


def turn(step: Step, *people: str, case: str | None = None, **changes: object) -> Turn:
    """Return a step of the case, or of the vault where its step is one of the vault's."""
    where = ("" if step in OF_THE_VAULT else CASE) if case is None else case
    return Turn(step, people, changes, where)


def picture(ref: str) -> bytes:
    """Return the bytes of an exhibit; no picture is needed to take its fingerprint."""
    return b"\x89PNG\r\n\x1a\n" + Seeded(f"exhibit {ref}")(900)


_BEFORE = (
    turn(Step.VAULT_CREATED, *BOTH),
    turn(Step.COMPUTER_CHECKED, *BOTH),
    turn(Step.HANDOVER_KEY_CHECKED, *BOTH),
    turn(Step.CASE_REPORTED, "gh", case=OTHER_CASE),
    turn(Step.KEYSET_CHANGED, *BOTH, version=2, sha256=KEYSET_2.digest, size=1),
)
_COLLECTED = (
    turn(Step.CASE_REPORTED, "gh"),
    turn(Step.CASE_TRIAGED, *BOTH),
    turn(Step.CASE_AUTHORISED, *BOTH, "ef"),
    turn(Step.CLOCK_ANOMALY),
    turn(Step.SESSION_OPENED, *BOTH),
    turn(Step.CONCERN_RECORDED, *BOTH),
    replace(turn(Step.EXHIBIT_CAPTURED, *BOTH), shown=picture("AB/1")),
    replace(turn(Step.EXHIBIT_SUPPLIED, *BOTH), shown=picture("AB/2"), media="text/plain"),
)
FULL = (
    *_BEFORE,
    *_COLLECTED,
    turn(Step.NOTE_ADDED, "cd", "ab", about="AB/1"),
    turn(Step.SESSION_CLOSED, *BOTH, exhibits=2),
    turn(Step.RECEIPT_ISSUED),
    turn(Step.CASE_REPORTED, "gh", case="2026-003"),
    turn(Step.EXPORT_OPENED, *BOTH, exhibits=2),
)
"""A whole case, with something of two other cases before and in between."""
RECORD_ONLY = (
    *_BEFORE,
    *_COLLECTED,
    turn(Step.CASE_STOPPED),
    turn(Step.RECORD_OPENED),
    turn(Step.CALL_RECORDED, "ef"),
    turn(Step.STOP_COUNTERSIGNED, "ab"),
)
"""A case that was stopped in the middle of a session."""


@dataclass(slots=True)
class Made:
    """An entry that stands in the log."""

    turn: Turn
    value: Value
    place: int
    leaf: bytes = b""
    plain: bytes = b""
    sealed: bytes = b""


def _nothing(*_: Any) -> None:  # noqa: ANN401  (whatever the place has)
    return


@dataclass(slots=True)
class Forge:
    """What is made, and where it is bent. Each place is called with what is there, to change it.

    Args:
        story: The steps, in order.
        full: Which kind of bundle.
        details: Called with each step's details as a value.
        entry: With each entry's value, before it is signed.
        signers: With each entry's value and its signers; returns the signers.
        payload: With an entry's canonical bytes and value; returns what is signed.
        leaf: With a leaf's bytes and value; returns the leaf.
        head: With the checkpoint; returns the one that is signed.
        note: With the signed checkpoint; returns it.
        receipt: With a receipt; returns it.
        recorded: With all members before the statement.
        statement: With the statement's value.
        stated: With the statement's canonical bytes; returns what is signed.
        stating: With the statement's signers; returns them.
        type: The statement's payload type.
        members: With all members after the statement; the bag follows them.
        bag: With all members, the bag's too.
        named: With the ordered list of members.
        zipped: With the zip; returns it.
    """

    story: Sequence[Turn] = FULL
    full: bool = True
    details: Callable[[Value, Turn], object] = _nothing
    entry: Callable[[Value, Turn], object] = _nothing
    signers: Callable[[Value, list[SigningKey]], list[SigningKey]] = lambda _, keys: keys
    payload: Callable[[bytes, Value], bytes] = lambda content, _: content
    leaf: Callable[[bytes, Value], bytes] = lambda leaf, _: leaf
    head: Callable[[Checkpoint], Checkpoint] = lambda head: head
    note: Callable[[Note], Note] = lambda note: note
    receipt: Callable[[Receipt], Receipt] = lambda receipt: receipt
    recorded: Callable[[Members], object] = _nothing
    statement: Callable[[Value], object] = _nothing
    stated: Callable[[bytes], bytes] = lambda content: content
    stating: Callable[[list[SigningKey]], list[SigningKey]] = lambda keys: keys
    type: str = BUNDLE
    members: Callable[[Members], object] = _nothing
    bag: Callable[[Members], object] = _nothing
    named: Callable[[list[tuple[str, bytes]]], list[tuple[str, bytes]]] = lambda named: named
    zipped: Callable[[bytes], bytes] = lambda content: content
    outside: bytes | None = None
    computer: SigningKey = COMPUTER
    keysets: list[Keyset] = field(default_factory=lambda: [KEYSET, KEYSET_2])
    profiles: list[bytes] = field(default_factory=lambda: [profile.base().content])
    policy: str = ""
    cosigners: Sequence[str] = BOTH
    log: list[Made] = field(default_factory=list)
    signed: Note | None = None

    # ------------------------------------------------------------------------------- the log

    def write_log(self) -> None:
        """Write the log, entry by entry."""
        clock, version = FakeClock(), 1
        refs = 0
        for index, step in enumerate(self.story):
            clock.sleep(30)
            refs += bool(step.shown)
            made = self._made(index, step, f"AB/{refs}", clock)
            keyset = self.keysets[version - 1]
            made.value["keyset"] = {"version": version, "sha256": keyset.digest}
            if step.step is Step.KEYSET_CHANGED:
                version = made.value["facts"]["version"]
                made.value["facts"]["size"] = len(self.keysets[version - 1].to_bytes())
            if step.step is Step.PROFILE_ADOPTED:
                self.policy = made.value["facts"]["sha256"]
            self.entry(made.value, step)
            keys = [self.computer, *(key_of(p["id"]) for p in made.value["people"])]
            keys = self.signers(made.value, keys)
            payload = self.payload(encoded(made.value), made.value)
            made.leaf = self.leaf(enveloped(payload, ENTRY, keys), made.value)
            self.log.append(made)

    def _made(self, index: int, step: Turn, ref: str, clock: FakeClock) -> Made:
        before = [x for x in self.log if x.value["case"] == step.case]
        hashes = [merkle.leaf_hash(x.leaf) for x in self.log]
        last = merkle.leaf_hash(before[-1].leaf).hex() if before else "0" * 64
        about = cast.proposal(step.step, step.case, ref=ref, **step.changes)
        made = Made(step, {}, index)
        made.value |= {
            "v": 1,
            "vault": ORIGIN,
            "index": index,
            "prev_root": base64.b64encode(merkle.root_of(hashes)).decode(),
            "case": step.case,
            "case_seq": len(before),
            "case_prev": last,
            "step": str(step.step),
            "policy": self.policy or hashlib.sha256(self.profiles[0]).hexdigest(),
            "facts": json.loads(json.dumps(dict(about.facts))),
            "details": [],
            "exhibits": [],
            "time": clock.now().as_dict(),
            "people": [
                {"id": p.id, "key": p.key, "present": p.present} for p in signatories(*step.people)
            ],
            "computer": self.computer.public.hex(),
        }
        if about.details:
            self._write_details(made, ref)
        return made

    def _write_details(self, made: Made, ref: str) -> None:
        step = made.turn
        name = f"{step.case} {len(self.log)}"
        plains = []
        if step.shown:
            plains = [Plain.of(ref, step.shown, Seeded(f"salt of {ref}")(32), step.media)]
        address = base64.b64encode(ADDRESS.encode()).decode()
        text = {"address_b64": address, "seen": "<b>Insults</b>"}
        if step.step is not Step.CONCERN_RECORDED:
            text = {"words": f"What was written in {name}.\nA second line."}
        salt = Seeded(f"salt {name}")(32)
        value = json.loads(Details(ORIGIN, step.case, step.step, salt, text, plains).to_bytes())
        self.details(value, step)
        made.plain = encoded(value)
        salt = base64.b64decode(value["salt"])
        digest = hashlib.sha256(made.plain).digest()
        made.sealed = b"age-encryption.org/v1\n" + Seeded(f"sealed {name}")(300)
        made.value["details"] = [stored("details", step.case, made.sealed, salt, digest)]
        for plain in plains:
            sealed = Seeded(f"sealed {ref}")(len(step.shown))
            digest = hashlib.sha256(step.shown).digest()
            file = stored("exhibits", step.case, sealed, plain.salt, digest)
            made.value["exhibits"] = [{"ref": ref, **file}]

    # --------------------------------------------------------------------------- the bundle

    def make(self) -> bytes:
        """Return the zip."""
        self.write_log()
        members = self._members()
        self.recorded(members)
        self._state(members)
        self.members(members)
        members |= bagged(members)
        self.bag(members)
        first = (*BAG, "VERIFY.txt")

        def place(name: str) -> tuple[int, bytes]:
            return (first.index(name) if name in first else 9, name.encode())

        ordered = sorted(members.items(), key=lambda item: place(item[0]))
        return self.zipped(zipped(self.named(ordered)))

    @property
    def here(self) -> list[Made]:
        """The entries that stand in the bundle."""
        return [x for x in self.log if x.turn.case in {"", CASE}]

    def _members(self) -> Members:
        hashes = [merkle.leaf_hash(made.leaf) for made in self.log]
        head = self.head(Checkpoint(ORIGIN, len(hashes), merkle.root_of(hashes)))
        note = checkpoint.sign(head, self.computer)
        note = self.note(note.cosigned({i: key_of(i) for i in self.cosigners}, 1_796_000_000))
        self.signed = note
        members: Members = {
            "VERIFY.txt": b"# how to check\n",
            "data/START-HERE.html": b"<!doctype html>\n",
            "data/case.jsonld": b"{}\n",
            "data/checkpoint": note.text.encode(),
        }
        for made in self.here:
            members |= self._about_entry(made, hashes, note)
        members |= {f"data/keysets/{k.version}.json": k.to_bytes() for k in self.keysets}
        for content in self.profiles:
            members[f"data/profiles/{hashlib.sha256(content).hexdigest()}.toml"] = content
        for key in {x for made in self.here for x in _keys(made)} | {
            (i, key_of(i).public) for i in self.cosigners
        }:
            members[f"data/keys/{key[0]}-{key[1].hex()[:16]}.pem"] = public_to_pem(key[1])
        return members

    def _about_entry(self, made: Made, hashes: list[bytes], note: Note) -> Members:
        index = made.place
        stem = f"data/log/{index:06}"
        members = {f"{stem}.json": made.leaf, **beside(stem, made.leaf, dict(_keys(made)))}
        if index < len(hashes):
            path = merkle.inclusion_proof(hashes, index)
            members[f"{stem}.tlog-proof"] = proof(index, path, note)
        stopped = next((x.place for x in self.here if x.turn.step == "case.stopped"), 0)
        if made.plain and (self.full or index > stopped):
            members[f"data/openings/{index:06}.json"] = made.plain
        elif made.plain:
            name = made.value["details"][0]["name"].split("/")[-1]
            members[f"data/withheld/{name}"] = made.sealed
        if made.turn.shown and self.full:
            ending = {"image/png": "png", "text/plain": "txt"}[made.turn.media]
            ref = made.value["exhibits"][0]["ref"].replace("/", "-")
            members[f"data/exhibits/{ref}.{ending}"] = made.turn.shown
        if made.turn.step is Step.RECEIPT_ISSUED:
            members |= self._receipt(index + 1, hashes, made)
        return members

    def _receipt(self, size: int, hashes: list[bytes], made: Made) -> Members:
        receipt = self.receipt(self.receipt_of(size, hashes[:size], made.value["time"]["utc"]))
        going_on = merkle.consistency_proof(hashes, size)
        return {
            f"data/receipts/{size}.json": receipt.to_json(),
            f"data/receipts/{size}.txt": receipt.to_text().encode(),
            f"data/receipts/{size}.consistency": b"".join(map(line, going_on)),
        }

    def receipt_of(self, size: int, hashes: Sequence[bytes], issued: str) -> Receipt:
        """Return the receipt over these entries, signed by both."""
        head = Checkpoint(ORIGIN, size, merkle.root_of(hashes))
        note = checkpoint.sign(head, self.computer)
        note = note.cosigned({i: key_of(i) for i in BOTH}, 1_796_000_000)
        people = tuple(Holder(i, KEYSET.person(i).name, KEYSET.person(i).key.hex()) for i in BOTH)
        return Receipt(note, issued, False, self.computer.public.hex(), people)  # noqa: FBT003

    def _state(self, members: Members) -> None:
        own = [x for x in self.here if x.turn.case]
        last = own[-1]
        assert self.signed is not None
        shown = [x for x in own if x.turn.shown and self.full]
        value = {
            "v": 1,
            "vault": ORIGIN,
            "case": CASE,
            "kind": "full" if self.full else "record-only",
            "practice": False,
            "program": "forge 1",
            "made": "2026-11-30T12:00:00Z",
            "last": {
                "case_seq": last.value["case_seq"],
                "index": last.value["index"],
                "leaf": merkle.leaf_hash(last.leaf).hex(),
            },
            "checkpoint": {
                "size": self.signed.head.size,
                "root": self.signed.head.root.hex(),
            },
            "computer": self.computer.public.hex(),
            "keyset": last.value["keyset"],
            "people": [{"id": i, "key": key_of(i).public.hex()} for i in self.cosigners],
            "exhibits": [_shown(x) for x in shown],
            "members": listed(members),
        }
        self.statement(value)
        keys = [self.computer, *(key_of(p["id"]) for p in value["people"])]
        content = enveloped(self.stated(encoded(value)), self.type, self.stating(keys))
        who = {"computer": self.computer.public}
        who |= {p["id"]: bytes.fromhex(p["key"]) for p in value["people"]}
        members["data/bundle.json"] = content
        members |= beside("data/bundle", content, who)

    def at(self, step: Step) -> Made:
        """Return the entry of a step."""
        return next(x for x in self.here if x.turn.step is step)

    def stem(self, step: Step) -> str:
        """Return what the names of its files begin with."""
        return f"data/log/{self.at(step).place:06}"


def _keys(made: Made) -> list[tuple[str, bytes]]:
    people = [(p["id"], bytes.fromhex(p["key"])) for p in made.value["people"]]
    return [("computer", bytes.fromhex(made.value["computer"])), *people]


def _shown(made: Made) -> Value:
    ending = {"image/png": "png", "text/plain": "txt"}[made.turn.media]
    ref = made.value["exhibits"][0]["ref"]
    return {
        "ref": ref,
        "name": f"{ref.replace('/', '-')}.{ending}",
        "media": made.turn.media,
        "sha256": hashlib.sha256(made.turn.shown).hexdigest(),
        "size": len(made.turn.shown),
    }


def made(bend: Callable[[Forge], None]) -> tuple[bytes, bytes | None]:
    """Return a bundle that is bent, and the receipt from outside that belongs to it."""
    forge = Forge()
    bend(forge)
    return forge.make(), forge.outside
