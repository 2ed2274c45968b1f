"""Where the address of a concern comes from: the watched browser, or one who types it.

What stands in the browser is offered and never typed again, because a stranger's address can be
longer and odder than anybody types without a slip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from counterseal.commands.desk import Desk, shown
from counterseal.errors import UsageError
from counterseal.evidence.browser.visit import NOT_KEPT
from counterseal.keys.people import Person
from counterseal.workflow.browsing.port import InView, InWindow
from counterseal.workflow.record import Record

FROM_BROWSER = "the monitored browser"
MOST_SHOWN = 300
"""How many characters of an address are shown to people; all of it is kept."""
_ANOTHER = "another"


_PAGE = "In the watched browser, and what you answer for, stands this page:"


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
        source = f"{FROM_BROWSER}, window {found.window}{_cut(found)}"
        return Address(found.address, brief_of(found), source)
    typed = desk.asker.text("Address", "the address", given)
    _read_back(desk, both, typed, read_back)
    other = both[1]
    return Address(typed, brief(typed), f"typed, and read back aloud by {other.id}")


def brief(shown: str) -> str:
    """Return an address as people read it: a very long one without its end, which is kept."""
    if len(shown) <= MOST_SHOWN:
        return shown
    return f"{shown[:MOST_SHOWN]}… ({len(shown):,} characters, all of which are kept)"


def brief_of(one: InWindow) -> str:
    """Return the address in a window as people read it; of one that was cut it says so."""
    if one.whole:
        return brief(one.shown)
    rest = "…" if len(one.shown) > MOST_SHOWN else ""
    return f"{one.shown[:MOST_SHOWN]}{rest}{_cut(one)}"


def tell_page(desk: Desk, record: Record, *, whole: bool) -> InView | None:
    """Say which page stands in the watched browser, before anybody answers for it.

    Args:
        desk: How to tell.
        record: The opened record.
        whole: Whether they answer for all of the page; else for what they see of it.

    Returns:
        What is then taken, and nothing else; None by hand, or with no window open.

    Raises:
        AcquisitionError: It is not watched any more, or does not answer.
    """
    view = record.around.browser.stands(record.vault.root, whole=whole)
    if view is not None:
        desk.say("", _PAGE, f"   {shown(_line(view.page))}")
    return view


def _cut(one: InWindow) -> str:
    if one.whole:
        return ""
    if one.address.endswith(NOT_KEPT):
        return f" (of its {one.size:,} bytes only this is kept, and the fingerprint of all)"
    kept = len(one.address.encode())
    return f" (cut: the first {kept:,} of {one.size:,} bytes are kept, and the fingerprint of all)"


def _choose(desk: Desk, windows: Sequence[InWindow]) -> InWindow | None:
    words: Mapping[str, str] = {
        **{str(place): _line(one) for place, one in enumerate(windows, start=1)},
        _ANOTHER: "None of these: it will be typed.",
    }
    chosen = desk.asker.choice("Which address is it", None, words)
    return None if chosen == _ANOTHER else windows[int(chosen) - 1]


def _line(one: InWindow) -> str:
    title = f"   “{brief(one.title)}”" if one.title else ""
    return f"{brief_of(one)}{title}"


def _read_back(desk: Desk, both: Sequence[Person], typed: str, given: bool | None) -> None:
    first, other = both
    question = (
        f"{other.name}: read it back aloud from the screen of the browser, sign by sign. "
        f'Is "{brief(typed)}", as {first.name} typed it, exactly that'
    )
    if not desk.asker.yes(question, given or None):
        what = "The address that was typed is not the one that was read back."
        raise UsageError(what, advice="Run the command again, and type it anew.")
