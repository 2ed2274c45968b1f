"""What a command has at hand: the data folder, how to ask, how to tell."""

import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import click

from counterseal import machine, places, timekeeping
from counterseal.clock import SystemClock
from counterseal.commands.asking import Asker
from counterseal.commands.showing import shown, told
from counterseal.custody.facts import Step
from counterseal.custody.procedure import AFTER_STOP
from counterseal.errors import StoppedError
from counterseal.evidence.browser.trouble import BrowserGoneError
from counterseal.evidence.screen import open_screen
from counterseal.keys.holding import KeyHolder, leave_at_once
from counterseal.keys.keyfile import PRACTICE_COST, REAL_COST
from counterseal.workflow.browsing.asking import WatchedBrowser
from counterseal.workflow.browsing.catching_up import catch_up
from counterseal.workflow.browsing.clearing import clear_left_over
from counterseal.workflow.browsing.port import Seen
from counterseal.workflow.guarding import ScreenGuard
from counterseal.workflow.record import Record, open_record
from counterseal.workflow.replacing import tidy_left_over
from counterseal.workflow.stop import lock
from counterseal.workflow.stop.after import check_usable
from counterseal.workflow.stop.cause import Cause
from counterseal.workflow.stop.lock import Stopped
from counterseal.workflow.stop.words import SENTENCE, TOLD_SENTENCE
from counterseal.workflow.surroundings import Surroundings, this_program

__all__ = ["Desk", "shown", "this_computer", "told"]


def this_computer(*, own_process: bool = False) -> Surroundings:
    """Return the surroundings of a real run.

    Args:
        own_process: Whether this process does nothing but one command, so that it may end itself
            when somebody presses STOP elsewhere.
    """
    return Surroundings(
        clock=SystemClock(),
        random=secrets.token_bytes,
        machine=machine.this_machine,
        screen=lambda practice: open_screen(practice=practice),
        latch_folder=places.latch_folder(),
        cost=REAL_COST,
        practice_cost=PRACTICE_COST,
        program=this_program,
        holder=KeyHolder(leave_at_once if own_process else None),
        guard=ScreenGuard(),
        browser=WatchedBrowser(),
        timekeeping=timekeeping.timekeeping,
    )


