"""Joining is cheap: what newcomers are sent is read, condensed and encoded once for all."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import pytest

from pages.ui.streaming import history, watch
from pages.ui.streaming.hub import Hub
from rnncore.runs.records import Record
from rnncore.runs.store import Store
from tests.runs.streams import Stream, draw, epochs, serving
from tests.runs.support import SMALL, wait_for


class Condensing:
    """Notes how often a history was condensed."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def __call__(self, records: Sequence[Record]) -> list[Record]:
        self.lengths.append(len(records))
        return list(records)


def test_many_who_join_share_one_history(store: Store) -> None:
    condense = Condensing()
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 200))
    hub = Hub(lambda: store, draw, downsample=condense)
    with serving(hub) as port:
        crowd = [Stream(port, f"/live/{run_id}") for _ in range(20)]
        for stream in crowd:
            assert stream.steps(200) == list(range(1, 201))
        store.append(run_id, epochs(201, 230))
        for stream in crowd:
            assert stream.steps(230) == list(range(201, 231))
        late = [Stream(port, f"/live/{run_id}") for _ in range(5)]
        back = Stream(port, f"/live/{run_id}?after=215")
        for stream in late:
            assert stream.steps(230) == list(range(1, 231))
        assert back.steps(230) == list(range(216, 231))
        assert condense.lengths == [200]
        for stream in (*crowd, *late, back):
            stream.close()
        wait_for(lambda: hub.watched() == set())
        again = Stream(port, f"/live/{run_id}")
        assert again.steps(230) == list(range(1, 231))
        again.close()


def test_those_who_watch_hold_no_history_of_their_own(store: Store) -> None:
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 2))
    hub = Hub(lambda: store, lambda record: [{"op": "draw", "step": record.step, "x": "x" * 2**20}])
    with serving(hub) as port:
        first = Stream(port, f"/live/{run_id}")
        first.steps(2)
        tracemalloc.start()
        try:
            crowd = [Stream(port, f"/live/{run_id}") for _ in range(20)]
            for stream in crowd:
                stream.steps(2)
            wait_for(lambda: tracemalloc.get_traced_memory()[0] < 10 * 2**20)
        finally:
            tracemalloc.stop()
        for stream in (first, *crowd):
            stream.close()


def test_a_history_that_has_grown_old_is_made_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "ROOM", 10)
    condense = Condensing()
    run_id = store.create_run(SMALL)
    store.append(run_id, epochs(1, 5))
    hub = Hub(lambda: store, draw, downsample=condense)
    with serving(hub) as port:
        first = Stream(port, f"/live/{run_id}")
        assert first.steps(5) == [1, 2, 3, 4, 5]
        store.append(run_id, epochs(6, 40))
        assert first.steps(40) == list(range(6, 41))
        second = Stream(port, f"/live/{run_id}")
        assert second.steps(40) == list(range(1, 41))
        assert condense.lengths == [5, 40]
        first.close()
        second.close()


def test_only_a_few_histories_stay_in_memory(store: Store) -> None:
    hub = Hub(lambda: store, draw)
    with serving(hub) as port:
        for _ in range(history.KEPT + 3):
            run_id = store.create_run(SMALL)
            store.append(run_id, epochs(1, 2))
            stream = Stream(port, f"/live/{run_id}")
            stream.steps(2)
            stream.close()
        assert len(hub._histories._kept) == history.KEPT
