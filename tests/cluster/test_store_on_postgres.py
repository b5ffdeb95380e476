"""The store on PostgreSQL: whatever tests ask of it in a file, they ask of it there."""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

import pytest

from rnncore.sweeps.book import Sweeps
from tests.runs import (
    test_branching,
    test_checkpoints,
    test_extended_and_lost,
    test_giving_way,
    test_going_on,
    test_housekeeping,
    test_hub,
    test_limit,
    test_queue,
    test_run_file,
    test_saving,
    test_store,
    test_summary,
)
from tests.sweeps import test_book, test_coordinator

MODULES = (
    *(test_branching, test_checkpoints, test_extended_and_lost, test_giving_way),
    *(test_going_on, test_housekeeping, test_hub, test_limit, test_queue, test_run_file),
    *(test_saving, test_store, test_summary, test_book, test_coordinator),
)
OF_A_FILE = {
    "test_a_read_only_database_is_named",
    "test_a_locked_database_is_named",
    "test_a_silent_worker_loses_its_run_and_may_write_no_more",
    "test_who_has_been_gone_for_a_minute_loses_the_place",
    "test_what_is_at_work_is_never_removed",
    "test_only_what_is_old_is_removed_by_age",
    "test_a_clock_that_was_ahead_keeps_no_run_for_good",
    "test_a_damaged_run_is_listed_and_can_be_forgotten",
    "test_what_is_damaged_is_left_out",
}
"""What only a database in a file can be, or is written into it by hand, and what follows from the
clock of this machine: of a database's clock see test_clocks.py."""


def collected(module: ModuleType) -> dict[str, Any]:
    """The tests of a module and its own fixtures, by name."""
    fixture = type(pytest.fixture(lambda: None))
    return {
        name: found
        for name, found in vars(module).items()
        if (isinstance(found, FunctionType) and name.startswith("test_") and name not in OF_A_FILE)
        or isinstance(found, fixture)
    }


for module in MODULES:
    found = collected(module)
    assert not found.keys() & globals().keys(), f"a name of {module.__name__} is another one's too"
    globals().update(found)


@pytest.fixture
def book(store: Any) -> Sweeps:
    return Sweeps(store)
