"""Every token that is shown can be seen, and none of them is markup."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.bptt.figures import batching, unrolled
from pages.ui.figures.palette import LIGHT
from pages.ui.figures.tokens import END, ISOLATE, escaped, isolated, visible
from pages.ui.gradients.figures import gradient_matrix
from pages.ui.gradients.figures.gradient_matrix import FlowFrame
from pages.ui.live import walk
from pages.ui.live.figures import states
from pages.ui.live.panels import panels
from pages.ui.visit.i18n import texts
from rnncore.probes.minibatches.batching import unrolled_view
from rnncore.probes.minibatches.rows import excerpt, rows
from rnncore.probes.minibatches.unrolled import Stretch
from rnncore.views import StateFrame
from tests.pages.views import RUN, SNAPSHOT

EN = texts("en")
BLANK = [
    *"\n \t\xa0\u2003\u202f\u3000\u200b\u200c\u200d\u2060\ufeff\xad\u200e\u202e",
    *"\ufe0f\u180b\u115f\u3164\u2800\x00\x07\x1b\x7f\x85\u2028\ue000\ufffe\U000e0067\U000e0101\u034f",
    "",
    "\u200d\ufe0f",
    "\u3000\u3000",
]


def has_ink(shown: str) -> bool:
    return any(unicodedata.category(char)[0] not in "ZCM" for char in shown)


@pytest.mark.parametrize("token", BLANK, ids=ascii)
def test_a_token_without_ink_has_a_name_of_its_own(token: str) -> None:
    assert has_ink(visible(token)) and visible(token) != token
    assert [visible(other) for other in BLANK].count(visible(token)) == 1


def test_names_are_those_that_unicode_uses() -> None:
    named = {"\n": "↵", " ": "␣", "\u200d": "‹ZWJ›", "\ufe0f": "‹VS16›", "\u3000": "‹U+3000›"}
    assert {token: visible(token) for token in named} == named
    assert visible("\u200d\ufe0f") == "‹ZWJ›‹VS16›"
    assert visible("\u0301") == "◌\u0301" and visible("\u0e48") == "◌\u0e48"


@pytest.mark.parametrize(
    "token", ["a", "한", "👩\u200d💻", "می\u200cخواهم", "❤\ufe0f", "é", "<eos>"]
)
def test_what_can_be_seen_stays_as_it_is(token: str) -> None:
    assert visible(token) == token


@given(st.text(max_size=6))
def test_every_token_can_be_seen(token: str) -> None:
    shown = visible(token)
    assert any(unicodedata.category(char)[0] not in "ZCM" for char in shown) or any(
        unicodedata.category(char) == "Cn" for char in token
    )
    assert "<" not in escaped(token) and ">" not in escaped(token)
    assert escaped(token).count("&") == sum(map(token.count, "&<>"))


def test_a_jamo_that_is_a_token_is_a_letter_with_its_place_in_the_syllable() -> None:
    shown = {"\u1112": "ㅎ-", "\u1161": "-ㅏ-", "\u11ab": "-ㄴ", "ㅎ": "ㅎ", "ㅏ": "ㅏ"}
    assert {token: visible(token) for token in shown} == shown
    assert visible("\ud7b0") == "-\u115f\ud7b0-"  # of old Hangul, without a letter of its own
    assert len({visible(chr(code)) for code in range(0x1100, 0x1200)}) == 256


def test_right_to_left_tokens_keep_their_place_in_a_line() -> None:
    assert isolated("שלום") == f"{ISOLATE}שלום{END}"
    assert isolated("hello") == "hello"


TRAPS = ("<b>x</b>", "&lt;", "\u200d", "\u3000", 'say "it\'s"', "\u0301")


def every_string(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in every_string(part)]
    if isinstance(value, (list, tuple)):
        return [text for part in value for text in every_string(part)]
    return []


def held_to_it(shown: list[str]) -> None:
    """Each trap occurs as it is to be shown, and nowhere as it came."""
    for trap in TRAPS:
        assert any(escaped(trap) in text for text in shown), trap
        if escaped(trap) != trap and trap != "&lt;":
            assert not any(text.strip() == trap or "<b>x" in text for text in shown), trap


def strings(figure: go.Figure) -> list[str]:
    return every_string(figure.to_plotly_json())


def test_every_figure_shows_tokens_so_in_labels_and_hover_texts() -> None:
    run = RUN._replace(probe_tokens=TRAPS, probe_states=None, state_names=None)
    held_to_it(strings(states.figure(run, LIGHT, EN)))
    frame = StateFrame(TRAPS[::-1], TRAPS, 1, ())
    twins = run._replace(states=frame)
    held_to_it(strings(states.figure(twins, LIGHT, EN)))
    shown_words = walk.walk(twins, EN)
    held_to_it([*shown_words["words"], *shown_words["sentence"], *shown_words["twin"]])
    view = SNAPSHOT._replace(next_tokens=(tuple((trap, 0.1) for trap in TRAPS),))
    held_to_it(every_string(states.ops(view)))
    held_to_it(strings(gradient_matrix.matrix(FlowFrame(TRAPS, TRAPS, 3), LIGHT, EN)))
    shown = excerpt(400, 2, 3)
    read = {scheme: rows(shown, 2, 3, scheme, 1) for scheme in ("aligned", "book")}
    tokens = [TRAPS[i % len(TRAPS)] for i in range(shown.tokens)]
    held_to_it(strings(batching.figure(read["aligned"], tokens, LIGHT, EN)))
    norms = np.ones(len(TRAPS))
    links = unrolled_view(len(TRAPS), 3, stateful=True)
    held_to_it(
        strings(unrolled.figure(Stretch(links, 0, 0, TRAPS, TRAPS, norms, norms), LIGHT, EN))
    )
    chips = next(panel for panel in panels(run, EN) if panel["id"] == "states")["chips"]
    assert [chip["text"] for chip in chips] == [visible(trap) for trap in TRAPS]
