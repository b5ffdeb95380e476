"""Which unit goes with what has to be remembered: correlation, which is not yet cause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnncore.config import Config
from rnncore.model import Rnnlm
from rnncore.probes.cloud import cloud_states, cloud_stretches
from rnncore.shapes import Array
from rnncore.text.corpus import Corpus


def tracking(values: Array, marks: NDArray[np.bool_]) -> Array:
    """How well the size of each unit tells two kinds apart: the probability that a state of one
    kind has a larger value than one of the other, or a smaller one if that is likelier, 0.5 to 1
    (area under the ROC curve). NaN where there is only one kind.

    Shapes   values (n, H), marks (n,) of truth values  ->  (H,)
    """
    first, second = int(marks.sum()), int((~marks).sum())
    if not first or not second:
        return np.full(values.shape[1], np.nan)
    area = np.empty(values.shape[1])
    for unit, column in enumerate(values.T):
        _, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]  # equal values share their ranks
        area[unit] = (ranks[marks].sum() - first * (first + 1) / 2) / (first * second)
    return np.maximum(area, 1 - area)


def memory_tracking(model: Rnnlm, config: Config, corpus: Corpus) -> Array | None:
    """`tracking` of what the grammar has to remember, (H,), over held-out states in which it has to
    remember something: of two kinds one against the other, of more the mean of each against all
    others. None where there is no grammar, or there are not two kinds."""
    if corpus.grammar is None:
        return None
    chosen = cloud_stretches(config, corpus)
    along = corpus.grammar.states_along(corpus.vocabulary.decode(chosen.text))
    memories = np.array([corpus.grammar.memory(along[i]) for i in chosen.read.tolist()])
    states = cloud_states(model.twin(), chosen)[memories != ""]
    memories = memories[memories != ""]
    kinds = sorted(set(memories.tolist()))
    if len(kinds) < 2:
        return None
    against = kinds[:1] if len(kinds) == 2 else kinds
    return np.mean([tracking(states, memories == kind) for kind in against], axis=0)
