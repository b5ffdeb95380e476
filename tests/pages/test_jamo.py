"""A run on jamo in the Overview: composed where text is read, and its perplexity per syllable."""

from __future__ import annotations

import pytest

from pages.ui.figures.palette import PALETTES
from pages.ui.live import walk
from pages.ui.live.figures import perplexity, states
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.views import HeldOutPoint
from tests.pages.conftest import Visit
from tests.pages.views import TEXT_RUN

RUN = TEXT_RUN._replace(token_unit="jamo", probe_tokens=tuple("\u1112\u1161\u11ab ㅋ"))


def test_a_held_out_point_says_its_perplexity_per_syllable_too() -> None:
    _, shown, _, each = perplexity.held_out_ops(HeldOutPoint(40, "valid", 4.0, 2.0, None, 16.5))
    assert (shown["name"], shown["value"]) == ("valid", 4.0)
    assert (each["name"], each["value"]) == ("valid_character", 16.5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_has_room_for_it_where_tokens_are_jamo(language: str) -> None:
    t = texts(language)
    for run, said in ((TEXT_RUN, False), (RUN, True)):
        (panel, *_) = panels(run, t)
        labels = {readout["name"]: readout["label"] for readout in panel["readouts"]}
        assert ("valid_character" in labels) == said
    assert labels["valid_character"] == t("figures.perplexity.valid_character")
    assert t("units.jamo") in panel["caption"]


def test_a_sentence_of_jamo_is_told_apart_by_its_letters() -> None:
    described = walk.walk(RUN, texts("en"))
    assert described["plain"] == ["ㅎ-", "-ㅏ-", "-ㄴ", "␣", "ㅋ"]
    assert described["joint"] == " "
    for palette in PALETTES:
        drawn = states.figure(RUN, palette, texts("ko")).to_json()
        assert "\\u1112" not in drawn and "\u1112" not in drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_opens_on_jamo(visit: Visit, language: str) -> None:
    app = visit(corpus="story-ko", tokenizer="jamo", hidden_size="8", lang=language)
    assert not app.exception
    assert app.selectbox(key="setting.tokenizer").value == "jamo"
