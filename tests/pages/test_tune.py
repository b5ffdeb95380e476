"""A sweep on its page: live controls, what is selected, and going on by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visit.i18n import texts
from rnncore.runs.claim import CommandName
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.text.own_texts import save_own_text
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.pages.conftest import ME, Visit, query
from tests.pages.sweeps import only, open_sweep, said, start, swept
from tests.pages.training import charts
from tests.runs.support import Launcher, checkpoint_file, run_of
from tests.sweeps.support import Sweep, finish

T = texts("en")


def figure(app: AppTest, keyed: int) -> dict[str, Any]:
    return dict(json.loads(charts(app)[keyed]["figure"]))


def table(app: AppTest) -> Any:
    return app.dataframe[0].value


def test_the_table_and_the_curves_hold_the_trials_the_best_first(
    visit: Visit, store: Store
) -> None:
    sweep = swept(store, 2.0, None, 1.5, going=False)
    app = open_sweep(visit, sweep)
    found = table(app)
    assert list(found["Trial"]) == [3, 1, 2]
    assert list(found["Perplexity"])[:2] == [2**1.5, 4.0]
    assert list(found["State"]) == ["complete", "complete", "diverged"]
    rates = [f"{sweep.trials[n].settings['learning_rate']:.4g}" for n in (2, 0, 1)]
    assert list(found["Learning rate"]) == rates
    assert "Sweep complete: 3 of 3 trials have ended · 2 complete · 1 diverged" in said(app)
    assert "**Best held-out perplexity 2.828** in trial 3" in said(app)
    parallel, curves = figure(app, 0), figure(app, 1)
    assert "diverged" in {one["text"] for one in parallel["layout"]["annotations"]}
    drawn = [value for trace in curves["data"] for value in trace["y"] if value is not None]
    assert {8.0, 4.0, 2**2.5, 2**1.5} <= {round(value, 10) for value in map(float, drawn)} | {
        2**2.5,
        2**1.5,
    }


def test_brushes_filter_table_figures_and_texts_and_one_button_clears_them(
    visit: Visit, store: Store
) -> None:
    sweep = swept(store, 2.0, 3.0, None, 1.5, going=False)
    app = open_sweep(visit, sweep, brush="bits:1.4~2.1")
    assert list(table(app)["Trial"]) == [4, 1]
    assert "**2** of 4 trials" in said(app)
    chip = app.button(key="tune.chip.bits")
    assert chip.label == r"Perplexity 2\.64 – 4\.29"
    app = open_sweep(visit, sweep, brush="hidden_size:8~8;bits:1.4~inf", top="60")
    sized = [n + 1 for n, one in enumerate(sweep.trials) if one.settings["hidden_size"] == 8]
    best = {1, 4}
    assert list(table(app)["Trial"]) == [n for n in (4, 1) if n in sized and n in best]
    app.button(key="tune.chip.top").click().run()
    assert query(app).get("tune.top") is None and "tune.brush" in query(app)
    app.button(key="tune.clear").click().run()
    assert len(table(app)) == 4 and "tune.brush" not in query(app)
    assert not app.exception


def test_the_best_percent_are_selected(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0, 3.0, 2.5, 1.5, going=False)
    app = open_sweep(visit, sweep)
    app.select_slider(key="tune.top").set_value(50).run()
    assert list(table(app)["Trial"]) == [4, 1]
    assert query(app)["tune.top"] == "50"


@pytest.mark.parametrize("idea", ["search", "influence", "multiples"])
@pytest.mark.parametrize("bits", [(), (2.0,), (2.0, None, 1.5)])
def test_every_view_opens_whatever_has_been_measured(
    visit: Visit, store: Store, idea: str, bits: tuple[float | None, ...]
) -> None:
    sweep = swept(store, *bits)
    app = open_sweep(visit, sweep, idea=idea, view="columns", below="best")
    assert not app.error
    app = open_sweep(visit, sweep, idea=idea, below="texts", shown="influence")
    assert not app.error


def box(app: AppTest, beginning: str) -> Any:
    """The text box whose key begins so."""
    return next(one for one in app.text_input if str(one.key).startswith(beginning))


def test_live_controls_reach_the_sweep(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0, 1.5)
    app = open_sweep(visit, sweep)
    start(app).click().run()
    assert only(store).status == "paused"
    start(app).click().run()
    assert only(store).status == "running"
    app.number_input(key="tune.workers.1").set_value(3).run()
    assert only(store).workers == 3
    low, high = (box(app, f"tune.{end}.{sweep.id}") for end in ("low", "high"))
    low.set_value("0.002")
    high.set_value("0,5").run()
    app.button(key="tune.set_range.learning_rate").click().run()
    axis = only(store).plan.ranges["learning_rate"]
    assert (axis.low, axis.high) == (0.002, 0.5)
    app.number_input(key="tune.more").set_value(5).run()
    before = only(store).plan.trials
    app.button(key="tune.add_trials").click().run()
    assert only(store).plan.trials == before + 5
    own = box(app, f"tune.own.{sweep.id}.learning_rate")
    own.set_value("0.03").run()
    app.button(key="tune.queue").click().run()
    assert [one.settings["learning_rate"] for one in sweep.trials][-1] == 0.03
    app.button(key="tune.stop").click().run()
    assert only(store).status == "stopped" and not app.exception and not app.error


def test_what_cannot_be_altered_is_said_and_nothing_changes(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0)
    app = open_sweep(visit, sweep)
    low = box(app, f"tune.low.{sweep.id}")
    low.set_value("5").run()
    app.button(key="tune.set_range.learning_rate").click().run()
    assert len(app.error) == 1 and not app.exception
    assert only(store).plan.ranges["learning_rate"].low == 0.001


def test_the_advice_is_followed_by_a_click(visit: Visit, store: Store) -> None:
    sweep = swept(store, *[0.0] * 16, going=False)
    with store.database.transaction() as connection:
        rates = [one.settings["learning_rate"] for one in sweep.trials]
        for number, rate in enumerate(rates):
            connection.exec_driver_sql(
                "UPDATE trials SET value = ? WHERE number = ?", (3 + rate, number)
            )
    app = open_sweep(visit, sweep)
    assert "**Learning rate** mattered most" in said(app)
    assert "at the end of the range" in said(app)
    app.button(key="tune.follow").click().run()
    plan = only(store).plan
    assert plan.ranges["learning_rate"].low < 0.001 and plan.trials == 28


@pytest.mark.parametrize(
    ("owner", "words"), [("somebody else 12", "watching"), (None, "watching_nobody")]
)
def test_others_only_watch(visit: Visit, store: Store, owner: str | None, words: str) -> None:
    app = open_sweep(visit, swept(store, 2.0, owner=owner))
    keys = {button.key for button in app.button}
    assert T(f"tune.{words}") in said(app)
    assert not keys & {"primary", "tune.stop", "tune.queue", "tune.add_trials", "tune.follow"}


def trained(store: Store, sweep: Sweep, number: int) -> str:
    """Give the run of a trial a checkpoint."""
    run_id = sweep.trials[number].run_id
    assert run_id is not None
    config = run_of(store, run_id).config
    trainer = Trainer(config, load_corpus(config))
    for _ in range(20):
        trainer.step()
    path = checkpoint_file(run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.save(path, trainer)
    return run_id


def test_a_chosen_trial_is_the_run_of_all_pages_and_goes_on_by_hand(
    visit: Visit, store: Store, launcher: Launcher, sent: list[tuple[str, CommandName, Any]]
) -> None:
    sweep = swept(store, 2.0, 1.5, going=False)
    run_id = trained(store, sweep, 1)
    app = open_sweep(visit, sweep)
    assert T("tune.choose") in said(app)
    app.query_params["run"] = run_id
    app.run()
    assert "**Trial 2**" in said(app)
    app.button(key="tune.by_hand").click().run()
    assert not app.exception and not app.error
    child = run_of(store, query(app)["run"])
    assert (child.parent, child.branched, child.owner, child.series) == (run_id, 20, ME, None)
    assert child.name == T("tune.by_hand_name", n=2)
    assert launcher.launched[-1] == child.id
    assert [command for run, command, _ in sent if run == child.id] == ["extend"]  # paused
    assert "tune.sweep" not in query(app)  # it is the Overview now
    made = store.present_settings(child)
    assert made["learning_rate"] == sweep.trials[1].settings["learning_rate"]
    assert len(sweep.trials) == 2


def test_a_run_made_by_hand_counts_as_a_trial(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0)
    made = sweep.plan.config({"learning_rate": 0.02, "hidden_size": 8})
    run_id = store.create_run(made, owner=ME)
    finish(store, run_id, [2.0, 1.25], "stopped")
    app = open_sweep(visit, sweep)
    app.query_params["run"] = run_id
    app.run()
    app.button(key="tune.adopt").click().run()
    assert not app.exception and not app.error
    trial = sweep.trials[-1]
    assert (trial.run_id, trial.value, trial.settings["learning_rate"]) == (run_id, 1.25, 0.02)
    assert "**Best held-out perplexity 2.378**" in said(app)


def test_one_trial_is_stopped(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0)
    going = next(one for one in sweep.trials if not one.ended and one.run_id)
    app = open_sweep(visit, sweep)
    app.query_params["run"] = str(going.run_id)
    app.run()
    app.button(key="tune.stop_trial").click().run()
    assert sweep.trials[going.number].status == "stopped" and only(store).status == "running"


def test_questions_are_answered_by_the_sweep(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0, 3.0, 3.1, 3.2, 3.3, going=False)
    app = open_sweep(visit, sweep)
    key = "predict.tune.predict.search"
    app.segmented_control(key=f"{key}.said").set_value("few").run()
    app.button(key=f"{key}.check").click().run()
    assert "1 of 5 trials came within 5 % of the best" in said(app)
    app = open_sweep(visit, sweep, idea="influence")
    assert T("tune.kept_back") in said(app)


def test_a_new_sweep_begins_from_the_plan_of_the_one_before(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0, 1.5, going=False)
    app = open_sweep(visit, sweep, brush="bits:0~3")
    app.button(key="tune.new").click().run()
    assert not app.exception and not app.error
    found = query(app)
    assert found["tune.space"] == "learning_rate:0.001~0.1;hidden_size:8|16"
    assert (found["tune.trials"], found["tune.updates"], found["time_size"]) == ("2", "100", "5")
    assert not {"tune.sweep", "tune.brush"} & found.keys()


def test_the_text_of_another_visitor_stays_theirs(visit: Visit, store: Store) -> None:
    text = save_own_text("the cat sat on the mat and the dog sat on the cat " * 40)
    store.access.allow(text, "somebody else 12")
    base = {"corpus": text, "tokenizer": "words", "embedding_size": 4, "batch_size": 2}
    sweep = swept(store, 2.0, owner="somebody else 12", base=base)
    app = open_sweep(visit, sweep)
    app.button(key="tune.new").click().run()
    assert not app.exception and len(app.error) == 1
    assert "corpus" not in query(app)


def test_a_sweep_at_rest_is_removed_and_the_runs_of_its_trials_stay(
    visit: Visit, store: Store
) -> None:
    sweep = swept(store, 2.0, 1.5, going=False)
    run_ids = [str(trial.run_id) for trial in sweep.trials]
    app = open_sweep(visit, sweep)
    assert any("2" in one.value and "page of runs" in one.value for one in app.markdown)
    app.button(key="tune.confirm").click().run()
    assert not app.exception and not app.error
    assert sweep.book.row(sweep.id) is None
    assert "tune.sweep" not in query(app)
    assert len(run_ids) == 2 and all(store.run(run_id) is not None for run_id in run_ids)


def test_a_sweep_that_goes_on_again_is_not_removed(visit: Visit, store: Store) -> None:
    sweep = swept(store, 2.0, 1.5, going=False)
    app = open_sweep(visit, sweep)
    sweep.book.add_trials(sweep.id, 3)
    sweep.book.resume(sweep.id)
    app.button(key="tune.confirm").click().run()
    assert "still on" in app.error[0].value
    assert sweep.book.row(sweep.id) is not None


def test_a_sweep_that_goes_on_offers_no_removal(visit: Visit, store: Store) -> None:
    app = open_sweep(visit, swept(store, 2.0, going=True))
    assert not [button for button in app.button if button.key == "tune.confirm"]
