"""The row for comparing and tuning: earlier runs in grey, branches, a learning rate."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visit.i18n import texts
from rnncore.config import Config
from rnncore.experiments.range_test import Found, RangePoint, rate_of
from rnncore.runs.records import Record, run_record
from rnncore.runs.row import word_of
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.pages.conftest import ME, SMALL, Visit, components, data, query
from tests.pages.test_checkpoints import several
from tests.pages.training import charts
from tests.pages.views import RUN
from tests.runs.support import Launcher, checkpoint_file, run_of

T = texts("en")


def measured(store: Store, *bits: float, **settings: Any) -> str:
    """A run that was stopped; its held-out text was measured every 10 updates."""
    run_id = store.create_run(Config.parse({**SMALL, **settings}), owner=ME)
    claim = store.claim(run_id, "worker")
    assert claim is not None
    records = [run_record(RUN)]
    for place, one in enumerate(bits):
        values = {"split": "valid", "perplexity": 2**one, "bits": one}
        records.append(Record(10 * (place + 1), "evaluation", values))
    claim.commit(records, status="finished", reason="stopped", step=10 * len(bits), worker=None)
    return run_id


def after(visit: Visit, *run_ids: str) -> AppTest:
    """The page with the last of the runs; the others were there before it."""
    app = visit()
    for run_id in run_ids:
        app.query_params.clear()
        app.query_params.update({"run": run_id})
        app.run()
    assert not app.exception
    return app


def unfolded(app: AppTest) -> AppTest:
    app = app.button(key="tuning.open").click().run()
    assert not app.exception
    return app


def markdown(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown)


def grey(app: AppTest) -> dict[str, tuple[Any, Any]]:
    """The grey curves by name: updates, and bits."""
    (panel,) = (one for one in data(app)["panels"] if one["id"] == "perplexity")
    traces = panel["plot"]["light"]["data"]
    return {
        trace["text"][-1]: (trace["x"], [value for (value,) in trace["customdata"]])
        for trace in traces
        if trace.get("uid", "").startswith("ghost")
    }


def test_earlier_runs_of_the_visit_stay_as_grey_curves(visit: Visit, store: Store) -> None:
    first, second = measured(store, 3.0, 2.5, 2.6), measured(store, 2.9, learning_rate=0.01)
    app = after(visit, first, second)
    assert grey(app) == {word_of(first): ([10, 20, 30], [3.0, 2.5, 2.6])}
    app = unfolded(app)
    assert rf"**{word_of(first)}** Learning rate 0\.0003" in markdown(app)
    assert T("earlier.came", perplexity="5.657", update="20", seconds="0") in markdown(app)


def test_of_another_text_there_is_a_chip_and_no_curve(visit: Visit, store: Store) -> None:
    first, second = measured(store, 3.0, corpus="lag"), measured(store, 2.9)
    app = unfolded(after(visit, first, second))
    assert grey(app) == {}
    assert f"**{word_of(first)}** Text " in markdown(app)


def test_a_pinned_run_stays_in_sight(visit: Visit, store: Store) -> None:
    runs = [measured(store, 3.0, seed=seed) for seed in range(7)]
    app = unfolded(after(visit, *runs))
    assert list(grey(app)) == [word_of(run) for run in reversed(runs[2:6])]
    assert not run_of(store, runs[2]).pinned
    app.button(key=f"earlier.pin.{runs[2]}").click().run()
    assert run_of(store, runs[2]).pinned
    assert list(grey(app)) == [word_of(runs[at]) for at in (2, 5, 4, 3)]


def test_names_that_people_give_are_text(visit: Visit, store: Store) -> None:
    first, second = measured(store, 3.0), measured(store, 2.9, seed=1)
    store.labels.name(first, "<b>x</b> *y* $z$")
    app = unfolded(after(visit, first, second))
    assert r"\<b\>x\</b\>" in markdown(app) or "&lt;b&gt;" in markdown(app)
    assert "<b>x</b>" not in markdown(app)


def test_one_branches_from_a_kept_state(visit: Visit, store: Store, launcher: Launcher) -> None:
    run = several()
    run.claim.commit(status="paused", reason="asked", worker=None)
    store.send(run.id, "set", {"setting": "pace", "value": 5})  # long after update 2
    app = unfolded(visit(run=run.id))
    assert app.selectbox(key="overview.from").options[-1].endswith("update 2")
    assert app.button(key="branch.make").disabled
    app.selectbox(key="overview.from").set_value("mark-2").run()
    app.text_input(key="branch.value.learning_rate").set_value("0,01").run()
    assert not app.exception and not app.button(key="branch.make").disabled
    app.button(key="branch.make").click().run()
    assert not app.exception and not app.error
    child = run_of(store, query(app)["run"])
    assert (child.parent, child.branched, child.owner) == (run.id, 2, ME)
    assert store.present_settings(child)["learning_rate"] == 0.01
    assert store.present_settings(child)["pace"] == 5 == child.config.pace
    assert launcher.launched == [child.id]
    assert app.text_input(key="setting.learning_rate").value == "0.01"
    assert run_of(store, run.id).step == 8


def test_what_cannot_be_a_value_is_said_and_branches_nothing(visit: Visit, store: Store) -> None:
    run = several()
    app = unfolded(visit(run=run.id))
    for text in ("-1", "fast", "1e40"):
        app.text_input(key="branch.value.learning_rate").set_value(text).run()
        assert not app.exception and app.error
        assert app.text_input(key="branch.value.learning_rate").value == text
        assert app.button(key="branch.make").disabled
    assert len(store.runs()) == 1


def test_who_watches_branches_nothing(visit: Visit, store: Store) -> None:
    run_id = store.create_run(Config.parse(SMALL), owner="somebody else")
    app = unfolded(visit())
    app.query_params.update({"run": run_id})
    app.run()
    assert not app.exception
    assert not {"tuning.open", "rates.find", "branch.make"} & {one.key for one in app.button}


def test_a_rate_is_found_and_taken(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [RangePoint(rate_of(update), 3.0) for update in range(30)]
    place = "pages.ui.overview.finding_rate"
    monkeypatch.setattr(f"{place}.range_test", lambda trainer: iter(points))
    told = Found(points[20].rate, points[25].rate)
    monkeypatch.setattr(f"{place}.found", lambda points, unigram: told)
    app = unfolded(visit(optimizer="momentum"))
    app.button(key="rates.find").click().run()
    app.run()
    assert not app.exception
    (curve,) = charts(app)
    assert f"{told.steepest:.2g}" in curve["name"]  # momentum: not the lowest point
    assert T("rates.unchecked") in "\n".join(one.value for one in app.caption)
    app.button(key="rates.take").click().run()
    assert app.text_input(key="setting.learning_rate").value == "0.0000051"


def test_a_link_repeats_both_trainings(
    visit: Visit, store: Store, sent: list[Any], launcher: Launcher
) -> None:
    link = {"overview.repeat": "8,learning_rate,0.01"}
    app = visit(**link)
    before = T("repeat.says", step="8", setting="Learning rate", old=r"0\.0003", new=r"0\.01")
    assert before in markdown(app)
    app.button(key="repeat.start").click().run()
    parent = query(app)["run"]
    assert sent == [(parent, "stop", {"updates": 8}), (parent, "start", None)]

    config = run_of(store, parent).config
    trainer = Trainer(config, load_corpus(config))
    for _ in range(8):
        trainer.step()
    path = checkpoint_file(parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.save(path, trainer)
    claim = store.claim(parent, "worker")
    assert claim is not None
    steps = [Record(8, "steps", payload_of(trainer.steps))]
    claim.commit(
        [run_record(RUN), *steps], status="finished", reason="stopped", step=8, worker=None
    )

    app.run()
    assert not app.exception and not app.error
    child = run_of(store, query(app)["run"])
    assert (child.parent, child.branched) == (parent, 8)
    assert store.present_settings(child)["learning_rate"] == 0.01
    assert sent[2:] == [(child.id, "resume", None), (parent, "resume", None)]

    app = unfolded(app)
    (handed,) = [one["address"] for one in components(app) if "repeat" in one.get("address", "")]
    asked = parse_qs(urlsplit(handed).query)
    assert asked["overview.repeat"] == ["8,learning_rate,0.01"]
    assert asked["hidden_size"] == [SMALL["hidden_size"]] and "run" not in asked


@pytest.mark.parametrize(
    "text", ["", "8", "0,dropout,0.5", "8,hidden_size,9", "8,dropout,2", "x,dropout,0.5", "9" * 40]
)
def test_a_link_that_means_nothing_offers_nothing(visit: Visit, text: str) -> None:
    app = visit(**{"overview.repeat": text})
    assert not app.exception
    assert not [one for one in app.button if one.key == "repeat.start"]


def payload_of(step: int) -> dict[str, Any]:
    """The payload of a record of the updates up to `step`."""
    made = [3.0] * step
    return {
        "first": 1, "last": step, "epoch": 1, "losses": made, "grad_norms": made,
        "learning_rate": 3e-4, "seconds": 0.1, "duration": 0.1, "tokens": 100,
    }  # fmt: skip
