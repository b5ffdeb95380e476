"""A long history made short enough to keep, to send and to draw: fewer points, the same curve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnncore.runs.records import Kind, Record

LIMITS: dict[Kind, int] = {
    **{"steps": 1500, "evaluation": 1500, "epoch": 1500},
    **{"snapshot": 150, "cloud": 2},
}
"""Most records of a kind that are worth keeping: points of a curve, columns of a heat map, and of
clouds the first and the newest."""
SAMPLED = 30
"""Newest snapshots whose samples are listed."""


def downsample(records: Sequence[Record]) -> list[Record]:
    """The same history in at most LIMITS records of each kind; records of other kinds all stay.

    Consecutive `steps` records are merged (`merge_steps`), of other kinds an even choice by step
    is kept, the first and the last among it. A record that stays keeps its seq, and a merged one
    has the seq of its last part, so a reader goes on from the last seq as from the full history.
    """
    series: dict[tuple[Kind, str, bool], list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        if record.kind in LIMITS:
            of = record.payload  # measurements of a part of a text and of the whole are two curves
            series[record.kind, of.get("split", ""), "part" in of].append(place)
    kept = dict(enumerate(records))
    for (kind, *_), places in series.items():
        limit = LIMITS[kind]
        if len(places) <= limit:
            continue
        for place in places:
            del kept[place]
        if kind == "steps":
            for group in np.array_split(np.array(places), limit):
                kept[int(group[-1])] = merge_steps([records[place] for place in group])
        else:
            for index in evenly([records[place].step for place in places], limit):
                kept[places[index]] = records[places[index]]
    return [kept[place] for place in sorted(kept)]


def lighten(records: Sequence[Record]) -> list[Record]:
    """Those of a run's snapshots and spectra that can be smaller, made smaller, each with its seq.

    Pages show what the network expects next and the twin sentence in the newest snapshot alone,
    and the samples of the newest SAMPLED. Numbers keep six digits, more than any figure shows. The
    newest snapshot stays as it is. A history is half as large then; losses stay exact.
    """
    lighter = []
    age = 0  # of snapshots
    for record in reversed(records):
        payload = dict(record.payload)
        if record.kind == "snapshot":
            if age >= 1:
                payload["next_tokens"] = []
                payload.pop("twin", None)
            if age >= SAMPLED:
                payload["samples"] = []
            age += 1
        if age != 1 or record.kind != "snapshot":
            payload = _six_digits(payload)
            if payload != record.payload:
                lighter.append(record._replace(payload=payload))
    return lighter


def _six_digits(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _six_digits(part) for name, part in value.items()}
    return [_six_digits(part) for part in value] if isinstance(value, list) else value


def merge_steps(records: Sequence[Record]) -> Record:
    """One `steps` record for a stretch: losses and norms become their mean, the rest adds up."""
    payloads = [record.payload for record in records]
    first, last = payloads[0], payloads[-1]
    weights = [payload["last"] - payload["first"] + 1 for payload in payloads]

    def mean(name: str) -> float:
        means = (sum(payload[name]) / len(payload[name]) for payload in payloads)
        return sum(w * m for w, m in zip(weights, means, strict=True)) / sum(weights)

    merged = {
        **last,
        "first": first["first"],
        "losses": [mean("losses")],
        "grad_norms": [mean("grad_norms")],
        "duration": sum(payload["duration"] for payload in payloads),
        "tokens": sum(payload["tokens"] for payload in payloads),
    }
    return records[-1]._replace(payload=merged)


def evenly(steps: Sequence[int], most: int) -> list[int]:
    """Indices of at most `most` (>= 2) of the ascending `steps`, evenly spread from end to end."""
    if len(steps) <= most:
        return list(range(len(steps)))
    wanted = np.linspace(steps[0], steps[-1], most)
    return sorted(set((np.searchsorted(steps, wanted, side="right") - 1).tolist()))
