"""Schools at every stage of a case: made once a run by the real command, copied for each test."""

import atexit
import functools
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from driving import School

CONCERN = (
    *("--nature", "Unkind messages", "--seen", "This morning", "--place", "A group chat"),
)  # fmt: skip
SAFE = ("--safety", "ab=no", "--safety", "cd=no")
PRESENT = ("--present", "ab", "--present", "cd")
MAY_USE = (
    *("call", "record", "--to", "police", "--name", "PC Example, 1234", "--when", "10:15"),
    *("--may-use", "--words", "Leave it on, we come", "--reference", "EX-1"),
    *("--as", "ef", "--read", "ef"),
)  # fmt: skip
REPORT = (
    *("case", "report", "--source", "pupil", "--subject", "pupil", "--what", "Unkind messages"),
    *("--found", "Told to a tutor", "--reported-by", "The tutor", "--whom", "P. Q."),
    *("--answer", "own-words=They laugh at me", "--answer", "in-school=In school"),
)  # fmt: skip
AUTHORISE = (
    *("case", "authorise", "--authoriser", "ef", "--reserve", "none", "--purpose", "safeguarding"),
    *("--users-told", "--proportionate", "--why", "To protect the pupil", *PRESENT),
    *("--read", "ef"),
)  # fmt: skip
OPEN = (
    *("session", "open", "--place", "Room 4", "--no-conflict", "ab", "--no-conflict", "cd"),
    *PRESENT,
)  # fmt: skip
ADD = (
    *("concern", "add", "--address", "https://chat.example/9", "--read-back"),
    *(*CONCERN, *PRESENT),
)  # fmt: skip


_HURT = ("--answer", "wishes=That it ends", "--answer", "support=A talk with the tutor")
_RULES = {10: _HURT, 17: _HURT, 23: ("--answer", "reported-when=At once, to the tutor")}
"""What the base profile asks at triage of some categories."""


def triage(category: int = 17, *more: str, first: str = "ab", second: str = "cd") -> list[str]:
    """Return the command with which two people triage a case."""
    return [
        *("case", "triage", "--category", str(category), "--reasons", "Plain enough"),
        *("--investigator", first, "--investigator", second, *_RULES.get(category, ())),
        *("--present", first, "--present", second, *more),
    ]  # fmt: skip


