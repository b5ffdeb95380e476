"""The page of language models: its figures by value, and a visit to every idea."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.language_models import SECTIONS as IDEAS
from pages.ui.figures.palette import LIGHT
from pages.ui.language_models import candidates, sentence
from pages.ui.language_models.figures import product, shapes, table
from pages.ui.language_models.figures.table import Line
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.baselines.sentences import Place, Reading
from rnncore.probes.time_layers import time_layers
from tests.engine.models import N, T, V, random_ids, small_config, small_model
from tests.pages.conftest import Visit, query
from tests.pages.training import charts, open_on_markup

SAY = texts("en")
PLACES = (
    Place(0, 0.5, 1, (0, 1), (0.5, 0.3)),
    Place(2, 0.125, 3, (0, 1), (0.5, 0.2)),
)
TOKENS = ("a", "<b>", "c d")


def traces(figure: Any) -> dict[str, Any]:
    return {trace.uid: trace for trace in figure.data}


def test_a_word_that_is_not_likely_takes_the_last_row() -> None:
    first, second = product.columns(Reading(PLACES), TOKENS)
    assert [row.word for row in first.rows] == ["a", "&lt;b&gt;"]
    assert [(row.word, row.chosen) for row in second.rows] == [("a", False), ("c d", True)]
    assert (second.rank, second.branches, second.bits) == (3, 8, 4)


def test_bars_fans_and_products_are_drawn_by_value() -> None:
    reading = Reading(PLACES)
    drawn = traces(product.figure(product.columns(reading, TOKENS), 4.0, LIGHT, SAY))
    assert [list(data) for data in drawn["chosen"].customdata] == [[0, 0], [1, 2]]
    assert [list(data) for data in drawn["others"].customdata] == [[0, 1], [1, 0]]
    lines = sum(x is None for x in drawn["branches"].x)
    assert lines == 2 + 8 + 4  # 1/0.5, 1/0.125, perplexity
    assert "= 0.0625" in drawn["numbers"].text and "× 0.125" in drawn["numbers"].text


@pytest.mark.parametrize(("branches", "lines"), [(1.2, 1), (2, 2), (7.6, 8), (1e9, 48)])
def test_a_fan_has_as_many_branches_one_of_which_is_the_way(branches: float, lines: int) -> None:
    ends = product.heights(branches)
    assert len(ends) == lines and ends.count(0) == 1


@pytest.mark.parametrize(
    ("p", "said"), [(0.9996, "0.9996"), (1.0, "1"), (0.15, "0.15"), (1.91e-5, "1.91e-05")]
)
def test_a_factor_below_one_is_not_written_as_one(p: float, said: str) -> None:
    assert product.factor(p) == said


def test_the_table_says_who_is_not_ready_and_marks_cells() -> None:
    lines = [Line("one", (0.5, 2**-20), 9.5), Line("late", (), None)]
    figure = table.figure(["a", "<b>"], lines, LIGHT, SAY, [(0, 1)])
    (cells,) = figure.data
    assert [list(row) for row in cells.z] == [[1, 10], [None, None]]
    assert list(figure.layout.xaxis.ticktext) == ["a", "&lt;b&gt;"]
    assert len(figure.layout.shapes) == 1
    assert [note.text for note in figure.layout.annotations][:2] == ["<b>9.5</b>", "…"]


def test_the_whole_model_has_every_layer_and_its_real_numbers() -> None:
    model = small_model("gru", layers=2, dropout=0.5)
    view = time_layers(model, *random_ids(np.random.default_rng(0)))
    tokens = [f"w{i}" for i in range(V)]
    parts = shapes.parts(view, model.config, tokens, 1)
    names = [part.name for part in parts]
    assert names == [
        "TimeEmbedding", "xs", "TimeDropout", "TimeGRU 1", "hs", "TimeDropout", "TimeGRU 2", "hs",
        "TimeDropout", "TimeAffine", "scores", "TimeSoftmaxWithLoss", "−ln P",
    ]  # fmt: skip
    figure = shapes.figure(view, parts, tokens, 2, 1, LIGHT, SAY)
    drawn = traces(figure)
    np.testing.assert_allclose(drawn["strip0"].z[0], view.xs_vec[:, 1, 0], rtol=5e-3)
    losses = np.array(drawn["strip4"].z)
    assert losses.shape == (N, T)
    assert losses.mean() == pytest.approx(view.loss, rel=5e-3)
    assert any(f"{view.loss:.3f}" in note.text for note in figure.layout.annotations)


def test_weights_are_named_in_the_shapes_of_the_settings() -> None:
    config = small_config("lstm")
    view = time_layers(small_model("lstm"), *random_ids(np.random.default_rng(0)))
    parts = {part.name: part for part in shapes.parts(view, config, ["w"] * V, 0)}
    D, H = config.embedding_size, config.hidden_size
    lstm = parts["TimeLSTM"]
    assert isinstance(lstm, shapes.Band)
    assert lstm.weights == f"Wx ({D}, {4 * H})  Wh ({H}, {4 * H})  b ({4 * H},)"


def opened(visit: Visit, idea: str, **asked: str) -> AppTest:
    app = visit().switch_page("../language_models.py")
    app.query_params.update({"language_models.idea": idea, **asked})
    return app.run()


def text(app: AppTest) -> str:
    return " ".join(part.value for part in (*app.markdown, *app.caption))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("idea", IDEAS)
def test_every_idea_opens(visit: Visit, idea: str, language: str) -> None:
    app = opened(visit, idea, lang=language)
    assert not app.exception and not app.error
    assert app.get("bidi_component")
    assert texts(language)(f"language_models.predict.{idea}.question") in text(app)


def test_a_click_on_a_word_lets_the_sentence_go_on_from_there(visit: Visit) -> None:
    app = opened(visit, "product", **{"language_models.sentence": "the old dog sleeps"})
    before = figure_of(app)
    assert len(before["layout"]["annotations"]) > 5
    app.text_input(key="language_models.sentence").set_value("the old girls sleep").run()
    assert query(app)["language_models.sentence"] == "the old girls sleep"
    assert "girls" in json.dumps(figure_of(app))


def figure_of(app: AppTest) -> dict[str, Any]:
    figure: dict[str, Any] = json.loads(charts(app)[0]["figure"])
    return figure


def test_an_unknown_word_is_said_and_the_last_sentence_stays(visit: Visit) -> None:
    app = opened(visit, "product", **{"language_models.sentence": "the old dog sleeps"})
    app.text_input(key="language_models.sentence").set_value("the zebra sleeps").run()
    (error,) = app.error
    assert "zebra" in error.value
    assert "old" in json.dumps(figure_of(app))
    app.text_input(key="language_models.sentence").set_value("the dog sleeps").run()
    assert not app.error


def test_another_sentence_comes_from_the_text(visit: Visit) -> None:
    app = opened(visit, "product")
    box = app.text_input(key="language_models.sentence")
    first = box.value
    app.button(key="language_models.number").click().run()
    assert app.text_input(key="language_models.sentence").value != first
    assert query(app)["language_models.number"] == "1"


def test_candidates_are_ranked_and_an_unknown_one_is_named(visit: Visit) -> None:
    app = opened(visit, "product")
    lines = "sleeps dog the\nthe dog sleeps\nthe zebra sleeps"
    app.text_area(key="language_models.candidates").set_value(lines).run()
    (ranked,) = (part.value for part in app.markdown if part.value.startswith("| "))
    rows = ranked.splitlines()[2:]
    assert [row.split("|")[2].strip().strip("*") for row in rows] == [
        "the dog sleeps", "sleeps dog the",
    ]  # fmt: skip
    assert "zebra" in app.warning[0].value


def test_a_candidate_that_stands_twice_is_ranked_once_and_what_is_left_away_is_said(
    visit: Visit,
) -> None:
    app = opened(visit, "product")
    nouns = ("dog", "cat", "girl", "boy", "bird", "farmer", "dogs", "cats", "girls", "boys")
    lines = ["the dog sleeps", " the  dog sleeps ", *(f"the {noun} sleeps" for noun in nouns)]
    app.text_area(key="language_models.candidates").set_value("\n".join(lines)).run()
    (ranked,) = (part.value for part in app.markdown if part.value.startswith("| "))
    assert len(ranked.splitlines()) == 2 + 8 and ranked.count("the dog sleeps") == 1
    said = [one.value for one in app.caption]
    words = "language_models.candidates"
    assert SAY(f"{words}.again", n=2) in said
    assert SAY(f"{words}.beyond", most=8, n=2) in said
    long = "the dog sleeps\n" + "dog " * 45
    app.text_area(key="language_models.candidates").set_value(long).run()
    said = [one.value for one in app.caption]
    assert SAY(f"{words}.shortened", n=1, most=40) in said
    assert SAY(f"{words}.beyond", most=8, n=2) not in said


@pytest.mark.parametrize(
    ("box", "longest"), [("sentence", sentence.LONGEST), ("candidates", candidates.LONGEST)]
)
def test_how_much_is_read_of_a_long_text_is_said(visit: Visit, box: str, longest: int) -> None:
    app = opened(visit, "product")
    areas = app.text_input if box == "sentence" else app.text_area
    typed = ("the dog sleeps\n" if box == "candidates" else "the dog ") * 300
    areas(key=f"language_models.{box}").set_value(typed).run()
    said = SAY("typed.too_long", kept=f"{longest:,}", length=f"{len(typed.strip()):,}")
    assert said in [one.value for one in app.caption]
    assert len(query(app)[f"language_models.{box}"]) == longest
    areas(key=f"language_models.{box}").set_value("the dog sleeps").run()
    assert said not in [one.value for one in app.caption]


def test_the_models_are_made_and_the_sum_hears_no_order(visit: Visit) -> None:
    app = opened(visit, "readers", **{"language_models.sentence": "the old dog outside sleeps"})
    for _ in range(200):
        if SAY("language_models.orders.waits") not in text(app):
            break
        app.run()
    app.run()
    asked = text(app)
    assert "Discounts of the 6-gram: at order 1 the counts of counts give none" in asked
    assert "And summed?" in asked and "differ by **0**" not in asked
    (cells, *_) = [json.loads(chart["figure"])["data"][0] for chart in charts(app)]
    assert all(value is not None for row in cells["z"] for value in row)
    key = "predict.language_models.predict.readers"
    app.segmented_control(key=f"{key}.said").set_value("same").run()
    app.button(key=f"{key}.check").click().run()
    said = text(app)
    assert "✓" in said and "differ by **0**" in said and "places (framed)" in said


@pytest.mark.parametrize(
    ("idea", "answer"),
    [("product", "old dog the"), ("contexts", "third token"), ("shapes", "mean over")],
)
def test_what_answers_a_question_is_kept_back_until_one_asks_for_it(
    visit: Visit, idea: str, answer: str
) -> None:
    def shown(app: AppTest) -> str:
        boxes = " ".join(box.value or "" for box in app.text_area)
        return " ".join((text(app), boxes, *(chart["figure"] for chart in charts(app))))

    words = {"language_models.sentence": "the old dog sleeps"}
    question = SAY(f"language_models.predict.{idea}.question")
    app = opened(visit, idea, **words)
    assert answer not in shown(app).replace(question, "")
    app.button(key=f"predict.language_models.predict.{idea}.show").click().run()
    after = shown(app)
    assert answer in after or "the dog old sleeps" in after or "old the dog sleeps" in after


@pytest.mark.parametrize("idea", IDEAS)
def test_an_own_text_is_data_whatever_it_holds(visit: Visit, idea: str) -> None:
    open_on_markup(visit, "language_models", idea)


def test_every_layer_leads_to_the_same_token(visit: Visit) -> None:
    app = opened(visit, "shapes", **{"language_models.tick": "2", "language_models.stream": "1"})
    links = [json.loads(json.dumps(str(link.proto))) for link in app.get("page_link")]
    to_cell = [link for link in links if "cell.tick=2" in link and "cell.stretch=1" in link]
    assert len(to_cell) == 4
    (to_bptt,) = [link for link in links if "bptt.T=" in link]
    found = re.findall(r"bptt\.(T|update|tick)=(\d+)", to_bptt)
    assert [name for name, _ in found] == ["T", "update", "tick"]
    bptt = visit().switch_page("../bptt.py")
    bptt.query_params.update({f"bptt.{name}": value for name, value in found})
    bptt.run()
    before, after = SAY("bptt.unrolled.marked", token="|").split("|")
    (said,) = [one.value for one in bptt.caption if one.value.startswith(before)]
    token = said.removeprefix(before).removesuffix(after)
    assert f"reads **{token}**" in text(app)


def test_sizes_that_an_address_cannot_mean_change_nothing(visit: Visit) -> None:
    for idea, asked in (
        ("readers", {"words": "99", "turn": "-7"}),
        ("shapes", {"tick": "999", "stream": "-3"}),
        ("product", {"number": "999999"}),
    ):
        values = {f"language_models.{name}": value for name, value in asked.items()}
        app = opened(visit, idea, **values)
        assert not app.exception and not app.error, idea
