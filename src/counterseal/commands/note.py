"""`counterseal note`: add a note to a case."""

from typing import Any

import click

from counterseal.commands.desk import Desk
from counterseal.commands.options import case_option, signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import Stage
from counterseal.evidence.exhibit import ExhibitRef
from counterseal.workflow import collect, sessions
from counterseal.workflow.steps import commit


@click.group(name="note")
def command() -> None:
    """Add a note to a case, or to one of its exhibits."""


@command.command()
@case_option
@click.option("--about", metavar="EXHIBIT", help='The exhibit it is about, like "AB/1".')
@click.option("--text", "words", help="The note.")
@signing_options
@with_desk
def add(desk: Desk, case: str | None, about: str | None, words: str | None, **given: Any) -> None:
    """Add a note. What was written before stays as it is."""
    record = desk.record()
    noted = set(Stage) - {Stage.NEW, Stage.REPORTED, Stage.STOPPED}
    state = record.case(case) if case else record.only_case(*noted)
    state = sessions.pause_if_idle(record, state)
    procedure.check_order(state, Step.NOTE_ADDED)
    ref = str(ExhibitRef.parse(about)) if about else ""
    note = desk.asker.text("The note", "the note", words)
    prepared = collect.prepare_note(record, state, ref, note)
    text = [f"Note to case {state.case}" + (f", exhibit {ref}" if ref else ""), note]
    stances = Stances(given["present"], given["read"])
    both = people(record, state.investigators)
    with signed_by(desk, record, both, text, stances) as cosigners:
        kept = commit(record, prepared, cosigners)
    data = {"case": state.case, "entry": kept.entry.index}
    desk.tell(data, [f"Kept: the note is entry {kept.entry.index} of the record."])
