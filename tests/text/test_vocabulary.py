"""A vocabulary numbers tokens as the book does and gives them back."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncore.errors import TextError
from rnncore.text.vocabulary import UNKNOWN, Vocabulary

texts = st.lists(st.sampled_from(["a", "b", "c", "d", "e", UNKNOWN, "가"]), min_size=1)


@given(texts)
def test_ids_are_given_by_first_appearance(text: list[str]) -> None:
    ids: dict[str, int] = {}
    for token in text:
        ids.setdefault(token, len(ids))
    vocabulary = Vocabulary.build(text)
    assert vocabulary.encode(text).tolist() == [ids[token] for token in text]
    assert vocabulary.tokens == tuple(ids) and len(vocabulary) == len(ids)


@given(texts, st.integers(1, 4), st.booleans())
def test_a_round_trip_keeps_frequent_tokens_and_hides_rare_ones(
    text: list[str], min_count: int, reserve: bool
) -> None:
    counts = Counter(text)
    vocabulary = Vocabulary.build(text, min_count, reserve)
    back = vocabulary.decode(vocabulary.encode(text))
    assert back == [token if counts[token] >= min_count else UNKNOWN for token in text]
    first_seen = list(dict.fromkeys(back))
    if reserve and UNKNOWN not in first_seen:
        first_seen.append(UNKNOWN)
    assert vocabulary.tokens == tuple(first_seen)


def test_an_unseen_token_becomes_unknown_only_where_there_is_one() -> None:
    assert Vocabulary.build(["a"], reserve_unknown=True).encode(["z", "a"]).tolist() == [1, 0]
    with pytest.raises(TextError, match="'z'") as caught:
        Vocabulary(["a", "b"]).encode(["b", "z"])
    assert caught.value.code == "unknown_token"


def test_ids_are_int64_even_of_nothing() -> None:
    ids = Vocabulary(["a"]).encode([])
    assert ids.dtype == np.int64 and ids.shape == (0,)


def test_a_vocabulary_is_a_value() -> None:
    assert Vocabulary("ab") == Vocabulary(["a", "b"]) != Vocabulary("ba")
    assert hash(Vocabulary("ab")) == hash(Vocabulary(["a", "b"]))
    with pytest.raises(TextError, match="twice"):
        Vocabulary(["a", "b", "a"])


@pytest.mark.parametrize("wrong", [-1, 2])
def test_an_id_outside_the_vocabulary_is_no_token(wrong: int) -> None:
    with pytest.raises(IndexError):
        Vocabulary("ab").decode([0, wrong])
