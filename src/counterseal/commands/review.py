"""`counterseal review`: who did what and when, for SLT. No content, no address, no picture."""

from collections.abc import Iterable
from typing import Any

import click

from counterseal.commands.continuity import case_lines, exposure_lines, numbers, overview
from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import with_desk
from counterseal.commands.signing import Stances, signed_by
from counterseal.commands.telling import still_to_tell
from counterseal.custody.check import check
from counterseal.custody.facts import Step
from counterseal.custody.spans import Session
from counterseal.custody.timeline import Exposure, Line, Mark, Timeline, exposure
from counterseal.workflow import reviewing
from counterseal.workflow.steps import commit, preflight

CANNOT_SHOW = (
    "How long one person signed after the other: a step has one time for all its signatures.",
    "Steps that were refused: they leave nothing behind.",
    "What was never recorded, and whether one person knew two passphrases.",
    "Whether an action was carried out: only that it was decided on.",
)
_NOT_CHECKED = "Nothing was checked now; `counterseal review sign` checks everything first."
_WHO = "Who looks. Cases that concern them are not shown."


@click.group(name="review")
def command() -> None:
    """Review who did what and when, without seeing the content."""


@command.command()
@click.argument("case", required=False)
@click.option("--as", "viewer", metavar="ID", help=_WHO)
@with_desk
def show(desk: Desk, case: str | None, viewer: str | None) -> None:
    """Show the continuity of a case; without one, a summary of all.

    No content, no address and no picture is shown, and none is opened.
    """
    record = desk.record(signing=False)
    seen = reviewing.view(record, desk.asker.text("Your id", "the id", viewer))
    names = {person.id: person.name for person in record.terms.keyset.people}
    if case:
        told = seen.timeline(seen.case(case))
        untold = still_to_tell(record, told.state)
        lines = [*case_lines(told, names), *(f"Still to be told: {who}." for who in untold)]
        data = {**_summary(told), **_in_full(told), "still_to_tell": untold}
    else:
        timelines = [seen.timeline(state) for state in seen.cases]
        met = exposure(entry for state in seen.cases for entry in seen.entries(state))
        lines = [*overview(timelines), "", *exposure_lines(met, names)]
        data = {"cases": [_summary(told) for told in timelines], "exposure": _as_dicts(met)}
    foot = ["", "What this cannot show:", *(f"   {each}" for each in CANNOT_SHOW), _NOT_CHECKED]
    every = [*(["PRACTICE"] if record.practice else []), *lines, *foot]
    desk.tell(
        {"practice": record.practice, **data, "cannot_show": list(CANNOT_SHOW)},
        [shown(line) for line in every],
    )


@command.command()
@click.argument("case", required=False)
@click.option("--as", "viewer", metavar="ID", help="The SLT reviewer, who did not investigate it.")
@click.option("--remarks", help="What you noticed, in your words. May be empty.")
@with_desk
def sign(desk: Desk, case: str | None, viewer: str | None, remarks: str | None) -> None:
    """Check everything, then sign that you have reviewed a case up to now."""
    record = desk.record()
    seen = reviewing.view(record, desk.asker.text("Your id", "the id", viewer))
    state = seen.case(case) if case else seen.to_review()
    reviewing.check_reviewer(seen, state)
    with desk.waiting("Checking every entry and every file"):
        report = check(record.store, record.vault, record.log.origin)
    told = seen.timeline(state)
    found = [str(finding) for finding in seen.findings(report, state)]
    names = {person.id: person.name for person in record.terms.keyset.people}
    desk.say(*(shown(line) for line in case_lines(told, names)))
    desk.say(*(shown(f"WRONG  {each}") for each in found))
    words = desk.asker.text("Your remarks", "the remarks", remarks, empty=True)
    prepared = reviewing.prepare_review(record, told, words, good=not found)
    preflight(record, prepared.proposal, [seen.viewer.id])
    text = [
        f"Review of case {state.case}: all {state.entries} steps up to now",
        "All that was kept is as it was kept." if not found else "Not all is as it was kept.",
        f"Steps with a gap in co-signing: {len(told.gaps)}",
        f"Remarks: {words or '(none)'}",
    ]
    stances = Stances(read=(seen.viewer.id,))  # whoever reviews a case was not there
    with signed_by(desk, record, [seen.viewer], text, stances) as signers:
        commit(record, prepared, signers)
    data = {"case": state.case, **prepared.proposal.facts, "findings": found}
    lines = [f"Kept: {seen.viewer.name} has reviewed case {state.case}, {state.entries} steps."]
    if found:
        lines.append("Not all is as it was kept. Change nothing; run `counterseal log check`.")
    desk.tell(data, lines)


def _summary(told: Timeline) -> dict[str, Any]:
    state = told.state
    return {
        "case": state.case,
        "stage": str(state.stage),
        "days_open": told.days_open,
        "entries": state.entries,
        "reviewed": state.reviewed,
        "of_two": told.of_two,
        "both_signed": sum(line.both is True for line in told.lines),
        "gaps": [line.number for line in told.gaps],
        "quick": numbers(told.marked(Mark.QUICK)),
        "not_on_a_receipt": len(told.marked(Mark.OFF_RECEIPT)),
        "long_waits": [wait.name for wait in told.waits if wait.long],
        "sessions_left_open": sum(not session.closed for session in told.sessions),
        "odd_clocks": len(told.clocks),
        "departures": numbers(told.steps(Step.DEPARTURE_RECORDED)),
        "filter_changes": numbers(told.steps(Step.FILTER_CHANGED)),
        "corrections": numbers(told.steps(Step.ENTRY_CORRECTED)),
        "assents": numbers(told.marked(Mark.ASSENT)),
        "letters": numbers(told.marked(Mark.LETTER)),
        "replacements": numbers(told.steps(Step.INVESTIGATOR_REPLACED)),
        "stopped": numbers(told.steps(Step.CASE_STOPPED)),
    }


def _in_full(told: Timeline) -> dict[str, Any]:
    return {
        "steps": [_step(line) for line in told.lines],
        "waits": [
            {"name": w.name, "days": w.days, "over": w.over, "long": w.long} for w in told.waits
        ],
        "sessions": [_lasted(session) for session in told.sessions],
        "clocks": [{"after": c.after, "kind": c.kind, "seconds": c.seconds} for c in told.clocks],
        "exposure": _as_dicts(told.exposure),
    }


def _lasted(session: Session) -> dict[str, Any]:
    return {
        "opened": session.opened,
        "closed": session.closed,
        "ended": session.ended,
        "seconds": session.seconds,
        "pauses": session.pauses,
        "paused": session.paused,
    }


def _step(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "time": line.time.utc,
        "step": str(line.step),
        "title": line.title,
        "about": line.about,
        "signed_by": [{"id": signer.id, "present": signer.present} for signer in line.signers],
        "both": line.both,
        "seconds": line.seconds,
        "answers_age": line.answers_age,
        "marks": [mark.name.lower().replace("_", "-") for mark in line.marks],
    }


def _as_dicts(met: Iterable[Exposure]) -> list[dict[str, Any]]:
    return [
        {
            "person": e.person,
            "taken": e.taken,
            "supplied": e.supplied,
            "viewed": e.viewed,
            "saved": e.saved,
        }
        for e in met
    ]
