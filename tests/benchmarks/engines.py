"""The engines by name, and what each of them offers."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from tests.benchmarks.problem import Problem


class Engine(Protocol):
    """Built on a problem; `run` makes so many updates, one after the other, and returns their
    losses in nats. What can be prepared once (tensors, compilation) is prepared before the
    first `run` or within it: the first run is never measured."""

    def __init__(self, problem: Problem) -> None: ...
    def run(self, updates: int) -> list[float]: ...


MODULES = {
    "rnncore": "tests.benchmarks.with_rnncore:Rnncore",
    "torch": "tests.benchmarks.with_torch:Torch",
    "torch_compile": "tests.benchmarks.with_torch:TorchCompile",
    "jax": "tests.benchmarks.with_jax:Jax",
    "numpy_naive": "tests.benchmarks.with_numpy:NumpyNaive",
    "two_threads": "tests.benchmarks.with_rnncore:TwoThreads",
    "evaluation": "tests.benchmarks.with_rnncore:Evaluation",
    "sampling": "tests.benchmarks.with_rnncore:Sampling",
    "torch_sampling": "tests.benchmarks.with_torch:Sampling",
    "sampling_32": "tests.benchmarks.with_rnncore:Sampling32",
    "torch_sampling_32": "tests.benchmarks.with_torch:Sampling32",
    "matmuls": "tests.benchmarks.matmuls:Matmuls",
}
PEERS = ("torch", "torch_compile", "jax", "numpy_naive")
ENGINES = ("rnncore", *PEERS)
OWN = ("two_threads", "evaluation")
"""Other rates of rnncore. `matmuls` is no engine but the floor: it learns nothing."""
SAMPLERS = {"sampling": "torch_sampling", "sampling_32": "torch_sampling_32"}
"""What draws text, and its peer with the same weights."""
STREAMS = {name: 32 if name.endswith("_32") else 1 for pair in SAMPLERS.items() for name in pair}
"""An update of theirs is a token of each of so many streams."""


def build(name: str, problem: Problem) -> Engine:
    """Import and build an engine; each is imported in a process of its own."""
    module, _, kind = MODULES[name].partition(":")
    engine: Engine = getattr(import_module(module), kind)(problem)
    return engine
