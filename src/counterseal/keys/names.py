"""Names of people: what they are written with, and when two of them look the same. Pure."""

import unicodedata

from counterseal.errors import UsageError

_BESIDES = frozenset(" '-.\u2019")
_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA"})
"""Japanese names are written with more than one script; others are not."""


def check_name(name: str) -> str:
    """Refuse a name that could be taken for another one, and return it as it is kept.

    Args:
        name: "Anna O'Neill-Bell".

    Raises:
        UsageError: Something that is no letter, letters of two scripts, or letters that only look
            like others.
    """
    strange = next((c for c in name if not (_is_letter(c) or c in _BESIDES)), None)
    if strange is not None:
        what = (
            f"A name is written with letters, blanks and ' - . only; “{strange}” is none of them."
        )
        raise UsageError(what, advice="Type the name as it stands on a letter from the school.")
    if not any(unicodedata.category(char).startswith("L") for char in name):
        what = "A name needs at least one letter."
        raise UsageError(what)
    scripts = {_script(char) for char in name if unicodedata.category(char).startswith("L")}
    if (len(scripts) > 1 and not scripts <= _TOGETHER) or unicodedata.normalize(
        "NFKC", name
    ) != name:
        what = "The name mixes letters that look alike and are not the same."
        raise UsageError(what, advice="Type it again without pasting.")
    return name


def plain(name: str) -> str:
    """Return a name as it is compared: case, blanks, accents and punctuation do not count."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(char if _is_letter(char) else " " for char in folded if not _is_mark(char))
    return " ".join(letters.split())


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _script(char: str) -> str:
    return unicodedata.name(char, "?").split()[0]
