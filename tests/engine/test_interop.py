"""The weights in PyTorch's modules: the logits are ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncore.cells import CELLS
from rnncore.interop import torch_weights
from rnncore.model import Rnnlm, parameter_shapes
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer
from tests.engine import torch_logits
from tests.engine.models import D, H, V, networks, random_ids, small_model
from tests.training.runs import some_corpus


def test_names_and_shapes_are_those_of_pytorch() -> None:
    model = small_model("lstm", layers=2)
    arrays = torch_weights(model.config, model.parameters.as_dict())
    assert {name: array.shape for name, array in arrays.items()} == {
        "embedding.weight": (V, D),
        "rnn.weight_ih_l0": (4 * H, D), "rnn.weight_hh_l0": (4 * H, H),
        "rnn.bias_ih_l0": (4 * H,), "rnn.bias_hh_l0": (4 * H,),
        "rnn.weight_ih_l1": (4 * H, H), "rnn.weight_hh_l1": (4 * H, H),
        "rnn.bias_ih_l1": (4 * H,), "rnn.bias_hh_l1": (4 * H,),
        "linear.weight": (V, H), "linear.bias": (V,),
    }  # fmt: skip


def test_a_forget_bias_stands_where_pytorch_has_its_forget_gate() -> None:
    model = Rnnlm(small_model("lstm").config.with_changes(forget_bias=2.0), V)
    bias = torch_weights(model.config, model.parameters.as_dict())["rnn.bias_ih_l0"]
    i, f, g, o = np.split(bias, 4)
    assert (f == 2).all() and not np.concatenate([i, g, o]).any()


@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if cell.torch_order])
def test_pytorch_has_computed_our_logits_from_these_very_arrays(cell: str) -> None:
    """In the file: our weights, PyTorch's names for them, and the logits that PyTorch gave."""
    kept = json.loads(torch_logits.FILE.read_text(encoding="utf-8"))[cell]
    model = Rnnlm(torch_logits.settings(cell), torch_logits.V)
    for name, values in kept["weights"].items():
        model.parameters[name][...] = values
    arrays = torch_weights(model.config, model.parameters.as_dict())
    assert set(arrays) == set(kept["state_dict"])
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, kept["state_dict"][name], err_msg=name)
    logits = model.logits(np.array(kept["ids"]))
    np.testing.assert_allclose(logits, kept["logits"], rtol=0, atol=1e-12)


@networks
def test_pytorch_computes_the_logits_of_a_checkpoint(
    cell: str, changes: dict[str, Any], tmp_path: Path
) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is installed by `make bench` only")
    from torch import nn

    config = small_model(cell, **changes).config.with_changes(dtype="float32")
    run = Trainer(config, some_corpus())
    for _ in range(3):
        run.step()
    checkpoint.save(tmp_path / "run.safetensors", run)
    stored = checkpoint.read(tmp_path / "run.safetensors")
    size = len(stored.vocabulary)

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            kind = getattr(nn, cell.upper())
            self.embedding = nn.Embedding(size, config.embedding_size)
            self.rnn = kind(config.embedding_size, config.hidden_size, num_layers=config.layers)
            self.linear = nn.Linear(config.hidden_size, size)

        def forward(self, ids: Any) -> Any:
            return self.linear(self.rnn(self.embedding(ids))[0])

    network = Network()
    arrays = torch_weights(stored.config, stored.weights)
    assert set(stored.weights) == set(parameter_shapes(config, size))
    network.load_state_dict({name: torch.from_numpy(array) for name, array in arrays.items()})
    ids, _ = random_ids(np.random.default_rng(0), 9, 4, size)
    with torch.no_grad():
        theirs = network(torch.from_numpy(ids)).numpy()
    ours = checkpoint.load_model(stored).logits(ids)
    np.testing.assert_allclose(theirs, ours, rtol=0, atol=1e-5)
