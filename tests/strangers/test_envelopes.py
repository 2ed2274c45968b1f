"""Envelopes and signatures: accepted by securesystemslib and by openssl."""

import base64
import json
import subprocess
from pathlib import Path

import pytest
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]  # it exports no names

from cast import COMPUTER, key_of
from counterseal.custody import envelope
from counterseal.custody.envelope import Envelope, Signature, pae
from counterseal.keys.signing import SigningKey, keyid, public_to_pem

PAYLOAD = b'{"step":"note.added"}'
SIGNERS = [COMPUTER, key_of("ab"), key_of("cd")]
SIGNED = envelope.sign(PAYLOAD, SIGNERS)


def stranger(leaf: bytes) -> TheirEnvelope:
    """Read a leaf with securesystemslib."""
    return TheirEnvelope.from_dict(json.loads(leaf))


def known(key: SigningKey, name: str = "") -> SSlibKey:
    """Return a key as securesystemslib holds it."""
    public = {"public": key.public.hex()}
    return SSlibKey(name or keyid(key.public), "ed25519", "ed25519", public)


def test_securesystemslib_accepts_an_envelope_as_it_stands() -> None:
    """All three signatures count, and the bytes that were signed are the same."""
    theirs = stranger(SIGNED.to_bytes())
    assert theirs.pae() == pae(PAYLOAD)
    accepted = theirs.verify([known(key) for key in SIGNERS], threshold=3)
    assert set(accepted) == {keyid(key.public) for key in SIGNERS}


@pytest.mark.parametrize("part", ["payload", "payloadType", "sig"])
def test_securesystemslib_refuses_a_changed_envelope(part: str) -> None:
    """Another payload, another type or another signature: three good ones are not reached."""
    document = json.loads(SIGNED.to_bytes())
    match part:
        case "payload":
            document[part] = base64.b64encode(PAYLOAD + b" ").decode()
        case "payloadType":
            document[part] += "x"
        case _:
            document["signatures"][0][part] = document["signatures"][1][part]
    theirs = stranger(json.dumps(document).encode())
    with pytest.raises(VerificationError):
        theirs.verify([known(key) for key in SIGNERS], threshold=3)


def test_two_names_of_one_key_pass_there_and_not_here() -> None:
    """Securesystemslib counts key ids as signers; we count raw keys, so one person stays one."""
    one = key_of("ab")
    signature = one.sign(pae(PAYLOAD))
    names = [keyid(one.public), "another-name"]
    twice = Envelope(PAYLOAD, tuple(Signature(name, signature) for name in names))
    accepted = stranger(twice.to_bytes()).verify([known(one, n) for n in names], threshold=2)
    assert len(accepted) == 2
    assert envelope.fault(twice, [one.public, one.public]) == "one key stands in two places"
    assert envelope.fault(twice, [one.public, key_of("cd").public]) == (
        "the signatures are not those of the people listed"
    )


@pytest.mark.parametrize("name", ["computer", "ab"])
def test_openssl_verifies_a_signature_over_the_encoding(tmp_path: Path, name: str) -> None:
    """With the public key as PEM and the bytes of PAE, as a police officer could do it."""
    key = key_of(name)
    said = openssl(tmp_path, key, pae(PAYLOAD), key.sign(pae(PAYLOAD)))
    assert (said.returncode, said.stdout) == (0, "Signature Verified Successfully\n")


def test_openssl_refuses_one_changed_byte(tmp_path: Path) -> None:
    """The control: openssl does look at the bytes."""
    key = key_of("ab")
    said = openssl(tmp_path, key, pae(PAYLOAD)[:-1] + b"]", key.sign(pae(PAYLOAD)))
    assert said.returncode == 1
    assert "Signature Verification Failure" in said.stdout


def openssl(
    folder: Path, key: SigningKey, message: bytes, signature: bytes
) -> "subprocess.CompletedProcess[str]":
    """Have openssl verify."""
    for name, content in (
        ("key.pem", public_to_pem(key.public)),
        ("pae", message),
        ("sig", signature),
    ):
        (folder / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    return subprocess.run(
        [*command, "-in", "pae", "-sigfile", "sig"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
