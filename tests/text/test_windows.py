"""Streams walk the text as they should: every target follows its input, none strays."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.errors import TextError
from rnncore.text.windows import Windows

Scheme = Literal["aligned", "book"]
Walked = tuple[np.ndarray, int, int, Scheme]
SCHEMES: tuple[Scheme, ...] = ("aligned", "book")


@st.composite
def walks(draw: st.DrawFn, scheme: Scheme | None = None) -> Walked:
    """A text of distinct ids (so that an id tells its position), N, T and a scheme."""
    N, T = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    length = N * T + 1 + draw(st.integers(0, 80))
    chosen: Scheme = scheme if scheme else draw(st.sampled_from(SCHEMES))
    return np.arange(length) * 3 + 5, N, T, chosen


@given(walks(), st.integers(0, 10_000))
def test_every_target_follows_its_input(walk: Walked, k: int) -> None:
    ids, N, T, scheme = walk
    windows = Windows(ids, N, T, scheme)
    window, positions = windows.window(k), windows.positions(k)
    assert window.xs.shape == window.ts.shape == positions.shape == (T, N)
    assert window.xs.dtype == window.ts.dtype == np.int64
    assert window.xs.flags.c_contiguous and window.ts.flags.c_contiguous
    np.testing.assert_array_equal(window.xs, ids[positions])
    np.testing.assert_array_equal(window.ts, ids[positions + 1])


@given(walks(), st.integers(0, 200))
def test_a_window_is_a_function_of_its_number(walk: Walked, k: int) -> None:
    windows, again = Windows(*walk), Windows(*walk)
    windows.window(k + 1)
    for mine, other in zip(windows.window(k), again.window(k), strict=True):
        np.testing.assert_array_equal(mine, other)


@given(walks("aligned"))
def test_aligned_streams_stay_in_their_segment_and_repeat_nothing(walk: Walked) -> None:
    ids, N, T, _ = walk
    windows = Windows(*walk)
    L = (len(ids) - 1) // N
    assert windows.updates_per_epoch == L // T
    epoch = np.concatenate([windows.positions(k) for k in range(windows.updates_per_epoch)])
    for stream, positions in enumerate(epoch.T):
        first = stream * L
        np.testing.assert_array_equal(positions, first + np.arange(len(positions)))
        assert positions[-1] < first + L
    assert len(np.unique(epoch)) == epoch.size


@given(walks("aligned"), st.integers(0, 5))
def test_aligned_epochs_are_alike_and_reset_the_state_once(walk: Walked, epoch: int) -> None:
    windows = Windows(*walk)
    n = windows.updates_per_epoch
    for k in range(n):
        window, later = windows.window(k), windows.window(k + epoch * n)
        assert window.reset == later.reset == (k == 0)
        np.testing.assert_array_equal(window.xs, later.xs)


@given(walks("book"))
def test_book_windows_are_those_of_the_book(walk: Walked) -> None:
    corpus, N, T, _ = walk
    windows = Windows(*walk)
    xs, ts = corpus[:-1], corpus[1:]
    data_size = len(xs)
    assert windows.updates_per_epoch == data_size // (N * T)
    jump = data_size // N
    time_idx = 0
    for k in range(3 * windows.updates_per_epoch):
        window = windows.window(k)
        assert not window.reset
        for t in range(T):
            for i in range(N):
                at = (i * jump + time_idx) % data_size
                assert (window.xs[t, i], window.ts[t, i]) == (xs[at], ts[at])
            time_idx += 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_text_shorter_than_one_window_is_refused_with_the_numbers(scheme: Scheme) -> None:
    Windows(np.arange(36), 5, 7, scheme)
    with pytest.raises(TextError) as caught:
        Windows(np.arange(35), 5, 7, scheme)
    assert caught.value.code == "too_short"
    assert "35" in str(caught.value) and "36" in str(caught.value)


def test_a_window_cannot_be_written_over_by_accident() -> None:
    window = Windows(np.arange(50), 2, 3, "aligned").window(0)
    with pytest.raises(ValueError, match="read-only"):
        window.xs[0, 0] = 99
