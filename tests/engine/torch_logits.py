"""Writes torch_logits.json: what PyTorch computes from weights under its names.

    python -m tests.engine.torch_logits      (needs PyTorch: `make bench` installs it)

By cell: our weights, PyTorch's state dict of the same network, ids (T, N) and the logits (T, N, V)
that PyTorch's own modules give, in float64.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from rnncore.cells import CELLS
from rnncore.config import Config
from rnncore.interop import torch_weights
from rnncore.model import parameter_shapes

FILE = Path(__file__).with_suffix(".json")
V, TICKS, STREAMS = 5, 4, 2


def settings(cell: str) -> Config:
    """Two layers, so that both widths of Wx occur."""
    sizes = {"layers": 2, "embedding_size": 2, "hidden_size": 3, "dtype": "float64"}
    return Config.parse({"cell": cell, **sizes})


def main() -> None:
    import torch
    from torch import nn

    rng = np.random.default_rng(0)
    made: dict[str, Any] = {}
    for cell in (cell for cell in CELLS.values() if cell.torch_order is not None):
        config = settings(cell.name)
        weights = {  # of two decimals, so that the file can be read
            name: rng.integers(-99, 100, shape) / 100
            for name, shape in parameter_shapes(config, V).items()
        }
        state = torch_weights(config, weights)
        embedding = nn.Embedding(V, config.embedding_size)
        rnn = getattr(nn, cell.name.upper())(
            config.embedding_size, config.hidden_size, num_layers=config.layers
        )
        network = nn.ModuleDict(
            {"embedding": embedding, "rnn": rnn, "linear": nn.Linear(config.hidden_size, V)}
        ).double()
        network.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
        ids = rng.integers(V, size=(TICKS, STREAMS))
        with torch.no_grad():
            logits = network["linear"](rnn(embedding(torch.from_numpy(ids)))[0])
        made[cell.name] = {
            "weights": {name: array.tolist() for name, array in weights.items()},
            "state_dict": {name: array.tolist() for name, array in state.items()},
            "ids": ids.tolist(),
            "logits": logits.tolist(),
        }
    lines = [f" {json.dumps(cell)}: {json.dumps(case)}" for cell, case in made.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
