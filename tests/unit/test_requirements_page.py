"""The page of requirements has every row, says how each stands, and names what exists.

Below it stand small tests of rows that no other test shows.
"""

import ast
import functools
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

import schools
from asking import ask
from cast import TERMS
from counterseal import cli
from counterseal.clock import Instant
from counterseal.commands.desk import this_computer
from counterseal.custody import words
from counterseal.custody.facts import FACTS, Step
from counterseal.custody.procedure import allow
from counterseal.errors import NotAllowedError
from counterseal.keys import recipients
from counterseal.policy import profile
from counterseal.policy.document import SECTIONS
from counterseal.policy.profile import NAMES
from counterseal.timekeeping import Timekeeping
from counterseal.workflow import checks, sessions
from counterseal.workflow.stop.words import SENTENCE
from driving import School

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
SOURCE = ROOT / "src" / "counterseal"
PAGE = (ROOT / "docs" / "requirements.md").read_text("utf-8")
LAST = {"A": 17, "B": 31, "C": 12, "D": 10, "E": 20, "X": 11}
IDS = [f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)]
STATUSES = ("done", "partly", "planned", "not done")
LATER = ("the hard stop", "the hand-over bundle", "the monitored browser", "papers", "the console")
ROW = re.compile(
    r"^\| ([A-EX]\d+) \| (.+) \| \*\*(.+?)\*\*(?:: (.+))? \| (.+) \| (.+) \|$", re.MULTILINE
)


# --------------------------------------------------------------------------------------- the page


def rows() -> list[tuple[str, ...]]:
    """Return id, what it asks, status, what is missing, where, tests."""
    return ROW.findall(PAGE)


def test_every_row_stands_there_once_and_in_order() -> None:
    assert [row[0] for row in rows()] == IDS
    assert re.findall(r"^\| ([A-Z]\d+) ", PAGE, re.MULTILINE) == IDS, (
        "a row that is not written as one"
    )


def test_every_row_has_a_status_and_says_what_is_missing() -> None:
    for name, _asks, status, missing, _where, tests in rows():
        assert status in STATUSES, name
        assert bool(missing) or status == "done", name
        assert status != "planned" or any(later in missing for later in LATER), name
        assert status != "done" or "`" in tests, f"{name} is done, and no test shows it"


def test_the_count_at_the_end_is_right() -> None:
    counted = Counter(row[2] for row in rows())
    _, _, end = PAGE.partition("## Count\n")
    said = dict(re.findall(r"^\| ([a-z ]+) \| (\d+) \|$", end, re.MULTILINE))
    assert said == {**{s: str(counted[s]) for s in STATUSES}, "all": str(len(IDS))}


def test_every_test_that_it_names_exists() -> None:
    named = {name for row in rows() for name in re.findall(r"`([^`]+)`", row[5])}
    assert len(named) > 60
    assert {name for name in named if name.split("::")[1:] != [_found(name)]} == set()


def test_whatever_else_it_names_exists() -> None:
    """Commands, modules, and rules of a profile that ships."""
    known = {" ".join(path) for path in _commands(cli.root)} | {"start.py"}
    known |= {section.name for section in SECTIONS}
    known |= {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")}
    for name in ("base", *NAMES):
        known |= {rule.replace(" ", ".") for rule, _ in profile.builtin(name).rules()}
    named = {name for row in rows() for name in re.findall(r"`([^`]+)`", row[3] + row[4])}
    assert len(named) > 70
    assert named - known == set()


def _found(name: str) -> str:
    file, _, function = name.partition("::")
    return function if function in _functions(file) else "nothing"


@functools.cache
def _functions(file: str) -> set[str]:
    path = TESTS / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _commands(group: click.Group, *before: str) -> Iterator[tuple[str, ...]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield (*before, name)
            yield from _commands(command, *before, name)
        else:
            yield (*before, name)


# ------------------------------------------------------------------------------ rows, by commands

FORMS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "advice record",
        {"adviser": "other", "decision": "wait", "name": "N", "words": "Wait", "when": "Now"},
    ),
    (
        "device isolate",
        {
            "kind": "phone",
            "power": "off",
            "device": "Make, model, IMEI 1",
            "state": "Locked",
            "done": "Put aside by CD",
            "kept": "Safe",
            "seal": "S 7",
            "key_holder": "EF",
        },
    ),
    (
        "referral record",
        {"to": "social-care", "made": "2026-11-20", "person": "P", "reference": "7"},
    ),
    ("departure record", {"rule": "parents-told", "why": "They were abroad"}),
    (
        "told record",
        {
            "who": "headteacher",
            "about": "departure",
            "way": "phone",
            "name": "E. Fell",
            "words": "Why",
            "when": "Now",
        },
    ),
    (
        "filter record",
        {
            "change": "opened",
            "from": "2026-11-20",
            "until": "2026-11-21",
            "what": "chat.example",
            "why": "To look",
            "asked_by": "AB",
            "done_by": "IT",
        },
    ),
    ("entry correct", {"entry": 2, "correction": "It was Tuesday"}),
    ("hold place", {"reason": "police", "why": "They asked"}),
    ("hold lift", {"reason": "police", "why": "They are done"}),
    (
        "police inform",
        {"way": "101", "wait": False, "officer": "O", "reference": "9", "when": "Now"},
    ),
    ("case judge", {"outcomes": ["internal", "police"], "reasons": "Plain"}),
    (
        "case act",
        {
            "outcome": "internal",
            "action": "removal-asked",
            "owner": "ef",
            "due": "2026-12-01",
            "what": "Ask the site",
            "wishes": "Not the police",
        },
    ),
    ("case close", {"retention": "2099-07-31", "summary": "Dealt with"}),
    ("addition record", {"about": "", "addition": "A letter came"}),
)


