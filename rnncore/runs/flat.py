"""Runs as plain columns, for tables elsewhere: a row a run, or a row a measurement."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rnncore.config import Config
from rnncore.runs.curves import Curve
from rnncore.runs.summary import Summary

Columns = dict[str, list[Any]]
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes the beginning of a formula by."""


def runs_table(summaries: Sequence[Summary]) -> Columns:
    """A row for each run: what it reached, with all its settings as they are now."""
    bests = [one.facts.best for one in summaries]
    tests = [one.facts.test for one in summaries]
    table: Columns = {
        "run": [one.run.id for one in summaries],
        "name": [one.run.name for one in summaries],
        "note": [one.run.note for one in summaries],
        "status": [one.run.status for one in summaries],
        "created": [
            datetime.fromtimestamp(one.run.created, UTC).isoformat(timespec="seconds")
            for one in summaries
        ],
        "parent": [one.run.parent for one in summaries],
        "branched": [one.run.branched for one in summaries],
        "updates": [one.run.step for one in summaries],
        "tokens": [one.tokens for one in summaries],
        "seconds": [one.facts.seconds for one in summaries],
        "best_perplexity": [best and best.perplexity for best in bests],
        "best_bits": [best and best.bits for best in bests],
        "best_update": [best and best.step for best in bests],
        "test_perplexity": [test and test.perplexity for test in tests],
        "test_bits": [test and test.bits for test in tests],
    }
    for name in Config.model_fields:
        table[name] = [one.settings.get(name) for one in summaries]
    return table


def curves_table(curves: Sequence[Curve]) -> Columns:
    """A row for each measurement of held-out text."""
    table: Columns = {
        name: [] for name in ("run", "updates", "tokens", "seconds", "bits", "best_bits")
    }
    for curve in curves:
        table["run"] += [curve.run_id] * len(curve.bits)
        table["updates"] += map(int, curve.updates)
        table["tokens"] += map(int, curve.tokens)
        table["seconds"] += curve.seconds
        table["bits"] += curve.bits
        table["best_bits"] += curve.best_so_far
    return table


def as_csv(table: Mapping[str, Sequence[Any]]) -> bytes:
    """UTF-8 with a mark at the beginning, by which spreadsheets know it; nothing is a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(table)
    writer.writerows(map(_cell, row) for row in zip(*table.values(), strict=True))
    return written.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return json.dumps(value) if isinstance(value, bool) else value
