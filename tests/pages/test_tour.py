"""The tour: what its file may hold, where its steps lead, and how one walks it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.corpus import questions as of_corpus
from pages.ui.gradients import questions as of_gradients
from pages.ui.language_models import questions as of_language_models
from pages.ui.states import questions as of_states
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.visit.session import Session
from pages.ui.visit.tour import MOST_STEPS, default_tour, read_tour
from pages.ui.widgets.predictions import Question
from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.runs.store import Store
from tests.pages.conftest import ME, SMALL, Visit, query

PAGES = (
    *("overview", "corpus", "language_models", "generation"),
    *("cell", "bptt", "gradients", "states"),
    *("runs", "tune"),
)
QUESTIONS: dict[str, Mapping[str, Question]] = {
    "corpus": of_corpus.QUESTIONS,
    "gradients": of_gradients.QUESTIONS,
    "language_models": of_language_models.QUESTIONS,
    "states": of_states.QUESTIONS,
}
"""By page whose ideas keep their answers back, their questions."""
SAY = texts("en")
TOUR = """
title = "Mine"
[[step]]
section = "1 <b>"
link = "http://127.0.0.1:8501/explorer/cell?cell.at=2&lang=ko"
say.en = "Look at *this* <img src=x>"

[[step]]
link = "/overview?hidden_size=8&time_size=5&grammar_tokens=2000"
say = "And at that"
"""


def test_a_link_counts_by_its_page_and_query_alone() -> None:
    first, second = read_tour(TOUR, PAGES).steps
    assert (first.page, first.query) == ("cell", {"cell.at": "2", "lang": "ko"})
    assert first.say["en"] == first.say["ko"]
    assert (second.section, second.page) == ("", "overview")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("x = 1\na = b\n", "tour_toml", "line 2"),
        ("title = 'x'", "tour_empty", "[[step]]"),
        ("step = 3", "tour_empty", "[[step]]"),
        ("step = [3]", "tour_link", "line 1"),
        ("\n\n[[step]]\nsay = 'x'", "tour_link", "line 3"),
        ("[[step]]\nlink='/cell'\nsay='x'\n[[step]]\nlink='/evil'\nsay='x'", "tour_page", "line 4"),
        ("[[step]]\nlink = 'https://evil.example/'\nsay='x'", "tour_page", "line 1"),
        ("[[step]]\nlink = 'javascript:alert(1)'\nsay='x'", "tour_page", "line 1"),
        ("[[step]]\nlink = 'http://[x/cell'\nsay='x'", "tour_page", "line 1"),
        ("[[step]]\nlink = '/cell'", "tour_text", "Line 1"),
        ("[[step]]\nlink = '/cell'\nsay = 3", "tour_text", "Line 1"),
        ("[[step]]\nlink = '/cell'\nsay.fr = 'x'", "tour_text", "Line 1"),
        (f"[[step]]\nlink = '/cell'\nsay = '{'x' * 501}'", "tour_text", "Line 1"),
        ("[[step]]\nlink='/cell'\nsay='x'\n" * (MOST_STEPS + 1), "tour_steps", "101"),
        ("#" * 200_000, "tour_size", "100,000"),
    ],
)  # fmt: skip
def test_what_is_no_tour_is_refused_by_its_line(text: str, code: str, said: str) -> None:
    with pytest.raises(TextError) as caught:
        read_tour(text, PAGES)
    assert caught.value.code == code
    assert said in str(caught.value)
    for language in LANGUAGES:
        assert texts(language).explain(caught.value)


def test_our_own_tour_leads_through_all_pages_at_settings_that_exist() -> None:
    tour = default_tour(PAGES)
    assert {step.page for step in tour.steps} == set(PAGES)
    for step in tour.steps:
        Config.parse({name: v for name, v in step.query.items() if "." not in name})
        assert step.say["en"] != step.say["ko"]


@pytest.mark.parametrize(
    ("language", "quoted"), [("en", re.compile("“(.+?)”")), ("ko", re.compile("‘(.+?)’"))]
)
def test_a_step_calls_a_button_by_its_name_and_one_without_a_run_names_start(
    language: str, quoted: re.Pattern[str]
) -> None:
    t = texts(language)
    buttons = ("transport.start", "lab.train", "states.unit.silence")
    names = {t(name) for name in (*buttons, "runs.chosen.beside", "tune.form.start")}
    named = [set(quoted.findall(step.say[language])) for step in default_tour(PAGES).steps]
    assert set().union(*named) == names
    for step, found in zip(default_tour(PAGES).steps, named, strict=True):
        assert (t("transport.start") in found) == (step.page == "overview")


def test_a_step_that_tells_an_answer_shows_it_and_one_that_asks_keeps_it_back() -> None:
    for step in default_tour(PAGES).steps:
        questions = QUESTIONS.get(step.page, {})
        idea = step.query.get(f"{step.page}.idea", next(iter(questions), ""))
        if idea in questions and questions[idea].hides:
            shown = step.query.get(f"{step.page}.shown") == idea
            assert [shown] * 2 == ["?" not in say for say in step.say.values()], step


def test_a_machine_may_have_a_tour_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tour.toml"
    monkeypatch.setenv("RNN_EXPLORER_TOUR", str(path))
    with pytest.raises(TextError, match="RNN_EXPLORER_TOUR"):
        default_tour(PAGES)
    path.write_text(TOUR, encoding="utf-8")
    assert len(default_tour(PAGES).steps) == 2


def test_a_step_that_names_no_setting_keeps_settings_and_run() -> None:
    visit = Session("en", config=Config(hidden_size=7), run_id="abc", presenting=True)
    kept = visit.step(3, "cell", {"cell.at": "2", "tour": "9", "present": "0"})
    assert kept == {
        "hidden_size": "7", "run": "abc", "lang": "en", "present": "1", "cell.at": "2", "tour": "3",
    } or "lang" not in kept  # fmt: skip
    assert (kept["run"], kept["cell.at"], kept["tour"]) == ("abc", "2", "3")
    decided = visit.step(4, "overview", {"hidden_size": "9"})
    assert decided["hidden_size"] == "9" and "run" not in decided


def bar(app: AppTest) -> str:
    return " ".join(part.value for part in app.markdown)


def test_one_walks_on_and_back_and_ends(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tour.toml"
    path.write_text(TOUR, encoding="utf-8")
    monkeypatch.setenv("RNN_EXPLORER_TOUR", str(path))
    app = visit(**SMALL)
    assert not [button for button in app.button if button.key == "tour.next"]
    app.button(key="tour.start").click().run()
    assert query(app)["tour"] == "1" and query(app)["cell.at"] == "2"
    assert query(app)["hidden_size"] == SMALL["hidden_size"]
    assert r"\*this\*" in bar(app) and r"\<img" in bar(app)
    assert app.button(key="tour.back").disabled
    app.button(key="tour.next").click().run()
    assert query(app)["tour"] == "2" and "cell.at" not in query(app)
    assert "And at that" in bar(app) and app.button(key="tour.next").disabled
    app.button(key="tour.back").click().run()
    assert query(app)["tour"] == "1"
    app.button(key="tour.end").click().run()
    assert "tour" not in query(app) and not app.exception
    assert not [button for button in app.button if button.key == "tour.next"]


def test_at_the_end_ones_own_settings_and_run_are_back(
    visit: Visit, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tour.toml"
    path.write_text(TOUR, encoding="utf-8")
    monkeypatch.setenv("RNN_EXPLORER_TOUR", str(path))
    own = {**SMALL, "hidden_size": "11"}
    run_id = store.create_run(Config.parse(own), owner=ME)

    def walked() -> AppTest:
        """At the second step, which has settings of its own."""
        app = visit(**own, run=run_id)
        app.button(key="tour.start").click().run()
        app.button(key="tour.next").click().run()
        assert "run" not in query(app) and query(app)["hidden_size"] == "8"
        return app

    app = walked()
    app.button(key="tour.end").click().run()
    assert (query(app)["run"], query(app)["hidden_size"]) == (run_id, "11")
    app = walked()
    app.button(key="primary").click().run()  # as a step may ask
    assert query(app)["run"] != run_id
    app.button(key="tour.back").click().run()
    app.button(key="tour.next").click().run()
    app.button(key="tour.end").click().run()
    assert query(app)["run"] == run_id
    app = walked()
    app.text_input(key="setting.time_size").set_value("7").run()
    app.button(key="tour.end").click().run()  # the settings are one's own by now
    assert "run" not in query(app) and query(app)["time_size"] == "7"


@pytest.mark.parametrize("step", ["0", "-1", "999", "x", "99999999999"])
def test_a_step_that_is_none_does_no_harm(visit: Visit, step: str) -> None:
    app = visit(**SMALL, tour=step)
    assert not app.exception and not app.error


def test_a_step_that_shows_an_answer_asks_nothing_and_needs_no_chapter(visit: Visit) -> None:
    steps = default_tour(PAGES).steps
    number = next(n for n, step in enumerate(steps, 1) if step.query.get("gradients.shown"))
    app = visit().switch_page("../gradients.py").run()
    app.query_params.clear()
    app.query_params.update({**steps[number - 1].query, "tour": str(number)})
    app.run()
    assert not app.exception
    assert not [one for one in app.button if str(one.key).startswith("predict.gradients")]
    last = len(steps)
    assert not steps[last - 1].section
    app.query_params["tour"] = str(last)
    app.run()
    assert "****" not in bar(app) and f"{last} / {last}" in bar(app)
