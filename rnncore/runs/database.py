"""The database behind the run store: how it is opened, and its troubles as plain sentences."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.schema import CreateIndex, CreateTable

from rnncore.errors import StoreError
from rnncore.paths import data_dir
from rnncore.runs.tables import metadata

PATIENCE = 5.0
"""Seconds a writer waits for another one before it gives up."""


class Trouble(NamedTuple):
    """How a database says no, and the sentence for it."""

    signs: tuple[str, ...]  # names of SQLite's results, or words of another database's message
    code: str
    sentence: str


TROUBLES = (
    Trouble(
        ("SQLITE_READONLY",),
        "store_readonly",
        "The run store {where} is read-only; make the file and its folder writable, or name "
        "another place in RNN_EXPLORER_DB.",
    ),
    Trouble(
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        "store_corrupt",
        "The run store {where} is damaged or not a database; move the file away to begin a new "
        "store, or name another place in RNN_EXPLORER_DB.",
    ),
    Trouble(
        ("SQLITE_FULL", "SQLITE_IOERR", "No space left"),
        "store_full",
        "The run store {where} cannot be written because the disk is full or failing; free some "
        "space, and the runs go on.",
    ),
    Trouble(
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "store_busy",
        "The run store {where} is locked by another program; close it and try again.",
    ),
    Trouble(
        ("no such column", "no such table", "no column named", "does not exist"),
        "store_other",
        "The run store {where} was made by another version; move it away to begin a new store, "
        "or name another place in RNN_EXPLORER_DB.",
    ),
)


def default_url() -> str:
    """RNN_EXPLORER_DB, or runs.db in the data folder.  Raises StoreError if there is no folder."""
    named = os.environ.get("RNN_EXPLORER_DB")
    if named:
        return named
    with speaking("runs.db"):
        return URL.create("sqlite", database=str(data_dir() / "runs.db")).render_as_string()


class Database:
    """A pool of connections to the database at `url`, with everything in it that runs need.

    Raises   StoreError, here and from every method, if it cannot be opened, read or written.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        with speaking(url):
            address = make_url(url)
            is_sqlite = address.get_backend_name() == "sqlite"
            options: dict[str, Any] = {"connect_args": {"timeout": PATIENCE}} if is_sqlite else {}
            self._engine = create_engine(address, max_overflow=30, **options)
            try:
                if is_sqlite:
                    event.listen(self._engine, "connect", _set_up_sqlite)
                    _be_sure_of_sqlite(self._engine)
                _create(self._engine)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        self._engine.dispose()

    def read(self, query: Select[Any], **values: Any) -> Sequence[Any]:
        """All rows of a query."""
        with speaking(self.url), self._engine.connect() as connection:
            return connection.execute(query, values).all()

    def poll(self, query: Select[Any]) -> Poll:
        """The query, made ready for reading many times a second."""
        return Poll(self._engine, self.url, query)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that is written inside, or nothing. Begin it with a write: SQLite then waits for
        its turn instead of failing half-way."""
        with speaking(self.url), self._engine.begin() as connection:
            yield connection


class Poll:
    """A query compiled once, on a connection of its own: a fifth of the cost of `Database.read`.

    For one thread at a time.  Raises StoreError.
    """

    def __init__(self, engine: Engine, url: str, query: Select[Any]) -> None:
        self._engine, self._url = engine, url
        self._compiled = query.compile(engine)
        self._sql = str(self._compiled)
        self._connection: PoolProxiedConnection | None = None

    def __call__(self, **values: Any) -> list[Any]:
        """All rows."""
        named = self._compiled.construct_params(values)
        order = self._compiled.positiontup
        with speaking(self._url):
            connection = self._connection = self._connection or self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self._sql, [named[name] for name in order] if order else named)
            rows = list(cursor.fetchall())
            cursor.close()
            connection.rollback()  # the next look sees what has been written since
            return rows
        except self._engine.dialect.loaded_dbapi.Error as failure:
            self._connection = None
            connection.invalidate()
            raise _store_error(self._url, failure) from failure

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@contextmanager
def speaking(url: str) -> Iterator[None]:
    """Turn whatever a database raises inside into a StoreError with a sentence and a cure."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, ImportError) as failure:
        raise _store_error(url, failure) from failure


def _set_up_sqlite(connection: Any, _: object) -> None:
    # WAL with synchronous=NORMAL: a crash of a process loses nothing, and readers never wait.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _be_sure_of_sqlite(engine: Engine) -> None:
    """Switch to WAL (SQLite does not wait for a lock there, so try again), and try to write."""
    deadline = monotonic() + PATIENCE
    with engine.connect() as pooled:
        connection = pooled.connection.driver_connection
        assert connection is not None
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("BEGIN IMMEDIATE")
                connection.rollback()
                return
            except sqlite3.OperationalError as failure:
                if not _name(failure).startswith("SQLITE_BUSY") or monotonic() > deadline:
                    raise
                sleep(0.02)


def _create(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # IF NOT EXISTS alone does not bear a race there
            connection.execute(text("SELECT pg_advisory_xact_lock(72786)"))
        for table in metadata.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


def _store_error(url: str, failure: BaseException) -> StoreError:
    where = _where(url)
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    said = f"{_name(cause)} {cause}"
    for trouble in TROUBLES:
        if any(sign in said for sign in trouble.signs):
            return StoreError(trouble.code, trouble.sentence.format(where=where), where=where)
    problem = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    return StoreError(
        "store_open",
        f"The run store {where} cannot be opened ({problem}); check RNN_EXPLORER_DB, the folder "
        f"and its permissions.",
        where=where,
        problem=problem,
    )


def _name(failure: BaseException) -> str:
    return str(getattr(failure, "sqlite_errorname", ""))


def _where(url: str) -> str:
    """What to call the store: the path of a file, or the address without its password."""
    try:
        address = make_url(url)
    except SQLAlchemyError:
        return url
    if address.get_backend_name() == "sqlite":
        return address.database or "in memory"
    return address.render_as_string(hide_password=True)
