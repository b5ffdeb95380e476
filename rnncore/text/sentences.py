"""Sentences: those of a corpus, and one that a person types, as tokens that a model knows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnncore.errors import TextError
from rnncore.shapes import Ids
from rnncore.text.corpus import Corpus
from rnncore.text.excerpts import SENTENCE_ENDS
from rnncore.text.grammar_tables import tables_of
from rnncore.text.prompts import prompt_tokens
from rnncore.text.tokenizers import EOS
from rnncore.text.vocabulary import UNKNOWN

MOST_TOKENS = 40
"""Tokens of a sentence that are read; of a longer one, these are its beginning."""
SHORTEST = 3
MIDDLING = range(6, 12)
"""Tokens of a sentence that is long enough to say something and stands in one line."""
SEARCHED = 20_000
"""Held-out tokens in which sentences are looked for."""


class Sentence(NamedTuple):
    """A sentence as a model reads it.

    ids      its tokens, those that nobody knows as `<unk>`, shape (n,)
    unknown  tokens that the vocabulary does not have, in their order, each once
    left     how many tokens were left away because it is longer than MOST_TOKENS
    """

    ids: Ids
    unknown: tuple[str, ...]
    left: int


def sentence_of(text: str, corpus: Corpus) -> Sentence:
    """What a person typed, in the tokens of `corpus`; words get the end of a sentence, `<eos>`.

    Raises   TextError if there is no token, and for an unknown one where no `<unk>` can stand for
             it.
    """
    tokens = prompt_tokens(text, corpus.tokenizer, corpus.vocabulary)
    if EOS in corpus.vocabulary and tokens[-1] != EOS:
        tokens.append(EOS)
    return _known(tokens, corpus, MOST_TOKENS)


def text_of(text: str, corpus: Corpus, most: int) -> Sentence:
    """What a person typed, as it stands: at most so many tokens of its beginning.

    Raises   as `sentence_of`.
    """
    return _known(prompt_tokens(text, corpus.tokenizer, corpus.vocabulary), corpus, most)


def _known(tokens: list[str], corpus: Corpus, most: int) -> Sentence:
    vocabulary, read = corpus.vocabulary, tokens[:most]
    unknown = tuple(dict.fromkeys(token for token in read if token not in vocabulary))
    if unknown and UNKNOWN not in vocabulary:
        raise TextError(
            "unknown_words",
            f"The vocabulary of {len(vocabulary):,} tokens does not have {', '.join(unknown)}, and "
            f"nothing stands for what it does not know; use tokens of the text.",
            tokens=", ".join(unknown),
            size=f"{len(vocabulary):,}",
        )
    return Sentence(vocabulary.encode(read), unknown, len(tokens) - len(read))


def written(ids: Ids, corpus: Corpus) -> str:
    """A sentence as a person types it, in one line; the end of words is left out."""
    tokens = corpus.vocabulary.decode(ids)
    if len(tokens) > 1 and tokens[-1] == EOS:
        tokens.pop()
    return corpus.tokenizer.join(tokens).replace("\n", " ").strip()


def beginning(corpus: Corpus) -> Ids:
    """What is read before a sentence: the corpus's prompt, to the end of another sentence, and the
    white space that mostly follows such an end where it is a token."""
    before = corpus.vocabulary.encode(corpus.prompt)
    follows = corpus.train[1:][corpus.train[:-1] == before[-1]]
    if corpus.grammar is None and len(follows) and corpus.prompt[-1] != EOS:
        next_one = np.bincount(follows).argmax()
        if corpus.vocabulary.tokens[next_one].isspace():
            before = np.append(before, next_one)
    return before


def sentences_in(corpus: Corpus) -> list[Ids]:
    """Sentences of the held-out text, or of the training text where nothing is held out: whole
    strings of a grammar, else what stands between two ends of sentences. Those of a middling length
    come first, and of long ones, which come last, there is the beginning; those with an unknown
    token are left out. Without any, the beginning of the text."""
    text = corpus.watched()[:SEARCHED]
    parts = np.split(text, ends_of_sentences(text, corpus))
    if corpus.grammar is None and len(parts) > 2:
        parts = parts[1:-1]  # plain text is cut anywhere
    blank = np.array([token.isspace() for token in corpus.vocabulary.tokens])
    found = [part[np.argmin(blank[part]) :] for part in parts if not blank[part].all()]
    known = np.array([token != UNKNOWN for token in corpus.vocabulary.tokens])
    fitting: list[Ids] = [part for part in found if len(part) >= SHORTEST and known[part].all()]
    fitting.sort(key=lambda part: (len(part) > MOST_TOKENS, len(part) not in MIDDLING))
    return [part[:MOST_TOKENS] for part in fitting] or [text[:MOST_TOKENS]]


def passages_in(corpus: Corpus, length: int) -> list[Ids]:
    """Stretches of the held-out text, or of the training text where nothing is held out, one after
    another, each of whole sentences as far as `length` tokens hold them; a longer sentence is cut.
    """
    text = corpus.watched()[:SEARCHED]
    ends = [0, *ends_of_sentences(text, corpus).tolist(), len(text)]
    found, start = list[Ids](), 0
    while start < len(text):
        end = max((one for one in ends if start < one <= start + length), default=start + length)
        found.append(text[start:end])
        start = end
    return found


def ends_of_sentences(text: Ids, corpus: Corpus) -> Ids:
    """The position after each sentence, the rest of the text after the last one left to itself."""
    if corpus.grammar is not None:
        tables = tables_of(corpus.grammar, corpus.vocabulary)
        return np.flatnonzero(np.array(tables.follow(text.tolist())[1:]) == tables.start) + 1
    tokens = corpus.vocabulary.tokens
    ends = np.array([token.endswith(SENTENCE_ENDS) for token in tokens])
    return np.flatnonzero(ends[text]) + 1
