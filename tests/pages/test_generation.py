"""The page of generation: its figures by value, and a visit to every idea."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.figures.palette import DARK, LIGHT, ink
from pages.ui.generation.figures import beam, next_token, surprise
from pages.ui.generation.ideas import IDEAS
from pages.ui.generation.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.widgets.coloured_text import shade
from rnncore.beam_search import Beam, Node
from rnncore.probes.continuations import Next
from rnncore.probes.surprise import Told
from rnncore.text.own_texts import save_own_text
from tests.pages.conftest import Visit, query
from tests.pages.training import Training, charts

SAY = texts("en")
NASTY = "<b>x</b> | $y$ `z` **w** _v_ שלום 👩‍👧 %{q}\n" * 60
P = np.array([0.5, 0.25, 0.25])


def traces(figure: Any) -> dict[str, Any]:
    return {trace.uid: trace for trace in figure.data}


def test_columns_are_drawn_by_value_and_cut_tokens_in_grey() -> None:
    steps = Next(np.array([2.0, -1.5, 0.5]), P, np.array([0.6, 0.1, 0.3]), np.array([1.0, 0, 0]))
    rows = next_token.rows(steps, np.array([0.5, 0.5, 0]), ["a", "<b>", "c"])
    drawn = traces(next_token.figure(rows, 0.5, LIGHT, SAY))
    assert list(drawn) == ["logit", "raw", "tempered", "final", "true"]
    assert [row.word for row in rows] == ["a", "&lt;b&gt;", "c"]
    assert list(drawn["logit"].text) == ["2.00", "−1.50", "0.50"]
    assert list(drawn["final"].text) == ["100%", "cut", "cut"]
    assert list(drawn["final"].customdata) == [0, 1, 2]
    assert list(drawn["raw"].marker.color) == [LIGHT.train, LIGHT.start, LIGHT.start]
    assert list(drawn["true"].x) == [0.5, 0.5, 0]


def test_all_other_tokens_have_a_row_together() -> None:
    p = np.full(40, 1 / 40)
    rows = next_token.rows(Next(p, p, p, p), None, [str(i) for i in range(40)])
    assert len(rows) == next_token.SHOWN + 1
    assert (rows[-1].word, rows[-1].token, rows[-1].logit) == ("+ 28", None, None)
    assert sum(row.final for row in rows) == pytest.approx(1)
    assert "true" not in traces(next_token.figure(rows, 1.0, LIGHT, SAY))


def test_the_tree_is_drawn_by_value() -> None:
    found = Beam(
        (
            (Node(0, 0, 1.0, True), Node(1, 0, 1.5, True), Node(2, 0, 3.0, False)),
            (Node(2, 1, 2.0, True), Node(0, 0, 2.5, True), Node(1, 1, 4.0, False)),
        )
    )
    nodes = beam.tree(found, ["a", "<b>", "c"])
    fates = [node.fate for node in nodes]
    assert fates == ["kept", "best", "dropped", "best", "kept", "dropped"]
    assert nodes[3].way == (1, 2) and found.path() == [1, 2]
    drawn = traces(beam.figure(nodes, LIGHT, SAY))
    assert list(drawn["nodes_best"].text) == ["<b>&lt;b&gt;</b>", "<b>c</b>"]
    assert [list(way) for way in drawn["nodes_dropped"].customdata] == [[2], [1, 1]]
    assert list(drawn["best"].y) == [0, 1, None, 1, 0, None]


def test_surprise_entropy_and_truth_are_drawn_by_value() -> None:
    told = (
        Told(0, 3.0, 2.0, 1.0, 1.0, (0,), (0.1,), 1),
        Told(1, 0.5, 1.0, None, None, (1,), (0.7,), 1),
    )
    drawn = traces(surprise.figure(told, ["a", "<b>"], 1, LIGHT, SAY))
    assert list(drawn["surprise"].y) == [3, 0.5] and list(drawn["entropy"].y) == [2, 1]
    assert list(drawn["truth"].x) == [0] and list(drawn["truth"].y) == [1]
    assert list(drawn["surprise"].marker.color) == [LIGHT.held_out, LIGHT.accent]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_shade_says_sign_and_size(palette: Any) -> None:
    assert shade(0, 5, palette) == palette.ground
    assert shade(9, 5, palette) == shade(5, 5, palette) != shade(-5, 5, palette)
    assert ink(shade(5, 5, palette)) in ("#000000", "#FFFFFF")


def opened(visit: Visit, idea: str, **asked: str) -> AppTest:
    app = visit().switch_page("../generation.py")
    values = {f"generation.{name}": value for name, value in asked.items() if name not in FREE}
    free = {name: value for name, value in asked.items() if name in FREE}
    app.query_params.update({"generation.idea": idea, **values, **free})
    return app.run()


FREE = ("lang", "run")


def text(app: AppTest) -> str:
    return " ".join(part.value for part in (*app.markdown, *app.caption))


def coloured(app: AppTest) -> dict[str, Any]:
    given = [json.loads(part.proto.json) for part in app.get("bidi_component")]
    (found,) = [data for data in given if "spaced" in data]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("idea", IDEAS)
def test_every_idea_opens(visit: Visit, idea: str, language: str) -> None:
    app = opened(visit, idea, lang=language)
    assert not app.exception and not app.error
    assert charts(app) or coloured(app)
    assert texts(language)(f"generation.predict.{idea}.question") in text(app)


@pytest.mark.parametrize("idea", IDEAS)
def test_an_own_text_is_data_whatever_it_holds(visit: Visit, idea: str) -> None:
    run = Training(corpus=save_own_text(NASTY), tokenizer="words", batch_size=2)
    run.advance(2)
    app = opened(visit, idea, run=run.id)
    assert not app.exception and not app.error
    assert "<b>x</b>" not in "".join(chart["figure"] for chart in charts(app))
    assert "`z`" not in text(app)


@pytest.mark.parametrize("tokenizer", ["characters", "jamo"])
@pytest.mark.parametrize("idea", IDEAS)
def test_hangul_in_either_form_is_the_same(visit: Visit, idea: str, tokenizer: str) -> None:
    run = Training(corpus=save_own_text("하늘은 파랗고 땅은 넓다. " * 60), tokenizer=tokenizer)
    run.advance(2)
    typed = "하늘은"
    for form in (typed, "\u1112\u1161\u1102\u1173\u11af\u110b\u1173\u11ab"):
        app = opened(visit, idea, run=run.id, prompt=form, text=form)
        assert not app.exception and not app.error, idea


def test_sizes_that_an_address_cannot_mean_change_nothing(visit: Visit) -> None:
    far = "999999999"
    for idea, asked in (
        ("next", {"temperature": far, "top_k": far, "top_p": "-5", "number": far}),
        ("branches", {"how": "beam", "width": far, "length": far, "place": far, "seed": "-1"}),
        ("branches", {"given": "-".join(["1"] * 5_000), "prompt": "dog " * 5_000}),
        ("branches", {"given": "99999-1", "how": "no such"}),
        ("branches", {"given": "<b>", "place": "-4"}),
        ("surprise", {"passage": far, "at": far, "measure": "no such", "text": "dog " * 9_000}),
    ):
        app = opened(visit, idea, **asked)
        assert not app.exception and not app.error, idea


def test_the_cut_is_said_and_the_divergence_is_infinite(visit: Visit) -> None:
    app = opened(visit, "next", prompt="the old dog", top_k="1")
    said = text(app)
    assert "**1** of" in said and "final **∞**" in said
    app.select_slider(key="generation.top_k").set_value(0).run()
    assert "final **∞**" not in text(app) and "final **" in text(app)
    app.toggle(key="generation.legal").set_value(True).run()
    assert query(app)["generation.legal"] == "1"


def test_an_unknown_word_is_said_and_the_last_prompt_stays(visit: Visit) -> None:
    app = opened(visit, "next", prompt="the old dog")
    before = charts(app)[0]["figure"]
    app.text_input(key="generation.prompt").set_value("the zebra").run()
    (error,) = app.error
    assert "zebra" in error.value and charts(app)[0]["figure"] == before
    app.text_input(key="generation.prompt").set_value("the old").run()
    assert not app.error and charts(app)[0]["figure"] != before


def test_no_truth_after_an_illegal_prompt(visit: Visit) -> None:
    app = opened(visit, "next", prompt="dog dog", legal="1")
    assert not app.exception
    assert SAY("generation.illegal_prompt") in text(app)


def test_a_seed_replays_and_an_alternative_branches(visit: Visit) -> None:
    app = opened(visit, "branches", prompt="the old dog", seed="5")
    first = coloured(app)["tokens"]
    again = opened(visit, "branches", prompt="the old dog", seed="5")
    assert coloured(again)["tokens"] == first
    app.slider(key="generation.place").set_value(3).run()
    assert coloured(app)["chosen"] == 3 + 2
    other = next(
        button for button in app.button
        if (button.key or "").startswith("generation.alternative.") and not button.disabled
    )  # fmt: skip
    word = other.label.split(" ")[0]
    other.click().run()
    now = coloured(app)["tokens"]
    assert [one["text"] for one in now[:5]] == [one["text"] for one in first[:5]]
    assert now[5]["text"] == word and [one["kind"] for one in now[3:6]] == ["given"] * 3
    lines = [part.value for part in app.markdown if "**perplexity" in part.value]
    assert len(lines) == 2
    back = next(
        button for button in app.button
        if (button.key or "").startswith("generation.kept.") and not button.disabled
    )  # fmt: skip
    back.click().run()
    assert [one["text"] for one in coloured(app)["tokens"]] == [one["text"] for one in first]


def test_the_beam_draws_its_tree_and_the_question_is_answered(visit: Visit) -> None:
    app = opened(visit, "branches", prompt="the old", how="beam", width="4", length="8")
    figure = json.loads(charts(app)[0]["figure"])
    best = figure["data"][-1]
    assert len(best["text"]) == 8 and [len(way) for way in best["customdata"]] == [*range(1, 9)]
    key = "predict.generation.predict.branches"
    app.segmented_control(key=f"{key}.said").set_value("likelier").run()
    app.button(key=f"{key}.check").click().run()
    assert "bits, a beam of 4 takes" in text(app)


def test_the_mean_regret_is_said_with_the_floor(visit: Visit) -> None:
    app = opened(visit, "surprise")
    said = text(app)
    assert "bits of regret" in said and "The floor is" in said
    app.segmented_control(key="generation.measure").set_value("excess").run()
    assert query(app)["generation.measure"] == "excess"
    app.text_area(key="generation.text").set_value("dog dog the").run()
    assert "is illegal" in text(app) and not app.exception


@pytest.mark.parametrize("idea", IDEAS)
def test_every_question_is_measured(visit: Visit, idea: str) -> None:
    app = opened(visit, idea)
    key = f"predict.generation.predict.{idea}"
    app.segmented_control(key=f"{key}.said").set_value(QUESTIONS[idea].options[0]).run()
    app.button(key=f"{key}.check").click().run()
    assert "✓" in text(app) or "✗" in text(app)
