"""The write-once encrypted store: the data folder of one school's computer.

Every plaintext is encrypted in memory; only ciphertext reaches the disk. A file's name is half of
its own digest, so a name is never used twice and nothing is overwritten.
`docs/format.md`, sections 5, 11 and 15.
"""

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterseal import durable
from counterseal.errors import UNREADABLE, Finding, IntegrityError, NoVaultError, VaultError
from counterseal.evidence.exhibit import Digest
from counterseal.keys import recipients
from counterseal.latch import Latch


@dataclass(frozen=True, slots=True)
class Sealed:
    """Encrypted bytes on their way to the disk.

    Args:
        name: Path within the data folder, with `/`.
        content: The age file.
        digest: Of the age file.
    """

    name: str
    content: bytes
    digest: Digest

    def as_fact(self) -> dict[str, str | int]:
        """Return how a wrap stands in the facts of the step that made it."""
        return {"name": self.name, "sha256": self.digest.sha256, "size": self.digest.size}


@dataclass(frozen=True, slots=True)
class Vault:
    """The data folder.

    Args:
        root: The folder.
        latch: What says that everything is stopped.
    """

    root: Path
    latch: Latch

    @property
    def log(self) -> Path:
        """The log's database."""
        return self.root / "log.db"

    @property
    def about(self) -> Path:
        """`vault.toml`: what this folder is, for people."""
        return self.root / "vault.toml"

    @property
    def computer_key(self) -> Path:
        """The computer's key."""
        return self.root / "computer.key"

    def key_file(self, person: str) -> Path:
        """A person's key file."""
        return self.root / "people" / f"{person}.key"

    def keyset(self, version: int) -> Path:
        """A version of the list of people."""
        return self.root / "keysets" / f"{version}.json"

    def profile(self, sha256: str) -> Path:
        """A profile that was adopted."""
        return self.root / "profiles" / f"{sha256}.toml"

    def receipt(self, size: int, kind: str) -> Path:
        """A receipt, as `json` or `txt`."""
        return self.root / "receipts" / f"{size}.{kind}"

    def proposal(self, digest: str) -> Path:
        """A step that was written down for somebody's assent."""
        return self.root / "proposals" / f"{digest}.json"

    def require(self) -> None:
        """Make sure that there is a data folder here.

        Raises:
            NoVaultError: There is none.
        """
        if not self.about.is_file() or not self.log.is_file():
            what = f"No Counterseal record was found in {self.root}."
            there = any(path.exists() for path in (self.about, self.log, self.computer_key))
            raise NoVaultError(what, advice=UNREADABLE if there else None)

    def put(self, sealed: Sealed, *, after_stop: bool = False) -> None:
        """Write ciphertext once, durably, and read it back.

        Args:
            sealed: What to write.
            after_stop: Whether it belongs to what may be written although a latch stands.

        Raises:
            StoppedError: A latch stands.
            VaultError: The disk refuses, or the name is taken.
        """
        if not after_stop:
            self.latch.check()
        durable.write_new(self.path(sealed.name), sealed.content)

    def put_all(self, files: Sequence[Sealed], *, after_stop: bool = False) -> None:
        """Write all the files of one step, or none: what was written goes again where one fails.

        Args:
            files: What to write.
            after_stop: As for `put`.

        Raises:
            StoppedError: A latch stands.
            VaultError: The disk refuses, or a name is taken.
        """
        written: list[Path] = []
        try:
            for sealed in files:
                self.put(sealed, after_stop=after_stop)
                written.append(self.path(sealed.name))
        except BaseException:
            _unlink(written)
            raise

    def take_back(self, files: Sequence[Sealed]) -> None:
        """Take away files that were just written for a step that was refused in the end."""
        _unlink([self.path(sealed.name) for sealed in files])

    def read(self, name: str, expected: Digest) -> bytes:
        """Read ciphertext and compare its fingerprint.

        Args:
            name: Path within the data folder.
            expected: What the log says of it.

        Raises:
            IntegrityError: It is missing, or not as it was kept.
        """
        try:
            content = self.path(name).read_bytes()
        except OSError as error:
            raise IntegrityError((Finding("missing", name, "the file is missing"),)) from error
        if Digest.of(content) != expected:
            what = "the file is not as it was kept"
            raise IntegrityError((Finding("digest-mismatch", name, what),))
        return content

    def staged_receipts(self) -> list[int]:
        """Return the sizes of receipts that an interrupted run left waiting, in order."""
        waiting = (self.root / "receipts").glob(f".*.json{durable.PART}")
        names = (path.name.removeprefix(".").split(".")[0] for path in waiting)
        return sorted(int(name) for name in names if name.isdecimal())

    def fault(self, name: str, expected: Digest) -> Finding | None:
        """Compare the fingerprint of a file on disk, in pieces so that memory stays flat."""
        path = self.path(name)
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                size = file.tell()
        except OSError:
            return Finding("missing", name, "the file is missing or cannot be read")
        if Digest(sha256, size) != expected:
            return Finding("digest-mismatch", name, "the file is not as it was kept")
        return None

    def path(self, name: str) -> Path:
        """Turn a name from the log into a path within the data folder.

        Raises:
            VaultError: The name leads out of it.
        """
        path = self.root.joinpath(*name.split("/"))
        if ".." in name.split("/") or not path.is_relative_to(self.root):
            what = f"The name {name} leads out of the data folder."
            raise VaultError(what)
        return path

    def files(self, folder: str) -> Iterator[str]:
        """Return the names of every file below a folder, sorted."""
        found = (path for path in (self.root / folder).rglob("*") if path.is_file())
        return iter(sorted(path.relative_to(self.root).as_posix() for path in found))

    def erase_wraps(self, case: str, keep: Collection[tuple[str, str]]) -> list[str]:
        """Erase the wraps of a case but for some pairs, and make that durable.

        A file is overwritten before it goes; on flash a remnant may survive, and is as strong as
        the passphrases of the pair.

        Args:
            case: "2026-001".
            keep: The pairs whose wraps stay.

        Returns:
            The names that were erased.

        Raises:
            VaultError: A file could not be erased.
        """
        kept = {f"{a}+{b}" for a, b in keep}
        erased = []
        for name in list(self.files(f"wraps/{case}")):
            path = self.path(name)
            if path.parent.name not in kept:
                self.latch.check()
                _erase(path)
                erased.append(name)
        return erased

    def erase_every_wrap(self, case: str) -> None:
        """Erase all wraps of a stopped case: a stop asks no latch. Can be done again.

        Raises:
            VaultError: One could not be erased, or is still there.
        """
        for name in list(self.files(f"wraps/{case}")):
            _erase(self.path(name))
        left = next(iter(self.files(f"wraps/{case}")), None)
        if left is not None:
            what = f"{left} is still there."
            raise VaultError(what)

    def erase(self, name: str) -> None:
        """Erase one file of a case that is disposed of.

        Raises:
            VaultError: It could not be erased.
        """
        self.latch.check()
        _erase(self.path(name))


def seal(folder: str, case: str, plaintext: bytes, to: Sequence[str]) -> Sealed:
    """Encrypt in memory.

    Args:
        folder: "details" or "exhibits".
        case: "2026-001".
        plaintext: What to encrypt.
        to: The case's recipient and the handover recipient.
    """
    content = recipients.encrypt(plaintext, to)
    digest = Digest.of(content)
    return Sealed(f"{folder}/{case}/{digest.sha256[:32]}.age", content, digest)


def wrap(case: str, pair: tuple[str, str], person: str, content: bytes) -> Sealed:
    """Name one half of a case key.

    Args:
        case: "2026-001".
        pair: The two people, sorted.
        person: Which of the two it is for.
        content: The age file that `keys.pair.split` made.
    """
    name = f"wraps/{case}/{pair[0]}+{pair[1]}/{person}.age"
    return Sealed(name, content, Digest.of(content))


def _unlink(paths: Sequence[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()


def _erase(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        durable.fsync_folder(path.parent)
        with contextlib.suppress(OSError):  # the folder goes with its last file
            path.parent.rmdir()
    except OSError as error:
        raise durable.trouble(error, path) from error
