"""The designated computer for life: looked over by two people, and changed for another one."""

from collections.abc import Sequence

from counterseal import durable
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.errors import OutOfOrderError, ProcedureError, WrongComputerError
from counterseal.workflow import checks
from counterseal.workflow.checks import Checked, Grade
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared, commit, kept_already

_DESIGNATED = "computer"
"""The check that this is the designated computer: what `computer change` is there to mend."""


def look_over(record: Record, *, designated: bool = True) -> list[Checked]:
    """Check this computer and the record on it.

    Args:
        record: The opened record.
        designated: Whether it has to be the designated computer already.

    Raises:
        ProcedureError: Something has to be mended before two people can sign for it.
    """
    found = [
        *checks.check_computer(record.vault.root, record.around, practice=record.practice),
        *checks.check_record(record),
    ]
    if not designated:
        found = [item for item in found if item.name != _DESIGNATED]
    for item in found:
        if item.grade is Grade.BLOCK:
            raise ProcedureError(item.what, advice=item.advice or None)
    return found


def prepare_check(record: Record, found: list[Checked]) -> Prepared:
    """Put what was found before the two who sign it."""
    machine = record.around.machine().digest(record.log.origin)
    facts = {"grade": str(checks.worst(found)), "machine": machine}
    return Prepared(Proposal("", Step.COMPUTER_CHECKED, facts), ())


def prepare_change(record: Record) -> Prepared:
    """Put it before the two that the record goes on at this computer.

    Raises:
        OutOfOrderError: It is the designated one already.
    """
    machine = record.around.machine()
    try:
        machine.check(record.log.origin, record.state.machine)
    except WrongComputerError:
        facts = {"machine": machine.digest(record.log.origin), "machine_source": machine.source}
        return Prepared(Proposal("", Step.COMPUTER_CHANGED, facts), ())
    what = "This is the designated computer already, so there is nothing to change."
    raise OutOfOrderError(what, advice="Run the command at the computer that takes over.")


def changed(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Kept:
    """Log the change, and put the ready-made latch in place here, so that STOP works at once."""
    kept = commit(record, prepared, cosigners)
    with kept_already("The record goes on at this computer."):
        try:
            record.vault.latch.arm()
        except OSError as error:
            raise durable.trouble(error, record.vault.root) from error
    return kept
