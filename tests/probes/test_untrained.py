"""What a link alone makes the server compute: known before it is built, and within the budget."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from rnncore.config import Config
from rnncore.errors import ConfigError, TextError
from rnncore.metrics import held_out_loss, perplexity
from rnncore.model import Rnnlm
from rnncore.presets import PRESETS
from rnncore.probes.passages import cost_of, passages
from rnncore.probes.snapshot import Prober
from rnncore.probes.untrained import affordable, budget, preview, text_in_budget
from rnncore.text.catalog import catalog
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.training.trainer import Trainer
from tests.products import counted

HUGE: dict[str, dict[str, Any]] = {
    "wide": {"hidden_size": 5000, "embedding_size": 5000},
    "wider": {"hidden_size": 8000, "embedding_size": 1},
    "long embedding": {"embedding_size": 200_000},
    "deep": {"layers": 8, "hidden_size": 1200, "cell": "lstm"},
    "spectral": {"initializer": "spectral", "hidden_size": 1000},
    "orthogonal": {"initializer": "orthogonal", "hidden_size": 2000},
    "precise": {"dtype": "float64", "hidden_size": 4000},
}
LARGE: dict[str, dict[str, Any]] = {
    "default": {},
    "wide": {"hidden_size": 1500},
    "deep": {"layers": 4, "cell": "lstm", "hidden_size": 64},
    "gated": {"cell": "gru", "hidden_size": 256},
    "long windows": {"time_size": 4000, "batch_size": 40, "hidden_size": 16},
    "much held out": {"hidden_size": 8, "grammar_tokens": 400_000, "valid_fraction": 0.5},
    "from zero": {"stateful": False, "valid_fraction": 0.5, "time_size": 3000, "batch_size": 2},
    "chaotic": {"recurrent_scale": 5.0, "valid_fraction": 0.3},
    "words and characters": {"tokenizer": "characters"},
    "precise": {"dtype": "float64", "cell": "gru"},
    "reference": {"engine": "reference"},
}
PRODUCTS, MEMORY = (1 / 4, 2.0), 2.5
"""Factors within which the products made, and the bytes reserved, are those that are said."""
OVERHEAD = 4e6
"""Bytes beside: of Python, and of what is the same for every network."""


@pytest.fixture(autouse=True)
def treebank(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "ptb" in request.node.name or "chapter" in request.node.name:
        folder: Path = request.getfixturevalue("data_folder")
        monkeypatch.setenv("RNN_EXPLORER_PTB", str(folder / "ptb"))


def read(config: Config) -> Corpus:
    return load_corpus(text_in_budget(config))


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_the_cost_that_is_said_is_the_cost_that_is_paid(name: str) -> None:
    config = Config.parse(LARGE[name])
    corpus = read(config)
    chosen = affordable(config, corpus)
    assert chosen is not None
    said = cost_of(config, corpus, chosen)
    with counted() as products:
        assert preview(config, corpus).snapshot is not None
    fewest, most = PRODUCTS
    assert fewest < products.made / said.multiply_adds < most
    tracemalloc.start()
    preview(config, corpus)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MEMORY * said.bytes + OVERHEAD


@pytest.mark.slow
def test_no_preview_makes_more_products_than_twice_the_default() -> None:
    with counted() as products:
        preview(Config(), read(Config()))
    default = products.made
    for name, settings in LARGE.items():
        config = Config.parse(settings)
        with counted() as products:
            preview(config, read(config))
        assert products.made < 2 * default, name


@pytest.mark.slow
@pytest.mark.parametrize("name", [*PRESETS, *(f"on {corpus}" for corpus in catalog())])
def test_every_preset_and_corpus_is_measured_within_the_budget(name: str) -> None:
    config = Config.parse(PRESETS.get(name, {"corpus": name.removeprefix("on ")}))
    corpus = read(config)
    chosen = affordable(config, corpus)
    assert chosen is not None
    assert cost_of(config, corpus, chosen).fits(budget())
    first = preview(config, corpus)
    assert first.snapshot is not None and first.train is not None
    assert len(first.snapshot.gradient_profile) >= 4
    assert first.snapshot.samples[0].text


@pytest.mark.parametrize("name", HUGE)
def test_beyond_the_budget_no_network_is_built(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config.parse(HUGE[name])
    corpus = read(config)
    budget()

    def build(*_: Any) -> None:
        raise AssertionError("a network was built")

    monkeypatch.setattr("rnncore.probes.untrained.initialize", build)
    first = preview(config, corpus)
    assert (first.snapshot, first.train, first.held_out, first.whole) == (None, None, None, False)
    known = Prober(Trainer(Config(), read(Config()))).run_view()
    assert first.run._replace(state_bound=0) == known._replace(state_bound=0)


def test_a_small_network_is_measured_as_its_run_measures_it() -> None:
    config = Config(hidden_size=12, embedding_size=6, grammar_tokens=8_000, seed=3)
    corpus = read(config)
    run = Trainer(config, corpus)
    prober = Prober(run)
    first = preview(config, corpus)
    assert first.whole and first.train is not None and first.held_out is not None
    assert first.snapshot == prober.snapshot()
    assert first.run == prober.run_view()
    assert first.train.perplexity == prober.train_perplexity()
    assert first.held_out.perplexity == run.evaluate().perplexity


def test_a_text_in_jamo_is_measured_per_syllable_too() -> None:
    config = Config(corpus="story-ko", tokenizer="jamo", hidden_size=12, embedding_size=6)
    first = preview(config, read(config))
    assert first.whole and first.held_out is not None
    assert first.held_out.per_character == Trainer(config, read(config)).evaluate().per_character


def test_shorter_passages_are_beginnings_or_ends_of_the_whole_ones() -> None:
    config = Config(hidden_size=8, grammar_tokens=20_000)
    corpus = read(config)
    whole = passages(config, corpus)
    for share in (1 / 2, 1 / 8, 1 / 128):
        part = passages(config, corpus, share)
        assert all(own <= full for own, full in zip(part[:4], whole[:4], strict=True))
        assert part.window[0] * part.window[1] <= max(whole.window[0] * whole.window[1] * share, 21)


def test_held_out_text_is_read_as_far_as_the_budget_goes() -> None:
    config = Config(cell="gru", hidden_size=256)
    corpus = read(config)
    chosen = affordable(config, corpus)
    assert chosen is not None and 0 < chosen.held_out < len(corpus.valid)
    first = preview(config, corpus)
    loss = held_out_loss(Rnnlm(config, len(corpus.vocabulary)), corpus.valid[: chosen.held_out])
    assert not first.whole and first.held_out is not None
    assert first.held_out.perplexity == perplexity(loss)


@pytest.mark.slow
@pytest.mark.parametrize("tokenizer", ["auto", "characters"])
def test_a_text_that_is_drawn_long_is_read_from_its_beginning(tokenizer: str) -> None:
    config = Config.parse({"grammar_tokens": 900_000, "tokenizer": tokenizer, "hidden_size": 4})
    text = text_in_budget(config)
    assert text.grammar_tokens <= 400_000
    run = Trainer(config, load_corpus(config))
    first = preview(config, load_corpus(text))
    assert first.snapshot is not None and not first.whole
    assert abs(first.run.updates - run.total_updates) <= max(1, 1e-3 * run.total_updates)
    same: dict[str, Any] = {
        "updates": 0,
        "probe_tokens": (),
        "probe_states": None,
        "unigram": None,  # of the whole text, which is left to the run
        "states": None,
    }
    assert (first.run.unigram, first.run.states) == (None, None)
    assert first.run._replace(**same) == Prober(run).run_view()._replace(**same)


def test_a_window_longer_than_what_was_read_is_no_error() -> None:
    config = Config(
        grammar_tokens=5_000_000, time_size=1000, batch_size=400, hidden_size=2, embedding_size=2
    )
    assert preview(config, read(config)).snapshot is not None
    with pytest.raises((ConfigError, TextError), match="at least"):
        preview(too_long := config.with_changes(batch_size=5000), read(too_long))


def test_what_cannot_be_trained_is_said_as_by_the_trainer() -> None:
    for settings in ({"time_size": 10_000, "batch_size": 400}, {"hidden_size": 100_000}):
        config = Config.parse(settings)
        corpus = read(config)
        with pytest.raises(ConfigError) as told:
            Trainer(config, corpus)
        with pytest.raises(ConfigError) as said:
            preview(config, corpus)
        assert str(said.value) == str(told.value)
