"""Training, held-out and test text: one text cut by position, or the parts that it came in."""

from __future__ import annotations

from rnncore.config import Config
from rnncore.errors import ConfigError, TextError
from rnncore.text.tokenizers import Tokenizer


def parts(
    config: Config, split: list[list[str]], chosen: Tokenizer
) -> tuple[list[str], list[str], list[str]]:
    """Train, valid and test tokens of one text, or of the three parts that one comes in.

    A fraction of zero leaves a part out. Raises TextError or ConfigError if fewer than two tokens
    are left to train on.
    """
    limited = [tokens[: config.max_tokens or None] for tokens in split]
    if len(limited) == 3:
        train, valid, test = limited
        valid = valid if config.valid_fraction else []
        test = test if config.test_fraction else []
    else:
        (tokens,) = limited
        at_test = len(tokens) - _share(len(tokens), config.test_fraction)
        at_test = _between_characters(tokens, at_test, chosen)
        at_valid = at_test - _share(len(tokens), config.valid_fraction)
        at_valid = _between_characters(tokens, at_valid, chosen)
        train, valid, test = tokens[:at_valid], tokens[at_valid:at_test], tokens[at_test:]
    if len(train) < 2:
        given = max(map(len, split))
        if given > 1 and config.max_tokens == 1:
            raise ConfigError(
                "one_token",
                f"max_tokens = 1 leaves one token of {given:,}, but at least two were expected; "
                f"raise max_tokens.",
                given=given,
            )
        if len(split) == 1 and len(limited[0]) > 1:
            raise ConfigError(
                "all_held_out",
                f"valid_fraction = {config.valid_fraction:g} and test_fraction = "
                f"{config.test_fraction:g} leave {len(train)} token of {len(limited[0]):,} to "
                f"train on, but at least two were expected; lower these fractions.",
                valid=f"{config.valid_fraction:g}",
                test=f"{config.test_fraction:g}",
                tokens=len(train),
                whole=len(limited[0]),
            )
        raise TextError(
            "few_tokens",
            f"The training text has {len(train)} token, but at least two were expected; choose a "
            f"longer text, or characters as tokens.",
            tokens=len(train),
        )
    return train, valid, test


def _between_characters(tokens: list[str], at: int, chosen: Tokenizer) -> int:
    """`at`, or one or two tokens before it, so that no syllable is cut there."""
    for _ in range(2):
        if chosen.continues and 0 < at < len(tokens) and chosen.continues(tokens[at]):
            at -= 1
    return at


def _share(tokens: int, fraction: float) -> int:
    """Tokens to hold out; a single one would leave nothing to predict."""
    share = int(tokens * fraction)
    return share if share > 1 else 0
