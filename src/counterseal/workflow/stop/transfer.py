"""A copy of the other cases, so that they go on at another computer while this one is stopped.

Everything in it is encrypted as it is here, wraps included. Of the stopped cases it holds nothing
but their lines of the log, which name what was left behind. Nothing is opened for it.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from counterseal import durable
from counterseal.custody.copying import copy_log
from counterseal.errors import Finding, IntegrityError, OutOfOrderError, VaultError
from counterseal.evidence.exhibit import Digest
from counterseal.evidence.vault import Vault
from counterseal.workflow.record import Record

_WHOLE = ("people", "keysets", "profiles", "receipts", "proposals")
_BY_CASE = ("details", "exhibits", "wraps", "records")


def transfer(record: Record, target: Path) -> int:
    """Copy the record without its stopped cases.

    Args:
        record: The opened record.
        target: A folder that is new or empty.

    Returns:
        How many files were copied.

    Raises:
        OutOfOrderError: No stop stands here: the folder itself can be brought over.
        VaultError: The folder is not empty, or the disk refuses; what was copied goes again.
        IntegrityError: A copy is not what was copied.
    """
    states = (record.log.case(case) for case in record.log.cases())
    left = {state.case for state in states if state.exposed not in {"", "no"}}
    if not record.standing_stops():
        what = "This computer is not stopped."
        advice = "Bring the whole data folder over, then run `counterseal computer change` there."
        raise OutOfOrderError(what, advice=advice)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        what = f"{target} is not an empty folder."
        raise VaultError(what, advice="Name another one with --out.")
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = list(_names(record.vault, left))
        for name in names:
            _copy(record.vault.path(name), target.joinpath(*name.split("/")))
        copy_log(record.vault.log, target / "log.db")
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise durable.trouble(error, target) from error
    except (VaultError, IntegrityError):
        shutil.rmtree(target, ignore_errors=True)
        raise
    return len(names) + 1


def _names(vault: Vault, left: set[str]) -> Iterator[str]:
    yield from ("vault.toml", "computer.key")
    for folder in _WHOLE:
        yield from (n for n in vault.files(folder) if not n.endswith((durable.PART, ".tries")))
    for folder in _BY_CASE:
        yield from (name for name in vault.files(folder) if name.split("/")[1] not in left)


def _copy(source: Path, target: Path) -> None:
    content = source.read_bytes()
    durable.write_new(target, content)
    if Digest.of(target.read_bytes()) != Digest.of(content):
        what = "the copy is not what was copied"
        raise IntegrityError((Finding("digest-mismatch", target.name, what),))
