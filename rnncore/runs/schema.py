"""The version of the store's tables, and how a store of an earlier version becomes the present one.

To change what is stored: change `tables.py`, and append one function to MIGRATIONS that does the
same to a store that is full. Keep a store of the version before in tests/fixtures; the tests in
tests/runs/test_stores_of_before.py open it, go on with its runs and show their curves.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from sqlalchemy import Connection, Engine, func, insert, inspect, select, update
from sqlalchemy.schema import CreateIndex, CreateTable

from rnncore.runs.tables import meta, metadata
from rnncore.runs.troubles import newer_store, other_store

Migration = Callable[[Connection], None]

FIRST_COLUMNS = {
    *("id", "created", "config", "status", "reason", "error", "step", "last_seq"),
    *("last_command", "worker", "heartbeat", "lease"),
}
"""Columns of `runs` in a store that has no version yet."""
LOCK = 72786
"""Number of the lock that PostgreSQL takes while one process migrates."""


def _number_the_schema(connection: Connection) -> None:
    """0 -> 1: the table that holds the version."""
    connection.exec_driver_sql(
        "CREATE TABLE meta (name VARCHAR(32) NOT NULL PRIMARY KEY, value TEXT NOT NULL)"
    )


def _know_visitors(connection: Connection) -> None:
    """1 -> 2: who began a run, who else may do something, and whose turn it is."""
    for column in ("owner VARCHAR(64)", "series VARCHAR(32)", "ticket BIGINT"):
        connection.exec_driver_sql(f"ALTER TABLE runs ADD COLUMN {column}")
    connection.exec_driver_sql(
        "CREATE TABLE access (thing VARCHAR(64) NOT NULL, visitor VARCHAR(64) NOT NULL, "
        "PRIMARY KEY (thing, visitor))"
    )


def _name_texts_and_checkpoints(connection: Connection) -> None:
    """2 -> 3: what a visitor calls a text, and what is known of a run's checkpoints."""
    connection.exec_driver_sql("ALTER TABLE access ADD COLUMN title VARCHAR(100)")
    connection.exec_driver_sql(
        "CREATE TABLE checkpoints (run_id VARCHAR(32) NOT NULL REFERENCES runs (id), "
        "name VARCHAR(32) NOT NULL, step BIGINT NOT NULL, bits DOUBLE PRECISION, change TEXT, "
        "pinned INTEGER NOT NULL, PRIMARY KEY (run_id, name))"
    )


def _compare_and_tune(connection: Connection) -> None:
    """3 -> 4: what a run is called and was branched from; sweeps and their trials."""
    for column in (
        "name VARCHAR(100)",
        "note TEXT",
        "pinned INTEGER NOT NULL DEFAULT 0",
        "parent VARCHAR(32)",
        "branched BIGINT",
    ):
        connection.exec_driver_sql(f"ALTER TABLE runs ADD COLUMN {column}")
    connection.exec_driver_sql(
        "CREATE TABLE sweeps (id VARCHAR(32) NOT NULL PRIMARY KEY, created DOUBLE PRECISION NOT "
        "NULL, owner VARCHAR(64), plan TEXT NOT NULL, status VARCHAR(16) NOT NULL, error TEXT, "
        "workers INTEGER NOT NULL, worker VARCHAR(32), heartbeat DOUBLE PRECISION NOT NULL)"
    )
    connection.exec_driver_sql(
        "CREATE TABLE trials (sweep_id VARCHAR(32) NOT NULL REFERENCES sweeps (id), number INTEGER "
        "NOT NULL, run_id VARCHAR(32), settings TEXT NOT NULL, status VARCHAR(16) NOT NULL, value "
        "DOUBLE PRECISION, step BIGINT NOT NULL, seconds DOUBLE PRECISION NOT NULL, told INTEGER, "
        "PRIMARY KEY (sweep_id, number))"
    )
    connection.exec_driver_sql("CREATE INDEX trials_by_run ON trials (run_id)")


MIGRATIONS: tuple[Migration, ...] = (
    _number_the_schema,
    _know_visitors,
    _name_texts_and_checkpoints,
    _compare_and_tune,
)
"""Number i makes version i + 1 of version i. A step is written in the names of its own time, in
SQL and not by `tables.py`, and never changes once it is released."""


def bring_up_to_date(engine: Engine, url: str) -> None:
    """Create the tables, or migrate them, in one transaction; two processes take turns.

    Raises   StoreError if a newer version made the store, or another program.
    """
    newest = len(MIGRATIONS)
    with engine.connect() as connection:
        if inspect(connection).has_table("meta") and _number(connection, url) == newest:
            return
    with engine.begin() as connection:
        _begin(connection)
        version = _version(connection, url)  # only now does nobody else change what is looked at
        if version is None:
            _create(connection)
            connection.execute(insert(meta), {"name": "schema", "value": str(newest)})
            _name_store(connection)
            return
        if version > newest:
            raise newer_store(url, version, newest)
        for migrate in MIGRATIONS[version:]:
            migrate(connection)
        connection.execute(meta.delete().where(meta.c.name == "schema"))
        connection.execute(insert(meta), {"name": "schema", "value": str(newest)})
        _name_store(connection)


def _name_store(connection: Connection) -> None:
    """Give the store an id and a secret, where it has none."""
    known = set(connection.execute(select(meta.c.name)).scalars())
    for name, value in (("id", secrets.token_hex(4)), ("secret", secrets.token_hex(32))):
        if name not in known:
            connection.execute(insert(meta), {"name": name, "value": value})


def touch(connection: Connection) -> None:
    """Write something that changes nothing: it fails as any other write would now."""
    here = meta.c.name == "schema"
    connection.execute(update(meta).where(here).values(value=meta.c.value))


def _begin(connection: Connection) -> None:
    """Keep all other writers out. (Python's sqlite3 begins no transaction before DDL.)"""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _version(connection: Connection, url: str) -> int | None:
    """The version of the store; 0 before versions were counted, None if there is nothing yet."""
    found = inspect(connection)
    if found.has_table("meta"):
        return _number(connection, url)
    if not found.has_table("runs"):
        return None
    if {column["name"] for column in found.get_columns("runs")} != FIRST_COLUMNS:
        raise other_store(url)
    return 0 if found.has_table("chunks") and found.has_table("commands") else None


def _number(connection: Connection, url: str) -> int:
    """The version that a store says it has."""
    try:
        version = connection.execute(select(meta.c.value).where(meta.c.name == "schema")).scalar()
        return int(str(version))
    except ValueError:
        raise other_store(url) from None


def _create(connection: Connection) -> None:
    # A first version that was killed while it made its tables left this one, with nothing in it.
    connection.exec_driver_sql("DROP TABLE IF EXISTS runs")
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
