"""The texts that come with the project: long enough, and plain enough to learn from."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

CORPORA = Path(__file__).parents[1] / "assets" / "corpora"
STORIES = ("story-en.txt", "story-ko.txt")


@pytest.mark.parametrize("name", STORIES)
def test_a_story_has_at_least_1500_words(name: str) -> None:
    assert len((CORPORA / name).read_text(encoding="utf-8").split()) >= 1500


@pytest.mark.parametrize("name", STORIES)
def test_a_story_ends_its_last_line_and_has_no_blank_lines(name: str) -> None:
    text = (CORPORA / name).read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\n\n" not in text


@pytest.mark.parametrize("name", STORIES)
def test_a_story_uses_plain_punctuation_only(name: str) -> None:
    text = (CORPORA / name).read_text(encoding="utf-8")
    assert {c for c in text if not c.isalpha()} <= set('\n ".,?')


@pytest.mark.parametrize(
    ("file", "pattern", "count"),
    [("names-en.txt", "[A-Z][a-z]{1,11}", 1081), ("names-ko.txt", "[가-힣]{2}", 1776)],
)
def test_names_stand_one_a_line_once_in_no_order(file: str, pattern: str, count: int) -> None:
    text = (CORPORA / file).read_text(encoding="utf-8")
    names = text.removesuffix("\n").split("\n")
    assert len(names) == len(set(names)) == count
    assert all(re.fullmatch(pattern, name) for name in names)
    initials = [name[0] for name in names]
    assert sum(a > b for a, b in pairwise(initials)) > count / 3  # or the held-out part is all Z


def test_the_stories_are_in_their_languages() -> None:
    english, korean = ((CORPORA / name).read_text(encoding="utf-8") for name in STORIES)
    assert english.isascii()
    assert all("가" <= c <= "힣" for c in korean if c.isalpha())
