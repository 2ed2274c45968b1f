"""`counterseal handover`: record that something was handed over, with a receipt for both sides."""

import hashlib
from pathlib import Path
from typing import Any

import click

from counterseal import durable
from counterseal.commands.desk import Desk, shown
from counterseal.commands.options import case_option, signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import UsageError, VaultError
from counterseal.workflow import handed
from counterseal.workflow.handed import Handover
from counterseal.workflow.steps import commit, kept_already, preflight

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


@command.command()
@case_option
@click.option("--bundle", type=_FILE, help="The sealed bundle, where it was one.")
@click.option("--receiver", type=click.Choice(list(RECEIVERS)), help="Who received it.")
@click.option("--carrier", type=click.Choice(list(CARRIERS)), help="On what.")
@click.option("--identity", type=click.Choice(list(_CHECKS)), help="How identity was checked.")
@click.option("--checked", help="What was seen or done to check it.")
@click.option("--person", help="Name, rank and number of who received it.")
@click.option("--organisation", help="For which force or body.")
@click.option("--item", help="What was handed over, in words.")
@click.option("--seal", help="Number of the seal, if there is one.")
@click.option("--remarks", help="Anything else.")
@click.option(
    "--receipt-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the receipt to print; it is shown in any case.",
)
@signing_options
@with_desk
def record(desk: Desk, case: str | None, receipt_out: Path | None, **given: Any) -> None:
    """Record a hand-over. Both sign; then print the receipt twice, for ink on both sides."""
    opened = desk.record()
    state = opened.case(case) if case else opened.only_case(*_READY)
    procedure.check_order(state, Step.HANDOVER_RECORDED)
    if receipt_out is not None and receipt_out.exists():
        what = f"{receipt_out} is there already, and nothing is ever overwritten."
        raise VaultError(what, advice="Name another file with --receipt-out.")
    handover = _ask(desk, state, given)
    prepared = handed.prepare_handover(opened, state, handover)
    preflight(opened, prepared.proposal, state.investigators)
    both = people(opened, state.investigators)
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, opened, both, _text(state, handover), stances) as cosigners:
        kept = commit(opened, prepared, cosigners)
    receipt = handed.receipt_text(opened, kept, handover)
    with kept_already(f"The hand-over is entry {kept.entry.index} of the record."):
        if receipt_out is not None:
            durable.write_new(receipt_out.absolute(), receipt.encode())
    lines = [
        f"Kept: the hand-over is entry {kept.entry.index} of the record.",
        "Print this twice; everybody named signs both in ink:",
        "",
        *shown(receipt).splitlines(),
    ]
    data = {"case": state.case, "entry": kept.entry.index, "receipt": receipt}
    desk.tell(data, lines)


def _ask(desk: Desk, state: CaseState, given: dict[str, Any]) -> Handover:
    ask = desk.asker
    bundle = _digest(given["bundle"], state) if given["bundle"] else ""
    to = ask.choice("Who received it", given["receiver"], RECEIVERS)
    person = ask.text("Name, rank and number of who received it", "the name", given["person"])
    body = ask.text("For which force or body", "the body", given["organisation"])
    item = ask.text("What was handed over, in words", "the description", given["item"])
    carrier = ask.choice("On what", given["carrier"], CARRIERS)
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


def _text(state: CaseState, handover: Handover) -> list[str]:
    return [
        f"Handed over in case {state.case}: {handover.item}",
        f"To: {handover.person}, {handover.organisation}",
        f"On: {CARRIERS[handover.carrier]} Seal: {handover.seal or 'none'}",
        f"Identity: {_CHECKS[handover.identity]} {handover.checked}",
        *([f"Fingerprint of the bundle: {handover.bundle}"] if handover.bundle else []),
        *([handover.remarks] if handover.remarks else []),
    ]
