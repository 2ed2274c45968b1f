"""`counterseal exhibit`: capture, supply, save-page, decline, view, list."""

from pathlib import Path
from typing import Any

import click

from counterseal.commands import capturing, saving
from counterseal.commands.desk import Desk, shown
from counterseal.commands.keeping import WORDS, stop_if_of_that_kind
from counterseal.commands.looking import cases_for, one_of, viewer_option
from counterseal.commands.options import (
    Command,
    case_option,
    safety_option,
    signing_options,
    with_desk,
)
from counterseal.commands.questions import answer_option
from counterseal.commands.session import current
from counterseal.commands.signing import Stances, people, safety, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.log import Cosigner
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import OutOfOrderError, UsageError, VaultError
from counterseal.evidence.exhibit import Digest, ExhibitRef
from counterseal.evidence.triage import Act
from counterseal.policy.choices import FORMS
from counterseal.workflow import collect, opening
from counterseal.workflow.record import Record
from counterseal.workflow.steps import commit, kept_already


def _keeping_options(function: Command) -> Command:
    """Add what both say after looking at what was taken, and why it is not kept."""
    for option in (
        click.option("--why", help="Why it is not kept, in your words."),
        click.option("--reason", type=click.Choice(list(WORDS)), help="Why it is not kept."),
        click.option(
            "--keep/--do-not-keep", default=None, help="What both say after looking at it."
        ),
    ):
        function = option(function)
    return function


@click.group(name="exhibit")
def command() -> None:
    """Take pictures, save pages, take in what was handed over, look at exhibits."""


@command.command()
@case_option
@click.option("--concern", type=click.IntRange(1), help="Which concern it shows; else the latest.")
@click.option("--what", help="What the picture shows, in plain words.")
@click.option(
    "--producer", metavar="ID", help="Whose exhibit it is; else the first investigator's."
)
@_keeping_options
@answer_option("picture")
@safety_option
@with_desk
def capture(desk: Desk, case: str | None, **given: Any) -> None:
    """Take a picture of the whole screen, look at it together, and keep it or not.

    Where a browser is watched, the page that stands in it is taken in the same act, as an exhibit
    of its own.

    The safety question comes last, just before the picture. "Yes" and "Not sure" stop everything.
    """
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.EXHIBIT_CAPTURED)
    capturing.capture(desk, record, state, _concern(state, given.pop("concern")), given)


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@case_option
@click.option("--concern", type=click.IntRange(1), help="Which concern it shows; else the latest.")
@click.option("--what", help="What it is, in plain words.")
@click.option("--supplied-by", help="Who handed it over.")
@click.option("--received", help="When it was handed over.")
@click.option(
    "--producer", metavar="ID", help="Whose exhibit it is; else the first investigator's."
)
@safety_option
@with_desk
def supply(desk: Desk, file: Path, case: str | None, **given: Any) -> None:
    """Take in something that was handed over. It is marked "not captured by us"."""
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.EXHIBIT_SUPPLIED)
    concern = _concern(state, given["concern"])
    ask = desk.asker
    what = ask.text("What is it, in plain words", "the description", given["what"])
    giver = ask.text("Who handed it over", "the name", given["supplied_by"])
    received = ask.text("When was it handed over", "the time", given["received"])
    both = people(record, capturing.producer_first(state, given["producer"]))
    with capturing.two_unlocked(desk, record, both) as keys:
        clearance = safety(desk, record, both, Act.IMPORT, given=given["safety"], case=state.case)
        item = collect.Supplied(_read(file), file.name, what, giver, received)
        prepared = collect.prepare_supplied(
            record, state, item, clearance, concern=concern, producer=both[0].id
        )
        cosigners = [Cosigner(p.id, present=True, key=k) for p, k in zip(both, keys, strict=True)]
        commit(record, prepared, cosigners)
    capturing.tell_kept(desk, state, prepared.proposal.exhibits, [Digest.of(item.content)], both)


@command.command(name="save-page")
@case_option
@click.option(
    "--form", type=click.Choice(list(FORMS)), help="Whole, with its pictures, or its words alone."
)
@click.option("--concern", type=click.IntRange(1), help="Which concern it shows; else the latest.")
@click.option("--what", help="What the page shows, in plain words.")
@click.option(
    "--producer", metavar="ID", help="Whose exhibit it is; else the first investigator's."
)
@click.option(
    "--scrolled",
    multiple=True,
    metavar="ID",
    help="This person scrolled to the page's end. Give it twice; else each is asked.",
)
@_keeping_options
@answer_option("picture")
@safety_option
@with_desk
def save_page(desk: Desk, case: str | None, **given: Any) -> None:
    """Save the page that stands in the watched browser, where the school's rules allow it.

    A saved page takes in what is not on the screen, so both scroll to its end first. The safety
    question comes last, just before. How the page looked is shown, and each says keep or not.
    """
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.PAGE_SAVED)
    saving.save(desk, record, state, _concern(state, given.pop("concern")), given)


