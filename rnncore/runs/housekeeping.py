"""What the data folder holds, and how old runs and files nobody needs are removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from time import time
from typing import NamedTuple

from rnncore.errors import StoreError
from rnncore.paths import data_dir
from rnncore.runs.files import StatePath, checkpoints_folder, run_of, shared_text
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from rnncore.runs.troubles import unknown_run
from rnncore.text.own_texts import is_own, opening_words, own_path

DAY = 86_400.0
SETTLED = 3_600.0
"""Seconds after which a draft or an own text that no run names is nobody's work of this moment."""


class Listed(NamedTuple):
    """A run, the bytes that it takes (its records and its checkpoints), and what people call its
    text."""

    run: RunRow
    size: int
    text: str

    @property
    def busy(self) -> bool:
        """Whether it trains, or is to: it is not removed."""
        return self.run.silent or self.run.status in ("running", "waiting", "queued")

    @property
    def corpus(self) -> str:
        return str(self.run.settings.get("corpus", "")) if self.run.settings else ""

    @property
    def last(self) -> float:
        """When something was last heard of it. A time to come counts as none."""
        heard = self.run.heartbeat
        return max(self.run.created, heard if heard <= self.run.read_at else 0.0)


class Taken(NamedTuple):
    """What the runs and own texts of a visitor take: how many there are, and their bytes.

    unused   own texts that nobody else may read and no run names, written some time ago
    """

    runs: int
    records: int
    checkpoints: int
    states: int
    texts: int
    letters: int
    unused: tuple[str, ...]


def listing(store: Store) -> list[Listed]:
    """All runs, the newest first.  Raises StoreError."""
    return listed(store, store.runs(None))


def listed(store: Store, runs: Iterable[RunRow]) -> list[Listed]:
    """These runs, in their order.  Raises StoreError."""
    sizes = store.sizes()
    files = _checkpoints()
    return [
        Listed(
            run, sizes.get(run.id, 0) + sum(map(size_of, files.get(run.id, ()))), _text(store, run)
        )
        for run in runs
    ]


def taken(store: Store, listed: Iterable[Listed], visitor: str) -> Taken:
    """What these runs, which are the visitor's, and the visitor's own texts take.

    Raises   StoreError
    """
    runs, files = list(listed), _checkpoints()
    kept = [path for one in runs for path in files.get(one.run.id, ())]
    states = sum(map(size_of, kept))
    texts = sorted(name for name in store.access.things(visitor) if is_own(name))
    paths = {name: own_path(name) for name in texts if own_path(name).exists()}
    return Taken(
        len(runs),
        sum(one.size for one in runs) - states,
        len(kept),
        states,
        len(paths),
        sum(map(size_of, paths.values())),
        tuple(name for name in paths if _unused(store, name, visitor)),
    )


def remove_texts(store: Store, names: Iterable[str], visitor: str) -> None:
    """Remove own texts of the visitor; one that has come into use since stays.

    Raises   StoreError
    """
    unused = [name for name in names if _unused(store, name, visitor)]
    remove(path for name in unused for path in (own_path(name), shared_text(name)))


def _unused(store: Store, name: str, visitor: str) -> bool:
    """Whether only this visitor may read the text, and no run is trained on it."""
    try:
        written = own_path(name).stat().st_mtime
    except OSError:  # it is gone
        return False
    if written > time() - SETTLED or store.access.visitors(name) != {visitor}:
        return False
    return all(run.settings.get("corpus") != name for run in store.runs(None))


def named(found: Iterable[Listed], run_ids: Iterable[str]) -> list[Listed]:
    """The runs of these ids.  Raises StoreError if there is none of one, or it is training."""
    known = {one.run.id: one for one in found}
    chosen = []
    for run_id in dict.fromkeys(run_ids):
        if run_id not in known:
            raise unknown_run(run_id)
        if known[run_id].busy:
            raise busy_run(run_id)
        chosen.append(known[run_id])
    return chosen


def older_than(listed: Iterable[Listed], days: float) -> list[Listed]:
    """The runs that nothing was heard of for so many days; none that is training."""
    since = time() - days * DAY
    return [found for found in listed if found.last < since and not found.busy]


def orphans(listed: Iterable[Listed]) -> list[StatePath]:
    """Files of no run: checkpoints, own texts, and drafts that a killed process left.

    A draft of a run that a worker has is none, nor is what was written within the last hour.
    """
    runs = list(listed)
    ids = {found.run.id for found in runs}
    texts = {found.corpus for found in runs}
    busy = {found.run.id for found in runs if found.busy or found.run.alive}
    found = [
        path
        for path in _files("checkpoints")
        if (path.suffix == ".safetensors" and run_of(path) not in ids)
        or (path.suffix == ".part" and run_of(path) not in busy)
        or (path.suffix == ".txt" and path.stem not in texts)  # copies for other machines
    ]
    found += [
        path
        for path in _files("texts")
        if path.suffix == ".part" or (path.suffix == ".txt" and path.stem not in texts)
    ]
    settled = time() - SETTLED
    return sorted((path for path in found if path.stat().st_mtime < settled), key=str)


def forget(store: Store, chosen: Iterable[Listed]) -> int:
    """Remove runs with their checkpoints and drafts, and give the space back; how many were.

    One that has been taken up since it was listed stays.  Raises StoreError.
    """
    count = 0
    for found in chosen:
        if store.forget(found.run.id):
            count += 1
            remove(path for path in _files("checkpoints") if run_of(path) == found.run.id)
    if count:
        with suppress(StoreError):  # in use: the space is used again later
            store.compact()
    return count


def remove(paths: Iterable[StatePath]) -> None:
    """Remove files; one that is gone already, or cannot be removed, is passed over."""
    for path in paths:
        with suppress(OSError):
            path.unlink()


def size_of(path: StatePath) -> int:
    """Bytes of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def busy_run(run_id: str) -> StoreError:
    """The error for a run that cannot be removed now."""
    return StoreError(
        "run_busy",
        f"The run {run_id} is training, so it is not removed; pause it or stop it first.",
        run_id=run_id,
    )


def _text(store: Store, run: RunRow) -> str:
    """What the owner of a run calls its text; no name says what an own text is about."""
    name = str(run.settings.get("corpus", "")) if run.settings else ""
    if not is_own(name):
        return name
    return store.access.title(name, run.owner) or opening_words(name) or "own text"


def _checkpoints() -> dict[str, list[StatePath]]:
    """All files of checkpoints, by the run that they are of."""
    found: dict[str, list[StatePath]] = {}
    for path in _files("checkpoints"):
        if path.suffix == ".safetensors":
            found.setdefault(run_of(path), []).append(path)
    return found


def _files(name: str) -> Iterator[StatePath]:
    folder = checkpoints_folder() if name == "checkpoints" else data_dir() / name
    with suppress(OSError):
        yield from (path for path in folder.iterdir() if path.is_file())
