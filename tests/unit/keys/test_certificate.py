"""A secret to a certificate: openssl opens it, and only a fitting certificate is taken."""

import subprocess
from pathlib import Path

import pytest

from counterseal.clock import Instant
from counterseal.errors import UsageError
from counterseal.keys import certificate

SECRET = b"AGE-SECRET-KEY-1EXAMPLE\n"


def issued(folder: Path, *algorithm: str, days: int = 30) -> Path:
    """Have openssl make a key and a certificate for it."""
    command = ["openssl", "req", "-x509", "-nodes", "-subj", "/O=Example Police/CN=Digital Unit"]
    key, cert = str(folder / "private.pem"), str(folder / "cert.pem")
    out = ["-keyout", key, "-out", cert, "-days", str(days)]
    subprocess.run([*command, "-newkey", *algorithm, *out], check=True, capture_output=True)
    return folder / "cert.pem"


def at(path: Path, *, days: int = 1) -> Instant:
    """Return a moment some days after a certificate was made."""
    return Instant(int(path.stat().st_mtime * 1000) + days * 86_400_000, 0, "unknown")


def test_openssl_opens_what_was_encrypted_to_it(tmp_path: Path) -> None:
    """With the command that the format names; AES-256, the exact bytes."""
    path = issued(tmp_path, "rsa:2048")
    found = certificate.read(path.read_bytes(), at(path))
    (tmp_path / "key.p7").write_bytes(certificate.encrypt(SECRET, found))
    command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", "key.p7"]
    opened = subprocess.run(
        [*command, "-inkey", "private.pem"], cwd=tmp_path, capture_output=True, check=True
    )
    assert opened.stdout == SECRET
    shown = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", "key.p7"],
        cwd=tmp_path, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert "aes-256-cbc" in shown.stdout


def test_whose_it_is_and_its_fingerprint_are_those_of_openssl(tmp_path: Path) -> None:
    """So that the two can be compared by telephone."""
    path = issued(tmp_path, "rsa:2048")
    found = certificate.read(path.read_bytes(), at(path))
    command = ["openssl", "x509", "-in", str(path), "-noout", "-fingerprint", "-sha256"]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    digits = said.partition("=")[2].strip().replace(":", "").lower()
    assert certificate.fingerprint_of(found) == digits
    assert certificate.name_of(found) == "CN=Digital Unit,O=Example Police"


@pytest.mark.parametrize(
    ("algorithm", "days", "says"),
    [
        (("rsa:1024",), 1, "2,048 bits"),
        (("ed25519",), 1, "2,048 bits"),
        (("rsa:2048",), 31, "out of date"),
        (("rsa:2048",), -2, "out of date"),
    ],
)
def test_a_certificate_that_does_not_serve_is_refused(
    tmp_path: Path, algorithm: tuple[str, ...], days: int, says: str
) -> None:
    """Too short, of another kind, past its time, before its time."""
    path = issued(tmp_path, *algorithm)
    with pytest.raises(UsageError, match=says):
        certificate.read(path.read_bytes(), at(path, days=days))


def test_another_file_is_no_certificate(tmp_path: Path) -> None:
    """A private key above all is not taken."""
    path = issued(tmp_path, "rsa:2048")
    for content in (b"", b"hello", (tmp_path / "private.pem").read_bytes()):
        with pytest.raises(UsageError, match="not a certificate"):
            certificate.read(content, at(path))
