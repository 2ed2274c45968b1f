"""A screen of its own, and sites that remember, for tests that have no other wish."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from browsing import Certified, Site, certify, site
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


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    return certify(tmp_path_factory.mktemp("good"), "good.example")


@pytest.fixture(scope="module")
def secure(good: Certified) -> Iterator[Site]:
    with site(good) as found:
        yield found
