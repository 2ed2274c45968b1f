"""What may be recorded once a case is stopped: calls, second signatures, devices, the release.

What people write then is encrypted to a key of its own, made for it: two of the investigators, the
safeguarding lead and the Headteacher can read it, none of them alone, and nobody whom it concerns.
"""

from collections.abc import Sequence
from itertools import combinations

from counterseal.custody import procedure
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import OutOfOrderError, StoppedError
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.vault import Sealed
from counterseal.keys import pair
from counterseal.keys.people import Person, Role
from counterseal.keys.recipients import new_identity, recipient_of
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, Prepared, commit, prepare
from counterseal.workflow.stop.cause import foreign_lines
from counterseal.workflow.stop.seal import may_be_used

_MOST_READERS = 10
"""So that the halves for every two of them fit into one entry."""
_READERS = frozenset({Role.DSL, Role.HEADTEACHER})


def stopped_case(record: Record, reference: str | None) -> CaseState:
    """Return the stopped case that is meant.

    Raises:
        OutOfOrderError: None is stopped, or it is not clear which is meant.
    """
    if reference:
        return record.case(reference)
    states = [record.log.case(case) for case in record.log.cases()]
    found = [state for state in states if state.stage is Stage.STOPPED]
    standing = record.standing_stops()
    found = [state for state in found if state.case in standing] or found
    if len(found) == 1:
        return found[0]
    if not found:
        what = "No case was stopped."
        raise OutOfOrderError(what, advice="To stop everything: `counterseal stop`.")
    listed = ", ".join(state.case for state in found)
    what = f"More than one case was stopped: {listed}."
    raise OutOfOrderError(what, advice="Name the case with --case.")


def check_usable(record: Record, *, says_so: bool = False) -> None:
    """While the computer is stopped, nothing is written at it until the police let it be used.

    Args:
        record: The opened record.
        says_so: Whether this very step records that they do.

    Raises:
        StoppedError: Nobody has said yet what the stop was, or the police have said nothing yet.
    """
    if not record.vault.latch.stopped:
        return
    standing = [record.log.case(case) for case in record.standing_stops()]
    if not standing:
        raise StoppedError
    if not says_so and not any(state.may_use for state in standing):
        raise StoppedError(
            advice="Write it on paper. When an officer says that this computer may be used, "
            "record that first: `counterseal call record --to police --may-use`."
        )


def readers(record: Record, state: CaseState) -> list[Person]:
    """Return who can read, two together, what is written after a stop."""
    keyset = record.terms.keyset
    own = {*state.investigators, state.reserve} - {""}
    able = own or {person.id for person in keyset.with_role(Role.INVESTIGATOR)}
    found = [
        person
        for person in keyset.active
        if (person.id in able or _READERS & set(person.roles)) and person.id not in state.barred
    ]
    found.sort(key=lambda person: (not _READERS & set(person.roles), person.id not in own))
    return sorted(found[:_MOST_READERS], key=lambda person: person.id)


def open_the_record(record: Record, state: CaseState) -> CaseState:
    """Make the key for what is written after a stop, if there is none yet.

    Returns:
        Where the case stands then.
    """
    if state.record:
        return state
    identity = new_identity()
    files = [
        _named(state.case, (a.id, b.id), person.id, half)
        for a, b in combinations(readers(record, state), 2)
        for person, half in zip(
            (a, b),
            pair.split(identity, a.recipient, b.recipient, record.around.random),
            strict=True,
        )
    ]
    facts = {
        "recipient": recipient_of(identity),
        "wraps": [sealed.as_fact() for sealed in files],
    }
    prepared = Prepared(Proposal(state.case, Step.RECORD_OPENED, facts), tuple(files))
    commit(record, prepared, ())
    return record.log.case(state.case)


def prepare_step(record: Record, draft: Draft) -> Prepared:
    """Prepare a step that may be taken before a stop, and after one."""
    state = record.log.case(draft.case)
    if state.stage is Stage.STOPPED:
        return prepare_after(record, draft)
    return prepare(record, draft, state.recipient)


def prepare_after(record: Record, draft: Draft) -> Prepared:
    """Encrypt what somebody writes after a stop, to the key that was made for it."""
    state = record.log.case(draft.case)
    procedure.check_order(state, draft.step)
    state = open_the_record(record, state)
    return prepare(record, draft, state.record)


def release(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> tuple[Kept, bool]:
    """Let the computer be used again; the case stays stopped for ever.

    Args:
        record: The opened record.
        prepared: The `computer.released`.
        cosigners: The Headteacher or Chair, then the two.

    Returns:
        What was kept, and whether the computer is free now: another case may still stop it.
    """
    latch = record.vault.latch
    lines = latch.lines()
    kept = commit(record, prepared, cosigners)
    if latch.stopped and not foreign_lines(record.vault.root, latch) and may_be_used(record):
        latch.release(lines)
    return kept, not record.vault.latch.stopped


def _named(case: str, two: tuple[str, str], person: str, content: bytes) -> Sealed:
    name = f"records/{case}/{'+'.join(two)}/{person}.age"
    return Sealed(name, content, Digest.of(content))
