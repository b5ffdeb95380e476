"""The page of states: its figures by value, and a visit to every idea."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.figures.palette import LIGHT
from pages.ui.states import network, silencing
from pages.ui.states.figures import agreement, clouds, coloured, knowledge, ranking, units
from pages.ui.states.figures.agreement import Share
from pages.ui.states.figures.clouds import Group, Path
from pages.ui.states.figures.coloured import Word
from pages.ui.states.ideas import IDEAS
from pages.ui.states.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.probes.knowledge import Knowledge
from rnncore.probes.silencing import Costs
from rnncore.text.own_texts import save_own_text
from tests.pages.conftest import Visit, query
from tests.pages.training import Training, charts

SAY = texts("en")
NASTY = "<b>x</b> | $y$ `z` **w** _v_ שלום 👩‍👧 %{q}\n" * 60
COSTS = Costs(
    np.array([2.0, 2.5, 2.1]),
    np.array([[4, 10, 0], [4, 5, 0], [3, 10, 0]]),
    np.array([4, 10, 0]),
    100,
    1.0,
)


def traces(figure: Any) -> dict[str, Any]:
    return {trace.uid: trace for trace in figure.data}


def test_units_are_ranked_by_what_is_lost() -> None:
    tracked = np.array([0.6, 0.9])
    columns = silencing.columns(COSTS, tracked)
    assert columns == {
        "bits": pytest.approx([0.5, 0.1]),
        "near": [1.0, 0.75],
        "far": [0.5, 1.0],
        "tracking": [0.6, 0.9],
    }
    orders = {by: silencing.order(COSTS, tracked, by) for by in columns}
    assert orders == {"bits": [0, 1], "near": [1, 0], "far": [0, 1], "tracking": [1, 0]}


def test_the_ranking_has_the_chosen_unit_whatever_its_rank() -> None:
    columns = {"bits": [i / 100 for i in range(30)], "far": [1 - i / 60 for i in range(30)]}
    order = list(range(29, -1, -1))
    found = traces(ranking.figure(columns, order, 2, LIGHT, SAY))["cells"]
    rows = [row[0] for row in found.customdata]
    assert rows == [*order[: ranking.SHOWN], 2]
    assert list(found.text[0]) == ["+0.290", "52%"]
    assert found.z[-1][0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("name", "value", "strength"),
    [("far", 1.0, 0), ("far", 0.5, 1), ("far", 0.2, 1), ("tracking", 0.75, 0.5), ("bits", -1, 0)],
)
def test_a_cell_is_the_stronger_the_more_is_lost(name: str, value: float, strength: float) -> None:
    assert ranking.strength(name, value) == pytest.approx(strength)


def test_a_text_is_coloured_token_by_token_and_its_surprise_drawn_below() -> None:
    words = [Word("the", -1.0, 2.0, 4.0), Word("<b>", 0.5, 99.0, 0.0)]
    found = traces(coloured.figure(words, LIGHT, SAY))
    assert list(found["tokens"].marker.color) == [-1.0, 0.5]
    assert list(found["words"].text) == ["the", "&lt;b&gt;"]
    assert list(found["bits"].y) == [0.2 * coloured.BAR, coloured.BAR]
    assert list(found["changed"].y) == [0.4 * coloured.BAR, 0]
    alone = traces(coloured.figure([word._replace(changed=None) for word in words], LIGHT, SAY))
    assert "changed" not in alone


def test_lines_hold_what_fits() -> None:
    places = coloured.arranged(["word"] * 100)
    assert {line for _, _, line in places} == set(range(4))
    assert all(left + width <= coloured.WIDTH for left, width, _ in places)
    (alone,) = coloured.arranged(["x" * 500])
    assert alone[2] == 0


def test_agreement_is_drawn_with_its_error() -> None:
    figure = agreement.figure([Share("far", 100, 0.9, 0.5)], LIGHT, SAY, silent=True)
    silenced = traces(figure)["silenced"]
    assert list(silenced.y) == [0.5]
    assert silenced.error_y.array[0] == pytest.approx(0.05)


def opened(visit: Visit, idea: str, **asked: str) -> AppTest:
    app = visit().switch_page("../states.py")
    app.query_params.update({"states.idea": idea, **asked})
    app.run()
    for _ in range(60):
        if charts(app) or app.exception or no_chart(app):
            break
        app.run()
    return app


def no_chart(app: AppTest) -> bool:
    """Whether the idea says that the text has nothing to draw."""
    return any(info.value == SAY("states.no_grammar") for info in app.info)


def drawn(app: AppTest, beginning: str) -> list[dict[str, Any]]:
    """The traces of the chart whose sentence begins so."""
    (found,) = (chart for chart in charts(app) if chart["name"].startswith(beginning))
    traces: list[dict[str, Any]] = json.loads(found["figure"])["data"]
    return traces


def text(app: AppTest) -> str:
    return " ".join(part.value for part in (*app.markdown, *app.caption, *app.info))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("idea", IDEAS)
def test_every_idea_opens(visit: Visit, idea: str, language: str) -> None:
    app = opened(visit, idea, lang=language)
    assert not app.exception and not app.error
    assert charts(app)
    assert texts(language)(f"states.predict.{idea}.question") in text(app)


@pytest.mark.parametrize("idea", IDEAS)
def test_every_question_is_answered_by_value(visit: Visit, idea: str) -> None:
    app = opened(visit, idea)
    key = f"predict.states.predict.{idea}"
    app.segmented_control(key=f"{key}.said").set_value(QUESTIONS[idea].options[0]).run()
    app.button(key=f"{key}.check").click().run()
    for _ in range(20):
        if "✓" in told(app) or "✗" in told(app):
            break
        app.run()
    assert told(app)[0] in "✓✗"
    assert "{" not in told(app) and "nan" not in told(app)


def told(app: AppTest) -> str:
    found = [part.value for part in app.markdown if part.value[:1] in "✓✗" and part.value]
    return found[0] if found else " "


def test_silencing_changes_text_samples_and_pairs_at_once(visit: Visit) -> None:
    app = opened(visit, "unit", **{"states.unit": "21"})
    before = text(app)
    assert len(drawn(app, "A text of")) == 3
    app.toggle(key="states.silent").set_value(True).run()
    assert query(app)["states.silent"] == "1"
    assert len(drawn(app, "A text of")) == 4
    after = text(app)
    assert "Samples without unit 21" not in before and SAY("states.pairs.silenced") in after
    samples = [[part for part in said.split("- ") if part[:1] in "✓✗"] for said in (before, after)]
    assert samples[0] != samples[1]


@pytest.mark.parametrize("name", ["nobody", "wrong_reason"])
def test_every_story_is_trained_and_told(visit: Visit, name: str) -> None:
    app = opened(visit, "unit", **{"states.network": name})
    assert not app.exception
    assert SAY(f"states.network.{name}_story") in text(app)
    assert name in network._trained()


@pytest.mark.parametrize("idea", IDEAS)
def test_an_own_text_is_data_whatever_it_holds(visit: Visit, idea: str) -> None:
    run = Training(corpus=save_own_text(NASTY), tokenizer="words", batch_size=2)
    run.advance(2)
    app = opened(visit, idea, run=run.id)
    assert not app.exception and not app.error
    assert "<b>x</b>" not in "".join(chart["figure"] for chart in charts(app))


def test_sizes_that_an_address_cannot_mean_change_nothing(visit: Visit) -> None:
    asked = {"unit": "-5", "rank": "<b>", "place": "99999999", "silent": "7", "network": "none"}
    app = opened(visit, "unit", **{f"states.{name}": value for name, value in asked.items()})
    assert not app.exception and not app.error


def test_points_are_grouped_and_paths_have_arrows() -> None:
    groups = [Group("<b>", [(0.0, 1.0)], ["a & b"]), Group("x", [(1, 1), (2, 2)], ["c", "d"])]
    paths = [Path(["the", "dog"], [(0, 0), (1, 2)]), Path(["the"], [(0, 0)])]
    figure = clouds.figure(groups, paths, ((-1, 3), (-1, 3)), LIGHT, SAY)
    found = traces(figure)
    assert found["cloud0"].name == "&lt;b&gt;" and list(found["cloud1"].x) == [1, 2]
    (arrow,) = figure.layout.annotations
    assert (arrow.ax, arrow.ay, arrow.x, arrow.y) == (0.54, 1.08, 0.6, 1.2)
    assert list(found["words0"].text) == ["the", "dog"]
    one = traces(clouds.figure(groups[1:], paths, ((0, 1), (0, 1)), LIGHT, SAY, [0.5, -0.5]))
    assert list(one["cloud0"].marker.color) == [0.5, -0.5]


def test_knowledge_is_drawn_with_both_baselines() -> None:
    stages = [Knowledge(0.4, 0.3, 0.45), Knowledge(0.9, 0.8, 0.92)]
    alone = Knowledge(0.6, 0.5, 0.47)
    found = traces(knowledge.figure([0, 10, 20], stages, alone, LIGHT, SAY))
    assert list(found["v"].y) == [0.4, 0.9] and list(found["probe"].y) == [0.45, 0.92]
    assert set(found["probe.token"].y) == {0.47} and set(found["probe.untrained"].y) == {0.45}
    assert "v.untrained" not in traces(knowledge.figure([0, 10], [], alone, LIGHT, SAY))


def test_the_heat_map_has_the_units_in_their_order() -> None:
    activity = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    figure = units.heat_map(activity, [2, 0], ["<b>", "b"], (1, 1), LIGHT, SAY)
    cells = traces(figure)["cells"]
    assert [list(row) for row in cells.z] == [[0.3, 0.6], [0.1, 0.4]]
    assert figure.layout.xaxis.ticktext[0] == "&lt;b&gt;"
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.x1) == (0.5, 1.5)


def test_a_sentence_is_drawn_as_it_is_typed_and_an_unknown_word_is_said(visit: Visit) -> None:
    app = opened(visit, "clouds", **{"states.sentence": "the cat sleeps"})
    assert "cat" in json.dumps(drawn(app, "320 states"))
    app.text_input(key="states.sentence").set_value("the zebra sleeps").run()
    (error,) = app.error
    assert "zebra" in error.value
    assert charts(app)


def test_the_frame_stays_while_the_training_is_gone_through(visit: Visit) -> None:
    frames, points = [], []
    for moment in ("0", "3", "99"):
        app = opened(visit, "clouds", **{"states.moment": moment})
        (chart,) = charts(app)
        figure = json.loads(chart["figure"])
        frames.append([figure["layout"][name]["range"] for name in ("xaxis", "yaxis")])
        points.append(figure["data"][0]["x"][:3])
    assert frames[0] == frames[1] == frames[2]
    assert points[0] != points[1] != points[2]


def test_colours_are_those_of_one_property(visit: Visit) -> None:
    for colour in ("phrase", "depth", "class", "next", "state", "unit"):
        app = opened(visit, "clouds", **{"states.colour": colour})
        assert not app.exception
        assert SAY(f"states.properties.{colour}") in text(app)


def test_what_states_know_stands_beside_both_baselines(visit: Visit) -> None:
    app = opened(visit, "grammar")
    for _ in range(60):
        if "A linear probe reads" in text(app) and len(drawn(app, "A linear")[0]["x"]) == 8:
            break
        app.run()
    (said,) = (part.value for part in app.markdown if part.value.startswith("A linear probe"))
    assert "token alone" in said and "untrained" in said
    graphs = [str(one.proto.spec) for one in app.get("graphviz_chart")]
    assert len(graphs) == 2 and graphs[0].count("fillcolor") == 12 + 1
    before = text(app)
    app.selectbox(key="states.cluster").set_value(5).run()
    assert query(app)["states.cluster"] == "5"
    assert text(app) != before


def test_a_text_without_a_grammar_says_what_is_absent(visit: Visit) -> None:
    run = Training(corpus="story-en", batch_size=2)
    run.advance(2)
    for idea in ("unit", "grammar"):
        app = opened(visit, idea, run=run.id)
        assert not app.exception
        assert SAY("states.no_grammar") in text(app)


@pytest.mark.parametrize("idea", IDEAS)
@pytest.mark.parametrize(("cell", "corpus"), [("lstm", "embedded-reber"), ("gru", "dyck-2")])
def test_every_idea_looks_into_every_kind_of_run(
    visit: Visit, idea: str, cell: str, corpus: str
) -> None:
    run = Training(corpus=corpus, cell=cell, layers="2")
    run.advance(2)
    app = opened(visit, idea, run=run.id)
    assert not app.exception and not app.error


def test_links_that_mean_nothing_open_every_idea(visit: Visit) -> None:
    for idea, asked in (
        ("clouds", {"moment": "-4", "colour": "<i>", "axes": "x", "unit": "999"}),
        ("grammar", {"clusters": "100000", "cluster": "-7"}),
        ("units", {"word": "123456789", "first": "-3", "last": "9999", "place": "-2"}),
    ):
        app = opened(visit, idea, **{f"states.{name}": value for name, value in asked.items()})
        assert not app.exception and not app.error, idea


def test_a_span_stands_in_the_address(visit: Visit) -> None:
    app = opened(visit, "units", **{"states.first": "3", "states.last": "7"})
    assert app.select_slider(key="states.first").value == 3
    app.select_slider(key="states.last").set_value(9).run()
    assert query(app)["states.last"] == "9"
