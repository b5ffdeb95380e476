"""python -m rnncore runs: what the run store holds, how it is cleaned, and links to its runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rnncore.errors import ConfigError

if TYPE_CHECKING:  # the database is loaded when it is asked for: training does without
    from rnncore.runs.housekeeping import Listed
    from rnncore.runs.store import Store
    from rnncore.runs.summary import Summary


def add_parser(commands: Any) -> None:
    """Add the command to the subparsers of `python -m rnncore`."""
    command = commands.add_parser(
        "runs", help="list the app's runs, remove old ones, hand one over"
    )
    chosen = command.add_mutually_exclusive_group()
    chosen.add_argument("--forget", metavar="ID", nargs="+", help="remove these runs")
    chosen.add_argument(
        "--older-than", metavar="DAYS", type=_days, help="remove runs not heard of for so long"
    )
    chosen.add_argument(
        "--orphans", action="store_true", help="remove checkpoints, texts and drafts of no run"
    )
    chosen.add_argument(
        "--control", metavar="ID", help="print a link that hands over the controls of this run"
    )
    command.add_argument(
        "--address", metavar="URL", help="where the app is reached (default: where it was last)"
    )
    command.add_argument("--yes", action="store_true", help="remove without asking")
    command.set_defaults(run=runs)


def runs(options: argparse.Namespace) -> int:
    """List the runs, print a control link, or say what is to be removed, ask, and remove it.

    Raises   StoreError if the store cannot be used or a run is unknown or training; ConfigError if
             nobody can be asked.
    """
    from rnncore.runs import housekeeping
    from rnncore.runs.store import Store
    from rnncore.runs.troubles import place

    with closing(Store()) as store:
        if options.control is not None:
            _say(control_link(store, options.control, options.address))
            return 0
        listed = housekeeping.listing(store)
        known = {one.run.id: one for one in store.summaries.of([one.run for one in listed])}
        if options.orphans:
            files = housekeeping.orphans(listed)
            lines = [f"{path}  {_size(housekeeping.size_of(path))}" for path in files]
            if _agreed(lines, f"files of no run in {place(store.url)}", options.yes):
                housekeeping.remove(files)
                _say(f"removed {len(files)} files")
            return 0
        if options.forget is None and options.older_than is None:
            _say("\n".join(table(listed, known)))
            return 0
        chosen = (
            housekeeping.named(listed, options.forget)
            if options.forget
            else housekeeping.older_than(listed, options.older_than)
        )
        if _agreed(table(chosen, known) if chosen else [], "runs", options.yes):
            _say(f"removed {housekeeping.forget(store, chosen)} runs")
        return 0


def control_link(store: Store, run_id: str, address: str | None = None) -> str:
    """A link to the run that hands its controls over to whoever opens it.

    Raises   StoreError if there is no such run.
    """
    from rnncore.runs.signing import sign
    from rnncore.runs.troubles import unknown_run

    if store.run(run_id) is None:
        raise unknown_run(run_id)
    base = (address or store.noted("address") or "http://localhost:8501").rstrip("/")
    query = urlencode({"run": run_id, "control": sign(store.secret, "control", run_id)})
    return f"{base}/overview?{query}"


def table(listed: list[Listed], known: Mapping[str, Summary]) -> list[str]:
    """A line for each run under a head, and one for all; a run that is damaged says so."""
    rows = [("ID", "NAME", "CREATED", "STATUS", "STEP", "BEST", "CORPUS", "SIZE")]
    for found in listed:
        run, summary = found.run, known[found.run.id]
        damaged = run.error is not None and run.error["code"] == "run_damaged"
        rows.append(
            (
                _shown(run.id),
                _shown(run.called),
                datetime.fromtimestamp(min(max(run.created, 0.0), 4e9)).strftime("%Y-%m-%d %H:%M"),
                "damaged" if damaged else summary.standing,
                f"{run.step:,}",
                f"{summary.facts.best.perplexity:.4g}" if summary.facts.best else "-",
                _shown(found.text),
                _size(found.size),
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    total = _size(sum(found.size for found in listed))
    return [*lines, f"{len(listed)} runs, {total}"] if listed else ["no runs"]


def _agreed(lines: list[str], what: str, yes: bool) -> bool:
    """Whether what is listed shall be removed: said by --yes, or by a person at a terminal."""
    if not lines:
        _say("nothing to remove")
        return False
    _say("\n".join([f"these {what} will be removed:", *lines]))
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError(
            "not_confirmed", "Nothing was removed, as nobody can be asked here; add --yes."
        )
    sys.stdout.write("Remove them? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _days(text: str) -> float:
    """A number of days for argparse, which says what is wrong with another."""
    days = float(text)
    if not 0 <= days <= 1e6:
        raise argparse.ArgumentTypeError(f"{text} is no number of days")
    return days


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{count / 1000:,.1f} kB"
    return f"{count / 1_000_000:,.1f} MB"


def _shown(text: str) -> str:
    """A stored text on a terminal: without control characters, and not too long."""
    plain = "".join(character if character.isprintable() else "?" for character in text)
    return plain if len(plain) <= 40 else f"{plain[:39]}…"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
