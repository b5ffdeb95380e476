"""What is called held out is held out: elsewhere captions say that it is training text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pages.ui.inspected.preview import preview
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.config import Config
from tests.pages.conftest import SMALL, Visit, components
from tests.pages.training import Training, open_page

HELD_OUT = {"en": ("held-out", "held out"), "ko": ("검증",)}
ALL = {"corpus": "lag", "valid_fraction": 0.0, "test_fraction": 0.0}


def claims(text: str, language: str) -> bool:
    """Whether a text says of something that it is of held-out text."""
    return any(words in text for words in HELD_OUT[language])


def said(drawn: dict[str, Any]) -> str:
    """All that a panel says in sentences."""
    views = [view["caption"] for view in drawn["views"]]
    return " ".join([drawn["caption"], drawn["says"], drawn["sentence"] or "", *views])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("corpus", ["lag", "story-en"])
def test_no_panel_of_the_overview_calls_training_text_held_out(corpus: str, language: str) -> None:
    t = texts(language)
    config = Config.parse({**SMALL, **ALL, "corpus": corpus, "max_tokens": 3000})
    drawn = {one["id"]: said(one) for one in panels(preview(config).run, t)}
    denials = [t(f"figures.perplexity.{name}_training") for name in ("passed", "read")]
    for name, sentences in drawn.items():
        for denial in denials:
            sentences = sentences.replace(denial.strip(), "")
        assert not claims(sentences, language), name
    kept = {one["id"]: said(one) for one in panels(preview(Config(corpus="lag")).run, t)}
    for name in ("perplexity", "gradients"):
        assert claims(kept[name], language), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "idea"),
    [("gradients", "flow"), ("gradients", "jacobians"), ("cell", ""), ("bptt", "")],
)
def test_no_page_that_looks_into_a_run_does_either(
    visit: Visit, page: str, idea: str, language: str
) -> None:
    run = Training(**ALL)
    run.advance(2)
    query = {"lang": language}
    if idea:
        query |= {"gradients.idea": idea, "gradients.shown": idea, "gradients.text": "own"}
    app = open_page(visit, page, run, **query)
    assert not app.exception
    sentences = [one.value for one in (*app.caption, *app.markdown)]
    for given in components(app):
        if "panels" in given:
            sentences += map(said, given["panels"])
        if "figure" in given:
            sentences += [given["name"], json.dumps(given["figure"], ensure_ascii=False)]
    assert [one for one in sentences if claims(one, language)] == []


def test_side_trainings_of_such_a_run_are_compared_on_a_tenth_that_is_held_out(
    visit: Visit,
) -> None:
    run = Training(**ALL)
    run.advance(2)
    query = {"gradients.idea": "cells", "gradients.text": "own", "gradients.shown": "cells"}
    app = open_page(visit, "gradients", run, **query)
    app.button(key="lab.train").click().run()
    assert not app.exception
    (given,) = (one for one in components(app) if "panels" in one)
    assert claims(said(given["panels"][0]), "en")
