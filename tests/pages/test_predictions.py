"""Predict, then check: an answer and a reason first, then what was measured, and the score."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from pages.gradients import SECTIONS as IDEAS
from pages.ui.gradients.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.widgets import training
from tests.clock import Clock
from tests.pages.conftest import Visit, components, query

SAY = texts("en")
ANSWERED_BY = {
    "flow": "flow_profile.mean",
    "scales": "reach.after0",
    "jacobians": f"chart.{SAY('gradients.jacobians.spectral')}",
    "book": f"chart.{SAY('gradients.book.true')}",
    "horizons": f"chart.{SAY('gradients.horizons.curve_memory')}",
    "lag": "race_bits.runner1",
    "explosion": "race_bits.runner0",
    "cells": "reach.after1",
}
"""By idea, a curve that has more points once its question is answered."""


def opened(visit: Visit, idea: str, **query: str) -> AppTest:
    app = visit(**query).switch_page("../gradients.py").run()
    app.query_params["gradients.idea"] = idea
    app.run()
    assert not app.exception
    return app


def answers(app: AppTest, idea: str) -> list[str]:
    return list(app.segmented_control(key=key(idea, "said")).options)


def key(idea: str, part: str) -> str:
    return f"predict.gradients.predict.{idea}.{part}"


def say(app: AppTest, idea: str, option: str) -> AppTest:
    app.segmented_control(key=key(idea, "said")).set_value(option).run()
    return app


def captions(app: AppTest) -> set[str]:
    return {one.value for one in app.caption}


def told(app: AppTest) -> str:
    return next(one.value for one in app.markdown if one.value.startswith(("✓ ", "✗ ")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_idea_asks_one_question_with_answers_to_choose_from(
    visit: Visit, language: str
) -> None:
    assert set(QUESTIONS) == set(IDEAS)
    t = texts(language)
    for idea, (options, *_) in QUESTIONS.items():
        app = opened(visit, idea, lang=language)
        said = [one.value for one in app.markdown]
        assert any(t(f"gradients.predict.{idea}.question") in one for one in said)
        assert answers(app, idea) == [t(f"gradients.predict.{idea}.{name}") for name in options]
        assert app.button(key=key(idea, "check")).disabled


@pytest.mark.parametrize("idea", IDEAS)
def test_what_was_said_stands_beside_what_was_measured(visit: Visit, idea: str) -> None:
    options, *_ = QUESTIONS[idea]
    app = opened(visit, idea)
    say(app, idea, options[0])
    app.text_input(key=key(idea, "why")).set_value("because of *this*").run()
    app.button(key=key(idea, "check")).click().run()
    assert not app.exception
    words = f"gradients.predict.{idea}"
    measured = [name for name in (*options, "short") if f"{words}.{name}" in SAY
                and f"measured: **{SAY(f'{words}.{name}')}**" in told(app)]  # fmt: skip
    assert len(measured) == 1
    assert f"You said *{SAY(f'{words}.{options[0]}')}*" in told(app)
    assert r"because of \*this\*" in told(app)
    right = int(measured[0] == options[0])
    assert SAY("predict.score", right=right, of=1) in [one.value for one in app.caption]


@pytest.mark.parametrize("idea", IDEAS)
def test_what_answers_a_question_is_on_the_screen_once_it_is_checked_or_shown(
    visit: Visit, idea: str
) -> None:
    app = opened(visit, idea)
    before = curves(app)
    say(app, idea, QUESTIONS[idea][0][0])
    assert curves(app) == before, "an answer alone gives nothing away"
    app.button(key=key(idea, "check")).click().run()
    after = curves(app)
    assert not app.button(key=key(idea, "again")).disabled
    app.button(key=key(idea, "again")).click().run()
    assert curves(app) == before
    app.button(key=key(idea, "show")).click().run()
    assert curves(app) == after
    assert query(app)["gradients.shown"] == idea, "a link that shows it at once"
    assert all(after[name] >= points > 0 for name, points in before.items()), "nothing empty"
    gained = {name for name, points in after.items() if points > before.get(name, 0)}
    assert ANSWERED_BY[idea] in gained


@pytest.mark.parametrize("idea", ["lag", "cells", "scales"])
def test_who_trains_sees_what_comes_of_it(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, idea: str
) -> None:
    monkeypatch.setattr(training, "monotonic", Clock(0.4 * training.SLICE))
    app = opened(visit, idea)
    opening = SAY("gradients.race.opening")
    assert opening in [one.value for one in app.caption]
    app.button(key="lab.train").click().run()
    app.run()
    assert opening not in [one.value for one in app.caption]
    assert SAY("gradients.race.example") not in [one.value for one in app.caption]


@pytest.mark.parametrize("idea", ["scales", "lag", "explosion", "cells"])
def test_who_trains_before_answering_has_seen_the_answer_and_is_not_counted(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, idea: str
) -> None:
    monkeypatch.setattr(training, "monotonic", Clock(0.4 * training.SLICE))
    app = opened(visit, idea)
    app.button(key="lab.train").click().run()
    assert query(app)["gradients.shown"] == idea, "as after Show me"
    say(app, idea, QUESTIONS[idea].options[0])
    app.button(key=key(idea, "check")).click().run()
    assert told(app)
    assert captions(app) >= {SAY("predict.late")}
    app.button(key=key(idea, "again")).click().run()
    assert "gradients.shown" not in query(app)
    opening = "gradients.explosion.asked" if idea == "explosion" else "gradients.race.opening"
    assert SAY(opening) in captions(app), "what was trained here is kept back again"


def test_an_answer_that_was_shown_first_is_told_and_changes_no_score(visit: Visit) -> None:
    app = opened(visit, "book")
    app.button(key=key("book", "show")).click().run()
    say(app, "book", "shrinks")
    app.button(key=key("book", "check")).click().run()
    assert told(app).startswith("✓")
    assert SAY("predict.late") in captions(app)
    app.segmented_control(key="gradients.idea").set_value("scales").run()
    say(app, "scales", "meet")
    app.button(key=key("scales", "check")).click().run()
    assert SAY("predict.score", right=1, of=1) in captions(app)
    app.button(key="lab.train").click().run()
    assert query(app)["gradients.shown"] == "book", "what is answered needs not be shown"


@pytest.mark.parametrize(
    ("idea", "values"),
    [
        *(("lag", {"lag": "8"}), ("lag", {"short": "3"}), ("lag", {"long": "6"})),
        *(("cells", {"text": "own"}), ("cells", {"same_size": "1"})),
    ],
)
def test_a_question_stands_where_the_page_has_the_settings_it_speaks_of(
    visit: Visit, idea: str, values: dict[str, str]
) -> None:
    app = opened(visit, idea)
    assert answers(app, idea)
    app.query_params.update({f"gradients.{name}": value for name, value in values.items()})
    app.run()
    assert not app.exception
    assert key(idea, "check") not in [one.key for one in app.button]


def test_what_cannot_be_measured_is_said_and_keeps_nothing_back(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    unmeasured = QUESTIONS["horizons"]._replace(measure=lambda visit: None)
    monkeypatch.setitem(QUESTIONS, "horizons", unmeasured)
    app = opened(visit, "horizons")
    before = curves(app)
    say(app, "horizons", "equal")
    app.button(key=key("horizons", "check")).click().run()
    app.run()
    assert SAY("predict.unmeasured") in [one.value for one in app.caption]
    assert set(curves(app)) > set(before)


def curves(app: AppTest) -> dict[str, int]:
    """How many points every curve of the page has, by figure and trace."""
    found: dict[str, int] = {}
    for given in components(app):
        if "figure" in given:
            for one in json.loads(given["figure"])["data"]:
                found[f"chart.{one.get('name')}"] = len(one.get("x", ()))
        for op in given.get("ops", ()):
            if points := op.get("x") or op.get("set", {}).get("x"):
                found[f"{op['figure']}.{op['trace']}"] = len(points)
        for panel in given.get("panels", ()):
            for one in panel["plot"]["light"]["data"]:
                if points := len(one.get("x", ())):
                    found[f"{panel['id']}.{one['uid']}"] = points
    return {name: points for name, points in found.items() if points}


def test_the_score_is_kept_for_the_visit_and_a_question_can_be_asked_again(visit: Visit) -> None:
    app = opened(visit, "lag")
    say(app, "lag", "long")
    app.button(key=key("lag", "check")).click().run()
    app.segmented_control(key="gradients.idea").set_value("cells").run()
    say(app, "cells", "all")
    app.button(key=key("cells", "check")).click().run()
    assert SAY("predict.score", right=1, of=2) in [one.value for one in app.caption]
    app.button(key=key("cells", "again")).click().run()
    assert app.button(key=key("cells", "check")).disabled
