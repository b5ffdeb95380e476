"""A downsampled history is short, ends where the full one ends, and tells the same story."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.runs import downsample as module
from rnncore.runs.downsample import downsample, evenly, merge_steps
from rnncore.runs.records import Kind, Record, steps_record
from rnncore.training.events import Step


@pytest.fixture(autouse=True)
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[Kind, int] = {"steps": 7, "evaluation": 5, "epoch": 5, "snapshot": 4}
    monkeypatch.setattr(module, "LIMITS", limits)


def history(stretches: int) -> list[Record]:
    """Stretches of 1, 2, 3, 1, 2, 3, ... updates, a snapshot after each, two evaluations."""
    records = [Record(0, "run", {})]
    step = 0
    for number in range(stretches):
        steps = [
            Step(step + i, 1 + number // 9, 1 / (step + i), 0.1, float(step + i), 0.1 * (step + i))
            for i in range(1, 2 + number % 3)
        ]
        step = steps[-1].step
        records.append(steps_record(steps, 0.1 * len(steps), 10 * len(steps)))
        records.append(Record(step, "snapshot", {"step": step}))
        if number == 11:
            records.append(Record(step, "changed", {"setting": "learning_rate"}))
    records += [Record(step, "evaluation", {"split": split}) for split in ("valid", "test")]
    return [record._replace(seq=seq) for seq, record in enumerate(records, 1)]


def steps_of(records: list[Record]) -> list[Record]:
    return [record for record in records if record.kind == "steps"]


def test_a_short_history_stays_untouched() -> None:
    records = history(4)
    assert downsample(records) == records


def test_a_long_history_covers_every_update_once() -> None:
    full, short = history(100), downsample(history(100))
    merged = steps_of(short)
    assert len(merged) == 7
    assert merged[0].payload["first"] == 1
    for one, other in pairwise(merged):
        assert other.payload["first"] == one.payload["last"] + 1
    last = steps_of(full)[-1].payload
    assert merged[-1].payload["last"] == last["last"]
    assert merged[-1].payload["seconds"] == last["seconds"]
    for name in ("tokens", "duration"):
        total = math.fsum(record.payload[name] for record in steps_of(full))
        assert math.fsum(record.payload[name] for record in merged) == pytest.approx(total)


def test_the_means_of_the_curve_are_kept() -> None:
    merged = steps_of(downsample(downsample(history(100))))
    for record in merged:
        first, last = record.payload["first"], record.payload["last"]
        expected = np.mean([1 / step for step in range(first, last + 1)])
        assert record.payload["losses"] == [pytest.approx(expected)]


def test_merging_twice_is_merging_once() -> None:
    parts = steps_of(history(6))
    halves = [merge_steps(parts[:2]), merge_steps(parts[2:])]
    once, twice = merge_steps(parts).payload, merge_steps(halves).payload
    assert twice.keys() == once.keys()
    for name in once:
        assert twice[name] == pytest.approx(once[name])


def test_rare_records_all_stay_and_a_reader_can_go_on() -> None:
    full, short = history(100), downsample(history(100))
    for kind in ("run", "changed"):
        assert [r for r in short if r.kind == kind] == [r for r in full if r.kind == kind]
    assert {r.payload["split"] for r in short if r.kind == "evaluation"} == {"valid", "test"}
    assert [r.seq for r in short] == sorted(r.seq for r in short)
    assert short[-1].seq == full[-1].seq


def test_values_of_a_part_and_of_the_whole_text_are_thinned_as_two_curves() -> None:
    part = [Record(step, "evaluation", {"split": "valid", "part": 40}) for step in range(1, 31)]
    whole = [Record(step, "evaluation", {"split": "valid"}) for step in (10, 20, 30)]
    records = sorted([*part, *whole], key=lambda record: record.step)
    short = downsample([record._replace(seq=seq) for seq, record in enumerate(records, 1)])
    assert [record.step for record in short if "part" not in record.payload] == [10, 20, 30]
    kept = [record.step for record in short if "part" in record.payload]
    assert len(kept) == 5 and (kept[0], kept[-1]) == (1, 30)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=300), st.integers(2, 50))
def test_an_even_choice_keeps_both_ends(numbers: list[int], most: int) -> None:
    steps = sorted(numbers)
    chosen = evenly(steps, most)
    assert 1 <= len(chosen) <= max(most, 1)
    assert chosen == sorted(set(chosen))
    assert steps[chosen[0]] == steps[0]
    assert chosen[-1] == len(steps) - 1
