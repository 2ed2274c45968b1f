"""Where the address of a concern comes from: the watched browser, or one who types it.

What stands in the browser is offered and never typed again, because a stranger's address can be
longer and odder than anybody types without a slip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterseal.commands.desk import Desk
from counterseal.errors import UsageError
from counterseal.keys.people import Person
from counterseal.workflow.browsing.port import InWindow

FROM_BROWSER = "the monitored browser"
MOST_SHOWN = 300
"""How many characters of an address are shown to people; all of it is kept."""
_ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Address:
    """An address, and where it comes from.

    Args:
        exact: The address, exactly.
        shown: As people read it.
        source: Where it comes from, for the record.
    """

    exact: str
    shown: str
    source: str


def ask_address(
    desk: Desk, both: Sequence[Person], given: str | None, *, read_back: bool | None
) -> Address:
    """Ask which address it is.

    Args:
        desk: How to ask, and what stands in the browser.
        both: The two; the second reads back what the first types.
        given: What `--address` said.
        read_back: What `--read-back` said.

    Raises:
        UsageError: It cannot be used, or what was read back was not it.
    """
    windows = desk.seen.windows if desk.seen else ()
    found = next((one for one in windows if given in {one.address, one.shown}), None)
    if given is None and windows:
        found = _choose(desk, windows)
    if found is not None:
        return Address(found.address, brief(found.shown), f"{FROM_BROWSER}, window {found.window}")
    typed = desk.asker.text("Address", "the address", given)
    _read_back(desk, both, typed, read_back)
    other = both[1]
    return Address(typed, brief(typed), f"typed, and read back aloud by {other.id}")


def brief(shown: str) -> str:
    """Return an address as people read it: a very long one without its end, which is kept."""
    if len(shown) <= MOST_SHOWN:
        return shown
    return f"{shown[:MOST_SHOWN]}… ({len(shown):,} characters, all of which are kept)"


def _choose(desk: Desk, windows: Sequence[InWindow]) -> InWindow | None:
    words: Mapping[str, str] = {
        **{str(place): _line(one) for place, one in enumerate(windows, start=1)},
        _ANOTHER: "None of these: it will be typed.",
    }
    chosen = desk.asker.choice("Which address is it", None, words)
    return None if chosen == _ANOTHER else windows[int(chosen) - 1]


def _line(one: InWindow) -> str:
    title = f"   “{brief(one.title)}”" if one.title else ""
    return f"{brief(one.shown)}{title}"


def _read_back(desk: Desk, both: Sequence[Person], typed: str, given: bool | None) -> None:
    first, other = both
    question = (
        f"{other.name}: read it back aloud from the screen of the browser, sign by sign. "
        f'Is "{brief(typed)}", as {first.name} typed it, exactly that'
    )
    if not desk.asker.yes(question, given or None):
        what = "The address that was typed is not the one that was read back."
        raise UsageError(what, advice="Run the command again, and type it anew.")
