"""Records become operations, and every operation finds a panel and a trace to draw on."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson
import pytest

from pages.ui.inspected.preview import preview
from pages.ui.live.panels import opening, panels, progress_of, translate
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.widgets.panels import labels
from rnncore.config import Config, live_settings
from rnncore.runs.records import (
    Record,
    changed_record,
    cloud_record,
    decode,
    encode,
    epoch_record,
    evaluation_record,
    run_record,
    snapshot_record,
    status_record,
    steps_record,
)
from rnncore.training.events import Changed, Epoch, Evaluation, Step
from tests.pages.views import CLOUD, FRAMED_RUN, RUN, SNAPSHOT, TEXT_RUN

STEPS = [Step(n, 1, loss, 0.1, 1.0, n / 100) for n, loss in ((9, 1.0), (10, 3.0))]
RECORDS = (
    run_record(RUN),
    snapshot_record(SNAPSHOT),
    steps_record(STEPS, 0.5, 80),
    evaluation_record(Evaluation(10, "valid", 4.0, 2.0)),
    evaluation_record(Evaluation(10, "test", 4.0, 2.0)),
    changed_record(Changed(10, "learning_rate", 0.1, 0.05)),
    epoch_record(10, Epoch(1, 5.0)),
    status_record(10, "paused", "asked"),
    Record(10, "rewound", {"step": 10}),
    Record(10, "aimed", {}),
    snapshot_record(SNAPSHOT._replace(twin=((0.5, 1.0),))),
    cloud_record(CLOUD),
)


def by_json(record: Record) -> Record:
    """The record as the store gives it back."""
    return record._replace(payload=decode(encode(record.payload)))


def known_traces(drawn: list[dict[str, Any]]) -> dict[str, set[str]]:
    return {
        panel["id"]: {t["uid"] for t in panel["plot"]["light"]["data"]} if panel["plot"] else set()
        for panel in drawn
    }


@pytest.mark.parametrize("run", [RUN, FRAMED_RUN, TEXT_RUN])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_has_a_place(run: Any, language: str) -> None:
    drawn = panels(run, texts(language))
    traces = known_traces(drawn)
    readouts = {
        panel["id"]: {r["name"] for r in panel["readouts"]}
        | set(re.findall(r"\{(\w+)", panel["says"]))
        | set(re.findall(r"\{(\w+)", panel["sentence"] or ""))
        for panel in drawn
    }
    share = None if run is TEXT_RUN else SNAPSHOT.legal_share
    records = [*RECORDS, snapshot_record(SNAPSHOT._replace(legal_share=share, step=0))]
    for record in records:
        if record.kind == "snapshot" and run is TEXT_RUN:
            record = snapshot_record(SNAPSHOT._replace(legal_share=None))
        for op in translate(by_json(record)):
            if "trace" in op:
                assert op["trace"] in traces[op["figure"]]
            elif op["op"] == "readout":
                assert op["name"] in readouts[op["figure"]]
            elif "figure" in op:
                assert op["figure"] in traces


def test_a_stretch_of_updates_is_one_point() -> None:
    train, _, moved = translate(by_json(RECORDS[2]))
    assert train["x"] == [10]
    assert train["y"] == pytest.approx([7.389056])  # e ** mean of 1 and 3
    assert train["customdata"][0] == pytest.approx([2 / 0.693147, 1], rel=1e-5)
    assert moved == {"op": "progress", "done": 10, "epoch": 1, "rate": 160.0}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind)
def test_operations_are_plain_json(record: Record) -> None:
    ops = translate(by_json(record))
    assert orjson.loads(orjson.dumps(ops, option=orjson.OPT_SERIALIZE_NUMPY)) == json.loads(
        json.dumps(ops)
    )


def test_rewinding_reaches_the_screen() -> None:
    assert translate(RECORDS[8]) == [{"op": "rewind", "step": 10}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_component_has_a_word_for_everything_it_meets(language: str) -> None:
    words = labels(texts(language))
    assert set(words["settings"]) == set(live_settings())
    assert set(words["statuses"]) >= {"ready", "queued", "running", "paused", "finished", "lost"}
    assert set(words["verdicts"]) == {"right", "wrong", "unknown"}


def test_epochs_are_counted_from_one() -> None:
    def epoch(step: int) -> int:
        return progress_of(RUN._replace(updates=100), "running", step, 10).epoch

    assert [epoch(step) for step in (0, 9, 10, 99, 100)] == [1, 1, 2, 10, 10]


def test_the_first_look_is_the_untrained_network() -> None:
    settings = {"grammar_tokens": 2000, "hidden_size": 8, "embedding_size": 4, "time_size": 5}
    config = Config.parse(settings)
    first = preview(config)
    assert first.whole and first.snapshot is not None and first.held_out is not None
    assert first.snapshot.step == 0
    assert first.held_out.perplexity == pytest.approx(first.run.vocabulary_size, rel=0.5)
    assert preview(config.with_changes(learning_rate=0.5)) == first  # nothing was learned yet
    assert preview(config.with_changes(seed=1)) != first
    assert {op["op"] for op in opening(first)} >= {"extend", "replace", "column", "items"}


@pytest.mark.parametrize(("language", "greedy"), [("en", "greedy"), ("ko", "탐욕적")])
def test_the_zero_of_a_live_setting_is_said_by_its_own_name(language: str, greedy: str) -> None:
    t = texts(language)
    zeros = labels(t)["zeros"]
    assert zeros["temperature"] == greedy
    assert zeros["pace"] == t("settings.pace.zero") and zeros["max_grad_norm"] == t(
        "settings.max_grad_norm.zero"
    )
