"""python -m rnncore sweep: a sweep of settings without a page."""

from __future__ import annotations

import argparse
import secrets
import tomllib
from contextlib import closing
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any

from rnncore.console import say
from rnncore.errors import ClusterError, ConfigError, RnnError
from rnncore.event_log import event_lines
from rnncore.overlaps import Use, check_apart, events_use, text_uses
from rnncore.runs.capacity import cores
from rnncore.stopping import Stop, stopping
from rnncore.text.sources import absolute

if TYPE_CHECKING:  # the database is loaded when it is asked for: training does without
    from rnncore.runs.store import Store
    from rnncore.sweeps.book import Sweeps
    from rnncore.sweeps.coordinator import Coordinator
    from rnncore.sweeps.holding import Holding
    from rnncore.sweeps.plan import Plan
    from rnncore.sweeps.telling import Said

TICK_SECONDS = 0.05
CALL = "python -m rnncore"


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of `python -m rnncore`."""
    command = commands.add_parser(
        "sweep",
        help="search settings by many short trainings",
        description="Train many short runs that differ in some settings, and say which did best on "
        "held-out text. The page shows the same sweep, and can steer it while it runs.",
    )
    command.add_argument(
        "space", metavar="SPACE.toml", nargs="?", help="what to search: see assets/examples"
    )
    command.add_argument("--trials", metavar="N", type=_count, help="runs in all")
    command.add_argument(
        "--workers", metavar="N", type=_count, help="runs at a time (default: one a processor)"
    )
    command.add_argument(
        "--seconds", metavar="S", type=float, help="seconds of training a run, and no other budget"
    )
    command.add_argument(
        "--scheduler",
        metavar="tcp://…",
        help="where runs are trained: on the Dask cluster of this scheduler, or local (default: "
        "RNN_EXPLORER_SCHEDULER, or local)",
    )
    command.add_argument("--resume", metavar="ID", help="go on with a sweep of the store")
    command.add_argument("--events", metavar="FILE|-", help="write trials as JSON Lines")
    command.set_defaults(run=sweep)


def sweep(options: argparse.Namespace) -> int:
    """Search, or go on with it, until all trials have ended; Ctrl-C pauses all trials.

    Raises   ConfigError, TextError for a plan that cannot be; StoreError; ClusterError; and what a
             sweep failed of.
    """
    if (options.space is None) == (options.resume is None):
        raise ConfigError(
            "sweep_file",
            "A sweep begins with the file of its space, or goes on with --resume ID; give one of "
            "the two.",
        )
    from rnncore.runs.executors import executor_of, named_scheduler
    from rnncore.runs.store import Store
    from rnncore.sweeps.book import Sweeps
    from rnncore.sweeps.coordinator import Coordinator
    from rnncore.sweeps.holding import Holding
    from rnncore.sweeps.telling import Said

    plan = None if options.space is None else _checked(options)
    scheduler = named_scheduler(options.scheduler)
    with (
        closing(Store()) as store,
        closing(executor_of(scheduler, store.url)) as executor,
        event_lines(options.events, append=False) as write,
    ):
        places = executor.places()  # a cluster that is not there says so before anything begins
        book, holding = Sweeps(store), Holding(store.database, secrets.token_hex(8))
        if plan is None:
            sweep_id = str(options.resume)
            _resume(book, holding, sweep_id, options.workers)
        else:
            workers = options.workers or (places if scheduler else cores())
            _say_how_long(plan, workers)
            sweep_id = book.create(plan, workers=workers, holder=holding.token)
        executor.warm()
        coordinator = Coordinator(store, sweep_id, holding, executor, alone=True)
        said = Said(book, sweep_id, write, quiet=options.events == "-")
        asked = _Asked()
        with stopping(asked) as stop:
            _look_after(store, coordinator, said, asked)
        return _end(said, stop)


def read_space(path: str) -> dict[str, Any]:
    """What a TOML file says of a sweep.  Raises   ConfigError if it cannot be read."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as failure:
        problem = failure.strerror or ""
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        problem = str(failure)
    raise ConfigError(
        "sweep_unreadable",
        f"The space {path} cannot be read ({problem}); give a TOML file, such as "
        f"assets/examples/sweep.toml.",
        path=path,
        problem=problem,
    )


class _Asked:
    """Whether a signal has asked for the end: all trials then pause, and go on with --resume."""

    to_end = done = False

    def stop(self) -> None:
        self.to_end = True


def _checked(options: argparse.Namespace) -> Plan:
    """The plan of the file and the options, once it is known that its trials can be trained."""
    from rnncore.sweeps.checking import check_trials
    from rnncore.sweeps.plan import Plan

    given = read_space(options.space)
    if options.trials is not None:
        given["trials"] = options.trials
    if options.seconds is not None:
        given.pop("updates", None)
        given["seconds"] = options.seconds
    base = given.get("base", {})
    if isinstance(base, dict) and isinstance(base.get("corpus"), str):
        given["base"] = {**base, "corpus": absolute(base["corpus"])}
    plan = Plan.parse(given)
    inputs = [Use("the space", options.space), *text_uses(plan.config({}).corpus)]
    if options.events is not None:
        check_apart([events_use(options.events)], inputs)
    check_trials(plan)
    return plan


def _resume(book: Sweeps, holding: Holding, sweep_id: str, workers: int | None) -> None:
    """Take a sweep in hand.  Raises   StoreError if there is none; ConfigError if it is taken."""
    book.resume(sweep_id)
    if workers is not None:
        book.set_workers(sweep_id, workers)
    if not holding.take(sweep_id):
        raise ConfigError(
            "sweep_taken",
            f"The sweep {sweep_id} goes on in another process, such as the app's server; watch it "
            f"there, or end that process first.",
            sweep=sweep_id,
        )


def _say_how_long(plan: Plan, workers: int) -> None:
    from rnncore.sweeps.estimating import estimate
    from rnncore.sweeps.telling import duration

    seconds = estimate(plan, workers)
    say(f"about {duration(seconds)}, as measured by a few updates\n")


def _look_after(store: Store, coordinator: Coordinator, said: Said, asked: _Asked) -> None:
    """Look after the sweep until it needs nobody any more; wait for a store or a cluster that has
    gone away."""
    from rnncore.runs.troubles import patiently
    from rnncore.sweeps.tending import attempt

    def look() -> bool:
        try:
            goes_on = attempt(store, coordinator)
        except ClusterError as error:
            said.complain(error)
            goes_on = True
        said.tell()
        if asked.to_end and not asked.done:
            said.book.pause(coordinator.sweep_id)
            asked.done = True
        return goes_on

    while patiently(look, lambda: asked.to_end, said.complain):
        sleep(TICK_SECONDS)


def _end(said: Said, stop: Stop) -> int:
    """The last sentence, and the exit code."""
    from rnncore.sweeps.telling import line

    row = said.tell()
    if row.error is not None:
        raise RnnError(row.error["code"], row.error["message"], **row.error["values"])
    found = said.best()
    if found is not None and found.value is not None:
        say(f"best: {line(found)}\n")
    if row.status != "complete":
        say(f"{row.status}: go on with {CALL} sweep --resume {row.id}\n")
    return stop.exit_code if stop.signal is not None else 0


def _count(text: str) -> int:
    """A number of things for argparse, which says what is wrong with another."""
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9])):
        raise argparse.ArgumentTypeError(f"{text[:40]} is no whole number above 0")
    return int(text[:9])
