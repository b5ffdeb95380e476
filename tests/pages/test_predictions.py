"""Predict, then check: an answer and a reason first, then what was measured, and the score."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.gradients.ideas import IDEAS
from pages.ui.gradients.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
from tests.pages.conftest import Visit

SAY = texts("en")


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


def told(app: AppTest) -> str:
    return next(one.value for one in app.markdown if one.value.startswith(("✓ ", "✗ ")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_idea_asks_one_question_with_answers_to_choose_from(
    visit: Visit, language: str
) -> None:
    assert set(QUESTIONS) == set(IDEAS)
    t = texts(language)
    for idea, (options, _) in QUESTIONS.items():
        app = opened(visit, idea, lang=language)
        said = [one.value for one in app.markdown]
        assert any(t(f"gradients.predict.{idea}.question") in one for one in said)
        assert answers(app, idea) == [t(f"gradients.predict.{idea}.{name}") for name in options]
        assert app.button(key=key(idea, "check")).disabled


@pytest.mark.parametrize("idea", IDEAS)
def test_what_was_said_stands_beside_what_was_measured(visit: Visit, idea: str) -> None:
    options, _ = QUESTIONS[idea]
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
