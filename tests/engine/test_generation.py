"""Generated text: drawn from the model's own probabilities, sharpened or flattened, repeatable."""

from __future__ import annotations

import warnings
from itertools import islice

import numpy as np
import pytest

from rnncore.generation import choose, draw, generate
from rnncore.model import Rnnlm
from rnncore.reference.output import softmax
from rnncore.shapes import Array, Ids
from tests.engine.models import V, cells, small_model

PROMPT = np.array([3, 1, 4, 1, 5])


def written(
    model: Rnnlm, length: int, temperature: float = 1.0, seed: int = 0, prompt: Ids = PROMPT
) -> list[int]:
    rng = np.random.default_rng(seed)
    return [int(ids[0]) for ids in islice(generate(model, prompt, temperature, rng), length)]


def confident_model(cell: str = "rnn", dtype: str = "float64") -> Rnnlm:
    model = small_model(cell, dtype=dtype)
    model.parameters["affine.W"][...] *= 8
    return model


@cells
def test_the_same_seed_writes_the_same_text(cell: str) -> None:
    model = small_model(cell)
    assert written(model, 50, seed=5) == written(model, 50, seed=5)
    assert written(model, 50, seed=5) != written(model, 50, seed=6)


@cells
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("temperature", [1e-2, 1e-3, 1e-6, 1e-40, 5e-324, 0, -0.0])
def test_towards_zero_temperature_the_likeliest_token_always_wins(
    cell: str, temperature: float, dtype: str
) -> None:
    model = confident_model(cell, dtype)
    best, token = [], int(PROMPT[-1])
    model.reset_state()
    model.hidden_states(PROMPT[:-1, None])
    for _ in range(20):
        token = int(model.logits(np.array([[token]]))[0, 0].argmax())
        best.append(token)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert written(model, 20, temperature) == best


def test_of_equally_likely_tokens_the_first_is_greedy() -> None:
    logits = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]], np.float32)
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    assert choose(logits, 0, rng).tolist() == [1, 0]
    assert rng.bit_generator.state == before
    tied = {tuple(choose(logits, 1e-300, rng).tolist()) for _ in range(60)}
    assert {row[0] for row in tied} == {1, 2}  # not zero: chance decides between equals


def test_a_high_temperature_is_near_to_chance() -> None:
    model = confident_model()
    counts = np.bincount(written(model, 4000, temperature=1e3), minlength=V)
    assert counts.min() > 4000 / V / 2 and counts.max() < 4000 / V * 2


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_tokens_come_as_often_as_the_model_says(temperature: float) -> None:
    """Chi-square over one position: 22 degrees of freedom exceed 48.3 in one case of 1000."""
    model, streams = small_model(), 20_000
    model.hidden_states(PROMPT[:-1, None])
    expected: Array = streams * softmax(model.logits(PROMPT[-1:, None])[0, 0] / temperature)
    rng = np.random.default_rng(0)
    first = next(generate(model, PROMPT, temperature, rng, streams))
    assert first.shape == (streams,)
    observed = np.bincount(first, minlength=V)
    assert float((np.square(observed - expected) / expected).sum()) < 48.3


@cells
def test_each_stream_continues_its_own_text(cell: str) -> None:
    model, streams = small_model(cell), 3
    drawn = np.array(list(islice(generate(model, PROMPT, 1.0, np.random.default_rng(1), 3), 30)))
    assert drawn.shape == (30, streams) and len({tuple(row) for row in drawn.T}) == streams
    model.reset_state()
    model.hidden_states(np.repeat(PROMPT[:, None], streams, axis=1))
    model.hidden_states(drawn)
    together = [part.copy() for layer in model.state for part in layer]
    for i in range(streams):
        model.reset_state()
        model.hidden_states(np.concatenate((PROMPT, drawn[:, i]))[:, None])
        for part, alone in zip(together, (p for layer in model.state for p in layer), strict=True):
            np.testing.assert_allclose(part[i], alone[0], rtol=1e-10, atol=1e-12)


@cells
def test_a_prompt_of_one_token_is_enough(cell: str) -> None:
    model = small_model(cell, layers=2)
    prompt = np.array([7])
    model.hidden_states(np.full((5, 2), 3))  # a past that must not count
    text = written(model, 20, prompt=prompt)
    assert text == written(model, 20, prompt=prompt) and len(set(text)) > 3


def test_the_prompt_is_read_before_the_first_token() -> None:
    model = confident_model()
    beginnings = {tuple(written(model, 3, 1e-3, prompt=np.array([a, 5]))) for a in range(V)}
    assert len(beginnings) > 1


def test_drawing_inverts_the_cumulative_distribution() -> None:
    class Thrown(np.random.Generator):
        """A generator whose next uniform numbers are known."""

        def __init__(self, value: float) -> None:
            super().__init__(np.random.PCG64(0))
            self.value = value

        def random(self, size: tuple[int, ...]) -> Array:  # type: ignore[override]
            return np.full(size, self.value)

    table = np.array([[0.0, 0.25, 0.0, 0.75, 0.0]])
    last = np.nextafter(1, 0)
    for value, token in ((0.0, 1), (0.2499, 1), (0.25, 3), (0.9, 3), (last, 3)):
        assert draw(table, Thrown(value)).tolist() == [token]
    many = np.full((1, 1000), 1e-3, np.float32)  # sums to a little less or more than one
    assert draw(many, Thrown(last)).tolist() == [999]
    both = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert draw(both, np.random.default_rng(0)).tolist() == [0, 1]


def test_rows_are_drawn_alike_together_and_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(53), 31)
    together = draw(p, np.random.default_rng(1))
    monkeypatch.setattr("rnncore.generation.ADDED_UP_AT_ONCE", 2 * 53)
    assert draw(p, np.random.default_rng(1)).tolist() == together.tolist()
    assert len(set(together.tolist())) > 10
