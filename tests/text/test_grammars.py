"""Grammars draw legal strings, judge strings as an independent parser would, and predict."""

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.text.dyck import dyck
from rnncore.text.grammar import Grammar
from rnncore.text.lag import lag_language
from rnncore.text.reber import embedded_reber, reber
from rnncore.text.temporal_order import temporal_order
from rnncore.text.tiny_english import tiny_english

GRAMMARS = (
    *(reber(), embedded_reber(), lag_language(3), lag_language(8), tiny_english()),
    *(temporal_order(), dyck()),
)
grammars = st.sampled_from(GRAMMARS)
seeds = st.integers(0, 2**32 - 1)

# Parsers written by hand from the descriptions of the languages, not from the automata.
NODE4 = "(XT*VP)*(S|XT*VV)"
REBER = f"B(TS*X{NODE4}|PT*V(V|P{NODE4}))E"
EMBEDDED = f"B(T{REBER}T|P{REBER}P)E"
ADJECTIVE = "((old|small|big|quiet) )?"
PLACE = "(house|trees|river|hills|garden|walls|lake|boats) "
BARE = f"(near|behind|beside) the {PLACE}"
NEAR = f"(near|behind|beside) the {ADJECTIVE}{PLACE}"
NOUN = ("(dog|girl|cat|boy|farmer|bird) ", "(dogs|girls|cats|boys|farmers|birds) ")
REST = ("(sleeps|sings|waits|dances|runs) ", "(sleep|sing|wait|dance|run) ")
SEE = ("(sees|likes|hears|follows|calls) ", "(see|like|hear|follow|call) ")
ANY = f"({NOUN[0]}|{NOUN[1]})"
INNER = "|".join(f"{NOUN[n]}({BARE})?{SEE[n]}" for n in (0, 1))


def sentence(n: int) -> str:
    """The pattern of a sentence whose subject is singular (0) or plural (1)."""
    clause = f"that (the {ADJECTIVE}({INNER})|{SEE[n]}the {ANY})"
    between = f"((outside|upstairs) |({NEAR}){{1,2}}|{clause})?"
    seeing = f"{SEE[n]}the {ANY}({BARE})?(and {REST[n]})?"
    resting = f"{REST[n]}((today|again|now|often) )?"
    return f"the {ADJECTIVE}{NOUN[n]}{between}({seeing}|{resting})<eos>"


def brackets(depth: int) -> str:
    """The pattern of a balanced group with at most so many brackets open at once."""
    inside = f"({brackets(depth - 1)})*" if depth > 1 else ""
    return rf"\({inside}\)|\[{inside}\]"


PARSERS = {
    "dyck-2": rf"({brackets(4)})+\.",
    "temporal-order": "|".join(
        f"[ab]{{1,3}}{pair[0]}[ab]{{4,8}}{pair[1]}[ab]{{3,6}}{answer}"
        for pair, answer in zip(("XX", "XY", "YX", "YY"), "QRSU", strict=True)
    ),
    "reber": REBER,
    "embedded-reber": EMBEDDED,
    "tiny-english": f"{sentence(0)}|{sentence(1)}",
}


def parses(grammar: Grammar, tokens: Sequence[str]) -> bool:
    """Whether `tokens` are one whole string, by a regular expression."""
    if grammar.name == "lag":
        lag = len(grammar.example) - 2
        return re.fullmatch(f"([AB])[xy]{{{lag}}}\\1", "".join(tokens)) is not None
    blank = " " if grammar.name == "tiny-english" else ""
    return re.fullmatch(PARSERS[grammar.name], blank.join(tokens)) is not None


@given(grammars, seeds)
def test_drawn_strings_are_legal(grammar: Grammar, seed: int) -> None:
    string = grammar.sample_string(np.random.default_rng(seed))
    assert grammar.is_legal(string) and parses(grammar, string)
    walk = grammar.walk(string)
    assert walk.legal and walk.complete and walk.violation is None
    assert len(walk.states) == len(string) and walk.states[-1] == grammar.start


@given(grammars, seeds, st.data())
def test_a_mutated_string_is_judged_as_by_a_parser(
    grammar: Grammar, seed: int, data: st.DataObject
) -> None:
    string = grammar.sample_string(np.random.default_rng(seed))
    at = data.draw(st.integers(0, len(string) - 1))
    token = data.draw(st.sampled_from(grammar.tokens))
    cuts = {"replace": (at, at + 1), "insert": (at, at), "delete": (at, at + 1)}
    kind = data.draw(st.sampled_from(sorted(cuts)))
    first, last = cuts[kind]
    mutant = string[:first] + ([] if kind == "delete" else [token]) + string[last:]
    assert grammar.is_legal(mutant) == parses(grammar, mutant)


