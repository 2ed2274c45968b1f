"""Change who may sign: enrol, retire, give a new key. Two who stay on the list sign the new one.

A key file is written before its list is signed, under a name of its own, and nothing is moved or
overwritten. The list in force names the key, and so the file: an interruption leaves either the old
state or the new one, and at most a file that no list names.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from counterseal import durable
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.state import CaseState, Stage
from counterseal.custody.terms import Terms
from counterseal.errors import CountersealError, KeyringError, OutOfOrderError, VaultError
from counterseal.keys import passphrase as passphrases
from counterseal.keys.ids import make_id
from counterseal.keys.people import AUTHORISERS, Keyset, Person, Role
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.record import Record
from counterseal.workflow.setup import Newcomer
from counterseal.workflow.steps import Prepared, commit

PAIR = 2


@dataclass(frozen=True, slots=True)
class Change:
    """A new list of people, about to be signed.

    Args:
        person: Whom it is about, as the new list has them.
        before: The list in force.
        coming: The new list.
        made: The key file that was made for it; None where nobody gets a new key.
        former: The key file that everything was brought along from; None where nothing was.
    """

    person: Person
    before: Keyset
    coming: Keyset
    made: Path | None = None
    former: Path | None = None

    @property
    def prepared(self) -> Prepared:
        """The step that is signed."""
        size = len(self.coming.to_bytes())
        facts = {"version": self.coming.version, "sha256": self.coming.digest, "size": size}
        return Prepared(Proposal("", Step.KEYSET_CHANGED, facts), ())


def prepare_enrolment(record: Record, newcomer: Newcomer) -> Change:
    """Make the newcomer's key file, and the list with them on it.

    Raises:
        UsageError: The passphrase is too weak.
        SamePersonError: The same person is on the list already.
    """
    keyset = record.terms.keyset
    _check_passphrase(keyset, newcomer.name, newcomer.passphrase)
    person_id = make_id(newcomer.name, [person.id for person in keyset.people])
    content, made = record.keystore.make(person_id, newcomer.passphrase)
    person = Person(
        person_id, newcomer.name, newcomer.position, newcomer.roles, made.public, made.recipient
    )
    coming = _following(keyset, (*keyset.people, person), person)
    return Change(person, keyset, coming, made=_write(record, person, content))


def prepare_retirement(record: Record, person: Person) -> Change:
    """Make the list on which somebody is no longer active; they stay on it for what they signed.

    Raises:
        OutOfOrderError: They are retired already.
        KeyringError: No case could be staffed without them.
    """
    check_active(person)
    retired = replace(person, active=False)
    keyset = record.terms.keyset
    return Change(retired, keyset, _with(keyset, retired))


def prepare_rotation(
    record: Record, person: Person, passphrase: str, before: UnlockedKey | None
) -> Change:
    """Make a new key for somebody, and the list with it.

    Args:
        record: The opened record.
        person: Who gets it.
        passphrase: The new one.
        before: Their key so far, unlocked: what was encrypted to them then still opens for them.
            None where its passphrase or its file is lost.

    Raises:
        OutOfOrderError: They are retired.
        UsageError: The passphrase is too weak.
    """
    check_active(person)
    keyset = record.terms.keyset
    _check_passphrase(keyset, person.name, passphrase)
    content, made = record.keystore.make(person.id, passphrase, before)
    renewed = replace(person, key=made.public, recipient=made.recipient)
    former = record.key_file(person) if before else None
    coming = _with(keyset, renewed)
    return Change(renewed, keyset, coming, _write(record, renewed, content), former)


def changed(record: Record, change: Change, cosigners: Sequence[Cosigner]) -> Kept:
    """Keep the new list and log it; it counts from the next entry on.

    Raises:
        OutOfOrderError: The list was changed by others meanwhile.
    """

    def keep(_kept: Kept) -> None:
        # Under the writer's lock: a second change at the same time must not overwrite this one.
        durable.replace(record.vault.keyset(change.coming.version), change.coming.to_bytes())

    coming_in = Terms(change.before, record.terms.policy, next_keyset=change.coming)
    kept = commit(record, change.prepared, cosigners, coming_in, before_commit=keep)
    if change.former is not None:  # all that it held stands in the new one
        with contextlib.suppress(VaultError):
            record.vault.erase(change.former.relative_to(record.vault.root).as_posix())
    return kept


def abandon(record: Record, change: Change) -> None:
    """Take a key file away again that no list in force names. After a change nothing happens."""
    if change.made is None:
        return
    with contextlib.suppress(CountersealError, OSError):  # whatever ended the change is told
        found = record.terms.keyset.find(change.person.id)
        if found is None or found.key != change.person.key:
            change.made.unlink(missing_ok=True)


def check_active(person: Person) -> None:
    """Refuse to change somebody who is retired.

    Raises:
        OutOfOrderError: They are.
    """
    if not person.active:
        what = f"{person.name} is retired already."
        raise OutOfOrderError(what, advice="Somebody who comes back is enrolled again.")


def investigates(record: Record, person: str, viewers: Sequence[str]) -> list[CaseState]:
    """Return the open cases in which somebody has a part, but for those that concern a viewer."""
    over = {Stage.NEW, Stage.CLOSED, Stage.STOPPED}
    return [
        state
        for state in _seen_by(record, viewers)
        if state.stage not in over and person in (*state.investigators, state.reserve)
    ]


def has_halves(record: Record, person: str, viewers: Sequence[str]) -> list[CaseState]:
    """Return the cases of whose key somebody has a half, but for those that concern a viewer."""
    return [
        state
        for state in _seen_by(record, viewers)
        if any((record.vault.root / "wraps" / state.case).glob(f"*/{person}.age"))
    ]


def _seen_by(record: Record, viewers: Sequence[str]) -> list[CaseState]:
    return [state for state in record.visible("") if not state.barred & set(viewers)]


def _with(keyset: Keyset, person: Person) -> Keyset:
    others = (other for other in keyset.people if other.id != person.id)
    return _following(keyset, (*others, person), person)


def _following(keyset: Keyset, people: tuple[Person, ...], about: Person) -> Keyset:
    try:
        return Keyset(keyset.vault, keyset.version + 1, people)
    except KeyringError as error:
        what = f"Without {about.name} no case could be staffed: {_missing(people)}."
        raise KeyringError(what, advice="Enrol somebody for that first.") from error


def _missing(people: Sequence[Person]) -> str:
    active = [person for person in people if person.active]
    investigators = [person for person in active if Role.INVESTIGATOR in person.roles]
    if len(investigators) < PAIR:
        return "an investigator is missing, and it takes two"
    if not any(person.roles & AUTHORISERS for person in active):
        return "a Headteacher or Chair of Governors is missing"
    return "a Headteacher or Chair is missing who is not one of the two investigators"


def _check_passphrase(keyset: Keyset, name: str, passphrase: str) -> None:
    passphrases.check(passphrase, name, keyset.vault.split("/")[0])


def _write(record: Record, person: Person, content: bytes) -> Path:
    path = record.new_key_file(person)
    durable.write_new(path, content)
    return path
