"""What holds for every command there is: its help teaches, its words are plain, a stop ends it."""

import contextlib
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

import schools
from counterseal import cli

JARGON = re.compile(r"\b(hash(es|ed)?|artefacts?|artifacts?|chains?|ledgers?)\b", re.IGNORECASE)


def _walk(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = None
        with contextlib.suppress(ModuleNotFoundError):  # a test of its own says so
            command = group.get_command(context, name)
        if isinstance(command, click.Group) and command.invoke_without_command:
            yield (*path, name)
        if isinstance(command, click.Group):
            yield from _walk(command, *path, name)
        elif command is not None:
            yield (*path, name)


COMMANDS = list(_walk(cli.root))


def _find(path: tuple[str, ...]) -> click.Command:
    found: click.Command = cli.root
    for name in path:
        assert isinstance(found, click.Group)
        step = found.get_command(click.Context(found), name)
        assert step is not None
        found = step
    return found


def _needed(command: click.Command) -> list[str]:
    """Return what has to be typed for a command to be understood at all."""
    return [
        __file__ if isinstance(parameter.type, click.Path) else "1"
        for parameter in command.params
        if isinstance(parameter, click.Argument) and parameter.required
    ]


def _files(folder: Path) -> dict[Path, bytes]:
    """Return every file but the latch, to which each STOP adds why it came, and count the log."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "STOPPED")
    files = {path: path.read_bytes() for path in found if not path.name.startswith("log.db")}
    with closing(sqlite3.connect(folder / "log.db")) as log:
        (entries,) = log.execute("SELECT count(*) FROM leaves").fetchone()
    return {**files, folder / "log.db": str(entries).encode()}


def _names(path: tuple[str, ...]) -> str:
    return " ".join(path)


APART = {("practice",), ("stop", "show"), ("stop", "sheet"), ("log", "check"), ("verify",)}


@pytest.fixture
def stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stop a record, and let this process see it as its own."""
    school = schools.collecting().copy_to(tmp_path / "school")
    school.run("stop", status=30)
    monkeypatch.setenv("COUNTERSEAL_HOME", str(school.vault))
    monkeypatch.setenv("XDG_DATA_HOME", str(school.folder / "data"))
    monkeypatch.setenv("HOME", str(school.folder / "home"))
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    return school.vault


def test_every_group_of_the_first_help_can_be_used() -> None:
    """A name without a command behind it would end in a page of code."""
    for name in cli.root.list_commands(click.Context(cli.root)):
        assert cli.root.get_command(click.Context(cli.root), name) is not None, name


def test_every_command_that_the_brief_names_is_there() -> None:
    """The commands of a plain case, each where a person would look for it."""
    named = (
        "setup; people enrol; people list; case report; case triage; case authorise; case show; "
        "case list; session open; session pause; session resume; session close; concern add; "
        "exhibit capture; exhibit supply; exhibit decline; exhibit view; exhibit list; note add; "
        "log check; log show; log receipt; stop; doctor; practice"
    )
    assert {tuple(name.split()) for name in named.split("; ")} <= set(COMMANDS)


def test_after_a_stop_every_command_ends_with_30(
    stopped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command of the tree, whatever it is given, says one sentence and does nothing.

    A rehearsal is apart: it is not about this record, which was itself stopped in practice. So is
    what may be read while everything is stopped: the instructions, and whether the record is whole.
    """
    files = _files(stopped)
    assert set(COMMANDS) >= APART
    for path in COMMANDS:
        if path in APART:
            continue
        status = cli.run([*path, *_needed(_find(path))])
        said = capsys.readouterr()
        assert status == 30, (path, said)
        assert "stopped" in said.err.lower(), path
        assert said.out == "", path
    assert _files(stopped) == files


@pytest.mark.parametrize("path", COMMANDS, ids=map(_names, COMMANDS))
def test_the_help_teaches(path: tuple[str, ...]) -> None:
    """The command and each of its options and arguments say what they are for, in plain words."""
    command = _find(path)
    assert (command.help or "").strip(), "the command says nothing of itself"
    context = click.Context(command, info_name=_names(path))
    text = command.get_help(context)
    assert not JARGON.search(text.split("Technical details")[0]), text
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert (parameter.help or "").strip(), f"{parameter.name} has no help"
    assert "--json" in text


def test_help_ends_well_and_promises_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of every command is no error, and needs no record."""
    for path in COMMANDS:
        assert cli.run([*path, "--help"]) == 0, path
        assert "Usage" in capsys.readouterr().out


def test_the_first_help_names_every_group_and_the_stop(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever types `counterseal --help` finds practice first, and how to stop."""
    assert cli.run(["--help"]) == 0
    text = capsys.readouterr().out
    for name in cli.root.list_commands(click.Context(cli.root)):
        assert re.search(rf"^  {name}\b", text, re.MULTILINE), name
    assert "counterseal stop" in text
    assert not JARGON.search(text)
    assert text.index("practice") < text.index("setup")


def test_a_group_without_a_command_is_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no step, so nothing is said about keeping."""
    assert cli.run(["case"]) == 2
    said = capsys.readouterr()
    assert "triage" in said.out + said.err
    assert "Nothing was kept" not in said.out + said.err
