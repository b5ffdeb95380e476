"""How often what a demo claims is true: python -m tests.benchmarks.demos, over 20 seeds.

Environment   DEMOS=lag,scales chooses a part; SEEDS=20 is how many; BENCH_JSON=FILE writes demo,
              seeds, share and seconds for each seed.
--keep        writes the shares, and the trainings of seed 0, to assets/examples, where pages read
              them, in the place of those of the same demos: with at least 20 seeds only
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter

from pages.ui.inspected.subject import EXAMPLE, small_config
from rnncore.cells import CELLS
from rnncore.experiments import examples
from rnncore.experiments.cells import SMALLER_RATE, cells_on_lag, cells_on_text, learnt
from rnncore.experiments.contexts import ContextPoint
from rnncore.experiments.examples import Finished, Share
from rnncore.experiments.lag import lag_lab
from rnncore.experiments.race import clipping_race, last_points, race
from rnncore.experiments.reach import ReachRace
from rnncore.experiments.scales import MET, scales_race
from rnncore.text.corpus import load_corpus
from tests.benchmarks import counting, rates, stories, units
from tests.benchmarks.claims import Outcome

FULL = 20


Demo = Callable[[Sequence[int]], Iterable[Outcome]]
"""Tries all seeds, and tells of each."""


def each(demo: Callable[[int], Outcome]) -> Demo:
    """A demo that tries one seed after the other: its networks are too large to gain from training
    together, or its trainings are no race."""
    return partial(map, demo)


def finish(setup: ReachRace) -> Finished:
    points = list(setup.run())
    return Finished([point for point, _ in points], points[-1].trained)


def finish_together(setups: Sequence[ReachRace]) -> list[Finished]:
    """The races of all seeds at once, in lockstep where they can; what came of each."""
    configs = tuple(config for setup in setups for config in setup.configs)
    return apart(finish(setups[0]._replace(configs=configs)), len(setups))


def apart(done: Finished, races: int) -> list[Finished]:
    """What one race of several says of each, of which the runners of the first come first."""
    width = len({point.runner for point in done.points}) // races
    found = [Finished([], {}) for _ in range(races)]
    for point in done.points:
        race, runner = divmod(point.runner, width)
        found[race].points.append(point._replace(runner=runner))
    for number, reach in done.reaches.items():
        race, runner = divmod(number, width)
        found[race].reaches[runner] = reach
    return found


def cells(seeds: Sequence[int]) -> Iterator[Outcome]:
    """Gated cells carry a letter over 25 steps where the plain one does not."""
    setups = [cells_on_lag(seed=seed) for seed in seeds]
    slower = [
        setup._replace(configs=(setup.configs[0].with_changes(learning_rate=SMALLER_RATE),))
        for setup in setups
    ]
    for done, alone in zip(finish_together(setups), finish_together(slower), strict=True):
        there = learnt(done.points)
        claims = {
            f"cells.{config.cell}": runner in there
            for runner, config in enumerate(setups[0].configs)
        }
        claims["cells.rnn_smaller_rate"] = 0 in learnt(alone.points)
        yield Outcome(claims, {"cells": done})


def cells_same_size(seeds: Sequence[int]) -> Iterator[Outcome]:
    """The plain cell with as few units, at its best rate, does not learn it."""
    setups = [cells_on_lag(seed=seed, same_size=True) for seed in seeds]
    # The first is kept and drawn; the gated cells are those of the other race.
    plain = [setup._replace(configs=setup.configs[:1]) for setup in setups[1:]]
    for done in (finish(setups[0]), *(finish_together(plain) if plain else ())):
        claims = {"cells_same_size.rnn_fails": 0 not in learnt(done.points)}
        yield Outcome(claims, {"cells_same_size": done})


def cells_text(seed: int) -> Outcome:
    """The three cells on the text of the example network; nothing is claimed of them."""
    if seed:
        return Outcome({}, {})
    configs = tuple(small_config(EXAMPLE, cell=cell) for cell in CELLS)
    return Outcome({}, {"cells_text": finish(cells_on_text(configs, load_corpus(configs[0])))})


def lag(seeds: Sequence[int]) -> Iterator[Outcome]:
    """A window longer than the lag learns it; a shorter one only by luck."""
    claims: list[dict[str, bool]] = [{} for _ in seeds]
    kept: dict[str, Finished] = {}
    for name, fillers, lengths, pair in (
        ("lag", 4, (4, 5), (4, 5)),
        ("lag_8", 8, (4, 8, 9, 16), (4, 16)),
    ):
        for point in lag_lab(fillers, lengths, seeds).run():
            if point.verdict != "open":
                seed, i = divmod(point.point.runner, len(lengths))
                claims[seed][f"lag.{fillers}.{lengths[i]}"] = point.verdict == "learnt"
        # Alone, as on the page: together with other seeds the seconds of each would be fewer.
        alone = lag_lab(fillers, pair, seeds[:1]).run()
        kept[name] = Finished([point.point for point in alone], {})
    for found in claims:
        yield Outcome(found, kept)


def scales(seed: int) -> Outcome:
    """Untrained the gradient fades, stays or explodes; trained all three reach about as far."""
    setup = scales_race(seed)
    before = setup.untrained()
    faded, stayed, exploded = (reach.share for reach in before)
    done = finish(setup)
    steps = [(reach.step, done.reaches[runner].step) for runner, reach in enumerate(before)]
    after = [reach.share for reach in done.reaches.values()]
    claims = {
        "scales.untrained": faded < 1e-5 and 0.05 < stayed < 1 and exploded > 5,
        "scales.met": max(after) <= MET * min(after),
        "scales.saturates": all(
            one and other and other.slope < one.slope and other.radius > one.radius
            for one, other in steps
        ),
    }
    return Outcome(claims, {"scales": done})


def clipping(seed: int) -> Outcome:
    """Without clipping the training diverges; with it, it learns."""
    configs = clipping_race(seed)
    every = 400 if seed == 0 else 4_000  # the first is kept and drawn
    points = list(race(configs, load_corpus(configs[0]), 40_000, every))
    ends = last_points(points)
    claims = {
        "clipping.diverges": ends[0].diverged,
        "clipping.learns": not ends[1].diverged and ends[1].bits < 3,
    }
    return Outcome(claims, {"clipping": Finished(points, {})})


DEMOS: dict[str, Demo] = {
    "lag": lag,
    "clipping": each(clipping),
    "scales": each(scales),
    "cells": cells,
    "cells_same_size": cells_same_size,
    "cells_text": each(cells_text),
    "rate_too_high": each(stories.rate_too_high),
    "too_small": each(stories.too_small),
    "t_too_short": each(stories.t_too_short),
    "memorises": each(stories.memorises),
    "invents_names": each(stories.invents_names),
    "contexts": each(counting.contexts),
    "contexts_kept": each(counting.contexts_kept),
    "contexts_counted": each(counting.contexts_counted),
    "contexts_short": each(counting.contexts_short),
    "number_unit": each(units.number_unit),
    "rates": each(rates.rates),
}


def main() -> int:
    chosen = [name for name in os.environ.get("DEMOS", ",".join(DEMOS)).split(",") if name]
    seeds = int(os.environ.get("SEEDS", FULL))
    keep = "--keep" in sys.argv
    if keep and seeds < FULL:
        sys.exit(f"--keep wants at least {FULL} seeds, and SEEDS={seeds} came: leave it out.")
    report, shares = [], {}
    races: dict[str, Finished] = {}
    comparisons: dict[str, Sequence[ContextPoint]] = {}
    for name in chosen:
        claims: dict[str, list[bool]] = {}
        start = perf_counter()
        for seed, outcome in enumerate(DEMOS[name](range(seeds))):
            for claim, true in outcome.claims.items():
                claims.setdefault(claim, []).append(true)
            if seed == 0:
                races.update(outcome.races)
                comparisons.update(outcome.comparisons)
        seconds = (perf_counter() - start) / seeds
        for claim, found in claims.items():
            shares[claim] = Share(sum(found), seeds)
            report.append(
                {
                    "demo": claim,
                    "seeds": seeds,
                    "share": sum(found) / seeds,
                    "seconds": round(seconds, 2),
                }
            )
            told = f"{claim:28} {sum(found):3} of {seeds}   {seconds:6.1f} s\n"
            sys.stdout.write(told)
    if path := os.environ.get("BENCH_JSON"):
        Path(path).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if keep:
        examples.keep(races, shares, examples.path(), comparisons)
    return 0


if __name__ == "__main__":
    sys.exit(main())
