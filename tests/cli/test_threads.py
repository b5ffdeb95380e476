"""The setting `threads` acts while a run trains, and on nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from threadpoolctl import threadpool_info

from rnncore.training.events import Step
from rnncore.training.trainer import Trainer
from tests.cli.conftest import Run


def blas_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_computes_with_as_many_threads_as_it_was_given(
    train: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    if not blas_threads():
        pytest.skip("this NumPy does its matmuls with a library whose threads cannot be counted")
    seen: list[set[int]] = []
    step = Trainer.step

    def watched(trainer: Trainer) -> Step:
        seen.append(blas_threads())
        return step(trainer)

    monkeypatch.setattr(Trainer, "step", watched)
    before, path = blas_threads(), tmp_path / "run.safetensors"
    assert train("--checkpoint", path, threads=threads, epochs=1).code == 0
    first = len(seen)
    assert run("train", "--resume", path).code == 0 and len(seen) == first  # it was over
    assert first and set().union(*seen) == {threads}
    assert blas_threads() == before
