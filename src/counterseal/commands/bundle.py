"""`counterseal bundle`: what leaves for the police, sealed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.handover import RECEIVERS
from counterseal.commands.options import (
    Command,
    case_option,
    signing_options,
    with_desk,
    with_desk_anyway,
)
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.commands.small_file import read_small
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.handover import seal
from counterseal.workflow import handing_over
from counterseal.workflow.bundle_lock import Lock, Sealing, make_lock
from counterseal.workflow.handing_over import Made, Progress
from counterseal.workflow.record import Record
from counterseal.workflow.steps import preflight
from counterseal.workflow.stop.after import check_usable, stopped_case

_CERTIFICATE_BYTES = 65_536
_READY = (Stage.COLLECTED, Stage.JUDGED, Stage.ACTING)


def sealing_options(function: Command) -> Command:
    """Add what says to whom a bundle is sealed, and where it goes."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    folder = click.Path(file_okay=False, path_type=Path)
    words_help = "Six words open it, told another way. So it is where nothing else is given."
    for option in (
        click.option(
            "--out", type=folder, help="A folder that is new or empty; else bundle-REF in this one."
        ),
        click.option(
            "--to-cert", type=file, help="The receiver's certificate: a PEM file with an RSA key."
        ),
        click.option("--to-words", is_flag=True, help=words_help),
        click.option(
            "--to", multiple=True, metavar="age1…", help="The receiver's key. May be repeated."
        ),
    ):
        function = option(function)
    return function


@click.group(name="bundle")
def command() -> None:
    """Make the bundle that the police or another authority receive."""


@command.command()
@case_option
@click.option("--receiver", type=click.Choice(list(RECEIVERS)), help="Who will receive it.")
@click.option("--why", help="Why it leaves, in your words.")
@sealing_options
@signing_options
@with_desk
def make(desk: Desk, case: str | None, out: Path | None, **given: Any) -> None:
    """Open every exhibit and every text, seal it all in one file, and record its fingerprint.

    Nobody chooses what goes in: it is the whole case, and nothing of any other. What is opened
    stays in memory; only the sealed file is written.
    """
    record = desk.record()
    state = record.case(case) if case else record.only_case(*_READY)
    procedure.check_order(state, Step.EXPORT_OPENED)
    folder = (out or Path(f"bundle-{state.case}")).absolute()
    handing_over.check_folder(folder)
    lock = make_lock(record, _sealing(given))
    receiver = desk.asker.choice("Who will receive it", given["receiver"], RECEIVERS)
    why = desk.asker.text("Why it leaves, in your words", "the reason", given["why"])
    prepared = handing_over.prepare_export(record, state, receiver, why)
    preflight(record, prepared.proposal, state.investigators)
    both = people(record, state.investigators)
    text = _text(state, lock, receiver, why)
    stances = Stances(given["present"], given["read"])
    with (
        signed_by(desk, record, both, text, stances) as cosigners,
        _progress() as progress,
    ):
        made, receipt = handing_over.make(record, prepared, cosigners, lock, folder, progress)
    head = receipt.note.head
    issued = {
        "receipt": str(record.vault.receipt(head.size, "json")),
        "fingerprint": head.fingerprint,
    }
    _tell(desk, record, lock, made, {"case": state.case, **issued})


@command.command()
@click.option("--case", metavar="REF", help="The stopped case, if there is more than one.")
@sealing_options
@click.option("--as", "signer", metavar="ID", help="Who makes it and signs.")
@signing_options
@with_desk_anyway
def stopped(desk: Desk, case: str | None, out: Path | None, **given: Any) -> None:
    """Make the bundle of a stopped case: the record alone, and texts that stay encrypted.

    There is no picture in it, and no encrypted copy of one. One person signs it, once the police
    have said that this computer may be used.
    """
    record = desk.record_after_stop()
    check_usable(record)
    state = stopped_case(record, case)
    handing_over.check_stopped(state)
    folder = (out or Path(f"bundle-{state.case}")).absolute()
    handing_over.check_folder(folder)
    lock = make_lock(record, _sealing(given))
    signer = record.person(desk.asker.text("Your id", "the id", given["signer"]))
    text = [
        f"Making the bundle of stopped case {state.case}: the record alone",
        "No picture is in it, and no encrypted copy of one. Nothing is opened.",
        *(f"It opens with {one}" for one in _opens(lock)),
    ]
    stances = Stances(given["present"], given["read"])
    with signed_by(desk, record, [signer], text, stances) as (cosigner,), _progress() as progress:
        made = handing_over.make_record_only(record, state, cosigner, lock, folder, progress)
    _tell(desk, record, lock, made, {"case": state.case})


def _sealing(given: dict[str, Any]) -> Sealing:
    to, certificate = tuple(given["to"]), given["to_cert"]
    return Sealing(
        to=to,
        words=given["to_words"] or not (to or certificate),
        certificate=read_small(certificate, _CERTIFICATE_BYTES, "to be a certificate")
        if certificate
        else b"",
    )


def _text(state: CaseState, lock: Lock, receiver: str, why: str) -> list[str]:
    return [
        f"Making the bundle of case {state.case} for: {RECEIVERS[receiver]}",
        f"Opened for it: {len(state.exhibits)} exhibits, and everything that was written",
        f"Why: {why}",
        *(f"It opens with {one}" for one in _opens(lock)),
        "The fingerprint of the sealed file is signed into the record by both as well.",
    ]


def _opens(lock: Lock) -> Iterator[str]:
    yield from (f"the key {recipient}" for recipient in lock.sealing.to)
    if lock.words:
        yield "six words, told another way than the file"
    if lock.holder:
        name, fingerprint = lock.holder
        yield f"the certificate of {name}, fingerprint {fingerprint}"


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show how far it is, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console  # noqa: PLC0415  (only where it is shown)
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True)) as bar:
        task = bar.add_task("Sealing the bundle", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(desk: Desk, record: Record, lock: Lock, made: Made, more: dict[str, Any]) -> None:
    data = {
        **more,
        "bundle": str(made.path),
        "sha256": made.digest.sha256,
        "size": made.digest.size,
        "zip_size": made.zipped,
        "entry": made.entry,
        "words": lock.words,
        "recipients": list(lock.sealing.to),
        "files": sorted([seal.NAME, *lock.files]),
    }
    desk.tell(data, [shown(line) for line in _lines(lock, made, record)])


def _lines(lock: Lock, made: Made, record: Record) -> Iterator[str]:
    practice = "PRACTICE · " if record.practice else ""
    yield f"{practice}Kept: the bundle is made, and its fingerprint is entry {made.entry}."
    yield f"   {made.path}   {made.digest.size:,} bytes"
    yield f"   Fingerprint: {made.digest.sha256}"
    if lock.words:
        yield from (
            "",
            "The six words that open it. They are shown this once and kept nowhere:",
            "",
            f"      {lock.words}",
            "",
            "Tell them to the receiver by telephone or in person, never in the same envelope.",
            f"Hand over {seal.WORDS} together with {seal.NAME}.",
        )
    if lock.holder:
        yield f"Hand over {seal.CERTIFICATE} together with {seal.NAME}."
    yield "Next, when it has been handed over: `counterseal handover record`."
