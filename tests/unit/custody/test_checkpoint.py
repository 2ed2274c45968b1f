"""The signed head: one text, the computer's signature, and people's beside it."""

import base64
import hashlib
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import COMPUTER, ORIGIN, key_of
from counterseal.canonical import NotCanonicalError
from counterseal.custody import checkpoint
from counterseal.custody.checkpoint import COSIGNATURE, ED25519, Checkpoint, Note, key_id, names_of

ROOT = bytes(range(32))
HEAD = Checkpoint(ORIGIN, 7, ROOT)
SIGNED = checkpoint.sign(HEAD, COMPUTER)
PEOPLE = {"ab": key_of("ab"), "cd": key_of("cd")}
PUBLIC = {person: key.public for person, key in PEOPLE.items()}
TIME = 1_796_000_000
COSIGNED = SIGNED.cosigned(PEOPLE, TIME)
LINES = COSIGNED.text.splitlines(keepends=True)


def test_the_text_is_the_one_of_a_checkpoint() -> None:
    """Origin, size and root, one line each."""
    assert HEAD.text == f"{ORIGIN}\n7\n{base64.b64encode(ROOT).decode()}\n"
    assert Checkpoint.from_text(HEAD.text) == HEAD


def test_the_fingerprint_can_be_read_aloud() -> None:
    """Sixteen groups of four hex digits, which are the root."""
    groups = HEAD.fingerprint.split(" ")
    assert [len(group) for group in groups] == [4] * 16
    assert "".join(groups) == ROOT.hex()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        HEAD.text[:-1],
        HEAD.text + "\n",
        HEAD.text + "more\n",
        HEAD.text.replace("\n7\n", "\n07\n"),
        HEAD.text.replace("\n7\n", "\n+7\n"),
        HEAD.text.replace("\n7\n", "\n 7\n"),
        HEAD.text.replace("\n7\n", "\n7_0\n"),
        HEAD.text.replace("\n7\n", "\n\u0667\n"),
        HEAD.text.replace("\n7\n", "\n-7\n"),
        HEAD.text.replace("\n7\n", "\nseven\n"),
        HEAD.text.replace("\n", "\r\n"),
        HEAD.text[len(ORIGIN) :],
        f"{ORIGIN}\n7\n{base64.b64encode(ROOT[:-1]).decode()}\n",
        f"{ORIGIN}\n7\n{base64.b64encode(ROOT).decode().rstrip('=')}\n",
        f"{ORIGIN}\n7\n{base64.b64encode(ROOT).decode()[:-2]}9=\n",
        f"{ORIGIN}\n7\n\u00e9{base64.b64encode(ROOT).decode()}\n",
    ],
)
def test_any_other_text_is_no_checkpoint(text: str) -> None:
    """Another number, another base64, another line end."""
    assert text != HEAD.text
    with pytest.raises(NotCanonicalError, match="not a checkpoint"):
        Checkpoint.from_text(text)


def test_a_key_id_is_the_one_of_signed_note() -> None:
    """Four bytes of SHA-256 over name, line end, type and raw key."""
    expected = hashlib.sha256(ORIGIN.encode() + b"\n\x01" + COMPUTER.public).digest()[:4]
    assert key_id(ORIGIN, ED25519, COMPUTER.public) == expected == SIGNED.signatures[0].id
    assert key_id(ORIGIN, COSIGNATURE, COMPUTER.public) != expected


def test_the_computer_signs_the_text_and_people_the_text_with_a_time() -> None:
    """As C2SP says for type 0x01 and type 0x04."""
    first, *others = COSIGNED.signatures
    assert first.blob == COMPUTER.sign(HEAD.text.encode())
    cosigned = f"cosignature/v1\ntime {TIME}\n{HEAD.text}".encode()
    for signature, key in zip(others, PEOPLE.values(), strict=True):
        assert signature.blob == TIME.to_bytes(8, "big") + key.sign(cosigned)
    assert names_of(COSIGNED.signatures) == [ORIGIN, f"{ORIGIN}/ab", f"{ORIGIN}/cd"]


@pytest.mark.parametrize("note", [SIGNED, COSIGNED])
def test_a_note_reads_back_as_it_was_written(note: Note) -> None:
    """Text, an empty line, one line for each signature."""
    assert Note.from_text(note.text) == note
    assert note.text.startswith(f"{HEAD.text}\n\N{EM DASH} {ORIGIN} ")


def test_good_signatures_are_accepted() -> None:
    """By the computer alone, and with exactly the people who cosigned."""
    assert SIGNED.fault(COMPUTER.public, {}) is None
    assert COSIGNED.fault(COMPUTER.public, PUBLIC) is None


