"""The page of corpora: every idea of every text, and settings that act everywhere."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.corpus import SECTIONS as IDEAS
from pages.ui.corpus.questions import QUESTIONS
from pages.ui.visit.i18n import LANGUAGES, literal, texts
from pages.ui.visit.identity import Visitor
from rnncore.config import Config
from rnncore.runs.store import Store
from rnncore.text.catalog import catalog
from rnncore.text.corpus import load_corpus
from rnncore.text.own_texts import save_own_text
from tests.pages.conftest import ME, Visit, components, query
from tests.pages.training import charts

T = texts("en")
NASTY = (
    '<b>bold</b> & "quoted" back\\slash [link](http://x.y) $x$ **:material/home:** {V} %{x} `c` '
    "\u0645\u0631\u062d\u0628\u0627 \U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301 "
    "\u1112\u1161\u11ab <unk> #1 \x07 ~~s~~\n"
) * 12
"""Markup, control characters, a right-to-left script, a joined emoji, decomposed letters."""


def opened(visit: Visit, idea: str, **values: str) -> AppTest:
    app = visit().switch_page("../corpus.py").run()
    app.query_params.update({"corpus.idea": idea, **values})
    return app.run()


def chips(app: AppTest) -> list[dict[str, Any]]:
    return [given for given in components(app) if "rows" in given]


def drawn(app: AppTest) -> list[str]:
    """The charts as plain text, as Plotly gets them."""
    return [str(json.loads(given["figure"])) for given in charts(app)]


def shown(app: AppTest) -> tuple[int, int, int, int]:
    """How many pictures of each kind there are: chips, charts, tables, automata."""
    tables = len(app.dataframe) + len(app.table)
    return len(chips(app)), len(charts(app)), tables, len(app.get("graphviz_chart"))


PICTURES = {
    "tokens": (2, 0, 0, 0),
    "vocabulary": (0, 0, 1, 0),
    "frequencies": (0, 2, 0, 0),
    "split": (0, 2, 1, 0),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, one in catalog().items() if one.kind != "ptb"])
def test_every_idea_shows_every_text(visit: Visit, name: str, language: str) -> None:
    app = opened(visit, next(iter(IDEAS)), corpus=name, lang=language)
    grammar = catalog()[name].kind == "grammar"
    for idea in IDEAS:
        app.query_params["corpus.idea"] = idea
        app.run()
        assert not app.exception and not app.error, idea
        last = (0, 1, 2, 1) if grammar else (0, 1, 1, 0)
        assert shown(app) == PICTURES.get(idea, last)
        asked = "counted" if idea == "source" and not grammar else idea
        question = texts(language)(f"corpus.predict.{asked}.question")
        assert f"**{question}**" in [one.value for one in app.markdown]


def test_ones_own_text_of_any_characters_is_shown_as_it_is(visit: Visit, store: Store) -> None:
    name = save_own_text(NASTY)
    store.access.allow(name, ME, "<i>mine</i> *now*")
    app = opened(visit, "tokens", corpus=name, tokenizer="words", test_fraction="0.1")
    first = [chip[0] for chip in chips(app)[0]["rows"][0]["chips"]]
    assert first[:3] == ["<b>bold</b>", "&", '"quoted"']
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert {family, "\u00e9", "\ud55c", "\u0645\u0631\u062d\u0628\u0627"} <= set(first)
    assert chips(app)[0]["rows"][0]["chips"][first.index("<unk>")][2] is True
    assert literal("<i>mine</i> *now*") in app.caption[0].value
    app.segmented_control(key="corpus.idea").set_value("vocabulary").run()
    assert "back\\slash" in list(app.dataframe[0].value["token"])
    app.segmented_control(key="corpus.idea").set_value("frequencies").run()
    assert "&lt;b&gt;bold&lt;/b&gt;" in drawn(app)[0] and "<b>bold" not in drawn(app)[0]
    for idea in ("split", "source"):
        app.segmented_control(key="corpus.idea").set_value(idea).run()
        assert not app.exception and not app.error


def test_another_visitors_text_is_not_shown(
    visit: Visit, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = save_own_text("secret words " * 30)
    store.access.allow(name, "fedcba9876543210")
    app = opened(visit, "tokens", corpus=name)
    assert any("belongs to another visitor" in error.value for error in app.error)
    assert "secret" not in str(components(app)) + str([one.value for one in app.caption])
    monkeypatch.setattr("pages.ui.visit.session.present", lambda: Visitor("fedcba9876543210"))
    app = opened(visit, "tokens", corpus=name)
    assert not app.error and chips(app)[0]["rows"][0]["chips"][0][0] == "s"


def test_a_text_is_pasted_here_and_read_everywhere(visit: Visit) -> None:
    app = opened(visit, "tokens")
    app.text_area(key="own_text.pasted").set_value("abc " * 200).run()
    app.button(key="own_text.use").click().run()
    assert not app.exception and not app.error
    assert query(app)["corpus"].startswith("own-")
    assert [chip[0] for chip in chips(app)[0]["rows"][0]["chips"][:4]] == ["a", "b", "c", "␣"]
    app.switch_page("../overview.py").run()
    assert query(app)["corpus"].startswith("own-") and not app.exception


def test_the_settings_of_the_text_act_everywhere_and_stand_in_the_address(visit: Visit) -> None:
    app = opened(visit, "split", corpus="story-en", tokenizer="words")
    app.text_input(key="setting.min_count").set_value("3").run()
    app.text_input(key="setting.max_tokens").set_value("1000").run()
    assert (query(app)["min_count"], query(app)["max_tokens"]) == ("3", "1000")
    config = Config(corpus="story-en", tokenizer="words", min_count=3, max_tokens=1000)
    corpus = load_corpus(config)
    (table,) = app.table
    assert list(table.value[T("corpus.split.tokens")]) == [
        str(len(part)) for part in (corpus.train, corpus.valid, corpus.test)
    ]
    assert table.value[T("corpus.split.unknown")].iloc[0].endswith("%")
    app.switch_page("../overview.py").run()
    assert query(app)["min_count"] == "3"


def test_a_value_that_cannot_be_taken_stays_in_its_box_with_a_sentence(visit: Visit) -> None:
    app = opened(visit, "split", corpus="story-en")
    app.text_input(key="setting.min_count").set_value("many").run()
    assert "many" in app.error[0].value and app.text_input(key="setting.min_count").value == "many"
    assert "min_count" not in query(app) and shown(app) == PICTURES["split"]
    app.text_input(key="setting.min_count").set_value("2").run()
    assert not app.error and query(app)["min_count"] == "2"


def test_settings_that_leave_no_text_are_explained_and_can_be_mended(visit: Visit) -> None:
    app = opened(visit, "vocabulary", corpus="story-en", min_count="1000000")
    assert "lower the minimum count" in app.error[0].value and shown(app) == (0, 0, 0, 0)
    app.text_input(key="setting.min_count").set_value("1").run()
    assert not app.error and shown(app) == PICTURES["vocabulary"]


def test_a_text_that_is_not_on_the_machine_can_be_fetched(visit: Visit) -> None:
    app = opened(visit, "tokens", corpus="ptb")
    assert app.error and app.button(key="offer.fetch").label == T("offers.fetch")


def test_a_watched_run_keeps_its_text_and_the_page_says_so(visit: Visit, store: Store) -> None:
    run_id = store.create_run(Config(corpus="reber", grammar_tokens=2000), owner=ME)
    app = opened(visit, "tokens", corpus="reber", run=run_id)
    assert not app.info
    app.selectbox(key="setting.corpus").set_value("lag").run()
    (said,) = app.info
    assert "Lag language" in said.value and query(app)["run"] == run_id


def test_a_search_finds_letters_whatever_their_case_and_form(visit: Visit) -> None:
    app = opened(visit, "vocabulary", corpus="story-en", tokenizer="words")
    whole = len(app.dataframe[0].value)
    app.text_input(key="corpus.find").set_value("THE").run()
    found = list(app.dataframe[0].value["token"])
    assert "the" in found and len(found) < whole and all("the" in one.lower() for one in found)
    assert query(app)["corpus.find"] == "THE"
    app.text_input(key="corpus.find").set_value("no such token").run()
    assert not app.exception and len(app.dataframe[0].value) == 0
    app = opened(visit, "vocabulary", corpus="story-ko")
    app.text_input(key="corpus.find").set_value(unicodedata.normalize("NFD", "다")).run()
    assert list(app.dataframe[0].value["token"]) == ["다"]
    app.text_input(key="corpus.find").set_value("␣").run()
    assert list(app.dataframe[0].value["token"]) == ["␣"]


def test_targets_are_the_same_text_one_token_on(visit: Visit) -> None:
    app = opened(visit, "tokens", corpus="story-en", time_size="5")
    running, pairs = chips(app)
    x, t = (row["chips"] for row in pairs["rows"])
    first = running["rows"][0]["chips"]
    assert (x, t) == (first[:5], first[1:6])


def test_a_text_in_other_tokens_than_its_grammars_has_no_automaton(visit: Visit) -> None:
    app = opened(visit, "source", corpus="tiny-english", tokenizer="characters")
    assert T("corpus.source.other_tokens") in [one.value for one in app.markdown]
    assert shown(app) == (0, 1, 1, 0)


def test_where_nothing_is_held_out_the_page_says_so(visit: Visit) -> None:
    nothing = {"valid_fraction": "0", "test_fraction": "0"}
    app = opened(visit, "source", corpus="story-en", **nothing)
    assert app.info[0].value == T("corpus.counted.nothing_held_out")
    app = opened(visit, "split", corpus="story-en", **nothing)
    assert not app.exception and len(app.table[0].value) == 1


def test_what_an_address_alone_asks_for_is_bounded(visit: Visit) -> None:
    app = opened(visit, "split", corpus="reber", grammar_tokens="5000000")
    assert "its first" in app.caption[0].value
    tokens = sum(int(n.replace(",", "")) for n in app.table[0].value[T("corpus.split.tokens")])
    assert 400_000 <= tokens <= 400_100


ANSWERS = {
    "tokens": ("story-en", "less"),
    "vocabulary": ("reber", "none"),
    "frequencies": ("reber", "most"),
    "split": ("tiny-english", "same"),
    "source": ("lag", "many"),
    "counted": ("story-ko", "much"),
}


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_prediction_is_checked_against_what_was_counted(visit: Visit, asked: str) -> None:
    name, right = ANSWERS[asked]
    idea = "source" if asked == "counted" else asked
    app = opened(visit, idea, corpus=name, grammar_tokens="200000")
    key = f"predict.corpus.predict.{asked}"
    app.segmented_control(key=f"{key}.said").set_value(right).run()
    app.button(key=f"{key}.check").click().run()
    assert not app.exception
    told = next(one.value for one in app.markdown if one.value.startswith(("✓ ", "✗ ")))
    assert told.startswith("✓ ") and T(f"corpus.predict.{asked}.{right}") in told


def test_a_question_about_held_out_text_waits_where_there_is_none(visit: Visit) -> None:
    app = opened(visit, "split", corpus="story-en", valid_fraction="0", test_fraction="0")
    key = "predict.corpus.predict.split"
    app.segmented_control(key=f"{key}.said").set_value("same").run()
    app.button(key=f"{key}.check").click().run()
    assert not app.exception and app.segmented_control(key=f"{key}.said") is not None
