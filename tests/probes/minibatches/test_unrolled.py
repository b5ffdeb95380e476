"""Where a training text reads a token."""

from __future__ import annotations

import numpy as np

from rnncore.probes.minibatches.unrolled import place_of

TEXT = np.array([3, 1, 2, 1, 4, 1])


def test_a_token_is_found_where_the_wanted_one_comes_next() -> None:
    assert place_of(TEXT, 1, 4) == 3
    assert place_of(TEXT, 1, 2) == 1


def test_without_such_a_place_it_is_the_first_of_all() -> None:
    assert place_of(TEXT, 1, 0) == 1
    assert place_of(TEXT, 3, 3) == 0


def test_the_last_token_is_not_read_and_others_may_not_be_there() -> None:
    assert place_of(np.array([1, 2, 5]), 5, 1) is None
    assert place_of(TEXT, 9, 1) is None
