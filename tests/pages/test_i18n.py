"""Sentences: errors in every language, values shown literally."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from pages.ui.figures.grammar_states import state_name
from pages.ui.visit import i18n
from pages.ui.visit.i18n import LANGUAGES, Texts, literal, texts, unmarked
from pages.ui.widgets import header
from rnncore.config import Config
from rnncore.errors import ConfigError, RnnError, TextError
from rnncore.paths import assets_dir
from rnncore.runs.records import error_values
from rnncore.text.dyck import dyck
from rnncore.text.lag import lag_language
from rnncore.text.reber import embedded_reber, reber
from rnncore.text.temporal_order import temporal_order
from rnncore.text.tiny_english import tiny_english
from tests.pages.conftest import Visit


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_said_in_the_language_with_its_values(language: str) -> None:
    error = TextError("not_utf8", "a_b.txt: byte 12.", name="a_b.txt", position=12)
    said = texts(language).explain(error)
    assert "a\\_b\\.txt" in said
    assert "12" in said
    assert said == texts(language).explain(error_values(error))  # as the store keeps it


def test_an_error_without_a_sentence_is_said_in_its_own_words() -> None:
    assert texts("ko").explain(RnnError("no_such_code", "plain words")) == "plain words"
    assert texts("ko").explain({"code": "not_utf8", "message": "m", "values": {}}) == "m"


NAMED = [
    ({"valid_fraction": 0.5, "test_fraction": 0.5}, ("valid_fraction", "test_fraction")),
    ({"hidden_size": -1, "time_size": 0}, ("hidden_size", "time_size")),
    ({"tied": True, "hidden_size": 3, "embedding_size": 4}, ("hidden_size", "embedding_size")),
    ({"schedule": "quarter", "valid_fraction": 0}, ("schedule", "valid_fraction")),
    ({"epochs": 0}, ("epochs",)),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("settings", "wrong"), NAMED)
def test_errors_call_settings_by_the_labels_of_their_boxes(
    language: str, settings: dict[str, object], wrong: tuple[str, ...]
) -> None:
    t = texts(language)
    with pytest.raises(ConfigError) as raised:
        Config.parse(settings)
    said = t.explain(raised.value)
    for name in wrong:
        assert literal(t(f"settings.{name}.label")) in said
        assert name in str(raised.value), "a terminal wants the name"
        assert not re.search(rf"\b{name}\b".replace("_", r"\\?_"), said) or "_" not in name
    assert "quarter" not in said.replace(t("settings.schedule.quarter"), "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_typed_stays_as_it_is_though_it_is_called_like_a_setting(language: str) -> None:
    t = texts(language)
    with pytest.raises(ConfigError) as raised:
        Config.parse({"hidden_size": "max_tokens"})
    assert literal("'max_tokens'") in t.explain(raised.value)
    with pytest.raises(ConfigError) as raised:
        Config.parse({"hidden": 3})
    assert literal("hidden_size, ") in t.explain(raised.value), "an address has names"
    error = TextError("not_utf8", "max_tokens: byte 1.", name="max_tokens", position=1)
    assert literal("max_tokens") in t.explain(error)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_for_a_page_holds_the_inner_name_of_a_setting(language: str) -> None:
    t = texts(language)
    for key, sentence in t.table("errors").items():
        gaps = set(re.findall(r"\{(\w+)\}", sentence))
        values = dict.fromkeys(gaps, "7") | (
            {"setting": "hidden_size"} if "setting" in gaps else {}
        )
        said = t.explain({"code": key, "message": "?", "values": values})
        assert said != "?", "a gap was lost"
        assert not re.search(rf"(?<![a-z])(?:{i18n.LONG})(?![a-z])".replace("_", r"\\?_"), said), (
            key
        )


def test_what_a_person_typed_is_no_markdown() -> None:
    assert literal("<b>**x**</b> $y$ :red[z]") == (r"\<b\>\*\*x\*\*\</b\> \$y\$ \:red\[z\]")


def test_plain_text_that_streamlit_dresses_up_is_parted_without_ink() -> None:
    """It looks for links, icons and signs once the backslashes are gone."""
    for text, part in (
        ("https://evil.example/x", "://"),
        ("HTTP://evil.example", "://"),
        ("www.evil.example", "www."),
        ("a@evil.example", "@e"),
        (":material/home:", ":m"),
        (":streamlit:", ":s"),
        *((f"a {sign} b", sign) for sign in ("->", "<-", "--", ">=", "<=", "~=")),
    ):
        shown = re.sub(r"\\(.)", r"\1", literal(text))
        assert part not in shown
        assert shown.replace("\u2060", "") == text
    assert "\u2060" not in literal("a-b: 0.5 <eos> x@ 3:1 /data/runs.db")
    assert "\u2060" not in literal("remove it with python -m rnncore runs --forget abc")


def test_an_unknown_language_falls_back() -> None:
    assert texts("eo").language == "en"


def test_tables_keep_gaps_for_the_reader_to_fill() -> None:
    assert "{done}" in Texts("en").table("strip")["place"]


def test_grammar_states_are_named_in_the_persons_language_and_keep_their_tokens() -> None:
    korean, english = texts("ko"), texts("en")
    assert state_name("singular · that sees an object", korean) == "단수 · that sees 목적어"
    assert state_name("A · 3 to go", korean) == "A · 3 남음"
    for grammar in (
        *(tiny_english(), embedded_reber(), reber(), lag_language(4)),
        *(temporal_order(), dyck()),
    ):
        for name in grammar.state_names:
            assert state_name(name, english) == name
        assert state_name(grammar.state_names[0], korean) == "시작"
        known = [state_name(name, korean) for name in grammar.state_names]
        assert len(set(known)) == len(known)


def test_another_language_is_its_own_files_and_one_row(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "assets"
    copytree(assets_dir(), folder, ignore=ignore_patterns("screenshots"))
    for kind in ("locales", "lessons"):
        copytree(folder / kind / "en", folder / kind / "eo")
    whole = (folder / "locales" / "en.toml").read_text(encoding="utf-8")
    said = i18n.texts("en")("app.lesson")
    own = whole.replace(f'"{said}"', f'"XX {said}"')
    (folder / "locales" / "eo.toml").write_text(own, encoding="utf-8")
    for module in (i18n, header):
        monkeypatch.setattr(module, "assets_dir", lambda: folder)
    monkeypatch.setitem(i18n.LANGUAGES, "eo", "Esperanto")
    i18n.texts.cache_clear()
    app = visit(lang="eo")
    assert not app.exception
    others = [name for code, name in i18n.LANGUAGES.items() if code != "eo"]
    assert [one.label for one in app.button if str(one.key).startswith("language.")] == others
    assert i18n.texts("eo")("app.lesson").startswith("XX ")
    for page in ("cell", "bptt", "gradients"):
        assert not app.switch_page(f"../{page}.py").run().exception


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("**Bold** and *slanted*, `code`.", "Bold and slanted, code."),
        (":material/warning: Beware of 2 * 3 * 4", "Beware of 2 * 3 * 4"),
        (":small[:primary[Train one]]", "Train one"),
        (r"a\_b\* and ‖∂Lₜ/∂hₖ‖", "a_b* and ‖∂Lₜ/∂hₖ‖"),
        ("**× 3** in <b>all</b><br>", "× 3 in all"),
    ],
)
def test_a_sentence_is_said_without_its_marks(marked: str, said: str) -> None:
    assert unmarked(marked) == said
