"""A text ready for training: ids in three parts, and all that is known about its tokens."""

from __future__ import annotations

import hashlib
import json
import os
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnncore.config import Config
from rnncore.errors import TextError
from rnncore.shapes import Ids
from rnncore.text.catalog import catalog, corpus_names
from rnncore.text.decoding import Form, read_file
from rnncore.text.dyck import dyck
from rnncore.text.excerpts import prompt_of, watched
from rnncore.text.grammar import Grammar
from rnncore.text.lag import lag_language
from rnncore.text.normalisation import normalised, with_newlines
from rnncore.text.own_texts import is_own, own_text
from rnncore.text.parts import parts
from rnncore.text.ptb import read_folder, read_ptb
from rnncore.text.reber import embedded_reber, reber
from rnncore.text.temporal_order import temporal_order
from rnncore.text.tiny_english import tiny_english
from rnncore.text.tokenizers import Tokenizer, tokenizer, tokens_per_character
from rnncore.text.vocabulary import UNKNOWN, Vocabulary

__all__ = ["Corpus", "corpus_names", "load_corpus"]

TEXT_SEED = 14
"""A grammar's text is the same in every run: Config.seed changes the network only. With this seed
the held-out text is neither luckier nor harder than the grammar's floor says."""
LARGEST_VOCABULARY = 50_000


