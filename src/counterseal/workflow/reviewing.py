"""What SLT and governors see: continuity and figures, from the facts of the entries alone.

Whoever a case concerns sees nothing of it: naming it gives the very sentence that a case gives that
does not exist. Who looks is what they say; without a passphrase nobody can check it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from counterseal.custody import procedure
from counterseal.custody.check import Report
from counterseal.custody.entry import Entry
from counterseal.custody.facts import Step
from counterseal.custody.figures import Figures, Period, figures, told_of
from counterseal.custody.rows import Logged
from counterseal.custody.state import CaseState
from counterseal.custody.timeline import Timeline, timeline
from counterseal.errors import Finding, NotAllowedError, OutOfOrderError, UsageError
from counterseal.keys.people import Person, Role
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Draft, Prepared, prepare

LIST = "Run `counterseal case list` to see the cases."


@dataclass(frozen=True, slots=True)
class View:
    """What one person may see of the record.

    Args:
        record: The opened record.
        viewer: Who looks.
        cases: Every case but those that concern them.
    """

    record: Record
    viewer: Person
    cases: tuple[CaseState, ...]

    def case(self, reference: str) -> CaseState:
        """Return a case that they may see.

        Raises:
            UsageError: There is none of that name, for them.
        """
        return find(self.cases, reference)

    def to_review(self) -> CaseState:
        """Return the one case that no review covers to its end.

        Raises:
            OutOfOrderError: There is none, or more than one.
        """
        found = [state for state in self.cases if state.reviewed < state.entries]
        if len(found) == 1:
            return found[0]
        if not found:
            what = "There is no case that waits for a review."
            raise OutOfOrderError(what, advice=LIST)
        what = "More than one case waits for a review."
        advice = "Name one: `counterseal case list --for-review` shows them."
        raise OutOfOrderError(what, advice=advice)

    def timeline(self, state: CaseState) -> Timeline:
        """Tell the continuity of a case."""
        return timeline(self.entries(state), _entries(self.record, ""), self.record.now())

    def entries(self, state: CaseState) -> Sequence[Entry]:
        """Return the entries of a case that they may see."""
        return _entries(self.record, state.case)

    def findings(self, report: Report, state: CaseState) -> tuple[Finding, ...]:
        """Return what a check found, without a word about a case that they may not see."""
        hidden = len(self.cases) < len(self.record.log.cases())
        own = {f"entry {index}" for index in state.own}
        if not hidden:
            return report.findings
        mine = [
            finding
            for finding in report.findings
            if f"/{state.case}/" in finding.where or finding.where.split(",")[0] in own
        ]
        if len(mine) == len(report.findings):
            return report.findings
        besides = Finding("broken-log", "the record", "something else is not as it was kept")
        return (*mine, besides)


def view(record: Record, typed: str) -> View:
    """Find out what somebody may see.

    Args:
        record: The opened record.
        typed: The id of whoever looks.

    Raises:
        UsageError: Nobody has that id.
        NotAllowedError: They are not on the list any more, or are a governor and nothing else.
    """
    viewer = record.person(typed)
    if not viewer.active:
        what = f"{viewer.id} is no longer on the list of people."
        raise NotAllowedError(what, advice="`counterseal people list` shows who is.")
    if not viewer.roles - {Role.GOVERNOR}:
        what = "A governor sees the annual report and nothing else."
        raise NotAllowedError(what, advice="Run `counterseal report governors`.")
    return View(record, viewer, tuple(record.visible(viewer.id)))


def find(cases: Sequence[CaseState], reference: str) -> CaseState:
    """Return a case of those that somebody may see.

    Raises:
        UsageError: There is none of that name among them.
    """
    found = next((state for state in cases if state.case == reference), None)
    if found is None:
        what = f"There is no case {reference}."
        raise UsageError(what, advice=LIST)
    return found


def entries_beside(record: Record, cases: Sequence[CaseState]) -> list[tuple[int, Logged]]:
    """Return all entries but those of other cases, numbered as if those had never been.

    An entry of the computer's own that comes of a hidden one goes with it: the receipt at the end
    of a session, and the odd clock that was recorded just before a step.

    Args:
        record: The opened record.
        cases: What may be seen.
    """
    seen = {"", *(state.case for state in cases)}
    every = record.log.entries()
    belongs, last = [], ""
    for logged in every:
        entry = logged.entry
        ends_session = entry.step is Step.RECEIPT_ISSUED and entry.facts["reason"] == "session"
        belongs.append(last if ends_session else entry.case)
        last = last if entry.step is Step.CLOCK_ANOMALY else belongs[-1]
    for at in reversed(range(len(every) - 1)):
        if every[at].entry.step is Step.CLOCK_ANOMALY:
            belongs[at] = belongs[at + 1]
    kept = [logged for logged, case in zip(every, belongs, strict=True) if case in seen]
    return list(enumerate(kept))


def check_reviewer(seen: View, state: CaseState) -> None:
    """Refuse a reviewer before anything is checked or asked, and say who could.

    Raises:
        OutOfOrderError: The case cannot be reviewed now.
        NotAllowedError: They are no SLT reviewer, or have investigated this case.
    """
    procedure.check_order(state, Step.REVIEW_SIGNED)
    away = {*state.investigators, *state.replacements, *state.barred}
    people = seen.record.terms.keyset.with_role(Role.SLT)
    able = [person for person in people if person.id not in away]
    if seen.viewer in able:
        return
    listed = " or ".join(f"{person.name} ({person.id})" for person in able)
    advice = f"It takes {listed}." if able else "Enrol another SLT reviewer."
    if seen.viewer.id in away:
        what = "Nobody reviews a case that they investigated."
        raise NotAllowedError(what, advice=advice)
    what = f"{seen.viewer.id} is not enrolled as an SLT reviewer."
    raise NotAllowedError(what, advice=advice)


def prepare_review(record: Record, told: Timeline, remarks: str, *, good: bool) -> Prepared:
    """Put a review before the reviewer.

    Args:
        record: The opened record.
        told: What the reviewer saw.
        remarks: What the reviewer says; may be empty.
        good: Whether everything that was kept is as it was kept.
    """
    state = told.state
    facts = {"upto": state.entries, "good": good, "gaps": len(told.gaps)}
    draft = Draft(Step.REVIEW_SIGNED, state.case, facts, {"remarks": remarks})
    return prepare(record, draft, state.recipient)


def governors(record: Record, period: Period, viewer: str) -> Figures:
    """Count for the governors' report.

    Args:
        record: The opened record.
        period: The year.
        viewer: Whose cases are left out, because they concern them; "" counts all.
    """
    visible = [state.case for state in record.visible(viewer)]
    told = [told_of(_entries(record, case)) for case in visible]
    loose = [e for e in _entries(record, "") if e.step is Step.CASE_STOPPED]
    return figures(told, [entry.time for entry in loose], period)


def _entries(record: Record, case: str) -> Sequence[Entry]:
    return [logged.entry for logged in record.log.entries(case)]
