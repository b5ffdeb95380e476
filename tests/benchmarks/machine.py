"""What else the machine is doing: a figure measured beside other work says little."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from numpy.lib.introspect import opt_func_info
from threadpoolctl import threadpool_info

PROC = Path("/proc")


class Watch:
    """Looks at the processors from when it is made."""

    def __init__(self) -> None:
        self._before = _ticks()

    def others(self) -> float:
        """The share of the processors' time that processes had which this one did not start."""
        total, busy, own = (now - then for now, then in zip(_ticks(), self._before, strict=True))
        return (busy - own) / max(total, 1)


def _ticks() -> tuple[int, int, int]:
    """Of all processors so far: their time, what of it was not idle, and what was ours."""
    first = (PROC / "stat").read_text().partition("\n")[0]
    times = [int(ticks) for ticks in first.split()[1:9]]
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for entry in PROC.glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        children.setdefault(int(fields[1]), []).append(int(entry.name))
        spent[int(entry.name)] = sum(map(int, fields[11:15]))  # its own and its ended children's
    family = [os.getpid()]
    for process in family:
        family += children.get(process, [])
    own = sum(spent.get(process, 0) for process in family)
    return sum(times), sum(times) - times[3] - times[4], own


def machine() -> str:
    """What it is, and how many processors this process may use."""
    model = platform.processor() or platform.machine()
    with suppress(OSError):
        for line in (PROC / "cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{usable} x {model}, Python {platform.python_version()}"


class Arithmetic(NamedTuple):
    """What NumPy computes with: the processor's features that it found and may use, the variant
    of its own loops, and the kernels of its matmuls."""

    features: tuple[str, ...]
    loops: dict[str, str]
    kernel: str

    def __str__(self) -> str:
        loops = ", ".join(f"{name} {variant}" for name, variant in self.loops.items())
        return f"features {' '.join(self.features)}; {loops}; matmul {self.kernel}"


def arithmetic() -> Arithmetic:
    """As this process's NumPy has it: NPY_DISABLE_CPU_FEATURES and OPENBLAS_CORETYPE act."""
    found = import_module("numpy._core._multiarray_umath").__cpu_features__  # see np.show_runtime
    features = tuple(name for name, there in found.items() if there)
    variants = opt_func_info("^(exp|tanh|multiply)$", "float32")
    loops = {name: next(iter(of.values()))["current"] for name, of in variants.items()}
    kernels = [
        f"{library['internal_api']} {library['version']} {library.get('architecture', '')}".strip()
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
    return Arithmetic(features, loops, ", ".join(kernels))
