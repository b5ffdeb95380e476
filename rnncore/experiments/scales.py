"""Three initial scales of Wh: the untrained gradient fades, stays or explodes; then training."""

from __future__ import annotations

from rnncore.config import Config
from rnncore.experiments.reach import ReachRace, of_a_plain_cell
from rnncore.text.corpus import load_corpus

SCALES = (0.5, 1.0, 2.0)
TOKENS, EVERY = 400_000, 20_000
MET = 30.0
"""Largest ratio between two of the three, `reach.FAR` ticks back, at which they have met."""


def scales_race(seed: int = 0) -> ReachRace:
    """Set up one training for each scale, equal in everything else: orthogonal times the scale, on
    Tiny English."""
    base = Config(
        initializer="orthogonal", embedding_size=100, hidden_size=100, learning_rate=3e-3, seed=seed
    )
    configs = tuple(base.with_changes(recurrent_scale=scale) for scale in SCALES)
    return ReachRace(configs, load_corpus(base), of_a_plain_cell, TOKENS, EVERY)