@dataclass(slots=True)
class Desk:
    """One command's surroundings.

    Args:
        as_json: Whether to tell in JSON.
        around: What a record is opened with.
        asker: How to ask.
        seen: What stands in the monitored browser; None where the session goes on by hand.
    """

    as_json: bool
    around: Surroundings = field(default_factory=this_computer)
    asker: Asker = field(default_factory=Asker)
    seen: Seen | None = None

    @property
    def root(self) -> Path:
        """The data folder: COUNTERSEAL_HOME, or this user's."""
        return places.data_folder()

    def check_not_stopped(self) -> None:
        """Refuse every command after a stop; do whatever the stop left undone.

        Raises:
            StoppedError: A stop stands.
        """
        if lock.stopped(self.root, self.around):
            raise StoppedError

    def record(self, *, signing: bool = True, anywhere: bool = False) -> Record:
        """Open the record.

        Args:
            signing: Whether something will be signed or opened, so that every leaf is gone
                through first, and this has to be the designated computer.
            anywhere: Whether another computer will do, for `computer change`.

        Raises:
            StoppedError: A stop stands.
            NoVaultError: There is no record here.
            WrongComputerError: Something is to be signed, and this is another computer.
        """
        self.check_not_stopped()
        record = open_record(self.root, self.around)
        record.check_no_stop()
        if signing and not anywhere:
            record.check_machine()
        if signing:
            with self.waiting("Going through the record"):
                record.survey()
                tidy_left_over(record)
                clear_left_over(record)
            self._catch_up(record)
        return record

    def _catch_up(self, record: Record) -> None:
        """Whatever the browser opened until now stands in the record before anything follows it."""
        try:
            with self.waiting("Writing down what the browser opened"):
                self.seen = catch_up(record)
        except BrowserGoneError as error:
            self.seen = None
            self.say(f"   {error.what} {error.kept} {error.advice}")

    def record_for(self, step: Step) -> Record:
        """Open the record for a step that may be taken before a stop, and after one.

        Raises:
            StoppedError: A stop stands, and nobody has recorded that this computer may be used.
        """
        if not lock.stopped(self.root, self.around):
            return self.record()
        if step not in AFTER_STOP:
            raise StoppedError
        record = self.record_after_stop()
        check_usable(record)
        return record

    def record_to_check(self) -> Record:
        """Open the record to check it, which may be done while a stop stands.

        Raises:
            NoVaultError: There is no record here.
        """
        lock.stopped(self.root, self.around)
        record = open_record(self.root, self.around)
        record.mend_latches()
        return record

    def record_after_stop(self) -> Record:
        """Open the record for what may be recorded although a stop stands.

        Raises:
            NoVaultError: There is no record here.
            WrongComputerError: This is another computer.
            BrokenLogError: The record is not as it was kept.
        """
        lock.stopped(self.root, self.around)  # first whatever the stop left undone
        record = open_record(self.root, self.around)
        record.check_machine()
        with self.waiting("Going through the record"):
            record.go_through()
        return record

    def tell(self, data: Mapping[str, Any], lines: Sequence[str]) -> None:
        """Print the outcome: as JSON, or as lines for people."""
        if self.as_json:
            click.echo(json.dumps(data, indent=2))
        else:
            for line in lines:
                click.echo(line)

    def say(self, *lines: str) -> None:
        """Say something on the way; never part of the outcome."""
        for line in lines:
            click.echo(line, err=True)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Show that something takes a while, on a terminal only."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console  # noqa: PLC0415  (only where it is shown)

        with Console(stderr=True).status(what):
            yield

    def lock(self, cause: Cause) -> NoReturn:
        """Stop everything, then leave with the outcome "stopped".

        Raises:
            StoppedError: Always; the latch stands by then.
        """
        self.leave_stopped(lock.lock(self.root, self.around, cause))

    def leave_stopped(self, done: Stopped, groups: Sequence[str] = ()) -> NoReturn:
        """Say what a stop did, and leave.

        Args:
            done: What it did.
            groups: The fingerprint of the record, to be copied onto paper.

        Raises:
            StoppedError: Always.
        """
        told_only = done.sealed and not done.computer
        stopped = StoppedError(
            TOLD_SENTENCE if told_only else SENTENCE,
            advice=" ".join((*_advice(done), *dict.fromkeys(done.troubles))),  # each once
            kept=_kept(done),
        )
        stopped.outcome = {
            "case": done.case,
            "sealed": done.sealed,
            "computer_stopped": done.computer,
            "uncovered": done.uncovered,
            "unfrozen": done.unfrozen,
            "troubles": list(done.troubles),
            "groups": list(groups),
        }
        raise stopped


def _kept(done: Stopped) -> str:
    if not done.stands:
        return "This program could not lock the computer: stay beside it until the police come."
    if not done.sealed:
        return "The computer is locked. Nothing opens on it."
    if not done.computer:
        return f"Case {done.case} is stopped for good, and that is written in the record."
    return f"Case {done.case} is stopped and sealed, and that is written in the record."


def warnings(done: Stopped) -> list[str]:
    """Return what somebody has to do at once after a stop, before any question."""
    lines = []
    if done.uncovered:
        lines.append("A screen could not be covered: turn the monitors off now.")
    if done.unfrozen:
        lines.append("The browser may still be running: turn the monitors off now.")
    return lines


def _advice(done: Stopped) -> list[str]:
    lines = warnings(done)
    if not done.computer and done.sealed:
        lines.append("Nobody looked at it here, so other work at this computer can go on.")
    elif not done.sealed and not done.troubles:
        lines.append("Say what it was with `counterseal stop`, when you have called.")
    return [*lines, "What to do, page by page: `counterseal stop show`. Write on paper."]
