"""Replace an investigator: the case key goes to the new pairs through one that still has it."""

from collections.abc import Sequence
from itertools import combinations

from counterseal.custody.check_files import permitted_pairs
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.state import CaseState
from counterseal.evidence.vault import Sealed, wrap
from counterseal.keys import pair
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.cases import tidy_wraps
from counterseal.workflow.opening import case_identity
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, Prepared, commit, prepare


def prepare_replacement(  # noqa: PLR0913  (who leaves, who joins, who lets them)
    record: Record,
    state: CaseState,
    *,
    leaving: str,
    joining: str,
    authoriser: str,
    why: str,
    openers: Sequence[tuple[str, UnlockedKey]],
) -> Prepared:
    """Put the change before those who sign it, with the case key wrapped for the new pairs.

    Args:
        record: The opened record.
        state: Where the case stands.
        leaving: Who leaves.
        joining: Who joins.
        authoriser: The Headteacher or Chair.
        why: Why.
        openers: Two people who have the case key; empty where no such pair is left. Then what was
            kept before stays closed to the school, and opens with the handover key alone.
    """
    reserve = "" if state.reserve == joining else state.reserve
    (staying,) = (person for person in state.investigators if person != leaving)
    wraps: list[Sealed] = []
    if openers:
        identity = case_identity(record, state, openers)
        people = sorted({staying, joining, reserve} - {""})
        wraps = [
            each
            for two in combinations(people, 2)
            if joining in two and not _has(record, state, two)
            for each in _wrapped(record, state, (two[0], two[1]), identity)
        ]
    facts = {
        "leaving": leaving,
        "joining": joining,
        "authoriser": authoriser,
        "reserve": reserve,
        "wraps": [
            {"name": s.name, "sha256": s.digest.sha256, "size": s.digest.size} for s in wraps
        ],
    }
    draft = Draft(Step.INVESTIGATOR_REPLACED, state.case, facts, {"why": why})
    prepared = prepare(record, draft, state.recipient)
    return Prepared(prepared.proposal, (*wraps, *prepared.sealed))


def replaced(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Kept:
    """Log the change, then take the case key from every pair that may no longer have it."""
    kept = commit(record, prepared, cosigners)
    tidy_wraps(record, record.log.case(prepared.proposal.case))
    return kept


def may_open(record: Record, state: CaseState) -> list[tuple[str, str]]:
    """Return the pairs that have the case key now."""
    investigators = [person.id for person in record.terms.keyset.active]
    pairs = permitted_pairs(state, investigators)
    return [two for two in pairs if _has(record, state, two)]


def _has(record: Record, state: CaseState, two: tuple[str, ...]) -> bool:
    folder = record.vault.root / "wraps" / state.case / "+".join(two)
    return all((folder / f"{person}.age").exists() for person in two)


def _wrapped(record: Record, state: CaseState, two: tuple[str, str], identity: str) -> list[Sealed]:
    a, b = (record.person(person) for person in two)
    halves = pair.split(identity, a.recipient, b.recipient, record.around.random)
    return [wrap(state.case, two, person, half) for person, half in zip(two, halves, strict=True)]
