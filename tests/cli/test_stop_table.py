"""Every stage, every way to stop: what stands afterwards, as one table.

A case that was only told of stops, and the computer goes on. Whatever could have been seen stops
the computer too, and the school gives up its own means of opening the case.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import schools
from driving import School
from schools import PRESENT, REPORT, triage

SAFELY = ("exhibit", "capture", "--what", "The chat")
FIRST, SECOND, THIRD = "2026-001", "2026-002", "2026-003"
BOTH = ("ab", "cd")
MAY_BE = {"may-be": "hs", "other": "nc", "not-sure": "not-sure"}


def _then(name: str, school: School, *typed: str) -> School:
    made = school.copy_to(schools._place(name))
    made.run(*typed, answers=made.words_of(*BOTH))
    return made


@functools.cache
def _judged() -> School:
    own = ("--answer", "ab=yes", "--answer", "cd=yes", "--reasons", "Plain", *PRESENT)
    return _then(
        "judged", schools.practised(), "case", "judge", FIRST, *own, "--outcome", "internal"
    )


@functools.cache
def _acting() -> School:
    action = ("--outcome", "internal", "--action", "support-given", "--owner", "ab")
    words = ("--what", "A talk", "--due", "2030-01-01", "--wishes", "None", *PRESENT)
    return _then("acting", _judged(), "case", "act", "--case", FIRST, *action, *words)


@functools.cache
def _closed() -> School:
    made = _judged().copy_to(schools._place("closed"))
    typed = ("case", "close", "--case", FIRST, "--summary", "Done", *PRESENT)
    made.run(*typed, answers=["", *made.words_of(*BOTH)])
    return made


def _paused() -> School:
    return _then("paused", schools.collecting(), "session", "pause")


@functools.cache
def _log_only() -> School:
    return _then("log-only", schools.reported(), *triage(22))


@dataclass(frozen=True)
class Row:
    """One way to stop, and what stands then.

    Args:
        name: What is shown.
        school: Where it happens.
        typed: What is typed.
        answers: What is typed when it asks; an id stands for that person's passphrase.
        case: The case that is stopped.
        facts: What the entry says.
        computer: Whether the whole computer stops.
        wraps: Whether the school can still open the case.
    """

    name: str
    school: Callable[[], School]
    typed: tuple[str, ...]
    answers: tuple[str, ...]
    case: str
    facts: Mapping[str, object]
    computer: bool = True
    wraps: bool = False


def _command(
    name: str, school: Callable[[], School], case: str, typed: str, what: str = "may-be"
) -> Row:
    """STOP by the command, with an answer that seals."""
    facts = {"trigger": "stop-command", "kind": MAY_BE[what], "exposed": "unknown"}
    named = ("--case", typed) if typed else ()
    return Row(f"stop, {what}, {name}", school, ("stop", *named, "--what", what), (), case, facts)


def _told(name: str, school: Callable[[], School], case: str, *typed: str, looked: bool) -> Row:
    """A graver category: told only, unless somebody had looked before."""
    exposed = "unknown" if looked else "no"
    facts = {"trigger": "category", "exposed": exposed, "kind": "hs"}
    return Row(name, school, (*typed, "--category", "1"), (), case, facts, looked, not looked)


def _answer(name: str, *typed: str, said: str, exposed: str, kind: str) -> Row:
    """A safety answer that is not "No"."""
    facts = {"trigger": "safety-answer", "exposed": exposed, "kind": kind, "person": "ab"}
    return Row(f"{name}: {said}", schools.collecting, typed, ("ab", "cd", said), SECOND, facts)


def _answers(name: str, *typed: str) -> list[Row]:
    return [
        _answer(name, *typed, said="yes", exposed="yes", kind="hs"),
        _answer(name, *typed, said="not-sure", exposed="unknown", kind="not-sure"),
    ]


GRAVER = ("case", "recategorise")
SUPPLY = ("exhibit", "supply", "letter.txt", "--what", "x", "--supplied-by", "y")
DECLINED = {"trigger": "declined", "kind": "not-sure", "exposed": "unknown", "unsaved": False}
JUDGED = {"trigger": "judgement", "kind": "not-sure", "person": "ab"}
ROWS = [
    _command("nothing is open", schools.practised, SECOND, ""),
    _command("reported", schools.reported, SECOND, SECOND),
    _command("triaged", schools.triaged, SECOND, SECOND),
    _command("authorised", schools.authorised, SECOND, SECOND),
    *(_command("collecting", schools.collecting, SECOND, "", what) for what in MAY_BE),
    _command("collecting, and another is named", schools.collecting, FIRST, FIRST),
    _command("paused", _paused, SECOND, ""),
    _command("collected", schools.practised, FIRST, FIRST),
    _command("judged", _judged, FIRST, FIRST),
    _command("acting", _acting, FIRST, FIRST),
    _command("closed", _closed, FIRST, FIRST),
    _told("at the report", schools.practised, SECOND, *REPORT, "--as", "gh", looked=False),
    _told("at triage", schools.reported, SECOND, "case", "triage", SECOND, looked=False),
    _told("graver, triaged", schools.triaged, SECOND, *GRAVER, SECOND, looked=False),
    _told("graver, authorised", schools.authorised, SECOND, *GRAVER, SECOND, looked=False),
    _told("graver, collecting", schools.collecting, SECOND, *GRAVER, SECOND, looked=True),
    _told("graver, paused", _paused, SECOND, *GRAVER, SECOND, looked=True),
    _told("graver, collected", schools.practised, FIRST, *GRAVER, FIRST, looked=True),
    _told("graver, judged", _judged, FIRST, *GRAVER, FIRST, looked=True),
    _told("graver, acting", _acting, FIRST, *GRAVER, FIRST, looked=True),
    _told("report while another is open", schools.collecting, THIRD, *REPORT, "--as", "gh",
          looked=False),
    *_answers("capture", *SAFELY),
    *_answers("supply", *SUPPLY, "--received", "z"),
    Row("declined", schools.collecting,
        ("exhibit", "decline", "--reason", "because-of-what-it-showed"), (), SECOND, DECLINED),
    Row("judged so, collected", schools.practised, ("case", "judge", FIRST),
        ("stop",), FIRST, {**JUDGED, "exposed": "unknown"}),
    Row("judged so again", _judged, ("case", "judge", FIRST),
        ("stop",), FIRST, {**JUDGED, "exposed": "unknown"}),
    Row("judged so, log only", _log_only, ("case", "judge", SECOND),
        ("stop",), SECOND, {**JUDGED, "exposed": "no"}, computer=False, wraps=True),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_stands_after_a_stop(row: Row, tmp_path: Path) -> None:
    """Stopped, exposed or not, the computer, the wraps, and what else can be done."""
    school = row.school().copy_to(tmp_path / "school")
    (school.folder / "letter.txt").write_text("A letter")
    before = school.files()
    answers = [school.passphrases.get(word, word) for word in row.answers]
    done = school.run(*row.typed, answers=answers, status=30)
    entry = school.last_entry()
    assert (entry["step"], entry["case"], entry["people"]) == ("case.stopped", row.case, [])
    assert entry["facts"] == {**entry["facts"], **row.facts}
    had = [name for name in before if name.startswith(f"wraps/{row.case}/")]
    assert entry["facts"]["erased"] == (0 if row.wraps else len(had))
    _files(school, before, row, had)
    assert (school.vault / "STOPPED").exists() is row.computer
    assert (school.vault / "STOP-READY").exists() is not row.computer
    assert ("can go on" in done.err) is not row.computer
    school.run("case", "list", status=30 if row.computer else 0)
    assert school.is_good()


def _files(school: School, before: dict[str, str], row: Row, had: list[str]) -> None:
    """Nothing else in the folder has changed: no file came, went or was written again."""
    now = {n: d for n, d in school.files().items() if not n.startswith(("STOP", "guarding/"))}
    kept = {n: d for n, d in before.items() if not n.startswith(("STOP", "guarding/"))}
    for name in [] if row.wraps else had:
        del kept[name]
    assert now == kept


@pytest.mark.parametrize("said", ["yes", "not-sure"])
def test_looking_at_an_exhibit_again(said: str, tmp_path: Path) -> None:
    """The question comes before a single byte is opened."""
    school = schools.collecting().copy_to(tmp_path / "school")
    (school.folder / "letter.txt").write_text("A letter")
    safe = ("--received", "z", *schools.SAFE)
    school.run(*SUPPLY, *safe, answers=school.words_of(*BOTH))
    typed = ("exhibit", "view", "AB/1")
    school.run(*typed, answers=[*school.words_of(*BOTH), "no", "no", said], status=30)
    facts = school.last_entry()["facts"]
    assert (facts["trigger"], facts["person"]) == ("safety-answer", "cd")
    assert facts["exposed"] == ("yes" if said == "yes" else "unknown")
    assert "exhibit.viewed" not in school.steps()
    assert not [name for name in school.files() if name.startswith(f"wraps/{SECOND}/")]


@pytest.mark.parametrize("stage", [schools.practised, schools.reported, schools.collecting])
def test_a_latch_that_was_found(stage: Callable[[], School], tmp_path: Path) -> None:
    """It says nothing, so it locks; STOP with an answer seals the open case, or one of its own."""
    school = stage().copy_to(tmp_path / "school")
    (school.vault / "STOP-READY").unlink()
    (school.vault / "STOPPED").write_bytes(b"\x00\xff no reason of ours\n")
    entries, cases = school.entries(), school.cases()
    school.run("case", "list", status=30)
    assert school.entries() == entries
    school.run("stop", "--what", "not-sure", status=30)
    entry = school.last_entry()
    assert (entry["facts"]["trigger"], entry["facts"]["exposed"]) == ("stop-command", "unknown")
    opened = stage is schools.collecting
    assert entry["case"] == (SECOND if opened else f"2026-{len(cases) + 1:03d}")
    assert school.is_good()


@pytest.mark.parametrize("by", ["Anna Bell", " AB ", "../../x", "\a\x1b[2J", "é" * 5000])
def test_whoever_is_named_does_not_keep_it_out_of_the_log(by: str, tmp_path: Path) -> None:
    """A name typed in place of an id, or a cat on the keyboard: it is sealed all the same."""
    school = schools.collecting().copy_to(tmp_path / "school")
    done = school.run("stop", "--what", "may-be", "--by", by, status=30)
    assert "sealed" in done.err
    assert school.last_entry()["facts"]["person"] == ("ab" if by == " AB " else "")
    assert school.is_good()
