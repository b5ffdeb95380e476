"""What the schema says of its settings: their group, their usual values, and what they affect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.config import (
    Config,
    applies,
    choices,
    is_number,
    settings_of,
    text_settings,
    update_settings,
    usual_values,
)
from rnncore.errors import ConfigError
from rnncore.probes.snapshot import Prober
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.training.trainer import Trainer

SMALL = Config(
    grammar_tokens=2_000, hidden_size=8, embedding_size=8, time_size=5, batch_size=4, epochs=2
)
NAMES = tuple(Config.model_fields)
OTHER: dict[str, Any] = {"corpus": "story-ko", "tokenizer": "characters", "warmup": 50}


def changed(config: Config, name: str) -> Config:
    """The config with another value of a setting."""
    value = getattr(config, name)
    others = OTHER.get(name) or (
        [not value] if isinstance(value, bool) else [*choices(name), *usual_values(name)]
    )
    for other in others if isinstance(others, list) else [others]:
        if other != value:
            return config.with_changes(**{name: other})
    raise AssertionError(f"no other value of {name}")


def same_text(one: Corpus, other: Corpus) -> bool:
    return one.vocabulary == other.vocabulary and all(
        np.array_equal(getattr(one, part), getattr(other, part))
        for part in ("train", "valid", "test")
    )


def test_every_setting_has_one_group() -> None:
    groups = [settings_of(group) for group in ("text", "network", "training")]
    assert sorted(name for group in groups for name in group) == sorted(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if is_number(name)])
def test_usual_values_of_a_number_can_all_be_given(name: str) -> None:
    usual = usual_values(name)
    assert len(usual) >= 3 and list(usual) == sorted(set(usual))
    kind = Config.model_fields[name].annotation
    for value in usual:
        assert kind is not None and kind(value) == value
        Config.parse({name: value})
    with pytest.raises(ConfigError):
        Config.parse({name: -1})


@pytest.mark.parametrize("name", NAMES)
def test_the_settings_of_the_text_are_those_that_change_what_is_read(name: str) -> None:
    """A page keeps a text by these settings: one that is left out would give it the wrong one."""
    changes = []
    for corpus in ("tiny-english", "lag", "story-en"):
        text = corpus == "story-en"
        if not applies(name, corpus, grammar=not text):
            continue
        config = SMALL.with_changes(corpus=corpus, tokenizer="words" if text else "auto")
        before, after = load_corpus(config), load_corpus(changed(config, name))
        changes.append(not same_text(before, after))
    assert any(changes) == (name in text_settings())


@pytest.mark.parametrize("name", update_settings())
def test_settings_of_the_updates_change_nothing_before_the_first(name: str) -> None:
    first, other = (
        Prober(Trainer(config, load_corpus(config))).snapshot()
        for config in (SMALL, changed(SMALL, name))
    )
    assert first == other


def test_what_applies_depends_on_the_corpus() -> None:
    assert applies("lag", "lag", grammar=True) and not applies("lag", "reber", grammar=True)
    assert applies("min_count", "own", grammar=False)
    assert not applies("min_count", "reber", grammar=True)
    assert not applies("grammar_tokens", "own", grammar=False)
    assert applies("hidden_size", "own", grammar=False)


def test_a_forget_bias_applies_where_a_gate_forgets() -> None:
    fits = {cell: applies("forget_bias", "lag", grammar=True, cell=cell) for cell in CELLS}
    assert fits["lstm"]
    assert fits == {cell: record.forget is not None for cell, record in CELLS.items()}
