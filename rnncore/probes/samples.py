"""Fresh text from the present weights, judged by the grammar where there is one."""

from __future__ import annotations

from itertools import islice

import numpy as np

from rnncore.generation import generate
from rnncore.model import Rnnlm
from rnncore.probes.copies import Copies
from rnncore.text.corpus import Corpus
from rnncore.text.grammar import Grammar
from rnncore.text.tokenizers import EOS
from rnncore.views import Sample

STRINGS = 12
LONGEST_STRING = 24
TEXT_TOKENS = {"characters": 160, "words": 40, "jamo": 320}
AFTER_VIOLATION = 3
"""Tokens still shown after the first illegal one."""


def samples_of(corpus: Corpus) -> tuple[int, int]:
    """How many texts are drawn of a corpus, and of how many tokens at most."""
    if corpus.grammar is None:
        return 1, TEXT_TOKENS[corpus.tokenizer.name]
    return STRINGS, LONGEST_STRING


def draw_samples(
    model: Rnnlm,
    corpus: Corpus,
    temperature: float,
    rng: np.random.Generator,
    longest: int | None = None,
    copies: Copies | None = None,
) -> tuple[tuple[Sample, ...], float | None]:
    """Some generated text, and the share of legal strings where a grammar can tell.

    With a grammar: STRINGS strings, each from the end of the same prompt to its own end, to its
    first illegal token, or to LONGEST_STRING tokens; the share leaves out what was cut off
    undecided and is None if everything was. Without one: one passage, in which `copies` finds
    what is copied. `longest` takes the place of their lengths in tokens.
    Give a `twin()`: the model's carried state is replaced.
    """
    prompt = corpus.vocabulary.encode(corpus.prompt)
    count, length = samples_of(corpus)
    length = length if longest is None else longest
    if corpus.grammar is None:
        drawn = [int(ids[0]) for ids in islice(generate(model, prompt, temperature, rng), length)]
        return (_passage(corpus, drawn, copies),), None
    strings = [_String(corpus.grammar) for _ in range(count)]
    streams = generate(model, prompt, temperature, rng, count)
    tokens = corpus.vocabulary.tokens
    for ids in islice(streams, length):
        for string, token in zip(strings, ids.tolist(), strict=True):
            string.add(tokens[token])
        if not any(string.open for string in strings):
            break
    samples = tuple(string.sample(corpus) for string in strings)
    decided = [sample.legal for sample in samples if sample.legal is not None]
    return samples, sum(decided) / len(decided) if decided else None


def _passage(corpus: Corpus, ids: list[int], copies: Copies | None) -> Sample:
    text = corpus.tokenizer.show(corpus.vocabulary.decode(ids))
    shown = text.strip()
    if copies is None:
        return Sample(shown, None)
    blank = len(text) - len(text.lstrip())
    moved = ((max(start - blank, 0), end - blank) for start, end in copies.spans(ids))
    clipped = ((start, min(end, len(shown))) for start, end in moved)
    return Sample(shown, None, tuple((start, end) for start, end in clipped if start < end))


class _String:
    """A string that is being written, judged token by token; `open` while it takes more."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar, self._state = grammar, grammar.start
        self._tokens: list[str] = []
        self._legal: bool | None = None
        self._rest = AFTER_VIOLATION
        self.open = True

    def add(self, token: str) -> None:
        if not self.open:
            return
        self._tokens.append(token)
        if self._legal is None:
            after = self._grammar.after(self._state, token)
            if after is None:
                self._legal = False
            elif after == self._grammar.start:
                self._legal, self.open = True, False
            else:
                self._state = after
        else:
            self._rest -= 1
        if self._legal is False and (token == EOS or not self._rest):
            self.open = False

    def sample(self, corpus: Corpus) -> Sample:
        text = corpus.tokenizer.show(self._tokens).replace("\n", " ").strip()
        whole = self._legal or (self._legal is False and self._tokens[-1] == EOS)
        return Sample(text if whole else f"{text} …", self._legal)
