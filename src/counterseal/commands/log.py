"""`counterseal log`: check, show, receipt."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from counterseal.canonical import NotCanonicalError
from counterseal.clock import plain_time
from counterseal.commands.desk import Desk, shown
from counterseal.commands.looking import cases_for, viewer_option
from counterseal.commands.options import with_desk, with_desk_anyway
from counterseal.commands.session import tell_receipt
from counterseal.commands.signing import people, unlocked
from counterseal.custody.check import Report, check
from counterseal.custody.log import Cosigner
from counterseal.custody.procedure import RULES
from counterseal.custody.receipt import Receipt
from counterseal.custody.rows import Logged
from counterseal.errors import Finding, IntegrityError, UsageError
from counterseal.workflow.receipts import compare
from counterseal.workflow.record import Record
from counterseal.workflow.reviewing import entries_beside, find
from counterseal.workflow.steps import issue_receipt


@click.group(name="log")
def command() -> None:
    """Check the record, show it, issue a receipt."""


@command.command(name="check")
@click.option(
    "--receipt",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A receipt (JSON) to compare the record with.",
)
@with_desk_anyway
def check_(desk: Desk, receipt: Path | None) -> int:
    """Check everything that was kept. Exit status 40 where something is not as it was kept."""
    record = desk.record_to_check()
    report = _checked(record)
    findings = list(report.findings)
    if receipt is not None:
        wrong = compare(record, _read_receipt(receipt))
        findings += [wrong] if wrong else []
    lines = _outcome(report, findings, receipt)
    data = {
        "good": not findings,
        "entries": report.entries,
        "signatures": report.signatures,
        "files": report.files,
        "root": report.root,
        "not_on_a_receipt": report.unreceipted,
        "findings": [{"kind": f.kind, "where": f.where, "what": f.what} for f in findings],
        "left_over": list(report.left_over),
    }
    desk.tell(data, [shown(line) for line in lines])
    return IntegrityError.exit_status if findings else 0


@command.command()
@click.option("--case", metavar="REF", help="Only this case.")
@viewer_option
@with_desk
def show(desk: Desk, case: str | None, viewer: str | None) -> None:
    """Show the record as a timeline: what, who, when. No contents."""
    record = desk.record(signing=False)
    cases = cases_for(desk, record, viewer)
    if case:
        entries = [(x.entry.index, x) for x in record.log.entries(find(cases, case).case)]
    else:
        entries = entries_beside(record, cases)
    names = {p.id: p.name for p in record.terms.keyset.people}
    lines = [_line(number, logged, names) for number, logged in entries]
    note = "This list was not checked now; `counterseal log check` does that."
    desk.tell({"entries": [_as_dict(number, x) for number, x in entries]}, [*lines, "", note])


@command.command()
@click.option("--signed-by", multiple=True, metavar="ID", help="Who puts their name to it.")
@with_desk
def receipt(desk: Desk, signed_by: tuple[str, ...]) -> None:
    """Issue a receipt: a paper that shows later whether anything was changed or cut off."""
    record = desk.record()
    signers = people(record, signed_by)
    with ExitStack() as stack:
        cosigners = [
            Cosigner(p.id, present=True, key=stack.enter_context(unlocked(desk, record, p)))
            for p in signers
        ]
        issued = issue_receipt(record, cosigners, "asked")
    tell_receipt(desk, record, issued, "Kept: the receipt is issued.")


def _checked(record: Record) -> Report:
    if not sys.stderr.isatty():
        return check(record.store, record.vault, record.log.origin)
    from rich.console import Console  # noqa: PLC0415  (only where it is shown)
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Checking every entry", total=None)

        def moved(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        return check(record.store, record.vault, record.log.origin, moved)


def _outcome(report: Report, findings: list[Finding], receipt: Path | None) -> list[str]:
    counted = (
        f"{report.entries} entries, {report.signatures} signatures and {report.files} files "
        "were checked."
    )
    lines = [counted, *(f"WRONG  {finding}" for finding in findings)]
    lines += [f"nothing vouches for it, so leave it alone: {name}" for name in report.left_over]
    if findings:
        return [*lines, "Change nothing and make no repair; keep this list."]
    if receipt is not None:
        lines.append("The record goes on from that receipt; nothing it covers was changed.")
    lines.append("All of it is as it was kept.")
    if report.unreceipted:
        lines.append(
            f"{report.unreceipted} entries are not yet on a receipt: were the end of the record "
            "cut off now, no paper would show it."
        )
    return lines


def _read_receipt(path: Path) -> Receipt:
    try:
        return Receipt.from_json(path.read_bytes())
    except (OSError, NotCanonicalError) as error:
        what = f"{path.name} is not a receipt, or was changed."
        raise UsageError(what, advice="Give the .json file of the receipt.") from error


def _line(number: int, logged: Logged, names: dict[str, str]) -> str:
    entry = logged.entry
    who = ", ".join(names.get(p.id, p.id) for p in entry.people) or "this computer"
    where = entry.case or "record"
    title = RULES[entry.step].title
    return shown(f"{number:>5}  {plain_time(entry.time.utc):<30} {where:<9} {title} · {who}")


def _as_dict(number: int, logged: Logged) -> dict[str, Any]:
    entry = logged.entry
    return {
        "index": number,
        "case": entry.case,
        "step": str(entry.step),
        "time": entry.time.utc,
        "people": [{"id": p.id, "present": p.present} for p in entry.people],
        "facts": dict(entry.facts),
        "hash": logged.leaf_hash.hex(),
    }
