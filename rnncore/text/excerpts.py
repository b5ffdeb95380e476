"""Passages of a free text: one to watch the states on, one to begin generated text from."""

from __future__ import annotations

from collections.abc import Sequence

from rnncore.text.tokenizers import EOS

PROBE_TOKENS = 14
PROMPT_TOKENS = 12
LINE_ENDS = (EOS, "\n")
SENTENCE_ENDS = (*LINE_ENDS, ".", "!", "?", "。")
SENTENCE_SEARCH = 400
"""How many tokens back from the end of the training text a sentence's end is looked for."""


def watched(tokens: Sequence[str]) -> list[str]:
    """The beginning of a text; of one whose lines are so short that several fit in, such as a list
    of names, whole lines from the first that is not cut."""
    ends = _line_ends(tokens[: 2 * PROBE_TOKENS])
    if ends:
        start = ends[0] + 1
        whole = [end + 1 for end in ends[1:] if end + 1 - start <= PROBE_TOKENS]
        if len(whole) > 1:
            return list(tokens[start : whole[-1]])
    return list(tokens[:PROBE_TOKENS])


def prompt_of(train: Sequence[str]) -> list[str]:
    """The last tokens of the training text, up to the end of a sentence where there is one, and
    from the beginning of a line where a whole one stands among them."""
    for end in range(len(train), max(len(train) - SENTENCE_SEARCH, 1), -1):
        if train[end - 1].endswith(SENTENCE_ENDS):
            prompt = list(train[max(end - PROMPT_TOKENS, 0) : end])
            ends = _line_ends(prompt)
            return (
                prompt[ends[0] + 1 :] if len(ends) > 1 and ends[-1] == len(prompt) - 1 else prompt
            )
    return list(train[-PROMPT_TOKENS:])


def _line_ends(tokens: Sequence[str]) -> list[int]:
    return [place for place, token in enumerate(tokens) if token in LINE_ENDS]
