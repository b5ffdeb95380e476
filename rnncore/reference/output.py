"""The layers around the recurrent cell, one tick or window at a time: look-up, affine, softmax."""

from __future__ import annotations

import numpy as np

from rnncore.shapes import Array, Ids


def embedding(ids: Ids, W: Array) -> Array:
    """Look up one row of W per token.      ids (...), W (V, D)  ->  (..., D)"""
    return W[ids]


def embedding_backward(dx: Array, ids: Ids, vocabulary_size: int) -> Array:
    """Add each gradient to the row it was looked up from.      dx (..., D)  ->  dW (V, D)"""
    dW = np.zeros((vocabulary_size, dx.shape[-1]), dx.dtype)
    np.add.at(dW, ids.ravel(), dx.reshape(-1, dx.shape[-1]))
    return dW


def softmax(logits: Array) -> Array:
    """exp(z_v) / sum_w exp(z_w), safe for any finite logits.      (..., V)  ->  (..., V)"""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def cross_entropy(logits: Array, targets: Ids) -> float:
    """Mean negative log-likelihood in nats.      logits (..., V), targets (...)  ->  scalar

    L = mean over positions of  log(sum_w exp(z_w)) - z_target >= 0, where rounding may not agree
    """
    top = logits.max(axis=-1, keepdims=True)
    log_sum = np.log(np.exp(logits - top).sum(axis=-1)) + top[..., 0]
    picked = np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
    return max(float((log_sum - picked).mean()), 0.0)  # a NaN stays one


def cross_entropy_backward(logits: Array, targets: Ids) -> Array:
    """dL/dlogits = (softmax - one_hot(target)) / number of positions, of the shape of logits."""
    gradient = softmax(logits)
    flat = gradient.reshape(-1, gradient.shape[-1])
    flat[np.arange(len(flat)), targets.ravel()] -= 1
    return np.asarray(gradient / targets.size)
