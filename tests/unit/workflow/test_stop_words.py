"""What a person reads after a stop: short, plain, nothing that sends anybody back to look."""

import re
from collections.abc import Iterator

import pytest

from counterseal.errors import StoppedError
from counterseal.workflow.stop import words

LONGEST = 20
"""Words in a sentence: whoever reads this is frightened."""

NEVER = re.compile(
    r"\b(hash|artefact|artifact|csam|ciphertext|ledger|chain|grade|grading|describe|"
    r"protects? you|protected by|immun\w+|defence|look at it again|look once more|"
    r"check the (image|picture)|false alarm|undo)\b",
    re.IGNORECASE,
)
LOOK = re.compile(r"\blook again\b", re.IGNORECASE)


def _texts() -> Iterator[str]:
    yield words.SENTENCE
    yield from words.WHAT.values()
    yield from words.BEFORE_ANSWERING
    yield StoppedError().what
    yield StoppedError().advice
    for page in words.PAGES:
        yield page.title
        yield from page.lines


TEXTS = list(_texts())


def _sentences(text: str) -> list[str]:
    return [each for each in re.split(r"(?<=[.?!:])\s+", text) if each]


@pytest.mark.parametrize("text", TEXTS)
def test_sentences_are_short(text: str) -> None:
    """Twenty words at most; what is joined by commas is one order after the other."""
    for sentence in _sentences(text):
        assert len(sentence.split()) <= LONGEST or sentence.count(",") >= 2, sentence
        assert all(len(part.split()) <= LONGEST for part in sentence.split(","))


@pytest.mark.parametrize("text", TEXTS)
def test_no_word_of_the_trade_and_nothing_that_should_not_be_said(text: str) -> None:
    """Nobody is asked to describe or grade it, and nobody is told that the law protects them."""
    assert not NEVER.search(text)


@pytest.mark.parametrize("text", TEXTS)
def test_looking_again_is_only_ever_forbidden(text: str) -> None:
    """Each time it is named, it is "do not"."""
    for found in LOOK.finditer(text):
        assert text[: found.start()].lower().endswith("do not ")


def test_the_check_finds_what_it_looks_for() -> None:
    """A check that finds nothing shows nothing."""
    for wrong in ("The hash of it", "Please describe what you saw", "The law protects you."):
        assert NEVER.search(wrong)
    assert LOOK.search("Look again to be sure.")


def test_the_order_is_child_police_people_computer() -> None:
    """999 first; then the police; then the school's own people; then the room."""
    whole = [" ".join((page.title, *page.lines)) for page in words.PAGES]
    told = ("999", "Call 101", "Tell the safeguarding lead", "monitor off")
    places = [next(n for n, text in enumerate(whole) if word in text) for word in told]
    assert places == sorted(places)
    assert places[0] == 0
