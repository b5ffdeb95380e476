"""What a table of runs says of each: its best held-out value, its settings, what it changed.

All figures are read from the records. A run that has reported nothing since it was read last is
not read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from rnncore.config import Config
from rnncore.runs.database import Database
from rnncore.runs.reading import set_command
from rnncore.runs.records import decode
from rnncore.runs.row import RunRow
from rnncore.runs.tables import chunks, commands, runs, trials

AT_ONCE = 500
"""Runs that one query names: databases bound how many values a statement may have."""


class Reached(NamedTuple):
    """A measurement after `step` updates. `part`: tokens of the text's beginning that were read;
    None where it was the whole text."""

    step: int
    perplexity: float
    bits: float
    part: int | None = None


class LiveChange(NamedTuple):
    """A setting that was changed after `step` updates."""

    step: int
    setting: str
    old: Any
    new: Any


class Facts(NamedTuple):
    """What the records of a run say.

    best, last   of held-out text: lowest, and newest (`judged`); None before the first
    test         newest of the test text
    seconds      of training
    changed      live changes, in their order
    """

    best: Reached | None = None
    last: Reached | None = None
    test: Reached | None = None
    seconds: float = 0.0
    changed: tuple[LiveChange, ...] = ()


class Summary(NamedTuple):
    """A run with what is known of it. `settings` are those in force now, live changes included.

    trial   what its sweep says of it, "pruned" or another; None if it is no trial, or was gone on
            with since
    """

    run: RunRow
    facts: Facts
    settings: Mapping[str, Any]
    trial: str | None = None

    @property
    def standing(self) -> str:
        """`RunRow.standing`; of a finished trial also "pruned", as others did better."""
        if self.run.status == "finished" and self.trial in ("pruned", "stopped"):
            return self.trial
        return self.run.standing

    @property
    def tokens(self) -> int:
        """Tokens that its updates have read."""
        return self.run.step * int(
            self.settings.get("batch_size", 0) * self.settings.get("time_size", 0)
        )

    def settings_at(self, step: int) -> dict[str, Any]:
        """The settings in force after so many updates, of a change at that update the new ones."""
        changed = self.facts.changed
        first = {each.setting: each.old for each in reversed(changed)}
        later = {each.setting: each.new for each in changed if each.step <= step}
        return {**self.run.settings, **first, **later}

    @property
    def at_best(self) -> dict[str, Any]:
        """The settings with which the best value was reached; before the first, those of now."""
        best = self.facts.best
        return dict(self.settings) if best is None else self.settings_at(best.step - 1)


class Change(NamedTuple):
    """A setting that differs: its value in the parent, and here."""

    setting: str
    old: Any
    new: Any


class Summaries:
    """Reads what a table of runs says.  Raises   StoreError if the database cannot be read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[int, Facts]] = {}

    def of(self, rows: Sequence[RunRow]) -> list[Summary]:
        """The summaries of these runs, in their order.

        Facts are kept by the number of the run's last record; what a damaged record would say is
        left out.
        """
        known = self._known
        fresh = [run for run in rows if known.get(run.id, (-1,))[0] != run.last_seq]
        for start in range(0, len(fresh), AT_ONCE):
            some = fresh[start : start + AT_ONCE]
            found = self._read([run.id for run in some])
            known.update({run.id: (run.last_seq, found[run.id]) for run in some})
        unread = self._unread([run.id for run in rows if run.stored_status != "finished"])
        came = self._trials(rows)
        return [
            Summary(
                run,
                facts := known[run.id][1],
                {
                    **run.settings,
                    **{each.setting: each.new for each in facts.changed},
                    **unread.get(run.id, {}),
                },
                came.get(run.id),
            )
            for run in rows
        ]

    def forget(self, run_ids: Iterable[str]) -> None:
        """Keep nothing of runs that are gone."""
        for run_id in run_ids:
            self._known.pop(run_id, None)

    def _read(self, run_ids: Sequence[str]) -> dict[str, Facts]:
        told: dict[str, list[tuple[int, str, Any]]] = {run_id: [] for run_id in run_ids}
        named = chunks.c.run_id.in_(run_ids)
        query = (
            select(chunks.c.run_id, chunks.c.step, chunks.c.kind, chunks.c.payload)
            .where(named, chunks.c.kind.in_(("evaluation", "changed")))
            .order_by(chunks.c.run_id, chunks.c.seq)
        )
        last = (
            select(chunks.c.run_id, func.max(chunks.c.seq).label("seq"))
            .where(named, chunks.c.kind == "steps")
            .group_by(chunks.c.run_id)
            .subquery()
        )
        newest = select(chunks.c.run_id, chunks.c.step, chunks.c.kind, chunks.c.payload).join(
            last, and_(chunks.c.run_id == last.c.run_id, chunks.c.seq == last.c.seq)
        )
        for run_id, step, kind, raw in (*self._database.read(query), *self._database.read(newest)):
            told[run_id].append((step, kind, raw))
        return {run_id: _facts(records) for run_id, records in told.items()}

    def _trials(self, rows: Sequence[RunRow]) -> dict[str, str]:
        """What sweeps say of those that are their trials, and have made no update since."""
        ended = {run.id: run for run in rows if run.series and run.stored_status == "finished"}
        ids, found = list(ended), {}
        for start in range(0, len(ids), AT_ONCE):
            query = select(trials.c.run_id, trials.c.status, trials.c.told, trials.c.step)
            query = query.where(trials.c.run_id.in_(ids[start : start + AT_ONCE]))
            for run_id, status, told, step in self._database.read(query):
                if told is None or step == ended[run_id].step:
                    found[run_id] = status
        return found

    def _unread(self, run_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Live changes that no worker has read yet, by run."""
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(run_ids), AT_ONCE):
            some = run_ids[start : start + AT_ONCE]
            query = (
                select(commands.c.run_id, commands.c.value)
                .join(runs, runs.c.id == commands.c.run_id)
                .where(commands.c.run_id.in_(some), commands.c.name == "set")
                .where(commands.c.seq > runs.c.last_command)
                .order_by(commands.c.seq)
            )
            for run_id, raw in self._database.read(query):
                setting, value = set_command(run_id, raw, "")
                found.setdefault(run_id, {})[setting] = value
        return found


def judged(measured: Sequence[Reached]) -> list[Reached]:
    """Those measurements of held-out text that compare with each other: where only a part of the
    text is read on the way, those of that part."""
    parts = [one for one in measured if one.part is not None]
    return parts or list(measured)


def differing(summaries: Iterable[Summary]) -> tuple[str, ...]:
    """Names of the settings in which the best values of runs differ, in the order of the schema."""
    values: dict[str, set[Any]] = {name: set() for name in Config.model_fields}
    for summary in summaries:
        for name, value in summary.at_best.items():
            if name in values:
                values[name].add(value)
    return tuple(name for name, seen in values.items() if len(seen) > 1)


def changes(summary: Summary, parent: Summary) -> tuple[Change, ...]:
    """What a branch does otherwise than its parent did just after they parted."""
    parted = summary.run.branched or 0
    before, after = parent.settings_at(parted), summary.settings_at(parted)
    return tuple(
        Change(name, before[name], after[name])
        for name in Config.model_fields
        if name in before
        and name in after
        and before[name] != after[name]
        and name != "epochs"  # both may be let go on for longer
    )


def apart_from_seed(summary: Summary) -> tuple[tuple[str, Any], ...]:
    """What the seeds of one setting have in common: all other settings."""
    return tuple(sorted((name, of) for name, of in summary.settings.items() if name != "seed"))


def _facts(records: Iterable[tuple[int, str, Any]]) -> Facts:
    held_out, test, changed, seconds = [], None, [], 0.0
    for step, kind, payload in _decoded(records):
        try:
            if kind == "evaluation":
                part = payload.get("part")
                found = Reached(step, float(payload["perplexity"]), float(payload["bits"]), part)
                if payload["split"] == "test":
                    test = found
                else:
                    held_out.append(found)
            elif kind == "changed":
                setting, old, new = (payload[name] for name in ("setting", "old", "new"))
                changed.append(LiveChange(step, str(setting), old, new))
            else:
                seconds = float(payload["seconds"])
        except (LookupError, TypeError, ValueError, AttributeError):
            continue
    kept = judged(held_out)
    # Of equal ones the first; what is not a number is never lower.
    best = min(kept, key=lambda one: (isnan(one.bits), one.bits), default=None)
    return Facts(best, kept[-1] if kept else None, test, seconds, tuple(changed))


def _decoded(records: Iterable[tuple[int, str, Any]]) -> Iterator[tuple[int, str, Any]]:
    for step, kind, raw in records:
        try:
            yield step, kind, decode(raw)
        except (ValueError, TypeError, RecursionError):
            continue
