"""A run as the store knows it: what its worker claims, and what must be true of it now."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal

from rnncore.config import Config

Status = Literal["ready", "waiting", "queued", "running", "paused", "finished", "failed", "lost"]
"""waiting: for a place, see queue.py; queued: a worker has been called and is on its way"""

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
ID_LENGTH = 10
CONSONANTS, VOWELS, SYLLABLES = "bdfgklmnprstvz", "aeiou", 3
"""Of the words that runs go by: 343,000 of them."""
POSSIBLE_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
LOST_AFTER = 5.0
"""Seconds without a sign of life after which a worker counts as gone."""
QUEUE_PATIENCE = 30.0
"""Seconds a launched worker may take to claim its run: a cold start on a busy machine."""
AHEAD = 2.0
"""Seconds that a sign of life may lie in the future; more, and the clock has been set back since.
A living worker gives the next one within a second, a dead one never."""


def new_run_id() -> str:
    """An id that no run has: short, and fit for a URL."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))


def word_of(run_id: str) -> str:
    """What a run goes by where nobody has named it: a short word that can be said, from its id."""
    number = int.from_bytes(sha256(run_id.encode()).digest()[:8], "big")
    word = ""
    for letters in (CONSONANTS, VOWELS) * SYLLABLES:
        number, place = divmod(number, len(letters))
        word += letters[place]
    return word


def is_run_id(text: str) -> bool:
    """Whether a text can be the id of a run: what the store's column and a file's name can hold.

    What comes from an address may be anything: a path, a NUL that PostgreSQL and the file system
    refuse, or a megabyte.
    """
    return POSSIBLE_ID.fullmatch(text) is not None


@dataclass(frozen=True)
class RunRow:
    """One row of the store, read at `read_at` (seconds since 1970, like all times here).

    stored_status   as last written; `status` is what it comes to now
    reason    of finished: completed, diverged, stopped;
              of paused: asked, unwatched, shutdown, yielded (its place, to who waits for one);
              of waiting: full (all places are taken), own (the owner's other runs take theirs)
    error     None or {code, message, values}: why it failed, or a trouble it goes on with
    worker    token of the process that has the run, if any
    lease     when someone last watched; None: the run needs no watcher
    owner     visitor who began it, None if it is nobody's
    series    what it is one of, such as a sweep: all of it counts as one
    ticket    its turn in the queue: lower is sooner; None if it does not wait
    name      what its owner calls it, if anything, with a note; a pinned one stays in sight
    parent    run it was branched from, after `branched` updates that both share; None: from none
    silent    whether its worker is not heard because the store cannot be written: `error` says why
    """

    id: str
    created: float
    settings: dict[str, Any]
    stored_status: Status
    reason: str | None
    error: dict[str, Any] | None
    step: int
    last_seq: int
    last_command: int
    worker: str | None
    heartbeat: float
    lease: float | None
    owner: str | None
    series: str | None
    ticket: int | None
    name: str | None
    note: str | None
    pinned: int
    parent: str | None
    branched: int | None
    read_at: float
    silent: bool = False

    @cached_property
    def config(self) -> Config:
        """The settings it began with; live changes are in its records."""
        return Config.parse(self.settings)

    @property
    def called(self) -> str:
        """What it is called wherever it is shown: by its owner, or else by its word."""
        return self.name or word_of(self.id)

    @property
    def alive(self) -> bool:
        """Whether a process has this run in hand."""
        return self.worker is not None and heard(self.heartbeat, self.read_at, LOST_AFTER)

    @property
    def status(self) -> Status:
        """`stored_status`, except that a run whose worker died while it trained is "lost".

        A ready or paused run whose worker died has lost nothing and stays what it is. Nor is a run
        lost while its worker cannot write to the store.
        """
        if self.silent:
            return self.stored_status
        if self.stored_status == "running" and not self.alive:
            return "lost"
        if self.stored_status == "queued" and not heard(
            self.heartbeat, self.read_at, QUEUE_PATIENCE
        ):
            return "lost"
        return self.stored_status

    @property
    def standing(self) -> str:
        """`status`; of a run that ended before its epochs were made, how: "diverged", "stopped".

        A trial of a sweep stops at its budget, too: what it came to, its sweep knows.
        """
        told = self.reason == "diverged" or (self.reason == "stopped" and self.series is None)
        return self.reason if self.status == "finished" and self.reason and told else self.status


def heard(heartbeat: float, now: float, patience: float) -> bool:
    """Whether a sign of life is recent, and not of a time that is still to come."""
    return -AHEAD < now - heartbeat < patience
