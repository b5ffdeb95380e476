"""The held-out curve of a run: it begins with the first update, stays fresh and ends exactly."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from rnncore.config import Config
from rnncore.probes.passages import HELD_OUT_COST, leading_part
from rnncore.runs import held_out
from rnncore.runs.held_out import HeldOut, is_early
from rnncore.runs.records import Record
from rnncore.runs.store import Store
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.training.trainer import Trainer
from tests.clock import Clock
from tests.runs.support import (
    SMALL,
    driven,
    losses,
    of_kind,
    run_of,
    script_losses,
    started,
    wait_for_status,
    wait_for_steps,
)

PART = 40
CONFIG = SMALL.with_changes(epochs=3, dropout=0.3)


@pytest.fixture
def long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """The held-out text of SMALL counts as one that is too long to be read again and again."""
    monkeypatch.setattr(held_out, "leading_part", lambda config, corpus: PART)


def measured(store: Store, run_id: str, split: str = "valid") -> list[Record]:
    return [r for r in of_kind(store, run_id, "evaluation") if r.payload["split"] == split]


def test_early_updates_are_evenly_spaced_on_a_log_axis() -> None:
    assert [n for n in range(1500) if is_early(n)] == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]


@pytest.mark.usefixtures("long_text")
def test_the_part_is_read_always_and_the_whole_text_too_at_ends_of_epochs(
    store: Store,
) -> None:
    run_id = started(store, CONFIG)
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    trainer = Trainer(CONFIG, load_corpus(CONFIG))
    per_epoch, total = trainer.windows.updates_per_epoch, trainer.total_updates
    found = measured(store, run_id)
    steps = [record.step for record in found]
    assert steps == sorted(steps)
    payloads = {(record.step, record.payload.get("part")): record.payload for record in found}
    assert len(payloads) == len(found)  # nothing is measured twice
    of_part = {step for step, part in payloads if part == PART}
    of_whole = {step for step, part in payloads if part is None}
    assert of_whole == {per_epoch, 2 * per_epoch, total}
    assert {0, *filter(is_early, range(1, total)), *of_whole} <= of_part
    assert len(of_part) + len(of_whole) == len(found)
    for update in range(total + 1):
        for part in (PART, None):
            if (told := payloads.get((update, part))) is not None:
                expected = trainer.evaluate("valid", part)
                assert (told["perplexity"], told["bits"]) == (expected.perplexity, expected.bits)
        if update < total:
            trainer.step()
    assert "part" not in measured(store, run_id, "test")[0].payload
    assert losses(store, run_id) == script_losses(CONFIG, total)


@pytest.mark.usefixtures("long_text")
def test_a_run_that_is_stopped_ends_with_the_part_and_the_whole_text(store: Store) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
        store.send(run_id, "stop")
        wait_for_status(store, run_id, "finished")
    ends = [(one.step, one.payload.get("part")) for one in measured(store, run_id)[-2:]]
    assert ends == [(len(losses(store, run_id)), part) for part in (PART, None)]
    facts = store.summaries.of([run_of(store, run_id)])[0].facts
    assert facts.last and (facts.last.step, facts.last.part) == ends[0]


def test_a_short_held_out_text_is_measured_once_whole(store: Store) -> None:
    run_id = started(store, CONFIG)
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    found = measured(store, run_id)
    assert all("part" not in record.payload for record in found)
    steps = [record.step for record in found]
    assert steps == sorted(set(steps))


@pytest.mark.usefixtures("long_text")
def test_a_pause_leaves_a_fresh_figure_and_a_run_taken_up_goes_on_bit_for_bit(store: Store) -> None:
    run_id = started(store, SMALL.with_changes(dropout=0.3))
    with driven(store, run_id):
        wait_for_steps(store, run_id, 20)
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        at = len(losses(store, run_id))
        assert measured(store, run_id)[-1].step == at
    store.send(run_id, "resume")
    with driven(store, run_id, "second"):
        wait_for_steps(store, run_id, at + 60)
    told = losses(store, run_id)
    assert told == script_losses(SMALL.with_changes(dropout=0.3), len(told))


class Reported:
    """In place of a report: notes the steps of what is added."""

    def __init__(self) -> None:
        self.steps: list[int] = []

    def add(self, record: Record) -> None:
        self.steps.append(record.step)


def test_a_figure_is_never_older_than_two_seconds_whatever_it_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr("rnncore.runs.budget.monotonic", clock)
    monkeypatch.setattr("rnncore.runs.budget.thread_time", clock)
    monkeypatch.setattr(held_out, "monotonic", clock)
    trainer, report = Trainer(SMALL, load_corpus(SMALL)), Reported()
    evaluate = trainer.evaluate

    def slowly(*of: Any) -> Any:
        clock.now += cost
        return evaluate(*of)

    monkeypatch.setattr(trainer, "evaluate", slowly)
    for cost, longest, share in ((0.001, 0.26, 0.01), (0.04, 1.0, 0.06), (0.18, 2.21, 0.1)):
        watched = HeldOut(trainer, report)  # type: ignore[arg-type]
        began, ends = clock(), [clock()]
        while clock() < began + 60:
            clock.now += 0.01
            if watched.due(clock()):
                trainer.step()
                watched.measure()
                ends.append(clock())
        ages = [later - before for before, later in pairwise(ends)]
        assert max(ages) <= longest, cost
        assert cost * len(ages) <= share * 60, cost


def test_what_is_read_between_epochs_follows_from_shapes_alone() -> None:
    def part(chosen: dict[str, Any], tokens: int) -> int:
        config = Config.parse(chosen)
        corpus = load_corpus(SMALL)
        longer = corpus.valid.repeat(-(-tokens // len(corpus.valid)))[:tokens]
        return leading_part(config, Corpus(**{**vars(corpus), "valid": longer}))

    assert part({}, 0) == part({}, 1) == 0
    assert part({}, 9_000) == 9_000  # what is cheap is read whole
    large = part({"hidden_size": 650, "cell": "lstm"}, 500_000)
    assert large * 650 * 4 * (100 + 650) <= HELD_OUT_COST
    assert large == part({"hidden_size": 650, "cell": "lstm"}, 50_000)
    slow = {"hidden_size": 2000, "cell": "lstm", "batch_size": 100, "time_size": 100}
    assert part(slow, 50_000) == 100 * 100 // 4  # beside updates that take as long
