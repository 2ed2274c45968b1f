"""Signatures over exact bytes: DSSE 1.0, in one fixed schema. Pure.

The signatures stand inside the leaf, so the log commits to them too. Nothing is re-canonicalised
when a signature is checked: the bytes that were signed are the bytes that are kept.
"""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from counterseal.canonical import NotCanonicalError
from counterseal.keys.signing import keyid, verify

PAYLOAD_TYPE = "application/vnd.counterseal.entry.v1+json"
MAX_LEAF = 65_535


class Signer(Protocol):
    """Whoever can sign: a person's unlocked key, or the computer's."""

    @property
    def public(self) -> bytes:
        """The raw Ed25519 public key, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an envelope.

    Args:
        keyid: Hex SHA-256 of the raw public key; a hint only.
        sig: 64 bytes.
    """

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its signatures.

    Args:
        payload: The exact bytes that were signed.
        signatures: Sorted by raw public key.
        kind: The payload type.
    """

    payload: bytes
    signatures: tuple[Signature, ...]
    kind: str = PAYLOAD_TYPE

    def to_bytes(self) -> bytes:
        """Return the leaf: compact JSON with sorted keys."""
        document = {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": self.kind,
            "signatures": [
                {"keyid": s.keyid, "sig": base64.b64encode(s.sig).decode()} for s in self.signatures
            ],
        }
        return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, leaf: bytes, kind: str = PAYLOAD_TYPE, most: int = MAX_LEAF) -> "Envelope":
        """Read a leaf, or an envelope of another kind.

        Args:
            leaf: The bytes.
            kind: The payload type that it must have.
            most: The greatest length allowed, in bytes.

        Raises:
            NotCanonicalError: Not exactly the bytes that `to_bytes` writes.
        """
        try:
            document = json.loads(leaf)
            envelope = cls(
                base64.b64decode(document["payload"], validate=True),
                tuple(
                    Signature(str(s["keyid"]), base64.b64decode(s["sig"], validate=True))
                    for s in document["signatures"]
                ),
                kind,
            )
        except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
            message = "the leaf is not an envelope"
            raise NotCanonicalError(message) from error
        if len(leaf) > most or envelope.to_bytes() != leaf:
            message = "the leaf is too long, or not written in the one canonical way"
            raise NotCanonicalError(message)
        return envelope


def pae(payload: bytes, kind: str = PAYLOAD_TYPE) -> bytes:
    """Return the pre-authentication encoding that everybody signs (DSSE 1.0, protocol)."""
    of = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(of), of, len(payload), payload)


def sign(payload: bytes, signers: Iterable[Signer], kind: str = PAYLOAD_TYPE) -> Envelope:
    """Have everybody sign the same bytes.

    Args:
        payload: The canonical bytes, of an entry for one.
        signers: The computer and the people.
        kind: The payload type.
    """
    message = pae(payload, kind)
    ordered = sorted(signers, key=lambda signer: signer.public)
    signatures = tuple(Signature(keyid(s.public), s.sign(message)) for s in ordered)
    return Envelope(payload, signatures, kind)


def fault(envelope: Envelope, keys: Iterable[bytes]) -> str | None:
    """Check that exactly these keys signed, each once and each well (`docs/format.md`, 6.2, 6.6).

    Args:
        envelope: What to check.
        keys: Raw public keys of the computer and the people that the payload lists.

    Returns:
        One plain sentence, or None where every signature is good.
    """
    expected = sorted(keys)
    if len(set(expected)) != len(expected):
        return "one key stands in two places"
    if [s.keyid for s in envelope.signatures] != [keyid(key) for key in expected]:
        return "the signatures are not those of the people listed"
    message = pae(envelope.payload, envelope.kind)
    for key, signature in zip(expected, envelope.signatures, strict=True):
        if not verify(key, message, signature.sig):
            return f"the signature of key {keyid(key)[:16]} is not good"
    return None
