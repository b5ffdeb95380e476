"""A grammar's automaton as it can be drawn: complete where it is small, else with states joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Literal, NamedTuple

from rnncore.text.grammar import SEPARATOR, Grammar

MOST, DEEPEST = 56, 12
"""Nodes of a drawing in which one still finds one's way, and arrows from the start to its farthest
node, beyond which a drawing is too wide for a screen."""
ENDS = 2
"""States that a shortened chain keeps at either end."""
OTHERS = "…"
"""The name of a node that stands for states of several names."""

Form = Literal["complete", "chains", "phrases", "rarest"]


class Node(NamedTuple):
    """What is drawn as one: a state, or several.

    name    of the place in a string, or of the phrase; OTHERS where they have none in common
    memory  what has to be remembered there, "" for nothing
    states  how many it stands for
    share   of the endless text's tokens that are said there
    """

    name: str
    memory: str
    states: int
    share: float


class Arrow(NamedTuple):
    """From the node `source` to `target`: each token with its probability, the likeliest first.

    Of a node of several states the probabilities are those of leaving it at last.
    """

    source: int
    target: int
    tokens: tuple[tuple[str, float], ...]

    @property
    def probability(self) -> float:
        return sum(p for _, p in self.tokens)


class StateGraph(NamedTuple):
    """Nodes in the order of the grammar's states, and all arrows between them.

    form   complete   a node for every state
           chains     long chains of states that say the same are cut short in their middle
           phrases    a node for every phrase and what has to be remembered in it
           rarest     all but the states in which most of the time is spent are one node
    """

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    start: int
    form: Form

    @property
    def depth(self) -> int:
        """Arrows that it takes to come from the start to the farthest node."""
        depths, known = 0, {self.start}
        reached = known
        while reached:
            leaving = {arrow.target for arrow in self.arrows if arrow.source in reached}
            reached = leaving - known
            known |= reached
            depths += bool(reached)
        return depths


def state_graphs(grammar: Grammar, most: int = MOST) -> tuple[StateGraph, ...]:
    """The drawings of an automaton that have at most so many nodes, the one that tells most first:
    at least one. Those that join nothing more are left out."""
    whole = list(range(len(grammar.edges)))
    phrases = list(zip(map(grammar.memory, whole), grammar.phrases, strict=True))
    ways: tuple[tuple[Form, Sequence[Hashable]], ...] = (
        ("complete", whole),
        ("chains", _shortened(grammar)),
        ("phrases", phrases),
    )
    found: dict[int, StateGraph] = {}
    for form, groups in ways:
        nodes = len(set(groups))
        if nodes <= most and nodes not in found:
            found[nodes] = _joined(grammar, groups, form)
    if found:
        return tuple(found.values())
    frequent = sorted(whole, key=lambda state: -grammar.shares[state])[: most - 2]
    kept = {grammar.start, *frequent}
    return (_joined(grammar, [state if state in kept else -1 for state in whole], "rarest"),)


def first_shown(graphs: Sequence[StateGraph]) -> StateGraph:
    """The drawing to begin with: the first that is not too wide, else the one of fewest nodes."""
    narrow = (graph for graph in graphs if graph.depth <= DEEPEST)
    return next(narrow, min(graphs, key=lambda graph: len(graph.nodes)))


def _shortened(grammar: Grammar) -> list[int]:
    """For each state the one that it is drawn with: the middle of a chain is its first state."""
    groups = list(range(len(grammar.edges)))
    for chain in _chains(grammar):
        middle = chain[ENDS:-ENDS]
        for state in middle[1:]:
            groups[state] = middle[0]
    return groups


def _chains(grammar: Grammar) -> list[list[int]]:
    """States that follow one another, each reached from the one before alone, all of which say the
    same tokens equally often."""
    after = [{edge.target for edge in row} for row in grammar.edges]
    said = [{(edge.token, edge.probability) for edge in row} for row in grammar.edges]
    before: dict[int, set[int]] = defaultdict(set)
    for state, targets in enumerate(after):
        for target in targets:
            before[target].add(state)
    following = {}
    for state, targets in enumerate(after):
        (target, *others) = targets
        if not others and before[target] == {state} and said[state] == said[target]:
            following[state] = target
    chains = []
    for first in following.keys() - set(following.values()):
        chain = [first]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        chains.append(chain)
    return chains


def _joined(grammar: Grammar, groups: Sequence[Hashable], form: Form) -> StateGraph:
    """The automaton with the states of each group drawn as one."""
    number: dict[Hashable, int] = {}
    at = [number.setdefault(group, len(number)) for group in groups]
    members: list[list[int]] = [[] for _ in number]
    flows: dict[tuple[int, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for state, row in enumerate(grammar.edges):
        members[at[state]].append(state)
        for edge in row:
            flow = grammar.shares[state] * edge.probability
            flows[at[state], at[edge.target]][edge.token] += flow
    leaving: dict[int, float] = defaultdict(float)
    for (source, target), tokens in flows.items():
        if source != target or len(members[source]) == 1:
            leaving[source] += sum(tokens.values())
    return StateGraph(
        tuple(_node(grammar, states) for states in members),
        tuple(
            Arrow(source, target, _likeliest(tokens, leaving[source]))
            for (source, target), tokens in flows.items()
            if source != target or len(members[source]) == 1
        ),
        at[grammar.start],
        form,
    )


def _node(grammar: Grammar, states: list[int]) -> Node:
    memories = {grammar.memory(state) for state in states}
    phrases = {grammar.phrases[state] for state in states}
    if len(states) == 1:
        name = grammar.state_names[states[0]].rpartition(SEPARATOR)[2]
    else:
        name = phrases.pop() if len(phrases) == 1 else OTHERS
    memory = memories.pop() if len(memories) == 1 else ""
    return Node(name, memory, len(states), sum(grammar.shares[state] for state in states))


def _likeliest(tokens: dict[str, float], total: float) -> tuple[tuple[str, float], ...]:
    ordered = sorted(tokens.items(), key=lambda said: -said[1])
    return tuple((token, flow / total) for token, flow in ordered)
