"""`counterseal computer`: two people look the designated computer over, or go on at another."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import signing_options, with_desk, with_desk_anyway
from counterseal.commands.people import ask_signers, signer_option
from counterseal.commands.signing import Stances, people, signed_by, two_ids
from counterseal.custody.facts import Step
from counterseal.evidence.browser import FOLDER
from counterseal.workflow import checks, computers
from counterseal.workflow.checks import Checked, Grade
from counterseal.workflow.steps import Draft, commit, preflight
from counterseal.workflow.stop import after
from counterseal.workflow.stop.transfer import transfer as transfer_to

LEFT_ON_SCREEN = (
    "If the watched browser is still there, it shows what was open at the stop, frozen. Do not "
    "look: turn the monitor off, and let the officer close it, or log this account off."
)
_SAID = {
    Grade.PASS: "in order",
    Grade.WARN: "look at this",
    Grade.NOT_CHECKED: "not checked",
}


@click.group(name="computer")
def command() -> None:
    """Look the designated computer over, or go on at another one."""


@command.command()
@signer_option
@signing_options
@with_desk
def check(desk: Desk, **given: Any) -> None:
    """Check the designated computer; two people sign what was found.

    Whatever has to be mended refuses it. What this program cannot ask is called "not checked", and
    never counts as in order.
    """
    record = desk.record()
    signers = ask_signers(desk, record, given["signer"])
    found = computers.look_over(record)
    prepared = computers.prepare_check(record, found)
    grade = prepared.proposal.facts["grade"]
    machine = record.around.machine()
    text = [f"This computer was looked over: {machine.name}, {machine.system}", *_lines(found)]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, signers, text, stances) as cosigners:
        commit(record, prepared, cosigners)
    left = sum(item.grade is not Grade.PASS for item in found)
    line = f"Kept: this computer was looked over; {left} of {len(found)} points need a look."
    data = {"grade": grade, "checks": _data(found), "signed_by": [p.id for p in signers]}
    desk.tell(data, [shown(line), *(shown(each) for each in _lines(found))])


@command.command()
@signer_option
@signing_options
@with_desk
def change(desk: Desk, **given: Any) -> None:
    """Go on at this computer instead of the one so far. Both people are here.

    Bring the whole data folder over first, as it is. Until two people have signed this here,
    nothing else is signed here; from then on nothing may be written at the old computer any more.
    """
    record = desk.record(anywhere=True)
    prepared = computers.prepare_change(record)
    signers = ask_signers(desk, record, given["signer"])
    found = computers.look_over(record, designated=False)
    machine = record.around.machine()
    text = [
        f"From now on this is the designated computer: {machine.name}, {machine.system}",
        "Nothing more is written at the computer so far, and no other copy is gone on with.",
        *_lines(found),
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, signers, text, stances) as cosigners:
        computers.changed(record, prepared, cosigners)
    lines = [
        f"Kept: the record goes on here, at {machine.name}.",
        "Next: `counterseal log receipt`, and put the data folder of the old computer away.",
    ]
    grade = str(checks.worst(found))
    data = {"grade": grade, "checks": _data(found), "signed_by": [p.id for p in signers]}
    desk.tell(data, [shown(line) for line in lines])


@command.command()
@click.option("--case", metavar="REF", help="The stopped case, if there is more than one.")
@click.option("--advice", type=click.Choice(["police", "dsl"]), help="Whose advice it is.")
@click.option(
    "--reason",
    type=click.Choice(["not-wanted", "returned"]),
    help="The police do not want it, or have brought it back.",
)
@click.option("--words", help="Who said so, when, and what they said.")
@click.option("--authoriser", metavar="ID", help="The Headteacher, or the Chair.")
@click.option("--signed-by", "signer", multiple=True, metavar="ID", help="The two investigators.")
@signing_options
@with_desk_anyway
def release(desk: Desk, case: str | None, **given: Any) -> None:
    """Let a stopped computer be used again. The case stays stopped for ever.

    The Headteacher (the Chair, if it is about the Head) and both investigators sign, on the advice
    of the police or of the safeguarding lead.
    """
    record = desk.record_after_stop()
    after.check_usable(record)
    state = after.stopped_case(record, case)
    ask = desk.asker
    whose = ask.choice("Whose advice is it", given["advice"], {"police": "", "dsl": ""})
    reason = ask.choice("Why", given["reason"], {"not-wanted": "", "returned": ""})
    words = ask.text("Who said so, when, and in what words", "the advice", given["words"])
    head = record.person(ask.text("Id of the Headteacher or Chair", "it", given["authoriser"]))
    two = list(given["signer"]) or list(state.investigators) or two_ids(desk, (), "investigator")
    facts = {"authoriser": head.id, "advice": whose, "reason": reason}
    draft = Draft(Step.COMPUTER_RELEASED, state.case, facts, {"words": words})
    prepared = after.prepare_after(record, draft)
    signers = people(record, [head.id, *two])
    preflight(record, prepared.proposal, [person.id for person in signers])
    text = [
        f"This computer may be used again. Case {state.case} stays stopped.",
        f"Advice of: {whose} ({reason.replace('-', ' ')})",
        f"In their words: {words}",
        *([LEFT_ON_SCREEN] if (record.vault.root / FOLDER / state.case).exists() else []),
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, signers, text, stances) as cosigners:
        kept, free = after.release(record, prepared, cosigners)
    line = f"Kept: the computer is released. Case {state.case} stays stopped."
    more = [] if free else ["Another stop still stands, so the computer stays locked."]
    data = {"case": state.case, "entry": kept.entry.index, "free": free}
    desk.tell(data, [line, *more])


@command.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    help="Where to copy to: a folder that is new or empty, on an encrypted stick.",
)
@with_desk_anyway
def transfer(desk: Desk, out: str | None) -> None:
    """Copy the other cases of a stopped computer, to go on with them at another one.

    Everything in the copy is encrypted as it is here. Of the stopped case it holds nothing but its
    lines of the log. At the other computer, two people run `counterseal computer change`.
    """
    record = desk.record_after_stop()
    after.check_usable(record)
    target = Path(desk.asker.text("Which folder to copy to", "the folder", out)).absolute()
    with desk.waiting("Copying the other cases"):
        files = transfer_to(record, target)
    left = record.standing_stops()
    lines = [
        f"Copied: {files} files, without {' and '.join(left)}, to {target}",
        "At the other computer: put it where COUNTERSEAL_HOME leads, then run",
        "   counterseal computer change",
        "Nothing more of these other cases is written at this computer.",
    ]
    desk.tell(
        {"out": str(target), "files": files, "without": left}, [shown(line) for line in lines]
    )


def _lines(found: Sequence[Checked]) -> list[str]:
    return [f"   {_SAID[item.grade]:<14} {item.what} {item.advice}".rstrip() for item in found]


def _data(found: Sequence[Checked]) -> list[dict[str, str]]:
    return [
        {"name": c.name, "grade": str(c.grade), "what": c.what, "advice": c.advice} for c in found
    ]
