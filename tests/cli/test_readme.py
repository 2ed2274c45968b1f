"""Every command that the README shows is run, and says what the README says it says.

A block is marked ```console. Where its commands begin with "$ ", the other lines are what they
print; numbers, fingerprints and times may differ, and a line "..." stands for any lines.
"""

import functools
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from driving import School, program

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
_VARIES = re.compile(r"[0-9a-f]{4,}|\d+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as the README shows it, and what it prints there."""

    command: str
    output: tuple[str, ...] = ()


def blocks(text: str) -> list[list[Shown]]:
    """Read every block of commands out of a page."""
    found = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [_read(block) for block in found]


def _read(block: str) -> list[Shown]:
    lines = block.replace("\\\n", " ").splitlines()
    if not any(line.startswith("$ ") for line in lines):
        return [Shown(line) for line in lines if line.strip()]
    read: list[Shown] = []
    for line in lines:
        if line.startswith("$ "):
            read.append(Shown(line.removeprefix("$ ")))
        else:
            read[-1] = Shown(read[-1].command, (*read[-1].output, line))
    return read


def differs(shown: tuple[str, ...], printed: str) -> str:
    """Return the first line that the README shows and the program did not print, or nothing."""
    lines = iter([_loosely(line) for line in printed.splitlines()])
    for line in shown:
        if line.strip() in {"", "...", "…"}:
            continue
        if not any(_loosely(line) in one for one in lines):
            return line
    return ""


def _loosely(line: str) -> str:
    return " ".join(_VARIES.sub("#", line).split()).removesuffix("…").removesuffix("...")


@functools.cache
def _start_help() -> str:
    command = [sys.executable, str(ROOT / "start.py"), "--help"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def _instead_of(command: str) -> str:
    """Return what is run here: installing everything anew is another test's, and the CI's."""
    if not command.startswith("python3 start.py"):
        return command
    _python, _file, *words = command.split("#", maxsplit=1)[0].split()
    if words and words[0] != "practice":
        assert f"start.py {words[0]}" in _start_help()
        return ":"
    arguments = words[1:] or ["--out", "practice-case"]
    return " ".join(["counterseal", "practice", *arguments])


def _run_all(listed: list[list[Shown]], folder: Path) -> list[tuple[Shown, str, int]]:
    """Run all commands in one shell, as a reader would, one after the other."""
    bin_folder = folder / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    shim = bin_folder / "counterseal"
    shim.write_text(f'#!/bin/sh\nexec {" ".join(program())} "$@"\n')
    shim.chmod(0o755)
    commands = [shown for block in listed for shown in block]
    script = "".join(
        f"{{ {_instead_of(shown.command)}\n}} >{number}.out 2>&1 </dev/null; "
        f"echo $? >{number}.status\n"
        for number, shown in enumerate(commands)
    )
    school = School(folder)
    environment = {**school.environment, "PATH": f"{bin_folder}:{os.environ['PATH']}"}
    del environment["COUNTERSEAL_HOME"]
    subprocess.run(["/bin/sh", "-c", script], cwd=folder, env=environment, check=True, timeout=180)
    return [
        (shown, (folder / f"{n}.out").read_text(), int((folder / f"{n}.status").read_text()))
        for n, shown in enumerate(commands)
    ]


def test_the_readme_shows_commands() -> None:
    """A README without one command block would make the next test empty."""
    found = blocks(README.read_text())
    assert len(found) >= 2
    assert any("start.py" in shown.command for block in found for shown in block)


@pytest.mark.skipif(sys.platform == "win32", reason="the README's commands are for a Unix shell")
def test_every_command_of_the_readme_works(tmp_path: Path) -> None:
    """They are run in order, each with what went before; what they print is what stands there."""
    for shown, printed, status in _run_all(blocks(README.read_text()), tmp_path):
        assert "Traceback" not in printed, (shown, printed)
        assert status == (30 if shown.command.endswith("counterseal stop") else 0), (shown, printed)
        assert differs(shown.output, printed) == "", (shown, printed)


def test_the_comparison_can_fail() -> None:
    """Another word is a difference; another number, fingerprint or blank is none."""
    printed = "12 entries were checked.\nFingerprint  0a1b 2c3d\nAll of it is as it was kept.\n"
    assert (
        differs(("13 entries were checked.", "...", "All of it is as it was kept."), printed) == ""
    )
    assert differs(("Fingerprint ffff 0000",), printed) == ""
    assert differs(("12 entries were changed.",), printed) == "12 entries were changed."
    in_wrong_order = ("All of it is as it was kept.", "12 entries were checked.")
    assert differs(in_wrong_order, printed) == "12 entries were checked."


def test_commands_are_told_from_what_they_print() -> None:
    """With dollar signs the other lines are output; without, every line is a command."""
    page = "```console\n$ one\nits words\n$ two\n```\ntext\n```console\nthree\nfour\n```\n"
    assert blocks(page) == [
        [Shown("one", ("its words",)), Shown("two")],
        [Shown("three"), Shown("four")],
    ]
