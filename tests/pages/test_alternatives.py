"""What a screen reader says of the pictures: sentences that hold numbers, and no marks."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from pages.ui.bptt.diagrams import reaching
from pages.ui.cell import alternatives
from pages.ui.gradients.figures.race import Course
from pages.ui.gradients.racing import standings
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.experiments.race import RacePoint
from rnncore.probes.cell.tables import Block, Table
from rnncore.probes.minibatches.batching import unrolled_view
from rnncore.probes.minibatches.unrolled import Stretch
from rnncore.views import gradient_share
from tests.pages.conftest import Visit, components
from tests.pages.views import RUN, TEXT_RUN

MARKS = re.compile(r"\*\*|[`\\$<>{}_]|:material|:primary")
PICTURES = {
    "cell": ({}, {"cell.at": "5"}, {"cell.cell": "lstm", "cell.at": "30"}),
    "bptt": ({},),
    "gradients": tuple(
        {"gradients.idea": idea, "gradients.shown": shown}
        for idea in ("jacobians", "book", "horizons", "explosion")
        for shown in ("", idea)
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PICTURES)
def test_every_chart_says_in_plain_words_and_numbers_what_it_shows(
    visit: Visit, page: str, language: str
) -> None:
    app = visit(lang=language).switch_page(f"../{page}.py")
    for query in PICTURES[page]:
        app.query_params.update({"lang": language, **query})
        app.run()
        said = [given["name"] for given in components(app) if "figure" in given]
        assert said and not app.exception
        assert [one for one in said if MARKS.search(one) or not re.search(r"\d", one)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("run", [RUN, TEXT_RUN])
def test_every_panel_with_a_plot_has_a_sentence_for_its_values(run: object, language: str) -> None:
    drawn = panels(run, texts(language))  # type: ignore[arg-type]
    said = {one["id"]: one["says"] for one in drawn if one["plot"]}
    assert {name: one for name, one in said.items() if not re.search(r"\{\w+:\w+\}", one)} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_has_a_heading_and_a_tab_of_its_own(visit: Visit, language: str) -> None:
    app = visit(lang=language)
    for page in ("overview", "bptt"):
        app.switch_page(f"../{page}.py").run()
        (frame,) = (given for given in components(app) if "title" in given)
        assert frame["title"] == texts(language)(f"{page}.title")
        assert frame["language"] == language


def test_a_share_is_that_of_the_gradient_at_the_loss() -> None:
    profile = [0.5, *[0.2] * 9, 0.015, 0.001]
    distance, share = gradient_share(profile)
    assert distance == 10 and share == pytest.approx(0.03)
    assert gradient_share([2.0, 1.0]) == (1, 0.5)
    assert gradient_share([0.0, 1.0]) == (1, None)
    assert gradient_share([1.0, math.nan]) == (1, None)


def test_a_window_says_what_reaches_its_two_ends() -> None:
    kept, whole = np.array([0.02, 0.5, 0.25, 1.0]), np.array([0.1, 0.5, 0.3, 1.0])
    view = Stretch(unrolled_view(4, 2, stateful=True), 6, 1, ("",) * 4, ("",) * 4, kept, whole)
    said = (
        "In window 8 a gradient of norm 1 reaches the state at its last tick and 0.25 the one at "
    )
    assert reaching(texts("en"), view) == f"{said}its first; 0.3 if nothing were cut."


def test_a_row_is_said_number_by_number_and_a_matrix_by_its_range() -> None:
    t = texts("en")
    given = Block("W_x", np.array([[1.0, -2.5], [0.25, 0.0]]), "value", "given", 0, 0)
    result = Block("h_{t-1}", np.array([[0.5, -0.125]]), "value", "result", 0, 0)
    assert alternatives.table(t, Table("", (given, result), (0, 1))) == "h t−1 = 0.500, −0.125"
    assert alternatives.table(t, Table("", (given,), (0, 1))) == "W x, 2×2, from −2.50 to 1.00"


def test_a_race_is_said_by_its_last_points() -> None:
    course = Course(("RNN", "LSTM"), 1000)
    t = texts("en")
    points = [
        RacePoint(0, 1, 10, 3.0, 0.5, 0.1, diverged=False),
        RacePoint(0, 2, 20, 1.25, 40.0, 0.2, diverged=False),
    ]
    bits, norms = standings(course, points, t)
    assert bits["value"] == "bits per token. RNN: 1.25"
    assert norms["value"] == "gradient norm. RNN: 40"
    assert standings(course, [], t)[0]["value"] == "bits per token. Not trained yet"
