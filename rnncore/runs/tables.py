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
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
"""schema: the version, see schema.py; id: what tells this store from others; secret: what links and
cookies are signed with; address: where its server was reached last."""

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
    Column("owner", String(64)),  # visitor who began it; NULL: nobody's, such as a script's
    Column("series", String(32)),  # runs of one series, such as a sweep, count as one
    Column("ticket", BigInteger),  # its turn in the queue; NULL: it does not wait
    Column("name", String(100)),  # what its owner calls it, and
    Column("note", Text),  # remarks on it
    Column("pinned", Integer, nullable=False, default=0),  # 1: it stays in sight
    Column("parent", String(32)),  # run it was branched from; NULL: it began with fresh weights
    Column("branched", BigInteger),  # updates that it shares with its parent
)

access = Table(
    "access",
    metadata,
    Column("thing", String(64), primary_key=True),  # id of a run, or name of an own text
    Column("visitor", String(64), primary_key=True),  # may control the run, or read the text
    Column("title", String(100)),  # what the visitor calls the text; NULL: by its first words
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("run_id", String(32), ForeignKey("runs.id"), primary_key=True),
    Column("name", String(32), primary_key=True),  # see checkpoints.py
    Column("step", BigInteger, nullable=False),
    Column("bits", Double),  # per token of held-out text, of the best one
    Column("change", Text),  # of a mark: {setting, old, new}
    Column("pinned", Integer, nullable=False),  # 1: it stays
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", String(32), primary_key=True),  # series of its runs
    Column("created", Double, nullable=False),
    Column("owner", String(64)),  # visitor who began it
    Column("plan", Text, nullable=False),  # what it searches and how: see rnncore/sweeps/plan.py
    Column("status", String(16), nullable=False),
    Column("error", Text),
    Column("workers", Integer, nullable=False),  # trials at a time
    Column("worker", String(32)),  # token of the coordinator that has claimed it
    Column("heartbeat", Double, nullable=False),
)

trials = Table(
    "trials",
    metadata,
    Column("sweep_id", String(32), ForeignKey("sweeps.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # counted from 0, in the order of asking
    Column("run_id", String(32)),  # NULL: it was not dispatched
    Column("settings", Text, nullable=False),  # those the sweep varies, and the seed
    Column("status", String(16), nullable=False),
    Column("value", Double),  # lowest bits on held-out text; a penalty where it diverged
    Column("step", BigInteger, nullable=False, default=0),  # updates within the sweep, and
    Column("seconds", Double, nullable=False, default=0.0),  # seconds of training, at its end
    Column("told", Integer),  # its place in the order in which the sampler was told
    Index("trials_by_run", "run_id"),
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
