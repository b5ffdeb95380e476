"""Where there is too little text, the sentence blames what made it so: a setting, or the text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.config import Config
from rnncore.errors import ConfigError, RnnError, TextError
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer

TEXT = "the cat sat on the mat\n" * 40  # 280 words with the ends of lines
NAMED = re.compile(r"[a-z]+_[a-z]+")
SIZES = {"tokenizer": "words", "hidden_size": 5, "embedding_size": 3, "batch_size": 10}


def trainer(corpus: str, **settings: Any) -> Trainer:
    config = Config.parse({**SIZES, "time_size": 5, "corpus": corpus, **settings})
    return Trainer(config, load_corpus(config))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, "utf-8")
    return path


@pytest.mark.parametrize(
    ("settings", "blamed"),
    [
        ({"max_tokens": 40}, "max_tokens = 40"),
        ({"max_tokens": 1}, "max_tokens = 1"),
        (
            {"valid_fraction": 0.5, "test_fraction": 0.4},
            "0.5, test_fraction = 0.4",
        ),
        ({"valid_fraction": 0.5, "test_fraction": 0.49, "max_tokens": 9}, "test_fraction = 0.49"),
        (
            {"valid_fraction": 0.5, "test_fraction": 0.5},
            "0.5, test_fraction = 0.5",
        ),
        ({"corpus": "reber", "grammar_tokens": 100, "batch_size": 50}, "grammar_tokens = 100"),
        ({"corpus": "reber", "max_tokens": 20}, "max_tokens = 20"),
        ({"corpus": "lag", "lag": 64, "grammar_tokens": 100, "time_size": 50}, "grammar_tokens"),
    ],
    ids=str,
)
def test_a_setting_that_leaves_too_little_is_blamed(
    settings: dict[str, Any], blamed: str, file: Path
) -> None:
    usual = {"corpus": str(file)} if "corpus" not in settings else {"tokenizer": "auto"}
    with pytest.raises(ConfigError) as caught:
        trainer(**usual | settings)
    assert blamed in str(caught.value).replace(" and test_fraction", ", test_fraction")
    for language in LANGUAGES:  # where people see boxes, they are called by their labels
        t = texts(language)
        said = t.explain(caught.value).replace("\\", "")
        assert all(t(f"settings.{name}.label") in said for name in NAMED.findall(blamed))
        assert all(number in said for number in re.findall(r"[\d.]*\d", blamed))


@pytest.mark.parametrize(
    ("text", "settings", "parts"),
    [
        (TEXT, {"batch_size": 100_000}, ["100000 streams", "longer text", "lower N or T"]),
        (TEXT, {"time_size": 10_000}, ["10000 ticks", "lower N or T"]),
        (TEXT, {"min_count": 500}, ["500 times", "minimum count (min_count)"]),
        ("word", {}, ["1 token", "longer text"]),
        ("word", {"max_tokens": 1}, ["1 token", "longer text"]),
    ],
    ids=lambda part: str(part)[:40],
)
def test_otherwise_it_is_the_text_beside_n_and_t(
    text: str, settings: dict[str, Any], parts: list[str], file: Path
) -> None:
    file.write_text(text, "utf-8")
    with pytest.raises(TextError) as caught:
        trainer(str(file), **settings)
    assert all(part in str(caught.value) for part in parts)


def test_a_folder_of_three_parts_is_never_the_fault_of_fractions(tmp_path: Path) -> None:
    for part, lines in (("train", 6), ("valid", 20), ("test", 20)):
        (tmp_path / f"ptb.{part}.txt").write_text("a b c\n" * lines, "utf-8")
    with pytest.raises(RnnError) as caught:
        trainer(str(tmp_path))
    assert caught.value.code == "too_short"


def test_what_is_enough_trains(file: Path) -> None:
    assert trainer(str(file)).step().step == 1
