"""Read a small file that somebody names: a certificate, a receipt, a key, words."""

from pathlib import Path

from counterseal.errors import UsageError, VaultError


def read_small(path: Path, most: int, use: str) -> bytes:
    """Read a file whole, unless it is too large to be what it should be.

    Args:
        path: The file.
        most: How large it can be, in bytes.
        use: What it is for, after "too large": "to be a certificate".

    Raises:
        UsageError: It is larger.
        VaultError: It cannot be read.
    """
    try:
        if path.stat().st_size > most:
            what = f"{path.name} is too large {use}."
            raise UsageError(what)
        return path.read_bytes()
    except OSError as error:
        what = f"{path.name} could not be read: {error.strerror}."
        raise VaultError(what) from error
