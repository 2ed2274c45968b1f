"""How old people's passphrases are, and who is due for another by the school's rules."""

from datetime import date

from counterseal.clock import Instant
from counterseal.custody.facts import Step
from counterseal.custody.terms import TermsReader
from counterseal.workflow.record import Record


def chosen(record: Record) -> dict[str, Instant]:
    """Return since when each person who may sign has the key, and so the passphrase, of today.

    A passphrase belongs to a key: `people rotate` changes both.
    """
    reader, state = TermsReader(record.vault), record.state
    keys: dict[str, bytes] = {}
    since: dict[str, Instant] = {}
    for entry in (logged.entry for logged in record.log.entries("")):
        if entry.step is Step.VAULT_CREATED:
            version = 1
        elif entry.step is Step.KEYSET_CHANGED:
            version = entry.facts["version"]
        else:
            continue
        for person in reader.keyset(version, state.keysets[version]).people:
            if keys.get(person.id) != person.key:
                keys[person.id], since[person.id] = person.key, entry.time
    return {person.id: since[person.id] for person in record.terms.keyset.active}


def overdue(record: Record) -> list[tuple[str, int]]:
    """Return who has had their passphrase longer than the school's rules want, with its days."""
    most = record.terms.policy.passphrases.change_every_days
    today = date.fromisoformat(record.now().utc[:10])
    ages = {
        person: (today - date.fromisoformat(since.utc[:10])).days
        for person, since in chosen(record).items()
    }
    return [(person, days) for person, days in ages.items() if most and days > most]
