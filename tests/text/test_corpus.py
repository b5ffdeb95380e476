"""A corpus is the text the config asks for, cut by position and numbered for training."""

from pathlib import Path

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.text.corpus import Corpus, corpus_names, load_corpus
from rnncore.text.own_texts import save_own_text
from rnncore.text.vocabulary import UNKNOWN

GRAMMARS = ("tiny-english", "embedded-reber", "reber", "lag", "temporal-order", "dyck-2")
STORIES = ("story-en", "story-ko")
NAMES = ("names-en", "names-ko")


def load(**settings: object) -> Corpus:
    return load_corpus(Config.parse(settings))


def text_of(corpus: Corpus) -> str:
    ids = np.concatenate([corpus.train, corpus.valid, corpus.test])
    return corpus.tokenizer.join(corpus.vocabulary.decode(ids))


def refused(code: str, **settings: object) -> str:
    """The sentence with which `settings` are refused."""
    with pytest.raises(TextError) as caught:
        load(**settings)
    assert caught.value.code == code
    return str(caught.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "text.txt"


def test_the_form_offers_all_named_corpora() -> None:
    assert corpus_names() == (*GRAMMARS, *NAMES, *STORIES, "ptb")


@pytest.mark.parametrize("name", GRAMMARS)
def test_grammar_text_is_cut_between_strings(name: str) -> None:
    corpus = load(corpus=name, grammar_tokens=5000)
    assert corpus.grammar is not None and corpus.grammar.name == name
    assert corpus.vocabulary.tokens == corpus.grammar.tokens
    for part in (corpus.train, corpus.valid, corpus.test):
        assert part.dtype == np.int64
        assert corpus.grammar.walk(corpus.vocabulary.decode(part)).complete
    total = sum(map(len, (corpus.train, corpus.valid, corpus.test)))
    assert len(corpus.train) / total == pytest.approx(0.9, abs=0.01)
    assert len(corpus.valid) / total == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize("name", GRAMMARS)
def test_probe_and_prompt_of_a_grammar_are_whole_strings(name: str) -> None:
    corpus = load(corpus=name)
    assert corpus.grammar is not None
    assert corpus.grammar.is_legal(corpus.probe) and 8 <= len(corpus.probe) <= 16
    walk = corpus.grammar.walk(corpus.prompt)
    assert walk.complete and walk.states.count(corpus.grammar.start) == 2
    tail = corpus.vocabulary.decode(corpus.train[-len(corpus.prompt) :])
    assert tuple(tail) == corpus.prompt


def test_the_seed_of_a_run_leaves_its_text_alone_and_more_text_only_adds() -> None:
    def drawn(**settings: object) -> np.ndarray:
        corpus = load(valid_fraction=0, test_fraction=0, **settings)
        assert len(corpus.valid) == len(corpus.test) == 0
        return corpus.train

    text = drawn(grammar_tokens=6000, seed=1)
    assert 6000 <= len(text) < 6030
    np.testing.assert_array_equal(drawn(grammar_tokens=6000, seed=2), text)
    np.testing.assert_array_equal(drawn(grammar_tokens=9000)[: len(text)], text)
    assert len(drawn(grammar_tokens=6000, max_tokens=500)) < 530


def test_held_out_text_is_as_hard_as_the_grammar_says() -> None:
    corpus = load()
    assert corpus.grammar is not None
    for part in (corpus.train, corpus.valid, corpus.test):
        tokens = corpus.vocabulary.decode(part)
        states = [corpus.grammar.start, *corpus.grammar.states_along(tokens)]
        chances = [{edge.token: edge.probability for edge in row} for row in corpus.grammar.edges]
        told = [chances[state][token] for state, token in zip(states, tokens, strict=False)]
        assert -np.log2(told).mean() == pytest.approx(corpus.grammar.entropy_rate(), abs=0.01)


def test_the_lag_is_that_of_the_config() -> None:
    assert load(corpus="lag", lag=3).probe == tuple("AxyxA")


def test_a_grammar_read_in_other_tokens_is_plain_text() -> None:
    words, characters = load(), load(tokenizer="characters")
    assert characters.grammar is None and "a" in characters.vocabulary
    assert text_of(characters) == text_of(words)
    assert "characters" in refused("few_tokens", corpus="lag", tokenizer="words")


def test_free_text_is_split_by_position(file: Path) -> None:
    file.write_text(" ".join(f"w{i}" for i in range(100)), encoding="utf-8")
    corpus = load(corpus=str(file), valid_fraction=0.2, test_fraction=0.1)
    assert corpus.name == str(file) and corpus.tokenizer.name == "words"
    assert (len(corpus.train), len(corpus.valid), len(corpus.test)) == (70, 20, 10)
    assert corpus.vocabulary.tokens == (*(f"w{i}" for i in range(70)), UNKNOWN)
    assert set(corpus.valid) == set(corpus.test) == {70}  # all of them unseen in training


def test_unknown_is_only_there_where_it_is_needed(file: Path) -> None:
    file.write_text("a b c a b c a b c a b c a b c a b c a b c", encoding="utf-8")
    assert load(corpus=str(file)).vocabulary.tokens == ("a", "b", "c")
    file.write_text("a b a b z a b a b a b", encoding="utf-8")
    assert load(corpus=str(file), min_count=2).vocabulary.tokens == ("a", "b", UNKNOWN)


def test_a_probe_and_a_prompt_speak_the_vocabulary(file: Path) -> None:
    file.write_text("one two . three " * 20 + "new " * 20, encoding="utf-8")
    corpus = load(corpus=str(file), valid_fraction=0.2, test_fraction=0)
    assert corpus.probe == (UNKNOWN,) * 14
    assert len(corpus.prompt) == 12 and corpus.prompt[-1] == "."


def test_one_held_out_token_is_none(file: Path) -> None:
    file.write_text("a b c d e f g h i j k l", encoding="utf-8")
    corpus = load(corpus=str(file))
    assert (len(corpus.train), len(corpus.valid), len(corpus.test)) == (12, 0, 0)
    assert corpus.probe == tuple("abcdefghijkl")


@pytest.mark.parametrize("name", STORIES)
def test_the_stories_are_read_letter_by_letter(name: str) -> None:
    corpus = load(corpus=name)
    assert corpus.tokenizer.name == "characters" and corpus.grammar is None
    assert len(text_of(corpus).split()) >= 1500
    assert len(corpus.probe) == 14 and corpus.prompt[-1] in ".!?\n"


@pytest.mark.parametrize("name", NAMES)
def test_whole_names_are_watched_and_begun_from(name: str) -> None:
    corpus = load(corpus=name)
    listed = text_of(corpus).split("\n")
    for passage in (corpus.probe, corpus.prompt):
        *names, after = "".join(passage).split("\n")
        assert after == "" and names and set(names) <= set(listed)
    assert len("".join(corpus.probe).split()) > 1


def test_own_text_is_read_in_characters() -> None:
    name = save_own_text("<script>alert(1)</script> 안녕" * 5)
    corpus = load(corpus=name)
    assert corpus.tokenizer.name == "characters"
    assert text_of(corpus) == "<script>alert(1)</script> 안녕" * 5


@pytest.mark.slow
def test_the_first_thousand_words_of_ptb_are_those_of_the_book(data_folder: Path) -> None:
    path = data_folder / "ptb" / "ptb.train.txt"
    corpus = load(corpus=str(path), max_tokens=1000, valid_fraction=0, test_fraction=0)
    assert len(corpus.train) == 1000 and len(corpus.vocabulary) == 418
    assert corpus.vocabulary.tokens[:3] == ("aer", "banknote", "berlitz")
    whole = load(corpus=str(path.parent))
    assert list(map(len, (whole.train, whole.valid, whole.test))) == [929_589, 73_760, 82_430]
    assert len(whole.vocabulary) == 10_000


@pytest.mark.parametrize("name", ["tiny-inglish", "~nobody/x", "a\0b", "x" * 5000, "own-12"])
def test_any_name_that_is_no_corpus_gets_the_names_that_are(name: str) -> None:
    assert "tiny-english" in refused("no_corpus", corpus=name)


def test_what_cannot_be_trained_on_is_refused_with_a_cure(file: Path) -> None:
    file.write_text("lonely", encoding="utf-8")
    assert "1 token" in refused("few_tokens", corpus=str(file))
    file.write_text(" ".join(map(str, range(70_000))), encoding="utf-8")
    sentence = refused("large_vocabulary", corpus=str(file))
    assert "50,000" in sentence and "minimum count" in sentence and "characters" in sentence
    assert "minimum count" in refused("all_rare", corpus=str(file), min_count=2)
    assert load(corpus=str(file), tokenizer="characters").vocabulary.tokens[0] == "0"
