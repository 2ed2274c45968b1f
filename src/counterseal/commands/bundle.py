"""`counterseal bundle`: what leaves for the police, sealed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from counterseal.commands.desk import Desk, shown
from counterseal.commands.handover import RECEIVERS
from counterseal.commands.options import case_option, signing_options, with_desk
from counterseal.commands.signing import Stances, people, signed_by
from counterseal.custody import procedure
from counterseal.custody.facts import Step
from counterseal.custody.state import CaseState, Stage
from counterseal.errors import UsageError, VaultError
from counterseal.handover import seal
from counterseal.workflow import handing_over
from counterseal.workflow.handing_over import Lock, Made, Progress, Sealing
from counterseal.workflow.record import Record
from counterseal.workflow.steps import preflight

_CERTIFICATE_BYTES = 65_536
_READY = (Stage.COLLECTED, Stage.JUDGED, Stage.ACTING)


@click.group(name="bundle")
def command() -> None:
    """Make the bundle that the police or another authority receive."""


@command.command()
@case_option
@click.option("--receiver", type=click.Choice(list(RECEIVERS)), help="Who will receive it.")
@click.option("--why", help="Why it leaves, in your words.")
@click.option("--to", multiple=True, metavar="age1…", help="The receiver's key. May be repeated.")
@click.option(
    "--to-words",
    is_flag=True,
    help="Six words open it, told another way. So it is where nothing else is given.",
)
@click.option(
    "--to-cert",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The receiver's certificate: a PEM file with an RSA key.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that is new or empty; else bundle-REF in this one.",
)
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
    lock = handing_over.make_lock(record, _sealing(given))
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
        made = handing_over.make(record, prepared, cosigners, lock, folder, progress)
    _tell(desk, record, state, lock, made)


def _sealing(given: dict[str, Any]) -> Sealing:
    to, certificate = tuple(given["to"]), given["to_cert"]
    return Sealing(
        to=to,
        words=given["to_words"] or not (to or certificate),
        certificate=_read(certificate) if certificate else b"",
    )


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _CERTIFICATE_BYTES:
            what = f"{path.name} is too large to be a certificate."
            raise UsageError(what)
        return path.read_bytes()
    except OSError as error:
        what = f"{path.name} could not be read: {error.strerror}."
        raise VaultError(what) from error


def _text(state: CaseState, lock: Lock, receiver: str, why: str) -> list[str]:
    opens = [f"the key {recipient}" for recipient in lock.sealing.to]
    if lock.words:
        opens.append("six words, told another way than the file")
    if lock.holder:
        name, fingerprint = lock.holder
        opens.append(f"the certificate of {name}, fingerprint {fingerprint}")
    return [
        f"Making the bundle of case {state.case} for: {RECEIVERS[receiver]}",
        f"Opened for it: {len(state.exhibits)} exhibits, and everything that was written",
        f"Why: {why}",
        *(f"It opens with {one}" for one in opens),
        "The fingerprint of the sealed file is signed into the record by both as well.",
    ]


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


def _tell(desk: Desk, record: Record, state: CaseState, lock: Lock, made: Made) -> None:
    head = made.receipt.note.head
    data = {
        "case": state.case,
        "bundle": str(made.path),
        "sha256": made.digest.sha256,
        "size": made.digest.size,
        "zip_size": made.zipped,
        "entry": made.entry,
        "words": lock.words,
        "recipients": list(lock.sealing.to),
        "files": sorted([seal.NAME, *lock.files]),
        "receipt": str(record.vault.receipt(head.size, "json")),
        "fingerprint": head.fingerprint,
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
