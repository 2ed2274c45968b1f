"""The sealed file: whole and in its place, or not there at all."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterseal.errors import StoppedError, VaultError
from counterseal.handover import seal
from counterseal.keys import recipients

IDENTITY = recipients.new_identity()
TO = [recipients.recipient_of(IDENTITY)]
PIECES = [b"one " * 50_000, b"two " * 50_000]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_put_in_its_place_whole(tmp_path: Path) -> None:
    path = tmp_path / seal.NAME
    with seal.sealed(PIECES, path, TO) as sealed:
        assert not path.exists()
        sealed.publish()
    content = path.read_bytes()
    assert recipients.decrypt(content, IDENTITY) == b"".join(PIECES)
    assert (sealed.digest.sha256, sealed.digest.size) == (
        hashlib.sha256(content).hexdigest(),
        len(content),
    )
    assert names(tmp_path) == [seal.NAME]
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_not_put_there_is_gone(tmp_path: Path) -> None:
    """Somebody does not sign, or the record refuses: nothing is left."""
    with seal.sealed(PIECES, tmp_path / seal.NAME, TO):
        assert len(names(tmp_path)) == 1
    assert names(tmp_path) == []


def test_a_stop_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield PIECES[0]
        raise StoppedError

    with pytest.raises(StoppedError), seal.sealed(pieces(), tmp_path / seal.NAME, TO):
        pytest.fail("it went on")
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115  (closed by what it tests)
    monkeypatch.setattr(seal, "_open", lambda _part: full)
    with pytest.raises(VaultError, match="disk is full"), seal.sealed(PIECES, tmp_path / "x", TO):
        pytest.fail("it went on")


def test_what_a_crash_left_is_no_hindrance(tmp_path: Path) -> None:
    """A half-written file of an earlier run is replaced: encrypted, and nobody has its key."""
    (tmp_path / f".{seal.NAME}.part").write_bytes(b"half")
    with seal.sealed(PIECES, tmp_path / seal.NAME, TO) as sealed:
        sealed.publish()
    assert names(tmp_path) == [seal.NAME]


def test_progress_is_told_as_it_goes_by() -> None:
    heard: list[tuple[int, int]] = []
    passed = seal.told(PIECES, 400_000, lambda done, total: heard.append((done, total)))
    assert list(passed) == PIECES
    assert heard == [(200_000, 400_000), (400_000, 400_000)]
