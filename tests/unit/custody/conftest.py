"""What the tests of custody share."""

from pathlib import Path

import pytest

from small_vault import SmallVault, begin


@pytest.fixture
def desk(tmp_path: Path) -> SmallVault:
    """Give a record with its first entry."""
    return begin(tmp_path / "vault")
