"""Models of every context length on one text: what is compared, in which order, at which cost."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest

from rnncore.baselines.kneser_ney import KneserNey
from rnncore.baselines.language_model import Recurrent, held_out_loss
from rnncore.baselines.training import WindowTrainer
from rnncore.config import Config
from rnncore.errors import ConfigError, TextError
from rnncore.experiments import taking_turns
from rnncore.experiments.contexts import (
    HELD_OUT,
    LEAST_TEXT,
    LOGITS,
    LONG_T,
    ORDERS,
    SIZE,
    WORDS,
    WORK,
    Comparison,
    ContextPoint,
    T,
    comparison,
    text_config,
    texts_of,
)
from rnncore.experiments.race import STRETCH
from rnncore.experiments.standings import (
    last_of_each,
    of_kind,
    prices,
    rival,
)
from rnncore.experiments.taking_turns import TOGETHER, Network
from rnncore.metrics import bits
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.text.vocabulary import Vocabulary
from rnncore.training.trainer import Diverged, Trainer
from tests.clock import Clock

REBER = Config(corpus="embedded-reber", grammar_tokens=2_000, valid_fraction=0.2, seed=3)


@pytest.fixture(scope="module")
def setup() -> Comparison:
    """A comparison on little text, which takes a second."""
    return comparison(REBER, load_corpus(REBER), part=4)


@pytest.fixture(scope="module")
def points(setup: Comparison) -> list[ContextPoint]:
    return list(setup.run())


def text_of(V: int, tokens: int) -> Corpus:
    """Noise with as many different words as a large text has."""
    ids = np.random.default_rng(0).integers(0, V, tokens + 5_000)
    written = load_corpus(Config(corpus="story-en", tokenizer="words"))
    return replace(
        written,
        train=ids[:tokens],
        valid=ids[tokens:],
        vocabulary=Vocabulary(tuple(f"w{i}" for i in range(V))),
    )


def untimed(points: list[ContextPoint]) -> list[ContextPoint]:
    return [point._replace(seconds=0.0) for point in points]


@pytest.mark.slow
def test_everything_is_compared_that_is_named(points: list[ContextPoint]) -> None:
    last = last_of_each(points)
    reads = [(point.kind, point.words) for point in last]
    assert reads.count(("recurrent", None)) == 2
    assert {words for kind, words in reads if kind == "ngram"} == set(range(ORDERS))
    for kind in ("summed", "concatenated"):
        assert {words for of, words in reads if of == kind} == set(WORDS)
    assert all(point.over and not point.diverged for point in last)


def test_counted_first_then_all_by_turns(points: list[ContextPoint], setup: Comparison) -> None:
    counted, trained = points[:ORDERS], points[ORDERS:]
    assert [point.kind for point in counted] == ["ngram"] * ORDERS
    first = [(point.kind, point.words) for point in trained[: len(setup.networks)]]
    assert first == [network.reads for network in setup.networks], "the first round has them all"
    done = dict.fromkeys(setup.networks, 0.0)
    by_look = {(n.reads, n.config.time_size if n.window is None else 0): n for n in done}
    for point in trained:
        network = by_look[(point.kind, point.words), point.ticks]
        assert done[network] == min(share for share in done.values()), "whoever has done least"
        done[network] = point.updates / network.updates(setup.corpus)
    assert set(done.values()) == {1.0}


def test_a_point_is_what_its_model_alone_would_give(
    points: list[ContextPoint], setup: Comparison
) -> None:
    corpus, V = setup.corpus, len(setup.corpus.vocabulary)
    for point in points[:ORDERS]:
        model = KneserNey.fit(corpus.train, (point.words or 0) + 1, V)
        assert point.bits == bits(held_out_loss(model, corpus.valid))
        assert point.parameters == model.parameter_count and point.updates == 0
        assert point.tokens == setup.text
    config = setup.networks[4].config
    assert setup.networks[4].reads == ("summed", 2)
    trainer = WindowTrainer(config, corpus, "summed", 2)
    trained = [point for point in points if (point.kind, point.words) == ("summed", 2)]
    for point in trained:
        while trainer.updates < point.updates:
            trainer.step()
        assert point.bits == bits(held_out_loss(trainer.model, corpus.valid))
        assert (point.tokens, point.size) == (trainer.tokens, config.hidden_size)
        assert point.parameters == trainer.model.parameter_count
    assert trainer.updates == trainer.total_updates


def test_the_recurrent_network_is_trained_as_anywhere(
    points: list[ContextPoint], setup: Comparison
) -> None:
    trainer = Trainer(setup.config, setup.corpus)
    for _ in trainer.events(evaluate=False):
        pass
    point = of_kind(points, "recurrent")[None]
    assert (point.ticks, point.updates) == (T, trainer.total_updates)
    alone = held_out_loss(Recurrent(trainer.model), setup.corpus.valid)
    assert point.bits == pytest.approx(bits(alone), abs=1e-5)
    longer = rival(points)
    assert longer is not None and longer.ticks == LONG_T
    assert longer.updates < point.updates and longer.parameters == point.parameters


@pytest.mark.slow
def test_started_again_all_is_the_same_to_the_last_bit(
    points: list[ContextPoint], setup: Comparison
) -> None:
    stopped = list(islice(setup.run(), 20))
    again = comparison(REBER, load_corpus(REBER), part=4)
    assert untimed(stopped) == untimed(points)[:20]
    assert untimed(list(again.run())) == untimed(points)
    other = comparison(REBER.with_changes(seed=4), load_corpus(REBER), part=4)
    first = next(islice(other.run(), ORDERS, None))
    assert first.bits != points[ORDERS].bits


def test_equal_parameters_or_equal_sizes() -> None:
    config = text_config(Config())
    corpus = load_corpus(config)
    V = len(corpus.vocabulary)

    def counts(setup: Comparison, kind: str) -> list[int]:
        return [network.parameters(V) for network in setup.networks if network.reads[0] == kind]

    budget = comparison(config, corpus)
    assert counts(budget, "recurrent") == [5_785, 5_785]
    windows = counts(budget, "summed") + counts(budget, "concatenated")
    assert all(5_400 < count <= 5_785 for count in windows)
    sizes = comparison(config, corpus, "sizes")
    assert {network.config.hidden_size for network in sizes.networks} == {SIZE}
    grown = counts(sizes, "concatenated")
    steps = [(more - fewer) * SIZE**2 for fewer, more in pairwise(WORDS)]
    assert [more - fewer for fewer, more in pairwise(grown)] == steps
    assert len(set(counts(sizes, "summed"))) == 1


def test_a_part_of_the_text_is_its_beginning_read_more_often() -> None:
    config = text_config(Config())
    corpus = load_corpus(config)
    whole, part = (comparison(config, corpus, part=of) for of in (1, 20))
    assert (whole.text, whole.whole, whole.config.epochs) == (180_008, 180_008, 4)
    assert (part.text, part.whole, part.config.epochs) == (9_000, 180_008, 20)
    assert part.corpus.train.tolist() == corpus.train[:9_000].tolist()
    assert len(whole.corpus.valid) == len(part.corpus.valid) == HELD_OUT + 1
    assert texts_of(whole.most) == {1: 180_008, 2: 90_004, 4: 45_002, 8: 22_501, 20: 9_000}
    assert texts_of(LEAST_TEXT) == {1: LEAST_TEXT}


def test_a_grammar_is_drawn_alike_for_all_and_other_texts_hold_a_tenth_out() -> None:
    assert text_config(Config(grammar_tokens=60_000, max_tokens=9)) == text_config(Config())
    letters = Config(tokenizer="characters", valid_fraction=0.0, test_fraction=0.0)
    assert text_config(letters).valid_fraction == 0.1
    story = Config(corpus="story-en", valid_fraction=0.3)
    assert text_config(story) == story


@pytest.mark.parametrize(("train", "valid"), [(99, 300), (500, 10), (0, 0)])
def test_a_text_of_which_nothing_can_be_said_is_refused(train: int, valid: int) -> None:
    corpus = load_corpus(REBER)
    short = replace(corpus, train=corpus.train[:train], valid=corpus.valid[:valid])
    with pytest.raises(TextError, match=f"has {train} tokens to train on and {valid} held out"):
        comparison(REBER, short)


def test_the_shortest_text_can_be_compared_on(setup: Comparison) -> None:
    corpus = load_corpus(REBER)
    short = replace(corpus, train=corpus.train[:LEAST_TEXT], valid=corpus.valid[:11])
    smallest = comparison(REBER, short)
    assert smallest.config.batch_size == 1
    assert last_of_each(islice(smallest.run(), 40))


@pytest.mark.parametrize("V", [10_000, 50_000])
def test_a_large_vocabulary_is_bounded_before_anything_is_built(
    V: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices stay short and memory small: known from shapes, with as many words as the largest
    text may have."""
    corpus = text_of(V, 300_000)
    monkeypatch.setattr(taking_turns, "Trainer", None)
    monkeypatch.setattr(taking_turns, "WindowTrainer", None)
    setup = comparison(Config(corpus="story-en"), corpus)
    per_token = sum(network.per_token(V) for network in setup.networks)
    assert setup.text * setup.config.epochs * per_token <= WORK
    assert setup.text == setup.most < setup.whole
    assert (len(setup.corpus.valid) - 1) * V <= LOGITS
    assert len(setup.recurrent) == 1, "the longer T would make updates that take too long"
    for network in setup.networks:
        assert network.per_token(V) * network.tokens(1) <= STRETCH
        assert network.bytes(V) <= TOGETHER


