"""Who keeps a run alive by watching it: its owner and its controllers, nobody else."""

from __future__ import annotations

from time import sleep
from typing import Any

import pytest

from pages.ui.streaming.hub import Hub
from rnncore.runs.store import Store
from tests.runs.streams import Stream, draw, epochs, serving
from tests.runs.support import SMALL, run_of, wait_for


@pytest.mark.parametrize("who", ["owner", "controller"])
def test_the_owner_or_a_controller_who_watches_renews_the_lease(
    store: Store, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_LEASE_SECONDS", "0.3")
    run_id = store.create_run(SMALL, owner="owner")
    store.access.allow(run_id, "controller")
    hub = Hub(lambda: store, draw, identify=lambda cookies: cookies.get("who"))

    def renewed_since(lease: float | None) -> Any:
        return wait_for(lambda: run_of(store, run_id).lease != lease)

    with serving(hub) as port:
        stream = Stream(port, f"/live/{run_id}", Cookie=f"who={who}")
        renewed_since(run_of(store, run_id).lease)
        renewed_since(run_of(store, run_id).lease)
        stream.close()
    before = run_of(store, run_id).lease
    hub.records_since(run_id, keep=True)
    assert run_of(store, run_id).lease != before


@pytest.mark.slow
@pytest.mark.parametrize("owner", ["owner", None])
def test_a_watcher_keeps_no_run_alive(
    store: Store, monkeypatch: pytest.MonkeyPatch, owner: str | None
) -> None:
    monkeypatch.setenv("RNN_EXPLORER_LEASE_SECONDS", "0.3")
    run_id = store.create_run(SMALL, owner=owner)
    before = run_of(store, run_id).lease
    hub = Hub(lambda: store, draw, identify=lambda cookies: cookies.get("who"))
    with serving(hub) as port:
        watchers = [
            Stream(port, f"/live/{run_id}", **cookie) for cookie in ({}, {"Cookie": "who=x"})
        ]
        store.append(run_id, epochs(1, 1))
        for stream in watchers:
            stream.steps(1)
        sleep(0.5)  # ten looks, and ten renewals by an owner
        assert run_of(store, run_id).lease == before
        for stream in watchers:
            stream.close()
    hub.records_since(run_id)
    assert run_of(store, run_id).lease == before
