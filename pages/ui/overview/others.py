"""Runs of the visit that go on while another one, or none, is on the page."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

import streamlit as st

from pages.ui.serving import server
from pages.ui.visit.session import Session
from pages.ui.widgets.panels import GOING, PHASES
from rnncore.errors import StoreError
from rnncore.runs.row import RunRow

SECONDS = 5.0
"""From one look at them to the next."""


@dataclass
class Seen:
    """The visit's own runs that were on this page, oldest first."""

    ids: list[str] = field(default_factory=list)

    def add(self, run_id: str) -> None:
        if run_id not in self.ids:
            self.ids.append(run_id)


def others(visit: Session) -> None:
    """Say how many others are training, with the way back to the newest of them; nothing where
    there are none.

    Their owner is there, though not looking: their leases are renewed, so that none pauses.
    """
    if not _training(visit):
        return

    @st.fragment(run_every=SECONDS)
    def told() -> None:
        going = _training(visit)
        if not going:
            return
        for run in going:
            with suppress(StoreError):  # said where the page's own run is looked for
                server.hub().watching(run.id)
        newest = going[-1]
        st.page_link(
            visit.pages["here"],
            label=visit.t(f"transport.{'other' if len(going) == 1 else 'others'}", n=len(going)),
            icon=":material/undo:",
            help=visit.t("transport.others_help"),
            query_params=visit.link(newest.config) | {"run": newest.id},
        )

    told()


def _training(visit: Session) -> list[RunRow]:
    """The others that are training or wait for their turn, oldest first."""
    ids = [one for one in visit.state(Seen).ids if one != visit.run_id]
    if not ids:
        return []
    try:
        found = server.store().heads(ids)
    except StoreError:  # said where the page's own run is looked for
        return []
    return [found[one] for one in ids if one in found and PHASES[found[one].status] in GOING]
