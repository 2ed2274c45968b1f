"""The signed head: accepted by Go's `note` as it stands, and refused once a byte is changed."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from cast import COMPUTER, ORIGIN, key_of
from counterseal.canonical import NotCanonicalError
from counterseal.custody import checkpoint
from counterseal.custody.checkpoint import Checkpoint, Note

Judge = Callable[[dict[str, Any]], dict[str, Any]]

HEAD = Checkpoint(ORIGIN, 1234, bytes(range(32)))
NOTE = checkpoint.sign(HEAD, COMPUTER)


def ask(judge: Judge, texts: list[str], key: bytes = COMPUTER.public) -> dict[str, Any]:
    """Have Go open notes with one key."""
    return judge({"Name": ORIGIN, "Key": base64.b64encode(key).decode(), "Notes": texts})


def test_go_opens_the_signed_head(go_judge: Judge) -> None:
    """The computer's signature is an Ed25519 note signature (type 0x01) as Go knows it."""
    assert ask(go_judge, [NOTE.text])["Notes"] == [""]


def test_go_opens_a_cosigned_head_too(go_judge: Judge) -> None:
    """People's cosignatures stand beside it; Go lists them as by keys that it was not given."""
    cosigned = NOTE.cosigned({"ab": key_of("ab"), "cd": key_of("cd")}, 1_796_000_000)
    said = ask(go_judge, [cosigned.text])
    assert (said["Notes"], said["Unverified"]) == ([""], [2])


def test_go_refuses_another_computers_key(go_judge: Judge) -> None:
    """A note is not taken for signed by a key that did not sign it."""
    said = ask(go_judge, [NOTE.text], key_of("ab").public)["Notes"]
    assert "no verifiable signatures" in said[0]


def test_go_refuses_every_changed_byte(go_judge: Judge) -> None:
    """Each byte of the note is changed in turn, and Go refuses each time.

    The last character of the signature's base64 is left out: Go reads past the four bits of it that
    mean nothing. We do not, as the next test shows.
    """
    bent = changed(NOTE.text)
    slack = len(NOTE.text) - len("=\n") - 1
    del bent[slack]
    said = ask(go_judge, list(bent.values()))["Notes"]
    accepted = [place for place, wrong in zip(bent, said, strict=True) if not wrong]
    assert len(said) == len(NOTE.text) - 1
    assert accepted == []


@pytest.mark.parametrize("step", [1, 2, 4])
def test_we_refuse_every_changed_byte(step: int) -> None:
    """Every byte, the meaningless bits of base64 included."""
    for place, text in changed(NOTE.text, step).items():
        try:
            wrong = Note.from_text(text).fault(COMPUTER.public, {})
        except NotCanonicalError:
            continue
        assert wrong, place


def changed(text: str, step: int = 1) -> dict[int, str]:
    """Return the text once for every place, with the character there changed."""
    return {n: text[:n] + chr(ord(old) ^ step) + text[n + 1 :] for n, old in enumerate(text)}
