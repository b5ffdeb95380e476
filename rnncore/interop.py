"""The weights under the names, in the shapes and with the gate orders of PyTorch.

    ours                          PyTorch
    embedding.W (V, D)            nn.Embedding      weight        (V, D)
    cell.k.Wx (D, G*H)            nn.RNN|LSTM|GRU   weight_ih_lk  (G*H, D), transposed
    cell.k.Wh (H, G*H)                              weight_hh_lk  (G*H, H), transposed
    cell.k.b (G*H,)                                 bias_ih_lk; bias_hh_lk is zero
    affine.W (H, V)               nn.Linear         weight        (V, H), transposed
    affine.b (V,)                                   bias

Gates, in the order of our columns and of PyTorch's rows:

    rnn   one, tanh
    lstm  ours g, f, i, o         PyTorch i, f, g, o
    gru   r, z, n in both; n = tanh(x @ Wx_n + b_n + r * (h @ Wh_n)) in both

A tied network has one matrix: `embedding.weight` and `linear.weight` are then equal.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.errors import ConfigError
from rnncore.shapes import Array


def torch_weights(config: Config, weights: Mapping[str, Array]) -> dict[str, Array]:
    """A state dict of arrays for a module with the parts `embedding`, `rnn` and `linear`.

        stored = rnncore.training.checkpoint.read("run.safetensors")
        arrays = torch_weights(stored.config, stored.weights)
        model.load_state_dict({name: torch.from_numpy(a) for name, a in arrays.items()})

    where `model.rnn` is nn.RNN, nn.LSTM or nn.GRU with `num_layers=config.layers`, reading
    (T, N, D). Buffers: allocates; every array is C-contiguous and of the checkpoint's dtype.
    Raises ConfigError if PyTorch has no such cell.
    """
    order = CELLS[config.cell].torch_order
    if order is None:
        known = ", ".join(cell.name for cell in CELLS.values() if cell.torch_order is not None)
        raise ConfigError(
            "cell_without_torch",
            f"The weights of the cell {config.cell} cannot be named as PyTorch does: it has no "
            f"module for this cell, only for {known}; read them under the names of the checkpoint.",
            cell=config.cell,
            known=known,
        )
    table = weights["affine.W"].T if config.tied else weights["embedding.W"]
    arrays = {"embedding.weight": table}
    for k in range(config.layers):
        b = _gates(weights[f"cell.{k}.b"], order)
        arrays |= {
            f"rnn.weight_ih_l{k}": _gates(weights[f"cell.{k}.Wx"], order).T,
            f"rnn.weight_hh_l{k}": _gates(weights[f"cell.{k}.Wh"], order).T,
            f"rnn.bias_ih_l{k}": b,
            f"rnn.bias_hh_l{k}": np.zeros_like(b),
        }
    arrays |= {"linear.weight": weights["affine.W"].T, "linear.bias": weights["affine.b"]}
    return {name: np.array(array, order="C") for name, array in arrays.items()}


def _gates(weight: Array, order: tuple[int, ...]) -> Array:
    """The columns of each gate, in another order."""
    parts = np.split(weight, len(order), axis=-1)
    return np.concatenate([parts[gate] for gate in order], axis=-1)
