"""The one door through which bytes reach the disk.

Order of durability: write, fsync the file, rename or link into place, fsync the folder. A reader
never meets half a file; a crash leaves at most a stray `.part` file, which `doctor` reports.
"""

import contextlib
import errno
import os
import secrets
from pathlib import Path

from counterseal.errors import VaultError

PART = ".part"


def write_new(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a file that must not exist yet, durably, and read it back.

    Args:
        path: Where to. Its folder is made where missing.
        content: The exact bytes.
        mode: Permissions of the file (where the platform has them).

    Raises:
        VaultError: It exists already, cannot be written, or reads back differently.
    """
    part = _write_part(path, content, mode)
    try:
        _publish(part, path)
    except OSError as error:
        raise trouble(error, path) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
    if path.read_bytes() != content:
        what = f"{path.name} did not read back as it was written."
        raise VaultError(what, advice="The disk may be failing: use another and ask for help.")


def replace(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace a file in one step: readers see the old bytes or the new ones, never a mixture.

    Raises:
        VaultError: The file cannot be written.
    """
    path = path.resolve()  # a key file may be a link to a stick: what it leads to is replaced
    part = _write_part(path, content, mode)
    try:
        part.replace(path)
        fsync_folder(path.parent)
    except OSError as error:
        raise trouble(error, path) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            part.unlink()


def stage(path: Path, content: bytes) -> Path:
    """Write a file durably beside its place, to be put there by `publish`.

    For what must be on the disk before a transaction commits, and must count only afterwards.

    Returns:
        Where it waits: a fixed name, so that a later start can find it.

    Raises:
        VaultError: The file cannot be written.
    """
    waiting = path.with_name(f".{path.name}{PART}")
    replace(waiting, content)
    return waiting


def publish(path: Path) -> None:
    """Put a staged file in its place, over whatever an interrupted run left there.

    Raises:
        VaultError: It cannot be moved.
    """
    waiting = path.with_name(f".{path.name}{PART}")
    try:
        with contextlib.suppress(FileNotFoundError):  # another process put it in place already
            waiting.replace(path)
        fsync_folder(path.parent)
        path.stat()
    except OSError as error:
        raise trouble(error, path) from error


def fsync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Windows journals them by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def only_read_here(path: Path) -> bool:
    """Say whether a database lies where nobody can write, and is whole without its journal.

    With entries still in the journal it is not: read without it, they would seem to be gone.
    """
    journal = path.with_name(f"{path.name}-wal")
    waiting = journal.exists() and journal.stat().st_size > 0
    return path.exists() and not os.access(path.parent, os.W_OK) and not waiting


def trouble(error: OSError, path: Path) -> VaultError:
    """Turn what the system says into a sentence for a person."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return VaultError(
                "The disk is full.", advice="Free some space on this disk, then try again."
            )
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return VaultError(
                f"You may not write to {path.parent}.",
                advice="Ask technical support to give this account the right to write there.",
            )
        case errno.EEXIST:
            return VaultError(f"{path.name} is there already, and nothing is ever overwritten.")
        case _:
            return VaultError(f"{path.name} could not be written: {error.strerror}.")


def _write_part(path: Path, content: bytes, mode: int) -> Path:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise trouble(error, path) from error
    return part


def _publish(part: Path, path: Path) -> None:
    # A hard link fails where the name is taken; a rename would overwrite it.
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS}:
            raise
        if path.exists():  # no links on this file system (FAT): the writer lock covers the gap
            raise FileExistsError(errno.EEXIST, "exists", str(path)) from error
        part.rename(path)
    fsync_folder(path.parent)


_BINARY = getattr(os, "O_BINARY", 0)
