"""A school whose computer has Chromium and a screen, and a hand that moves the browser."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browsing import QUIET, Hand, chromium
from counterseal import locks
from counterseal.keys import recipients
from driving import Done, School
from patience import until
from schools import CONCERN, OPEN, PRESENT, second_case
from xvfb import Screen

SIZE = (1280, 800)
RESUME = ("session", "resume", "--place", "Room 4", "--no-conflict", "ab", "--no-conflict", "cd")
CLOSE = ("session", "close", "--summary", "Looked at two pages", *PRESENT)
RULES = """
[profile]
name = "ours"
title = "Ours"
version = 1
extends = "base"

[browser]
save = ["mhtml", "text"]
"""
"""Of a school that chose that pages may be saved, in both forms."""
FACED = [flag for flag in QUIET if "headless" not in flag]


@contextlib.contextmanager
def watched_school(before: School, folder: Path, screen: Screen) -> Iterator[School]:
    """Copy a school to a computer that has Chromium, called with what only tests add.

    Args:
        before: The school.
        folder: Where its copy goes.
        screen: What its commands see.
    """
    path = chromium().path
    school = before.copy_to(folder / "school")
    facing = school.seeing({"DISPLAY": screen.name, "XAUTHORITY": str(screen.authority)})
    (school.folder / "bin").mkdir(exist_ok=True)
    wrapper = school.folder / "bin" / "chromium"
    wrapper.write_text(
        f'#!/bin/sh\nPATH=/usr/bin:/bin\nexec {path} {" ".join(FACED)} "$@"\n', encoding="utf-8"
    )
    wrapper.chmod(0o755)
    yield facing
    for keeper in ("guarding", "watching"):
        (facing.vault / keeper / "wanted").unlink(missing_ok=True)
    (facing.vault / "STOPPED").unlink(missing_ok=True)
    until(lambda: not any(keeper_lives(facing, name) for name in ("guarding", "watching")), 30)
    _end_browser(facing)


def keeper_lives(school: School, folder: str) -> bool:
    """Say whether somebody holds a keeper's file: "guarding", "watching"."""
    return locks.is_held(school.vault / folder / "keeper")


def keeper_of(school: School, folder: str = "watching") -> int:
    """Return the id of the process that holds a keeper's file: asked of the system."""
    held = school.vault / folder / "keeper"
    found = [
        int(path.parts[2]) for path in Path("/proc").glob("[0-9]*/fd/*") if _leads_to(path, held)
    ]
    (process,) = set(found)
    return process


def _leads_to(path: Path, target: Path) -> bool:
    try:
        return path.resolve() == target.resolve()
    except OSError:
        return False


def ready(school: School) -> Any:  # noqa: ANN401  (JSON)
    """Return what the keeper of the browser said when it was ready."""
    return json.loads((school.vault / "watching" / "ready").read_text())


def go(school: School, address: str) -> None:
    """Open an address in a window of the watched browser."""
    hand = Hand(ready(school)["port"])
    hand.go(address)
    hand.close()


def opened(school: School) -> Any:  # noqa: ANN401  (JSON)
    """Open a session; return what the command told."""
    return school.json(*OPEN, "--case", second_case(school), answers=school.words_of("ab", "cd"))


def open_to_save(school: School) -> list[str]:
    """Choose both forms of saving a page, and open a session; return the two's passphrases."""
    (school.folder / "ours.toml").write_text(RULES)
    both = school.words_of("ab", "cd")
    signers = ("--signer", "ab", "--signer", "cd", *PRESENT)
    school.run("policy", "adopt", "ours.toml", *signers, answers=both)
    school.run(*OPEN, "--case", second_case(school), answers=both)
    return both


def add(school: School, *answers: str) -> Done:
    """Record a concern; the first answer says which address it is."""
    typed = ("concern", "add", *CONCERN, *PRESENT)
    return school.run(*typed, answers=(*answers, *school.words_of("ab", "cd")))


def visits(school: School) -> list[Any]:
    """Return every visit in the record, as the handover key opens it."""
    found: list[Any] = []
    for path in (school.vault / "details").rglob("*.age"):
        text = written_in(school, str(path.relative_to(school.vault)))
        if text["step"] == "visit.recorded":
            found += map(json.loads, text["text"]["visits"])
    return sorted(found, key=lambda visit: visit["number"])


def opened_by_handover(school: School, name: str) -> bytes:
    """Return what an encrypted file of the record holds, as the handover key opens it."""
    identity = (school.folder / "case" / "handover.key").read_text().strip()
    return recipients.decrypt((school.vault / name).read_bytes(), identity)


def written_in(school: School, name: str) -> Any:  # noqa: ANN401  (JSON)
    """Return the text of a step, as the handover key opens it."""
    return json.loads(opened_by_handover(school, name))


def browsers(school: School) -> list[int]:
    """Return the ids of the main processes of browsers that run on a profile folder of the school.

    Never read from a file: what a test wrote there could name any process of this computer.
    """
    profile = f"--user-data-dir={school.vault / 'browser'}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            kind = any(word.startswith(b"--type=") for word in words)
            if not kind and any(word.startswith(profile) for word in words):
                found.append(int(path.parts[2]))
    return found


def _end_browser(school: School) -> None:
    """End the browsers that this test started, where they still run."""
    for process in browsers(school):
        with contextlib.suppress(ProcessLookupError):
            assert os.getpgid(process) == process, "it leads no group of its own"
            os.killpg(process, signal.SIGKILL)
