"""The BPTT page: what its figures are made of, and the page as a person meets it."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.bptt.figures import batching, cost, unrolled
from pages.ui.bptt.figures import stateful as carrying
from pages.ui.bptt.stateful import Pair, latest
from pages.ui.figures.palette import DARK, LIGHT, PALETTES, Palette
from pages.ui.inspected.subject import Subject, small_config
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.widgets import training
from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.experiments.stateful import CarryPoint
from rnncore.model import Rnnlm
from rnncore.probes.minibatches.rows import Rows, excerpt, rows
from rnncore.probes.minibatches.unrolled import IN_VIEW, stretch
from rnncore.text.corpus import load_corpus
from tests.clock import Clock
from tests.pages.conftest import Visit, query
from tests.pages.training import charts

T, N = 6, 4
SHOWN = excerpt(1_000, N, T)
WORDS = [f"w{i}" for i in range(SHOWN.tokens)]
SAY = texts("en")
themes = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


def trace(figure: Any, uid: str) -> Any:
    return next(trace for trace in figure.data if trace.uid == uid)


def at(update: int, scheme: Any = "book") -> Rows:
    return rows(SHOWN, N, T, scheme, update)


# The figures


@themes
def test_a_cell_has_the_colour_of_the_stream_that_reads_it(palette: Palette) -> None:
    cells = trace(batching.figure(at(4), WORDS, palette, SAY), "cells")
    colours = np.array(cells.marker.color).reshape(N, SHOWN.segment)
    assert set(colours[1, :4]) == {palette.states[0]}
    assert set(colours[0, 24:]) == {palette.states[0]}
    assert colours[0, 10] not in palette.states
    assert cells.text[SHOWN.segment + 1] == f"w{SHOWN.segment + 1}"
    assert "stream 1" in cells.customdata[SHOWN.segment][2]


def test_a_token_is_data_and_never_markup() -> None:
    words = ["<b>", " ", "\n", *WORDS[3:]]
    cells = trace(batching.figure(at(0), words, LIGHT, SAY), "cells")
    assert cells.text[:3] == ("&lt;b&gt;", "␣", "↵")


def test_states_are_hollow_where_they_are_zero() -> None:
    def fill(update: int, *, stateful: bool = True) -> Any:
        figure = batching.figure(at(update), WORDS, LIGHT, SAY, stateful=stateful)
        return trace(figure, "states").marker.color

    assert fill(0) == fill(3, stateful=False) == LIGHT.ground
    assert fill(3) == LIGHT.states[:N]


def test_the_wrap_is_marked_where_it_happens() -> None:
    wrap = trace(batching.figure(at(4), WORDS, LIGHT, SAY), "wrap")
    assert (wrap.y, [round(x) for x in wrap.x]) == ((0,), [0])
    assert trace(batching.figure(at(6), WORDS, LIGHT, SAY), "wrap").x == ()


def test_the_strip_shows_offsets_and_where_every_stream_stands() -> None:
    drawn = batching.strip(SHOWN, at(5, "aligned"), at(5), WORDS, DARK, SAY)
    assert trace(drawn, "parts").base == (0, 26, 52, 78)
    assert trace(drawn, "aligned").x == (6, 32, 58, 84)
    assert trace(drawn, "book").x == (30, 56, 82, 4)
    assert trace(drawn, "book").customdata[3] == [4, "w4"]


CONFIG = Config(grammar_tokens=2_000, hidden_size=8, embedding_size=4)


@themes
@pytest.mark.parametrize("stateful", [True, False])
def test_backward_links_end_at_edges_and_forward_links_only_without_state(
    palette: Palette, stateful: bool
) -> None:
    corpus = load_corpus(CONFIG)
    view = stretch(Rnnlm(CONFIG, len(corpus.vocabulary)), corpus, T, 1, stateful)
    assert (view.ticks, view.first, view.chosen) == (IN_VIEW, 0, 1)
    assert view.targets[:-1] == view.inputs[1:]
    drawn = unrolled.figure(view, palette, SAY)
    edges = [5.5, 11.5, 17.5]
    assert trace(drawn, "cuts").x == tuple(edges)
    backward, forward = (
        {round(x + away) for x in trace(drawn, uid).x}
        for uid, away in (("backward_heads", 0.5), ("forward_heads", -0.5))
    )
    inside = {tick for tick in range(IN_VIEW - 1) if tick + 0.5 not in edges}
    assert {tick - 1 for tick in backward} == inside
    assert forward == (set(range(IN_VIEW - 1)) if stateful else inside)
    assert trace(drawn, "kept").y == pytest.approx(view.kept)
    assert trace(drawn, "whole").y == pytest.approx(view.whole)


def test_the_windows_in_view_move_on_with_the_update() -> None:
    corpus = load_corpus(CONFIG)
    view = stretch(Rnnlm(CONFIG, len(corpus.vocabulary)), corpus, 20, 2, True)
    assert (view.first, view.chosen) == (2, 0)
    assert list(view.inputs) == corpus.vocabulary.decode(corpus.train[40:80])


def test_cost_is_drawn_as_computed_and_as_measured() -> None:
    curve = cost.Curve((1, 10), (0.5, 5.0), ((10, 5.1),), 6, ((10, 7.0),))
    drawn = cost.figure(curve, "memory", LIGHT, SAY)
    assert (trace(drawn, "computed").x, trace(drawn, "computed").y) == ((1, 10), (0.5, 5.0))
    assert trace(drawn, "measured").y == (5.1,)
    assert trace(drawn, "reserved").y == (7.0,)
    assert drawn.layout.shapes[0].x0 == 6


def test_each_net_is_drawn_as_it_was_trained_and_the_second_one_carried_too() -> None:
    points = [CarryPoint(True, 9, 90, 4.0, 8.0), CarryPoint(False, 9, 90, 6.0, 5.0)]
    drawn = carrying.figure(points, 3.5, "text", DARK, SAY)
    ends = {uid: trace(drawn, uid).y for uid in ("carried", "fresh", "fresh_carried")}
    assert ends == {"carried": (4.0,), "fresh": (5.0,), "fresh_carried": (6.0,)}
    lowest, highest = drawn.layout.yaxis.range
    assert 10**lowest < 3.5 < 6.0 < 10**highest


def test_the_pair_learns_the_subjects_text_in_small_sizes() -> None:
    config = Config(corpus="lag", lag=5, cell="gru", seed=3, hidden_size=500, time_size=50)
    small = small_config(config, time_size=7)
    assert (small.corpus, small.lag, small.cell, small.seed) == ("lag", 5, "gru", 3)
    assert small.hidden_size < 50 and small.time_size == 7


def test_a_short_text_is_read_by_fewer_streams() -> None:
    config = CONFIG.with_changes(grammar_tokens=100, valid_fraction=0, test_fraction=0)
    corpus = load_corpus(config)
    short = Subject(Rnnlm(config, len(corpus.vocabulary)), corpus, config, 0, "run")
    ends = latest(list(Pair(short, 40).run()))
    assert ends is not None
    assert [end.stateful for end in ends] == [True, False]
    with pytest.raises(TextError):
        Pair(short, 1_000)


def test_the_pair_is_compared_after_equally_many_tokens_or_not_at_all() -> None:
    on = [CarryPoint(True, k, k * 10, 4.0, 8.0) for k in range(4)]
    off = [CarryPoint(False, k, k * 10, 6.0, 5.0) for k in range(3)]
    assert latest([*on, *off]) == (on[2], off[2])
    assert latest([*on, off[0]]) is None  # the second net diverged
    assert latest(on[:1]) is None


# The page


@pytest.fixture
def page(visit: Visit) -> Visit:
    """A person opening the page with a query."""

    def open_page(**asked: str) -> AppTest:
        app = visit().switch_page("../bptt.py")
        app.query_params.update(asked)
        return app.run()

    return open_page


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_opens_twice_without_trouble(page: Visit, language: str) -> None:
    app = page(lang=language).run()
    assert not app.exception
    assert [message.value for message in (*app.error, *app.warning)] == []
    t = texts(language)
    titles = [t(f"bptt.{name}.title") for name in ("unrolled", "batching", "cost", "carrying")]
    assert [heading.value for heading in app.header][:4] == titles
    assert len(charts(app)) == 6


def test_steps_walk_the_windows_and_the_url_remembers(page: Visit) -> None:
    app = page()
    app.button(key="bptt.next").click().run()
    assert app.slider(key="bptt.update").value == 2
    app.slider(key="bptt.T").set_value(9).run()
    assert {"bptt.T": "9", "bptt.update": "2"}.items() <= query(app).items()
    app.button(key="bptt.back").click().run()
    assert app.button(key="bptt.back").disabled
    app.toggle(key="bptt.carry").set_value(False).run()
    assert not app.exception
    assert query(app)["bptt.carry"] == "0"


def check(app: AppTest, name: str, option: str) -> AppTest:
    """Answer a question of the page and check it."""
    words = f"bptt.predict.{name}"
    app.query_params["bptt.asked"] = name
    app.run()
    app.segmented_control(key=f"predict.{words}.said").set_value(SAY(f"{words}.{option}")).run()
    return app.button(key=f"predict.{words}.check").click().run()


def told(app: AppTest) -> str:
    return next((one.value for one in app.markdown if one.value.startswith(("✓ ", "✗ "))), "")


def test_what_answers_a_question_is_said_once_it_is_checked(page: Visit) -> None:
    app = page()
    start = SAY("bptt.batching.own_drift", step="…", foreign="…").partition("…")[0]
    assert not any(start in one.value for one in app.caption)
    check(app, "second_epoch", "own")
    assert any(start in one.value for one in app.caption)


def test_a_check_sets_the_controls_and_answers_with_what_is_measured(page: Visit) -> None:
    app = check(page(), "second_epoch", "neighbour")
    assert (app.slider(key="bptt.T").value, app.slider(key="bptt.update").value) == (6, 6)
    assert told(app).startswith("✓") and "24 of 24" in told(app)
    app.slider(key="bptt.update").set_value(1).run()
    assert told(app).startswith("✓")  # the second epoch is meant, whatever is looked at


@pytest.mark.slow
def test_two_nets_are_trained_in_view_and_answer_the_question(
    page: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "monotonic", Clock(0.15 * training.SLICE))  # six points a slice
    app = check(page(), "one_tick", "no")
    assert not app.exception
    assert app.slider(key="bptt.T").value == 6, "nobody has moved it"
    assert app.info[0].value == SAY("bptt.predict.one_tick.waits")
    assert len(charts(app)) == 6  # the curves come with the next slice
    for _ in range(100):
        if told(app):
            break
        app.run()
    assert told(app).startswith("✗")
    carried, fresh = map(float, re.findall(r"[0-9]+\.[0-9]+", told(app))[:2])
    assert 1 < carried < fresh
    assert query(app)["bptt.pair"] == "1"
    assert len(charts(app)) == 7
    before = told(app)
    app.switch_page("../cell.py").run()
    app.switch_page("../bptt.py").run()
    assert told(app) == before, "the answer stays for the visit, the training does not"


@pytest.mark.slow
@pytest.mark.parametrize("T", [1, 2])
def test_who_trains_at_one_tick_has_seen_its_question_answered(page: Visit, T: int) -> None:
    app = page(**{"bptt.T": str(T)})
    app.button(key="lab.train").click().run()
    assert not app.exception
    assert query(app).get("bptt.shown") == ("one_tick" if T == 1 else None)


@pytest.mark.slow
@pytest.mark.parametrize(("carried", "answer"), [(2.0, "yes"), (4.0, "no")])
def test_the_answer_is_the_one_that_was_measured(
    page: Visit, monkeypatch: pytest.MonkeyPatch, carried: float, answer: str
) -> None:
    measured = (
        SimpleNamespace(carried=carried, fresh=9.0),
        SimpleNamespace(carried=9.0, fresh=3.0),
    )
    monkeypatch.setattr("pages.ui.bptt.questions.latest", lambda points: measured)
    said = told(check(page(), "one_tick", answer))
    assert said.startswith("✓")
    values = {"carried": f"{carried:.3g}", "fresh": "3"}
    assert SAY("bptt.predict.one_tick.measured", **values) in said


@pytest.mark.slow
def test_values_that_no_control_can_hold_come_within_bounds(page: Visit) -> None:
    app = page(**{"bptt.T": "1000", "bptt.N": "-3", "bptt.update": "many", "bptt.pair": "99"})
    assert not app.exception
    assert (app.slider(key="bptt.T").value, app.slider(key="bptt.N").value) == (40, 1)
    assert app.slider(key="bptt.update").value == 1
    assert len(charts(app)) == 6
