"""The rules about the vault itself: who is on the list, and that the handover key opens. Pure."""

from datetime import date

from counterseal.custody.rules import Asking, refuse
from counterseal.custody.state import VaultState
from counterseal.errors import OutOfOrderError
from counterseal.keys.people import AUTHORISERS, Keyset, Person

TRY_THE_HANDOVER_KEY = (
    "Both custodians bring their sheets and run `counterseal handover-key check`."
)
YEAR_DAYS = 365
"""How long a try of the handover key is good for."""


def first(asking: Asking) -> None:
    """A vault is created once."""
    if asking.vault.origin:
        what = "This record was started already."
        raise OutOfOrderError(what)


def keyset_follows(asking: Asking) -> None:
    """A keyset follows the one before, and two of the old who are in the new sign it."""
    new = asking.next_keyset
    if new is None or new.digest != asking.proposal.facts["sha256"]:
        refuse("The new list of people does not match what is signed.")
    if new.version != asking.keyset.version + 1 or new.vault != asking.vault.origin:
        refuse("The new list of people does not follow the old one.")
    for signer in asking.people:
        found = new.find(signer.id)
        if found is None or not found.active or found.key.hex() != signer.key:
            refuse("Two people who stay on the list have to sign the new one.")
    about = _one_change(asking.keyset, new)
    if about is not None:
        _key_let_by_head(asking, new, about)


def _one_change(old: Keyset, new: Keyset) -> Person | None:
    """Return whom the change is about, as they stood; None where they are new on the list."""
    before = {person.id: person for person in old.people}
    after = {person.id: person for person in new.people}
    if not before.keys() <= after.keys() or any(
        after[i].name != person.name for i, person in before.items()
    ):
        refuse("Nobody is taken off the list or given another name; a person is retired.")
    changed = [i for i, person in after.items() if before.get(i) != person]
    if len(changed) > 1:
        refuse("One person at a time is enrolled, retired or given a new key.")
    return before.get(changed[0]) if changed else None


def _key_let_by_head(asking: Asking, new: Keyset, about: Person) -> None:
    """A new key for somebody takes the Headteacher or Chair, where another one is there."""
    if new.person(about.id).key == about.key:
        return
    able = {person.id for person in asking.keyset.with_role(*AUTHORISERS)} - {about.id}
    if able and not able & {signer.id for signer in asking.people}:
        refuse(
            "A new key for somebody takes the Headteacher or Chair.",
            f"One of the two who sign is {' or '.join(sorted(able))}.",
        )


def same_handover(asking: Asking) -> None:
    """The key that was tried is the one in force."""
    if asking.proposal.facts["handover"] != asking.vault.handover:
        refuse("The handover key that was tried is not the one in force.")


def other_handover(asking: Asking) -> None:
    """A changed handover key is another one."""
    if asking.proposal.facts["handover"] == asking.vault.handover:
        refuse("The new handover key is the one that is in force already.")


def handover_tried(asking: Asking) -> None:
    """Within the last year both halves of the handover key opened a test file.

    Nobody finds out on the day of a stop that the one key that is left does not open anything.
    Practice seals nothing that has to be opened.
    """
    if tried_within_a_year(asking.vault, asking.today):
        return
    tried = asking.vault.handover_checked
    what = "The handover key was never tried, so nobody knows yet whether it opens anything."
    if tried:
        what = f"The handover key was last tried on {tried.utc[:10]}, more than a year ago."
    raise OutOfOrderError(what, advice=TRY_THE_HANDOVER_KEY)


def tried_within_a_year(vault: VaultState, today: str) -> bool:
    """Say whether the handover key was tried within 365 days of a day, or this is practice."""
    if vault.practice:
        return True
    tried = vault.handover_checked
    if tried is None:
        return False
    return (date.fromisoformat(today) - date.fromisoformat(tried.utc[:10])).days <= YEAR_DAYS
