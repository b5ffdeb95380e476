"""How large a network is, and what training it takes of the machine's memory."""

from __future__ import annotations

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.errors import ConfigError

GIB = 2**30
MEMORY_LIMIT = 4 * GIB
"""Bytes one training process may plan for; more is refused with a sentence."""
READ_AT_ONCE = 512
"""Tokens of held-out text that are read in one call."""
READ_LOGITS = 2**21
"""Logits of theirs that are in memory at once, at most."""


def parameter_count(config: Config, vocabulary_size: int) -> int:
    """Number of weights: V*D, for each layer (inputs + H + 1) * gates * H, and (H+1)*V."""
    V, D, H = vocabulary_size, config.embedding_size, config.hidden_size
    G = len(CELLS[config.cell].gates)
    first, above = (D + H + 1) * G * H, (2 * H + 1) * G * H
    embedding = 0 if config.tied else V * D
    return embedding + first + (config.layers - 1) * above + (H + 1) * V


def memory_bytes(config: Config, vocabulary_size: int) -> int:
    """Bytes that training needs at its peak, roughly and rather too many than too few.

    Weights, gradients, optimizer state and its scratch; buffers for every tick of a window; and
    those of a twin, which reads such a window or held-out text.
    """
    V, D, H = vocabulary_size, config.embedding_size, config.hidden_size
    G = len(CELLS[config.cell].gates)
    ticks = config.time_size * config.batch_size
    copies = {"sgd": 3, "momentum": 4, "adagrad": 4, "adam": 5}[config.optimizer]
    beside_logits = 2 * D + (3 + config.layers * (4 + 5 * G)) * H
    window = ticks * (beside_logits + V)
    held_out = READ_AT_ONCE * beside_logits + min(READ_AT_ONCE * V, READ_LOGITS)
    # The buffers of one shape are still there while those of the next are made.
    floats = copies * parameter_count(config, V) + window + max(window, 2 * held_out)
    return floats * (4 if config.dtype == "float32" else 8)


def check_memory(config: Config, vocabulary_size: int) -> None:
    """Raise ConfigError, naming the amount, if training would need more than MEMORY_LIMIT."""
    check_need(memory_bytes(config, vocabulary_size))


def check_need(needed: int) -> None:
    """Raise ConfigError, naming the amount, if these bytes are more than MEMORY_LIMIT."""
    if needed > MEMORY_LIMIT:
        raise ConfigError(
            "memory",
            f"These settings need about {needed / GIB:,.1f} GiB of memory, more than the "
            f"{MEMORY_LIMIT / GIB:.0f} GiB a run may use; lower the hidden size, the embedding "
            f"size, T, N or the vocabulary (a higher minimum count).",
            needed=f"{needed / GIB:,.1f}",
            limit=f"{MEMORY_LIMIT / GIB:.0f}",
        )
