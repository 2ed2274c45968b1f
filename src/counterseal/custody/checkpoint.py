"""The signed head of the log: C2SP tlog-checkpoint, and cosignatures (`docs/format.md`, 8). Pure.

A checkpoint is a short text that a person can copy on paper. Go's `note` package accepts the
computer's signature as it stands; people add theirs as C2SP cosignatures.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from counterseal.canonical import NotCanonicalError
from counterseal.custody.envelope import Signer
from counterseal.custody.merkle import HASH_SIZE
from counterseal.keys.signing import verify

ED25519 = 0x01
COSIGNATURE = 0x04
_DASH = "\N{EM DASH} "


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log.

    Args:
        origin: Which log.
        size: How many entries.
        root: Their root, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed, with its last line end."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def fingerprint(self) -> str:
        """The root in sixteen groups of four hex digits, to be read aloud or copied."""
        digits = self.root.hex()
        return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Read the text.

        Raises:
            NotCanonicalError: Not exactly what `text` writes.
        """
        try:
            origin, size, root, end = text.split("\n")
            head = cls(origin, int(size), base64.b64decode(root, validate=True))
        except (ValueError, binascii.Error) as error:
            message = "not a checkpoint"
            raise NotCanonicalError(message) from error
        if end or head.text != text or len(head.root) != HASH_SIZE or not origin or head.size < 0:
            message = "not a checkpoint"
            raise NotCanonicalError(message)
        return head


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note.

    Args:
        name: Of the key: the origin, or `origin/person-id`.
        id: Four bytes that tell keys of one name apart.
        blob: 64 bytes of signature; before them, for a cosignature, eight of time.
    """

    name: str
    id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line, with its end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.id + self.blob).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint with its signatures.

    Args:
        head: The checkpoint.
        signatures: In the order in which they stand.
    """

    head: Checkpoint
    signatures: tuple[NoteSignature, ...]

    @property
    def text(self) -> str:
        """The whole note, as it is kept and copied."""
        return f"{self.head.text}\n" + "".join(s.line for s in self.signatures)

    @classmethod
    def from_text(cls, text: str) -> "Note":
        """Read a note.

        Raises:
            NotCanonicalError: Not exactly what `text` writes.
        """
        body, blank, lines = text.partition("\n\n")
        try:
            signatures = tuple(_read_line(line) for line in lines.splitlines())
        except (ValueError, binascii.Error) as error:
            message = "not a signed note"
            raise NotCanonicalError(message) from error
        note = cls(Checkpoint.from_text(body + "\n"), signatures)
        if not blank or not signatures or note.text != text:
            message = "not a signed note"
            raise NotCanonicalError(message)
        return note

    def cosigned(self, cosigners: Mapping[str, Signer], time: int) -> "Note":
        """Add people's cosignatures (type 0x04).

        Args:
            cosigners: By person id.
            time: Unix seconds.
        """
        added = tuple(
            _cosign(self.head, f"{self.head.origin}/{person}", signer, time)
            for person, signer in cosigners.items()
        )
        return Note(self.head, self.signatures + added)

    def fault(self, computer: bytes, people: Mapping[str, bytes]) -> str | None:
        """Check that the computer and exactly these people signed, each once and well.

        Args:
            computer: Raw public key.
            people: Raw public keys by person id, in the order in which they cosigned.

        Returns:
            One plain sentence, or None where every signature is good.
        """
        origin = self.head.origin
        expected = [(origin, key_id(origin, ED25519, computer))]
        for person, key in people.items():
            name = f"{origin}/{person}"
            expected.append((name, key_id(name, COSIGNATURE, key)))
        if [(s.name, s.id) for s in self.signatures] != expected:
            return "the head is not signed by the computer and the people named"
        first, *others = self.signatures
        if not verify(computer, self.head.text.encode(), first.blob):
            return "the computer's signature of the head is not good"
        for signature, (person, key) in zip(others, people.items(), strict=True):
            if not _cosignature_good(self.head, signature, key):
                return f"the signature of {person} of the head is not good"
        return None


def sign(head: Checkpoint, computer: Signer) -> Note:
    """Return the note with the computer's signature (type 0x01)."""
    identity = key_id(head.origin, ED25519, computer.public)
    blob = computer.sign(head.text.encode())
    return Note(head, (NoteSignature(head.origin, identity, blob),))


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the four bytes that C2SP signed-note puts before a signature."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def names_of(signatures: Iterable[NoteSignature]) -> list[str]:
    """Return the key names, for listing who signed."""
    return [signature.name for signature in signatures]


def _cosign(head: Checkpoint, name: str, signer: Signer, time: int) -> NoteSignature:
    blob = time.to_bytes(8, "big") + signer.sign(_cosigned_text(head, time))
    return NoteSignature(name, key_id(name, COSIGNATURE, signer.public), blob)


def _cosignature_good(head: Checkpoint, signature: NoteSignature, key: bytes) -> bool:
    time = int.from_bytes(signature.blob[:8], "big")
    return verify(key, _cosigned_text(head, time), signature.blob[8:])


def _cosigned_text(head: Checkpoint, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{head.text}".encode()


def _read_line(line: str) -> NoteSignature:
    dash, name, blob = line.split(" ")
    decoded = base64.b64decode(blob, validate=True)
    if dash != _DASH.strip() or len(decoded) not in {4 + 64, 4 + 8 + 64}:
        message = "not a signature line"
        raise ValueError(message)
    return NoteSignature(name, decoded[:4], decoded[4:])
