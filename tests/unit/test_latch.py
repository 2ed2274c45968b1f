"""The latch: nothing but a file's presence, set by a rename that cannot fail for want of space."""

from pathlib import Path

import pytest

from counterseal.errors import StoppedError
from counterseal.latch import READY, STOPPED, Latch


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """Return the vault's folder and the user's."""
    return tmp_path / "vault", tmp_path / "user"


def test_an_armed_latch_is_not_a_stop(places: tuple[Path, Path]) -> None:
    """Getting ready stops nothing, and can be done again."""
    latch = Latch(places)
    for _ in range(2):
        latch.arm()
        assert not latch.stopped
        latch.check()
    assert [(place / READY).is_file() for place in places] == [True, True]


def test_locking_renames_the_file_that_stands_ready(places: tuple[Path, Path]) -> None:
    """The same file under another name, in both places; nothing is left to rename."""
    latch = Latch(places)
    latch.arm()
    before = [(place / READY).stat().st_ino for place in places]
    assert latch.lock() == []
    assert [(place / STOPPED).stat().st_ino for place in places] == before
    assert not any((place / READY).exists() for place in places)


@pytest.mark.parametrize("which", [0, 1])
def test_one_latch_is_enough(places: tuple[Path, Path], which: int) -> None:
    """Taking one away, or using another data folder, does not undo a stop."""
    latch = Latch(places)
    latch.arm()
    latch.lock()
    (places[which] / STOPPED).unlink()
    assert latch.stopped
    with pytest.raises(StoppedError) as stopped:
        latch.check()
    assert stopped.value.exit_status == 30
    assert "do not look again" in stopped.value.what


@pytest.mark.parametrize("kind", ["empty", "text", "folder", "link to nothing"])
def test_whatever_has_the_name_stops(tmp_path: Path, kind: str) -> None:
    """Presence alone counts, whatever it is and whatever it holds."""
    stopped = tmp_path / STOPPED
    match kind:
        case "empty":
            stopped.touch()
        case "text":
            stopped.write_text("not stopped", encoding="utf-8")
        case "folder":
            stopped.mkdir()
        case _:
            stopped.symlink_to(tmp_path / "nowhere")
    assert Latch((tmp_path,)).stopped


def test_locking_works_where_nothing_was_made_ready(places: tuple[Path, Path]) -> None:
    """No folder, no file: it is made on the spot."""
    latch = Latch(places)
    assert latch.lock() == []
    assert all((place / STOPPED).is_file() for place in places)


def test_locking_twice_is_locking_once(places: tuple[Path, Path]) -> None:
    """The second person who presses STOP does no harm."""
    latch = Latch(places)
    latch.arm()
    latch.lock()
    assert latch.lock() == []
    assert latch.stopped


def test_arming_a_stopped_place_does_not_release_it(places: tuple[Path, Path]) -> None:
    """A start after a stop finds the stop, and makes nothing ready beside it."""
    latch = Latch(places)
    latch.lock()
    latch.arm()
    assert latch.stopped
    assert not any((place / READY).exists() for place in places)


def test_a_latch_that_cannot_be_set_does_not_keep_the_other_from_standing(tmp_path: Path) -> None:
    """Locking never raises: it says what it could not do, and the rest stands."""
    blocked = tmp_path / "file" / "vault"
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    latch = Latch((blocked, tmp_path / "user"))
    troubles = latch.lock()
    assert len(troubles) == 1
    assert str(blocked) in troubles[0]
    assert (tmp_path / "user" / STOPPED).is_file()
    assert latch.stopped


def test_a_place_that_cannot_be_asked_counts_as_stopped(tmp_path: Path) -> None:
    """Not knowing is no leave to go on."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert Latch((tmp_path / "file" / "vault",)).stopped


def test_a_place_that_is_not_there_is_not_stopped(tmp_path: Path) -> None:
    """A new record has no latch yet."""
    assert not Latch((tmp_path / "nowhere",)).stopped
