"""The steps of made-up cases, thirty entries each, as a school would take them.

Their files are put on the disk at the end, and none is fsynced: only the log is measured with
these. Written in between, they would ride along with the log's own fsyncs.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from school import School

from counterseal.custody.entry import Proposal, StoredFile
from counterseal.custody.facts import Step
from counterseal.custody.log import Kept
from counterseal.custody.receipt import Holder, Receipt
from counterseal.custody.rules import WRITTEN
from counterseal.keys.recipients import new_identity, recipient_of

BOTH = ("ab", "cd")
_NO = [{"person": person, "image": "no", "other": "no"} for person in BOTH]
_PICTURE = {
    "answers": _NO,
    "age_ms": 6_000,
    "backend": "pillow-x11",
    "width": 1920,
    "height": 1080,
    "monitors": 1,
    "tries": 1,
    "previewed": True,
}
_TRIAGE = {
    "category": 17,
    "class": "C",
    "modifiers": [],
    "gates": [],
    "investigators": [*BOTH],
}
_AUTHORISED = {
    "authoriser": "ef",
    "letter": False,
    "reserve": "",
    "purpose": "safeguarding",
    "users_told": True,
    "proportionate": True,
}
_DECLINED = {"concern": 5, "reason": "not-needed", "seen": False, "answers": []}
_RECEIPT = Proposal("", Step.RECEIPT_ISSUED, {"cosigners": [*BOTH], "reason": "session"})
_SHA = hashlib.sha256(b"this program").hexdigest()


@dataclass(frozen=True, slots=True)
class Turn:
    """A step, and whose turn it is to sign it.

    Args:
        proposal: What is approved.
        people: Who signs.
    """

    proposal: Proposal
    people: tuple[str, ...]


@dataclass(slots=True)
class Casework:
    """One case after another, without end.

    Args:
        school: Whose cases they are.
        files: What is still to be put on the disk, by name.
        made: How many files there were.
    """

    school: School
    files: dict[str, bytes] = field(default_factory=dict)
    made: int = 0
    _machine: str = field(init=False)

    def __post_init__(self) -> None:
        """Note which computer it is."""
        self._machine = self.school.record.state.machine

    def turns(self) -> Iterator[Turn]:
        """Hand out the next step whenever the one before was kept."""
        number = 0
        while True:
            number += 1
            yield from self._case(f"2026-{number:03d}")

    def make_receipt(self, kept: Kept) -> None:
        """Make what belongs to a `receipt.issued`, so that the full check finds it."""
        record = self.school.record
        keyset = record.terms.keyset
        keys = {person: self.school.keys[person].key for person in BOTH}
        receipt = Receipt(
            note=kept.note.cosigned(keys, kept.entry.time.utc_ms // 1000),
            issued=kept.entry.time.utc,
            practice=record.practice,
            computer=kept.entry.computer,
            people=tuple(Holder(p, keyset.person(p).name, keys[p].public.hex()) for p in BOTH),
        )
        size = kept.note.head.size
        for kind, content in (("json", receipt.to_json()), ("txt", receipt.to_text().encode())):
            self.files[f"receipts/{size}.{kind}"] = content

    def put_files(self) -> None:
        """Write every file that the entries so far vouch for."""
        for name, content in self.files.items():
            path = self.school.record.vault.path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.files.clear()

    def _case(self, case: str) -> Iterator[Turn]:
        opened = {"check": "pass", "machine": self._machine, "conflict": False, "program": _SHA}
        yield self._turn(Step.CASE_REPORTED, case, self._report(case), people=("ab",))
        yield self._turn(Step.CASE_TRIAGED, case, _TRIAGE)
        yield self._turn(Step.CASE_AUTHORISED, case, _AUTHORISED, people=(*BOTH, "ef"))
        yield self._turn(Step.SESSION_OPENED, case, opened)
        for concern in range(1, 6):
            yield self._turn(
                Step.CONCERN_RECORDED,
                case,
                {"concern": concern, "kind": "address", "private": False},
            )
            for ref in (f"AB/{2 * concern - 1}", f"AB/{2 * concern}"):
                facts = {"concern": concern, **_PICTURE}
                yield self._turn(Step.EXHIBIT_CAPTURED, case, facts, ref)
            yield self._turn(Step.NOTE_ADDED, case, {"about": f"AB/{2 * concern}"})
        yield self._turn(Step.EXHIBIT_DECLINED, case, _DECLINED)
        yield self._turn(Step.SESSION_CLOSED, case, {"exhibits": 10})
        yield Turn(_RECEIPT, ())
        yield self._turn(Step.SESSION_OPENED, case, opened)
        yield self._turn(Step.NOTE_ADDED, case, {"about": ""})
        yield self._turn(Step.SESSION_CLOSED, case, {"exhibits": 10})

    def _turn(
        self,
        step: Step,
        case: str,
        facts: Mapping[str, Any],
        ref: str = "",
        people: tuple[str, ...] = BOTH,
    ) -> Turn:
        details = (self._file("details", case),) if step in WRITTEN else ()
        exhibits = (self._file("exhibits", case, ref),) if ref else ()
        return Turn(Proposal(case, step, facts, details, exhibits), people)

    def _report(self, case: str) -> dict[str, Any]:
        return {
            "source": "pupil",
            "subject": "pupil",
            "category": 17,
            "barred": [],
            "recipient": recipient_of(new_identity()),
            "wraps": [self._wrap(case, person) for person in BOTH],
        }

    def _wrap(self, case: str, person: str) -> dict[str, object]:
        content = self._content()
        name = f"wraps/{case}/{'+'.join(BOTH)}/{person}.age"
        self.files[name] = content
        return {"name": name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}

    def _file(self, folder: str, case: str, ref: str = "") -> StoredFile:
        content = self._content()
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"{folder}/{case}/{sha256[:32]}.age"
        self.files[name] = content
        commit = hashlib.sha256(content[::-1]).hexdigest()
        return StoredFile(name, sha256, len(content), commit, ref)

    def _content(self) -> bytes:
        self.made += 1
        return b"stands for an encrypted file\n%d\n" % self.made
