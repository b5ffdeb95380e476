"""The table of runs and their curves, by value, and what is done with those chosen."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from pages.ui.figures.palette import LIGHT
from pages.ui.runs.figures.curves import Group, Line, figure
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.runs.row import word_of
from rnncore.runs.store import Store
from tests.pages.conftest import ME, Visit, query
from tests.pages.stored import SMALL, curve_of, entered, opened, row, said, table
from tests.pages.sweeps import swept
from tests.pages.training import charts
from tests.runs.test_summary import measured

T = texts("en")
MARKUP = "<b>x</b> $y$ `z` **w**"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("idea", ["table", "compare", "latest"])
def test_without_runs_the_page_says_how_to_begin(visit: Visit, language: str, idea: str) -> None:
    app = visit(lang=language).switch_page("../runs.py")
    app.query_params["runs.idea"] = idea
    app.run()
    assert not app.exception
    assert texts(language)("runs.empty.says") in [info.value for info in app.info]
    assert charts(app) == [] and len(app.dataframe) == 0


def test_the_table_has_the_best_first_and_only_the_settings_that_differ(
    visit: Visit, store: Store
) -> None:
    entered(store, *curve_of(3, 1, 2), name="low", note="a note")
    entered(store, *curve_of(3, 2.5), measured(10, 2.25, "test"), config=SMALL.with_changes(seed=4))
    entered(store, owner="somebody", name="not mine")
    shown = table(opened(visit))
    assert list(shown["best"]) == [2.0, 2**2.5]
    assert list(shown["at"]) == [10, 10]
    assert shown["test"][1] == 2**2.25 and pd.isna(shown["test"][0])
    assert shown["name"][0] == "low" and list(shown["note"]) == ["a note", ""]
    assert list(shown["seed"]) == [0, 4]
    assert not {"hidden_size", "learning_rate", "changed", "pin"} & set(shown)
    assert list(shown["updates"]) == [20, 10] and list(shown["seconds"]) == [2.0, 2.0]


def test_branches_stand_below_their_parents_with_what_they_changed(
    visit: Visit, store: Store
) -> None:
    parent = entered(store, *curve_of(3, 2), name="parent", pinned=1)
    rates = SMALL.with_changes(learning_rate=0.01)
    branch = entered(store, *curve_of(3, 1), config=rates, name="child", parent=parent, branched=10)
    entered(store, *curve_of(3, 1.5), name="deep", config=rates, parent=branch, branched=10)
    entered(store, *curve_of(3, 0.5), name="orphan", parent="gone", branched=1)
    shown = table(opened(visit))
    assert list(shown["name"]) == ["parent", "└ child", "\u2003└ deep", "orphan"]
    assert list(shown["changed"]) == [
        "",
        "Learning rate 0.0003 → 0.01",
        T("runs.table.continued"),
        T("runs.table.parent_gone"),
    ]
    assert list(shown["pin"]) == ["✓", "", "", ""]


def test_words_texts_and_states_narrow_the_table(visit: Visit, store: Store) -> None:
    entered(store, name="Alpha", note="first try")
    entered(store, name="beta", config=SMALL.with_changes(cell="lstm"), status="finished")
    entered(store, name="gamma", config=SMALL.with_changes(corpus="reber"), pinned=1)

    def names(**values: str) -> list[str]:
        app = opened(visit, **values)
        return list(table(app)["name"]) if len(app.dataframe) else []

    assert set(names()) == {"Alpha", "beta", "gamma"}
    assert names(search="alpha TRY") == ["Alpha"]
    assert names(search="cell=lstm") == ["beta"]
    assert names(text="reber") == ["gamma"] == names(state="pinned")
    assert names(state="finished") == ["beta"]
    assert set(names(state="nothing", text="nothing")) == {"Alpha", "beta", "gamma"}
    assert names(search="nowhere") == []
    entered(store, name="trial", series="a sweep")
    assert names(state="trials") == ["trial"]
    assert set(names(state="by_hand")) == {"Alpha", "beta", "gamma"}


def test_the_table_says_how_a_run_has_ended(visit: Visit, store: Store) -> None:
    for name, status, reason in (
        ("a", "finished", "completed"),
        ("b", "finished", "stopped"),
        ("c", "finished", "diverged"),
        ("d", "paused", "asked"),
    ):
        entered(store, name=name, status=status, reason=reason)
    sweep = swept(store, 2.0, 2.0, 2.0, going=False)
    further = sweep.trials[2].run_id
    with store.database.transaction() as connection:  # each has stopped at its budget
        connection.exec_driver_sql("UPDATE runs SET reason = 'stopped' WHERE series IS NOT NULL")
        connection.exec_driver_sql("UPDATE trials SET status = 'pruned' WHERE number > 0")
        connection.exec_driver_sql("UPDATE runs SET step = step + 1 WHERE id = ?", (further,))
    shown = table(opened(visit))
    ended = dict(zip(shown["name"], shown["status"], strict=True))
    of_trials = [ended.pop(word_of(str(trial.run_id))) for trial in sweep.trials]
    told = [ended[name] for name in sorted(ended)]
    assert told == ["Finished", "Stopped", "Diverged", "Paused"]
    assert of_trials == ["Finished", "Ended early", "Finished"]


def test_where_no_run_fits_the_page_says_so_and_shows_all_again(visit: Visit, store: Store) -> None:
    entered(store, *curve_of(3, 2))
    app = opened(visit, search="nowhere", text="tiny-english", state="paused")
    assert T("runs.table.none") in said(app)
    assert T("runs.curves.none") not in said(app)  # much has been measured
    app.button(key="runs.every").click().run()
    assert len(table(app)) == 1 and len(charts(app)) == 1
    assert not {"runs.search", "runs.text", "runs.state"} & set(query(app))


def test_a_name_is_text_wherever_it_stands(visit: Visit, store: Store) -> None:
    run_id = entered(store, *curve_of(3, 2), name=MARKUP)
    other = entered(store, *curve_of(3, 1), name="<img src=x onerror=alert(1)>")
    app = opened(visit, chosen=f"{run_id},{other}")
    assert MARKUP in list(table(app)["name"])  # cells are no markup
    (chart,) = charts(app)
    assert "<b>x</b>" not in chart["figure"] and "<img" not in chart["figure"]
    assert all("<img" not in each.value for each in app.markdown)
    app = opened(visit, compare=f"{run_id},{other}")
    assert "**w**" not in "".join(link.proto.label for link in app.get("page_link"))


def test_name_note_and_pin_are_kept(visit: Visit, store: Store) -> None:
    run_id = entered(store)
    app = opened(visit, chosen=run_id)
    app.text_input(key=f"runs.name.{run_id}").set_value(" mine ").run()
    app.text_input(key=f"runs.note.{run_id}").set_value("why").run()
    app.button(key="runs.pin").click().run()
    found = row(store, run_id)
    assert (found.name, found.note, found.pinned) == ("mine", "why", 1)
    assert list(table(app)["name"]) == ["mine"]
    app.button(key="runs.pin").click().run()
    assert row(store, run_id).pinned == 0


def test_deleting_says_what_goes_and_takes_only_ones_own(visit: Visit, store: Store) -> None:
    own, given = entered(store, name="own"), entered(store, owner="somebody", name="given")
    store.access.allow(given, ME)
    busy = entered(store, status="waiting")
    app = visit().switch_page("../runs.py")
    app.query_params["runs.chosen"] = f"{own},{given},{busy}"
    app.session_state["runs.delete"] = True
    app.run()
    words = said(app)
    assert "**own**, with all records" in words
    assert T("runs.chosen.not_yours", n=1) in words and T("runs.chosen.busy", n=1) in words
    app.button(key="runs.confirm").click().run()
    assert not app.exception
    assert {run.id for run in store.runs(None)} == {given, busy}
    assert "runs.chosen" not in query(app)


def test_curves_are_drawn_in_bits_above_a_common_floor_and_seeds_as_one(
    visit: Visit, store: Store
) -> None:
    for seed, bits in ((0, 3.0), (1, 4.0)):
        entered(store, *curve_of(5, bits), config=SMALL.with_changes(seed=seed))
    entered(store, *curve_of(5, 2.0), config=SMALL.with_changes(hidden_size=9), name="alone")
    (chart,) = charts(opened(visit, scale="perplexity"))
    band, mean, alone = json.loads(chart["figure"])["data"]
    assert mean["y"] == pytest.approx([32.0, 2**3.5])
    assert sorted(band["y"]) == pytest.approx([8.0, 16.0, 32.0, 32.0])
    assert (mean["name"], alone["name"]) == ("2 seeds: Hidden size H 8", "alone")
    assert "alone" in chart["name"] and "perplexity 4 at update 10" in chart["name"]
    (apart,) = charts(opened(visit, scale="perplexity", seeds="0", best="1", across="tokens"))
    drawn = json.loads(apart["figure"])["data"]
    assert [trace.get("showlegend", True) for trace in drawn] == [False, True] * 3
    assert drawn[0]["x"] == [0, 10 * SMALL.batch_size * SMALL.time_size]
    (above,) = charts(opened(visit))
    assert "bits above the floor" in above["figure"]


def test_runs_on_different_texts_have_no_common_floor(visit: Visit, store: Store) -> None:
    entered(store, *curve_of(5, 3))
    entered(store, *curve_of(5, 3), config=SMALL.with_changes(corpus="reber"))
    app = opened(visit, scale="above")
    (chart,) = charts(app)
    assert T("runs.curves.axis_perplexity") in chart["figure"]
    assert T("runs.table.texts", n=2) in said(app)


def test_a_best_so_far_lies_over_its_measurements() -> None:
    lines = [Line("a", "a", (0, 1, 2), (4.0, 2.0, 3.0), (4.0, 2.0, 2.0))]
    groups = [Group("2 seeds", "2 seeds", (0, 1), (3.0, 2.0), (2.0, 1.0), (4.0, 3.0))]
    drawn = figure(lines, groups, "updates", "perplexity", LIGHT, T)
    assert [trace.uid for trace in drawn.data] == ["band0", "mean0", "run1", "best1"]
    assert drawn.data[0].y == (4.0, 3.0, 1.0, 2.0)
    assert drawn.data[3].y == (4.0, 2.0, 2.0) and drawn.data[3].line.shape == "hv"
    assert [trace.name for trace in drawn.data if trace.showlegend is not False] == ["2 seeds", "a"]
