"""The page of runs, by value: table, curves, panels side by side, files, disk."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from pages.ui.figures.palette import LIGHT
from pages.ui.runs import beside, exporting, importing, questions
from pages.ui.runs.figures.curves import Group, Line, figure
from pages.ui.serving import server
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.visit.identity import Visitor
from pages.ui.visit.session import Session
from rnncore.config import Config
from rnncore.errors import RnnError
from rnncore.probes.snapshot import Prober
from rnncore.runs.claim import CommandName
from rnncore.runs.curves import Curve
from rnncore.runs.flat import curves_table
from rnncore.runs.packing import pack
from rnncore.runs.records import Record, run_record
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.runs.tables import runs
from rnncore.text.corpus import load_corpus
from rnncore.text.own_texts import own_path, save_own_text
from rnncore.training.trainer import Trainer
from tests.pages.conftest import ME, Visit, components, query
from tests.pages.training import charts
from tests.runs.test_housekeeping import age
from tests.runs.test_summary import changed, measured, stretch

T = texts("en")
SMALL = Config(grammar_tokens=2000, hidden_size=8, embedding_size=4, time_size=5)
MARKUP = "<b>x</b> $y$ `z` **w**"


def entered(
    store: Store,
    *records: Record,
    config: Config = SMALL,
    owner: str | None = ME,
    name: str | None = None,
    **columns: Any,
) -> str:
    """A run with a frame, these records and columns."""
    run_id = store.create_run(config, owner=owner, watched=False)
    frame = Prober(Trainer(config, load_corpus(config))).run_view()
    store.append(run_id, [run_record(frame), *records])
    last = max((record.step for record in records), default=0)
    values = {"status": "paused", "reason": "asked", "step": last, "name": name, **columns}
    with store._database.transaction() as connection:
        connection.execute(update(runs).where(runs.c.id == run_id).values(values))
    return run_id


def curve_of(*bits: float) -> list[Record]:
    """Measured every ten updates."""
    points = [measured(10 * place, value) for place, value in enumerate(bits)]
    return [*points, stretch(10 * (len(bits) - 1), 2.0)]


def opened(visit: Visit, **values: str) -> AppTest:
    app = visit().switch_page("../runs.py")
    app.query_params.update({f"runs.{name}": value for name, value in values.items()})
    app.run()
    assert not app.exception
    return app


def table(app: AppTest) -> pd.DataFrame:
    (shown,) = app.dataframe
    return shown.value


def sides(app: AppTest) -> list[dict[str, Any]]:
    """What the live panels of the page were given."""
    return [given for given in components(app) if "panels" in given]


def said(app: AppTest) -> str:
    return "\n".join(
        str(each.value)
        for kind in ("caption", "markdown", "info", "error", "success")
        for each in app.get(kind)
    )


def row(store: Store, run_id: str) -> RunRow:
    found = store.run(run_id)
    assert found is not None
    return found


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
    assert list(shown["name"])[0] == "low" and list(shown["note"]) == ["a note", ""]
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
    assert "**own**: n = 1" in words
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
    traces = {trace["uid"]: trace for trace in json.loads(chart["figure"])["data"]}
    assert set(traces) == {"band0", "mean0", "run1"}
    assert traces["mean0"]["y"] == [32.0, 2**3.5]
    assert sorted(traces["band0"]["y"]) == pytest.approx([8.0, 16.0, 32.0, 32.0])
    assert traces["mean0"]["name"] == "2 seeds: Hidden size H 8"
    assert "alone" in chart["name"] and "perplexity 4 at update 10" in chart["name"]
    (apart,) = charts(opened(visit, scale="perplexity", seeds="0", best="1", across="tokens"))
    uids = [trace["uid"] for trace in json.loads(apart["figure"])["data"]]
    assert uids == ["run0", "best0", "run1", "best1", "run2", "best2"]
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


def test_runs_stand_side_by_side_at_the_same_update(visit: Visit, store: Store) -> None:
    one = entered(store, *curve_of(3, 2, 1.5), name="one")
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
    assert "Hidden size H 9" in said(app)


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


def test_exported_tables_are_read_back() -> None:
    columns = curves_table([Curve("a", (0, 10), (0, 50), (0.0, 1.0), (3.0, 2.0), None)])
    found = pd.read_parquet(io.BytesIO(exporting.as_parquet(columns)))
    assert found.to_dict("list") == columns


def test_a_run_is_exported_alone_and_tensorboard_says_what_to_install(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "available", lambda: False)
    one, two = entered(store), entered(store)
    app = opened(visit, chosen=one)
    labels = {button.proto.label for button in app.get("download_button")}
    assert labels == {"CSV", "Parquet", "TensorBoard", T("runs.export.file", suffix=".rnnrun")}
    assert "rnn\\-explorer\\[tensorboard\\]" in said(app)
    several = opened(visit, chosen=f"{one},{two}").get("download_button")
    assert T("runs.export.file", suffix=".rnnrun") not in {each.proto.label for each in several}


def test_a_file_becomes_a_run_of_whoever_opens_it(store: Store) -> None:
    theirs = entered(store, *curve_of(3, 2), owner="somebody", name="theirs")
    data = pack(store, row(store, theirs))
    came = importing.enter(Session("en", Visitor(ME)), data, "a.rnnrun")
    assert row(store, came).owner == ME and came != theirs
    assert row(store, came).name == "theirs"


def test_a_file_with_what_no_page_can_draw_is_refused(store: Store) -> None:
    run_id = entered(store, *curve_of(3, 2))
    frame = store.records_after(run_id, kinds=("run",))[0].payload
    for wrong in ({"token_unit": "<b>"}, {"probe_states": [999] * len(frame["probe_tokens"])}):
        other = entered(store)
        store.append(other, [Record(0, "run", {**frame, **wrong})])
        with pytest.raises(RnnError) as caught:
            importing.enter(Session("en", Visitor(ME)), pack(store, row(store, other)), "a.rnnrun")
        assert caught.value.code == "run_file_damaged"


def test_a_file_names_no_text_that_is_not_the_visitors(store: Store) -> None:
    theirs = save_own_text("the sea and the sun, the sun and the sea. " * 60)
    store.access.allow(theirs, "somebody")
    for corpus in (theirs, __file__):
        run_id = store.create_run(SMALL.with_changes(corpus=corpus), owner=ME)
        data = pack(store, row(store, run_id))
        if corpus == theirs:
            data = without_text(data)
        with pytest.raises(RnnError) as caught:
            importing.enter(Session("en", Visitor(ME)), data, "a.rnnrun")
        assert caught.value.code in ("text_of_another", "corpus_not_offered")


def without_text(data: bytes) -> bytes:
    from tests.runs.test_run_file import TEXT, members, zipped

    content = members(data)
    del content[TEXT]
    return zipped(content)


def test_the_disk_is_told_and_cleaned_of_what_was_listed(
    visit: Visit, store: Store, home: Any
) -> None:
    old, kept = entered(store, name="old"), entered(store, name="kept", pinned=1)
    others = entered(store, name="others", owner="somebody")
    unused, used = (save_own_text(f"{word} sea and the sun. " * 60) for word in ("the", "a"))
    entered(store, config=SMALL.with_changes(corpus=used, batch_size=2), owner="somebody")
    for name in (unused, used):
        store.access.allow(name, ME)
        own_path(name).touch()
        import os

        os.utime(own_path(name), (1e9, 1e9))
    age(home, 40)
    app = opened(visit, idea="disk")
    words = said(app)
    assert "**old**" in words and "kept" not in words and "others" not in words
    assert "1 texts" in app.button(key="runs.clean").label
    app.button(key="runs.clean").click().run()
    assert {run.name for run in store.runs(None)} >= {"kept", "others"}
    assert store.run(old) is None and store.run(kept) is not None and store.run(others) is not None
    assert own_path(used).exists() and not own_path(unused).exists()
    assert T("runs.disk.nothing") in said(app)


def test_a_browser_without_streams_is_fed_by_the_page(visit: Visit, store: Store) -> None:
    run_id = entered(store, *curve_of(3, 2))
    shown = Session("en", Visitor(ME))
    shown.state(beside.Unstreamed).needed = True
    first, second = (beside._fed(shown, row(store, run_id)) for _ in range(2))
    assert first.stream is None and first.ops and second.batch == first.batch + 1
    assert server.hub() is not None
