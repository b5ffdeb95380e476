"""Settings worth starting from: the book's program, and stories that each make one point."""

from __future__ import annotations

from typing import Any

from rnncore.config import Config
from rnncore.errors import ConfigError

PROGRAMS: dict[str, dict[str, Any]] = {
    # ch05/train_custom_loop.py of Deep Learning from Scratch 2, the order of its sums included
    "chapter5": {
        "corpus": "ptb",
        "tokenizer": "words",
        "max_tokens": 1000,
        "valid_fraction": 0.0,
        "test_fraction": 0.0,
        "embedding_size": 100,
        "hidden_size": 100,
        "batch_size": 10,
        "time_size": 5,
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "max_grad_norm": 0.0,
        "epochs": 100,
        "window_scheme": "book",
        "initializer": "book",
        "engine": "reference",
    },
    # ch06/train_rnnlm.py: the book reports a PTB test perplexity near 136
    "chapter6": {
        "corpus": "ptb",
        "cell": "lstm",
        "embedding_size": 100,
        "hidden_size": 100,
        "batch_size": 20,
        "time_size": 35,
        "optimizer": "sgd",
        "learning_rate": 20.0,
        "max_grad_norm": 0.25,
        "epochs": 4,
        "window_scheme": "book",
        "initializer": "book",
    },
    # ch06/train_better_rnnlm.py: two tied layers of 650 with dropout, near 76
    "chapter6-better": {
        "corpus": "ptb",
        "cell": "lstm",
        "layers": 2,
        "embedding_size": 650,
        "hidden_size": 650,
        "tied": True,
        "dropout": 0.5,
        "batch_size": 20,
        "time_size": 35,
        "optimizer": "sgd",
        "learning_rate": 20.0,
        "max_grad_norm": 0.25,
        "schedule": "quarter",
        "epochs": 40,
        "window_scheme": "book",
        "initializer": "book",
    },
}

STORIES: dict[str, dict[str, Any]] = {
    # falls through every rung of the ladder, and at last near the floor
    "learns_well": {},
    # learns for a moment, then circles far above the floor
    "rate_too_high": {"learning_rate": 0.1},
    # stays on the plateau where the first letter is forgotten when the last one is due: the small
    # Wh does not hold the letter by chance, and no gradient reaches back to where it was read
    "t_too_short": {
        "corpus": "embedded-reber",
        "hidden_size": 32,
        "embedding_size": 16,
        "recurrent_scale": 0.3,
        "time_size": 3,
        "learning_rate": 1e-3,
        "epochs": 2,
    },
    # four numbers cannot hold what a sentence needs
    "too_small": {"hidden_size": 4, "learning_rate": 1e-3},
    # recites the story within seconds, and held-out perplexity turns back up meanwhile
    "memorises": {
        "corpus": "story-en",
        "tokenizer": "words",
        "valid_fraction": 0.1,
        "test_fraction": 0.0,
        "cell": "gru",
        "embedding_size": 50,
        "batch_size": 4,
        "time_size": 25,
        "learning_rate": 3e-3,
        "epochs": 60,
        "temperature": 0.3,
    },
    # writes names that nobody has, within a second: a thousand of them are enough to spell by
    "invents_names": {
        "corpus": "names-en",
        "valid_fraction": 0.1,
        "test_fraction": 0.0,
        "cell": "gru",
        "embedding_size": 16,
        "hidden_size": 64,
        "batch_size": 8,
        "learning_rate": 3e-3,
        "schedule": "cosine",
        "epochs": 12,
        "temperature": 0.7,
    },
}
"""Settings that differ from the defaults, by name: short runs in the app that each make a point."""

PRESETS = {**PROGRAMS, **STORIES}
"""Every preset by name: the programs of the book, then the stories."""


def preset(name: str) -> dict[str, Any]:
    """The settings of a preset that differ from the defaults. Raises ConfigError if unknown."""
    if name not in PRESETS:
        raise ConfigError(
            "preset",
            f"There is no preset {name!r}; choose {', '.join(PRESETS)}.",
            name=name,
            known=", ".join(PRESETS),
        )
    return dict(PRESETS[name])


def preset_config(name: str, **changes: Any) -> Config:
    """The config of a preset, with some settings changed."""
    return Config.parse({**preset(name), **changes})
