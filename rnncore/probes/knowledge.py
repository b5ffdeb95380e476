"""How well hidden states know the states of the grammar that has drawn the text."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.multiply_adds import per_token
from rnncore.probes.clustering import Clusters, k_means, purity, v_measure
from rnncore.probes.linear_probe import linear_probe, majority_probe
from rnncore.probes.passages import profiled_text
from rnncore.probes.reading import stretches
from rnncore.shapes import Array, Ids
from rnncore.text.automaton import Arrow, Node, StateGraph
from rnncore.text.corpus import Corpus

STREAMS, TICKS, WARM_UP = 20, 200, 24
"""Stretches of held-out text whose states are measured, states of each, and tokens before."""
WORK, A_UNIT, FEWEST = 4e9, 4_000, 10
"""Multiply-adds that a stage may cost, those of a token that clusters and probe take for each unit,
and the fewest ticks of a stretch."""
MOST_CLUSTERS = 120
RARE = 0.02
"""Share of a cluster's ways out below which one is not drawn."""
MAJORITY = 2 / 3
LONGEST = 8
"""Tokens of a passage before the state."""


class Places(NamedTuple):
    """Where states are measured: positions (ticks, STREAMS) in `text`, and the true state after
    each token there, and the token itself, both as long columns, stream by stream."""

    text: Ids
    positions: Ids
    warm_up: int
    states: Ids
    tokens: Ids


class Knowledge(NamedTuple):
    """V-measure and purity of clusters, and accuracy of a linear probe on the other half of the
    text; each 0 to 1."""

    v: float
    purity: float
    probe: float


def grammar_places(config: Config, corpus: Corpus) -> Places:
    """The same for every network of this size that reads this text: fewer for a large one. The
    corpus has a grammar."""
    assert corpus.grammar is not None
    text = profiled_text(config, corpus)
    a_token = per_token(config, len(corpus.vocabulary)) + A_UNIT * config.hidden_size
    ticks = max(FEWEST, min(TICKS, int(WORK / (a_token * STREAMS)) - WARM_UP))
    found = stretches(np.arange(len(text)), WARM_UP + ticks, STREAMS)
    warm_up = min(WARM_UP, len(found) - 1)
    read = np.ascontiguousarray(found[warm_up:].T).reshape(-1)
    along = np.array(corpus.grammar.states_along(corpus.vocabulary.decode(text)))
    return Places(text, found, warm_up, along[read], text[read])


def states_at(model: Rnnlm, places: Places) -> Array:
    """Hidden states there, (n, H), read from zero states."""
    hidden = model.twin().hidden_states(places.text[places.positions])[places.warm_up :]
    return hidden.swapaxes(0, 1).reshape(-1, hidden.shape[-1]).copy()


def knowledge(states: Array, places: Places) -> Knowledge:
    """What these states know, with as many clusters as there are true states."""
    found = k_means(states, number_of_states(places))
    half = len(states) // 2
    said = linear_probe(states[:half], places.states[:half], states[half:])
    return Knowledge(
        v_measure(places.states, found.of),
        purity(places.states, found.of),
        float((said == places.states[half:]).mean()),
    )


def tokens_alone(places: Places) -> Knowledge:
    """The baseline: what the token alone knows, each token a cluster."""
    half = len(places.tokens) // 2
    tokens, classes = places.tokens, places.states
    said = majority_probe(tokens[:half], classes[:half], tokens[half:])
    return Knowledge(
        v_measure(classes, tokens), purity(classes, tokens), float((said == classes[half:]).mean())
    )


def number_of_states(places: Places) -> int:
    """True states that occur, at most MOST_CLUSTERS."""
    return min(len(np.unique(places.states)), MOST_CLUSTERS)


class ClusterGraph(NamedTuple):
    """Clusters as an automaton, and of each the share of the phrase that names it."""

    graph: StateGraph
    purities: tuple[float, ...]


def cluster_graph(corpus: Corpus, places: Places, found: Clusters) -> ClusterGraph:
    """Each cluster a node, named by its number and the most frequent phrase of its true states,
    with what they have to remember where that is the same for a MAJORITY; arrows where one follows
    another, with the tokens that lead there. Rare ways are left out."""
    grammar = corpus.grammar
    assert grammar is not None
    ticks = len(places.positions) - places.warm_up
    of = found.of.reshape(-1, ticks)
    tokens = places.tokens.reshape(-1, ticks)
    k = len(found.centres)
    nodes, purities = [], []
    for cluster in range(k):
        members = places.states[found.of == cluster].tolist()
        ((phrase, often),) = Counter(grammar.phrases[s] for s in members).most_common(1)
        ((memory, shared),) = Counter(grammar.memory(s) for s in members).most_common(1)
        kept = memory if shared > MAJORITY * len(members) else ""
        nodes.append(Node(f"{cluster}: {phrase}", kept, 1, len(members) / len(found.of)))
        purities.append(often / len(members))
    ways: dict[tuple[int, int], Counter[int]] = {}
    leaving = np.zeros(k)
    for source, target, token in zip(
        of[:, :-1].ravel().tolist(), of[:, 1:].ravel().tolist(), tokens[:, 1:].ravel().tolist(),
        strict=True,
    ):  # fmt: skip
        ways.setdefault((source, target), Counter())[token] += 1
        leaving[source] += 1
    known = corpus.vocabulary.tokens
    arrows = tuple(
        Arrow(
            source,
            target,
            tuple((known[token], n / leaving[source]) for token, n in said.most_common()),
        )
        for (source, target), said in ways.items()
        if said.total() > RARE * leaving[source]
    )
    starts = np.bincount(found.of[places.states == grammar.start], minlength=k)
    return ClusterGraph(
        StateGraph(tuple(nodes), arrows, int(starts.argmax()), "complete"), tuple(purities)
    )


def passages_of(places: Places, found: Clusters, cluster: int, count: int) -> list[Ids]:
    """Up to `count` stretches of text whose last token leads into the cluster, evenly spread
    over its places."""
    ticks = len(places.positions) - places.warm_up
    read = np.ascontiguousarray(places.positions[-ticks:].T).reshape(-1)
    there = read[found.of == cluster]
    chosen = there[np.linspace(0, len(there) - 1, min(count, len(there))).astype(int)]
    return [places.text[max(0, at + 1 - LONGEST) : at + 1] for at in chosen.tolist()]


def states_in(places: Places, found: Clusters, cluster: int) -> list[tuple[int, float]]:
    """True states of a cluster with their shares of it, the most frequent first."""
    members = places.states[found.of == cluster]
    return [(state, n / len(members)) for state, n in Counter(members.tolist()).most_common()]
