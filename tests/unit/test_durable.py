"""Writing files: once, whole, and with a plain sentence where it cannot be done."""

import errno
import os
import stat
import tempfile
from pathlib import Path

import pytest

from counterseal import durable
from counterseal.errors import CountersealError, VaultError
from fakes import in_a_process, without_rights

if os.name == "posix":
    import resource
    import signal

posix = pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")


def names(folder: Path) -> list[str]:
    """List a folder, hidden names included."""
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    """Its folder is made where missing."""
    path = tmp_path / "a" / "b" / "file"
    durable.write_new(path, b"content")
    assert path.read_bytes() == b"content"
    assert names(path.parent) == ["file"]


def test_a_name_that_is_taken_is_never_overwritten(tmp_path: Path) -> None:
    """Not even with the same bytes; the old file stays and no part is left."""
    path = tmp_path / "file"
    durable.write_new(path, b"first")
    for content in (b"second", b"first"):
        with pytest.raises(VaultError, match="nothing is ever overwritten") as refused:
            durable.write_new(path, content)
        assert refused.value.kept == "Nothing was kept."
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["file"]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_file_gets_the_rights_asked_for(tmp_path: Path, mode: int) -> None:
    """Private unless something else is asked for, and its folder is private too."""
    durable.write_new(tmp_path / "a" / "new", b"x", mode=mode)
    durable.replace(tmp_path / "a" / "replaced", b"x", mode=mode)
    for path in (tmp_path / "a").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_replacing_gives_the_new_bytes_under_the_old_name(tmp_path: Path) -> None:
    """Whether it was there or not, and nothing is left beside it."""
    path = tmp_path / "file"
    for content in (b"first", b"second, longer", b"3"):
        durable.replace(path, content)
        assert path.read_bytes() == content
        assert names(tmp_path) == ["file"]


def test_a_staged_file_counts_only_once_it_is_published(tmp_path: Path) -> None:
    """It waits under a fixed hidden name, so that a later start finds it."""
    path = tmp_path / "file"
    waiting = durable.stage(path, b"content")
    assert (path.exists(), names(tmp_path)) == (False, [".file.part"])
    assert waiting.read_bytes() == b"content"
    durable.publish(path)
    assert (path.read_bytes(), names(tmp_path)) == (b"content", ["file"])


def test_staging_and_publishing_again_goes_over_what_was_left(tmp_path: Path) -> None:
    """An interrupted run does not block the next."""
    path = tmp_path / "file"
    durable.stage(path, b"interrupted")
    durable.stage(path, b"whole")
    durable.publish(path)
    assert path.read_bytes() == b"whole"


def test_publishing_what_was_not_staged_is_a_plain_error(tmp_path: Path) -> None:
    """There is nothing to put in place."""
    with pytest.raises(VaultError, match="file could not be written"):
        durable.publish(tmp_path / "file")


@pytest.mark.parametrize("write", [durable.write_new, durable.replace])
def test_a_file_where_a_folder_belongs_is_a_plain_error(tmp_path: Path, write: object) -> None:
    """The sentence names the file; nothing is left behind."""
    assert callable(write)
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(VaultError) as refused:
        write(tmp_path / "file" / "inside", b"x")
    assert refused.value.exit_status == 60
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("number", "what", "advice"),
    [
        (errno.ENOSPC, "The disk is full.", "Free some space"),
        (errno.EDQUOT, "The disk is full.", "Free some space"),
        (errno.EROFS, "You may not write to", "technical support"),
        (errno.EACCES, "You may not write to", "technical support"),
        (errno.EPERM, "You may not write to", "technical support"),
        (errno.EEXIST, "file is there already", "disk is not full"),
        (errno.EIO, "file could not be written: ", "disk is not full"),
    ],
)
def test_what_the_system_says_becomes_a_sentence(number: int, what: str, advice: str) -> None:
    """Each with what to do next, and no error number."""
    made = durable.trouble(OSError(number, os.strerror(number)), Path("folder", "file"))
    assert made.what.startswith(what)
    assert advice in made.advice
    assert str(number) not in made.what
    assert made.what.endswith(".")


@posix
@pytest.mark.parametrize("write", [durable.write_new, durable.replace])
def test_a_folder_that_may_not_be_written_gets_a_plain_sentence(write: object) -> None:
    """Tried with an account that has no rights there."""
    assert callable(write)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)

        def attempt() -> str:
            try:
                write(Path(folder) / "file", b"x")
            except CountersealError as error:
                return error.what
            return "written"

        said = without_rights(attempt)
        assert said == f"You may not write to {folder}."
        assert names(Path(folder)) == []


@posix
def test_a_write_cut_short_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a disk that fills up in the middle."""
    path = tmp_path / "file"
    durable.replace(path, b"old")

    def attempt() -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        try:
            durable.replace(path, b"x" * 5_000)
        except CountersealError as error:
            return error.what
        return "written"

    assert in_a_process(attempt).startswith("file could not be written: File too large")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_on_a_disk_without_links_a_name_is_not_overwritten_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sticks in FAT have no hard links; the file is renamed into place if the name is free."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "file"
    durable.write_new(path, b"first")
    with pytest.raises(VaultError, match="nothing is ever overwritten"):
        durable.write_new(path, b"second")
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["file"]
