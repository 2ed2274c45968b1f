"""A screen of its own and a site that remembers, for tests that have no other wish."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from browsing import Site, site
from watched_school import SIZE
from xvfb import Screen, xvfb


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    with xvfb(tmp_path, *SIZE) as running:
        running.use(monkeypatch)
        yield running


@pytest.fixture
def pages() -> Iterator[Site]:
    with site() as running:
        yield running
