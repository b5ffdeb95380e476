"""Language models, idea 3: what one more word of context is worth, by value and on the page."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.figures.palette import LIGHT
from pages.ui.language_models.contexts import answer
from pages.ui.language_models.figures import contexts as figure
from pages.ui.language_models.figures.contexts import Frame
from pages.ui.streaming.operations import Op
from pages.ui.visit.i18n import LANGUAGES, Texts, texts
from pages.ui.visit.session import Session
from pages.ui.widgets import training
from rnncore.experiments.contexts import ContextPoint, text_config
from rnncore.experiments.examples import compared
from rnncore.experiments.standings import of_kind
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from rnncore.text.own_texts import save_own_text
from tests.clock import Clock
from tests.pages.compared import STOOD
from tests.pages.conftest import ME, Visit, components, query
from tests.pages.training import Training, open_page

T = texts("en")
IDEA = {"language_models.idea": "contexts"}
NAMES = tuple((uid, uid) for uid in figure.LOOKS)
FRAME = Frame(
    (4.0, 3.0, 2.0, 1.5),
    1.0,
    NAMES,
    (("recurrent", None, 90), ("summed", 1, 70), ("summed", 2, 80)),
)
SENTENCE = "the cat sees the dog and the dog sees the cat . "


def drawn(points: list[ContextPoint], frame: Frame = FRAME) -> dict[tuple[str, str], Op]:
    return {(op["figure"], op["trace"]): op["set"] for op in figure.ops(points, frame, T)}


def test_every_kind_is_a_curve_and_the_recurrent_network_a_line() -> None:
    found = drawn(STOOD)
    ngram = found[figure.BITS, "ngram"]
    assert (ngram["x"], ngram["y"]) == ([0, 1], [16.0, 2**3.25])
    name = found[figure.BITS, "ngram-name"]
    assert (name["x"], name["y"]) == ([1], [2**3.25])
    assert name["text"] == [T("language_models.contexts.price", name="ngram", bits="0.25")]
    assert ngram["customdata"][0] == [4.0, 100, 5, 500]
    assert found[figure.PARAMETERS, "ngram"]["y"] == [100, 100]
    recurrent = found[figure.BITS, "recurrent"]
    assert (recurrent["x"], recurrent["y"]) == ([figure.WHOLE], [2**1.5])
    assert found[figure.BITS, "rival"]["y"] == [2**1.75]
    assert found[figure.BITS, "level"]["y"] == [2**1.5, 2**1.5]
    price = found[figure.BITS, "price"]
    assert price["x"] == [0, 1, 1, 0]
    assert price["y"] == pytest.approx([16.0, 2**3.25, 8.0, 16.0])


def test_without_rungs_there_is_no_price() -> None:
    found = drawn(STOOD, FRAME._replace(ladder=None, floor=None))
    assert (figure.BITS, "price") not in found
    assert found[figure.BITS, "ngram-name"]["text"] == ["ngram"]
    uids = {trace.uid for trace in figure.bits(FRAME._replace(ladder=None), LIGHT, T).data}
    assert not uids & {"price", "rungs"} and set(figure.LOOKS) <= uids


def test_the_frame_holds_rungs_floor_and_known_parameters() -> None:
    traces = {trace.uid: trace for trace in figure.bits(FRAME, LIGHT, T).data}
    assert tuple(traces["rungs"].x) == (0, 1, 2, 3, figure.WHOLE)
    assert tuple(traces["rungs"].y) == (16, 8, 4, 2**1.5, 2)
    parts = {trace.uid: trace for trace in figure.parameters(FRAME, LIGHT, T).data}
    assert tuple(parts["summed"].x) == (1, 2) and tuple(parts["summed"].y) == (70, 80)
    assert tuple(parts["recurrent"].y) == (90,) and tuple(parts["level"].y) == (90, 90)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_is_answered_by_what_was_measured(language: str) -> None:
    found = answer(Session(language))
    kept = compared("contexts.parameters.1")
    assert found is not None and kept is not None
    assert found.option == "worse"
    assert found.values["two"] == f"{of_kind(kept, 'summed')[2].bits:.2f}"
    assert Texts(language)("language_models.predict.contexts.measured", **found.values)


def panels(app: AppTest) -> dict[str, Any]:
    (given,) = (one for one in components(app) if "panels" in one)
    return given


def heights(app: AppTest, trace: str) -> list[float]:
    ops = panels(app)["ops"]
    return next(op["set"]["y"] for op in ops if op.get("trace") == trace)


def said(app: AppTest) -> str:
    return " ".join(one.value for one in (*app.markdown, *app.caption))


def opened(visit: Visit, **asked: str) -> AppTest:
    app = visit().switch_page("../language_models.py")
    app.query_params.update({**IDEA, **asked})
    app.run()
    assert not app.exception
    return app


def test_a_finished_comparison_stands_where_none_was_run(visit: Visit) -> None:
    app = opened(visit)
    kept = compared("contexts.parameters.1")
    assert kept is not None
    assert T("language_models.contexts.kept") in said(app)
    assert "**The recurrent network wins here**" in said(app)
    assert heights(app, "recurrent") == [2 ** of_kind(kept, "recurrent")[None].bits]
    assert panels(app)["strip"]["status"] == "finished"
    table = next(one.value for one in app.markdown if one.value.startswith("| Model"))
    assert "| RNN (T = 10) | 5,785 | 3,600 | 720,000 |" in table


def test_the_price_of_counting_moves_with_the_text_and_sizes_with_the_mode(visit: Visit) -> None:
    app = opened(visit)
    assert "**0.21 bits** above its rung" in said(app)
    app.select_slider(key="language_models.part").set_value(20).run()
    assert not app.exception
    assert query(app)["language_models.part"] == "20"
    assert "**0.51 bits** above its rung" in said(app)
    assert "9,000 of the 180,008 training tokens" in said(app)
    app.segmented_control(key="language_models.equal").set_value("sizes").run()
    assert query(app)["language_models.equal"] == "sizes"
    kept = compared("contexts.sizes.20")
    assert kept is not None
    concatenated = of_kind(kept, "concatenated")
    assert heights(app, "concatenated") == [2**one.bits for one in concatenated.values()]
    assert concatenated[8].parameters > concatenated[1].parameters


def test_a_training_goes_on_stops_and_begins_again_the_same(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Training(corpus="embedded-reber")
    run.advance(1)
    monkeypatch.setattr(training, "monotonic", Clock(0.1 * training.SLICE))  # nine points a slice
    app = open_page(visit, "language_models", run, **IDEA, **{"language_models.part": "20"})
    assert not app.exception
    assert T("language_models.contexts.counted") in said(app), "the n-grams are there at once"
    counted = heights(app, "ngram")
    assert len(counted) == 6 and panels(app)["strip"]["status"] == "ready"

    def trained() -> tuple[Any, ...]:
        app.button(key="lab.train").click().run()
        app.run()
        assert panels(app)["strip"]["status"] == "running"
        assert app.button(key="lab.train").disabled
        assert "So far: " in said(app)
        app.button(key="lab.stop").click().run()
        assert not app.exception
        assert panels(app)["strip"]["status"] == "paused"
        assert app.button(key="lab.stop").disabled
        return tuple(heights(app, name) for name in ("ngram", "recurrent", "concatenated"))

    first = trained()
    assert first[0] == counted
    assert T("language_models.contexts.counted") not in said(app)
    assert trained() == first


def test_another_mode_or_text_leaves_the_training_behind(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "monotonic", Clock(0.4 * training.SLICE))
    app = opened(visit, **{"language_models.part": "20"})
    app.button(key="lab.train").click().run()
    assert panels(app)["strip"]["status"] == "running"
    app.segmented_control(key="language_models.equal").set_value("sizes").run()
    assert T("language_models.contexts.kept") in said(app)
    assert panels(app)["strip"]["status"] == "finished"


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_text_of_which_nothing_is_held_out(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    name = save_own_text(SENTENCE * 40)
    store.access.allow(name, ME)
    run = Training(corpus=name, valid_fraction=0.0, test_fraction=0.0)
    run.advance(1)
    monkeypatch.setattr(training, "monotonic", Clock(0.02 * training.SLICE))
    app = open_page(visit, "language_models", run, **IDEA, lang=language)
    assert not app.exception
    t = texts(language)
    assert t("language_models.contexts.known_to_nobody") in said(app)
    app.button(key="lab.train").click().run()
    app.run()
    assert not app.exception
    assert panels(app)["strip"]["done"] > 0
    assert len(heights(app, "recurrent")) == 1


def test_a_text_that_is_too_short_is_said_to_be(visit: Visit, store: Store) -> None:
    name = save_own_text(SENTENCE)
    store.access.allow(name, ME)
    run = Training(corpus=name, valid_fraction=0.0, test_fraction=0.0, batch_size=1, time_size=3)
    run.advance(1)
    app = open_page(visit, "language_models", run, **IDEA)
    assert not app.exception
    assert "at least 100 and 11 were expected" in app.warning[0].value
    assert "lab.train" not in [button.key for button in app.button]


def test_the_text_that_is_compared_on_is_the_runs_own(visit: Visit) -> None:
    run = Training(corpus="story-en", tokenizer="words", cell="gru")
    run.advance(1)
    app = open_page(visit, "language_models", run, **IDEA)
    config = text_config(run.trainer.config)
    whole = len(load_corpus(config).train)
    assert f"{whole:,} training tokens of" in said(app)
    assert any("GRU" in trace.get("name", "") for trace in _traces(app, figure.PARAMETERS))


def _traces(app: AppTest, name: str) -> list[dict[str, Any]]:
    (panel,) = (one for one in panels(app)["panels"] if one["id"] == name)
    return list(panel["plot"]["light"]["data"])
