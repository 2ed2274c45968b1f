"""Drives the real `counterseal` command: a process of its own, a home of its own, answers typed.

Most commands run in a process forked from this one, which has read all the modules already and so
starts at once; `as_installed` runs the console command itself, which is what a person starts.

A `School` is a data folder with everything beside it that one user of one computer has. Nothing
that it does leaves its folder; the second latch, which stands in a folder of the user's, does not
either.
"""

import base64
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import counterseal
from forking import forked
from xvfb import without_screen

LIMIT_S = 90
NOTHING_KEPT = "Nothing was kept."


def program() -> list[str]:
    """Return the console command where it is installed, else the same as a module."""
    beside = Path(sys.executable).with_name("counterseal")
    found = str(beside) if beside.exists() else shutil.which("counterseal")
    return [found] if found else [sys.executable, "-m", "counterseal"]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended.

    Args:
        typed: What was typed after `counterseal`.
        status: Its exit status.
        out: Its outcome, on standard output.
        err: What it said on the way, on standard error.
    """

    typed: tuple[str, ...]
    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401  (each command has keys of its own)
        """The outcome, where it was asked for in JSON."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Everything that a person could read."""
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class School:
    """A data folder, and all that stands around it on one computer.

    Args:
        folder: Holds `vault/`, the user's home and the user's own data folder.
        passphrases: Of the people, by id.
        before: What to start the command with, such as a name space of its own.
        more: Added to the environment, such as a screen.
        seen: Where this process sees the data folder, if not at its own place.
        installed: Whether to start the console command itself.
    """

    folder: Path
    passphrases: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    seen: Path | None = None
    installed: bool = False

    @property
    def vault(self) -> Path:
        """The data folder."""
        return self.folder / "vault"

    @property
    def inside(self) -> Path:
        """The data folder, as this process sees it."""
        return self.seen or self.vault

    @property
    def latch(self) -> Path:
        """The user's own latch folder."""
        return self.folder / "data" / "counterseal-latch"

    @property
    def environment(self) -> dict[str, str]:
        """What the command finds: this folder, no screen, and no browser to draw pages with."""
        empty = self.folder / "bin"
        empty.mkdir(parents=True, exist_ok=True)
        (self.folder / "home").mkdir(exist_ok=True)
        return {
            **{k: v for k, v in without_screen().items() if not k.startswith("COUNTERSEAL")},
            "HOME": str(self.folder / "home"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "COUNTERSEAL_HOME": str(self.vault),
            "PYTHONPATH": str(Path(counterseal.__file__).parents[1]),
            "PATH": str(empty),
            "TZ": "UTC",
            **self.more,
        }

    def command(self, *typed: str) -> list[str]:
        """Return the whole command line."""
        before = list(self.before)
        if before:
            before[0] = shutil.which(before[0]) or before[0]
        return [*before, *program(), *typed]

    def run(self, *typed: str, answers: Iterable[str] = (), status: int | None = 0) -> Done:
        """Run a command to its end.

        Args:
            typed: What is typed after `counterseal`.
            answers: What is typed when it asks, a line each.
            status: The exit status that is expected; None where the caller looks itself.
        """
        if self.installed or self.before or not hasattr(os, "fork"):
            with self.start(*typed) as running:
                return finish(running, typed, answers, status)
        asked = "".join(f"{line}\n" for line in answers)
        ended = forked(typed, asked, self.environment, self.folder, LIMIT_S)
        return _expected(Done(typed, *ended), status)

    @contextlib.contextmanager
    def start(self, *typed: str) -> Iterator[subprocess.Popen[str]]:
        """Start a command and leave it waiting for its answers; it never outlives the block."""
        with subprocess.Popen(
            self.command(*typed),
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            try:
                yield running
            finally:
                running.kill()

    def json(self, *typed: str, answers: Iterable[str] = ()) -> Any:  # noqa: ANN401
        """Run a command that must succeed, and return its outcome."""
        return self.run(*typed, "--json", answers=answers).data

    def words_of(self, *people: str) -> list[str]:
        """Return the passphrases of these people, in order."""
        return [self.passphrases[person] for person in people]

    def within(self, *before: str) -> "School":
        """Return the same school with its commands started by another one."""
        return replace(self, before=before)

    def seeing(self, environment: Mapping[str, str]) -> "School":
        """Return the same school with more in its environment, such as a screen."""
        return replace(self, more={**self.more, **environment})

    def as_installed(self) -> "School":
        """Return the same school with its commands started as a person starts them."""
        return replace(self, installed=True)

    def copy_to(self, folder: Path) -> "School":
        """Copy everything, so that a test can do to it what it likes."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return replace(self, folder=folder)

    def entries(self) -> int:
        """Count the entries, without asking the program."""
        with closing(self._log()) as log:
            return int(log.execute("SELECT count(*) FROM leaves").fetchone()[0])

    def steps(self) -> list[str]:
        """Return the steps of all entries, without asking the program."""
        with closing(self._log()) as log:
            return [row[0] for row in log.execute("SELECT step FROM leaves ORDER BY position")]

    def cases(self) -> list[str]:
        """Return the references of all cases, without asking the program."""
        with closing(self._log()) as log:
            found = log.execute(
                "SELECT DISTINCT case_id FROM leaves WHERE case_id != '' ORDER BY 1"
            )
            return [row[0] for row in found]

    def last_entry(self) -> Any:  # noqa: ANN401  (each step has facts of its own)
        """Return the last entry as it stands in the log, without asking the program."""
        with closing(self._log()) as log:
            (leaf,) = log.execute("SELECT leaf FROM leaves ORDER BY position DESC").fetchone()
        return json.loads(base64.b64decode(json.loads(leaf)["payload"]))

    def _log(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.inside / 'log.db'}?mode=ro", uri=True)

    def files(self) -> dict[str, str]:
        """Map every file of the data folder to its digest, but for the log and counts of tries."""
        return {
            str(path.relative_to(self.inside)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.inside.rglob("*"))
            if path.is_file() and not path.name.startswith("log.db") and path.suffix != ".tries"
        }

    def is_good(self) -> bool:
        """Whether `log check` finds everything as it was kept."""
        return bool(self.json("log", "check")["good"])


def finish(
    running: subprocess.Popen[str],
    typed: tuple[str, ...],
    answers: Iterable[str],
    status: int | None = 0,
) -> Done:
    """Answer a command that was started, and wait for its end."""
    out, err = running.communicate("".join(f"{line}\n" for line in answers), timeout=LIMIT_S)
    return _expected(Done(typed, running.returncode, out, err), status)


def _expected(done: Done, status: int | None) -> Done:
    assert "Traceback" not in done.said, done
    assert status is None or done.status == status, done
    return done


def refused(
    school: School, status: int, code: str, *typed: str, answers: Iterable[str] = ()
) -> Mapping[str, Any]:
    """Run a command that must be refused, and make sure that nothing at all was kept.

    Args:
        school: Where.
        status: The exit status that it must end with.
        code: The code of the error.
        typed: What is typed after `counterseal`.
        answers: What is typed when it asks, a line each.

    Returns:
        The error, as `--json` prints it.
    """
    entries, files = school.entries(), school.files()
    done = school.run(*typed, "--json", answers=answers, status=status)
    error: Mapping[str, Any] = done.data
    assert (error["error"], error["exit_status"]) == (code, status), error
    assert error["kept"] == NOTHING_KEPT
    for sentence in (error["what"], error["advice"]):
        assert sentence.strip(), error
        assert sentence.rstrip()[-1] in ".!?)", error
    assert school.entries() == entries, "an entry was kept all the same"
    assert school.files() == files, "a file was left all the same"
    return error
