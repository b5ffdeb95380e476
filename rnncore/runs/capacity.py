"""How many workers may live at a time on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from rnncore.errors import ConfigError

VARIABLE = "RNN_EXPLORER_RUNS"
MOST = 32
"""Workers at a time by default, however large the memory: at a thirtieth of two cores a small run
is still lively."""
WORKER_BYTES = 80 * 2**20
"""What a worker takes with a network of the default size, rather too much: 60 MiB were measured,
and 82 where it shares nothing with others."""


def capacity() -> int:
    """Workers that may live at a time: RNN_EXPLORER_RUNS, or as many as fit into half of the
    memory that was free when this was asked first, at most MOST.

    Raises   ConfigError if the variable holds no whole number above 0.
    """
    return named_capacity() or _by_memory()


def named_capacity() -> int | None:
    """What RNN_EXPLORER_RUNS says; None where it says nothing.  Raises   ConfigError."""
    named = os.environ.get(VARIABLE, "").strip()
    if not named:
        return None
    if not (named.isascii() and named.isdigit() and 0 < int(named[:9]) and len(named) < 10):
        raise ConfigError(
            "runs_limit",
            f"{VARIABLE} is {named!r}, but it must be a whole number from 1 on; set it to how many "
            f"runs may train at a time, or leave it out.",
            value=named,
        )
    return int(named)


@cache
def _by_memory() -> int:
    free = free_memory()
    return MOST if free is None else max(1, min(MOST, free // 2 // WORKER_BYTES))


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that may still be used: the machine's, or what the control group leaves of them.

    None where the system does not say. `root` is where /proc and /sys lie.
    """
    found = list(_left_by_groups(root))
    with suppress(OSError, ValueError, IndexError):
        lines = (root / "proc/meminfo").read_text().splitlines()
        (line,) = (line for line in lines if line.startswith("MemAvailable:"))
        found.append(int(line.split()[1]) * 1024)
    if not found and hasattr(os, "sysconf"):
        with suppress(OSError, ValueError):
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(found, default=None)


def _left_by_groups(root: Path) -> Iterator[int]:
    """What each control group that this process is in leaves, where it has a limit."""
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers == "":  # version 2
                folder, names = root / "sys/fs/cgroup", ("memory.max", "memory.current")
            elif "memory" in controllers.split(","):
                folder = root / "sys/fs/cgroup/memory"
                names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
            else:
                continue
            place = folder / path.lstrip("/")
            for group in (place, *place.parents):
                if not group.is_relative_to(folder):
                    break
                with suppress(OSError, ValueError):  # "max" is no number: no limit
                    limit, used = (int((group / name).read_text()) for name in names)
                    yield max(0, limit - used + _reclaimable(group))


def _reclaimable(group: Path) -> int:
    """Bytes of files that are only kept in memory as long as nobody needs it."""
    with suppress(OSError, ValueError):
        for line in (group / "memory.stat").read_text().splitlines():
            name, _, size = line.partition(" ")
            if name in ("inactive_file", "total_inactive_file"):
                return int(size)
    return 0


def cores() -> int:
    """Processors that this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return usable or 1
