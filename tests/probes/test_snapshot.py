"""The prober: what it measures is so, is the same when measured again, and disturbs nothing."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.probes.gradient_flow import gradient_flow
from rnncore.probes.passages import DISTANCES
from rnncore.probes.snapshot import TOP, Prober
from rnncore.text.corpus import Corpus, corpus_names, load_corpus
from rnncore.text.jamo import place_in_syllable
from rnncore.training.trainer import Trainer
from tests.training.runs import everything, some_corpus, trainer

BUILT_IN = tuple(name for name in corpus_names() if name != "ptb")


def trainer_on(corpus: str, **settings: Any) -> Trainer:
    sizes = {"grammar_tokens": 3000, "hidden_size": 7, "embedding_size": 5, "batch_size": 3}
    config = Config.parse({"corpus": corpus, **sizes, **settings})
    return Trainer(config, load_corpus(config))


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_frame_tells_the_truth_about_the_run(name: str) -> None:
    run = trainer_on(name, time_size=11)
    frame = Prober(run).run_view()
    grammar, corpus = run.corpus.grammar, run.corpus
    assert frame.vocabulary_size == len(corpus.vocabulary)
    assert frame.token_unit == corpus.tokenizer.name
    assert frame.updates == run.total_updates and frame.tokens_per_update == 3 * 11
    assert frame.time_size == 11 and frame.probe_tokens == corpus.probe
    assert frame.state_bound == pytest.approx(math.sqrt(7))
    if grammar is None:
        assert (frame.floor, frame.state_names, frame.probe_states) == (None, None, None)
        assert frame.rungs == ()
        counts = Counter(corpus.train.tolist())
        total = len(corpus.train) + len(corpus.vocabulary)
        surprises = [-math.log2((counts[i] + 1) / total) for i in corpus.valid.tolist()[1:]]
        assert frame.unigram == pytest.approx(2 ** (sum(surprises) / len(surprises)))
    else:
        assert frame.unigram is None
        assert frame.floor == pytest.approx(2 ** grammar.entropy_rate())
        ladder = [2**bits for bits in grammar.ladder()]
        assert [rung.perplexity for rung in frame.rungs] == pytest.approx(ladder)
        assert [rung.memory for rung in frame.rungs] == list(range(len(ladder)))
        assert frame.probe_states == tuple(grammar.states_along(corpus.probe))
        assert frame.state_names == grammar.state_names and grammar.is_legal(corpus.probe)


def test_a_text_in_jamo_is_shown_in_syllables() -> None:
    run = trainer_on("story-ko", tokenizer="jamo", temperature=0.5)
    prober = Prober(run)
    frame, (sample,) = prober.run_view(), prober.snapshot().samples
    assert frame.token_unit == "jamo" and frame.states is not None
    assert len(frame.states.twin) == len(frame.probe_tokens)
    assert not any(place_in_syllable(char) for char in sample.text)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("name", BUILT_IN)
def test_a_snapshot_fits_its_frame(name: str, cell: str) -> None:
    run = trainer_on(name, cell=cell, layers=2, dropout=0.3)
    run.step()
    prober = Prober(run)
    frame, view = prober.run_view(), prober.snapshot()
    assert view.step == 1 and view.seconds == run.seconds
    assert len(view.gradient_profile) == frame.distances
    assert all(math.isfinite(norm) and norm >= 0 for norm in view.gradient_profile)
    assert len(view.states) == len(view.next_tokens) == len(frame.probe_tokens)
    assert max(abs(number) for point in view.states for number in point) <= frame.state_bound
    assert 0 <= view.variance_share <= 1
    for row in view.next_tokens:
        chances = [chance for _, chance in row]
        assert len(row) == min(TOP, frame.vocabulary_size)
        assert chances == sorted(chances, reverse=True) and sum(chances) <= 1 + 1e-6
    assert (view.legal_share is None) == (frame.floor is None) or name == "lag"


def test_measuring_twice_gives_the_same_numbers_and_leaves_no_trace() -> None:
    run, other = trainer(dropout=0.3), trainer(dropout=0.3)
    run.step()
    other.step()
    before = everything(run)
    prober = Prober(run)
    first = prober.snapshot()
    prober.train_perplexity()
    prober.run_view()
    assert prober.snapshot() == first
    assert everything(run) == before
    assert Prober(other).snapshot()._replace(seconds=0) == first._replace(seconds=0)
    run.step()
    assert prober.snapshot().samples != first.samples


def test_states_and_next_tokens_are_those_of_the_probe_after_the_prompt() -> None:
    run = trainer(dtype="float64")
    prober, corpus = Prober(run), run.corpus
    view, model = prober.snapshot(), run.model.twin()
    words = [*corpus.prompt, *corpus.probe]
    probabilities = model.predict(corpus.vocabulary.encode(words)[:, None])[:, 0]
    hidden = model.hidden[-len(corpus.probe) :, 0]
    np.testing.assert_allclose(view.states, prober.plane.project(hidden), atol=1e-12)
    for row, exact in zip(view.next_tokens, probabilities[-len(corpus.probe) :], strict=True):
        best = np.argsort(-exact)[:TOP]
        assert [token for token, _ in row] == corpus.vocabulary.decode(best)
        np.testing.assert_allclose([chance for _, chance in row], exact[best], rtol=1e-9)


def test_the_axes_stay_until_they_are_aimed_again() -> None:
    run = trainer(learning_rate=0.1)
    prober = Prober(run)
    axes = prober.plane.axes.copy()
    aimed = prober.snapshot().variance_share
    for _ in range(12):
        run.step()
    moved = prober.snapshot()
    np.testing.assert_array_equal(prober.plane.axes, axes)
    prober.aim()
    assert not np.allclose(prober.plane.axes, axes)
    assert prober.snapshot().variance_share > moved.variance_share
    assert aimed <= 1 and moved.states != prober.snapshot().states


def test_the_profile_is_measured_on_held_out_text_read_for_a_while() -> None:
    """Three stretches, a hundred tokens of warm-up each, then one and a half windows."""
    run = trainer(some_corpus(valid=401), time_size=20, dtype="float64")
    prober = Prober(run)
    distances = prober.run_view().distances
    assert distances == 30
    starts = np.linspace(0, 401 - (100 + distances + 1), 3).astype(int)
    text = run.corpus.valid[starts + np.arange(100 + distances + 1)[:, None]]
    model = run.model.twin()
    model.hidden_states(text[:100])
    expected = gradient_flow(model, text[100:-1], text[101:]).profile()
    np.testing.assert_allclose(prober.snapshot().gradient_profile, expected, rtol=1e-10)


@pytest.mark.parametrize(("time_size", "distances"), [(2, 24), (16, 24), (20, 30), (100, 64)])
def test_the_profile_reaches_beyond_the_truncation(time_size: int, distances: int) -> None:
    run = trainer(some_corpus(train=1000, valid=300), time_size=time_size)
    assert Prober(run).run_view().distances == distances
    assert DISTANCES[0] <= distances <= DISTANCES[1]


@pytest.mark.parametrize(
    ("train", "valid", "batch_size", "time_size"),
    [(161, 0, 3, 5), (161, 2, 3, 5), (161, 26, 3, 5), (2, 0, 1, 1), (3, 0, 1, 1), (7, 3, 2, 3)],
)
def test_little_text_is_measured_as_far_as_it_goes(
    train: int, valid: int, batch_size: int, time_size: int
) -> None:
    corpus: Corpus = some_corpus(train=train, valid=valid)
    run = trainer(corpus, batch_size=batch_size, time_size=time_size)
    prober = Prober(run)
    view = prober.snapshot()
    assert 1 <= len(view.gradient_profile) == prober.run_view().distances < max(train, valid)
    assert prober.train_perplexity() > 1


def test_the_temperature_in_force_is_used_and_shown() -> None:
    run = trainer()
    prober = Prober(run)
    run.change("temperature", 0.01)
    cold = prober.snapshot()
    run.change("temperature", 50)
    hot = prober.snapshot()
    assert (cold.temperature, hot.temperature) == (0.01, 50)
    assert cold.samples != hot.samples and cold.states == hot.states


def test_a_network_that_knows_nothing_is_near_to_chance() -> None:
    run = trainer()
    run.model.parameters["affine.W"][...] = 0
    assert Prober(run).train_perplexity() == pytest.approx(13)
