"""The tables without the triggers that guard them, as somebody who means harm would have them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unguarded(connection: sqlite3.Connection) -> Iterator[None]:
    """Take the triggers away, and put the very same back at the end, so that nothing tells."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    triggers = connection.execute(query).fetchall()
    assert triggers
    for name, _sql in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        connection.execute(sql)