@pytest.mark.parametrize(
    "people",
    [
        {},
        {"ab": PUBLIC["ab"]},
        {"cd": PUBLIC["cd"], "ab": PUBLIC["ab"]},
        {**PUBLIC, "kl": key_of("kl").public},
        {"ab": PUBLIC["ab"], "kl": PUBLIC["cd"]},
        {"ab": PUBLIC["ab"], "cd": key_of("kl").public},
        {"ab": PUBLIC["cd"], "cd": PUBLIC["ab"]},
    ],
)
def test_signers_other_than_those_named_are_refused(people: dict[str, bytes]) -> None:
    """One too few, one too many, another order, another name, another key."""
    said = COSIGNED.fault(COMPUTER.public, people)
    assert said == "the head is not signed by the computer and the people named"


def test_another_computers_key_is_refused() -> None:
    """The first signature has to be this computer's."""
    assert SIGNED.fault(key_of("ab").public, {})
    assert COSIGNED.fault(key_of("ab").public, PUBLIC)


@pytest.mark.parametrize("order", [o for o in permutations(range(3)) if o != (0, 1, 2)])
def test_signatures_in_another_order_are_refused(order: tuple[int, ...]) -> None:
    """The computer first, then the people in the order in which they are named."""
    shuffled = Note(HEAD, tuple(COSIGNED.signatures[n] for n in order))
    assert shuffled.fault(COMPUTER.public, PUBLIC)


@pytest.mark.parametrize(
    "head",
    [Checkpoint(ORIGIN, 8, ROOT), Checkpoint(ORIGIN, 7, ROOT[::-1])],
)
def test_signatures_moved_to_another_head_are_refused(head: Checkpoint) -> None:
    """Another size or another root was not signed."""
    said = Note(head, COSIGNED.signatures).fault(COMPUTER.public, PUBLIC)
    assert said == "the computer's signature of the head is not good"
    again = checkpoint.sign(head, COMPUTER).signatures
    said = Note(head, (*again, *COSIGNED.signatures[1:])).fault(COMPUTER.public, PUBLIC)
    assert said == "the signature of ab of the head is not good"


def test_a_cosignature_of_another_time_is_refused() -> None:
    """The time is part of what was signed."""
    first, second, third = COSIGNED.signatures
    later = checkpoint.NoteSignature(
        third.name, third.id, (TIME + 1).to_bytes(8, "big") + third.blob[8:]
    )
    said = Note(HEAD, (first, second, later)).fault(COMPUTER.public, PUBLIC)
    assert said == "the signature of cd of the head is not good"


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD.text,
        HEAD.text + "\n",
        COSIGNED.text[:-1],
        COSIGNED.text + "\n",
        COSIGNED.text.replace("\n\n", "\n", 1),
        COSIGNED.text.replace("\n\n", "\n\n\n", 1),
        COSIGNED.text.replace("\N{EM DASH}", "-", 1),
        COSIGNED.text.replace("\N{EM DASH} ", "\N{EM DASH}  ", 1),
        COSIGNED.text.replace("\N{EM DASH} ", "\N{EM DASH}\u00a0", 1),
        COSIGNED.text.replace("\n", "\r\n"),
        COSIGNED.text.replace(LINES[-1], LINES[-1].replace("\n", "\x85")),
        COSIGNED.text.replace(LINES[-1], LINES[-1].replace("\n", "\u2028")),
        COSIGNED.text.replace(LINES[-1], f"\N{EM DASH} {ORIGIN}/cd AAAA\n"),
        COSIGNED.text.replace(LINES[-1], f"\N{EM DASH} {ORIGIN}/cd !\n"),
        COSIGNED.text.replace(LINES[-1], f"\N{EM DASH} {ORIGIN}/cd\n"),
    ],
)
def test_any_other_text_is_no_signed_note(text: str) -> None:
    """A line short, a blank too many, another dash, another line end, another length."""
    assert text != COSIGNED.text
    with pytest.raises(NotCanonicalError, match=r"not a (signed note|checkpoint)"):
        Note.from_text(text)


@given(st.integers(0, len(COSIGNED.text) - 1), st.integers(1, 0x2FF))
def test_a_changed_character_of_a_note_never_passes(place: int, by: int) -> None:
    """It is refused as a note, or its signatures are."""
    text = COSIGNED.text
    changed = text[:place] + chr(ord(text[place]) ^ by) + text[place + 1 :]
    try:
        note = Note.from_text(changed)
    except NotCanonicalError:
        return
    assert note.head != HEAD or note.fault(COMPUTER.public, PUBLIC)
