"""A person's secrets while they are unlocked, and the head of the log that they remember.

`docs/format.md`, section 10, is the normative text.
"""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from counterseal import canonical, durable
from counterseal.errors import CountersealError, Finding, KeyringError, RollbackError
from counterseal.keys.keyfile import KeyFile
from counterseal.keys.signing import Random, SigningKey


@dataclass(frozen=True, slots=True)
class RememberedHead:
    """The last head of the log that a person signed.

    Args:
        size: How many entries it covers.
        root: Its root, 32 bytes.
    """

    size: int
    root: bytes


NO_HEAD: Final = RememberedHead(0, hashlib.sha256(b"").digest())
"""The head of a log without entries (RFC 6962, 2.1)."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the box holds. Its text form shows none of it.

    Args:
        signing: The signing key.
        identity: The age identity, `AGE-SECRET-KEY-1…`.
        head: The last head signed.
        former: Identities that this person had before their key was changed, the latest first.
    """

    signing: SigningKey
    identity: str = field(repr=False)
    head: RememberedHead
    former: tuple[str, ...] = field(default=(), repr=False)

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that are sealed."""
        head = {"size": self.head.size, "root": _base64(self.head.root)}
        value = {"signing": _base64(self.signing.seed), "identity": self.identity, "head": head}
        former = {"former": list(self.former)} if self.former else {}
        return canonical.encode({**value, **former})

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read what was sealed. Nobody but this program could seal it, so the form is trusted."""
        value = canonical.decode(content)
        head = value["head"]
        return cls(
            SigningKey.from_seed(base64.b64decode(value["signing"], validate=True)),
            value["identity"],
            RememberedHead(head["size"], base64.b64decode(head["root"], validate=True)),
            tuple(value.get("former", ())),
        )


class UnlockedKey:
    """A person's secrets, for as long as the `with` block of `Keystore.unlock` lasts.

    What Python cannot erase: the passphrase, the age identity and the seed have been ordinary
    objects in memory; they are let go of, not overwritten, and the system may have written them
    to its swap space. Only the derived key is overwritten with zeros.

    Args:
        path: The key file.
        file: What it held.
        key: The derived key; overwritten by `drop`.
        secrets: What the box held.
        random: Where fresh nonces come from.
    """

    __slots__ = ("_file", "_key", "_path", "_random", "_secrets", "person_id", "public")

    def __init__(
        self, path: Path, file: KeyFile, key: bytearray, secrets: Secrets, random: Random
    ) -> None:
        """Hold them until `drop`."""
        self.person_id: Final = file.header.person_id
        self.public: Final = secrets.signing.public
        self._path = path
        self._file = file
        self._key = key
        self._secrets: Secrets | None = secrets
        self._random = random

    @property
    def identity(self) -> str:
        """The person's age identity, `AGE-SECRET-KEY-1…`.

        Raises:
            KeyringError: The key was locked again.
        """
        return self._held().identity

    @property
    def identities(self) -> tuple[str, ...]:
        """The identity in force, then those that this person brought along from former keys.

        Raises:
            KeyringError: The key was locked again.
        """
        held = self._held()
        return (held.identity, *held.former)

    @property
    def head(self) -> RememberedHead:
        """The last head that this person signed.

        Raises:
            KeyringError: The key was locked again.
        """
        return self._held().head

    def sign(self, message: bytes) -> bytes:
        """Sign exact bytes as this person; 64 bytes (RFC 8032, 5.1.6).

        Raises:
            KeyringError: The key was locked again.
        """
        return self._held().signing.sign(message)

    def remember_head(self, size: int, root: bytes) -> None:
        """Write the head that was just signed into the key file.

        The file is sealed anew under the key that is still held, with a fresh nonce, and replaced
        in one step.

        Args:
            size: How many entries the head covers.
            root: Its root, 32 bytes.

        Raises:
            RollbackError: It is older than the head remembered, or of the same size with another
                root.
            VaultError: The file cannot be written.
            KeyringError: The key was locked again.
        """
        held = self._held()
        head = RememberedHead(size, root)
        if head == held.head:
            return
        if size <= held.head.size:
            raise _not_newer(self.person_id, held.head, head)
        if self._file_remembers() >= size:
            return  # another command of this person signed later, and noted it already
        secrets = replace(held, head=head)
        file = KeyFile.seal(self._file.header, self._key, secrets.to_bytes(), self._random)
        durable.replace(self._path, file.to_bytes())
        self._file, self._secrets = file, secrets

    def _file_remembers(self) -> int:
        """Return the size of the head that the file holds by now; 0 where it cannot be told."""
        try:
            current = KeyFile.from_bytes(self._path.read_bytes(), name=self._path.name)
            return Secrets.from_bytes(current.open(self._key)).head.size
        except (OSError, CountersealError):
            return 0

    def drop(self) -> None:
        """Let go of the secrets. `unlock` does it by itself; a second time does nothing."""
        self._secrets = None
        self._key[:] = bytes(len(self._key))

    def _held(self) -> Secrets:
        if self._secrets is None:
            what = "The key was locked again."
            raise KeyringError(what, advice="Run the command again and give the passphrase.")
        return self._secrets


def _not_newer(person_id: str, held: RememberedHead, head: RememberedHead) -> RollbackError:
    kind = "fork" if head.size == held.size else "rollback"
    what = f"{person_id} signed a head of {held.size} entries already; this one has {head.size}"
    return RollbackError((Finding(kind, "the head of the log", what),))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
