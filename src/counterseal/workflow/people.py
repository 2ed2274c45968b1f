"""Enrol somebody: a new list of people, signed by two who stay on it."""

from collections.abc import Sequence

from counterseal import durable
from counterseal.custody.entry import Proposal
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.terms import Terms
from counterseal.keys.people import Keyset, Person
from counterseal.workflow.record import Record
from counterseal.workflow.setup import Newcomer, enrol
from counterseal.workflow.steps import Prepared, commit


def prepare_enrolment(record: Record, newcomer: Newcomer) -> tuple[Person, Keyset, Prepared]:
    """Make the newcomer's key file and put the new list before the two who sign it.

    Returns:
        The newcomer, the new list, and the step.

    Raises:
        KeyringError: The passphrase is too weak.
        SamePersonError: The same person is on the list already.
    """
    keyset = record.terms.keyset
    taken = [person.id for person in keyset.people]
    school = keyset.vault.split("/")[0]
    person = enrol(record.keystore, record.vault, newcomer, taken, school)
    try:
        coming = Keyset(keyset.vault, keyset.version + 1, (*keyset.people, person))
    except BaseException:
        record.vault.key_file(person.id).unlink()
        raise
    content = coming.to_bytes()
    facts = {"version": coming.version, "sha256": coming.digest, "size": len(content)}
    return person, coming, Prepared(Proposal("", Step.KEYSET_CHANGED, facts), ())


def enrolled(
    record: Record, coming: Keyset, prepared: Prepared, cosigners: Sequence[Cosigner]
) -> Kept:
    """Keep the new list and log it; it counts from the next entry on."""
    terms = record.terms

    def keep(_kept: Kept) -> None:
        # Under the writer's lock: a second enrolment at the same time must not overwrite this one.
        durable.replace(record.vault.keyset(coming.version), coming.to_bytes())

    coming_in = Terms(terms.keyset, terms.policy, next_keyset=coming)
    return commit(record, prepared, cosigners, coming_in, before_commit=keep)


def abandon(record: Record, person: Person) -> None:
    """Take a key file away again whose enrolment nobody signed."""
    if record.terms.keyset.find(person.id) is None:
        record.vault.key_file(person.id).unlink(missing_ok=True)
