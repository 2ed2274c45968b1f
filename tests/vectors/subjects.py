"""What the vectors are about: fixed keys, people, one exhibit and its entry, one head."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from counterseal.clock import Instant
from counterseal.custody import checkpoint, merkle
from counterseal.custody.checkpoint import Checkpoint
from counterseal.custody.details import Details, Plain
from counterseal.custody.entry import Entry, Proposal, Signatory, StoredFile
from counterseal.custody.facts import Step
from counterseal.keys.people import Keyset, Person, Role
from counterseal.keys.signing import SigningKey

HERE = Path(__file__).parent
ORIGIN = "vector-school/000102030405060708090a0b0c0d0e0f"
CASE = "2026-001"
TIME = Instant(utc_ms=1_780_565_520_000, mono_ms=86_400_123, boot="vector-boot-1")
POLICY = hashlib.sha256(b"counterseal vector policy").hexdigest()
PASSPHRASE = "no\u00ebl: correct horse battery staple"
PICTURE = b"\x89PNG\r\n\x1a\n not a picture, only its first bytes"
AGE = json.loads((HERE / "age" / "identities.json").read_text(encoding="utf-8"))


def seed(name: str) -> bytes:
    """Return the 32 bytes that a name stands for."""
    return hashlib.sha256(f"counterseal vector {name}".encode()).digest()


def stream(name: str) -> Callable[[int], bytes]:
    """Return a source of bytes: SHA-256 of "counterseal vector NAME 0", "… 1" and so on."""
    made = b"".join(seed(f"{name} {count}") for count in range(32))
    taken = 0

    def read(size: int) -> bytes:
        nonlocal taken
        taken += size
        return made[taken - size : taken]

    return read


COMPUTER, AB, CD = (SigningKey.from_seed(seed(name)) for name in ("computer", "ab", "cd"))
PEOPLE = (
    Person(
        "ab", "Anna Bell", "Deputy headteacher", frozenset({Role.INVESTIGATOR, Role.DSL}),
        AB.public, AGE["ab"]["recipient"],
    ),
    Person(
        "cd", "Carl D\u00e9nt", "Network manager", frozenset({Role.INVESTIGATOR}),
        CD.public, AGE["cd"]["recipient"],
    ),
    Person(
        "ef", "Edith Fox", "Headteacher", frozenset({Role.HEADTEACHER}),
        SigningKey.from_seed(seed("ef")).public, AGE["ef"]["recipient"],
    ),
)  # fmt: skip
KEYSET = Keyset(ORIGIN, 1, PEOPLE)


def plain() -> Plain:
    """Return what the details say of the exhibit."""
    return Plain.of("AB/1", PICTURE, seed("exhibit salt"), "image/png")


def details() -> Details:
    """Return the text of one captured exhibit."""
    text: dict[str, str | list[str]] = {
        "what": "A page that says:\n\u201cnot a real page\u201d",
        "taken": "2026-06-04T09:32:00Z",
        "monitors": ['{"left":0,"top":0,"width":1920,"height":1080}'],
        "backend": "pillow-x11 13.0.0",
        "computer": "library-3",
        "system": "Linux 6.1",
        "program": "Counterseal 0, files " + POLICY,
    }
    step = str(Step.EXHIBIT_CAPTURED)
    return Details(ORIGIN, CASE, step, seed("details salt"), text, [plain()])


def entry() -> Entry:
    """Return the entry of that exhibit; its files are those of the folder `age`."""
    sealed = {name: (HERE / "age" / f"{name}.age").read_bytes() for name in ("details", "exhibit")}
    answers = [{"person": person, "image": "no", "other": "no"} for person in ("ab", "cd")]
    facts = {
        "concern": 1, "answers": answers, "age_ms": 4321, "backend": "pillow-x11",
        "width": 1920, "height": 1080, "monitors": 1, "tries": 1, "previewed": True,
    }  # fmt: skip
    proposal = Proposal(
        CASE,
        Step.EXHIBIT_CAPTURED,
        facts,
        (_stored("details", sealed["details"], details().commit),),
        (_stored("exhibits", sealed["exhibit"], plain().commit, "AB/1"),),
    )
    return Entry(
        proposal,
        vault=ORIGIN,
        index=7,
        prev_root=merkle.root_of(leaves(7)),
        case_seq=5,
        case_prev=seed("the entry before").hex(),
        policy=POLICY,
        time=TIME,
        people=tuple(
            Signatory(name, key.public.hex(), present=True)
            for name, key in (("cd", CD), ("ab", AB))
        ),
        computer=COMPUTER.public.hex(),
        keyset_version=1,
        keyset_sha256=KEYSET.digest,
    )


def leaves(count: int) -> list[bytes]:
    """Return the leaf hashes of "entry 0", "entry 1" and so on."""
    return [merkle.leaf_hash(f"entry {n}".encode()) for n in range(count)]


def head() -> checkpoint.Note:
    """Return a head of nine entries, signed by the computer and cosigned by two people."""
    note = checkpoint.sign(Checkpoint(ORIGIN, 9, merkle.root_of(leaves(9))), COMPUTER)
    return note.cosigned({"ab": AB, "cd": CD}, TIME.utc_ms // 1000)


def _stored(folder: str, content: bytes, commit: str, ref: str = "") -> StoredFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return StoredFile(f"{folder}/{CASE}/{sha256[:32]}.age", sha256, len(content), commit, ref)
