"""In which language a visit begins, and what links keep of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pages.ui.visit import language
from pages.ui.visit.i18n import LANGUAGES
from pages.ui.visit.session import Session
from tests.pages.conftest import Visit, query


@pytest.mark.parametrize(
    ("kept", "asked", "first"),
    [
        (None, "ko-KR", "ko"),
        (None, "ko", "ko"),
        (None, "en-GB", "en"),
        (None, "de-DE", "en"),
        (None, None, "en"),
        ("ko", "en-US", "ko"),
        ("en", "ko-KR", "en"),
        ("xx", "ko-KR", "ko"),
    ],
)
def test_a_visit_begins_in_the_language_kept_or_that_of_the_browser(
    kept: str | None, asked: str | None, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookies = {} if kept is None else {language.COOKIE: kept}
    context = SimpleNamespace(cookies=cookies, locale=asked)
    monkeypatch.setattr(language, "st", SimpleNamespace(context=context))
    assert language.first() == first


@pytest.mark.parametrize("asked", LANGUAGES)
def test_links_keep_a_language_in_which_no_visit_would_begin(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "first", lambda: asked)
    for spoken in LANGUAGES:
        visit = Session(spoken)
        links = visit.link(visit.config), visit.link_to("cell"), visit.step(1, "cell", {})
        assert {link.get("lang", asked) for link in links} == {spoken}


def test_a_page_that_is_opened_bare_stays_in_the_language(visit: Visit) -> None:
    app = visit(lang="ko").switch_page("../cell.py")
    app.query_params.clear()
    assert query(app.run())["lang"] == "ko"
