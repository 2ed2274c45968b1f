"""What is said of the page in the browser: before people answer, and of an address that was cut."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from counterseal.commands.addressing import ask_address, brief_of
from counterseal.commands.asking import Asker
from counterseal.commands.desk import Desk
from counterseal.commands.signing import people
from counterseal.errors import AcquisitionError
from counterseal.evidence.browser.stood import Stood
from counterseal.evidence.browser.trouble import (
    BrowserGoneError,
    BrowserSilentError,
    PageChangedError,
    PageSilentError,
)
from counterseal.evidence.browser.visit import MOST_ADDRESS, Text
from counterseal.evidence.browser.window import Shown
from counterseal.evidence.exhibit import Acquisition, Digest
from counterseal.evidence.triage import ClearanceError
from counterseal.workflow import collect
from counterseal.workflow.browsing.keeper import as_said
from counterseal.workflow.browsing.port import ByHand, InWindow, Seen, TakenPage, in_windows
from unit.workflow.life import THREE, Life, at

STOOD = Stood(1, 3, "ad" * 32, None, whole=False, since=1_000)


def in_window(address: str) -> InWindow:
    (found,) = in_windows([as_said(Shown(1, Text.of_address(address), None))])
    return found


def test_an_address_that_is_kept_whole_is_called_so() -> None:
    assert brief_of(in_window("https://a.example/b")) == "https://a.example/b"
    long = in_window("https://a.example/" + "b" * 400)
    assert brief_of(long).endswith("… (418 characters, all of which are kept)")
    assert (long.whole, long.size) == (True, 0)
    assert in_window("https://a.example/" + "b" * (MOST_ADDRESS - 18)).whole


def test_an_address_that_was_cut_is_never_called_whole() -> None:
    cut = in_window("https://a.example/" + "b" * 399_982)
    said = "… (cut: the first 262,144 of 400,000 bytes are kept, and the fingerprint of all)"
    assert brief_of(cut).endswith(said)
    assert len(brief_of(cut)) < 400
    assert (cut.whole, cut.size, len(cut.address)) == (False, 400_000, 262_144)


def test_an_address_that_is_its_own_content_is_never_called_whole() -> None:
    held = in_window("data:image/png;base64," + "A" * 78)
    said = "(of its 100 bytes only this is kept, and the fingerprint of all)"
    assert brief_of(held) == f"data:image/png;base64,[not kept] {said}"


def test_a_concern_says_of_its_address_that_it_was_cut(tmp_path: Path) -> None:
    life, whole = at(tmp_path, "collecting", THREE), in_window("https://a.example/c")
    cut = in_window("https://a.example/" + "b" * 399_982)
    asker = Asker(io.StringIO("1\n2\n"))
    desk = Desk(as_json=False, around=life.around, asker=asker, seen=Seen((cut, whole)))
    both = people(life.record, ["ab", "cd"])
    first, second = (ask_address(desk, both, None, read_back=None) for _ in range(2))
    assert first.source == (
        "the monitored browser, window 1 (cut: the first 262,144 of 400,000 bytes are kept, and "
        "the fingerprint of all)"
    )
    assert (first.exact, first.shown) == (cut.address, brief_of(cut))
    assert (second.source, second.shown) == ("the monitored browser, window 1", whole.shown)


# --------------------------------------------------------------------------- the page of a capture


class Browser(ByHand):
    """Gives, or raises, what it is told to.

    Args:
        gives: That.
    """

    def __init__(self, gives: TakenPage | AcquisitionError | None) -> None:
        """Take it."""
        self.gives = gives

    def page(self, root: Path, stood: Stood) -> TakenPage | None:  # noqa: ARG002
        """Give it."""
        assert stood == STOOD
        if isinstance(self.gives, AcquisitionError):
            raise self.gives
        return self.gives


def take(folder: Path, gives: TakenPage | AcquisitionError | None, age_ms: int = 0) -> object:
    life: Life = at(folder, "collecting", THREE)
    life.record.around = replace(life.around, browser=Browser(gives))
    now = life.record.now()
    taken = Acquisition(b"", Digest.of(b""), 1, 1, (), "x", "1", now, 1, age_ms)
    return collect.take_page(life.record, taken, STOOD)


def test_the_page_comes_with_the_picture_of_the_screen(tmp_path: Path) -> None:
    page = TakenPage(b"a picture", {})
    assert take(tmp_path, page) is page


def test_a_page_that_came_too_late_is_dropped(tmp_path: Path) -> None:
    with pytest.raises(ClearanceError):
        take(tmp_path, TakenPage(b"a picture", {}), 20_001)


@pytest.mark.parametrize("gives", [None, BrowserGoneError(), PageChangedError()])
def test_where_the_browser_is_gone_nobody_knows_what_the_screen_shows(
    tmp_path: Path, gives: AcquisitionError | None
) -> None:
    with pytest.raises(PageChangedError):
        take(tmp_path, gives)


@pytest.mark.parametrize(
    "error", [PageSilentError(), BrowserSilentError(), AcquisitionError("A wrong size.")]
)
def test_what_concerns_the_page_alone_stays_as_it_is(
    tmp_path: Path, error: AcquisitionError
) -> None:
    with pytest.raises(type(error)) as met:
        take(tmp_path, error)
    assert met.value is error
