"""What a server with many visitors does: python -m tests.benchmarks.load

A class: VISITORS=30 visitors open the Overview, press Start within a minute, watch the streams of
their runs and let the page run again every ten seconds; then the same beside a sweep. An audience:
WATCHERS=300 join one run within ten seconds. Kills: a class whose workers and server are killed,
and which goes on. Many: what pages take where a visitor has RUNS=1000 runs. PARTS=class,kills
chooses. All on this machine's loopback; BENCH_JSON=file writes the figures there too.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import orjson

from tests.benchmarks.load_audience import audience
from tests.benchmarks.load_class import school, school_beside_a_sweep
from tests.benchmarks.load_kills import kills
from tests.benchmarks.load_many import many
from tests.benchmarks.machine import Watch, machine
from tests.browser.server import Server, start_server

SPARE_PLACES = 2
"""Places that a sweep finds beside a class."""

Part = Callable[[Server, int], Coroutine[Any, Any, dict[str, float]]]
PARTS: dict[str, tuple[Part, str, int]] = {
    "class": (school, "VISITORS", 30),
    "sweep": (school_beside_a_sweep, "VISITORS", 30),
    "audience": (audience, "WATCHERS", 300),
    "kills": (kills, "VISITORS", 30),
    "many": (many, "RUNS", 1000),
}
"""By name, what is measured, and who says of how many."""


def main() -> int:
    others = Watch()
    figures: dict[str, Any] = {"machine": machine()}
    os.environ["RNN_EXPLORER_RUNS"] = str(max(number("VISITORS", 30), 1) + SPARE_PLACES)
    for name in os.environ.get("PARTS", ",".join(PARTS)).split(","):
        measure, named, usual = PARTS[name]
        count = number(named, usual)
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            server = start_server(Path(folder))
            try:
                figures[name] = asyncio.run(measure(server, count))
            finally:
                server.stop()
        say(name, figures[name])
    figures["others"] = others.others()
    say("share of the machine that other programs had meanwhile", figures["others"])
    if file := os.environ.get("BENCH_JSON"):
        Path(file).write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2))
    return 0


def number(name: str, default: int) -> int:
    """How many the environment asks for."""
    return int(os.environ.get(name, default))


def say(name: str, figures: Any) -> None:
    sys.stdout.write(f"{name}: {orjson.dumps(figures, option=orjson.OPT_INDENT_2).decode()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
