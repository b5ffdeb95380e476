"""A page that keeps its connection but reads nothing: it costs little, and others nothing."""

from __future__ import annotations

import pytest

from pages.ui.streaming import mailbox
from pages.ui.streaming.hub import Hub
from rnncore.runs.records import Record
from rnncore.runs.store import Store
from tests.runs.streams import Stream, serving
from tests.runs.support import SMALL, wait_for


@pytest.mark.slow
def test_its_mailbox_is_bounded_and_it_misses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "ROOM", 50)
    large = "x" * 20_000
    hub = Hub(lambda: store, lambda record: [{"op": "draw", "step": record.step, "text": large}])
    run_id, last = store.create_run(SMALL), 1000  # 20 MB: more than the system keeps for a reader
    with serving(hub) as port:
        deaf = Stream(port, f"/live/{run_id}")
        deaf.event()  # the last it reads for now
        (subscriber,) = hub._watches[run_id].subscribers
        for step in range(1, last, 100):
            later = range(step, step + 100)
            store.append(run_id, [Record(each, "epoch", {"value": 1.0}) for each in later])
            wait_for(lambda: hub._watches[run_id].seq == step + 99)  # noqa: B023
        wait_for(lambda: subscriber.behind)
        assert len(subscriber._updates) <= 50
        hearing = Stream(port, f"/live/{run_id}?after={last - 1}")
        assert hearing.steps(last) == [last]
        hearing.close()
        assert deaf.steps(last) == list(range(1, last + 1)), "all is there once it does"
        deaf.close()
