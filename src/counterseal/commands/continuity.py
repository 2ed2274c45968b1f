"""The continuity of a case, told to SLT in lines: no content, no address, no picture."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from counterseal.clock import plain_time
from counterseal.custody.facts import Step
from counterseal.custody.spans import Session, Wait
from counterseal.custody.timeline import GAP, Exposure, Line, Mark, Signer, Timeline


def overview(timelines: list[Timeline]) -> Iterator[str]:
    """Tell where each case stands, and what is worth asking about."""
    if not timelines:
        yield "No case has been reported."
    for told in timelines:
        state = told.state
        waits = "" if state.reviewed >= state.entries else ", waits for a review"
        yield f"{state.case}   {state.stage}, {_count(told.days_open, 'day')} open{waits}"
        yield from (f"   {each}" for each in _worth_asking(told))


def case_lines(told: Timeline, names: Mapping[str, str]) -> Iterator[str]:
    """Tell every step of one case: what, when, after how long, and who signed."""
    state = told.state
    yield f"Continuity of case {state.case}: {state.stage}, {_count(told.days_open, 'day')} open"
    both = sum(line.both is True for line in told.lines)
    yield f"   {both} of {told.of_two} steps of two are signed by both."
    yield from (f"   {each}" for each in _worth_asking(told))
    yield ""
    for browser, lines in itertools.groupby(told.lines, _is_of_the_browser):
        listed = list(lines)
        if browser and len(listed) > 1:
            yield from _gathered(listed)
        else:
            yield from (text for line in listed for text in _line(line, names))
    yield ""
    yield from (_wait(wait) for wait in told.waits)
    yield from (_session(number, each) for number, each in enumerate(told.sessions, start=1))
    for odd in told.clocks:
        words = "went back" if odd.kind == "backward" else "was set"
        yield f"After step {odd.after} the clock {words}, by {_time(odd.seconds)}."
    yield from exposure_lines(told.exposure, names)


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


def _is_of_the_browser(line: Line) -> bool:
    return line.step is Step.VISIT_RECORDED


def _gathered(lines: Sequence[Line]) -> Iterator[str]:
    """Tell steps that the computer took once a second in one line; their marks stand above."""
    first, last = lines[0], lines[-1]
    yield f"{first.number:>4}  {plain_time(first.time.utc)} to {plain_time(last.time.utc)}"
    yield f"      {first.title}: steps {first.number} to {last.number}"
    yield from (f"      step {x.number}: {x.about}" for x in lines if GAP in x.about)
    yield "      this computer"


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


def exposure_lines(met: Iterable[Exposure], names: Mapping[str, str]) -> Iterator[str]:
    """Tell how much each person had to look at."""
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
    found = numbers(lines)
    runs = itertools.groupby(enumerate(found), lambda each: each[1] - each[0])
    told = ", ".join(_run([number for _, number in run]) for _, run in runs)
    return f"Step {told}" if len(found) == 1 else f"Steps {told}"


def _run(run: Sequence[int]) -> str:
    few = 3
    return f"{run[0]} to {run[-1]}" if len(run) > few else ", ".join(map(str, run))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _time(seconds: float) -> str:
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return _count(int(seconds // size), word)
    return f"{seconds:.1f} seconds" if seconds < 10 else _count(int(seconds), "second")  # noqa: PLR2004


def numbers(lines: Iterable[Line]) -> list[int]:
    """Return the numbers of steps."""
    return [line.number for line in lines]
