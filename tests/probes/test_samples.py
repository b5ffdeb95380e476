"""Generated strings are judged as the grammar does, and the legal share counts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rnncore.config import Config
from rnncore.probes import samples
from rnncore.probes.samples import LONGEST_STRING, STRINGS, TEXT_TOKENS, draw_samples
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.grammar import Grammar
from rnncore.text.tokenizers import EOS
from rnncore.training.trainer import Trainer

GRAMMARS = ("tiny-english", "reber", "embedded-reber", "lag", "temporal-order", "dyck-2")


def small(corpus: str, **settings: Any) -> tuple[Config, Corpus]:
    sizes = {"grammar_tokens": 2000, "hidden_size": 7, "embedding_size": 5, "batch_size": 3}
    config = Config.parse({"corpus": corpus, **sizes, **settings})
    return config, load_corpus(config)


def spoken(corpus: Corpus, strings: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is made of a model that writes these strings, one a stream."""
    ids = np.array([corpus.vocabulary.encode(string) for string in strings])
    monkeypatch.setattr(samples, "STRINGS", len(strings))

    def generate(*_: object) -> Iterator[np.ndarray]:
        yield from ids.T

    monkeypatch.setattr(samples, "generate", generate)
    return draw_samples(None, corpus, 1.0, np.random.default_rng(0))  # type: ignore[arg-type]


def tokens_of(corpus: Corpus, text: str) -> list[str]:
    """The tokens of a sample as it is shown, where a sentence's end is not."""
    tokens = corpus.tokenizer.split(text)
    return [*tokens, EOS] if EOS in corpus.vocabulary else tokens


def written(grammar: Grammar, rng: np.random.Generator, mistakes: bool) -> list[str]:
    """LONGEST_STRING tokens of the grammar, perhaps with one of them replaced."""
    tokens = grammar.sample(LONGEST_STRING, rng)[:LONGEST_STRING]
    if mistakes:
        tokens[rng.integers(LONGEST_STRING)] = str(rng.choice(grammar.tokens))
    return tokens


@pytest.mark.parametrize("name", GRAMMARS)
@pytest.mark.parametrize("mistakes", [False, True])
def test_strings_are_judged_as_the_grammar_does(
    name: str, mistakes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, corpus = small(name)
    grammar, rng = corpus.grammar, np.random.default_rng(3)
    assert grammar is not None
    strings = [written(grammar, rng, mistakes) for _ in range(60)]
    judged, share = spoken(corpus, strings, monkeypatch)
    assert len(judged) == 60
    for sample, string in zip(judged, strings, strict=True):
        legal = [grammar.is_legal(string[:n]) for n in range(1, LONGEST_STRING + 1)]
        violation = grammar.walk(string).violation
        if True in legal:  # the first whole string, whatever comes behind it
            assert sample.legal is True
            assert tokens_of(corpus, sample.text) == string[: legal.index(True) + 1]
        elif violation is None:
            assert sample.legal is None and sample.text.endswith("…")
        else:
            assert sample.legal is False
            shown = tokens_of(corpus, sample.text.removesuffix(" …"))
            assert string[: min(len(shown) - 1, violation)] == shown[: len(shown) - 1][:violation]
            assert not grammar.walk([*shown[:-1], shown[-1]]).complete
    flags = [sample.legal for sample in judged if sample.legal is not None]
    assert share == pytest.approx(np.mean(flags))
    assert share == 1 if not mistakes else share < 1


def test_a_share_of_nothing_decided_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    _, corpus = small("lag", lag=40)
    endless = [[corpus.grammar.example[0], *corpus.grammar.example[1:LONGEST_STRING]]]  # type: ignore[union-attr]
    judged, share = spoken(corpus, endless, monkeypatch)
    assert share is None and [sample.legal for sample in judged] == [None]


@pytest.mark.parametrize("name", GRAMMARS)
def test_strings_of_an_untrained_network(name: str) -> None:
    config, corpus = small(name)
    model = Trainer(config, corpus).model.twin()
    drawn, share = draw_samples(model, corpus, 1.0, np.random.default_rng(1))
    again, same = draw_samples(model, corpus, 1.0, np.random.default_rng(1))
    assert (drawn, share) == (again, same)
    assert len(drawn) == STRINGS and all("\n" not in sample.text for sample in drawn)
    assert drawn != draw_samples(model, corpus, 1.0, np.random.default_rng(2))[0]


@pytest.mark.parametrize("tokenizer", ["characters", "words"])
def test_free_text_is_one_passage_that_nobody_judges(tokenizer: str) -> None:
    config, corpus = small("story-en", tokenizer=tokenizer, time_size=5)
    model = Trainer(config, corpus).model.twin()
    (sample,), share = draw_samples(model, corpus, 1.0, np.random.default_rng(0))
    assert share is None and sample.legal is None
    length = len(corpus.tokenizer.split(sample.text))
    assert 0.6 * TEXT_TOKENS[tokenizer] <= length <= TEXT_TOKENS[tokenizer]
