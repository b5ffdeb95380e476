"""What can be wrong with the database of the run store, as sentences with a cure."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import sleep
from typing import NamedTuple, TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from rnncore.errors import RnnError, StoreError

T = TypeVar("T")

PASSING = ("store_full", "store_busy", "store_away")
"""Troubles that may go away by themselves: a worker waits for it, and nothing is lost."""
RETRY_SECONDS = 0.5
CONNECTION_FAILURE = "08000"
"""PostgreSQL's code for a connection that there is none of, for what the server did not say."""


class ErrorRule(NamedTuple):
    """How a database says no, and the sentence for it."""

    signs: tuple[str, ...]  # names of results: see `result_name`; or words of a message
    code: str
    sentence: str


ERROR_RULES = (
    ErrorRule(
        ("No module named 'psycopg'",),
        "store_driver",
        "The run store {where} is a PostgreSQL database, and the package for it is missing; "
        "install it with: pip install -r requirements-cluster.txt",
    ),
    ErrorRule(
        # The server is not there, has ended the connection, or is stopping or starting.
        ("SQLSTATE_08", "SQLSTATE_57P", "SQLSTATE_53300"),
        "store_away",
        "The run store {where} does not answer ({problem}); start its database, or correct "
        "RNN_EXPLORER_DB. Runs wait for it and go on.",
    ),
    ErrorRule(
        ("SQLITE_READONLY", "SQLSTATE_25006"),
        "store_readonly",
        "The run store {where} is read-only; make the file and its folder writable, or name "
        "another place in RNN_EXPLORER_DB.",
    ),
    ErrorRule(
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        "store_corrupt",
        "The run store {where} is damaged or not a database; move the file away to begin a new "
        "store, or name another place in RNN_EXPLORER_DB.",
    ),
    ErrorRule(
        ("SQLITE_FULL", "SQLITE_IOERR", "SQLSTATE_53100", "No space left"),
        "store_full",
        "The run store {where} cannot be written because the disk is full or failing; free some "
        "space, and the runs go on.",
    ),
    ErrorRule(
        ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLSTATE_55P03", "SQLSTATE_40P01"),
        "store_busy",
        "The run store {where} is locked by another program; close it, and the runs go on.",
    ),
    ErrorRule(
        ("no such column", "no such table", "no column named", "does not exist"),
        "store_other",
        "The run store {where} was made by another program or version; move it away to begin a "
        "new store, or name another place in RNN_EXPLORER_DB.",
    ),
)


@contextmanager
def store_errors(url: str) -> Iterator[None]:
    """Turn whatever a database raises inside into a StoreError with a sentence and a cure."""
    try:
        yield
    except (
        SQLAlchemyError,
        sqlite3.Error,
        OSError,
        ImportError,
        OverflowError,  # a number or a text that SQLite cannot hold
        UnicodeError,
    ) as failure:
        raise store_error(url, failure) from failure


def patiently(
    act: Callable[[], T],
    give_up: Callable[[], bool] = lambda: False,
    complain: Callable[[StoreError], None] = lambda error: None,
    pause: float = RETRY_SECONDS,
) -> T:
    """What `act` returns, tried again while the store's trouble may pass, until `give_up()`."""
    while True:
        try:
            return act()
        except StoreError as error:
            if error.code not in PASSING or give_up():
                raise
            complain(error)
        sleep(pause)


def store_error(url: str, failure: BaseException) -> StoreError:
    """The sentence for what a database raised."""
    where = place(url)
    cause = failure.orig if isinstance(failure, DBAPIError) and failure.orig else failure
    said = f"{result_name(cause)} {cause}"
    problem = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    for trouble in ERROR_RULES:
        if any(sign in said for sign in trouble.signs):
            sentence = trouble.sentence.format(where=where, problem=problem)
            return StoreError(trouble.code, sentence, where=where, problem=problem)
    return StoreError(
        "store_open",
        f"The run store {where} cannot be opened ({problem}); check RNN_EXPLORER_DB, the folder "
        f"and its permissions.",
        where=where,
        problem=problem,
    )


def other_store(url: str) -> StoreError:
    """The error for a database whose tables are not ours."""
    return next(
        StoreError(trouble.code, trouble.sentence.format(where=place(url)), where=place(url))
        for trouble in ERROR_RULES
        if trouble.code == "store_other"
    )


def newer_store(url: str, version: int, known: int) -> StoreError:
    """The error for a store that a later version of the program has migrated."""
    return StoreError(
        "store_newer",
        f"The run store {place(url)} was made by a newer version (schema {version}, this one "
        f"knows {known}); update RNN Explorer, or name another place in RNN_EXPLORER_DB.",
        where=place(url),
        version=version,
        known=known,
    )


def replaced_store(url: str) -> StoreError:
    """The error for a database file that is no longer the one that was opened."""
    return StoreError(
        "store_replaced",
        f"The run store {place(url)} was deleted or replaced by another file while it was in use; "
        f"runs go on in the file that is there now. Put the old file back to see the old runs.",
        where=place(url),
    )


def damaged_run(url: str, run_id: str, problem: str) -> StoreError:
    """The error for a run whose row, records or commands cannot be what was written."""
    return StoreError(
        "run_damaged",
        f"The run {run_id!r} is damaged in the store {place(url)} ({problem}); remove it with "
        f"python -m rnncore runs --forget {run_id}, or bring back a copy of the store. Its "
        f"checkpoint can go on with python -m rnncore train --resume.",
        run_id=run_id,
        where=place(url),
        problem=problem,
    )


def diverged_run() -> RnnError:
    """The error of a run that diverged and does not say at which update."""
    return RnnError(
        "diverged_plain",
        "Training has diverged and was stopped: the loss left all bounds. The last good state is "
        "kept.",
    )


def unknown_run(run_id: str) -> StoreError:
    """The error for a run id that the store does not know; one that is too long is cut short."""
    run_id = run_id if len(run_id) <= 40 else f"{run_id[:39]}…"
    return StoreError(
        "unknown_run",
        f"There is no run {run_id!r} in this store; check the address, or start a new run.",
        run_id=run_id,
    )


def watched_only(run_id: str) -> StoreError:
    """The error for whoever asks something of another visitor's run."""
    return StoreError(
        "watched_only",
        f"The run {run_id!r} belongs to another visitor and can only be watched; ask its owner for "
        f"a control link, or start your own with these settings.",
        run_id=run_id,
    )


def result_name(failure: BaseException) -> str:
    """SQLite's name of a result, such as SQLITE_BUSY, or PostgreSQL's code, such as SQLSTATE_55P03;
    empty for other failures."""
    if type(failure).__module__.partition(".")[0] == "psycopg":
        broken = CONNECTION_FAILURE if type(failure).__name__ == "OperationalError" else ""
        return f"SQLSTATE_{getattr(failure, 'sqlstate', None) or broken}"
    return str(getattr(failure, "sqlite_errorname", ""))


def place(url: str) -> str:
    """What to call the store: the path of a file, or the address without its password."""
    try:
        address = make_url(url)
    except SQLAlchemyError:
        return url
    if address.get_backend_name() == "sqlite":
        return address.database or "in memory"
    return address.render_as_string(hide_password=True)
