"""The tables of the log, and the triggers that keep rows as they are.

`docs/format.md`, section 7. Beside `store.py`, the only importer of sqlalchemy.
"""

from functools import cache

import sqlalchemy as sa

TABLES = sa.MetaData()
LEAVES = sa.Table(
    "leaves",
    TABLES,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("leaf", sa.LargeBinary, nullable=False),
    sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("case_seq", sa.Integer, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("utc", sa.Text, nullable=False),
    sa.Index("by_case", "case_id", "case_seq", unique=True),
)
HEADS = sa.Table(
    "heads",
    TABLES,
    sa.Column("size", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("root", sa.LargeBinary, nullable=False),
    sa.Column("edge", sa.LargeBinary, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)
META = sa.Table(
    "meta",
    TABLES,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("format", sa.Integer, nullable=False),
)

_TRIGGER = (
    "CREATE TRIGGER {table}_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'rows of the log are never changed'); END"
)
SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


@cache
def made_schema() -> list[tuple[str, ...]]:
    """Return what SQLite says of tables that were just made."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        make_tables(connection)
        return [tuple(row) for row in connection.exec_driver_sql(SCHEMA).all()]


def make_tables(connection: sa.Connection) -> None:
    """Make tables, index and triggers in an empty database."""
    TABLES.create_all(connection, checkfirst=False)
    for table in TABLES.sorted_tables:
        for verb in ("UPDATE", "DELETE"):
            connection.execute(sa.text(_TRIGGER.format(table=table.name, verb=verb)))