@given(grammars, seeds, st.integers(1, 3))
def test_a_violation_is_the_first_token_that_could_not_follow(
    grammar: Grammar, seed: int, strings: int
) -> None:
    rng = np.random.default_rng(seed)
    good = [token for _ in range(strings) for token in grammar.sample_string(rng)]
    good = good[: rng.integers(len(good))]
    wrong = [token for token in grammar.tokens if token not in grammar.next_distribution(good)]
    walk = grammar.walk([*good, wrong[0], "B"])
    assert (walk.legal, walk.complete, walk.violation) == (False, False, len(good))
    assert list(walk.states) == grammar.states_along(good)
    assert grammar.next_distribution([*good, wrong[0]]) == {}


@given(grammars, seeds)
def test_next_distributions_sum_to_one_and_allow_what_comes(grammar: Grammar, seed: int) -> None:
    string = grammar.sample_string(np.random.default_rng(seed))
    for end, token in enumerate(string):
        distribution = grammar.next_distribution(string[:end])
        assert sum(distribution.values()) == pytest.approx(1, abs=1e-12)
        assert distribution[token] > 0


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda g: g.name)
def test_tokens_come_as_often_as_predicted(grammar: Grammar) -> None:
    text = grammar.sample(100_000, np.random.default_rng(7))
    states = np.array([grammar.start, *grammar.states_along(text)[:-1]])
    tokens = np.array(text)
    for state in np.unique(states):
        here = tokens[states == state]
        for edge in grammar.edges[state]:
            spread = (edge.probability / len(here)) ** 0.5
            assert np.mean(here == edge.token) == pytest.approx(edge.probability, abs=6 * spread)


@given(grammars, seeds, st.integers(1, 200))
def test_text_is_whole_strings_and_at_least_as_long_as_asked(
    grammar: Grammar, seed: int, length: int
) -> None:
    text = grammar.sample(length, np.random.default_rng(seed))
    ids, ends = grammar.draw(length, np.random.default_rng(seed))
    assert text == [grammar.tokens[i] for i in ids]
    assert len(text) >= length > ([0, *ends])[-2]
    for first, last in zip([0, *ends], ends, strict=False):
        assert grammar.is_legal(text[first:last])
    longer = grammar.sample(3 * length, np.random.default_rng(seed))
    assert longer[: len(text)] == text


@given(grammars)
def test_an_empty_or_unfinished_string_is_not_complete(grammar: Grammar) -> None:
    assert not grammar.is_legal([]) and not grammar.walk([]).complete
    assert grammar.walk([]).legal
    beginning = grammar.walk(grammar.example[:-1])
    assert beginning.legal and not beginning.complete and beginning.violation is None
    assert not grammar.is_legal(grammar.example * 2) and grammar.walk(grammar.example * 2).complete


@pytest.mark.parametrize("grammar", GRAMMARS, ids=lambda g: g.name)
def test_the_example_is_a_whole_string(grammar: Grammar) -> None:
    assert grammar.is_legal(grammar.example)


def test_a_verb_agrees_with_its_own_noun_and_not_with_the_nearest() -> None:
    def legal(sentence: str) -> bool:
        return tiny_english().is_legal([*sentence.split(), "<eos>"])

    assert legal("the dog near the trees sleeps") and not legal("the dog near the trees sleep")
    assert legal("the dogs that the girl near the hills sees sleep")
    assert not legal("the dogs that the girl near the hills see sleep")
    assert not legal("the dogs that the girl near the hills sees sleeps")
    assert legal("the dog sees the girls and sings") and not legal(
        "the dog sees the girls and sing"
    )
    assert legal("the cats near the old house behind the big lake wait")  # eight words between


def test_rules_that_would_hide_the_state_are_refused() -> None:
    with pytest.raises(ValueError, match="two edges"):
        Grammar.from_rules("bad", {"s": [("a", 1, "s"), ("a", 1, "z")], "z": [("b", 1, "s")]}, "a")
    with pytest.raises(KeyError):
        Grammar.from_rules("bad", {"s": [("a", 1, "nowhere")]}, "a")