def test_networks_that_do_not_fit_together_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    config = REBER.with_changes(embedding_size=8, hidden_size=8, epochs=1, time_size=5)
    networks = [Network(config.with_changes(seed=seed)) for seed in range(3)]
    corpus = load_corpus(REBER)
    V = len(corpus.vocabulary)

    def seeds() -> list[int]:
        turns = taking_turns.taking_turns(networks, corpus)
        return [turn.network.config.seed for turn in turns]

    assert seeds()[:4] == [0, 1, 2, 0]
    monkeypatch.setattr(taking_turns, "TOGETHER", 2 * networks[0].bytes(V))
    two = seeds()
    assert two[:4] == [0, 1, 0, 1] and set(two[two.index(2) :]) >= {1, 2}
    monkeypatch.setattr(taking_turns, "TOGETHER", 1)
    alone = seeds()
    assert alone == sorted(alone), "one after the other, and never none"


def test_a_network_that_needs_too_much_memory_is_refused_before_any_is_trained() -> None:
    huge = Network(REBER.with_changes(hidden_size=5_000, embedding_size=9_000, batch_size=1_000))
    with pytest.raises(ConfigError, match="GiB of memory"):
        next(taking_turns.taking_turns([Network(REBER), huge], load_corpus(REBER)))


def test_a_lost_training_ends_with_its_last_sound_weights(
    setup: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Trainer.step

    def lost(self: Trainer) -> object:
        if self.steps == 5:
            raise Diverged("diverged", "")
        return step(self)

    monkeypatch.setattr(Trainer, "step", lost)
    turns = list(taking_turns.taking_turns(setup.networks[:2], setup.corpus))
    first = [turn for turn in turns if turn.network == setup.networks[0]]
    assert [(turn.updates, turn.over, turn.diverged) for turn in first] == [(5, True, True)]
    assert np.isfinite(first[0].loss)
    assert turns[-1].over and not turns[-1].diverged, "the other goes on"


def test_seconds_are_those_of_training(setup: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_turns, "perf_counter", Clock(2.0))
    turns = list(taking_turns.taking_turns(setup.networks[:1], setup.corpus))
    assert [turn.seconds for turn in turns] == [2.0 * (n + 1) for n in range(len(turns))]


def test_the_price_of_counting_falls_with_the_text() -> None:
    """By value: what n-grams of order 5 and 6 lie above their rungs on Tiny English."""
    config = text_config(Config())
    corpus = load_corpus(config)
    paid = []
    for part in (20, 4, 1):
        setup = comparison(config, corpus, part=part)
        assert setup.ladder is not None
        paid.append(prices(setup.counted(), setup.ladder))
    assert [price[5] for price in paid] == pytest.approx([0.508, 0.335, 0.210], abs=0.005)
    assert [price[4] for price in paid] == pytest.approx([0.446, 0.255, 0.135], abs=0.005)
    assert abs(paid[-1][0]) < 0.01
