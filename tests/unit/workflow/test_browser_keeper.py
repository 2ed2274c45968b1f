"""The keeper of the browser, where no browser comes up: what it says, and what it never starts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from counterseal.clock import SystemClock
from counterseal.errors import CountersealError, StoppedError, VaultError
from counterseal.evidence.browser import Running
from counterseal.evidence.browser.trouble import (
    BrowserBlockedError,
    BrowserSilentError,
    NoBrowserError,
)
from counterseal.workflow import guarding, keepers
from counterseal.workflow.browsing.asking import WatchedBrowser
from counterseal.workflow.browsing.keeper import Keeper
from counterseal.workflow.browsing.stopped import FOLDER
from counterseal.workflow.surroundings import Surroundings
from unit.workflow.life import CASE, THREE, Life, at


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return at(tmp_path, "collecting", THREE)


def _run(life: Life, around: Surroundings, error: CountersealError) -> tuple[Any, list[str]]:
    """Let a keeper run whose browser does not start; return what it said, and for what it asked."""
    started: list[str] = []

    def starting(_root: Path, case: str) -> Running:
        started.append(case)
        raise error

    root = life.record.vault.root
    folder = keepers.fresh(root / FOLDER, (keepers.READY,))
    keepers.write(folder / keepers.WANTED, {"case": CASE})
    Keeper(root, around, starting).run()
    return keepers.read(folder / keepers.READY), started


@pytest.mark.parametrize(
    "error", [NoBrowserError(), BrowserBlockedError(), BrowserSilentError(), VaultError("Full.")]
)
def test_whatever_keeps_the_browser_from_coming_up_is_said(
    life: Life, error: CountersealError, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, started = _run(life, replace(life.around, clock=SystemClock()), error)
    assert (said["good"], said["what"], started) == (False, error.what, [CASE])
    monkeypatch.setattr(guarding, "displays", lambda: [(0, 0, 800, 600)])
    monkeypatch.setattr(keepers, "start", lambda *_: said)
    opened = WatchedBrowser().start(life.record.vault.root, CASE)
    assert (opened.why, opened.command) == (error.what, ())
    assert not (life.record.vault.root / FOLDER / keepers.WANTED).exists()


def test_after_a_stop_no_browser_is_started(life: Life) -> None:
    life.record.vault.latch.lock()
    said, started = _run(life, replace(life.around, clock=SystemClock()), NoBrowserError())
    assert (said["good"], said["what"], started) == (False, StoppedError().what, [])


class _Ended(Exception):  # noqa: N818  (it is no error: it says what was done)
    pass


class _Alone:
    """A browser that nobody may end."""

    def end(self) -> None:
        raise _Ended


def test_after_a_stop_a_browser_is_closed_only_where_the_record_says_that_it_may(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that cannot be opened any more says nothing, and what is frozen stays so."""
    root = life.record.vault.root
    folder = keepers.fresh(root / FOLDER, ())
    keepers.write(folder / keepers.WANTED, {"case": CASE})
    keeper = Keeper(root, replace(life.around, clock=SystemClock()))
    monkeypatch.setattr(keeper, "_running", _Alone(), raising=False)
    with pytest.raises(_Ended):
        keeper._go_on()
    (root / "log.db").write_bytes(b"garbage")
    keeper._go_on()
    assert keeper._left_alone
    assert not (folder / keepers.WANTED).exists()
