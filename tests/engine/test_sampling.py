"""Temperature, top-k and top-p, by value and by what has to hold of any logits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnncore.reference.output import softmax
from rnncore.sampling import Sampling, final, kept, tempered

P = np.array([[0.1, 0.4, 0.05, 0.25, 0.2]])
LOGITS = np.log(P)
rows = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 3), st.integers(1, 12)), elements=st.floats(-50, 50)
)


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (Sampling(), P[0]),
        (Sampling(top_k=2), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0]),
        (Sampling(top_k=99), P[0]),
        (Sampling(top_p=0.6), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0]),
        (Sampling(top_p=0.66), [0, 0.4 / 0.85, 0, 0.25 / 0.85, 0.2 / 0.85]),
        (Sampling(top_p=1e-9), [0, 1, 0, 0, 0]),
        (Sampling(top_k=3, top_p=0.7), [0, 0.4 / 0.65, 0, 0.25 / 0.65, 0]),  # 0.65 / 0.85 > 0.7
        (Sampling(0.5, top_k=2), [0, 0.16 / 0.2225, 0, 0.0625 / 0.2225, 0]),
        (Sampling(0), [0, 1, 0, 0, 0]),
        (Sampling(0, top_k=3, top_p=0.5), [0, 1, 0, 0, 0]),
    ],
)
def test_the_final_distribution_by_value(sampling: Sampling, expected: list[float]) -> None:
    np.testing.assert_allclose(final(LOGITS, sampling)[0], expected, atol=1e-12)


def test_what_is_not_allowed_goes_first() -> None:
    allowed = np.array([[True, False, True, True, False]])
    np.testing.assert_allclose(
        final(LOGITS, Sampling(top_k=2), allowed)[0], [0.1 / 0.35, 0, 0, 0.25 / 0.35, 0]
    )
    assert final(LOGITS, Sampling(0), allowed)[0].tolist() == [0, 0, 0, 1, 0]


def test_of_equals_the_lowest_ids_stay() -> None:
    equal = np.full((1, 6), 1 / 6)
    assert kept(equal, top_k=2)[0].tolist() == [True, True, False, False, False, False]
    assert kept(equal, top_p=0.5)[0].sum() == 3


@given(rows, st.integers(0, 14), st.floats(0.01, 1), st.floats(0, 5))
def test_what_stays_is_the_smallest_likeliest_set(
    logits: np.ndarray, top_k: int, top_p: float, temperature: float
) -> None:
    p = tempered(logits, temperature)
    q = final(logits, Sampling(temperature, top_k, top_p))
    np.testing.assert_allclose(q.sum(axis=1), 1)
    for before, after in zip(p, q, strict=True):
        stays = after > 0
        assert stays.any()
        if top_k:
            assert stays.sum() <= top_k
        assert before[stays].min() >= before[~stays].max(initial=0)
        # Proportions stay as they were.
        np.testing.assert_allclose(after[stays] * before[stays].sum(), before[stays])
        if top_p < 1 and not top_k:
            share = before[stays].sum()
            assert share >= top_p - 1e-9
            assert share - before[stays].min() < top_p + 1e-9


@given(rows)
def test_nothing_cut_is_the_softmax(logits: np.ndarray) -> None:
    np.testing.assert_array_equal(final(logits, Sampling()), softmax(logits))
    assert kept(softmax(logits)).all()
