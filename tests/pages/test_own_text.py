"""An own text is read with settings that suit it, said in a sentence, and called by its name."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.visit.i18n import LANGUAGES, literal, texts
from rnncore.config import Config
from rnncore.presets import STORIES
from rnncore.runs.housekeeping import listing
from rnncore.runs.store import Store
from rnncore.text.fitted import fit
from rnncore.text.own_texts import own_text
from tests.pages.conftest import ME, Visit, query

TEXT = "the old man and the sea, the boy and the boat . " * 60
EN = texts("en")


def paste(app: AppTest, text: str) -> AppTest:
    app.text_area(key="own_text.pasted").set_value(text).run()
    return app.button(key="own_text.use").click().run()


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader(key="own_text.file").set_value((name, data, "text/plain")).run()
    return app.button(key="own_text.use").click().run()


def settings(app: AppTest) -> Config:
    kept = {name: value for name, value in query(app).items() if name in Config.model_fields}
    return Config.parse(kept)


def said(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


def named(app: AppTest) -> list[str]:
    """The texts that the visit can choose, as they are called."""
    return list(app.selectbox(key="setting.corpus").options)


def fitted(text: str, **kept: object) -> Config:
    return Config.parse({**fit(text).settings, **kept})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pasted_text_brings_its_settings_and_the_page_says_them(
    visit: Visit, language: str
) -> None:
    app = paste(visit(lang=language, layers="2", seed="5", window_scheme="book"), TEXT)
    assert not app.exception and not app.error
    name = query(app)["corpus"]
    assert settings(app) == fitted(own_text(name), corpus=name, seed=5)
    chosen = fit(own_text(name))
    sentence = said(app)
    for part in (f"{chosen.tokens:,}", "GRU", "T = 20", "H = 128", "0\\.003", "10%"):
        assert part in sentence, part
    assert f"{chosen.updates:,}" in sentence
    assert "own\\-" not in sentence and "own-" not in sentence


def test_what_the_person_has_chosen_stays_and_what_a_story_has_set_does_not(visit: Visit) -> None:
    app = paste(visit(tokenizer="words", pace="20"), TEXT)
    name = query(app)["corpus"]
    words = own_text(name).replace("\n", " <eos> ").split()
    expected = Config.parse(fit(words).settings | {"tokenizer": "words", "pace": 20})
    assert settings(app) == expected.with_changes(corpus=name)
    story = {name: str(value) for name, value in STORIES["memorises"].items()}
    app = paste(visit(**story, seed="3"), TEXT)
    assert settings(app) == fitted(own_text(name), corpus=name, seed=3)


def test_other_tokens_are_fitted_again_unless_something_was_changed(visit: Visit) -> None:
    app = paste(visit(), TEXT)
    name = query(app)["corpus"]
    app.selectbox(key="setting.tokenizer").set_value("words").run()
    words = own_text(name).replace("\n", " <eos> ").split()
    assert settings(app) == Config.parse(
        {**fit(words).settings, "tokenizer": "words", "corpus": name}
    )
    app.text_input(key="setting.hidden_size").set_value("40").run()
    assert literal(EN("settings.hidden_size.label")) in said(app)
    app.selectbox(key="setting.tokenizer").set_value("characters").run()
    assert settings(app).hidden_size == 40
    assert settings(app).batch_size == fit(words).settings["batch_size"]


def test_a_text_is_called_by_its_file_or_its_first_words(visit: Visit, store: Store) -> None:
    app = upload(visit(), "notes *of* 2024.md", TEXT.encode())
    assert "notes *of* 2024.md" in named(app)
    app = upload(app, "notes *of* 2024.md", b"another text " * 90)
    assert "notes *of* 2024.md (2)" in named(app)
    assert not any("own-" in title for title in named(app))
    run_id = store.create_run(settings(app), owner=ME)
    (listed,) = [found for found in listing(store) if found.run.id == run_id]
    assert listed.text == "notes *of* 2024.md"
    app = paste(app, "<b>Once</b> upon a time there was a man " * 30)
    assert "<b>Once</b> upon a time there was a man…" in named(app)


def test_a_binary_file_is_refused_by_its_name(visit: Visit) -> None:
    app = visit()
    before = settings(app)
    app = upload(app, "picture.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" * 20)
    (error,) = app.error
    assert "picture\\.png is a binary file" in error.value
    assert any(one.error for one in app.get("popover")), "where the file was given"
    app = upload(app, "notes.txt", b"")
    assert "notes\\.txt" in app.error[0].value and len(app.error) == 1
    assert settings(app) == before
    app = upload(app, "notes.txt", TEXT.encode())
    assert not app.error and settings(app) != before
