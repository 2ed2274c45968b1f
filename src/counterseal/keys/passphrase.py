"""Passphrases: refuse those that are easily guessed, suggest ones that are not.

A rule rather than a mere list: whatever a guesser tries first counts as one character, so that
"Password2026!!" is as short as it really is. The words to suggest and the common ones are data
beside this file; none is on both lists, so every suggestion passes.

`docs/format.md`, section 10.
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from itertools import chain
from typing import Final

from counterseal.errors import UsageError
from counterseal.keys.signing import Random

FEWEST_CHARACTERS: Final = 12
FEWEST_LEFT: Final = 8
"""How many characters must be left, where a common word, a name or a row of keys counts as one."""

SUGGESTED_WORDS: Final = 6
WORDS: Final = 2048
"""Eleven bits a word, so 66 bits for six."""

_ROWS: Final = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9",
    "01234567890",
    string.ascii_lowercase * 2,
)
_RUNS: Final = tuple(chain.from_iterable((row, row[::-1]) for row in _ROWS))
_SHORTEST_RUN: Final = 4
_SHORTEST_NAME: Final = 3
_YEARS: Final = range(1900, 2100)
_LOOKALIKES: Final = str.maketrans("013457@$!|", "oieastasil")


def check(passphrase: str, *names: str) -> None:
    """Refuse a passphrase that is too short or too easily guessed.

    Args:
        passphrase: As it was typed; it is judged in NFC.
        names: The person's own name, the school's name and the like; they give no strength.

    Raises:
        UsageError: Too short, with characters that cannot be typed again, or easily guessed.
    """
    text = unicodedata.normalize("NFC", passphrase)
    if len(text) < FEWEST_CHARACTERS:
        what = f"The passphrase is too short: {len(text)} characters, at least 12 are needed."
        raise UsageError(what, advice=_ADVICE)
    if any(unicodedata.category(character).startswith("C") for character in text):
        what = "The passphrase holds a character that cannot be shown."
        raise UsageError(what, advice="Type it on the keyboard instead of pasting it.")
    if _repeats(text.casefold()) or _strength(text.casefold(), names) < FEWEST_LEFT:
        what = "The passphrase is too easily guessed: a common word, a name, a pattern of keys."
        raise UsageError(what, advice=_ADVICE)


def suggest(random: Random) -> str:
    """Return six random words with blanks between: 66 bits.

    Args:
        random: Where the choice comes from; two bytes a word.
    """
    words = _words()
    # 65,536 is a multiple of 2,048, so every word is equally likely.
    chosen = (int.from_bytes(random(2)) % WORDS for _ in range(SUGGESTED_WORDS))
    return " ".join(words[number] for number in chosen)


_ADVICE: Final = "Take the six words that the program offers, or a sentence that only you know."


def _strength(text: str, names: tuple[str, ...]) -> int:
    # The weaker reading counts: digits as digits, or digits as the letters that they look like.
    guesses = _guesses(names)
    return min(_left(text, guesses), _left(text.translate(_LOOKALIKES), guesses))


def _left(text: str, guesses: frozenset[str]) -> int:
    squeezed = "".join(character for character in text if character.isalnum())
    signs = {c for c in text if not (c.isalnum() or c.isspace())}
    return _fewest_pieces(squeezed, guesses) + len(signs)


def _fewest_pieces(text: str, guesses: frozenset[str]) -> int:
    """Return into how few pieces a text can be cut: guesses, runs of keys, single characters."""
    longest = max(map(len, guesses))
    fewest = [0] * (len(text) + 1)  # fewest[n]: for the text from its nth character on
    for start in reversed(range(len(text))):
        ends = [start + 1, *_ends_of_runs(text, start)]
        window = range(start + _SHORTEST_NAME, min(start + longest, len(text)) + 1)
        ends += (end for end in window if text[start:end] in guesses)
        fewest[start] = 1 + min(fewest[end] for end in ends)
    return fewest[0]


def _ends_of_runs(text: str, start: int) -> Iterator[int]:
    for end in range(start + _SHORTEST_RUN, len(text) + 1):
        piece = text[start:end]
        if len(set(piece)) > 1 and not any(piece in run for run in _RUNS):
            return
        yield end


def _repeats(text: str) -> bool:
    """Say whether a text is one short piece over and over, whole or cut off at the end."""
    return any(
        text[period:] == text[:-period]
        for period in range(1, min(FEWEST_CHARACTERS, len(text) // 2 + 1))
    )


@lru_cache(maxsize=8)
def _guesses(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset({*_lines("common.txt"), *_parts(names), *map(str, _YEARS)})


def _parts(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        plain = unicodedata.normalize("NFC", name).casefold()
        pieces = re.findall(r"[^\W_]+", plain)
        yield from (piece for piece in (*pieces, "".join(pieces)) if len(piece) >= _SHORTEST_NAME)


@lru_cache(maxsize=1)
def _words() -> tuple[str, ...]:
    return _lines("words.txt")


def _lines(name: str) -> tuple[str, ...]:
    text = resources.files(__package__).joinpath(name).read_text("ascii")
    return tuple(text.split())
