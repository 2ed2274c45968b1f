"""A small real data folder, made through the real modules: one case, two exhibits, two receipts."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cast import (
    ALL_PAIRS,
    CASE,
    COMPUTER,
    FACTS,
    HANDOVER,
    KEYSET,
    ORIGIN,
    TERMS,
    cosigners,
    identity_of,
    recipient_of,
)
from counterseal import durable
from counterseal.custody.about import about_text
from counterseal.custody.details import Details, Plain, Text
from counterseal.custody.entry import Proposal, StoredFile
from counterseal.custody.facts import Step
from counterseal.custody.log import Kept, Log
from counterseal.custody.receipt import Holder, Receipt
from counterseal.custody.rules import WRITTEN
from counterseal.custody.store import Store
from counterseal.evidence.vault import Sealed, Vault, seal, wrap
from counterseal.keys import pair
from counterseal.latch import Latch
from fakes import FakeClock, Seeded

TEXTS: dict[Step, Text] = {
    Step.CASE_REPORTED: {"what": "Unkind posts", "found": "", "reported_by": "KL", "subject": "P1"},
    Step.CASE_TRIAGED: {"reasons": "Offensive, not criminal"},
    Step.CASE_AUTHORISED: {"purpose": "To keep pupils safe"},
    Step.SESSION_OPENED: {"place": "Library", "computer": "c", "system": "s", "program": "p"},
    Step.CONCERN_RECORDED: {
        "address_b64": base64.b64encode(b"https://forum.example/1").decode(),
        "nature": "Insults",
        "seen": "yesterday",
        "place": "a forum",
    },
    Step.EXHIBIT_CAPTURED: {"what": "The page", "taken": "now", "monitors": ["{}"]},
    Step.EXHIBIT_SUPPLIED: {"what": "A print-out", "supplied_by": "KL", "received": "now"},
    Step.NOTE_ADDED: {"note": "Nothing\nelse"},
    Step.VISIT_RECORDED: {"visits": []},
    Step.SESSION_CLOSED: {"summary": "Two exhibits"},
}


@dataclass(slots=True)
class SmallVault:
    """The folder and what writes to it.

    Args:
        vault: The data folder.
        store: Its log's tables.
        log: Its log.
        clock: Moves half a minute at each step.
        random: Where salts come from.
    """

    vault: Vault
    store: Store
    log: Log
    clock: FakeClock
    random: Seeded

    def take(
        self, step: Step, *people: str, produces: tuple[str, bytes] | None = None, **changes: object
    ) -> Kept:
        """Take one step of the case, with its encrypted files."""
        self.clock.sleep(30)
        to = (recipient_of(CASE), HANDOVER)
        plains, exhibits = [], []
        if produces:
            ref, content = produces
            plains = [Plain.of(ref, content, self.random(32), "image/png")]
            exhibits = [self._put(seal("exhibits", CASE, content, to), plains[0].commit, ref)]
        details: list[StoredFile] = []
        if step in WRITTEN:
            text = TEXTS[step]
            written = Details(ORIGIN, CASE, str(step), self.random(32), text, plains)
            details = [self._put(seal("details", CASE, written.to_bytes(), to), written.commit)]
        facts = {**FACTS[step], **changes}
        proposal = Proposal(CASE, step, facts, tuple(details), tuple(exhibits))
        return self.log.append(proposal, cosigners(*people), TERMS)

    def report(self) -> Kept:
        """Open the case, with a wrap for each half of its key."""
        wraps = []
        identity = identity_of(CASE)
        for a, b in ALL_PAIRS:
            halves = pair.split(identity, recipient_of(a), recipient_of(b), self.random)
            wraps += [wrap(CASE, (a, b), p, h) for p, h in zip((a, b), halves, strict=True)]
        for sealed in wraps:
            self.vault.put(sealed)
        return self.take(Step.CASE_REPORTED, "gh", wraps=[_as_fact(each) for each in wraps])

    def receipt(self, people: Sequence[str]) -> Receipt:
        """Issue a receipt that these people cosign."""
        self.clock.sleep(30)
        facts = {"cosigners": sorted(people), "reason": "session"}
        kept = self.log.append(Proposal("", Step.RECEIPT_ISSUED, facts), (), TERMS)
        keys = {c.person: c.key for c in cosigners(*sorted(people))}
        holders = [KEYSET.person(name) for name in sorted(people)]
        receipt = Receipt(
            kept.note.cosigned(keys, kept.entry.time.utc_ms // 1000),
            kept.entry.time.utc,
            practice=self.log.vault().practice,
            computer=COMPUTER.public.hex(),
            people=tuple(Holder(p.id, p.name, p.key.hex()) for p in holders),
        )
        size = kept.note.head.size
        durable.write_new(self.vault.receipt(size, "json"), receipt.to_json())
        durable.write_new(self.vault.receipt(size, "txt"), receipt.to_text().encode())
        return receipt

    def _put(self, sealed: Sealed, commit: str, ref: str = "") -> StoredFile:
        self.vault.put(sealed)
        return StoredFile(sealed.name, sealed.digest.sha256, sealed.digest.size, commit, ref)


def _as_fact(sealed: Sealed) -> dict[str, object]:
    return {"name": sealed.name, "sha256": sealed.digest.sha256, "size": sealed.digest.size}


def begin(root: Path, *, real: bool = False) -> SmallVault:
    """Make a data folder with its first entry; a real one has its handover key tried as well."""
    latch = Latch((root,))
    vault = Vault(root, latch)
    durable.write_new(vault.computer_key, COMPUTER.to_pem())
    durable.write_new(vault.keyset(1), KEYSET.to_bytes())
    durable.write_new(vault.profile(TERMS.policy.sha256), TERMS.policy.content)
    store, clock = Store(vault.log), FakeClock()
    store.create(ORIGIN)
    log = Log(store, ORIGIN, COMPUTER, clock, latch)
    created = {**FACTS[Step.VAULT_CREATED], "practice": not real}
    log.append(Proposal("", Step.VAULT_CREATED, created), cosigners("ab", "cd"), TERMS)
    if real:
        tried = Proposal("", Step.HANDOVER_KEY_CHECKED, FACTS[Step.HANDOVER_KEY_CHECKED])
        log.append(tried, cosigners("ab", "ef"), TERMS)
    durable.write_new(vault.about, about_text(log.vault()).encode())
    return SmallVault(vault, store, log, clock, Seeded("small vault"))


def build(root: Path, *, real: bool = False) -> SmallVault:
    """Make a data folder with one case, up to the end of its first session.

    Thirteen entries, and one more in a real one; the last is a receipt, so that whatever is cut
    off at the end shows.
    """
    small = begin(root, real=real)
    small.report()
    small.take(Step.CASE_TRIAGED, "ab", "cd")
    small.take(Step.CASE_AUTHORISED, "ab", "cd", "ef")
    small.receipt(["ab", "cd"])
    small.take(Step.SESSION_OPENED, "ab", "cd")
    small.take(Step.CONCERN_RECORDED, "ab", "cd")
    small.take(Step.EXHIBIT_CAPTURED, "ab", "cd", produces=("AB/1", b"\x89PNG one"))
    small.take(Step.EXHIBIT_SUPPLIED, "cd", "ab", produces=("CD/1", b"\x89PNG two"))
    small.take(Step.NOTE_ADDED, "ab", "cd", about="AB/1")
    small.take(Step.SESSION_PAUSED)
    small.take(Step.SESSION_CLOSED, "ab", "cd", exhibits=2)
    small.receipt(["ab", "cd"])
    return small


def digest_of(root: Path) -> str:
    """Return one fingerprint of every file's name and bytes below a folder."""
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file():
            total.update(f"{path.relative_to(root)} {path.stat().st_size}\n".encode())
            total.update(path.read_bytes())
    return total.hexdigest()
