"""What PostgreSQL needs to be told, where it holds the run store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, extract, func, select

TIME = select(extract("epoch", func.clock_timestamp()))
"""Seconds since 1970. The time of a transaction would be that of its beginning."""
CONNECT_SECONDS = 5
SILENT_SECONDS = 15
"""After so long without a sign a connection is dead: its machine has lost power or network, and
what it has locked is free."""


def is_address(address: URL) -> bool:
    """Whether a URL names a PostgreSQL database."""
    return address.get_backend_name() == "postgresql"


def with_driver(address: URL) -> URL:
    """The same with the driver that requirements-cluster.txt installs, where a URL names none."""
    if address.drivername in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    return address


def options(patience: float) -> dict[str, Any]:
    """How to connect; a writer waits `patience` seconds for another one before it gives up."""
    alive = {"idle": SILENT_SECONDS // 3, "interval": SILENT_SECONDS // 3, "count": 2}
    settings = {
        "lock_timeout": f"{patience * 1000:.0f}",
        **{f"tcp_keepalives_{name}": value for name, value in alive.items()},
    }
    return {
        # A connection that broke while nobody used it is replaced before anybody notices.
        "pool_pre_ping": True,
        "connect_args": {
            "application_name": "rnn-explorer",
            "connect_timeout": CONNECT_SECONDS,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            **{f"keepalives_{name}": value for name, value in alive.items()},
        },
    }


def lock_timeout(seconds: float) -> str:
    """The statement that makes a transaction wait no longer for others than that."""
    return f"SET LOCAL lock_timeout = {seconds * 1000:.0f}"
