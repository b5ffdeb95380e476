"""Modified Kneser-Ney smoothing as its definition says it, with dictionaries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

START = -1
"""`<s>`, the beginning of a sentence: it stands in contexts and is never predicted."""
FALLBACK = (0.5, 1.0, 1.5)

Gram = tuple[int, ...]


class NGrams:
    """The next word given the n - 1 before it, in a text of sentences.

        p(w | h) = max(0, c(hw) - D(c(hw))) / c(h.) + gamma(h) p(w | h')
        gamma(h) = (D1 N1(h) + D2 N2(h) + D3 N3+(h)) / c(h.)

    c counts how often an n-gram stands in the text at the highest order and where it begins with
    `<s>`, else how many different words stand before it; Nj(h) is how many words are counted j
    times after h; h' is h without its first word. A context that nothing follows leaves all to h';
    below the single word stands 1/V.

    Source  Chen and Goodman, An empirical study of smoothing techniques for language modeling, 1998
    Twin    rnncore.baselines.kneser_ney.KneserNey, in whole arrays
    """

    def __init__(self, sentences: Sequence[Sequence[int]], order: int, vocabulary: int) -> None:
        self.order, self.vocabulary = order, vocabulary
        raw = [Counter(_grams(sentences, length)) for length in range(1, order + 1)]
        self.counts = [_adjusted(grams, longer) for grams, longer in pairwise(raw)]
        self.counts.append(raw[-1])
        self.counts[0].pop((START,), None)
        self.discounts = [_discounts(grams.values()) for grams in self.counts]
        self.followers: dict[Gram, list[Gram]] = defaultdict(list)
        for gram in (gram for grams in self.counts for gram in grams):
            self.followers[gram[:-1]].append(gram)

    def probability(self, word: int, before: Sequence[int]) -> float:
        """p(word | before), `before` the sentence so far."""
        context = (START, *before)[max(0, len(before) + 2 - self.order) :]
        return self._probability(word, context if self.order > 1 else ())

    def _probability(self, word: int, context: Gram) -> float:
        if context not in self.followers:
            return self._lower(word, context)
        counts, discounts = self.counts[len(context)], self.discounts[len(context)]
        total = sum(counts[gram] for gram in self.followers[context])
        taken = sum(discounts[min(counts[gram], 3)] for gram in self.followers[context])
        count = counts[(*context, word)]
        share = max(0.0, count - discounts[min(count, 3)]) / total
        return share + taken / total * self._lower(word, context)

    def _lower(self, word: int, context: Gram) -> float:
        return self._probability(word, context[1:]) if context else 1 / self.vocabulary


def _grams(sentences: Sequence[Sequence[int]], length: int) -> list[Gram]:
    return [
        tuple(words[end - length : end])
        for sentence in sentences
        for words in [(START, *sentence)]
        for end in range(length, len(words) + 1)
    ]


def _adjusted(grams: Counter[Gram], longer: Counter[Gram]) -> Counter[Gram]:
    """The different words before each n-gram; how often it stands there where none can."""
    found = Counter(gram[1:] for gram in longer)
    found.update({gram: count for gram, count in grams.items() if gram[0] == START})
    return found


def _discounts(counts: Iterable[int]) -> tuple[float, float, float, float]:
    """What is taken from a count of 0, 1, 2, and 3 or more.

    Y = n1 / (n1 + 2 n2),  Dj = j - (j + 1) Y n(j+1) / nj
    """
    n = Counter(counts)
    if not all(n[j] for j in (1, 2, 3, 4)):
        return 0.0, *FALLBACK
    y = n[1] / (n[1] + 2 * n[2])
    one, two, three = (j - (j + 1) * y * n[j + 1] / n[j] for j in (1, 2, 3))
    right = 0 <= one <= 1 and 0 <= two <= 2 and 0 <= three <= 3
    return (0.0, one, two, three) if right else (0.0, *FALLBACK)
