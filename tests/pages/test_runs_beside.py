"""Runs side by side: the same update, live, started together, asked about before shown."""

from __future__ import annotations

from typing import Any

import pytest

from pages.ui.runs import beside, questions
from pages.ui.streaming.encoding import state_of
from pages.ui.visit.i18n import texts
from pages.ui.visit.identity import Visitor
from pages.ui.visit.session import Session
from rnncore.runs.claim import CommandName
from rnncore.runs.records import cloud_record
from rnncore.runs.store import Store
from rnncore.views import CloudView
from tests.pages.conftest import ME, Visit
from tests.pages.stored import SMALL, curve_of, entered, opened, row, said, sides
from tests.runs.test_summary import changed, stretch

T = texts("en")
VALID = ("readout", "valid")


def test_runs_stand_side_by_side_at_the_same_update(visit: Visit, store: Store) -> None:
    one = entered(store, *curve_of(3, 2, 1.5), stretch(8, 1.0), name="one")
    two = entered(store, *curve_of(3, 2.5), config=SMALL.with_changes(hidden_size=9), name="two")
    app = opened(visit, compare=f"{one},{two}")
    found = sides(app)
    assert [side["revision"] for side in found] == [f"{one}@101", f"{two}@101"]
    assert [side["link"] for side in found] == [{"group": "beside", "at": 10}] * 2
    assert [side["stream"] for side in found] == [None, None]
    assert [panel["id"] for panel in found[0]["panels"]] == [
        *("perplexity", "gradients", "states", "samples")
    ]
    drawn = [op for op in found[0]["ops"] if op["op"] == "extend" and op["trace"] == "valid"]
    assert [x for op in drawn for x in op["x"]] == [0, 10, 20]  # the curve goes on
    told = [
        op["value"] for op in found[0]["ops"] if op["op"] == "readout" and op["name"] == "valid"
    ]
    assert told[-1] == 4.0  # what is told is of that update
    assert [op["done"] for op in found[0]["ops"] if op["op"] == "progress"][-1:] == [10]
    for side in found:  # the shorter curve leaves as much room as the longer one
        axes = side["panels"][0]["plot"]["dark"]["layout"]["xaxis"]
        assert axes["autorangeoptions"]["include"][-1] == 20
    assert "Hidden size H 9" in said(app)


def test_the_strip_says_how_a_run_has_ended_unless_its_sweep_knows_better(
    visit: Visit, store: Store
) -> None:
    ended: dict[str, Any] = {"status": "finished", "reason": "stopped"}
    one, two = (entered(store, *curve_of(3, 2), series=series, **ended) for series in (None, "s"))
    assert [side["strip"]["standing"] for side in sides(opened(visit, compare=f"{one},{two}"))] == [
        *("stopped", "finished"),
    ]
    assert [state_of(row(store, run_id), {})["standing"] for run_id in (one, two)] == [
        *("stopped", "finished"),
    ]


def test_no_cloud_of_another_time_lies_behind_a_path(visit: Visit, store: Store) -> None:
    clouds = [cloud_record(CloudView(step, ((0.0, float(step)),))) for step in (0, 20)]
    one = entered(store, *curve_of(3, 2, 1), *clouds)
    two = entered(store, *curve_of(3, 2))

    def drawn(**values: str) -> list[int]:
        left, _ = sides(opened(visit, compare=f"{one},{two}", **values))
        return [op["step"] for op in left["ops"] if op.get("trace") == "cloud"]

    assert drawn() == []  # after 10 updates
    assert drawn(at="0") == [0]


def test_runs_that_train_are_streamed(visit: Visit, store: Store) -> None:
    one, two = entered(store, *curve_of(3, 2)), entered(store, *curve_of(3, 2), status="waiting")
    found = sides(opened(visit, compare=f"{one},{two}"))
    assert [side["stream"] for side in found] == [f"live/{one}", f"live/{two}"]
    assert [side["link"]["at"] for side in found] == [None, None]


