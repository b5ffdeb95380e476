"""Whether a training text is long enough, and which setting made it short if it is not."""

from __future__ import annotations

from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.text.catalog import catalog
from rnncore.text.corpus import Corpus


def check_length(config: Config, corpus: Corpus) -> None:
    """Raise ConfigError if a setting leaves too little text for one update of N*T tokens.

    A text that is too short by itself is left to `Windows`, which says so.
    """
    train, valid, test = len(corpus.train), len(corpus.valid), len(corpus.test)
    needed = config.batch_size * config.time_size + 1
    if train >= needed:
        return
    whole = train + valid + test
    info = catalog().get(config.corpus)
    drawn = config.grammar_tokens if info is not None and info.kind == "grammar" else 0
    if config.max_tokens and config.max_tokens < (drawn or whole + 1):
        raise _short(config, "max_tokens", train, needed)
    if whole >= needed and _held_out_of(config, corpus):
        raise ConfigError(
            "short_held_out",
            f"valid_fraction = {config.valid_fraction:g} and test_fraction = "
            f"{config.test_fraction:g} leave {train:,} tokens of {whole:,} to train on, but "
            f"{config.batch_size} streams of {config.time_size} ticks need at least {needed:,}; "
            f"lower these fractions, N or T.",
            valid=f"{config.valid_fraction:g}",
            test=f"{config.test_fraction:g}",
            tokens=train,
            whole=whole,
            needed=needed,
            batch_size=config.batch_size,
            time_size=config.time_size,
        )
    if 0 < drawn <= whole:  # a corpus made by hand may be shorter than the one that is named
        raise _short(config, "grammar_tokens", train, needed)


def _held_out_of(config: Config, corpus: Corpus) -> bool:
    """Whether the held-out text was cut from the training text, not given beside it."""
    whole = len(corpus.train) + len(corpus.valid) + len(corpus.test)
    held_out = len(corpus.valid) + len(corpus.test)
    return 0 < held_out <= whole * (config.valid_fraction + config.test_fraction)


def _short(config: Config, setting: str, train: int, needed: int) -> ConfigError:
    value = getattr(config, setting)
    return ConfigError(
        "short_setting",
        f"{setting} = {value} leaves {train:,} tokens to train on, but {config.batch_size} "
        f"streams of {config.time_size} ticks need at least {needed:,}; raise {setting}, or lower "
        f"N or T.",
        setting=setting,
        value=value,
        tokens=train,
        needed=needed,
        batch_size=config.batch_size,
        time_size=config.time_size,
    )
