"""A sweep of the server's store whose trials end as a test says."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from rnncore.runs.store import Store
from rnncore.sweeps.book import Sweeps
from rnncore.sweeps.plan import Plan
from tests.pages.conftest import ME, Visit
from tests.sweeps.support import Sweep

BASE = {"grammar_tokens": 2000, "embedding_size": 4, "time_size": 5}
SPACE: dict[str, Any] = {
    "learning_rate": {"low": 0.001, "high": 0.1},
    "hidden_size": [8, 16],
}


def swept(
    store: Store, *bits: float | None, owner: str | None = ME, going: bool = True, **changes: Any
) -> Sweep:
    """A sweep; each trial has ended with these bits, None for one that diverged. It has more to do
    where it is `going`."""
    more = 2 if going else 0
    values = {"base": BASE, "space": SPACE, "updates": 100, "trials": len(bits) + more, **changes}
    sweep = Sweep(store, Plan.parse(values))
    with store.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE sweeps SET owner = ?", (owner,))
    for number, value in enumerate(bits):
        sweep.tick()
        told = [9.0] if value is None else [value + 1, value]
        sweep.end(number, told, "diverged" if value is None else "completed")
    sweep.tick()
    return sweep


def open_sweep(visit: Visit, sweep: Sweep, **values: str) -> AppTest:
    """The page with this sweep."""
    app = visit().switch_page("../tune.py")
    app.query_params.clear()
    said = {f"tune.{name}": value for name, value in values.items()}
    app.query_params.update({"tune.sweep": sweep.id, **said})
    app.run()
    assert not app.exception, app.exception
    return app


def start(app: AppTest) -> Any:
    """The first button: it starts, pauses and resumes."""
    return app.button(key="primary")


def said(app: AppTest) -> str:
    """All that the page says."""
    return "\n".join(one.value for one in [*app.markdown, *app.caption])


def only(store: Store) -> Any:
    """The one sweep of the visitor."""
    (row,) = Sweeps(store).of(ME)
    return row
