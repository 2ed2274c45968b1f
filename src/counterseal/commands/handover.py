"""`counterseal handover`: record that something was handed over, with a receipt for both sides."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from counterseal import durable
from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import (
    Command,
    case_option,
    signing_options,
    with_desk,
    with_desk_anyway,
)
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import UsageError, VaultError
from counterseal.workflow import handed
from counterseal.workflow.handed import Handover
from counterseal.workflow.handing_over import check_stopped
from counterseal.workflow.record import Record
from counterseal.workflow.steps import Prepared, commit, kept_already, preflight, prepare
from counterseal.workflow.stop.after import check_usable, prepare_after, stopped_case

RECEIVERS = {
    "police": "The police.",
    "local-authority": "The local authority, such as its designated officer.",
    "social-care": "Children's social care.",
    "legal-adviser": "The school's legal adviser.",
    "other": "Somebody else.",
}
CARRIERS = {
    "usb-stick": "A USB stick.",
    "disc": "A disc.",
    "secure-transfer": "A secure transfer service.",
    "computer": "A computer or another device.",
    "paper": "Paper.",
    "other": "Something else.",
}
_READY = (Stage.COLLECTED, Stage.JUDGED, Stage.ACTING)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_CHECKS = {
    "warrant-card": "A warrant card or pass was looked at.",
    "called-back": "Somebody called back on a number known from elsewhere.",
    "known-in-person": "Known to one of the two in person.",
    "secure-service": "The receiving service makes sure of it.",
    "other": "In another way.",
}


@click.group(name="handover")
def command() -> None:
    """Record that a bundle, a device or papers were handed over."""


def handover_options(function: Command) -> Command:
    """Add what a hand-over is asked about."""
    paper = click.Path(dir_okay=False, path_type=Path)
    written = "Where to write the receipt to print; it is shown in any case."
    for option in (
        click.option("--receipt-out", type=paper, help=written),
        click.option("--remarks", help="Anything else."),
        click.option("--seal", help="Number of the seal, if there is one."),
        click.option("--item", help="What was handed over, in words."),
        click.option("--organisation", help="For which force or body."),
        click.option("--person", help="Name, rank and number of who received it."),
        click.option("--checked", help="What was seen or done to check it."),
        click.option(
            "--identity", type=click.Choice(list(_CHECKS)), help="How identity was checked."
        ),
        click.option("--carrier", type=click.Choice(list(CARRIERS)), help="On what."),
        click.option("--receiver", type=click.Choice(list(RECEIVERS)), help="Who received it."),
        click.option("--bundle", type=_FILE, help="The sealed bundle, where it was one."),
    ):
        function = option(function)
    return function


@command.command()
@case_option
@handover_options
@signing_options
@with_desk
def record(desk: Desk, case: str | None, **given: Any) -> None:
    """Record a hand-over. Both sign; then print the receipt twice, for ink on both sides."""
    opened = desk.record()
    state = opened.case(case) if case else opened.only_case(*_READY)
    procedure.check_order(state, Step.HANDOVER_RECORDED)
    _check_paper(given["receipt_out"])
    handover = _ask(desk, opened, state, given)
    prepared = prepare(opened, handed.draft_of(state, handover), state.recipient)
    _keep(desk, opened, prepared, state.investigators, handover, given)


@command.command()
@click.option("--case", metavar="REF", help="The stopped case, if there is more than one.")
@handover_options
@click.option("--as", "signer", metavar="ID", help="Who records this.")
@signing_options
@with_desk_anyway
def stopped(desk: Desk, case: str | None, **given: Any) -> None:
    """Record a hand-over after a stop, once the computer may be used for that. One person signs."""
    opened = desk.record_after_stop()
    check_usable(opened)
    state = stopped_case(opened, case)
    check_stopped(state)
    _check_paper(given["receipt_out"])
    handover = _ask(desk, opened, state, given)
    signer = opened.person(desk.asker.text("Your id", "the id", given["signer"]))
    prepared = prepare_after(opened, handed.draft_of(state, handover))
    _keep(desk, opened, prepared, (signer.id,), handover, given)


def _check_paper(path: Path | None) -> None:
    if path is not None and path.exists():
        what = f"{path} is there already, and nothing is ever overwritten."
        raise VaultError(what, advice="Name another file with --receipt-out.")


def _keep(  # noqa: PLR0917  (a step, who signs it, what they read)
    desk: Desk,
    opened: Record,
    prepared: Prepared,
    signers: Sequence[str],
    handover: Handover,
    given: dict[str, Any],
) -> None:
    case, paper = prepared.proposal.case, given["receipt_out"]
    preflight(opened, prepared.proposal, signers)
    stances = Stances(given["present"], given["read"])
    text = _text(case, handover)
    with signed_by(desk, opened, people(opened, signers), text, stances) as cosigners:
        kept = commit(opened, prepared, cosigners)
    receipt = handed.receipt_text(opened, kept, handover)
    with kept_already(f"The hand-over is entry {kept.entry.index} of the record."):
        if paper is not None:
            durable.write_new(paper.absolute(), receipt.encode())
    lines = [
        f"Kept: the hand-over is entry {kept.entry.index} of the record.",
        "Print this twice; everybody named signs both in ink:",
        "",
        *shown(receipt).splitlines(),
    ]
    desk.tell({"case": case, "entry": kept.entry.index, "receipt": receipt}, lines)


def _ask(desk: Desk, opened: Record, state: CaseState, given: dict[str, Any]) -> Handover:
    ask = desk.asker
    bundle = _digest(given["bundle"], state) if given["bundle"] else ""
    to = ask.choice("Who received it", given["receiver"], RECEIVERS)
    person = ask.text("Name, rank and number of who received it", "the name", given["person"])
    body = ask.text("For which force or body", "the body", given["organisation"])
    item = ask.text("What was handed over, in words", "the description", given["item"])
    carrier = ask.choice("On what", given["carrier"], CARRIERS)
    _note_sticks(desk, opened, carrier)
    number = ask.text("Number of the seal, if there is one", "seal", given["seal"], empty=True)
    identity = ask.choice("How was identity checked", given["identity"], _CHECKS)
    checked = ask.text("What was seen or done to check it", "the check", given["checked"])
    remarks = ask.text("Anything else", "the remarks", given["remarks"], empty=True)
    return Handover(
        bundle=bundle,
        to=to,
        carrier=carrier,
        identity=identity,
        person=person,
        organisation=body,
        item=item,
        seal=number,
        checked=checked,
        remarks=remarks,
    )


def _note_sticks(desk: Desk, opened: Record, carrier: str) -> None:
    if carrier == "usb-stick" and opened.terms.policy.media.removable == "avoid":
        desk.say(
            "   Note: the school's rules want sticks only where nothing else will do. Say why in "
            "the remarks."
        )


def _digest(path: Path, state: CaseState) -> str:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        what = f"{path.name} could not be read: {error.strerror}."
        raise VaultError(what) from error
    if digest not in state.bundles:
        what = f"{path.name} is not a bundle that was made in case {state.case}."
        advice = "Do not hand it over. Name the file that `counterseal bundle make` made."
        raise UsageError(what, advice=advice)
    return digest


def _text(case: str, handover: Handover) -> list[str]:
    return [
        f"Handed over in case {case}: {handover.item}",
        f"To: {handover.person}, {handover.organisation}",
        f"On: {CARRIERS[handover.carrier]} Seal: {handover.seal or 'none'}",
        f"Identity: {_CHECKS[handover.identity]} {handover.checked}",
        *([f"Fingerprint of the bundle: {handover.bundle}"] if handover.bundle else []),
        *([handover.remarks] if handover.remarks else []),
    ]
