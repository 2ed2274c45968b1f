"""A copy of the log as it stands at one moment, for going on at another computer."""

import sqlite3
from contextlib import closing
from pathlib import Path

from counterseal.errors import VaultError


def copy_log(source: Path, target: Path) -> None:
    """Copy the log's database, page by page, from one consistent state.

    Args:
        source: The log.
        target: A file that is not there yet.

    Raises:
        VaultError: It could not be read, or not be written.
    """
    try:
        with (
            closing(sqlite3.connect(source)) as log,
            closing(sqlite3.connect(target)) as copy,
        ):
            log.backup(copy)
    except sqlite3.Error as error:
        what = f"The log could not be copied: {error}."
        raise VaultError(what) from error
