"""Canonical bytes: the same as rfc8785 writes, over 20,000 random documents of our profile."""

import json
import random
import unicodedata
from typing import Any

import rfc8785

from counterseal import canonical

DOCUMENTS = 20_000
SEED = 8785
KEY_LETTERS = "abcxyz0189_"
LETTERS = (
    "abcXYZ 019_\"\\/<>&'{}[]:,~",
    "\u00e9\u00df\u0141\u017e\u1e9e",
    "\u0416\u05d0\u0645\u0e01\u4e2d\u65e5\uac00",
    "\u200b\u2028\u2029\ufeff\ue000\ufffd\uffff",
    "\U0001f600\U0001d11e\U0010ffff",
    "e\u0301a\u0308\u1100\u1161",
)


def text(rng: random.Random) -> str:
    """Return a text in NFC from many scripts, with what JSON has to escape."""
    pieces = [rng.choice(rng.choice(LETTERS)) for _ in range(rng.randrange(12))]
    return unicodedata.normalize("NFC", "".join(pieces))


def key(rng: random.Random) -> str:
    """Return an odd key: digits and underscores sort differently from letters."""
    return "".join(rng.choice(KEY_LETTERS) for _ in range(rng.randrange(1, 6)))


def number(rng: random.Random) -> int:
    """Return an integer of any length up to 2^53-1."""
    return rng.choice([0, 1, canonical.MAX_INT, rng.getrandbits(rng.randrange(1, 54))])


def value(rng: random.Random, depth: int) -> Any:  # noqa: ANN401  (any JSON)
    """Return a random value that goes at most that many levels deeper."""
    kind = rng.randrange(2, 5) if depth > 3 else rng.randrange(5 if depth else 3)
    match kind:
        case 0:
            return text(rng)
        case 1:
            return number(rng)
        case 2:
            return rng.random() < 0.5
        case 3:
            return [value(rng, depth - 1) for _ in range(rng.randrange(5))]
        case _:
            return {key(rng): value(rng, depth - 1) for _ in range(rng.randrange(8))}


def levels(item: Any) -> int:  # noqa: ANN401  (any JSON)
    """Count the levels of objects and arrays."""
    match item:
        case dict():
            return 1 + max(map(levels, item.values()), default=0)
        case list():
            return 1 + max(map(levels, item), default=0)
        case _:
            return 0


def test_the_bytes_are_those_of_rfc8785() -> None:
    """Not one of 20,000 documents differs, and each is read back as it was."""
    rng = random.Random(SEED)  # noqa: S311  (the same documents in every run)
    seen = {"deepest": 0, "not ascii": 0, "longest": 0}
    for count in range(DOCUMENTS):
        document = value(rng, count % (canonical.MAX_DEPTH + 1))
        written = canonical.encode(document)
        assert written == rfc8785.dumps(document), document
        assert canonical.decode(written) == document
        seen["deepest"] = max(seen["deepest"], levels(document))
        seen["not ascii"] += not written.isascii()
        seen["longest"] = max(seen["longest"], len(written))
    assert seen["deepest"] == canonical.MAX_DEPTH
    assert seen["not ascii"] > DOCUMENTS / 4
    assert seen["longest"] > 1_000


def test_the_bytes_of_text_with_lines_are_those_of_rfc8785() -> None:
    """What people wrote may hold line ends, and is written the same way."""
    rng = random.Random(SEED)  # noqa: S311  (the same documents in every run)
    for _ in range(1_000):
        document = {"text": text(rng) + "\n" + text(rng)}
        document["text"] = unicodedata.normalize("NFC", document["text"])
        written = canonical.encode(document, lines=True)
        assert written == rfc8785.dumps(document)
        assert json.loads(written) == document
