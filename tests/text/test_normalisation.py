"""Corpora and prompts meet in one form of Unicode."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.export import export_script
from rnncore.paths import data_dir
from rnncore.text.catalog import catalog
from rnncore.text.corpus import load_corpus
from rnncore.text.normalisation import LINE_ENDS, REMOVED, normalised, with_newlines
from rnncore.text.own_texts import save_own_text
from rnncore.text.prompts import prompt_tokens
from rnncore.text.tokenizers import CHARACTERS, WORDS, Tokenizer
from rnncore.text.vocabulary import Vocabulary
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer

INVISIBLE = [
    *"\ufeff\xad\u200b\u2060\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u206a\ufffc\ufffe\x01\x08\x1a\x1b\x7f\x80\x9f",
]
MEANT = (
    "👩\u200d💻",
    "می\u200cخواهم",
    "❤\ufe0f",
    "🏴\U000e0067\U000e007f",
    "a\xa0b",
    "\u3000",
    "\t",
)


@pytest.mark.parametrize("char", INVISIBLE, ids=ascii)
def test_what_saving_leaves_behind_is_no_token(char: str) -> None:
    assert normalised(f"{char}one{char} two\n{char}three{char}\n") == "one two\nthree\n"


@pytest.mark.parametrize("text", MEANT, ids=ascii)
def test_what_carries_meaning_stays(text: str) -> None:
    assert normalised(text) == text


@pytest.mark.parametrize(
    "end", ["\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_every_line_end_is_a_newline(end: str) -> None:
    assert normalised(f"one{end}two") == "one\ntwo"


def test_letters_meet_however_they_are_typed() -> None:
    for text in ("한국어", "café", "Å", "ệ"):
        assert normalised(unicodedata.normalize("NFD", text)) == text
    assert normalised("e\ufeff\u0301") == "é"  # parted by a mark


@given(st.text())
def test_a_second_time_changes_nothing(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert unicodedata.is_normalized("NFC", once)
    controls = {char for char in once if unicodedata.category(char) == "Cc"}
    assert controls <= {"\n", "\t"} and not set(INVISIBLE) & set(once)


@pytest.mark.parametrize("tokenizer", [WORDS, CHARACTERS], ids=lambda found: found.name)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("<eos>unk \n\t\x85\u2028\xa0")))
def test_tokens_are_seen_or_mean_something(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenizer.split(normalised(text))
    assert tokenizer.split(tokenizer.join(tokens)) == tokens
    assert not any(normalised(token) == "" for token in tokens)


def test_words_that_look_like_marks_are_words() -> None:
    text = "say <eos> and <unk> <b>&amp;</b>\n"
    tokens = WORDS.split(text)
    assert WORDS.join(tokens) == "say\nand <unk> <b>&amp;</b>\n"
    vocabulary = Vocabulary.build(tokens)
    assert vocabulary.decode(vocabulary.encode(tokens)) == tokens
    name = save_own_text("<unk> " * 40)
    corpus = load_corpus(Config(corpus=name, tokenizer="words"))
    assert corpus.vocabulary.tokens == ("<unk>",)


@pytest.mark.parametrize("name", [name for name, info in catalog().items() if info.file])
def test_the_texts_that_come_with_the_app_have_this_form(name: str) -> None:
    file = catalog()[name].file
    assert file is not None
    text = file.read_text("utf-8")
    assert normalised(text) == text


def test_a_prompt_meets_the_vocabulary_in_its_own_form() -> None:
    composed = Vocabulary(dict.fromkeys("한국어 é"))
    decomposed = Vocabulary(dict.fromkeys(unicodedata.normalize("NFD", "한국어 é")))
    words = Vocabulary([unicodedata.normalize("NFD", "한국어"), "a"])
    for typed in ("한국어", unicodedata.normalize("NFD", "한국어"), "\ufeff한\u200b국어"):
        assert prompt_tokens(typed, CHARACTERS, composed) == list("한국어")
        parts = list(unicodedata.normalize("NFD", "한국어"))
        assert prompt_tokens(typed, CHARACTERS, decomposed) == parts
        assert prompt_tokens(typed, WORDS, words) == ["".join(parts)]
    assert prompt_tokens("Q", CHARACTERS, composed) == ["Q"]  # the vocabulary refuses it by name
    assert prompt_tokens("\ud83d", CHARACTERS, composed) == ["?"]
    for nothing in ("", "\ufeff", "\u200b"):
        with pytest.raises(TextError) as caught:
            prompt_tokens(nothing, CHARACTERS, composed)
        assert caught.value.code == "empty_prompt"


OLD = unicodedata.normalize("NFD", "한국어를 배운다.\u2028\ufeff새 줄 \xad이다.\n")
SMALL = {"batch_size": 3, "time_size": 5, "hidden_size": 7, "embedding_size": 5, "epochs": 1}


@pytest.fixture
def old_run(tmp_path: Path) -> Path:
    """A checkpoint on an own text that was kept as it came, as the first version did."""
    (data_dir() / "texts").mkdir(parents=True)
    (data_dir() / "texts" / "own-0123456789ab.txt").write_text(OLD * 30, "utf-8")
    config = Config.parse({**SMALL, "corpus": "own-0123456789ab"})
    raw = Vocabulary.build(list(with_newlines(OLD)))
    trainer = Trainer(config, load_corpus(config, raw))
    assert trainer.corpus.vocabulary == raw
    trainer.step()
    checkpoint.save(tmp_path / "old.safetensors", trainer)
    return tmp_path / "old.safetensors"


def test_a_run_on_a_text_that_was_not_normalised_goes_on(old_run: Path) -> None:
    trainer = checkpoint.load(old_run)
    assert "\ufeff" in trainer.corpus.vocabulary and trainer.steps == 1
    anew = load_corpus(trainer.config)
    assert set(anew.vocabulary.tokens) <= set(normalised(OLD))


def test_an_exported_script_reads_prompts_like_the_command(old_run: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    stored = checkpoint.read(old_run)
    script.write_text(export_script(stored), "utf-8")
    prompt = "\ufeff한국어"
    known = prompt_tokens(prompt, stored.tokenizer, stored.vocabulary)
    written = subprocess.run(
        [sys.executable, "-X", "utf8", script, "--prompt", prompt, "--length", "0"],
        capture_output=True, text=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    assert json.dumps(written) == json.dumps("".join(known) + "\n")


@given(st.text())
def test_the_patterns_that_a_script_is_given_say_the_same(text: str) -> None:
    ends = re.sub(LINE_ENDS, "\n", text).replace("\x1f", "\t")
    assert unicodedata.normalize("NFC", re.sub(REMOVED, "", ends)) == normalised(text)
