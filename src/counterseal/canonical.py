"""Canonical bytes: one value, one way to write it (RFC 8785, in a narrow profile).

The profile leaves out whatever two programs could read differently: no floats, no null, keys of
small letters, digits and underscores, integers from 0 to 2^53-1, text in NFC without control or
direction-changing characters, at most six levels deep. Within it, compact JSON with sorted keys is
exactly RFC 8785. Reading refuses anything that would not be written back byte for byte.

`docs/format.md`, section 2, is the normative text.
"""

import json
import re
import unicodedata
from typing import Any

from counterseal.errors import UsageError

MAX_INT = 2**53 - 1
MAX_DEPTH = 6

Value = Any

_KEY = re.compile(r"[a-z0-9_]+\Z")
_CONTROL = "\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_FORBIDDEN = re.compile(f"[{_CONTROL}]")
_FORBIDDEN_IN_TEXT = re.compile(f"[{_CONTROL}]".replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


class NotCanonicalError(ValueError):
    """Bytes or a value outside the profile. Callers turn it into a finding."""


def encode(value: Any, *, lines: bool = False) -> bytes:
    """Return the canonical bytes of a value.

    Args:
        value: Objects, arrays, strings, booleans and integers.
        lines: Whether strings may hold U+000A (people's text in details).

    Raises:
        NotCanonicalError: The value is outside the profile.
    """
    _check(value, _FORBIDDEN_IN_TEXT if lines else _FORBIDDEN, 0)
    return _dump(value)


def decode(content: bytes, *, lines: bool = False) -> Any:
    """Read canonical bytes.

    Raises:
        NotCanonicalError: Not JSON, a key given twice, outside the profile, or not written the
            one canonical way.
    """
    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        message = f"not readable: {error}"
        raise NotCanonicalError(message) from error
    _check(value, _FORBIDDEN_IN_TEXT if lines else _FORBIDDEN, 0)
    if _dump(value) != content:
        message = "not written in the one canonical way"
        raise NotCanonicalError(message)
    return value


def clean_text(text: str, *, most: int, name: str) -> str:
    """Prepare what a person typed: NFC, line ends as U+000A, outer blanks gone.

    Args:
        text: What was typed.
        most: The longest allowed, in characters.
        name: What it is, for the error: "the description".

    Raises:
        UsageError: Empty, too long, or with characters that cannot be shown.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if not text:
        what = f"{name.capitalize()} is empty."
        raise UsageError(what)
    if len(text) > most:
        what = f"{name.capitalize()} is too long: {len(text)} characters, at most {most}."
        raise UsageError(what, advice="Say it more briefly, or split it over two entries.")
    found = _FORBIDDEN_IN_TEXT.search(text)
    if found:
        what = (
            f"{name.capitalize()} holds a character that cannot be shown (U+{ord(found[0]):04X})."
        )
        raise UsageError(what, advice="Type it again without pasting.")
    return text


def _dump(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key is given twice"
        raise ValueError(message)
    return found


def _check(value: Any, forbidden: re.Pattern[str], depth: int) -> None:
    match value:
        case str():
            _check_text(value, forbidden)
        case bool():
            pass
        case int():
            if not 0 <= value <= MAX_INT:
                message = f"an integer out of range: {value}"
                raise NotCanonicalError(message)
        case list():
            _check_depth(depth)
            for item in value:
                _check(item, forbidden, depth + 1)
        case dict():
            _check_depth(depth)
            for key, item in value.items():
                if not (isinstance(key, str) and _KEY.match(key)):
                    message = f"a key outside the profile: {key!r}"
                    raise NotCanonicalError(message)
                _check(item, forbidden, depth + 1)
        case _:
            message = f"a kind of value that is not allowed: {type(value).__name__}"
            raise NotCanonicalError(message)


def _check_depth(depth: int) -> None:
    if depth >= MAX_DEPTH:
        message = f"more than {MAX_DEPTH} levels deep"
        raise NotCanonicalError(message)


def _check_text(text: str, forbidden: re.Pattern[str]) -> None:
    if not text.isascii() and unicodedata.normalize("NFC", text) != text:
        message = "text that is not in NFC"
        raise NotCanonicalError(message)
    if forbidden.search(text):
        message = "text with a control or direction-changing character"
        raise NotCanonicalError(message)
