"""Fresh text from the present weights, judged by the grammar where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from rnncore.generation import generate
from rnncore.model import Rnnlm
from rnncore.text.automaton import Grammar
from rnncore.text.corpus import Corpus
from rnncore.text.tokenizers import EOS
from rnncore.views import Sample

STRINGS = 12
LONGEST_STRING = 24
TEXT_TOKENS = {"characters": 160, "words": 40}
AFTER_VIOLATION = 3
"""Tokens still shown after the first illegal one."""


def draw_samples(
    model: Rnnlm, corpus: Corpus, temperature: float, rng: np.random.Generator
) -> tuple[tuple[Sample, ...], float | None]:
    """Some generated text, and the share of legal strings where a grammar can tell.

    With a grammar: STRINGS strings, each from the end of the same prompt to its own end, to its
    first illegal token, or to LONGEST_STRING tokens; the share leaves out what was cut off
    undecided and is None if everything was. Without one: one passage.
    Give a `twin()`: the model's carried state is replaced.
    """
    prompt = corpus.vocabulary.encode(corpus.prompt)
    if corpus.grammar is None:
        length = TEXT_TOKENS[corpus.tokenizer.name]
        drawn = [int(ids[0]) for ids in islice(generate(model, prompt, temperature, rng), length)]
        text = corpus.tokenizer.join(corpus.vocabulary.decode(drawn))
        return (Sample(text.strip(), None),), None
    streams = generate(model, prompt, temperature, rng, STRINGS)
    drawn_ids = np.array(list(islice(streams, LONGEST_STRING))).T
    samples = tuple(_judge(corpus, corpus.vocabulary.decode(row)) for row in drawn_ids)
    decided = [sample.legal for sample in samples if sample.legal is not None]
    return samples, sum(decided) / len(decided) if decided else None


def _judge(corpus: Corpus, tokens: Sequence[str]) -> Sample:
    grammar = corpus.grammar
    assert grammar is not None
    end = _end_of_string(grammar, tokens)
    if end is not None:
        return Sample(_readable(corpus, tokens[:end]), True)
    violation = grammar.walk(tokens).violation
    if violation is None:
        return Sample(_readable(corpus, tokens) + " …", None)
    shown = list(tokens[: violation + 1 + AFTER_VIOLATION])
    if EOS in shown[violation:]:
        shown = shown[: shown.index(EOS, violation) + 1]
        return Sample(_readable(corpus, shown), False)
    return Sample(_readable(corpus, shown) + " …", False)


def _end_of_string(grammar: Grammar, tokens: Sequence[str]) -> int | None:
    """Length of the first whole string, None if it does not end or breaks off."""
    states = grammar.walk(tokens).states
    return states.index(grammar.start) + 1 if grammar.start in states else None


def _readable(corpus: Corpus, tokens: Sequence[str]) -> str:
    return corpus.tokenizer.join(tokens).replace("\n", " ").strip()
