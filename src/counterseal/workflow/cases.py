"""Report, triage and authorise a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from counterseal.clock import Instant
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner, Kept
from counterseal.custody.state import CaseState
from counterseal.custody.wraps import permitted_pairs
from counterseal.errors import NotAllowedError
from counterseal.evidence.vault import Sealed, wrap
from counterseal.keys import pair
from counterseal.keys.people import Role
from counterseal.keys.recipients import new_identity, recipient_of
from counterseal.policy.profile import CaseClass, Category
from counterseal.policy.questions import as_text
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, Prepared, commit, kept_already, prepare


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports.

    Args:
        source: Where it comes from (`words.SOURCES`).
        subject: What kind of person it is about (`words.SUBJECTS`).
        category: 1 to 24; 0 where the reporter does not say.
        barred: Ids of enrolled people whom it concerns.
        what: What was seen or heard.
        found: How it came to light.
        reported_by: Who said so.
        whom: Whom it is about: initials or an internal number only.
        answers: To the questions of the school's rules, by id.
        witness: Who received or saw it, where that is not whom it is about.
        log_reference: The entry of a monitoring log that it came from.
    """

    source: str
    subject: str
    category: int
    barred: Sequence[str]
    what: str
    found: str
    reported_by: str
    whom: str
    answers: Mapping[str, str] = field(default_factory=dict)
    witness: str = ""
    log_reference: str = ""


@dataclass(frozen=True, slots=True)
class Triage:
    """What the two decide.

    Args:
        category: The category.
        chosen: Its class; one of the category's.
        modifiers: What else is so (`words.MODIFIERS`).
        reasons: Why, in their words.
        answers: To the questions of the school's rules, by id.
    """

    category: Category
    chosen: CaseClass
    modifiers: Sequence[str]
    reasons: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What the Headteacher or Chair decides.

    Args:
        authoriser: Their id; "" where a letter of the Chair stands for it.
        reserve: The reserve investigator's id, or "".
        purpose: Why the school may look (`words.PURPOSES`).
        users_told: Whether users had been told of monitoring.
        proportionate: Whether looking is proportionate.
        why: In their words.
        answers: To the questions of the school's rules, by id.
    """

    authoriser: str
    reserve: str
    purpose: str
    users_told: bool
    proportionate: bool
    why: str
    answers: Mapping[str, str] = field(default_factory=dict)


def prepare_report(record: Record, report: Report) -> Prepared:
    """Open a case with a key of its own, split for every pair that may open it.

    Raises:
        NotAllowedError: Fewer than two investigators are left who are not concerned.
    """
    keyset, random = record.terms.keyset, record.around.random
    able = [p for p in keyset.with_role(Role.INVESTIGATOR) if p.id not in report.barred]
    if len(able) < 2:  # noqa: PLR2004  (a pair)
        what = "Fewer than two investigators are left who are not concerned by this."
        raise NotAllowedError(what, advice="Ask the Headteacher or Chair to enrol another one.")
    case = next_reference(record.log.cases(), record.now())
    identity = new_identity()
    wraps: list[Sealed] = []
    for a, b in combinations(able, 2):
        halves = pair.split(identity, a.recipient, b.recipient, random)
        wraps += [
            wrap(case, (a.id, b.id), person.id, half)
            for person, half in zip((a, b), halves, strict=True)
        ]
    facts = {
        "source": report.source,
        "subject": report.subject,
        "category": report.category,
        "barred": sorted(set(report.barred)),
        "recipient": recipient_of(identity),
        "wraps": [sealed.as_fact() for sealed in wraps],
    }
    text: dict[str, str | list[str]] = {
        "what": report.what,
        "found": report.found,
        "reported_by": report.reported_by,
        "subject": report.whom,
        "witness": report.witness,
        "log_reference": report.log_reference,
        **as_text(report.answers),
    }
    draft = Draft(Step.CASE_REPORTED, case, facts, text)
    prepared = prepare(record, draft, recipient_of(identity))
    return Prepared(prepared.proposal, (*wraps, *prepared.sealed))


def prepare_triage(
    record: Record, state: CaseState, triage: Triage, investigators: Sequence[str]
) -> Prepared:
    """Put the category, its class and its gates before the two."""
    policy, number = record.terms.policy, triage.category.number
    gates = policy.gates(number, triage.chosen, state.subject, triage.modifiers)
    facts = {
        "category": triage.category.number,
        "class": str(triage.chosen),
        "modifiers": sorted(set(triage.modifiers)),
        "gates": sorted(gates),
        "investigators": sorted(investigators),
    }
    text: dict[str, str | list[str]] = {"reasons": triage.reasons, **as_text(triage.answers)}
    draft = Draft(Step.CASE_TRIAGED, state.case, facts, text)
    return prepare(record, draft, state.recipient)


def prepare_authorisation(record: Record, state: CaseState, given: Authorisation) -> Prepared:
    """Put the authorisation before the three."""
    facts = {
        "authoriser": given.authoriser,
        "letter": not given.authoriser,
        "reserve": given.reserve,
        "purpose": given.purpose,
        "users_told": given.users_told,
        "proportionate": given.proportionate,
    }
    text: dict[str, str | list[str]] = {"purpose": given.why, **as_text(given.answers)}
    draft = Draft(Step.CASE_AUTHORISED, state.case, facts, text)
    return prepare(record, draft, state.recipient)


def authorise(record: Record, prepared: Prepared, cosigners: Sequence[Cosigner]) -> Kept:
    """Log the authorisation, then take the case key from every pair that no longer needs it."""
    kept = commit(record, prepared, cosigners)
    with kept_already("The authorisation was kept; the case key is tidied at the next one."):
        tidy_wraps(record, record.log.case(prepared.proposal.case))
    return kept


def tidy_wraps(record: Record, state: CaseState) -> list[str]:
    """Erase the wraps of pairs that may no longer open a case; safe to repeat."""
    if not state.authorised:
        return []
    return record.vault.erase_wraps(state.case, permitted_pairs(state, ()))


def next_reference(cases: Sequence[str], now: Instant) -> str:
    """Return the next case reference of this year: "2026-001"."""
    year = now.utc[:4]
    numbers = [int(case.split("-")[1]) for case in cases if case.startswith(f"{year}-")]
    return f"{year}-{max(numbers, default=0) + 1:03d}"
