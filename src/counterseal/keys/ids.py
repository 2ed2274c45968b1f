"""Short ids for people: their initials, as they stand in exhibit references."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from counterseal.errors import UsageError

_TITLES: Final = frozenset(
    {"dame", "dr", "father", "fr", "miss", "mr", "mrs", "ms", "mx", "prof", "rev", "revd", "sir"}
)
_FEWEST: Final = 2
_MOST: Final = 3
_MOST_NUMBER: Final = 999


def make_id(name: str, taken: Collection[str]) -> str:
    """Make an id from a name: its initials, with a number where somebody has them already.

    Args:
        name: "Dr Anna Bell" gives "ab". Titles and accents do not count.
        taken: Every id that was ever given, retired ones too.

    Returns:
        "ab", or else "ab2", "ab3" and so on.

    Raises:
        UsageError: No id is left for these initials.
    """
    base = _initials(name)
    if base not in taken:
        return base
    for number in range(2, _MOST_NUMBER + 1):
        if f"{base}{number}" not in taken:
            return f"{base}{number}"
    what = f"Every id that begins with “{base}” is taken."
    raise UsageError(what)


def _initials(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = [re.sub(r"[^a-z]", "", word) for word in plain.split()]
    words = [word for word in words if word and word not in _TITLES] or [w for w in words if w]
    initials = "".join(word[0] for word in words)
    if len(initials) > _MOST:  # the family name says most, and it stands last
        initials = initials[: _MOST - 1] + initials[-1]
    if len(initials) < _FEWEST:  # one word, or a name in another script
        initials = ("".join(words)[:_FEWEST] + "xx")[:_FEWEST]
    return initials
