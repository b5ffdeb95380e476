"""What a worker hears: the commands for its run, up to the moment in which it lets the run go."""

from __future__ import annotations

from collections.abc import Callable

from rnncore.errors import StoreError
from rnncore.runs.claim import Claim, Command
from rnncore.runs.troubles import PASSING, patiently


def asked(claim: Claim, after: int) -> list[Command]:
    """What has been asked since the command `after`; nothing while the store cannot be read."""
    try:
        return claim.commands_after(after)
    except StoreError as error:
        if error.code not in PASSING:
            raise
        return []


def released(claim: Claim, after: int, give_up: Callable[[], bool]) -> bool:
    """Give the run back, unless something has been asked since the command `after`."""
    return patiently(lambda: claim.release(after), give_up)
