"""The thread that lets runs in: it goes on whatever one attempt comes to."""

from __future__ import annotations

from threading import Event

import pytest

from pages.ui.serving import server
from rnncore.errors import ClusterError, StoreError


@pytest.mark.parametrize("trouble", [RuntimeError("no thread"), StoreError("locked", "Locked.")])
def test_the_queue_is_tried_again(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    over, attempts = Event(), list[int]()

    def attempt(*_: object) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise trouble
        over.set()

    monkeypatch.setattr(server, "admit", attempt)
    monkeypatch.setattr(server, "store", lambda: None)
    monkeypatch.setattr(server, "executor", lambda: None)
    monkeypatch.setattr(server, "ADMIT_SECONDS", 0.001)
    server._admit_until(over)
    assert len(attempts) == 2


def test_a_cluster_that_is_away_is_told_until_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    away, told = ClusterError("cluster_away", "It does not answer."), list[ClusterError | None]()

    def attempt(*_: object) -> None:
        told.append(server.hindrance())
        if len(told) == 1:
            raise away
        if len(told) == 3:
            over.set()

    over = Event()
    monkeypatch.setattr(server, "admit", attempt)
    monkeypatch.setattr(server, "store", lambda: None)
    monkeypatch.setattr(server, "executor", lambda: None)
    monkeypatch.setattr(server, "ADMIT_SECONDS", 0.001)
    server._admit_until(over)
    assert told == [None, away, None]
