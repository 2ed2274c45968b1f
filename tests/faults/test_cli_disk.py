"""A full disk and a folder that cannot be written to: one plain sentence, and nothing half-done."""

import os
from pathlib import Path

import pytest

import schools
from driving import NOTHING_KEPT, School, refused
from elsewhere import read_only, small_disk
from schools import PRESENT, SAFE, second_case

NOTE = ("note", "add", "--text", "x", *PRESENT)


@pytest.fixture
def school(tmp_path: Path) -> School:
    return schools.collecting().copy_to(tmp_path / "school")


def _fill(folder: Path) -> Path:
    """Fill the disk to its last byte, and show that the system itself refuses more."""
    filler = folder / "receipts" / "filler.txt"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(os.statvfs(folder).f_bavail * 4096 + 4096))
    assert os.statvfs(folder).f_bavail == 0
    return filler


def _size(school: School) -> int:
    return sum(path.stat().st_size for path in school.vault.rglob("*") if path.is_file())


def test_an_exhibit_that_does_not_fit_is_not_kept(school: School, tmp_path: Path) -> None:
    """The disk fills up while the exhibit is written: nothing is left, and all is good after."""
    item = tmp_path / "item.bin"
    item.write_bytes(os.urandom(2_000_000))
    typed = (
        *("exhibit", "supply", str(item), "--what", "x", "--supplied-by", "y", "--received", "z"),
        *SAFE,
    )  # fmt: skip
    both = school.words_of("ab", "cd")
    with small_disk(school, _size(school) + 1_500_000) as there:
        error = refused(there, 60, "vault", *typed, answers=both)
        assert "disk is full" in error["what"].lower()
        assert "space" in error["advice"].lower()
        assert there.is_good()
        item.write_bytes(b"a smaller one")
        assert there.json(*typed, answers=both)["kept"] is True
        assert there.is_good()


def test_a_disk_without_one_free_byte(school: School) -> None:
    """No step is half taken on a full disk, and the work goes on once there is space again."""
    case, both = second_case(school), school.words_of("ab", "cd")
    with small_disk(school, _size(school) + 500_000) as there:
        filler = _fill(there.inside)
        before = there.files()
        done = there.run(*NOTE, "--case", case, "--json", answers=both, status=60)
        assert done.data["kept"] == NOTHING_KEPT
        assert "disk is" in done.data["what"] + done.data["advice"]
        assert there.files() == before
        filler.unlink()
        assert there.entries() == school.entries()
        there.run(*NOTE, "--case", case, answers=both)
        assert there.is_good()


def test_a_stop_needs_no_free_space(school: School) -> None:
    """The latch is a rename: it works where not one byte could be written."""
    with small_disk(school, _size(school) + 500_000) as there:
        _fill(there.inside)
        done = there.run("stop", status=30)
        assert "Stopped" in done.err
        assert (there.inside / "STOPPED").exists()
        there.run("case", "list", status=30)


def test_a_folder_that_cannot_be_written_to(school: School) -> None:
    """Whoever may not write is told so in a sentence, and nothing changes."""
    typed = (*NOTE, "--case", second_case(school))
    there = read_only(school)
    error = refused(there, 60, "vault", *typed, answers=school.words_of("ab", "cd"))
    assert "write" in error["what"] + error["advice"]
    assert school.is_good()


def test_setting_up_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A practice folder on a read-only disk is refused with nothing left behind."""
    school = School(tmp_path)
    school.vault.mkdir()
    typed = ("practice", "--out", str(school.vault), "--json")
    done = read_only(school).run(*typed, status=60)
    assert "write" in done.data["what"] + done.data["advice"]
    assert list(school.vault.iterdir()) == []
