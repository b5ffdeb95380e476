"""The page of states: its figures by value, and a visit to every idea."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.figures.palette import LIGHT
from pages.ui.states import network, silencing
from pages.ui.states.figures import agreement, coloured, ranking
from pages.ui.states.figures.agreement import Share
from pages.ui.states.figures.coloured import Word
from pages.ui.states.ideas import IDEAS
from pages.ui.states.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
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
        if charts(app) or app.exception:
            break
        app.run()
    return app


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
