"""`counterseal review`: who did what and when, for SLT. No content, no address, no picture."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from counterseal.clock import plain_time
from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import with_desk
from counterseal.commands.signing import Stances, signed_by
from counterseal.commands.telling import still_to_tell
from counterseal.custody.check import check
from counterseal.custody.facts import Step
from counterseal.custody.spans import Session, Wait
from counterseal.custody.timeline import Exposure, Line, Mark, Signer, Timeline, exposure
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
        lines = [*_case_lines(told, names), *(f"Still to be told: {who}." for who in untold)]
        data = {**_summary(told), **_in_full(told), "still_to_tell": untold}
    else:
        timelines = [seen.timeline(state) for state in seen.cases]
        met = exposure(entry for state in seen.cases for entry in seen.entries(state))
        lines = [*_overview(timelines), "", *_exposure_lines(met, names)]
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
    desk.say(*(shown(line) for line in _case_lines(told, names)))
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
        "quick": _numbers(told.marked(Mark.QUICK)),
        "not_on_a_receipt": len(told.marked(Mark.OFF_RECEIPT)),
        "long_waits": [wait.name for wait in told.waits if wait.long],
        "sessions_left_open": sum(not session.closed for session in told.sessions),
        "odd_clocks": len(told.clocks),
        "departures": _numbers(told.steps(Step.DEPARTURE_RECORDED)),
        "filter_changes": _numbers(told.steps(Step.FILTER_CHANGED)),
        "corrections": _numbers(told.steps(Step.ENTRY_CORRECTED)),
        "assents": _numbers(told.marked(Mark.ASSENT)),
        "letters": _numbers(told.marked(Mark.LETTER)),
        "replacements": _numbers(told.steps(Step.INVESTIGATOR_REPLACED)),
        "stopped": _numbers(told.steps(Step.CASE_STOPPED)),
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


def _numbers(lines: Iterable[Line]) -> list[int]:
    return [line.number for line in lines]


def _overview(timelines: list[Timeline]) -> Iterator[str]:
    if not timelines:
        yield "No case has been reported."
    for told in timelines:
        state = told.state
        waits = "" if state.reviewed >= state.entries else ", waits for a review"
        yield f"{state.case}   {state.stage}, {_count(told.days_open, 'day')} open{waits}"
        yield from (f"   {each}" for each in _worth_asking(told))


def _case_lines(told: Timeline, names: Mapping[str, str]) -> Iterator[str]:
    state = told.state
    yield f"Continuity of case {state.case}: {state.stage}, {_count(told.days_open, 'day')} open"
    both = sum(line.both is True for line in told.lines)
    yield f"   {both} of {told.of_two} steps of two are signed by both."
    yield from (f"   {each}" for each in _worth_asking(told))
    yield ""
    for line in told.lines:
        yield from _line(line, names)
    yield ""
    yield from (_wait(wait) for wait in told.waits)
    yield from (_session(number, each) for number, each in enumerate(told.sessions, start=1))
    for odd in told.clocks:
        words = "went back" if odd.kind == "backward" else "was set"
        yield f"After step {odd.after} the clock {words}, by {_time(odd.seconds)}."
    yield from _exposure_lines(told.exposure, names)


def _worth_asking(told: Timeline) -> Iterator[str]:
    marked = ((told.marked(mark), str(mark)) for mark in Mark)
    special = (
        (told.steps(Step.DEPARTURE_RECORDED), "a departure from the procedure"),
        (told.steps(Step.FILTER_CHANGED), "the filter was changed for this case"),
        (told.steps(Step.ENTRY_CORRECTED), "a correction; the original stays"),
        (told.steps(Step.INVESTIGATOR_REPLACED), "an investigator was replaced"),
        (told.steps(Step.CASE_STOPPED), "the case was stopped"),
    )
    yield from (f"{_of(lines)}: {words}." for lines, words in (*marked, *special) if lines)
    yield from (f"More than a week: {_wait(wait)}" for wait in told.waits if wait.long)
    if any(not session.closed for session in told.sessions):
        yield "A session is open."
    if told.clocks:
        yield f"The clock was odd {_count(len(told.clocks), 'time')}."
    if told.state.reviewed:
        yield f"Reviewed up to step {told.state.reviewed} of {told.state.entries}."


def _line(line: Line, names: Mapping[str, str]) -> Iterator[str]:
    after = "" if line.seconds is None else f"   (after {_time(line.seconds)})"
    about = f": {line.about}" if line.about else ""
    yield f"{line.number:>4}  {plain_time(line.time.utc)}{after}"
    yield f"      {line.title}{about}"
    yield f"      {', '.join(_signer(s, names) for s in line.signers) or 'this computer'}"
    if line.answers_age is not None:
        yield f"      The safety answers were {line.answers_age:.0f} seconds old."
    yield from (f"      ! {mark}" for mark in line.marks)


def _signer(signer: Signer, names: Mapping[str, str]) -> str:
    said = "present" if signer.present else "not present, has read it"
    return f"{names.get(signer.id, signer.id)} ({signer.id}, {said})"


def _wait(wait: Wait) -> str:
    return f"From {wait.name}: {_count(wait.days, 'day')}{'' if wait.over else ' so far'}."


def _session(number: int, session: Session) -> str:
    pauses = f", {_count(session.pauses, 'pause')} ({_time(session.paused)})"
    ended = session.ended if session.closed else "still open"
    return f"Session {number}: {_time(session.seconds)}, {ended}{pauses if session.pauses else ''}."


def _exposure_lines(met: Iterable[Exposure], names: Mapping[str, str]) -> Iterator[str]:
    listed = list(met)
    if listed:
        yield "What people had to look at:"
    for each in listed:
        saved = f", {_count(each.saved, 'page')} saved" if each.saved else ""
        yield (
            f"   {names.get(each.person, each.person)} ({each.person}): "
            f"{_count(each.taken, 'picture')}, {each.supplied} taken in, "
            f"{each.viewed} looked at again{saved}"
        )


def _of(lines: tuple[Line, ...]) -> str:
    numbers = ", ".join(str(number) for number in _numbers(lines))
    return f"Step {numbers}" if len(lines) == 1 else f"Steps {numbers}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _time(seconds: float) -> str:
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return _count(int(seconds // size), word)
    return f"{seconds:.1f} seconds" if seconds < 10 else _count(int(seconds), "second")  # noqa: PLR2004
