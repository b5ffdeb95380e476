"""The four panels of one run, alone or beside those of others: live, or as of an update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui.live.figures import perplexity
from pages.ui.live.panels import progress_of, skeletons, translate
from pages.ui.serving import server
from pages.ui.streaming.operations import Op
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import Callbacks, Feed, mount
from rnncore.errors import StoreError
from rnncore.runs.downsample import downsample
from rnncore.runs.records import Record, run_view
from rnncore.runs.row import RunRow
from rnncore.views import RunView

GROUP, ALONE = "beside", "latest"
"""Panels of the group mark together what is pointed at in one of them; `key` of those alone."""


@dataclass
class Unstreamed:
    """Whether the browser cannot open streams, so that the page feeds the panels, and the number
    of the last batch that it gave."""

    needed: bool = False
    batch: int = 0


def panels(
    visit: Session,
    run: RunRow,
    *,
    key: str,
    at: int | None = None,
    beyond: bool = True,
    last: int = 0,
) -> bool:
    """Draw the run's panels, as after `at` updates, or live; False if it has nothing to show yet.

    The curves of panels `at` an update go on `beyond` it, or end there. Panels that stand beside
    others mark the same update and word, and their curves have room for the same `last` update.
    """
    try:
        store = server.store()
        reported = store.records_after(run.id, kinds=("run",), damaged=[])
        if not reported:
            st.caption(visit.t("runs.compare.waits"))
            return False
        view = run_view(reported[-1].payload)
        if at is not None:
            feed = Feed(
                f"{run.id}@{at}{beyond:d}",
                None,
                _until(store.records_after(run.id, damaged=[]), at, beyond=beyond),
            )
        elif visit.state(Unstreamed).needed:
            feed = _fed(visit, run)
        else:
            feed = Feed(run.id, f"live/{run.id}")
    except StoreError as error:
        visit.problem = error
        return False
    _mount(visit, run, view, feed, key, at, last)
    return True


def _mount(
    visit: Session, run: RunRow, view: RunView, feed: Feed, key: str, at: int | None, last: int
) -> None:
    link = None if key == ALONE else {"group": GROUP, "at": at}
    epochs = server.epochs(run)
    planned = view._replace(updates=view.updates * epochs // max(run.config.epochs, 1))
    done = run.step if at is None else at
    progress = progress_of(planned, run.status, done, epochs, run.standing)

    def note() -> None:
        visit.from_widget = True

    def fall_back() -> None:
        visit.from_widget = visit.state(Unstreamed).needed = True

    mount(
        key,
        {**_with_room(skeletons(planned, visit.language, False), last), "link": link},
        progress,
        feed,
        Callbacks(status=note, fallback=fall_back),
    )


def _with_room(described: dict[str, Any], last: int) -> dict[str, Any]:
    """The panels with room for so many updates in the plots of the curves. `described` is a copy
    from the cache."""
    for panel in described["panels"]:
        if panel["id"] != perplexity.NAME:
            continue
        for plot in (panel["plot"], *(view["plot"] for view in panel["views"])):
            for figure in (plot or {}).values():
                figure["layout"]["xaxis"]["autorangeoptions"]["include"].append(last)
    # What is drawn anew is told by its wording.
    return {**described, "wording": f"{described['wording']}-{last}"}


def _until(records: list[Record], at: int, *, beyond: bool) -> list[Op]:
    """What the panels showed after `at` updates; where the curves go on, one sees what came. Of
    the clouds only the first and the newest are kept: neither is that of an update between them."""
    clouds = [record.step for record in records if record.kind == "cloud"]
    between = any(step > at for step in clouds)
    ops: list[Op] = []
    for record in downsample(records):
        if record.kind == "cloud" and between and record.step < at:
            continue
        drawn = translate(record)
        if record.step > at:
            curves = ("extend", perplexity.NAME)
            drawn = [op for op in drawn if beyond and (op["op"], op.get("figure")) == curves]
        ops += drawn
    # A stretch of updates may have begun before, and ended after.
    moved = [op for op in ops if op["op"] == "progress"]
    return [*ops, *({**op, "done": at} for op in moved[-1:])]


def _fed(visit: Session, run: RunRow) -> Feed:
    fed = visit.state(Unstreamed)
    seq, ops = server.hub().records_since(run.id, 0)
    fed.batch += 1
    return Feed(run.id, None, ops, seq, fed.batch)
