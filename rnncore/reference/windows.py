"""A network that reads a window of words, forward and backward, one mini-batch at a time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncore.reference.output import (
    cross_entropy,
    cross_entropy_backward,
    embedding_backward,
)
from rnncore.shapes import Array, Ids


def window_loss(
    params: Mapping[str, Array], contexts: Ids, targets: Ids, *, summed: bool
) -> tuple[float, dict[str, Array]]:
    """Loss and every gradient of a window language model.

        x = the rows of the window's words, added up or put side by side
        h = tanh(x @ hidden.W + hidden.b)
        p = softmax(h @ affine.W + affine.b)

    Shapes   contexts (B, C), oldest word first, targets (B,). The id V stands for no word, before
             the beginning of a text: a row of zeros that is not learned.
    Params   embedding.W (V, D); hidden.W (D, H) if `summed`, else (C*D, H), hidden.b (H,);
             affine.W (H, V), affine.b (V,)
    Source   concatenated: Bengio and others, A neural probabilistic language model (2003), without
             direct connections; summed: the continuous bag of words of Mikolov and others (2013),
             of words before only and with a hidden layer
    Fused twin: baselines.windows.WindowLm
    """
    table = np.vstack([params["embedding.W"], np.zeros_like(params["embedding.W"][:1])])
    B, C = contexts.shape
    rows = table[contexts]  # (B, C, D)
    x = rows.sum(axis=1) if summed else rows.reshape(B, -1)
    h = np.tanh(x @ params["hidden.W"] + params["hidden.b"])
    logits = h @ params["affine.W"] + params["affine.b"]

    dlogits = cross_entropy_backward(logits, targets)
    dz = (dlogits @ params["affine.W"].T) * (1 - h**2)
    dx = dz @ params["hidden.W"].T
    drows = np.repeat(dx[:, None], C, axis=1) if summed else dx.reshape(rows.shape)
    gradients = {
        "embedding.W": embedding_backward(drows, contexts, len(table))[:-1],
        "hidden.W": x.T @ dz,
        "hidden.b": dz.sum(axis=0),
        "affine.W": h.T @ dlogits,
        "affine.b": dlogits.sum(axis=0),
    }
    return cross_entropy(logits, targets), gradients
