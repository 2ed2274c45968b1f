"""`VERIFY.txt`: the exact commands that check a bundle with stock tools. Pure.

It is text and a script at once: what is explained stands after `#`, and every other line runs as it
is printed. Nothing that a person or a page wrote stands in it, only ids, numbers and fingerprints.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import Final

from counterseal.custody.checkpoint import ED25519, key_id
from counterseal.handover.members import (
    CHECKPOINT,
    entry_name,
    key_name,
    opening_name,
    signature_name,
)
from counterseal.handover.telling import Telling

_HEAD: Final = """\
# How to check this bundle with tools that have nothing to do with the school or its program.
#
# You need a terminal with sha256sum, openssl (3.0 or later) and grep: any Linux has them. On a Mac
# type "shasum -a 256" for "sha256sum". Go to the folder that holds this file. Then run the lines
# below one by one, or all of them, ending at the first that fails:
#
#     sh -e VERIFY.txt
#
# How the bundle was opened, for the record:
#
#     age -d -i key.age bundle.zip.age > bundle.zip      (asks for the six words)
#     unzip bundle.zip
#
# What no check can show: who knew which passphrase; that what was never recorded did not happen;
# that the computer's clock was right.
"""
_PROOFS: Final = """\
# 5. The head of the record.
#
# {checkpoint} is a C2SP checkpoint: the fingerprint of the whole record, signed by its computer
# and by the people. Each data/log/*.tlog-proof is a C2SP tlog-proof that the entry is part of it.
# Any program for these formats reads them. The computer's key, as such programs take it:
#
#     {vkey}
#
# Compare the fingerprint with a paper receipt of the school, if you have one: a receipt that was
# made before this bundle must be one of those in data/receipts.
"""


def text(telling: Telling) -> str:
    """Return the whole file."""
    parts = (
        _HEAD,
        _part(1, "Nothing was changed, and nothing is missing. Each line has to end in OK.", _BAG),
        _part(2, _ABOUT_SIGNATURES, _signatures(telling)),
        _part(3, _ABOUT_TEXTS, _texts(telling)),
        _part(4, _ABOUT_EXHIBITS, _exhibits(telling)),
        _PROOFS.format(checkpoint=CHECKPOINT, vkey=note_key(telling)),
    )
    return "\n".join(parts)


def note_key(telling: Telling) -> str:
    """Return the computer's key as C2SP signed-note writes a verifier key."""
    name, raw = telling.statement.vault, bytes.fromhex(telling.statement.last.entry.computer)
    typed = base64.b64encode(bytes([ED25519]) + raw).decode()
    return f"{name}+{key_id(name, ED25519, raw).hex()}+{typed}"


_BAG: Final = ("sha256sum -c tagmanifest-sha256.txt", "sha256sum -c manifest-sha256.txt")
_ABOUT_SIGNATURES: Final = (
    "Who signed. A .pae file is what was signed, a .sig file is one signature. Each line has to\n"
    "# say that the signature was verified. Two people sign each step that makes evidence."
)
_ABOUT_TEXTS: Final = (
    "What was written is what was signed. The record holds no text, only a value that fits one\n"
    "# text: each first line works it out and has to print it, each second finds it in what was\n"
    "# signed (and prints 1)."
)
_ABOUT_EXHIBITS: Final = "The exhibits are the ones that were signed for, in the same way."


def _part(number: int, about: str, commands: Iterable[str]) -> str:
    commands = list(commands) or ["# (There is nothing of this kind here.)"]
    return "\n".join((f"# {number}. {about}", *commands, ""))


def _signatures(telling: Telling) -> Iterator[str]:
    statement = telling.statement
    computer = statement.last.entry.computer
    yield from _signed("data/bundle", [("computer", computer), *sorted(statement.people)])
    for logged in telling.leaves:
        entry = logged.entry
        people = [(person.id, person.key) for person in entry.people]
        yield from _signed(f"data/log/{entry.index:06}", [("computer", entry.computer), *people])


def _signed(stem: str, who: list[tuple[str, str]]) -> Iterator[str]:
    for name, key in who:
        pem = key_name(name, bytes.fromhex(key))
        signature = signature_name(stem, name)
        yield (
            f"openssl pkeyutl -verify -pubin -inkey {pem} -rawin -in {stem}.pae "
            f"-sigfile {signature}"
        )


def _texts(telling: Telling) -> Iterator[str]:
    for logged in telling.own:
        entry = logged.entry
        details = telling.openings.get(entry.index)
        if details is not None:
            (file,) = entry.proposal.details
            name = opening_name(entry.index)
            yield from _committed(name, details.salt, file.commit, entry.index)


def _exhibits(telling: Telling) -> Iterator[str]:
    names = {shown.ref: shown.name for shown in telling.statement.exhibits}
    for logged in telling.own:
        entry = logged.entry
        details = telling.openings.get(entry.index)
        for plain in details.exhibits if details else ():
            name = f"data/exhibits/{names[plain.ref]}"
            yield from _committed(name, plain.salt, plain.commit, entry.index)


def _committed(name: str, salt: bytes, commit: str, index: int) -> Iterator[str]:
    yield (
        f"openssl dgst -sha256 -binary {name} | "
        f"openssl dgst -sha256 -mac HMAC -macopt hexkey:{salt.hex()} | grep -o {commit}"
    )
    yield f"grep -c {commit} {entry_name(index, 'pae')}"
