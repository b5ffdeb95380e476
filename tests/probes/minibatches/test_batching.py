"""The batching picture against the book's own loop, and the unrolled links against their rule."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.errors import TextError
from rnncore.probes.minibatches.batching import batching_picture, unrolled_view
from rnncore.text.windows import Windows

Scheme = Literal["aligned", "book"]
SCHEMES: tuple[Scheme, ...] = ("aligned", "book")
TOKENS, N, T = 48, 3, 5  # 47 inputs, segments of 15, two left over


def test_the_books_scheme_is_the_books_loop() -> None:
    picture = batching_picture(TOKENS, N, T, "book", count=20)
    time_idx, size = 0, TOKENS - 1
    jump = size // N
    for k in range(20):
        for t in range(T):
            for i in range(N):
                assert picture.positions[k, t, i] == (i * jump + time_idx) % size
            time_idx += 1
    assert not picture.reset.any()
    assert picture.unread == 0
    assert picture.segment == 15 and picture.starts.tolist() == [0, 15, 30]


def test_the_books_streams_drift_into_their_neighbours_and_wrap() -> None:
    picture = batching_picture(TOKENS, N, T, "book", count=20)
    assert not picture.foreign[:3].any()  # three windows of five fill the segment of fifteen
    assert picture.foreign[3].all()  # from then on each reads its neighbour's text
    wrapped = np.argwhere(picture.jump)
    for k, t, i in wrapped:
        assert picture.positions[k, t, i] == 0  # behind the last input comes the first
    first = wrapped[0]
    # the last stream is the first to reach the end, two inputs after its own part
    assert first.tolist() == [3, 2, 2]
    assert np.count_nonzero(picture.jump[:, :, 0]) == 2  # 100 ticks, once around every 47


def test_aligned_streams_stay_at_home_and_start_afresh() -> None:
    picture = batching_picture(TOKENS, N, T, "aligned", count=7)
    assert picture.updates_per_epoch == 3
    assert picture.reset.tolist() == [True, False, False, True, False, False, True]
    assert not picture.foreign.any() and not picture.jump.any()
    assert picture.unread == 2
    np.testing.assert_array_equal(picture.positions[3:6], picture.positions[:3])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_later_part_is_a_part_of_the_whole(scheme: Scheme) -> None:
    whole = batching_picture(TOKENS, N, T, scheme, count=30)
    part = batching_picture(TOKENS, N, T, scheme, first=9, count=12)
    for name in ("positions", "reset", "foreign", "jump"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[9:21])


@given(st.integers(1, 5), st.integers(1, 7), st.integers(0, 60), st.integers(0, 9))
def test_what_it_shows_is_what_training_reads(N: int, T: int, more: int, first: int) -> None:
    tokens = N * T + 1 + more
    text = np.random.default_rng(tokens).integers(0, 9, tokens)
    for scheme in SCHEMES:
        picture = batching_picture(tokens, N, T, scheme, first=first, count=4)
        windows = Windows(text, N, T, scheme)
        for k in range(4):
            np.testing.assert_array_equal(text[picture.positions[k]], windows.window(first + k).xs)
            assert picture.reset[k] == windows.window(first + k).reset


def test_a_text_that_is_too_short_is_refused() -> None:
    with pytest.raises(TextError):
        batching_picture(15, N, T, "aligned")


def test_backward_links_are_cut_at_window_edges() -> None:
    view = unrolled_view(8, 3)
    assert view.window.tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    assert view.forward.all()
    assert view.backward.tolist() == [False, True, True, False, True, True, False, True]
    assert view.reach.tolist() == [0, 1, 2, 0, 1, 2, 0, 1]
    assert view.learns.tolist() == [3, 2, 1, 3, 2, 1, 2, 1]
    assert view.reach.sum() + 8 == view.learns.sum()  # both count the pairs (loss, state)


def test_without_a_carried_state_forward_links_are_cut_too() -> None:
    view = unrolled_view(8, 3, stateful=False)
    np.testing.assert_array_equal(view.forward, view.backward)
    assert unrolled_view(5, 9).backward.tolist() == [False, True, True, True, True]
