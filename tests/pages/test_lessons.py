"""Lessons: short, the same in both languages, and each ends with two questions one can check."""

from __future__ import annotations

import re

import pytest

from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.widgets.questions import texts_of
from rnncore.paths import assets_dir
from tests.pages.conftest import Visit, query

WORDS = 120
PAGES = ("cell", "bptt")
CHECKS = {
    "cell": ("cell.check.1", "cell.check.2"),
    "bptt": ("bptt.check.one_tick", "bptt.check.second_epoch"),
}
"""By page the buttons of its questions, in the order of the lesson."""
SETS = {
    "cell.check.1": {"cell.at", "cell.units"},
    "cell.check.2": {"cell.at", "cell.tick"},
    "bptt.check.one_tick": {"bptt.T", "bptt.update", "bptt.pair"},
    "bptt.check.second_epoch": {"bptt.update"},
}
"""What each button sets, as the URL says it."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_lesson_is_short_and_ends_with_two_questions(language: str, page: str) -> None:
    text = (assets_dir() / "lessons" / language / f"{page}.md").read_text(encoding="utf-8")
    prose = re.sub(r"\$\$.*?\$\$|\$.*?\$", " ", text, flags=re.DOTALL)
    assert len(re.findall(r"[\w'±]+", prose)) <= WORDS
    questions = texts_of(language, page)
    assert len(questions) == 2
    assert all(question.endswith("?") for question in questions)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_each_question_stands_on_its_page_and_its_button_sets_the_controls(
    visit: Visit, language: str, page: str
) -> None:
    app = visit(lang=language).switch_page(f"../{page}.py").run()
    said = [text.value for text in app.markdown]
    for question in texts_of(language, page):
        assert question in said
    for button in CHECKS[page]:
        before = query(app)
        app.button(key=button).click().run()
        assert not app.exception
        now = query(app)
        changed = {key for key in now if now[key] != before.get(key)}
        assert SETS[button] <= changed
        assert f"{page}.asked" in changed
        assert len(app.info) == 1
        assert app.info[0].value not in (texts(language)("bptt.questions.title"), "")
