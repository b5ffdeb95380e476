"""The two-way table between tokens and ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from rnncore.errors import TextError

UNKNOWN = "<unk>"
"""Stands for every token that is not in the vocabulary."""


class Vocabulary:
    """An immutable list of different tokens; a token's id is its place in the list."""

    __slots__ = ("_ids", "_tokens")

    def __init__(self, tokens: Iterable[str]) -> None:
        self._tokens = tuple(tokens)
        self._ids = {token: i for i, token in enumerate(self._tokens)}
        if len(self._ids) < len(self._tokens):
            twice = next(token for token, n in Counter(self._tokens).items() if n > 1)
            raise TextError(
                "repeated_token",
                f"The token {twice!r} came twice in a vocabulary; list every token once.",
                token=twice,
            )

    @classmethod
    def build(
        cls, tokens: Sequence[str], min_count: int = 1, reserve_unknown: bool = False
    ) -> Vocabulary:
        """Number the tokens of a text in the order of their first appearance.

        Tokens that occur fewer than `min_count` times share `<unk>`, which is numbered where the
        first of them appears. `reserve_unknown` adds `<unk>` as the last id if it has none yet.
        """
        counts = Counter(tokens)  # a dict keeps the order of first appearance
        kept = (token if count >= min_count else UNKNOWN for token, count in counts.items())
        numbered = dict.fromkeys(kept)
        if reserve_unknown:
            numbered.setdefault(UNKNOWN)
        return cls(numbered)

    @property
    def tokens(self) -> tuple[str, ...]:
        return self._tokens

    def __len__(self) -> int:
        return len(self._tokens)

    def __contains__(self, token: object) -> bool:
        return token in self._ids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._tokens == other._tokens

    def __hash__(self) -> int:
        return hash(self._tokens)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} tokens)"

    def encode(self, tokens: Sequence[str]) -> NDArray[np.int64]:
        """Ids of `tokens`, shape (len(tokens),); an unknown token becomes `<unk>`.

        Raises TextError for an unknown token if the vocabulary has no `<unk>`.
        """
        unknown = self._ids.get(UNKNOWN, -1)
        found = (self._ids.get(token, unknown) for token in tokens)
        ids = np.fromiter(found, np.int64, len(tokens))
        if unknown < 0 and (ids < 0).any():
            token = tokens[int(np.argmin(ids))]
            raise TextError(
                "unknown_token",
                f"The token {token!r} came, but it is not among the {len(self)} tokens of the "
                f"vocabulary; use tokens of the training text.",
                token=token,
                size=len(self),
            )
        return ids

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Tokens of `ids`. Raises IndexError for an id outside 0 ... len-1."""
        tokens = self._tokens
        numbers = np.asarray(ids if isinstance(ids, np.ndarray) else list(ids), np.int64)
        if numbers.size and numbers.min() < 0:
            raise IndexError(f"id {numbers.min()} came; ids are 0 ... {len(tokens) - 1}")
        return [tokens[i] for i in numbers.ravel().tolist()]