@dataclass(frozen=True, eq=False)
class Corpus:
    """Text by position: train, then valid, then test; a part that is not wanted has length 0.

    probe   a whole string or the beginning of the held-out text, to watch the states on
    prompt  brings a model in its zero state to the end of a string, before sampling
    """

    name: str
    train: NDArray[np.int64]
    valid: NDArray[np.int64]
    test: NDArray[np.int64]
    vocabulary: Vocabulary
    tokenizer: Tokenizer
    grammar: Grammar | None
    probe: tuple[str, ...]
    prompt: tuple[str, ...]

    def holds_out(self, more: int = 1) -> bool:
        """Whether more than so many tokens are held out to watch."""
        return len(self.valid) > more

    def watched(self, more: int = 1) -> NDArray[np.int64]:
        """The held-out text; the training text where it holds out no more than so many tokens."""
        return self.valid if self.holds_out(more) else self.train

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of all that training and evaluation read of it: vocabulary, tokenizer, parts."""
        known = json.dumps([self.tokenizer.name, self.vocabulary.tokens])
        whole = hashlib.sha256(known.encode("ascii"))
        for part in (self.train, self.valid, self.test):
            whole.update(len(part).to_bytes(8, "little"))
            whole.update(np.ascontiguousarray(part, "<i8").data)
        return whole.hexdigest()

    def tokens_per_character(self, ids: Ids) -> float | None:
        """By what a loss per predicted token, ids[1:], is multiplied to be one per character.

        None where no token is a part of a character, or there is nothing to predict.
        """
        if self.tokenizer.continues is None or len(ids) < 2:
            return None
        return tokens_per_character(self.vocabulary.decode(ids[1:]), self.tokenizer)


def load_corpus(config: Config, known: Vocabulary | None = None) -> Corpus:
    """Read or draw the text that `config` asks for; the same config gives the same corpus.

    `known` is the vocabulary of a network that was trained on it. The first checkpoints are of
    texts that were not normalised: where the text has this vocabulary only as it was read then,
    it is read so again.
    A grammar's text keeps its grammar as long as it is read in the grammar's own tokens, which
    are then all in the vocabulary whatever `min_count` says.
    Raises TextError if there is no such text or it cannot be used, ConfigError if the settings
    leave nothing of it to train on.
    """
    info = catalog().get(config.corpus)
    if info is None or info.kind != "grammar":
        return _as_known(config, known)
    grammar = _grammar(config.corpus, config.lag)
    own, chosen = tokenizer(info.tokenizer), tokenizer(_choice(config, info.tokenizer))
    length = min(config.grammar_tokens, config.max_tokens or config.grammar_tokens)
    ids, ends = _text_of(grammar, length)
    if chosen is own:
        return _drawn(config, grammar, own, ids, ends)
    return _written(config, (own.join([grammar.tokens[i] for i in ids.tolist()]),), chosen)


def corpus_of(config: Config, text: str) -> Corpus:
    """The corpus that an own text makes, read as `config` says, wherever the text is.

    Raises TextError or ConfigError as `load_corpus` does.
    """
    return _written(config, (text,), tokenizer(_choice(config, "characters")))


def _as_known(config: Config, known: Vocabulary | None) -> Corpus:
    corpus = _read(config, normalised)
    if known is None or corpus.vocabulary == known:
        return corpus
    before = _read(config, with_newlines)
    return before if before.vocabulary == known else corpus


def _read(config: Config, form: Form) -> Corpus:
    texts, usual = _texts(config.corpus, form)
    return _written(config, texts, tokenizer(_choice(config, usual)))


def _choice(config: Config, usual: str) -> str:
    return usual if config.tokenizer == "auto" else config.tokenizer


GRAMMARS: dict[str, Callable[[], Grammar]] = {
    "tiny-english": tiny_english,
    "embedded-reber": embedded_reber,
    "reber": reber,
    "temporal-order": temporal_order,
    "dyck-2": dyck,
}
"""Grammars by the name of their corpus; "lag" has a parameter."""


@lru_cache(maxsize=8)
def _grammar(name: str, lag: int) -> Grammar:
    return lag_language(lag) if name == "lag" else GRAMMARS[name]()


# A worker that waits for its run draws the text that most runs read: Start then costs less.
@lru_cache(maxsize=2)
def _text_of(grammar: Grammar, length: int) -> tuple[NDArray[np.int64], Sequence[int]]:
    """Token ids, and where the strings end."""
    drawn, ends = grammar.draw(length, np.random.default_rng(TEXT_SEED))
    ids = np.array(drawn, np.int64)
    ids.flags.writeable = False
    return ids, ends


def _texts(name: str, form: Form) -> tuple[tuple[str, ...], str]:
    """One text, or the three parts of one, and the tokenizer usual for it."""
    info = catalog().get(name)
    if info is not None:
        texts = read_ptb(form) if info.file is None else (read_file(info.file, form),)
        return texts, info.tokenizer
    if is_own(name):
        return (own_text(name, form),), "characters"
    path = Path(os.path.expanduser(name))  # unlike pathlib, os.path takes any name and never fails
    if os.path.isdir(path):
        return read_folder(path, form), "words"
    if not os.path.exists(path):
        raise TextError(
            "no_corpus",
            f"There is no corpus or file {name!r}; choose {', '.join(corpus_names())}, or the "
            f"path of a text file.",
            name=name,
            known=", ".join(corpus_names()),
        )
    return (read_file(path, form),), "words"


def _drawn(
    config: Config, grammar: Grammar, own: Tokenizer, ids: NDArray[np.int64], ends: Sequence[int]
) -> Corpus:
    """A corpus of whole strings, cut between two of them."""
    vocabulary = Vocabulary(grammar.tokens)
    held_out = config.valid_fraction + config.test_fraction
    at_valid = bisect_left(ends, len(ids) * (1 - held_out))
    at_test = bisect_left(ends, len(ids) * (1 - config.test_fraction))
    train, valid, test = np.split(ids, [ends[at_valid], ends[at_test]])
    prompt = ids[ends[at_valid - 2] if at_valid >= 2 else 0 : ends[at_valid]]
    return Corpus(
        config.corpus,
        train,
        valid,
        test,
        vocabulary,
        own,
        grammar,
        grammar.example,
        tuple(vocabulary.decode(prompt)),
    )


def _written(config: Config, texts: Sequence[str], chosen: Tokenizer) -> Corpus:
    """A corpus of free text: the vocabulary is that of the training part."""
    train, valid, test = parts(config, [chosen.split(text) for text in texts], chosen)
    vocabulary = _vocabulary(config, train, (*valid, *test))
    ids = vocabulary.encode(train)
    return Corpus(
        config.corpus,
        ids,
        vocabulary.encode(valid),
        vocabulary.encode(test),
        vocabulary,
        chosen,
        None,
        tuple(vocabulary.decode(vocabulary.encode(watched(valid or test or train)))),
        tuple(vocabulary.decode(vocabulary.encode(prompt_of(train)))),
    )


def _vocabulary(config: Config, train: list[str], held_out: Sequence[str]) -> Vocabulary:
    vocabulary = Vocabulary.build(train, config.min_count)
    if UNKNOWN not in vocabulary and any(token not in vocabulary for token in set(held_out)):
        vocabulary = Vocabulary((*vocabulary.tokens, UNKNOWN))
    if vocabulary.tokens == (UNKNOWN,) and config.min_count > 1:
        raise TextError(
            "all_rare",
            f"No token occurs {config.min_count:,} times in the training text, so that nothing "
            f"but {UNKNOWN} is left; lower the minimum count (min_count).",
            min_count=config.min_count,
        )
    if len(vocabulary) > LARGEST_VOCABULARY:
        raise TextError(
            "large_vocabulary",
            f"The text has {len(vocabulary):,} different tokens, but at most "
            f"{LARGEST_VOCABULARY:,} can be learned; raise the minimum count, or choose "
            f"characters as tokens.",
            size=len(vocabulary),
            limit=LARGEST_VOCABULARY,
        )
    return vocabulary