def options(command: str, answers: dict[str, Any]) -> list[str]:
    """Return the options that give these answers."""
    if command == "case judge":
        both = ("--outcome", "internal", "--outcome", "police", "--reasons", "Plain")
        return ["--answer", "ab=yes", "--answer", "cd=yes", *both]
    found: list[str] = []
    for name, value in answers.items():
        flag = f"--{name.replace('_', '-')}"
        found += [f"--no-{name}"] if value is False else [flag, str(value)]
    return found


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    """Give a practised school to this very process: one case, collected."""
    school = schools.practised().copy_to(tmp_path / "school")
    monkeypatch.setenv("COUNTERSEAL_HOME", str(school.vault))
    monkeypatch.setenv("XDG_DATA_HOME", str(school.folder / "data"))
    monkeypatch.setenv("HOME", str(school.folder / "home"))
    return school


def typed(monkeypatch: pytest.MonkeyPatch, school: School, *command: str, by: str) -> int:
    """Run a command in this process; `by` are the ids of those who give their passphrase."""
    answers = "".join(f"{line}\n" for line in school.words_of(*by.split()))
    monkeypatch.setattr("sys.stdin", io.StringIO(answers))
    return cli.run([*command, "--json"])


def written(school: School, entry: Any) -> dict[str, Any]:  # noqa: ANN401  (as JSON has it)
    """Open what people wrote in a step, with the handover key of the practice."""
    (key,) = re.findall(r"AGE-SECRET-KEY-\w+", (school.folder / "case/handover.key").read_text())
    (file,) = entry["details"]
    opened = recipients.decrypt((school.vault / file["name"]).read_bytes(), key)
    found: dict[str, Any] = json.loads(opened)["text"]
    return found


