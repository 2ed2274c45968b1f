"""One designated computer: looked over by two, changed by two at the new one, refused elsewhere."""

from collections import namedtuple
from pathlib import Path

import pytest

from counterseal.custody.facts import Step
from counterseal.errors import (
    NotAllowedError,
    OutOfOrderError,
    ProcedureError,
    VaultError,
    WrongComputerError,
)
from counterseal.workflow import checks, computers, sessions
from counterseal.workflow.checks import Checked, Grade
from unit.workflow.life import ELSEWHERE, FOUR, HERE, Life, at

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024  (as shutil has it)


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return at(tmp_path, "authorised", FOUR)


def _moved(life: Life) -> None:
    prepared = computers.prepare_change(life.record)
    with life.signing("ab", "cd") as cosigners:
        computers.changed(life.record, prepared, cosigners)


def test_what_two_signed_is_what_was_found(life: Life) -> None:
    found = computers.look_over(life.record)
    prepared = computers.prepare_check(life.record, found)
    assert prepared.proposal.facts["grade"] == str(checks.worst(found)) == "warn"
    life.keep(prepared, "ab", "ef")
    assert life.record.state.computer_checked is not None
    assert life.findings() == []


def test_a_check_without_a_point_to_look_at_is_a_pass(life: Life) -> None:
    clean = [Checked("one", Grade.PASS, "All is well.")]
    assert computers.prepare_check(life.record, clean).proposal.facts["grade"] == "pass"


def test_what_has_to_be_mended_refuses_it(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = Checked("free-space", Grade.BLOCK, "1 MB is free.", "Free some space.")
    monkeypatch.setattr(checks, "check_computer", lambda *_given, **_named: [blocked])
    with pytest.raises(ProcedureError, match="1 MB is free") as error:
        computers.look_over(life.record)
    assert error.value.advice == "Free some space."


def test_a_new_computer_is_named_and_the_old_one_is_not_any_more(life: Life) -> None:
    life.record.check_machine()
    life.reopen(ELSEWHERE)
    with pytest.raises(WrongComputerError):
        life.record.check_machine()
    _moved(life)
    life.record.check_machine()
    assert life.record.state.machine_source == ELSEWHERE.source
    assert (life.folder / "vault" / "STOP-READY").exists()
    life.go_on()
    assert life.findings() == []
    life.reopen(HERE)
    with pytest.raises(WrongComputerError):
        life.record.check_machine()


def test_no_session_opens_elsewhere_whatever_a_program_says(life: Life) -> None:
    """The procedure itself refuses, not only the command."""
    life.reopen(ELSEWHERE)
    prepared = sessions.prepare_opening(
        life.record, life.state, place="Room 4", conflict=False, warned=False
    )
    with pytest.raises(WrongComputerError):
        life.keep(prepared, "ab", "cd")


def test_a_look_over_elsewhere_is_refused_by_the_procedure_too(life: Life) -> None:
    life.reopen(ELSEWHERE)
    found = computers.look_over(life.record, designated=False)
    assert "computer" not in {item.name for item in found}
    with pytest.raises(WrongComputerError):
        life.keep(computers.prepare_check(life.record, found), "ab", "cd")


def test_the_designated_computer_is_not_changed_for_itself(life: Life) -> None:
    with pytest.raises(OutOfOrderError, match="designated computer already"):
        computers.prepare_change(life.record)


def test_both_have_to_be_there_for_a_change(life: Life) -> None:
    life.reopen(ELSEWHERE)
    prepared = computers.prepare_change(life.record)
    with life.signing("ab", "cd") as cosigners, pytest.raises(NotAllowedError, match="present"):
        computers.changed(
            life.record,
            prepared,
            [type(c)(c.person, present=c.person == "ab", key=c.key) for c in cosigners],
        )
    assert life.record.log.entries()[-1].entry.step is not Step.COMPUTER_CHANGED


def test_a_latch_that_cannot_be_armed_is_said_and_the_change_stands(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_latch: object) -> None:
        raise PermissionError(13, "Permission denied")

    life.reopen(ELSEWHERE)
    monkeypatch.setattr("counterseal.latch.Latch.arm", refuse)
    with pytest.raises(VaultError) as error:
        _moved(life)
    assert error.value.kept == "The record goes on at this computer."
    life.record.check_machine()
