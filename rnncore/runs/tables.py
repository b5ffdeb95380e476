"""The tables of the run store. Whoever changes them adds a migration in schema.py."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String(32), primary_key=True),  # "schema": the version, see schema.py
    Column("value", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("created", Double, nullable=False),  # times are seconds since 1970
    Column("config", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(16)),
    Column("error", Text),
    Column("step", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_command", BigInteger, nullable=False),
    Column("worker", String(32)),  # token of the process that has claimed the run
    Column("heartbeat", Double, nullable=False),
    Column("lease", Double),  # when someone last watched; NULL: nobody needs to
)

chunks = Table(
    "chunks",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", Text, nullable=False),
    Index("chunks_by_kind", "run_id", "kind", "seq", "step"),
)

commands = Table(
    "commands",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("run_id", String(32), ForeignKey("runs.id"), nullable=False),
    Column("name", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("sent", Double, nullable=False),
    Index("commands_by_run", "run_id", "seq"),
    sqlite_autoincrement=True,
)