@command.command()
@case_option
@click.option("--concern", type=click.IntRange(1), help="Which concern; else the latest.")
@click.option("--reason", type=click.Choice(list(WORDS)), help="Why no picture is kept.")
@click.option("--why", help="Why, in your words.")
@signing_options
@with_desk
def decline(desk: Desk, case: str | None, **given: Any) -> None:
    """Record that no picture is kept of a concern: an equal choice, not a lesser one."""
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.EXHIBIT_DECLINED)
    concern = _concern(state, given["concern"])
    reason = desk.asker.choice("Why is no picture kept", given["reason"], WORDS)
    stop_if_of_that_kind(desk, state, reason, unsaved=False)
    why = desk.asker.text("Why, in your words", "the reason", given["why"])
    prepared = collect.prepare_declined(record, state, concern=concern, reason=reason, why=why)
    text = [f"No picture is kept of concern {concern} of case {state.case}", WORDS[reason], why]
    both = people(record, state.investigators)
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, both, text, stances) as cosigners:
        commit(record, prepared, cosigners)
    line = f"Kept: no picture of concern {concern} is kept, and why."
    desk.tell({"case": state.case, "concern": concern, "kept": False}, [line])


@command.command()
@click.argument("ref")
@case_option
@safety_option
@with_desk
def view(desk: Desk, ref: str, case: str | None, **given: Any) -> None:
    """Look at an exhibit again, both together; that it was looked at is logged."""
    record = desk.record()
    state = current(record, case)
    procedure.check_order(state, Step.EXHIBIT_VIEWED)
    wanted = str(ExhibitRef.parse(ref))
    if state.exhibit(wanted) is None:
        what = f"There is no exhibit {wanted} in case {state.case}."
        raise UsageError(what, advice="Run `counterseal exhibit list` to see them.")
    both = people(record, state.investigators)
    with capturing.two_unlocked(desk, record, both) as keys:
        clearance = safety(desk, record, both, Act.VIEW, given=given["safety"], case=state.case)
        named = [(p.id, k) for p, k in zip(both, keys, strict=True)]
        opened = opening.open_exhibit(record, state, wanted, named, clearance)
    with kept_already(f"That exhibit {wanted} was opened is in the log. Nothing of it was kept."):
        capturing.look(desk, record, state, wanted, opened)


@command.command(name="list")
@case_option
@viewer_option
@with_desk
def list_(desk: Desk, case: str | None, viewer: str | None) -> None:
    """List the exhibits of a case."""
    record = desk.record(signing=False)
    live = set(Stage) - {Stage.NEW, Stage.REPORTED}
    state = one_of(cases_for(desk, record, viewer), case, *live)
    rows = [_row(record, state, e.ref) for e in state.exhibits]
    lines = [
        f"{row['ref']:<8} concern {row['concern']}   {row['how']:<9} {row['time']}   "
        f"{row['size']:>10,} bytes   {row['sha256'][:16]}…"
        for row in rows
    ] or [f"Case {state.case} has no exhibits."]
    desk.tell({"case": state.case, "exhibits": rows}, [shown(line) for line in lines])


_HOW = {Step.EXHIBIT_SUPPLIED: "supplied", Step.PAGE_SAVED: "saved"}


def _row(record: Record, state: CaseState, ref: str) -> dict[str, Any]:
    made = state.exhibit(ref)
    if made is None:
        message = "an exhibit of the state is in the state"
        raise AssertionError(message)
    entries = record.log.entries(state.case)
    entry = next(x.entry for x in entries if x.entry.index == made.index)
    first, *_ = entry.proposal.exhibits
    file = next(each for each in entry.proposal.exhibits if each.ref == ref)
    return {
        "ref": ref,
        "concern": made.concern,
        "how": "page" if file is not first else _HOW.get(entry.step, "captured"),
        "time": entry.time.utc,
        "entry": entry.index,
        "path": file.name,
        "sha256": file.sha256,
        "size": file.size,
    }


def _concern(state: CaseState, given: int | None) -> int:
    if not state.concerns:
        what = "Record the address and what is of concern first."
        raise OutOfOrderError(what, advice="Run `counterseal concern add`.")
    number = given or state.concerns
    if number > state.concerns:
        what = f"There is no concern {number}; the latest is {state.concerns}."
        raise UsageError(what)
    return number


def _read(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > collect.MOST_SUPPLIED:
            what = f"{file.name} is too large: {size:,} bytes, at most {collect.MOST_SUPPLIED:,}."
            raise UsageError(what, advice="Record it in words, and keep the medium itself safe.")
        return file.read_bytes()
    except OSError as error:
        what = f"{file.name} could not be read: {error.strerror}."
        raise VaultError(what) from error
