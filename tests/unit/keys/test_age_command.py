"""The `age` command, which knows nothing of us, opens what we wrote, and we open what it wrote."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from counterseal.keys import pair, recipients
from counterseal.keys.passphrase_file import decrypt, encrypt
from unit.keys.standins import PASSPHRASE, Repeatable

pty = pytest.importorskip("pty", reason="this computer has no terminals to type a passphrase into")
pytestmark = pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")

IDENTITY = recipients.new_identity()
RECIPIENT = recipients.recipient_of(IDENTITY)
CHUNK = 65_536


def age(*arguments: str, stdin: bytes) -> bytes:
    return subprocess.run(["age", *arguments], input=stdin, capture_output=True, check=True).stdout


def age_on_a_terminal(*arguments: str, questions: int) -> None:
    """Run `age` as a person would: it reads passphrases from a terminal alone."""
    person, terminal = pty.openpty()
    with subprocess.Popen(
        ["age", *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    ) as running:
        os.close(terminal)
        shown = b""
        while piece := _read(person):
            shown += piece
            if questions and b"passphrase" in shown:
                os.write(person, PASSPHRASE.encode() + b"\n")
                questions, shown = questions - 1, b""
        os.close(person)
        assert running.wait(60) == 0, shown
    assert questions == 0


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1024)
    except OSError:  # how a terminal says that nobody is at the other end any more
        return b""


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_age_opens_what_we_encrypt(size: int, tmp_path: Path) -> None:
    key = tmp_path / "identity"
    key.write_text(IDENTITY + "\n")
    plaintext = bytes(size)
    ciphertext = recipients.encrypt(plaintext, [RECIPIENT])
    assert age("-d", "-i", str(key), stdin=ciphertext) == plaintext


def test_we_open_what_age_encrypted() -> None:
    assert recipients.decrypt(age("-r", RECIPIENT, stdin=b"theirs"), IDENTITY) == b"theirs"


def test_age_keygen_finds_the_same_recipient(tmp_path: Path) -> None:
    key = tmp_path / "identity"
    key.write_text(IDENTITY + "\n")
    found = subprocess.run(["age-keygen", "-y", key], capture_output=True, check=True, text=True)
    assert found.stdout.strip() == RECIPIENT


def test_one_half_alone_does_not_open_the_case(tmp_path: Path) -> None:
    a, b = recipients.new_identity(), recipients.new_identity()
    to_a, to_b = recipients.recipient_of(a), recipients.recipient_of(b)
    sealed = recipients.encrypt(b"the exhibit", [RECIPIENT])
    wrap_a, wrap_b = pair.split(IDENTITY, to_a, to_b, Repeatable())
    key = tmp_path / "identity"
    for wrap, identity in ((wrap_a, a), (wrap_b, b)):
        half = recipients.decrypt(wrap, identity)
        assert half not in {IDENTITY.encode(), IDENTITY.lower().encode()}
        for tried in (half, identity.encode()):
            key.write_bytes(tried + b"\n")
            done = subprocess.run(
                ["age", "-d", "-i", key], input=sealed, capture_output=True, check=False
            )
            assert done.returncode != 0
            assert done.stdout == b""
    key.write_text(pair.join(wrap_a, wrap_b, a, b, RECIPIENT))
    done = subprocess.run(["age", "-d", "-i", key], input=sealed, capture_output=True, check=True)
    assert done.stdout == b"the exhibit"


def test_age_opens_a_file_under_a_passphrase(tmp_path: Path) -> None:
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    sealed.write_bytes(encrypt(IDENTITY.encode(), PASSPHRASE, os.urandom))
    age_on_a_terminal("-d", "-o", str(opened), str(sealed), questions=1)
    assert opened.read_bytes() == IDENTITY.encode()


def test_age_takes_a_file_under_a_passphrase_as_an_identity(tmp_path: Path) -> None:
    key, sealed, opened = (tmp_path / name for name in ("key", "sealed", "opened"))
    key.write_bytes(encrypt(IDENTITY.encode() + b"\n", PASSPHRASE, os.urandom))
    sealed.write_bytes(recipients.encrypt(b"the exhibit", [RECIPIENT]))
    age_on_a_terminal("-d", "-i", str(key), "-o", str(opened), str(sealed), questions=1)
    assert opened.read_bytes() == b"the exhibit"


def test_we_open_a_file_that_age_put_under_a_passphrase(tmp_path: Path) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_text(IDENTITY)
    age_on_a_terminal("-p", "-a", "-o", str(sealed), str(plain), questions=2)
    assert decrypt(sealed.read_bytes(), PASSPHRASE) == IDENTITY.encode()
