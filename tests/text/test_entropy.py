"""The floor and the k-gram ladder are exact: printed figures, enumeration, counting, algebra."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.text.dyck import DEPTH, dyck
from rnncore.text.grammar import Grammar
from rnncore.text.lag import lag_language
from rnncore.text.reber import embedded_reber, reber
from rnncore.text.temporal_order import temporal_order
from rnncore.text.tiny_english import tiny_english


def entropy(*weights: float) -> float:
    """Bits of one draw with these weights."""
    p = np.array(weights, float) / sum(weights)
    return float(-(p * np.log2(p)).sum())


def brute_force(grammar: Grammar, longest: int) -> list[float]:
    """The ladder as differences of block entropies over every string of k tokens."""
    states = len(grammar.edges)
    moves = {token: np.zeros((states, states)) for token in grammar.tokens}
    for state, row in enumerate(grammar.edges):
        for edge in row:
            moves[edge.token][state, edge.target] += edge.probability
    chain = sum(moves.values())
    # The chain may be periodic: average over many phases instead of waiting for rest.
    start = np.linalg.matrix_power((chain + np.eye(states)) / 2, 2**14)[grammar.start]
    blocks = []
    for k in range(longest + 2):
        total = 0.0
        for string in product(grammar.tokens, repeat=k):
            belief = start
            for token in string:
                belief = belief @ moves[token]
            p = belief.sum()
            total -= p * np.log2(p) if p > 0 else 0
        blocks.append(total)
    return [b - a for a, b in pairwise(blocks)]


@st.composite
def small_grammars(draw: st.DrawFn) -> Grammar:
    """Any unifilar automaton of up to four states and three tokens that keeps returning."""
    states = draw(st.integers(2, 4))
    rules: dict[str, list[tuple[str, float, str]]] = {}
    for state in range(states):
        targets = [str((state + 1) % states)]
        targets += draw(st.lists(st.sampled_from([str(s) for s in range(states)]), max_size=2))
        tokens = draw(st.permutations("abc"))
        weights = [draw(st.integers(1, 5)) for _ in targets]
        rules[str(state)] = list(zip(tokens, weights, targets, strict=False))
    return Grammar.from_rules("any", rules, "")


def test_reber_figures() -> None:
    floor = reber().entropy_rate()
    assert (f"{floor:.4f}", f"{2**floor:.4f}") == ("0.7500", "1.6818")
    ladder = reber().ladder()
    assert ladder[1] > 0.76 and ladder[2:] == pytest.approx([0.75] * 11, abs=1e-9)


def test_embedded_reber_figures() -> None:
    floor = embedded_reber().entropy_rate()
    assert (f"{floor:.4f}", f"{2**floor:.4f}") == ("0.5833", "1.4983")
    printed = (
        "2.7364, 1.8485, 0.8333, 0.6667, 0.6667, 0.6667, 0.6458, "
        "0.6302, 0.6198, 0.6107, 0.6035, 0.5983, 0.5944"
    )
    assert ", ".join(f"{bits:.4f}" for bits in embedded_reber().ladder(12)) == printed


def test_who_forgets_the_letter_pays_one_bit_for_it() -> None:
    text = embedded_reber().sample(200_000, np.random.default_rng(0))
    found = embedded_reber().forgetful_bits(text)
    assert found == pytest.approx(embedded_reber().entropy_rate() + 1 / 12, abs=0.002)
    strings = lag_language(5).sample(700, np.random.default_rng(0))
    assert lag_language(5).forgetful_bits(strings) == pytest.approx(1)
    assert reber().forgetful_bits(["B", "T", "S", "S", "X", "X", "T", "V", "V", "E"]) is None
    assert tiny_english().forgetful_bits(tiny_english().example) is None
    assert embedded_reber().forgetful_bits(["B"]) is None


@pytest.mark.parametrize("lag", [1, 3, 8, 20, 64])
def test_lag_figures(lag: int) -> None:
    grammar = lag_language(lag)
    assert grammar.entropy_rate() == pytest.approx((lag + 1) / (lag + 2), abs=1e-12)
    rungs = grammar.ladder(lag + 1)
    # Up to lag tokens miss the first letter, so one bit a token stays; one token more is enough.
    assert rungs[lag] >= 1 - 1e-12
    assert rungs[lag + 1] == pytest.approx(grammar.entropy_rate(), abs=1e-12)


def test_lag_eight_without_memory_of_the_letter_costs_one_bit() -> None:
    assert lag_language(8).entropy_rate() == pytest.approx(0.9, abs=1e-12)
    assert lag_language(8).ladder()[8:10] == pytest.approx((1.0, 0.9), abs=1e-12)


def test_the_floor_of_brackets_is_that_of_a_random_walk() -> None:
    """Every level is entered twice a string on average, and every choice is even."""
    entered = 2 * DEPTH
    tokens = 2 * entered + 1
    bits = 1 + 2 * 1.5 + 4 * 1.5 * (DEPTH - 1)  # start, after a group, between, bottom
    assert dyck().entropy_rate() == pytest.approx(bits / tokens, abs=1e-12)
    assert f"{dyck().entropy_rate():.4f}" == "1.2941"
    assert ", ".join(f"{bits:.3f}" for bits in dyck().ladder(12)) == (
        "2.205, 1.758, 1.750, 1.624, 1.601, 1.528, 1.509, 1.462, 1.448, 1.416, 1.406, 1.383, 1.376"
    )
    assert dyck().forgetful_bits(dyck().example) is None


def test_the_floor_of_the_temporal_order_follows_from_its_parts() -> None:
    """Each part: which of its lengths, and a bit for each distractor; a bit for each symbol."""
    parts = ((1, 3), (4, 8), (3, 6))
    distractors = sum((low + high) / 2 for low, high in parts)
    bits = sum(np.log2(high - low + 1) for low, high in parts) + distractors + 2
    floor, tokens = bits / (distractors + 3), distractors + 3
    assert temporal_order().entropy_rate() == pytest.approx(floor, abs=1e-12)
    ladder = temporal_order().ladder(16)
    assert ladder[12] > floor + 0.03 and ladder[16] == pytest.approx(floor, abs=1e-9)
    text = temporal_order().sample(200_000, np.random.default_rng(0))
    found = temporal_order().forgetful_bits(text)
    assert found == pytest.approx(floor + 2 / tokens, abs=0.002)  # two bits for the answer


@pytest.mark.slow
@pytest.mark.parametrize("grammar", [dyck(), temporal_order()], ids=lambda g: g.name)
def test_the_ladder_agrees_with_counting(grammar: Grammar) -> None:
    text = grammar.sample(400_000, np.random.default_rng(3))
    blocks = [0.0]
    for k in range(1, 6):
        counts = Counter(zip(*(text[i:] for i in range(k)), strict=False))
        blocks.append(entropy(*counts.values()))
    assert np.diff(blocks) == pytest.approx(grammar.ladder(4), abs=0.01)


@pytest.mark.parametrize(
    "grammar",
    [reber(), embedded_reber(), lag_language(2), dyck(), temporal_order()],
    ids=lambda g: g.name,
)
def test_the_ladder_equals_enumeration(grammar: Grammar) -> None:
    assert grammar.ladder(3) == pytest.approx(brute_force(grammar, 3), abs=1e-9)


@given(small_grammars())
def test_any_ladder_equals_enumeration_and_falls_to_the_floor(grammar: Grammar) -> None:
    ladder, floor = np.array(grammar.ladder(8)), grammar.entropy_rate()
    assert ladder[:5] == pytest.approx(brute_force(grammar, 4), abs=1e-9)
    assert (np.diff(ladder) <= 1e-12).all() and (ladder >= floor - 1e-12).all()


@pytest.mark.parametrize(
    "grammar",
    [reber(), embedded_reber(), lag_language(8), tiny_english(), dyck(), temporal_order()],
    ids=lambda g: g.name,
)
def test_ladders_fall_to_the_floor(grammar: Grammar) -> None:
    ladder = np.array(grammar.ladder(12))
    assert (np.diff(ladder) <= 1e-12).all() and (ladder >= grammar.entropy_rate() - 1e-12).all()


def test_tiny_english_asks_for_nine_tokens_of_memory() -> None:
    ladder, floor = tiny_english().ladder(12), tiny_english().entropy_rate()
    assert len(tiny_english().state_names) < 100 and 50 <= len(tiny_english().tokens) <= 65
    assert ladder[8] > floor + 0.004  # eight words may stand between the subject and its verb
    assert ladder[9:] == pytest.approx([floor] * 4, abs=1e-9)
    assert 2 ** ladder[4] > 1.1 * 2**floor  # what a 5-gram loses is worth seeing


def test_tiny_english_ladder_agrees_with_counting() -> None:
    text = tiny_english().sample(400_000, np.random.default_rng(3))
    blocks = [0.0]
    for k in (1, 2, 3):
        counts = Counter(zip(*(text[i:] for i in range(k)), strict=False))
        blocks.append(entropy(*counts.values()))
    assert np.diff(blocks) == pytest.approx(tiny_english().ladder(2), abs=0.01)


Phrase = tuple[float, float]  # bits and expected words


def then(*phrases: Phrase) -> Phrase:
    return sum(bits for bits, _ in phrases), sum(words for _, words in phrases)


def either(*choices: tuple[float, Phrase]) -> Phrase:
    """One of the phrases, which tell by their words which one it is."""
    bits = entropy(*(p for p, _ in choices)) + sum(p * phrase[0] for p, phrase in choices)
    return bits, sum(p * phrase[1] for p, phrase in choices)


def one_of(*weights: float) -> Phrase:
    return entropy(*weights), 1.0


def test_tiny_english_floor_follows_from_its_phrases() -> None:
    """Bits of a sentence over its words, by the chain rule on phrases instead of states."""
    said = (0.0, 1.0)  # a word that was certain
    old, place = one_of(6, 1, 1, 1), one_of(8, 4, 2, 1, 1, 1, 1, 1)
    noun = one_of(8, 3, 2, 1, 1, 1)  # of a known number
    noun_of_any_number = then((1.0, 0.0), noun)
    rest, see, preposition = one_of(6, 2, 1, 1, 1), one_of(6, 2, 1, 1, 1), one_of(8, 1, 1)

    def described(p: float, head: Phrase) -> Phrase:
        return either((1 - p, head), (p, then(old, head)))

    near = then(preposition, said, described(0.2, place))
    bare_near = then(preposition, said, place)
    seen = then(
        see,
        said,
        noun_of_any_number,
        either(
            (0.3, said),
            (0.5, then(said, rest, said)),
            (0.2, then(bare_near, either((0.5, said), (0.5, then(said, rest, said))))),
        ),
    )
    rested = then(rest, either((0.85, said), (0.15, then(one_of(4, 2, 1, 1), said))))
    verb = either((0.6, rested), (0.4, seen))
    inner = then(noun_of_any_number, either((0.4, see), (0.6, then(bare_near, see))))
    clause = either(
        (0.8, then(said, described(0.2, inner))), (0.2, then(see, said, noun_of_any_number))
    )
    rest_of_sentence = either(
        (0.06, verb),
        (0.06, then(one_of(2, 1), verb)),
        (0.44, then(near, either((0.4, verb), (0.6, then(near, verb))))),
        (0.44, then(said, clause, verb)),
    )
    bits, words = then(said, described(0.15, noun_of_any_number), rest_of_sentence)
    floor = bits / words
    assert tiny_english().entropy_rate() == pytest.approx(floor, abs=1e-12)
    assert (f"{floor:.4f}", f"{2**floor:.4f}") == ("1.7936", "3.4669")
