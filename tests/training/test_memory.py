"""How much memory training takes: what the estimate says, and no more as it goes on."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

import pytest

from rnncore.cells import CELLS
from rnncore.memory import memory_bytes
from tests.training.runs import some_corpus, trainer

pytestmark = pytest.mark.slow


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "sizes",
    [
        {"hidden_size": 128, "embedding_size": 16, "batch_size": 31, "time_size": 13},
        {"hidden_size": 16, "batch_size": 31, "time_size": 13, "dropout": 0.3, "layers": 2},
        {"hidden_size": 128, "embedding_size": 128, "batch_size": 5, "tied": True},
        {"hidden_size": 16, "embedding_size": 128, "optimizer": "sgd"},
    ],
    ids=str,
)
def test_the_estimate_is_near_to_what_training_takes(
    cell: str, sizes: dict[str, int], traced: None
) -> None:
    corpus = some_corpus(3000, 6000, vocabulary_size=701)  # read by several streams
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    run = trainer(corpus, cell=cell, **sizes)
    for _ in range(3):
        run.step()
    run.evaluate()
    taken = tracemalloc.get_traced_memory()[1] - before
    estimate = memory_bytes(run.config, 701)
    assert 0.5 * estimate < taken < 1.3 * estimate


@pytest.mark.parametrize("cell", CELLS)
def test_memory_does_not_grow_with_the_updates(cell: str, traced: None) -> None:
    run = trainer(cell=cell, layers=2, dropout=0.2, epochs=100)
    in_use = []
    for _ in range(2):
        for _ in range(100):
            run.step()
        gc.collect()
        in_use.append(tracemalloc.get_traced_memory()[0])
    assert in_use[1] - in_use[0] < 100 * 50  # one kept array of a tick would be 132 bytes
