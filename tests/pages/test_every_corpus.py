"""Every built-in corpus opens on the Overview, in every language, and is named there."""

from __future__ import annotations

import pytest

from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.text.catalog import catalog
from tests.pages.conftest import SMALL, Visit

BUILT_IN = [name for name, info in catalog().items() if info.kind != "ptb"]


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_corpus_opens(visit: Visit, name: str) -> None:
    app = visit(**SMALL, corpus=name)
    assert not app.exception and not app.error
    chosen = app.selectbox(key="setting.corpus")
    assert chosen.value == name
    assert texts("en")(catalog()[name].title) in chosen.options


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_a_name_for_each(language: str) -> None:
    t = texts(language)
    titles = [t(info.title) for info in catalog().values()]
    assert len(set(titles)) == len(titles)


def test_grammars_come_first_as_the_help_says() -> None:
    kinds = [info.kind == "grammar" for info in catalog().values()]
    assert kinds == sorted(kinds, reverse=True)
