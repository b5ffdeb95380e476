"""What of a generated text stands word for word in the training text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnncore.text.corpus import Corpus
from rnncore.text.vocabulary import UNKNOWN

LEAST = {"characters": 20, "words": 5, "jamo": 40}
"""Tokens in a row from which on a piece counts as copied: shorter ones are the language's own."""
NOWHERE = "\uffff"
"""Stands for a token that is no copy of anything. (No vocabulary is as large.)"""


class Piece(NamedTuple):
    """Tokens start .. end - 1 of a text, which stand in a row in the training text too."""

    start: int
    end: int


class Copies:
    """Looks for pieces of texts in the training text of a corpus.

    Each token is one letter of a string, 1 to 4 bytes a token of the training text, so that
    looking for a piece is `str.find`: a text of n tokens costs at most 2 n of them, some 10
    microseconds each in a short story and 200 in a million letters.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._least = LEAST[corpus.tokenizer.name]
        self._text = _letters(corpus.train)
        known = corpus.vocabulary
        self._unknown = _letters(known.encode([UNKNOWN])) if UNKNOWN in known else None

    def pieces(self, ids: Sequence[int]) -> list[Piece]:
        """The pieces of a text that are copied, in its order, each of at least LEAST tokens. Where
        two overlap, the longer one is whole and the other what it leaves."""
        taken: list[Piece] = []
        for start, end in sorted(
            self._reaches(self._read(ids), self._least), key=lambda one: one[0] - one[1]
        ):
            before = (other.end for other in taken if other.start <= start)
            after = (other.start for other in taken if other.start > start)
            piece = Piece(max([start, *before]), min([end, *after]))
            if piece.end - piece.start >= self._least:
                taken.append(piece)
        return sorted(taken)

    def longest(self, ids: Sequence[int]) -> Piece:
        """The longest piece of a text that is copied, however short; of equals the first. Without
        one it is empty."""
        return max(
            self._reaches(self._read(ids), 1),
            key=lambda piece: (piece.end - piece.start, -piece.start),
            default=Piece(0, 0),
        )

    def spans(self, ids: Sequence[int]) -> list[Piece]:
        """The same pieces as characters of the text that the tokens join to. A syllable of which
        not all jamo are copied is none of theirs."""
        tokens = self._corpus.vocabulary.decode(ids)

        def length(start: int, end: int) -> int:
            return len(self._corpus.tokenizer.join(tokens[start:end]))

        return [
            Piece(
                max(length(0, start), length(0, start + 1) - length(start, start + 1)),
                length(0, end) - (end < len(tokens) and length(0, end + 1) == length(0, end)),
            )
            for start, end in self.pieces(ids)
        ]

    def _read(self, ids: Sequence[int]) -> str:
        text = _letters(np.asarray(ids, np.int64))
        return text if self._unknown is None else text.replace(self._unknown, NOWHERE)

    def _reaches(self, text: str, least: int) -> list[Piece]:
        """The pieces of at least so many tokens that no longer one holds."""
        found, end = list[Piece](), 0
        for start in range(len(text) - least + 1):
            before = end
            end = max(end, start + least - 1)
            while end < len(text) and text[start : end + 1] in self._text:
                end += 1
            if end > before and end - start >= least:
                found.append(Piece(start, end))
        return found


def _letters(ids: np.ndarray) -> str:
    """A string with the letter of each id in its place, the same for each occurrence."""
    return ids.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