def test_what_the_forms_ask_is_kept(here: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """A10, A11, A14, B13, B14, B26, C6, C7, C8, E2: in the facts, or in the sealed text."""
    (case,) = here.cases()
    for command, answers in FORMS:
        given = [*command.split(), *options(command, answers)]
        given += [case] if command == "case judge" else ["--case", case]
        one = command in {"police inform", "told record"}
        given += ["--as", "gh", "--read", "gh"] if one else list(schools.PRESENT)
        assert typed(monkeypatch, here, *given, by="gh" if one else "ab cd") == 0, command
        entry = here.last_entry()
        kept = {**entry["facts"], **written(here, entry)}
        assert {name: kept[name] for name in answers} == answers, command
        assert [person["id"] for person in entry["people"]] == (["gh"] if one else ["ab", "cd"])
    assert here.is_good()


def test_an_accident_is_logged_and_judged_and_nothing_is_collected(
    here: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A17, B21, B30, X8: reported, triaged, judged; nobody is led back to the page."""
    report = [word if word != "pupil" else "spot-check" for word in schools.REPORT[:4]]
    report += [*schools.REPORT[4:], "--as", "gh"]
    assert typed(monkeypatch, here, *report, by="gh") == 0
    assert here.last_entry()["facts"]["source"] == "spot-check"
    case = schools.second_case(here)
    assert typed(monkeypatch, here, *schools.triage(23, case), by="ab cd") == 0
    assert typed(monkeypatch, here, *schools.AUTHORISE, case, by="ab cd ef") == 20
    no = ["--answer", "ab=no", "--answer", "cd=no", "--reasons", "A mistake"]
    assert typed(monkeypatch, here, "case", "judge", case, *no, *schools.PRESENT, by="ab cd") == 0
    assert here.last_entry()["facts"]["decision"] == "no"


@pytest.mark.usefixtures("here")
def test_questions_are_shown_with_the_moment_at_which_they_are_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """C3. Every moment of every profile belongs to a command that asks; the hand-over waits."""
    assert cli.run(["policy", "show", "--profile", "trust"]) == 0
    rule = profile.builtin("trust").ask["kept-and-not-answered"]
    assert f"concern, kept-and-not-answered: {rule.label}" in capsys.readouterr().out
    asking = {"report", "triage", "authorise", "concern", "picture", "device", "judge", "close"}
    callers = " ".join(path.read_text("utf-8") for path in (SOURCE / "commands").glob("*.py"))
    assert all(f'"{moment}"' in callers for moment in asking)
    waiting = {
        rule.at
        for name in ("base", *NAMES)
        for rule in profile.builtin(name).ask.values()
        if rule.at not in asking
    }
    assert waiting == {"handover"}


# --------------------------------------------------------------------------------- rows, by rules


def test_a_purpose_that_the_school_does_not_name_is_refused() -> None:
    """B25: one school's rules name four of the five purposes."""
    terms = replace(TERMS, policy=profile.builtin("secondary"))
    for purpose in words.PURPOSES:
        asking = ask(Step.CASE_AUTHORISED, changes={"purpose": purpose})
        asking = replace(asking, policy=terms.policy)
        if purpose in terms.policy.purposes.allowed:
            allow(asking)
            continue
        with pytest.raises(NotAllowedError, match="do not allow looking for that purpose"):
            allow(asking)


def test_where_a_report_can_come_from() -> None:
    """B8, B30."""
    known = FACTS[Step.CASE_REPORTED]["source"]
    assert known("monitoring")
    assert known("spot-check")
    assert not known("somewhere else")


def test_the_template_says_what_the_program_does() -> None:
    """E4: what it says of commands is so; what is for the school is left open."""
    page = (ROOT / "docs" / "dpia-template.md").read_text("utf-8")
    named = set(re.findall(r"`counterseal ([a-z -]+)`", page))
    assert named == {"policy show", "entry correct", "disposal record"}
    assert named <= {" ".join(path) for path in _commands(cli.root)}
    assert page.count("[") > 25
    assert "no\nlegal advice" in page


def test_the_stop_says_not_to_look_again() -> None:
    """D3."""
    assert SENTENCE.startswith("Stopped. Do not look again.")


def test_after_five_idle_minutes_a_session_counts_as_paused() -> None:
    """E6: by a clock that nobody turns; after a restart it always does."""
    boot = "11111111-2222-4333-8444-555555555555"
    then = Instant(1_800_000_000_000, 1_000, boot)
    assert sessions.IDLE_MS == 300_000
    turned = replace(then, utc_ms=then.utc_ms + 50_000_000, mono_ms=then.mono_ms + 300_000)
    assert sessions.idle_ms(then, turned) == 300_000
    restarted = replace(then, boot=boot.replace("1", "9"), mono_ms=5)
    assert sessions.idle_ms(then, restarted) > sessions.IDLE_MS


def test_a_synced_folder_is_refused(tmp_path: Path) -> None:
    """E20."""
    found = checks._synced(tmp_path / "OneDrive - School" / "counterseal")
    assert found.grade is checks.Grade.BLOCK
    assert checks._synced(tmp_path / "counterseal").grade is checks.Grade.PASS


def test_antivirus_and_updates_are_asked_about_and_never_taken_for_granted(
    here: School, capsys: pytest.CaptureFixture[str]
) -> None:
    """E19: what cannot be read here is said to be not checked, with whom to ask."""
    assert cli.run(["doctor", "--json"]) == 0
    found = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    for name in ("antivirus", "updates", "disk-encryption"):
        assert found[name]["grade"] == "not checked"
        assert "technical support" in found[name]["advice"]
    assert here.is_good()


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        (Timekeeping(kept=True, off_ms=15), checks.Grade.PASS),
        (Timekeeping(kept=False), checks.Grade.WARN),
        (Timekeeping(), checks.Grade.NOT_CHECKED),
    ],
)
def test_the_clock_is_looked_at_before_a_session(
    said: Timekeeping, grade: checks.Grade, tmp_path: Path
) -> None:
    """The system is asked whether a time server keeps it; that it cannot say is no pass."""
    around = replace(this_computer(), timekeeping=lambda: said)
    (found,) = (
        one
        for one in checks.check_computer(tmp_path, around, practice=False)
        if one.name == "clock"
    )
    assert found.grade is grade
    assert str(said) in found.what
    assert bool(found.advice) == (grade is not checks.Grade.PASS)


def test_nothing_here_can_send_anything() -> None:
    """C11, E5, E8: no module can open a network connection, but to this computer's own browser.

    That it speaks to no other place, `unit/browser/test_going_wrong.py` shows; that this computer's
    own addresses are found without sending, `unit/test_machine.py`.
    """
    senders = {"aiohttp", "email", "ftplib", "http", "httpx", "imaplib", "poplib", "requests"}
    senders |= {"smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib3", "webbrowser"}
    senders |= {"multiprocessing", "websockets"}
    to_the_browser = {("launch.py", "socket"), ("left_over.py", "socket")}
    to_the_browser |= {("protocol.py", "http.client")}
    to_the_browser |= {("protocol.py", f"websockets.{n}") for n in ("exceptions", "sync.client")}
    within = {("channel.py", "multiprocessing"), ("channel.py", "multiprocessing.connection")}
    asking = {("machine.py", "socket")}
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {(path.name, n) for n in names if n.split(".")[0] in senders}
            found |= {(path.name, n) for n in names if n == "urllib.request"}
    assert found == to_the_browser | within | asking  # the second: never beyond this computer
