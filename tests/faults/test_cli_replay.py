"""A signed entry taken from one case and put into another: the record says that it does not fit."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import schools
from counterseal.commands.desk import this_computer
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner
from counterseal.errors import CountersealError, IntegrityError
from counterseal.keys.signing import keyid
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.steps import commit_by_computer
from driving import School, refused
from schools import PRESENT, second_case


@dataclass(frozen=True, slots=True)
class Parrot:
    """Stands for a person whose passphrase nobody has: it repeats what they signed elsewhere."""

    public: bytes
    signature: bytes

    def sign(self, message: bytes) -> bytes:
        """Return the old signature, whatever is to be signed now."""
        assert message
        return self.signature


@pytest.fixture
def school(tmp_path: Path) -> School:
    made = schools.collecting().copy_to(tmp_path / "school")
    typed = ("note", "add", "--case", made.cases()[0], "--text", "Of the first case", *PRESENT)
    made.run(*typed, answers=made.words_of("ab", "cd"))
    return made


def _record(school: School) -> Record:
    return open_record(school.vault, replace(this_computer(), latch_folder=school.latch))


def _parrots(record: Record, index: int) -> list[Cosigner]:
    (logged,) = [one for one in record.log.entries() if one.entry.index == index]
    signed = {one.keyid: one.sig for one in logged.envelope.signatures}
    keys = {person.id: bytes.fromhex(person.key) for person in logged.entry.people}
    return [
        Cosigner(person, present=True, key=Parrot(key, signed[keyid(key)]))
        for person, key in keys.items()
    ]


def test_signatures_of_one_case_do_not_count_in_another(school: School) -> None:
    """Even whoever holds the computer's own key cannot let two people sign what they did not."""
    record = _record(school)
    last = school.entries() - 1
    note = record.log.entries(school.cases()[0])[-1].entry
    assert (note.index, note.step) == (last, Step.NOTE_ADDED)
    moved = replace(note.proposal, case=second_case(school), details=())
    with pytest.raises(CountersealError):  # not the file that was signed in this case
        record.log.append(moved, _parrots(record, last), record.terms)
    written = record.log.entries(second_case(school))[-1].entry
    again = replace(written.proposal, facts={**written.proposal.facts, "concern": 2})
    with pytest.raises(IntegrityError, match="not good"):  # no such signature is ever kept
        record.log.append(again, _parrots(record, written.index), record.terms)
    assert school.entries() - 1 == last
    assert school.run("log", "check", "--json").data["good"] is True


def test_a_row_copied_into_another_case(school: School) -> None:
    """The row says another case than its entry: nothing is signed on top, and check names it."""
    case = second_case(school)
    with closing(sqlite3.connect(school.vault / "log.db")) as log:
        log.execute(
            "INSERT INTO leaves SELECT position + 1, leaf, leaf_hash, ?, 99, step, utc FROM leaves "
            "ORDER BY position DESC LIMIT 1",
            (case,),
        )
        log.commit()
    typed = ("note", "add", "--case", case, "--text", "x", *PRESENT)
    refused(school, 40, "broken-log", *typed, answers=school.words_of("ab", "cd"))
    checked = school.run("log", "check", "--json", status=40).data
    assert checked["good"] is False
    assert any("entry" in finding["where"] for finding in checked["findings"])


def test_the_computer_alone_signs_nothing_that_takes_two(school: School) -> None:
    """Whoever has the computer, and no passphrase, adds no concern."""
    record = _record(school)
    facts = {"concern": 2, "kind": "address"}
    with pytest.raises(CountersealError):
        commit_by_computer(record, Step.CONCERN_RECORDED, second_case(school), facts)
    assert school.steps()[-1] == "note.added"
