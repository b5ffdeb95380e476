"""The rows of a text: which part is shown, and where every stream stands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncore.errors import TextError
from rnncore.probes.minibatches.rows import NOBODY, Rows, excerpt, rows

T, N = 6, 4
SHOWN = excerpt(1_000, N, T)


def at(update: int, scheme: Any = "book") -> Rows:
    return rows(SHOWN, N, T, scheme, update)


def test_an_excerpt_holds_whole_parts_of_a_few_windows_and_a_rest() -> None:
    assert SHOWN == (N * 26 + 1, 26, 4)
    assert excerpt(60, N, T) == (N * 14 + 1, 14, 2)


def test_a_text_that_is_too_short_for_a_window_is_an_error_that_names_its_length() -> None:
    with pytest.raises(TextError) as failure:
        rows(excerpt(10, N, T), N, T, "aligned", 0)
    assert failure.value.values["tokens"] == 10


def test_aligned_streams_stay_in_their_rows_and_leave_the_rest() -> None:
    read = at(5, "aligned")  # the second update of the second epoch
    assert read.now[:, 6:12].all()
    assert read.now.sum() == N * T
    assert (read.reader[:, :12] == np.arange(N)[:, None]).all()
    assert (read.reader[:, 12:] == NOBODY).all()
    assert read.never[:, 24:].all() and not read.never[:, :24].any()
    assert (read.foreign, read.jumped, read.zero) == (0, (), False)
    assert at(4, "aligned").zero


def test_the_books_streams_drift_into_the_next_row_and_the_last_one_wraps() -> None:
    read = at(4)  # the first update of the second epoch begins two tokens before a part's end
    assert read.foreign == N * (T - 2)
    assert read.reader[1, :4].tolist() == [0] * 4
    assert read.reader[0, :4].tolist() == [3] * 4
    assert read.jumped == (3,)
    assert read.wrapped == ((0, 0),)
    assert read.arrivals.tolist() == [[0, 24], [1, 24], [2, 24], [3, 24]]
    assert not read.never.any()
    assert (at(0).zero, read.zero) == (True, False)