def test_one_button_starts_all_that_are_ones_own(
    visit: Visit, store: Store, sent: list[tuple[str, CommandName, Any]]
) -> None:
    ready, paused = entered(store, status="ready"), entered(store, *curve_of(3, 2))
    over = entered(store, *curve_of(3, 2), status="finished", reason="completed")
    app = opened(visit, compare=f"{ready},{paused},{over}")
    app.button(key="runs.start").click().run()
    assert sent == [(ready, "start", None), (paused, "resume", None)]
    app.button(key="runs.pause").click().run()
    assert sent[2:] == [(ready, "pause", None), (paused, "pause", None)]


def test_the_runs_of_others_can_be_watched_alone(visit: Visit, store: Store) -> None:
    one, two = (entered(store, *curve_of(3, 2), owner="somebody") for _ in range(2))
    app = opened(visit, compare=f"{one},{two}")
    assert len(sides(app)) == 2 and T("runs.compare.watching") in said(app)
    assert not [button for button in app.button if button.key in ("runs.start", "runs.pause")]


@pytest.mark.parametrize("ids", ["nowhere", "../../etc", "a,b,c,d", ",", "<b>"])
def test_an_address_that_names_no_runs_lets_some_be_chosen(
    visit: Visit, store: Store, ids: str
) -> None:
    entered(store, *curve_of(3, 2))
    app = opened(visit, compare=ids)
    assert sides(app) == [] and len(app.multiselect) == 1


def test_a_branch_asks_before_it_shows(visit: Visit, store: Store) -> None:
    parent = entered(store, *curve_of(5, 4, 3, 2), name="parent")
    records = [*curve_of(5, 4, 3.5, 3), changed(10, "learning_rate", 3e-4, 1e-2)]
    branch = entered(store, *records, name="child", parent=parent, branched=10)
    app = opened(visit, compare=f"{parent},{branch}")
    question = T("runs.predict.branch.question")
    assert f"**{question}**" in said(app)
    late = [x for op in sides(app)[0]["ops"] if op["op"] == "extend" for x in op["x"] if x > 10]
    assert late == []  # the answer is kept back
    key = "predict.runs.predict.branch"
    app.segmented_control(key=f"{key}.said").set_value("branch").run()
    app.button(key=f"{key}.check").click().run()
    told = said(app)
    assert "✗" in told and "child has 3.000 bits and parent 2.000" in told
    assert sides(app)[0]["link"]["at"] == 30


def test_a_branch_that_has_not_trained_yet_is_shown_with_its_question(
    visit: Visit, store: Store
) -> None:
    parent = entered(store, *curve_of(5, 4))
    branch = entered(store, *curve_of(5, 4), parent=parent, branched=10)
    app = opened(visit, compare=f"{branch},{parent}")
    assert T("runs.compare.kept_back") not in said(app)
    key = "predict.runs.predict.branch"
    app.segmented_control(key=f"{key}.said").set_value("same").run()
    app.button(key=f"{key}.check").click().run()
    assert T("runs.predict.branch.waits") in [info.value for info in app.info]


def test_how_many_runs_end_worse_than_they_were(store: Store) -> None:
    for bits in ((3, 1, 2), (3, 2, 2.005), (3, 1, 1.5), (2, 1)):
        entered(store, *curve_of(*bits))
    found = store.summaries.of(store.runs_of(ME))
    answer = questions.ends_answer(Session("en"), found)
    assert answer == ("half", {"worse": "2", "of": "4"})
    assert questions.ends_answer(Session("en"), []) is None


def test_the_latest_run_is_whichever_began_last(visit: Visit, store: Store) -> None:
    entered(store, *curve_of(3, 2), created=1.0)
    app = opened(visit, idea="latest")
    newest = entered(store, *curve_of(3, 2))
    (side,) = sides(app.run())
    assert (side["stream"], side["link"]) == (f"live/{newest}", None)


def test_a_browser_without_streams_is_fed_by_the_page(visit: Visit, store: Store) -> None:
    run_id = entered(store, *curve_of(3, 2))
    shown = Session("en", Visitor(ME))
    shown.state(beside.Unstreamed).needed = True
    first, second = (beside._fed(shown, row(store, run_id)) for _ in range(2))
    assert first.stream is None and first.ops and second.batch == first.batch + 1
