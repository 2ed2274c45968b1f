"""Open an exhibit for the two; the case key exists in memory, for the length of one opening."""

from collections.abc import Sequence

from counterseal.canonical import NotCanonicalError
from counterseal.custody.details import Details
from counterseal.custody.entry import Proposal, StoredFile
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState
from counterseal.custody.wraps import halves_in_force
from counterseal.errors import Finding, IntegrityError, KeyringError, UsageError
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.triage import Act, Clearance
from counterseal.keys import pair, recipients
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.collect import answers_as_facts
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit_by_computer


def open_exhibit(
    record: Record,
    state: CaseState,
    ref: str,
    keys: Sequence[tuple[str, UnlockedKey]],
    clearance: Clearance,
) -> tuple[bytes, str]:
    """Decrypt an exhibit in memory, for the two to look at; that it was looked at is logged first.

    Args:
        record: The opened record.
        state: Where the case stands.
        ref: "AB/1".
        keys: Both investigators' ids and unlocked keys.
        clearance: For `Act.VIEW`.

    Returns:
        The exact bytes that were acquired, and their media type.

    Raises:
        IntegrityError: The exhibit, its details or a wrap is not as it was kept.
        ClearanceError: The safety answers do not cover it.
    """
    age = clearance.spend(Act.VIEW, record.now())
    details, stored = _described(record, state, ref, keys)
    plain = next((p for p in details.exhibits if p.ref == ref), None)
    content = record.vault.read(stored.name, stored.digest)
    picture = recipients.decrypt(content, case_identity(record, state, keys))
    if plain is None or plain.commit != stored.commit or Digest.of(picture) != plain.digest:
        what = "what it opens to is not what was acquired"
        raise IntegrityError((Finding("digest-mismatch", f"exhibit {ref}", what),))
    facts = {
        "exhibit": ref,
        "viewers": sorted(person for person, _key in keys),
        "answers": answers_as_facts(clearance.answers),
        "age_ms": age,
    }
    commit_by_computer(record, Step.EXHIBIT_VIEWED, state.case, facts)
    return picture, plain.media


def case_identity(record: Record, state: CaseState, keys: Sequence[tuple[str, UnlockedKey]]) -> str:
    """Put the two halves of a case key together, for the length of one opening.

    Raises:
        IntegrityError: A wrap is missing or changed.
        UsageError: The pair was never given the case key.
        KeyringError: One of them changed their key and did not bring the former one along.
    """
    (a, key_a), (b, key_b) = sorted(keys, key=lambda item: item[0])
    entries = (logged.entry for logged in record.log.entries(state.case))
    halves = halves_in_force(state.case, entries)
    places = [(f"{a}+{b}", person) for person in (a, b)]
    if not all(place in halves for place in places):
        what = f"{a} and {b} were not given the key of this case."
        raise UsageError(what, advice="Its two investigators, or one and the reserve, open it.")
    wrap_a, wrap_b = (record.vault.read(*halves[place]) for place in places)
    mine, theirs = _identity_for(record, a, wrap_a, key_a), _identity_for(record, b, wrap_b, key_b)
    return pair.join(wrap_a, wrap_b, mine, theirs, state.recipient)


def _identity_for(record: Record, person: str, sealed: bytes, key: UnlockedKey) -> str:
    for identity in key.identities:
        try:
            recipients.decrypt(sealed, identity)
        except KeyringError:  # it was encrypted for another of their keys
            continue
        return identity
    name = record.person(person).name
    what = f"{name} has another key since this case's key was given to them."
    advice = "`counterseal investigator renew` passes it on, through two others who have it."
    raise KeyringError(what, advice=advice)


def _described(
    record: Record, state: CaseState, ref: str, keys: Sequence[tuple[str, UnlockedKey]]
) -> tuple[Details, StoredFile]:
    made = state.exhibit(ref)
    if made is None:
        what = f"There is no exhibit {ref} in this case."
        raise UsageError(what, advice="Run `counterseal exhibit list` to see them.")
    entries = record.log.entries(state.case)
    proposal = next(x.entry.proposal for x in entries if x.entry.index == made.index)
    details = open_details(record, proposal, case_identity(record, state, keys))
    return details, next(file for file in proposal.exhibits if file.ref == ref)


def open_details(record: Record, proposal: Proposal, identity: str) -> Details:
    """Decrypt what people wrote in a step, and make sure that it is what was signed.

    Args:
        record: The opened record.
        proposal: The step; it has details.
        identity: The case's age identity.

    Raises:
        IntegrityError: The text is missing, changed, or not the one of this step.
    """
    (file,) = proposal.details
    plain = recipients.decrypt(record.vault.read(file.name, file.digest), identity)
    try:
        details = Details.from_bytes(plain)
    except NotCanonicalError as error:
        raise IntegrityError((Finding("not-canonical", file.name, str(error)),)) from error
    if details.commit != file.commit or (details.case, details.step) != (
        proposal.case,
        str(proposal.step),
    ):
        what = "it is not the text that was signed"
        raise IntegrityError((Finding("digest-mismatch", file.name, what),))
    return details
