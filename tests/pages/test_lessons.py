"""Lessons: short, the same in both languages; each page asks questions with answers to choose."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.overview.questions import OPTIONS
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.paths import assets_dir
from rnncore.presets import STORIES
from tests.pages.conftest import Visit, query

SAY = texts("en")
WORDS = 120
ASKED = {
    "cell": ("tanh", "cut"),
    "bptt": ("one_tick", "second_epoch"),
    "overview": tuple(OPTIONS),
}
"""By page the names of its questions."""
SETS = {
    "tanh": {"cell.at", "cell.units"},
    "cut": {"cell.at", "cell.tick"},
    "one_tick": {"bptt.T", "bptt.update", "bptt.pair"},
    "second_epoch": {"bptt.update"},
}
"""What checking sets, as the URL says it."""
EACH = [(page, name) for page, names in ASKED.items() for name in names]


def opened(visit: Visit, page: str, **values: str) -> AppTest:
    app = visit(**{name: value for name, value in values.items() if name == "lang"})
    if page != "overview":
        app = app.switch_page(f"../{page}.py").run()
    app.query_params.update(values)
    return app.run()


def key(page: str, name: str, part: str) -> str:
    return f"predict.{page}.predict.{name}.{part}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["cell", "bptt", "corpus", "tune"])
def test_a_lesson_is_short(language: str, page: str) -> None:
    text = (assets_dir() / "lessons" / language / f"{page}.md").read_text(encoding="utf-8")
    prose = re.sub(r"\$\$.*?\$\$|\$.*?\$", " ", text, flags=re.DOTALL)
    assert len(re.findall(r"[\w'±]+", prose)) <= WORDS


def test_every_story_with_a_claim_has_a_question() -> None:
    assert set(OPTIONS) == set(STORIES) - {"learns_well"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "name"), EACH)
def test_each_question_has_a_link_and_answers_to_choose_from(
    visit: Visit, language: str, page: str, name: str
) -> None:
    t = texts(language)
    app = opened(visit, page, lang=language, **{f"{page}.asked": name})
    assert not app.exception
    said = [text.value for text in app.markdown]
    question = t(f"{page}.predict.{name}.question")
    assert f"**{question}**" in said and question.endswith("?")
    assert len(app.segmented_control(key=key(page, name, "said")).options) >= 2
    assert app.button(key=key(page, name, "check")).disabled


@pytest.mark.parametrize(("page", "name"), [one for one in EACH if one[1] != "one_tick"])
def test_checking_shows_where_to_look_and_what_was_measured(
    visit: Visit, page: str, name: str
) -> None:
    app = opened(visit, page, **{f"{page}.asked": name})
    before = query(app)
    said = app.segmented_control(key=key(page, name, "said")).options[0]
    app.segmented_control(key=key(page, name, "said")).set_value(
        app.segmented_control(key=key(page, name, "said")).options[0]
    ).run()
    app.button(key=key(page, name, "check")).click().run()
    assert not app.exception
    told = next(one.value for one in app.markdown if one.value.startswith(("✓ ", "✗ ")))
    assert f"You said *{said}*" in told
    now = query(app)
    assert SETS.get(name, set()) <= {one for one in now if now[one] != before.get(one)}
    assert any(caption.value.startswith("predicted rightly") for caption in app.caption)
