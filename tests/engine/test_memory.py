"""A training process at the size of the Penn Treebank, and a run of ten thousand updates."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from tests.training.runs import some_corpus, trainer

pytestmark = pytest.mark.slow

MEGABYTE = 10**6
TREEBANK = """
import sys
from pathlib import Path
from rnncore.presets import preset_config
from rnncore.text.corpus import load_corpus
from rnncore.training import checkpoint
from rnncore.training.trainer import Trainer

config = preset_config("chapter6", corpus=sys.argv[1])
run = Trainer(config, load_corpus(config))
for _ in range(3):
    run.step()
run.evaluate("valid")
checkpoint.save(sys.argv[2], run)
# Not ru_maxrss: that also counts what the process it was forked from had held.
status = Path("/proc/self/status").read_text().split("VmHWM:")[1]
sys.stdout.write(str(int(status.split()[0]) * 1024))
"""


def test_the_treebank_trains_in_250_megabytes(data_folder: Path, tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell a process's peak memory")
    arguments = [data_folder / "ptb", tmp_path / "run.safetensors"]
    done = subprocess.run(
        [sys.executable, "-c", TREEBANK, *map(str, arguments)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) < 250 * MEGABYTE


@pytest.mark.parametrize("cell", ["rnn", pytest.param("lstm", marks=pytest.mark.thorough)])
def test_ten_thousand_updates_leave_nothing_behind(cell: str) -> None:
    run = trainer(some_corpus(), cell=cell, epochs=10_000)
    for _ in range(50):  # buffers are reserved, caches filled
        run.step()
    gc.collect()
    tracemalloc.start()
    try:
        run.step()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(10_000):
            run.step()
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 10_000  # less than a byte an update