@functools.cache
def _templates() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="counterseal-schools-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _place(name: str) -> Path:
    """Return a folder of its own, so that a school that failed half-way is not met again."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_templates())) / name


FRESH_S = 90
"""A session pauses after five idle minutes, so one that is open is made anew in time."""


def _while_fresh(make: Callable[[], School]) -> Callable[[], School]:
    """Remember what a function made for a while only."""
    made: list[tuple[float, School]] = []

    @functools.wraps(make)
    def fresh() -> School:
        if not made or time.monotonic() - made[-1][0] > FRESH_S:
            made.append((time.monotonic(), make()))
        return made[-1][1]

    return fresh


@functools.cache
def practised() -> School:
    """Return a practice record as `practice --out` leaves it: one case, collected."""
    folder = _place("practised")
    folder.mkdir()
    school = School(folder, installed=True)
    done = school.run("practice", "--out", str(folder / "case"))
    assert "PRACTICE" in done.said or done.out
    about = json.loads((folder / "case" / "practice.json").read_text())
    (folder / "case" / "vault").rename(folder / "vault")
    return School(folder, {p["id"]: p["passphrase"] for p in about["people"]})


def _after(name: str, school: School, *commands: tuple[tuple[str, ...], tuple[str, ...]]) -> School:
    made = school.copy_to(_place(name))
    for typed, signers in commands:
        made.run(*typed, answers=made.words_of(*signers))
    return made


@functools.cache
def reported() -> School:
    """Return a school with a second case, just reported."""
    return _after("reported", practised(), ((*REPORT, "--as", "gh"), ("gh",)))


@functools.cache
def triaged() -> School:
    """Return a school whose second case is triaged: bullying."""
    return _after("triaged", reported(), (tuple(triage()), ("ab", "cd")))


@functools.cache
def authorised() -> School:
    """Return a school whose second case is authorised."""
    return _after("authorised", triaged(), (AUTHORISE, ("ab", "cd", "ef")))


@_while_fresh
def collecting() -> School:
    """Return a school with an open session in its second case, and one concern."""
    opened = ((*OPEN, "--case", second_case(authorised())), ("ab", "cd"))
    return _after("collecting", authorised(), opened, (ADD, ("ab", "cd")))


@functools.cache
def staffed() -> School:
    """Return a practised school with a third investigator and a Chair of Governors."""
    return _staffed("staffed", practised())


@functools.cache
def staffed_and_authorised() -> School:
    """Return a school with them whose second case is authorised: one that can adopt its rules."""
    return _staffed("staffed-and-authorised", authorised())


def _staffed(folder: str, before: School) -> School:
    school = before.copy_to(_place(folder))
    words = {"ij": "violet anchor pillow eleven comet", "kl": "copper lantern mirror forty swan"}
    for person, name, position, role in (
        ("ij", "Ian Jones", "Head of Year 9", "investigator"),
        ("kl", "Kim Lane", "Chair of Governors", "chair"),
    ):
        school.run(
            *("people", "enrol", "--name", name, "--position", position, "--role", role),
            *("--signer", "ab", "--signer", "cd", *PRESENT),
            answers=[words[person], words[person], *school.words_of("ab", "cd")],
        )
    return School(school.folder, {**school.passphrases, **words})


def second_case(school: School) -> str:
    """Return the reference of the case after the practice one."""
    return school.cases()[1]


REAL_PEOPLE = (
    ("ab", "Anna Bell", "Deputy headteacher", "investigator, dsl", "amber teapot sixty gravel"),
    ("cd", "Carl Dent", "Network manager", "investigator", "willow button harvest nine"),
    ("ef", "Edith Fox", "Headteacher", "headteacher", "marble ticket ocean pepper"),
)


@functools.cache
def real() -> School:
    """Return a real record, set up with answers alone, its handover key in a file."""
    folder = _place("real")
    folder.mkdir()
    answers = ["Hill View School"]
    for _id, name, position, roles, _words in REAL_PEOPLE:
        answers += [name, position, roles]
    answers.append("no")
    for *_post, words in REAL_PEOPLE:
        answers += [words, words]
    school = School(folder, {person[0]: person[-1] for person in REAL_PEOPLE})
    typed = ("setup", "--handover-key-out", str(folder / "handover.age"))
    done = school.run(*typed, answers=answers)
    (folder / "setup.txt").write_text(done.err)
    return school


@functools.cache
def real_authorised() -> School:
    """Return a real record with a case that is authorised, all of it with answers alone."""
    school = real().copy_to(_place("real-authorised"))
    one, two, three = school.words_of("ab", "cd", "ef")
    school.run(
        *REPORT[:2],
        *REPORT[-4:],
        answers=["ab", "pupil", "pupil", "Unkind messages", "", "The tutor", "P. Q.", one],
    )
    both = ["present", one, "present", two]
    school.run("case", "triage", *_HURT, answers=["17", "ab", "cd", "Plain enough", *both])
    school.run(
        *("case", "authorise"),
        answers=["ef", "none", "safeguarding", "yes", "yes", "To protect", *both, "read", three],
    )
    return school


def words_of_sheet_2(school: School) -> str:
    """Return the six words of the handover key that set-up showed once."""
    return six_words((school.folder / "setup.txt").read_text())


def six_words(said: str) -> str:
    """Return the six words that were shown once."""
    lines = (line.strip() for line in said.splitlines() if line.startswith("      "))
    return next(line for line in lines if len(line.split()) == 6)


@_while_fresh
def real_collecting() -> School:
    """Return a real record with an open session and one concern, all of it with answers alone."""
    school = real_authorised().copy_to(_place("real-collecting"))
    one, two, three = school.words_of("ab", "cd", "ef")
    both = ["present", one, "present", two]
    sheets = [str(school.folder / "handover.age"), words_of_sheet_2(school)]
    school.run(
        *("handover-key", "check"), answers=["ab", "ef", *sheets, "present", one, "present", three]
    )
    school.run("session", "open", answers=["Room 4", "no", "no", *both])
    school.run(
        *("concern", "add"),
        answers=[
            *("https://chat.example/9", "yes", "Unkind messages", "Today", "A group chat", *both)
        ],
    )
    return school
