"""Canonical bytes: what is refused, what a person typed. The documents are in the vectors."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal import canonical
from counterseal.canonical import NotCanonicalError
from counterseal.errors import UsageError

TEXTS = st.text(max_size=20)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "NoneType"),
        (1.0, "float"),
        (b"bytes", "bytes"),
        ((1, 2), "tuple"),
        ({1: 2}, "a key outside the profile: 1"),
        ({"A": 1}, "a key outside the profile"),
        ({"a\n": 1}, "a key outside the profile"),
        (-1, "out of range: -1"),
        (2**53, "out of range"),
        ([[[[[[[]]]]]]], "more than 6 levels"),
        ({"a": [{"a": [{"a": {"a": {}}}]}]}, "more than 6 levels"),
        ("e\u0301", "not in NFC"),
        ("\u202e", "control or direction"),
        ("\ud800", "control or direction"),
        ("a\nb", "control or direction"),
    ],
)
def test_a_value_outside_the_profile_is_not_written(value: object, reason: str) -> None:
    """Writing refuses what reading would refuse, so nothing unreadable is ever kept."""
    with pytest.raises(NotCanonicalError, match=reason):
        canonical.encode(value)


@pytest.mark.parametrize("value", [[[[[[[]]]]]], {"a": [{"a": [{"a": [1]}]}]}, True, 0, 2**53 - 1])
def test_the_edges_of_the_profile_are_inside(value: object) -> None:
    """Six levels, and the largest integer that every language reads exactly."""
    assert canonical.decode(canonical.encode(value)) == value


def test_endless_levels_and_digits_are_refused_and_not_a_crash() -> None:
    """Bytes from outside cannot bring the reader down."""
    for content in (b"[" * 100_000, b'{"a":' * 100_000, b"9" * 5_000):
        with pytest.raises(NotCanonicalError, match="not readable"):
            canonical.decode(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a": 1}', "one canonical way"),
        (b'{"b":1,"a":1}', "one canonical way"),
        (b'{"a":1,"a":1}', "a key is given twice"),
        (b'{"a":{"b":1,"b":2}}', "a key is given twice"),
    ],
)
def test_another_way_of_writing_is_refused(content: bytes, reason: str) -> None:
    """Blanks, another order, a key twice: many more such bytes are in the vectors."""
    with pytest.raises(NotCanonicalError, match=reason):
        canonical.decode(content)


@given(st.binary(max_size=60))
def test_reading_refuses_or_gives_back_the_same_bytes(content: bytes) -> None:
    """For any bytes: either they are refused, or writing what was read gives those bytes."""
    for lines in (False, True):
        try:
            value = canonical.decode(content, lines=lines)
        except NotCanonicalError:
            continue
        assert canonical.encode(value, lines=lines) == content


@given(TEXTS, st.booleans())
def test_a_text_is_written_or_refused_by_its_characters(text: str, lines: bool) -> None:  # noqa: FBT001
    """Exactly the characters that the format names are refused, and whatever is not in NFC."""
    bad = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    bad |= set(range(0xD800, 0xE000))
    if lines:
        bad.remove(0x0A)
    fine = unicodedata.is_normalized("NFC", text) and not bad & set(map(ord, text))
    try:
        written = canonical.encode(text, lines=lines)
    except NotCanonicalError:
        assert not fine
        return
    assert fine
    assert json.loads(written) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a word \n", "a word"),
        ("one\r\ntwo", "one\ntwo"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("a" * 20, "a" * 20),
    ],
)
def test_what_was_typed_is_put_into_the_form_that_is_kept(typed: str, kept: str) -> None:
    """NFC, line ends as U+000A, no outer blanks; and that form can be written."""
    clean = canonical.clean_text(typed, most=20, name="the note")
    assert clean == kept
    assert canonical.decode(canonical.encode(clean, lines=True), lines=True) == kept


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ("", "The note is empty."),
        (" \r\n ", "The note is empty."),
        ("a" * 21, "The note is too long: 21 characters, at most 20."),
        ("a\x1b[31m", "The note holds a character that cannot be shown (U+001B)."),
        ("a\rb", "The note holds a character that cannot be shown (U+000D)."),
        ("a\tb", "The note holds a character that cannot be shown (U+0009)."),
        ("a\u202eb", "The note holds a character that cannot be shown (U+202E)."),
        ("a\udc80", "The note holds a character that cannot be shown (U+DC80)."),
    ],
)
def test_what_cannot_be_kept_gets_a_plain_sentence(typed: str, what: str) -> None:
    """The sentence says which text, and what is wrong with it; nothing was kept."""
    with pytest.raises(UsageError) as refused:
        canonical.clean_text(typed, most=20, name="the note")
    assert (refused.value.what, refused.value.kept) == (what, "Nothing was kept.")
    assert refused.value.exit_status == 2
