"""The schema of a run: what it tells a form, what it takes from a link, what it refuses."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from pydantic import ValidationError

from rnncore.cells import CELLS
from rnncore.config import Config, live_settings
from rnncore.errors import ConfigError
from rnncore.memory import MEMORY_LIMIT, check_memory, memory_bytes, parameter_count
from rnncore.optimizers import OPTIMIZERS
from rnncore.presets import PRESETS, STORIES, preset, preset_config
from tests.engine.models import V, networks, small_config, small_model

FIELDS: dict[str, dict[str, Any]] = Config.model_json_schema()["properties"]


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_says_how_it_is_shown_and_when_it_acts(name: str) -> None:
    field = FIELDS[name]
    assert field["scale"] in ("linear", "log")
    assert isinstance(field["live"], bool)
    assert field["description"] and "default" in field
    if field["scale"] == "log":
        assert field.get("minimum", field.get("exclusiveMinimum")) is not None
        assert "maximum" in field
    if field["live"]:
        assert field["type"] in ("number", "integer")


def test_the_settings_of_the_command_line_and_the_store_are_all_there() -> None:
    named = """cell embedding_size hidden_size batch_size time_size learning_rate optimizer
    max_grad_norm epochs seed tokenizer min_count max_tokens window_scheme initializer"""
    assert set(named.split()) <= set(FIELDS)
    assert {"learning_rate", "max_grad_norm"} <= set(live_settings())
    assert not {"seed", "hidden_size", "cell"} & set(live_settings())


def test_every_cell_and_optimizer_can_be_chosen() -> None:
    assert FIELDS["cell"]["enum"] == list(CELLS)
    assert FIELDS["optimizer"]["enum"] == list(OPTIMIZERS)


def test_strings_become_values() -> None:
    config = Config.parse(
        {"hidden_size": "64", "learning_rate": "3e-3", "stateful": "false", "optimizer": "sgd"}
    )
    assert (config.hidden_size, config.learning_rate) == (64, 3e-3)
    assert config.stateful is False and config.optimizer == "sgd"


def test_all_problems_come_in_one_sentence() -> None:
    wrong = {"hidden_size": "0", "learning_rate": "fast", "optimizer": "adamax", "colour": "red"}
    with pytest.raises(ConfigError) as caught:
        Config.parse(wrong)
    sentence = str(caught.value)
    assert "\n" not in sentence
    for name, value in wrong.items():
        assert name in sentence
        assert name == "colour" or repr(value) in sentence
    assert "'sgd'" in sentence and "batch_size" in sentence  # what would have been right


@pytest.mark.parametrize(
    "wrong",
    [
        {"learning_rate": 0},
        {"learning_rate": "nan"},
        {"learning_rate": "inf"},
        {"max_grad_norm": -1},
        {"batch_size": 0},
        {"batch_size": 2.5},
        {"seed": -1},
        {"seed": 2**32},
        {"valid_fraction": 0.6},
        {"temperature": -1e-3},
        {"valid_fraction": 0.5, "test_fraction": 0.5},
        {"cell": "transformer"},
        {"epochs": None},
        {"tied": True, "embedding_size": 3, "hidden_size": 5},
        {"schedule": "quarter", "valid_fraction": 0},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.parse(wrong)
    assert next(iter(wrong)) in str(caught.value)
    with pytest.raises(ConfigError):
        Config().with_changes(**wrong)


def test_a_config_is_frozen() -> None:
    config = Config()
    with pytest.raises(ValidationError):
        config.seed = 3
    changed = config.with_changes(seed=3)
    assert changed.seed == 3 and config.seed == 0 and hash(changed) != hash(config)


@pytest.mark.parametrize("name", PRESETS)
def test_differences_carry_a_whole_config(name: str) -> None:
    config = preset_config(name)
    assert Config.parse(config.differences()) == config
    as_text = {key: str(value) for key, value in config.differences().items()}
    assert Config.parse(as_text) == config
    assert preset_config(name, seed=5) == config.with_changes(seed=5)


def test_a_preset_is_copied_and_an_unknown_one_refused() -> None:
    for name in STORIES:
        preset(name)["corpus"] = "spoiled"
        assert preset(name) == PRESETS[name] and "spoiled" not in PRESETS[name].values()
    with pytest.raises(ConfigError, match="chapter5") as caught:
        preset("chapter55")
    assert "chapter55" in str(caught.value)


@networks
def test_parameters_are_counted_right(cell: str, changes: dict[str, Any]) -> None:
    model = small_model(cell, **changes)
    assert parameter_count(model.config, V) == model.parameters.values.size


def test_too_much_memory_is_refused_with_the_amount() -> None:
    config = small_config(hidden_size=10**6)
    with pytest.raises(ConfigError, match="GiB") as caught:
        check_memory(config, 60)
    needed = float(caught.value.values["needed"].replace(",", ""))  # type: ignore[attr-defined]
    assert needed == pytest.approx(memory_bytes(config, 60) / 2**30, rel=0.01)
    assert needed > 8 * 1e12 / 2**30  # Wh alone
    check_memory(small_config(), 60)
    for huge in (
        config.with_changes(hidden_size=11, batch_size=100_000, time_size=10_000),
        config.with_changes(hidden_size=11, embedding_size=10_000_000),
    ):
        with pytest.raises(ConfigError):
            check_memory(huge, 60)


@networks
def test_more_of_anything_needs_more_memory(cell: str, changes: dict[str, Any]) -> None:
    plain = small_config(cell, **changes)
    needed = memory_bytes(plain, V)
    assert 0 < needed < MEMORY_LIMIT
    assert memory_bytes(plain, 2 * V) > needed
    for name in ("batch_size", "time_size", "layers"):
        assert memory_bytes(plain.with_changes(**{name: getattr(plain, name) + 1}), V) > needed
    assert memory_bytes(plain.with_changes(dtype="float32"), V) == needed / 2


def test_errors_survive_a_process_boundary() -> None:
    with pytest.raises(ConfigError) as caught:
        preset("nothing")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert type(again) is ConfigError
    assert (str(again), again.code, again.values) == (
        str(caught.value),
        caught.value.code,
        caught.value.values,
    )
