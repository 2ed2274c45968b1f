"""What is too large for memory: the `age` command opens it, and what goes wrong is told whole."""

import io
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterseal.errors import Finding, IntegrityError, UsageError
from counterseal.keys import recipients

IDENTITY = recipients.new_identity()
RECIPIENT = recipients.recipient_of(IDENTITY)
CHUNK = 65_536


def sealed(pieces: list[bytes]) -> bytes:
    target = io.BytesIO()
    recipients.encrypt_stream(pieces, target, [RECIPIENT])
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
@pytest.mark.parametrize("piece", [1000, 8192, CHUNK, 100_001])
def test_pieces_of_any_length_give_back_the_whole(size: int, piece: int) -> None:
    content = bytes(n % 251 for n in range(size))
    pieces = [content[at : at + piece] for at in range(0, size, piece)]
    assert recipients.decrypt(sealed([b"", *pieces, b""]), IDENTITY) == content


def test_the_age_command_opens_it(tmp_path: Path) -> None:
    key, file = tmp_path / "key.txt", tmp_path / "x.age"
    key.write_text(f"{IDENTITY}\n")
    file.write_bytes(sealed([b"one ", b"two"]))
    opened = subprocess.run(["age", "-d", "-i", key, file], capture_output=True, check=True)
    assert opened.stdout == b"one two"


def test_memory_stays_flat() -> None:
    """Sixty-four mebibytes go through; what Python holds meanwhile is a few pieces of them."""

    class Nowhere:
        def write(self, piece: bytes) -> int:
            return len(piece)

        def flush(self) -> None:
            return

    tracemalloc.start()
    recipients.encrypt_stream((bytes(1 << 20) for _ in range(64)), Nowhere(), [RECIPIENT])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8 << 20


def test_what_a_piece_raises_is_raised_as_it_is() -> None:
    """An exhibit that is not as it was kept is named, not turned into "could not encrypt"."""

    def pieces() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise IntegrityError((Finding("digest-mismatch", "exhibit AB/1", "changed"),))

    with pytest.raises(IntegrityError, match="AB/1"):
        recipients.encrypt_stream(pieces(), io.BytesIO(), [RECIPIENT])


def test_a_full_disk_is_told_as_one() -> None:
    class Full(io.BytesIO):
        def write(self, _piece: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as raised:
        recipients.encrypt_stream([b"x" * 200_000], Full(), [RECIPIENT])
    assert raised.value.errno == 28


@pytest.mark.parametrize("to", [[], ["age1nobody"]])
def test_without_somebody_who_can_open_it_nothing_is_written(to: list[str]) -> None:
    target = io.BytesIO()
    with pytest.raises(UsageError):
        recipients.encrypt_stream([b"x"], target, to)
    assert target.getvalue() == b""
