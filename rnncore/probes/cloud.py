"""Several hundred states of held-out text, and what is known of each: the ground of a plane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.probes.passages import CLOUD, profiled_text
from rnncore.probes.reading import stretches
from rnncore.shapes import Array, Ids
from rnncore.text.corpus import Corpus
from rnncore.text.grammar import Grammar
from rnncore.text.tiny_english import NUMBERS
from rnncore.text.token_classes import CHARACTERS, WORDS, token_classes
from rnncore.text.twins import twin_of
from rnncore.views import Colouring, StateFrame

SPAN = 4000
"""Tokens from whose beginning all stretches come: a grammar is followed to each of them."""
MOST_TOKENS = 7
"""Next tokens that have a colour of their own; the others share one."""
OTHER = ""
"""The value of what has none: nothing to remember, a rare token, one that nobody knows."""


class Stretches(NamedTuple):
    """Where the states stand: `positions` (ticks, streams) in `text`, and tokens before them."""

    text: Ids
    warm_up: int
    positions: Ids

    @property
    def read(self) -> Ids:
        """Positions after whose tokens a state is measured, stretch by stretch."""
        return np.ascontiguousarray(self.positions[self.warm_up :].T).reshape(-1)


def cloud_stretches(config: Config, corpus: Corpus) -> Stretches:
    """Where the states of a corpus's cloud stand: the same for every run that reads it.

    Fewer and shorter stretches where there is little text; each state has a token after it.
    """
    streams, ticks, warm_up = CLOUD
    text = profiled_text(config, corpus)[:SPAN]
    places = stretches(np.arange(len(text) - 1), warm_up + ticks, streams)
    return Stretches(text, max(len(places) - ticks, 0), places)


def cloud_states(model: Rnnlm, chosen: Stretches) -> Array:
    """Hidden states after the tokens of `chosen.read`, (n, H). The carried state is replaced."""
    model.reset_state()
    hidden = model.hidden_states(chosen.text[chosen.positions])[chosen.warm_up :]
    return hidden.swapaxes(0, 1).reshape(-1, hidden.shape[-1])


def state_frame(config: Config, corpus: Corpus) -> StateFrame:
    """What is known of the states of the cloud, of the corpus's probe and of its twin."""
    chosen = cloud_stretches(config, corpus)
    known, tokens = corpus.vocabulary.tokens, corpus.vocabulary.encode
    twin = twin_of(corpus)
    after = [chosen.text[chosen.read + 1], tokens(corpus.probe[1:]), tokens(twin[1:])]
    following = [[known[i] for i in ids.tolist()] for ids in after]
    for ends in following[1:]:
        ends.append(OTHER)
    read = [known[i] for i in chosen.text[chosen.read].tolist()]
    if corpus.grammar is None:
        colourings = _of_text(corpus, (read, corpus.probe, twin), following)
    else:
        colourings = _of_grammar(corpus.grammar, chosen, known, twin, following)
    return StateFrame(twin, tuple(read), len(chosen.positions) - chosen.warm_up, colourings)


def _of_text(
    corpus: Corpus, read: Sequence[Sequence[str]], following: Sequence[Sequence[str]]
) -> tuple[Colouring, ...]:
    known = corpus.vocabulary.tokens
    classes = token_classes(known, corpus.tokenizer.name, corpus.train)
    class_of = dict(zip(known, classes, strict=True))
    order = (*CHARACTERS, *WORDS)
    return tuple(
        _colouring(name, [[class_of.get(token, OTHER) for token in part] for part in parts], order)
        for name, parts in (("class", read), ("next_class", following))
    )


def _of_grammar(
    grammar: Grammar,
    chosen: Stretches,
    known: Sequence[str],
    twin: Sequence[str],
    following: Sequence[Sequence[str]],
) -> tuple[Colouring, ...]:
    along = grammar.states_along(known[i] for i in chosen.text.tolist())
    parts = [[along[i] for i in chosen.read.tolist()]]
    parts += [grammar.states_along(sentence) for sentence in (grammar.example, twin)]
    memories = [[grammar.memory(state) for state in part] for part in parts]
    remembered = {memory for part in memories for memory in part} - {OTHER}
    colourings = []
    if len(remembered) > MOST_TOKENS:  # stacks: a colour for each would tell nothing
        memories = [[memory[-1:] for memory in part] for part in memories]
        colourings.append(_colouring("innermost", memories, sorted(remembered)))
    elif remembered:
        name = "number" if remembered <= set(NUMBERS) else "memory"
        order = NUMBERS if name == "number" else sorted(remembered)
        colourings.append(_colouring(name, memories, order))
    phrases = [[grammar.phrases[state] for state in part] for part in parts]
    colourings.append(_colouring("phrase", phrases, grammar.phrases))
    often = [token for token, _ in Counter(following[0]).most_common(MOST_TOKENS)]
    shown = [[token if token in often else OTHER for token in part] for part in following]
    return (*colourings, _colouring("next", shown, often))


def _colouring(name: str, parts: Sequence[Sequence[str]], order: Sequence[str] = ()) -> Colouring:
    """Values in this order, then by first appearance, OTHER last; only those that there are."""
    there = {value for part in parts for value in part}
    values = list(
        dict.fromkeys((*(v for v in order if v in there), *(v for p in parts for v in p)))
    )
    if OTHER in values:
        values.remove(OTHER)
        values.append(OTHER)
    number = {value: place for place, value in enumerate(values)}
    places = [tuple(number[value] for value in part) for part in parts]
    return Colouring(name, tuple(values), *places)
