"""Making a bundle on a disk that fills up: no bundle, nothing in the clear, and the record good."""

from pathlib import Path

import pytest

import schools
from bundles import MAKE
from driving import School
from elsewhere import small_disk


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.practised().copy_to(tmp_path / "school")


def test_a_bundle_that_does_not_fit_leaves_nothing_behind(school: School) -> None:
    """What is in the record is said truly; with space again, another opening makes one."""
    vault = sum(path.stat().st_size for path in school.vault.rglob("*") if path.is_file())
    both = school.words_of("ab", "cd")
    with small_disk(school, vault + 260_000) as there:
        out = there.vault / "out"
        done = there.run(*MAKE, "--out", str(out), "--json", answers=both, status=60)
        assert "disk is full" in done.data["what"].lower()
        assert "No bundle was made" in done.data["kept"]
        left = there.inside / "out"
        assert not left.exists() or list(left.iterdir()) == []
        assert not list(there.inside.rglob("*.part"))
        last = there.json("log", "show", "--case", "2026-001")["entries"][-1]
        assert last["step"] == "export.opened"
        assert there.is_good()
        elsewhere = school.folder / "out"
        there.run(*MAKE, "--out", str(elsewhere), answers=both)
        assert (elsewhere / "bundle.zip.age").is_file()
        assert there.is_good()
