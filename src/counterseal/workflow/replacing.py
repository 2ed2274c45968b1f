"""Replace an investigator: the case key goes to the new pairs through one that still has it.

In the same way an investigator who has a new key gets the case key again. Every half that is made
here bears the beginning of its digest in its name, so that none is ever overwritten: an interrupted
replacement leaves the old halves or the new ones, and at most files that no entry vouches for.
"""

from collections.abc import Sequence
from itertools import combinations

from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.state import CaseState, Stage
from counterseal.custody.terms import TermsReader
from counterseal.custody.wraps import every_half, halves_in_force, permitted_pairs
from counterseal.errors import OutOfOrderError
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.vault import Sealed
from counterseal.keys import pair
from counterseal.keys.unlocked import UnlockedKey
from counterseal.workflow.opening import case_identity
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, Prepared, commit, kept_already, prepare


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
        joining: Who joins; the same person where they get the case key again under a new key.
        authoriser: The Headteacher or Chair.
        why: Why.
        openers: Two people who have the case key; empty where no such pair is left. Then what was
            kept before stays closed to the school, and opens with the handover key alone.
    """
    reserve = next_reserve(record, state, joining)
    wraps: list[Sealed] = []
    if openers:
        identity = case_identity(record, state, openers)
        has = set(may_open(record, state))
        wraps = [
            half
            for two in _pairs(state, leaving, joining, reserve)
            if leaving == joining or two not in has
            for half in _halves(record, state, two, identity)
        ]
    facts = {
        "leaving": leaving,
        "joining": joining,
        "authoriser": authoriser,
        "reserve": reserve,
        "wraps": [sealed.as_fact() for sealed in wraps],
    }
    draft = Draft(Step.INVESTIGATOR_REPLACED, state.case, facts, {"why": why})
    prepared = prepare(record, draft, state.recipient)
    return Prepared(prepared.proposal, (*wraps, *prepared.sealed))


def replaced(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Kept:
    """Log the change, then take the case key from every pair that may no longer have it.

    Raises:
        OutOfOrderError: The halves that were made are gone again: another change came between.
    """
    case = prepared.proposal.case
    names = {file["name"]: file for file in prepared.proposal.facts["wraps"]}

    def still_there(_kept: Kept) -> None:
        for name, file in names.items():
            if record.vault.fault(name, Digest(file["sha256"], file["size"])):
                what = "The case key was passed on in another way meanwhile."
                raise OutOfOrderError(what, advice="Run the command again.")

    kept = commit(record, prepared, cosigners, before_commit=still_there)
    with kept_already("The change was kept; the case key is tidied at the next one."):
        tidy(record, case)
    return kept


def tidy(record: Record, case: str) -> None:
    """Erase the halves that no longer count; safe to repeat.

    A file that no entry ever vouched for stays: it may belong to a change that is being signed.
    """
    entries = _entries(record, case)
    in_force = {name for name, _digest in halves_in_force(case, entries).values()}
    for name in record.vault.files(f"wraps/{case}"):
        if name in every_half(entries) - in_force:
            record.vault.erase(name)


def tidy_left_over(record: Record) -> None:
    """Erase the halves that an interrupted run left with pairs that may not have them any more.

    Done before anything is signed, for every case that was authorised: between its entry and the
    erasing the computer may have died.
    """
    for state in record.visible(""):
        if not state.authorised or state.stage is Stage.STOPPED:
            continue
        permitted = {"+".join(two) for two in permitted_pairs(state, ())}
        there = [name.split("/")[2] for name in record.vault.files(f"wraps/{state.case}")]
        if len(there) > 2 * len(permitted) or not permitted.issuperset(there):
            tidy(record, state.case)


def may_open(record: Record, state: CaseState) -> list[tuple[str, str]]:
    """Return the pairs of active people who were given the case key, and still can use it."""
    active = {person.id for person in record.terms.keyset.active}
    entries = _entries(record, state.case)
    made = {file["name"]: e for e in entries for file in e.facts.get("wraps", ())}
    there = {
        place
        for place, (name, _digest) in halves_in_force(state.case, entries).items()
        if record.vault.path(name).exists() and not _lost(record, place[1], made[name])
    }
    return [
        two
        for two in permitted_pairs(state, active)
        if active.issuperset(two) and {("+".join(two), person) for person in two} <= there
    ]


def _lost(record: Record, person: str, since: Entry) -> bool:
    """Say whether somebody lost a key that they had at an entry, or one that they had after it.

    A key that was brought along to the next one has no file of its own any more; a lost one has.
    """
    reader, known = TermsReader(record.vault), record.state.keysets
    latest = max(known)
    former = [reader.keyset(v, known[v]).find(person) for v in range(since.keyset_version, latest)]
    keys = {p.key: p for p in former if p} if latest > since.keyset_version else {}
    keys.pop(record.person(person).key, None)
    first = reader.keyset(1, known[1]).find(person)
    return any(
        record.new_key_file(p).exists()
        or (first is not None and first.key == key and record.vault.key_file(person).exists())
        for key, p in keys.items()
    )


def next_reserve(record: Record, state: CaseState, joining: str) -> str:
    """Return who is the reserve afterwards: the same, unless they join or are retired."""
    found = record.terms.keyset.find(state.reserve)
    return state.reserve if found and found.active and found.id != joining else ""


def _pairs(state: CaseState, leaving: str, joining: str, reserve: str) -> list[tuple[str, str]]:
    staying = set(state.investigators) - {leaving}
    people = sorted({*staying, joining, reserve} - {""})
    return [(a, b) for a, b in combinations(people, 2) if joining in {a, b}]


def _entries(record: Record, case: str) -> list[Entry]:
    return [logged.entry for logged in record.log.entries(case)]


def _halves(record: Record, state: CaseState, two: tuple[str, str], identity: str) -> list[Sealed]:
    a, b = (record.person(person) for person in two)
    halves = pair.split(identity, a.recipient, b.recipient, record.around.random)
    return [_named(state.case, two, person, half) for person, half in zip(two, halves, strict=True)]


def _named(case: str, two: tuple[str, str], person: str, content: bytes) -> Sealed:
    digest = Digest.of(content)
    name = f"wraps/{case}/{'+'.join(two)}/{person}-{digest.sha256[:16]}.age"
    return Sealed(name, content, digest)
