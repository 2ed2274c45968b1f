"""`counterseal practice`: rehearse a whole case with made-up people."""

import os
import sys
from pathlib import Path

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import with_desk_anyway
from counterseal.custody.check import check
from counterseal.errors import IntegrityError, StoppedError
from counterseal.evidence.triage import QUESTION_IMAGE, Answer, HardStop
from counterseal.latch import Latch
from counterseal.places import HOME
from counterseal.policy.profile import NAMES, builtin
from counterseal.workflow.practice import Rehearsal, rehearse
from counterseal.workflow.practice_stop import play
from counterseal.workflow.stop.cause import Cause
from counterseal.workflow.stop.lock import lock
from counterseal.workflow.stop.words import SENTENCE

_FILES = (
    "   receipt.txt     the paper that shows later whether anything was changed",
    "   practice.json   the people, their passphrases and the exhibits",
    "   bundle.zip.age  what the police would receive; key.age and words.txt open it",
    "   bundle.zip      the same, open (in practice only); begin with data/START-HERE.html",
    "   handover.key    opens the exhibits (in practice only it lies here)",
    "   vault/          the record itself",
)
_TRY = ("   counterseal case show", "   counterseal log show", "   counterseal log check")
_TRY_STOPPED = (
    "   counterseal case show     refused, as everything is",
    "   counterseal stop show     the pages",
    "   counterseal stop sheet    the paper",
    "   counterseal log check",
    "   counterseal call record --to social-care",
    "   counterseal computer release",
)
_UNREAL = frozenset({"headless-browser", "practice-card"})


@click.command(name="practice")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("practice-case"),
    show_default=True,
    help="Where to leave everything: a folder that is new or empty.",
)
@click.option(
    "--profile",
    "rules",
    default="base",
    show_default=True,
    metavar="NAME",
    help=f"Whose rules to rehearse: {', '.join(('base', *NAMES))}.",
)
@click.option(
    "--stop",
    is_flag=True,
    help="Rehearse the hard stop instead: one of the two presses STOP after the first picture.",
)
@with_desk_anyway
def command(desk: Desk, out: Path, rules: str, *, stop: bool) -> None:
    """Rehearse a whole case: four made-up people, this real screen where there is one.

    The passphrases are printed, so that every other command can be tried on the result afterwards.
    Nothing here is evidence, and everything says PRACTICE.

    Rehearse the stop as well, before you need it: `counterseal practice --stop --out FOLDER`. It
    says step by step who presses STOP, what happens then, and what people do on paper. Where there
    is a screen it is covered for some seconds. Only the practice record is stopped by it.
    """
    if Latch((desk.around.latch_folder,)).stopped:
        raise StoppedError
    out = out.absolute()
    outcome = rehearse(
        out,
        desk.around,
        lambda line: desk.say(f"  {line}"),
        AskReal(desk),
        builtin(rules),
        play if stop else None,
    )
    if isinstance(outcome, HardStop):
        lock(out / "vault", desk.around, Cause(outcome.trigger, outcome.person, kind="not-sure"))
        raise StoppedError(SENTENCE, kept="The practice record is stopped, as a real one would be.")
    _tell(desk, out, outcome, stopped=stop)


class AskReal:
    """Asks about the real screen, because a real picture of it is about to be taken."""

    def __init__(self, desk: Desk) -> None:
        """Keep how to ask."""
        self._desk = desk

    def __call__(self, backend: str) -> Answer:
        """Return the answer; a drawn card, or nobody at the terminal, needs no question."""
        if backend in _UNREAL or not self._desk.asker.at_terminal:
            return Answer.NO
        self._desk.say("", "  A picture of your real screen is about to be taken, for practice.")
        return Answer(self._desk.asker.choice(QUESTION_IMAGE, None, dict.fromkeys(Answer, "")))


def _tell(desk: Desk, out: Path, rehearsal: Rehearsal, *, stopped: bool) -> None:
    record = rehearsal.record
    report = check(record.store, record.vault, record.log.origin)
    if report.findings:
        raise IntegrityError(report.findings)
    data = {
        "out": str(out),
        "vault": str(record.vault.root),
        "case": rehearsal.case(),
        "exhibits": rehearsal.exhibits,
        "entries": report.entries,
        "root": report.root,
        "receipt": str(out / "receipt.json"),
        "bundle": str(out / "bundle.zip"),
    }
    counted = (
        f"Checked: {report.entries} entries, {report.signatures} signatures and "
        f"{report.files} files. All of it is as it was kept."
    )
    lines = ["", counted, "", f"Everything is in {out}", *_FILES, "", "Try more on it:"]
    lines.append(f"   {_home_command(record.vault.root)}")
    first = rehearsal.exhibits[0]["path"]
    opened = f"   age -d -i {out / 'handover.key'} {first} > picture.png"
    lines += _TRY_STOPPED if stopped else (*_TRY, opened, "   counterseal stop")
    desk.tell(data, lines)


def _home_command(vault: Path) -> str:
    if os.name == "nt" or sys.platform == "win32":
        return f"set {HOME}={vault}"
    return f"export {HOME}={vault}"
