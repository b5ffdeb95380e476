"""The queue: places are limited, shared out in order, and never given to one run twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from rnncore.errors import ClusterError
from rnncore.runs.capacity import MOST, capacity, free_memory
from rnncore.runs.executors import admit, request
from rnncore.runs.heartbeat import Heartbeat, lease_seconds
from rnncore.runs.store import Store
from tests.runs.support import (
    SMALL,
    Launcher,
    claimed,
    driven,
    run_of,
    started,
    wait_for,
    wait_for_status,
)


@pytest.fixture
def launcher() -> Launcher:
    return Launcher()


@pytest.fixture
def begin(store: Store, launcher: Launcher) -> Callable[..., str]:
    """Begin a run as a page does: begin(owner="ann")."""

    def act(owner: str | None = None, series: str | None = None) -> str:
        run_id = store.create_run(SMALL, owner=owner, series=series)
        request(store, launcher, run_id, "start")
        return run_id

    return act


@pytest.fixture(autouse=True)
def three_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNN_EXPLORER_RUNS", "3")


def statuses(store: Store, runs: list[str]) -> list[tuple[str, str | None]]:
    return [(run.status, run.reason) for run in (run_of(store, run_id) for run_id in runs)]


def test_beyond_the_limit_runs_wait_in_order(
    store: Store, launcher: Launcher, begin: Callable[..., str]
) -> None:
    runs = [begin() for _ in range(6)]
    assert launcher.launched == runs[:3]
    assert statuses(store, runs) == [("queued", None)] * 3 + [("waiting", "full")] * 3
    assert store.queue.places() == {runs[3]: 1, runs[4]: 2, runs[5]: 3}


def test_a_place_that_comes_free_goes_to_the_next(
    store: Store, launcher: Launcher, begin: Callable[..., str]
) -> None:
    runs = [begin() for _ in range(5)]
    claimed(store, runs[1], "worker").commit(status="finished", reason="completed", worker=None)
    admit(store, launcher)
    assert launcher.launched == [*runs[:3], runs[3]]
    assert store.queue.places() == {runs[4]: 1}
    admit(store, launcher)
    assert launcher.launched == [*runs[:3], runs[3]]


def test_a_run_whose_worker_cannot_be_started_waits_on_and_holds_up_nobody(
    store: Store, launcher: Launcher, begin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = (begin() for _ in range(3))
    second, third, fourth = (begin() for _ in range(3))
    for run in (first, "nobody"):
        store.queue.put_back(run)
    launch, failing = launcher.launch, {first}

    def no_process(run_id: str) -> None:
        if run_id in failing:
            raise OSError("Cannot allocate memory")
        launch(run_id)

    monkeypatch.setattr(launcher, "launch", no_process)
    monkeypatch.setenv("RNN_EXPLORER_RUNS", "4")
    admit(store, launcher)
    assert store.queue.places() == {first: 1, third: 2, fourth: 3}
    assert launcher.launched[3:] == [second]
    failing.clear()
    admit(store, launcher)
    assert launcher.launched[3:] == [second, first]


def test_a_visitor_trains_two_at_a_time_and_holds_nobody_up(
    store: Store, launcher: Launcher, begin: Callable[..., str]
) -> None:
    first, second, third = (begin("ann") for _ in range(3))
    other = begin("bob")
    assert launcher.launched == [first, second, other]
    assert statuses(store, [third]) == [("waiting", "own")]
    claimed(store, first, "worker").commit(status="finished", reason="stopped", worker=None)
    admit(store, launcher)
    assert launcher.launched[3:] == [third]


def test_a_series_counts_as_one_of_its_owner(
    store: Store, launcher: Launcher, begin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_RUNS", "9")
    sweep = [begin("ann", "sweep") for _ in range(4)]
    beside = begin("ann")
    third = begin("ann")
    assert launcher.launched == [*sweep, beside]
    assert statuses(store, [third]) == [("waiting", "own")]


def test_runs_of_nobody_are_not_counted_together(
    launcher: Launcher, begin: Callable[..., str]
) -> None:
    runs = [begin(None) for _ in range(3)]
    assert launcher.launched == runs


def test_who_has_been_gone_for_a_minute_loses_the_place(
    store: Store, launcher: Launcher, begin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [begin() for _ in range(6)]
    now = run_of(store, runs[0]).read_at
    monkeypatch.setattr("rnncore.runs.clock.time", lambda: now + 50)
    for run_id in (runs[0], runs[5]):
        store.renew_lease(run_id)
    monkeypatch.setattr("rnncore.runs.clock.time", lambda: now + 61)
    assert store.queue.admit(3) == [runs[5]]  # no worker came to the first three in so long
    assert statuses(store, runs[3:5]) == [("paused", "unwatched")] * 2
    assert store.queue.places() == {}


@pytest.mark.parametrize(
    ("command", "becomes"), [("pause", ("paused", "asked")), ("stop", ("finished", "stopped"))]
)
def test_pause_and_stop_take_a_run_out_of_the_queue(
    store: Store, launcher: Launcher, begin: Callable[..., str], command: str, becomes: object
) -> None:
    runs = [begin() for _ in range(5)]
    request(store, launcher, runs[3], command)  # type: ignore[arg-type]
    assert statuses(store, runs[3:4]) == [becomes]
    assert store.queue.places() == {runs[4]: 1}
    request(store, launcher, runs[3], "resume")
    assert store.queue.places() == {runs[4]: 1, runs[3]: 2}  # at the end
    names = [command.name for command in claimed(store, runs[3], "worker").commands_after(0)]
    assert names == ["start", "resume"]


def test_two_servers_never_let_one_run_in_twice(store: Store) -> None:
    runs = [started(store, watched=True) for _ in range(12)]
    for run_id in runs:
        assert store.queue.join(run_id)
    with closing(Store()) as other, ThreadPoolExecutor(8) as pool:
        both = [(store, other)[k % 2].queue for k in range(16)]
        admitted = list(pool.map(lambda queue: queue.admit(5), both))
    assert sorted(run_id for found in admitted for run_id in found) == sorted(runs[:5])


def test_a_worker_with_nothing_to_do_makes_room_for_who_waits(
    store: Store, launcher: Launcher, begin: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_RUNS", "1")
    first = begin("ann")
    with driven(store, first):
        wait_for_status(store, first, "running")
        request(store, launcher, first, "pause")
        wait_for_status(store, first, "paused")
        assert run_of(store, first).alive  # and resumes at once, as long as nobody waits
        second = begin("bob")
        assert launcher.launched == [first]
        wait_for(lambda: not run_of(store, first).alive)
        admit(store, launcher)
        assert launcher.launched == [first, second]
    request(store, launcher, first, "resume")
    assert statuses(store, [first]) == [("waiting", "full")]
    claimed(store, second, "worker").commit(status="finished", reason="completed", worker=None)
    admit(store, launcher)
    with driven(store, first):
        wait_for_status(store, first, "running")


def test_a_paused_run_that_nobody_watches_any_more_makes_room_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_status(store, run_id, "running")
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        # Its lease has run out, and the time after which it ends by itself has not.
        alone = property(lambda heartbeat: 1.5 * lease_seconds())
        monkeypatch.setattr(Heartbeat, "unwatched", alone)
        store.send(run_id, "leave")
        wait_for(lambda: not run_of(store, run_id).alive)


def test_a_worker_that_trains_does_not_leave(store: Store, launcher: Launcher) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_status(store, run_id, "running")
        store.send(run_id, "leave")
        sent = store.send(run_id, "set", {"setting": "temperature", "value": 0.5})
        wait_for(lambda: run_of(store, run_id).last_command == sent)
        assert (run_of(store, run_id).alive, run_of(store, run_id).status) == (True, "running")
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        store.send(run_id, "resume")
        wait_for_status(store, run_id, "running")


def test_a_press_at_the_last_moment_keeps_the_worker(store: Store) -> None:
    run_id = store.create_run(SMALL)
    claim = claimed(store, run_id, "worker")
    seen = store.send(run_id, "pause")
    resumed = store.send(run_id, "resume")
    assert not claim.release(seen)
    assert run_of(store, run_id).alive
    assert claim.release(resumed)
    assert not run_of(store, run_id).alive
    assert store.queue.join(run_id)


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "²", "9" * 5000])
def test_a_limit_that_is_no_number_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNN_EXPLORER_RUNS", value)
    with pytest.raises(ValueError, match=r"RNN_EXPLORER_RUNS is .*whole number from 1 on"):
        capacity()


def test_by_default_half_of_the_free_memory_is_filled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_RUNS", " ")
    assert 1 <= capacity() <= MOST


def test_a_control_group_limits_the_memory(tmp_path: Path) -> None:
    root = tmp_path
    group = root / "sys/fs/cgroup/box/inner"
    group.mkdir(parents=True)
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text("MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n")
    assert free_memory(root) == 8_000_000 * 1024
    (root / "proc/self/cgroup").write_text("0::/box/inner\n")
    (group / "memory.max").write_text("max\n")
    (group / "memory.current").write_text("1000\n")
    assert free_memory(root) == 8_000_000 * 1024
    (group.parent / "memory.max").write_text("500000000\n")
    (group.parent / "memory.current").write_text("200000000\n")
    (group.parent / "memory.stat").write_text("anon 1\ninactive_file 50000000\n")
    assert free_memory(root) == 350_000_000


def test_a_worker_that_left_has_read_why(store: Store, launcher: Launcher) -> None:
    run_id = started(store)
    with driven(store, run_id):
        wait_for_status(store, run_id, "running")
        store.send(run_id, "pause")
        wait_for_status(store, run_id, "paused")
        told = store.send(run_id, "leave")
        wait_for(lambda: not run_of(store, run_id).alive)
    assert run_of(store, run_id).last_command == told


def test_runs_wait_again_where_no_worker_can_be_called(store: Store) -> None:
    class Leaving(Launcher):
        """A cluster that goes away after the first run."""

        def launch(self, run_id: str, *others: str) -> None:
            if self.launched:
                raise ClusterError("cluster_away", "It does not answer.")
            super().launch(run_id, *others)

    runs = [store.create_run(SMALL, watched=False) for _ in range(3)]
    for run_id in runs:
        store.queue.join(run_id)
    with pytest.raises(ClusterError):
        admit(store, Leaving())
    assert [run_of(store, run_id).status for run_id in runs] == ["queued", "waiting", "waiting"]
    assert store.queue.places() == {runs[1]: 1, runs[2]: 2}
