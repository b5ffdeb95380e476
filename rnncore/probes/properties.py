"""What is known of a place in a text, one property at a time, to colour states by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rnncore.probes.cloud import OTHER, Stretches
from rnncore.text.corpus import Corpus
from rnncore.text.grammar import Grammar
from rnncore.text.tiny_english import NUMBERS, WORD_CLASSES
from rnncore.text.token_classes import token_classes

MOST = 7
"""Values that have a colour of their own, the most frequent; the others are OTHER together."""
PROPERTIES = ("memory", "state", "phrase", "depth", "class", "next")


class Property(NamedTuple):
    """The values of a property, the most frequent first, OTHER last, and of each place its number
    among them."""

    values: tuple[str, ...]
    of: tuple[int, ...]


def properties(corpus: Corpus, places: Stretches) -> dict[str, Property]:
    """Properties of the states after the tokens of `places.read`, by their names in PROPERTIES;
    without a grammar only the class of the token, and the next one."""
    known = corpus.vocabulary.tokens
    read = [known[i] for i in places.text[places.read].tolist()]
    following = [known[i] for i in places.text[places.read + 1].tolist()]
    found: dict[str, Sequence[str]] = {}
    if corpus.grammar is not None:
        grammar = corpus.grammar
        along = grammar.states_along(known[i] for i in places.text.tolist())
        states = [along[i] for i in places.read.tolist()]
        memories = [grammar.memory(state) for state in states]
        if any(memories):
            found["memory"] = memories
        found["state"] = [grammar.state_names[state] for state in states]
        found["phrase"] = [grammar.phrases[state] for state in states]
        found["depth"] = [str(depth(grammar, state)) for state in states]
    class_of = classes_of(corpus)
    found["class"] = [class_of.get(token, token) for token in read]
    found["next"] = following
    return {name: _property(labels) for name, labels in found.items() if len(set(labels)) > 1}


def classes_of(corpus: Corpus) -> Mapping[str, str]:
    """The class of each token; one that is not there is a class of its own."""
    if corpus.grammar is not None:
        return WORD_CLASSES if corpus.grammar.name == "tiny-english" else {}
    known = corpus.vocabulary.tokens
    classes = token_classes(known, corpus.tokenizer.name, corpus.train)
    return dict(zip(known, classes, strict=True))


def depth(grammar: Grammar, state: int) -> int:
    """How many things are open in a state: nouns whose verb is still to come, or remembered
    symbols."""
    memory = grammar.memory(state)
    if memory in NUMBERS:
        return sum(word in NUMBERS for word in grammar.state_names[state].split())
    return len(memory)


def _property(labels: Sequence[str]) -> Property:
    often = [value for value, _ in Counter(labels).most_common() if value != OTHER][:MOST]
    often.sort(key=lambda value: NUMBERS.index(value) if value in NUMBERS else len(NUMBERS))
    values = [*often, OTHER]  # a number has the same colour everywhere
    number = {value: place for place, value in enumerate(values)}
    return Property(tuple(values), tuple(number.get(label, len(values) - 1) for label in labels))
