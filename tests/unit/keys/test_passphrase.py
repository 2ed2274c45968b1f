"""Passphrases: what a guesser tries first is refused, what we suggest passes."""

import contextlib
import os
import re
import unicodedata
from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterseal.errors import UsageError
from counterseal.keys import passphrase
from counterseal.keys.passphrase import check, suggest
from unit.keys.standins import Repeatable

NAMES = ("Anna Bell", "Oakfield School")
WORDS = passphrase._words()
COMMON = passphrase._lines("common.txt")


@pytest.mark.parametrize(
    "text",
    [
        "Password2026!!",
        "P@$$w0rd P@$$w0rd",
        "p a s s w o r d 1 2 3",
        "passwordpassword1",
        "PASSWORD-password",
        "qwertyuiop12",
        "poiuytrewq1234",
        "1qaz2wsx3edc",
        "q1w2e3r4t5y6 q1w2e3r4t5y6",
        "zxcvbnm,asdfghjkl",
        "123456789012",
        "987654321098",
        "abcdefghijkl",
        "ABCDEF123456",
        "aaaaaaaaaaaa",
        "aaaabbbbcccc",
        "abcabcabcabc",
        "121212121212",
        "!!!!!!!!!!!!",
        "            ",
        "correct horse battery staple",
        "The quick brown fox",
        "tobeornottobe",
        "letmeinletmein",
        "I love you 2025",
        "Summer Holiday 2026!",
        "liverpoolfc1892",
        "monkeydragon77!",
        "safeguarding2026",
        "zebra 1984 1999",
        "Anna Bell 1975",
        "annabellannabell",
        "Oakfield School 1",
        "oakfieldschool2026",
        "bell bell bell oakfield",
    ],
)
def test_what_is_easily_guessed_is_refused(text: str) -> None:
    assert len(text) >= 12
    with pytest.raises(UsageError, match="too easily guessed"):
        check(text, *NAMES)


@pytest.mark.parametrize(
    "text",
    [
        "purple teapot walks home",
        "my cat eats green grass",
        "x9$K#f2&Lq!z",
        "Ich mag keine Spinnen",
        "mes élèves préférés",
        "密码密码是很难猜的东西呢呀",
        "Mrs Bell keeps nine hens",
        "three blind badgers",
    ],
)
def test_what_is_not_passes(text: str) -> None:
    check(text, *NAMES)


def test_a_name_counts_only_for_its_owner() -> None:
    check("Zebedee Quixley")
    with pytest.raises(UsageError, match="too easily guessed"):
        check("Zebedee Quixley", "Quixley, Zebedee")


@pytest.mark.parametrize("text", ["", "x9$K#f2&Lq!", "e\u0301" * 11])
def test_eleven_characters_are_too_few(text: str) -> None:
    with pytest.raises(UsageError, match=r"too short: \d+ characters, at least 12"):
        check(text)


def test_characters_are_counted_after_nfc() -> None:
    text = "é ü ö å ñ ç "
    assert len(text) == 12
    check(unicodedata.normalize("NFD", text + "ï ô"))


@pytest.mark.parametrize("sign", ["\t", "\n", "\x00", "\x1b", "\u202e", "\u200b", "\udcff"])
def test_what_cannot_be_typed_again_is_refused(sign: str) -> None:
    with pytest.raises(UsageError, match="cannot be shown"):
        check(f"purple teapot{sign} walks home")


@pytest.mark.parametrize(("first", "second"), list(product(COMMON[::60], repeat=2)))
def test_two_common_things_together_are_too_little(first: str, second: str) -> None:
    for text in (f"{first} {second} 1", f"{first}{second}2026", f"{first.upper()}.{second}!"):
        with pytest.raises(UsageError):
            check(text)


@given(unit=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=6))
def test_a_short_piece_over_and_over_is_refused(unit: str) -> None:
    with pytest.raises(UsageError):
        check(unit * 13)


@given(text=st.text())
def test_check_never_fails_otherwise(text: str) -> None:
    with contextlib.suppress(UsageError):
        check(text, text)


def test_the_words_are_what_we_promise() -> None:
    assert len(WORDS) == len(set(WORDS)) == 2048
    assert list(WORDS) == sorted(WORDS)
    assert all(re.fullmatch(r"[a-z]{3,8}", word) for word in WORDS)
    assert not set(WORDS) & set(COMMON), "a suggestion must never be one that we refuse"


def test_the_common_ones_are_what_we_promise() -> None:
    assert len(COMMON) == len(set(COMMON)) >= 500
    assert sum(len(word) >= 12 for word in COMMON) >= 100
    assert all(re.fullmatch(r"[a-z]{4,}", word) for word in COMMON)


def test_no_two_words_of_a_suggestion_run_into_each_other() -> None:
    assert re.fullmatch(r"[a-z]+( [a-z]+){5}", suggest(Repeatable()))


def test_every_suggestion_passes() -> None:
    for number in range(2000):
        check(suggest(Repeatable(number.to_bytes(4))))


def test_a_suggestion_of_one_word_six_times_would_be_noticed() -> None:
    with pytest.raises(UsageError):
        check(suggest(bytes))


def test_each_word_is_chosen_equally_often() -> None:
    # Two bytes a word, and every one of the 65,536 values leads to some word.
    counts: Counter[str] = Counter()
    values = iter(range(3 * 65_536))

    def each_in_turn(size: int) -> bytes:
        return (next(values) % 65_536).to_bytes(size)

    for _ in range(3 * 65_536 // passphrase.SUGGESTED_WORDS):
        counts.update(suggest(each_in_turn).split())
    assert set(counts) == set(WORDS)
    assert set(counts.values()) == {3 * 32}


def test_the_systems_randomness_fits() -> None:
    assert len({suggest(os.urandom) for _ in range(100)}) == 100
