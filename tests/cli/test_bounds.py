"""Every number of a config has two bounds, and they hold at every door it can come in by."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import orjson
import pytest

from pages.ui.visit.address import read_settings, write_settings
from rnncore.config import Config, is_number, live_settings
from rnncore.errors import ConfigError
from rnncore.probes.samples import draw_samples
from rnncore.runs.records import encode
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.cli.conftest import Run

NUMBERS = [name for name in Config.model_fields if is_number(name)]
FIELDS: dict[str, dict[str, Any]] = Config.model_json_schema()["properties"]
BEYOND: list[Any] = [
    10**40, -(10**40), 10**5000, "9" * 40, "9" * 5000, "-" + "9" * 5000, "1e400", "-1e400", 1e308,
    math.inf, -math.inf, math.nan, "inf", "nan", True, False, None, "", " ", [], {}, b"x", "1,000",
    "\ud800", object(),
]  # fmt: skip


def bounds(name: str) -> list[tuple[float, float | None]]:
    """Lowest and highest value, each with the next one past it (None: it is past itself)."""
    field = FIELDS[name]
    whole = field["type"] == "integer"
    kind = int if whole else float
    found: list[tuple[float, float | None]] = []
    if "exclusiveMinimum" in field:
        limit = kind(field["exclusiveMinimum"])
        found.append((limit + 1 if whole else math.nextafter(limit, math.inf), limit))
    else:
        lowest = kind(field["minimum"])
        found.append((lowest, lowest - 1 if whole else math.nextafter(lowest, -math.inf)))
    highest = kind(field["maximum"])
    found.append((highest, highest + 1 if whole else math.nextafter(highest, math.inf)))
    return found


def together(name: str, value: float) -> dict[str, float]:
    """A setting at a bound, and what must go with it."""
    return {name: value} | ({"test_fraction": 0.0} if name == "valid_fraction" else {})


@pytest.mark.parametrize("name", NUMBERS)
def test_a_bound_comes_back_and_one_past_it_is_refused(name: str) -> None:
    for bound, past in bounds(name):
        config = Config.parse(together(name, bound))
        assert getattr(config, name) == bound
        assert Config.parse(orjson.loads(encode(config.model_dump()))) == config
        assert read_settings(write_settings(config.differences())) == (config, None)
        assert Config.parse(together(name, str(bound))) == config  # type: ignore[arg-type]
        for wrong in (past, str(past), *write_settings({name: past}).values()):
            with pytest.raises(ConfigError, match=name):
                Config.parse({name: wrong})
        kept, problem = read_settings(write_settings({name: past}))
        assert kept == Config() and isinstance(problem, ConfigError)


@pytest.mark.parametrize("name", NUMBERS)
def test_the_command_line_takes_bounds_and_refuses_what_is_past_them(name: str, run: Run) -> None:
    for bound, past in bounds(name):
        flags = [f"--set={key}={value!r}" for key, value in together(name, bound).items()]
        assert "no corpus" in run("train", "--corpus", "nowhere", *flags).complaint
        assert name in run("train", "--corpus", "nowhere", f"--set={name}={past!r}").complaint


@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_no_number_in_bounds_is_one_short_sentence(name: str) -> None:
    for value in BEYOND:
        with pytest.raises(ConfigError, match=name) as caught:
            Config.parse({name: value})
        assert len(str(caught.value)) < 300


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    config = Config(corpus="reber", grammar_tokens=700, hidden_size=5, embedding_size=3)
    return Trainer(config, load_corpus(config))


@pytest.mark.parametrize("name", live_settings())
def test_a_live_change_is_held_to_the_same_bounds(name: str, trainer: Trainer) -> None:
    before = trainer.config
    for value in (*BEYOND, *(past for _, past in bounds(name))):
        with pytest.raises(ConfigError, match=name):
            trainer.change(name, value)
    assert trainer.config == before
    for bound, _ in bounds(name):
        assert trainer.change(name, bound).new == bound


@pytest.mark.parametrize("temperature", [0.0, 5e-324, 1e-40, 100.0])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_temperature_in_bounds_generates(temperature: float, dtype: str) -> None:
    settings = {"corpus": "reber", "grammar_tokens": 700, "hidden_size": 5, "dtype": dtype}
    config = Config.parse({**settings, "temperature": temperature})
    drawn = Trainer(config, load_corpus(config))
    texts, _ = draw_samples(
        drawn.model.twin(), drawn.corpus, config.temperature, np.random.default_rng(0)
    )
    assert all(sample.text for sample in texts)
    assert temperature or len(set(texts)) == 1  # greedy: every stream writes the same
