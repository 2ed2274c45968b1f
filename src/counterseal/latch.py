"""The latch: the file whose presence means "stopped".

LOCK must work for one person, without password, network or log, so it is nothing but a rename: a
file made beforehand is moved to its final name and fsynced. Whatever the file holds, its presence
alone stops everything. The latch asks no other module, so that a small guard process can set it.

The file is made with room to spare, and holds lines: why the stop came, as the workflow writes it.
They are written into that room after the rename, so that not even a full disk keeps a line out.
"""

import contextlib
import errno
import os
import secrets
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from counterseal import locks
from counterseal.errors import StoppedError

READY = "STOP-READY"
STOPPED = "STOPPED"
ROOM = 8192
"""Bytes kept aside in the ready-made file: a stop writes its reasons there, even on a full disk."""
_EMPTY = b" "


@dataclass(frozen=True, slots=True)
class Latch:
    """The latches that count for one vault: one in it, one in a folder of the user's.

    Args:
        folders: The folders to look in and to write to, the vault's first. A practice vault has
            only its own.
    """

    folders: tuple[Path, ...]

    def arm(self, line: bytes = b"") -> None:
        """Put the ready-made file in place, so that LOCK needs no free space.

        Args:
            line: What a stop should say that comes without a word of its own, as one line.

        Raises:
            OSError: A folder cannot be written.
        """
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
            if not _stands(folder) and _content(folder / READY) != _padded(line):
                _put(folder / READY, _padded(line))
                _fsync(folder)

    def lock(self, line: bytes = b"") -> list[str]:
        """Rename each ready-made file into place; never raises, because a stop must not fail.

        Args:
            line: Why, as one line; it is added to what the files hold. Where a latch stands already
                and nothing is said, a line is added all the same: this stop is another one.

        Returns:
            What could not be done, a sentence each; empty when every latch stands.
        """
        troubles = []
        for folder in self.folders:
            try:
                _set(folder, line)
            except OSError as error:
                troubles.append(f"the latch in {folder} could not be set: {error.strerror}")
        return troubles

    def lines(self) -> list[bytes]:
        """Return the reasons in every latch that stands, the vault's first, each once."""
        found = [line for folder in self.folders for line in lines_of(folder)]
        return list(dict.fromkeys(found))

    def release(self, expected: list[bytes]) -> bool:
        """Take the latches away, if they hold exactly these reasons and no later one.

        Args:
            expected: What `lines` said when it was decided that they may go.

        Returns:
            Whether none stands any more. A stop that came meanwhile stays.

        Raises:
            OSError: A latch could not be taken away.
        """
        for folder in self.folders:
            if _stands(folder):
                _release(folder, expected)
        return not self.stopped

    @property
    def stopped(self) -> bool:
        """Whether any latch stands. A folder that cannot be asked counts as stopped."""
        return any(_stands(folder) for folder in self.folders)

    def check(self) -> None:
        """Ask before every append, vault write, grab, preview, signature and export.

        Raises:
            StoppedError: A latch stands.
        """
        if self.stopped:
            raise StoppedError


def lines_of(folder: Path) -> list[bytes]:
    """Return the reasons in the latch of one folder; none where it does not stand."""
    content = _content(folder / STOPPED) or b""
    return [line.strip() for line in content.split(b"\n") if line.strip()]


def ready_in(folder: Path) -> list[bytes]:
    """Return what the ready-made file of one folder says, before any stop."""
    content = _content(folder / READY) or b""
    return [line.strip() for line in content.split(b"\n") if line.strip()]


def _stands(folder: Path) -> bool:
    try:
        os.lstat(folder / STOPPED)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _set(folder: Path, line: bytes) -> None:
    stopped = folder / STOPPED
    if not line and _stands(folder):
        line = b'{"number":"%s","trigger":"latch-found"}' % secrets.token_hex(8).encode()
    for _ in range(3):  # a release that comes between is undone here
        if not _stands(folder):
            _rename(folder)
        with contextlib.suppress(FileNotFoundError):
            _fsync(stopped)
        _fsync(folder)
        with contextlib.suppress(OSError):  # without its line the latch stops all the same
            _add(stopped, line)
        if _stands(folder):
            return
    raise FileNotFoundError(errno.ENOENT, "somebody takes it away again and again")


def _rename(folder: Path) -> None:
    try:
        (folder / READY).replace(folder / STOPPED)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / STOPPED).touch()


def _add(path: Path, line: bytes) -> None:
    """Write a line into the room that the file has; where there is none left, the oldest go."""
    if not line or not _is_file(path):
        return
    with path.open("r+b") as file:
        _wait_for(file)
        lines = [each.strip() for each in file.read(ROOM).split(b"\n") if each.strip()]
        if line in lines:
            return
        lines.append(line)
        while len(whole := b"\n".join(lines)) >= ROOM and len(lines) > 1:
            lines.pop(0)
        file.seek(0)
        file.write(_padded(whole[: ROOM - 1]))
        file.flush()
        os.fsync(file.fileno())


def _wait_for(file: IO[bytes]) -> None:
    """Wait a moment for another process that writes a line of its own."""
    for _ in range(100):
        if locks.take(file):
            return
        time.sleep(0.005)


def _release(folder: Path, expected: list[bytes]) -> None:
    aside = folder / f".{STOPPED}.{secrets.token_hex(4)}"
    _put(folder / READY, _padded(b""))  # first, so that at no moment a stop would find neither
    # Moved first and read afterwards, so that a reason that is added meanwhile is seen.
    (folder / STOPPED).replace(aside)
    content = _content(aside) or b""
    held = [line.strip() for line in content.split(b"\n") if line.strip()]
    if set(held) <= set(expected):
        aside.unlink()
    elif not _stands(folder):
        aside.replace(folder / STOPPED)
    else:  # somebody stopped it once more: that latch takes over what this one held
        for line in held:
            _add(folder / STOPPED, line)
        aside.unlink()
    _fsync(folder)


def _padded(line: bytes) -> bytes:
    return line.ljust(ROOM - 1, _EMPTY) + b"\n"


def _content(path: Path) -> bytes | None:
    try:
        if not _is_file(path):
            return None  # whatever bears the name stops; only a file can say why
        with path.open("rb") as file:
            return file.read(ROOM)
    except OSError:
        return None


def _is_file(path: Path) -> bool:
    return stat.S_ISREG(path.stat().st_mode)


def _put(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _fsync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # Windows has no fsync of a folder; its rename is journalled
    # Something else than a file may lie there in its place: it must not keep a stop waiting.
    flags = os.O_RDWR if os.name == "nt" else os.O_RDONLY | os.O_NONBLOCK
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
