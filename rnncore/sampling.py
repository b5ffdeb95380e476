"""From logits to the distribution that a token is drawn from: temperature, top-k, top-p."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncore.shapes import Array

Truths = NDArray[np.bool_]
COLDEST = 1e-30
"""Temperatures below this one, other than 0, act like it: no logits lie nearer together."""


class Sampling(NamedTuple):
    """How a token is chosen from logits; the parts act in this order.

    temperature  divides the logits; at 0 the likeliest token always wins
    top_k        only so many of the likeliest tokens stay; 0: all
    top_p        of those, only the smallest set of the likeliest that holds this share of their
                 probability (Holtzman et al. 2020, nucleus sampling); 1: all
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0


def tempered(logits: Array, temperature: float, allowed: Truths | None = None) -> Array:
    """softmax(logits / temperature) over the tokens that are `allowed`, by default all.

    Shapes   logits (N, V), allowed (N, V) of truth values  ->  (N, V) of the kind of the logits
    At temperature 0 the likeliest token has it all, of equals the one with the lowest id.
    """
    if allowed is not None:
        logits = np.where(allowed, logits, -np.inf)
    if temperature == 0:
        return np.asarray(
            np.arange(logits.shape[1]) == logits.argmax(axis=1)[:, None], logits.dtype
        )
    # The difference first: logits / temperature might be no numbers.
    p = logits - logits.max(axis=1, keepdims=True)
    if temperature != 1:
        p /= max(temperature, COLDEST)
    np.exp(p, p)
    p /= p.sum(axis=1, keepdims=True)
    return p


def kept(probabilities: Array, top_k: int = 0, top_p: float = 1.0) -> Truths:
    """Which tokens top-k and then top-p leave, as truth values; of equals the lowest ids go first.

    At least one token of each row stays. A token of probability 0 stays only where nothing is cut.
    Shapes   (N, V)  ->  (N, V)
    """
    N, V = probabilities.shape
    if not 0 < top_k < V and top_p >= 1:
        return np.ones((N, V), bool)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=1).astype(np.float64)
    stays = ranked > 0
    if 0 < top_k < V:
        stays[:, top_k:] = False
    if top_p < 1:
        ranked = np.where(stays, ranked, 0)
        reached = np.cumsum(ranked, axis=1)
        stays &= reached - ranked < top_p * reached[:, -1:]
    stays[:, 0] = True
    found = np.empty((N, V), bool)
    np.put_along_axis(found, order, stays, axis=1)
    return found


def final(logits: Array, sampling: Sampling, allowed: Truths | None = None) -> Array:
    """The distribution that a token is drawn from, (N, V)  ->  (N, V); what is cut has 0."""
    p = tempered(logits, sampling.temperature, allowed)
    if sampling.top_k == 0 and sampling.top_p >= 1:
        return p
    p = np.where(kept(p, sampling.top_k, sampling.top_p), p, 0)
    return np.asarray(p / p.sum(axis=1, keepdims=True))
