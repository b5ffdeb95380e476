"""The database behind the run store: how it is opened, read and written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from math import inf
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, Select, create_engine, event, make_url
from sqlalchemy.pool import PoolProxiedConnection

from rnncore.errors import StoreError
from rnncore.paths import data_dir
from rnncore.private import create_private, tighten
from rnncore.runs import postgres
from rnncore.runs.clock import Clock
from rnncore.runs.schema import bring_up_to_date, touch
from rnncore.runs.troubles import PASSING, replaced_store, result_name, store_error, store_errors

PATIENCE = 5.0
"""Seconds a writer waits for another one before it gives up."""
HASTE = 0.2
"""Seconds that `Database.trouble` waits."""


def default_url() -> str:
    """RNN_EXPLORER_DB, or runs.db in the data folder.  Raises StoreError if there is no folder."""
    named = os.environ.get("RNN_EXPLORER_DB")
    if named:
        return named
    with store_errors("runs.db"):
        return URL.create("sqlite", database=str(data_dir() / "runs.db")).render_as_string()


class Database:
    """A pool of connections to the database at `url`, with everything in it that runs need.

    troubled_at   when it could not be used for a passing reason last, by `time.monotonic`
    now           the time by which all processes of the store go, in seconds since 1970: see
                  clock.py
    Only the owner may read a database that it creates, or one in the data folder.
    Raises   StoreError, here and from every method, if it cannot be opened, read or written, or if
             its file has been deleted or replaced since it was opened.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.troubled_at = -inf
        with store_errors(url):
            address = postgres.with_driver(make_url(url))
            self.path = _file(address)
            is_sqlite = address.get_backend_name() == "sqlite"
            options: dict[str, Any] = {"connect_args": {"timeout": PATIENCE}}
            if not is_sqlite:
                options = postgres.options(PATIENCE) if postgres.is_address(address) else {}
            if self.path is not None:
                create_private(self.path)
                with suppress(OSError):
                    tighten(data_dir())
            self._engine = create_engine(address, max_overflow=30, **options)
            try:
                if is_sqlite:
                    event.listen(self._engine, "connect", _set_up_sqlite)
                    _check_writable(self._engine)
                self.now = Clock(None if is_sqlite else partial(_time, self._engine, url)).now
                bring_up_to_date(self._engine, url)
                self._identity = _identity(self.path)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        self._engine.dispose()

    @property
    def replaced(self) -> bool:
        """Whether the file is no longer the one that was opened."""
        return self._identity is not None and _identity(self.path) != self._identity

    def check(self) -> None:
        """Raise StoreError if the file has been deleted or replaced."""
        if self.replaced:
            raise replaced_store(self.url)

    def read(self, query: Select[Any], **values: Any) -> Sequence[Any]:
        """All rows of a query."""
        self.check()
        with self._noting_trouble(), self._engine.connect() as connection:
            return connection.execute(query, values).all()

    def poll(self, query: Select[Any]) -> Poll:
        """The query, made ready for reading many times a second."""
        return Poll(self._engine, self.url, query, self.check)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that is written inside, or nothing. Begin it with a write: SQLite then waits for
        its turn instead of failing half-way."""
        self.check()
        with self._noting_trouble(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        try:
            with store_errors(self.url):
                yield
        except StoreError as error:
            if error.code in PASSING:
                self.troubled_at = monotonic()
            raise

    def trouble(self) -> StoreError | None:
        """What keeps the database from being written now; None if nothing does."""
        try:
            with self.transaction() as connection:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(postgres.lock_timeout(HASTE))
                if self.path is not None:
                    connection.exec_driver_sql(f"PRAGMA busy_timeout = {HASTE * 1000:.0f}")
                try:
                    touch(connection)
                finally:
                    if self.path is not None:
                        connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        except StoreError as error:
            return error
        return None

    def compact(self) -> None:
        """Give the space of what was deleted back to the disk."""
        self.check()
        with store_errors(self.url):
            connection = self._engine.raw_connection()
            try:
                driver = connection.driver_connection
                if self.path is not None and driver is not None:
                    driver.execute("VACUUM")
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()


class Poll:
    """A query compiled once, on a connection of its own: a fifth of the cost of `Database.read`.

    For one thread at a time.  Raises StoreError.
    """

    def __init__(
        self, engine: Engine, url: str, query: Select[Any], check: Callable[[], None]
    ) -> None:
        self._engine, self._url, self._check = engine, url, check
        self._compiled = query.compile(engine)
        self._sql = str(self._compiled)
        self._connection: PoolProxiedConnection | None = None

    def __call__(self, **values: Any) -> list[Any]:
        """All rows."""
        self._check()
        named = self._compiled.construct_params(values)
        order = self._compiled.positiontup
        with store_errors(self._url):
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
            raise store_error(self._url, failure) from failure

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _time(engine: Engine, url: str) -> float:
    """Seconds since 1970 by the database's clock."""
    with store_errors(url), engine.connect() as connection:
        return float(connection.execute(postgres.TIME).scalar_one())


def _file(address: URL) -> Path | None:
    """The file of an SQLite database; None for others, and for those SQLite names by a URI."""
    name = address.database or ""
    plain = address.get_backend_name() == "sqlite" and name not in ("", ":memory:")
    return Path(name) if plain and not name.startswith("file:") else None


def _identity(path: Path | None) -> tuple[int, int] | None:
    """What tells a file from another one of the same name; None if there is none.

    A file that is open keeps its number, so that a new one cannot have it.
    """
    with suppress(OSError):
        if path is not None:
            found = path.stat()
            return found.st_dev, found.st_ino
    return None


def _set_up_sqlite(connection: Any, _: object) -> None:
    # WAL with synchronous=NORMAL: a crash of a process loses nothing, and readers never wait.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.text_factory = _text


def _text(raw: bytes) -> str:
    """A text as it was written: one that is damaged must not hide the rows beside it."""
    return raw.decode("utf-8", "replace")


def _check_writable(engine: Engine) -> None:
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
                if not result_name(failure).startswith("SQLITE_BUSY") or monotonic() > deadline:
                    raise
                sleep(0.02)
