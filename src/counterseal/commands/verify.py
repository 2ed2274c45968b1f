"""`counterseal verify`: check a bundle, on any computer, with nothing but this program."""

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import click

from counterseal import places
from counterseal.commands.asking import Asker
from counterseal.commands.showing import shown
from counterseal.commands.small_file import read_small
from counterseal.errors import UsageError, VaultError
from counterseal.handover.checks.container import Container
from counterseal.handover.checks.outcome import LIMITS, Status, Verdict
from counterseal.handover.verify import Feed, verify
from counterseal.latch import Latch

_PIECE: Final = 1 << 18
_SHORT: Final = 1 << 20
_KEY_FILE: Final = "key.age"
_IDENTITY: Final = "AGE-SECRET-KEY-1"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="verify")
@click.argument("bundle", type=_FILE)
@click.option("--words", is_flag=True, help="Ask for the six words that open it.")
@click.option("--words-file", type=_FILE, help="A file with the six words.")
@click.option("--identity", type=_FILE, help="A file with the age identity that opens it.")
@click.option("--receipt", type=_FILE, help="A receipt (JSON) that was kept elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_context
def command(context: click.Context, /, bundle: Path, as_json: bool, **given: Any) -> int:
    """Check BUNDLE: a bundle.zip, or a bundle.zip.age with what opens it.

    Needs no record and no network. What is sealed is opened in memory and never written to the
    disk. Exit status: 0 nothing is wrong, 40 something is, 41 this is no bundle, 42 it cannot be
    judged from what is at hand.
    """
    Latch((places.data_folder(), places.latch_folder())).check()
    root = context.find_root()
    root.params["as_json"] = as_json = as_json or bool(root.params.get("as_json"))
    identity = _identity(bundle, given)
    receipt = _read(given["receipt"]) if given["receipt"] else None
    try:
        with bundle.open("rb") as file, _progress(bundle) as tell:
            verdict = verify(_feed(file, identity, tell), receipt)
    except OSError as error:
        what = f"{bundle.name} could not be read: {error.strerror}."
        raise VaultError(what) from error
    text = json.dumps(_as_dict(bundle, verdict), indent=2) if as_json else _page(bundle, verdict)
    click.echo(text)
    return verdict.exit_status


def _feed(file: IO[bytes], identity: str, tell: Callable[[int], object]) -> Feed:
    def pieces() -> Iterator[bytes]:
        for piece in iter(functools.partial(file.read, _PIECE), b""):
            yield piece
            tell(len(piece))

    def plain(container: Container) -> None:
        for piece in pieces():
            container.write(piece)

    if not identity:
        return plain
    from counterseal.keys import recipients  # noqa: PLC0415  (only where it is sealed)

    return lambda container: recipients.decrypt_stream(pieces(), container, identity)


def _identity(bundle: Path, given: dict[str, Any]) -> str:
    """Return the age identity that opens the bundle; "" where none was given.

    Raises:
        UsageError: More than one thing was given, or it cannot be used.
        WrongPassphraseError: The words are not right.
    """
    ways = [name for name in ("words", "words_file", "identity") if given[name]]
    if len(ways) > 1:
        what = "One of --words, --words-file and --identity is enough."
        raise UsageError(what)
    if given["identity"]:
        lines = _text(given["identity"]).split()
        found = [line for line in lines if line.startswith(_IDENTITY)]
        if len(found) != 1:
            what = f"{given['identity'].name} does not hold one age identity."
            raise UsageError(what, advice=f"Such a file has a line that begins with {_IDENTITY}.")
        return found[0]
    if not ways:
        return ""
    from counterseal.keys import passphrase_file  # noqa: PLC0415  (only where it is sealed)

    key = bundle.with_name(_KEY_FILE)
    if not key.is_file():
        what = f"There is no {_KEY_FILE} beside {bundle.name}, which the six words open."
        raise UsageError(what, advice=f"Put {_KEY_FILE} into the same folder.")
    words = _text(given["words_file"]) if given["words_file"] else Asker().secret("The six words")
    opened = passphrase_file.decrypt(_read(key), " ".join(words.lower().split()))
    return opened.decode("ascii", "replace").strip()


def _text(path: Path) -> str:
    return _read(path).decode("utf-8", "replace")


def _read(path: Path) -> bytes:
    return read_small(path, _SHORT, "for that")


@contextmanager
def _progress(bundle: Path) -> Iterator[Callable[[int], object]]:
    """Show how far it is, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda _size: None
        return
    from rich.console import Console  # noqa: PLC0415  (only where it is shown)
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Reading the bundle", total=bundle.stat().st_size)
        yield lambda size: progress.advance(task, size)


def _as_dict(bundle: Path, verdict: Verdict) -> dict[str, Any]:
    return {
        "file": bundle.name,
        "exit_status": verdict.exit_status,
        "checks": [
            {"number": c.number, "name": c.name, "status": str(c.status), "what": c.what}
            for c in verdict.checks
        ],
        "about": dict(verdict.about),
        "integrity": verdict.integrity,
        "signers": [
            {
                "id": s.id,
                "name": s.name,
                "position": s.position,
                "key": s.key,
                "entries": s.entries,
                "statement": s.statement,
            }
            for s in verdict.signers
        ],
        "trusted_time": verdict.trusted_time,
        "completeness": verdict.completeness,
        "not_shown": list(LIMITS),
    }


def _page(bundle: Path, verdict: Verdict) -> str:
    return "\n".join(shown(line) for line in _lines(bundle, verdict))


def _lines(bundle: Path, verdict: Verdict) -> Iterator[str]:
    about = verdict.about
    yield f"Bundle {bundle.name}"
    if about:
        practice = "PRACTICE, not evidence. " if about["practice"] else ""
        yield f"   {practice}Case {about['case']} of the record {about['record']}"
        yield f"   {about['kind']}, {about['exhibits']} exhibits, made {about['made']}"
    yield ""
    for check in verdict.checks:
        yield f"[{check.status}] {check.number} {check.name} — {check.what}"
    yield from ("", f"Integrity: {verdict.integrity}", "Signed by:")
    for signer in verdict.signers:
        place = f", {signer.position}" if signer.position else ""
        whole = ", and for the whole bundle" if signer.statement else ""
        yield f"   {signer.name} ({signer.id}){place}: {signer.entries} entries of the case{whole}"
        yield f"      key {signer.key}"
    if not verdict.signers:
        yield "   It could not be shown."
    yield f"Trusted time: {verdict.trusted_time}"
    yield f"Completeness: {verdict.completeness}"
    yield from ("", "What no software can show:", *(f"   {limit}" for limit in LIMITS), "")
    yield _outcome(verdict)


def _outcome(verdict: Verdict) -> str:
    count = {s: sum(c.status is s for c in verdict.checks) for s in Status}
    numbers = ", ".join(f"{number} {status}" for status, number in count.items())
    return f"{numbers}. Exit status {verdict.exit_status}."
