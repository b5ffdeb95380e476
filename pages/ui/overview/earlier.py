"""The visit's earlier runs: grey curves beneath the present one, and what to know of each."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages.ui.overview.others import Seen
from pages.ui.serving import server
from pages.ui.visit.i18n import literal, shortened
from pages.ui.visit.session import Session
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.settings import label, worded
from rnncore.config import Config, text_settings
from rnncore.errors import StoreError
from rnncore.runs.curves import read_curve
from rnncore.runs.downsample import evenly
from rnncore.runs.row import RunRow
from rnncore.runs.summary import Summary
from rnncore.views import Ghost

MOST = 4
"""Earlier runs that are shown: the pinned ones, then the newest."""
POINTS = 80
"""Most points of a grey curve."""
NAME = 9
"""Characters of a name at the end of a grey curve."""
NAMED = 3
"""Differing settings that a chip names."""
ASIDE = ("temperature", "pace", "threads")
"""Settings that leave a run's curves as they are."""


class Earlier(NamedTuple):
    """An earlier run of the visit."""

    summary: Summary

    @property
    def run(self) -> RunRow:
        return self.summary.run

    @property
    def settings(self) -> Config:
        return Config.parse(self.summary.settings)

    @property
    def at_best(self) -> Config:
        """The settings with which its best value was reached."""
        return Config.parse(self.summary.at_best)


def earlier(visit: Session, run: RunRow | None) -> list[Earlier]:
    """The runs that the visit has seen before this one."""
    ids = [one for one in visit.state(Seen).ids if run is None or one != run.id]
    if not ids:
        return []
    store = server.store()
    try:
        found = store.heads(ids)
        there = [found[one] for one in ids if one in found and found[one].settings]
        chosen = sorted(there, key=lambda one: (not one.pinned, -one.created))[:MOST]
        return [Earlier(one) for one in store.summaries.of(chosen)]
    except StoreError:  # said where the page's own run is looked for
        return []


def ghosts(runs: list[Earlier], config: Config) -> tuple[Ghost, ...]:
    """The curves of those that read the same text: bits of another text compare to nothing."""
    alike = [one for one in runs if not set(text_settings()) & set(_differing(one.at_best, config))]
    return tuple(filter(None, (_ghost(one) for one in alike)))


def chips(visit: Session, run: RunRow | None, runs: list[Earlier]) -> None:
    """Draw what to know of each, with a way back to it, a pin, and a way to see it beside `run`."""
    t = visit.t
    if not runs:
        st.caption(t("earlier.none"))
    for one in runs:
        with st.container(gap="xxsmall", key=f"earlier.{one.run.id}"):
            st.markdown(_said(visit, one))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.page_link(
                    visit.pages["here"],
                    label=t("earlier.open"),
                    icon=":material/undo:",
                    help=t("earlier.open_help"),
                    query_params=visit.link(one.settings) | {"run": one.run.id},
                )
                if run is not None:
                    st.page_link(
                        visit.pages["runs"],
                        label=t("earlier.beside"),
                        icon=":material/compare:",
                        help=t("earlier.beside_help"),
                        query_params=visit.link_to("runs", compare=f"{one.run.id},{run.id}"),
                    )
                _pin(visit, one)


def _said(visit: Session, one: Earlier) -> str:
    """What it is called, the settings that differ from those above, and how far it came."""
    t, settings = visit.t, one.at_best
    names = [name for name in _differing(settings, visit.config) if name not in ASIDE]
    parts = [
        f"{literal(label(t, name))} {worded(visit, name, getattr(settings, name))}"
        for name in names[:NAMED]
    ]
    if len(names) > NAMED:
        parts.append(t("earlier.more", n=len(names) - NAMED))
    what = " · ".join(parts) or t("earlier.same")
    best = one.summary.facts.best
    if best is None:
        came = t("earlier.nothing")
    else:
        came = t(
            "earlier.came",
            perplexity=f"{best.perplexity:.4g}",
            update=f"{best.step:,}",
            seconds=f"{one.summary.facts.seconds:.3g}",
        )
    return f"**{literal(one.run.called)}** {what}  \n{came}"


def _pin(visit: Session, one: Earlier) -> None:
    pinned = bool(one.run.pinned)
    st.button(
        visit.t(f"earlier.{'unpin' if pinned else 'pin'}"),
        key=f"earlier.pin.{one.run.id}",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        type="tertiary",
        on_click=lambda: attempt(visit, lambda: server.store().labels.pin(one.run.id, not pinned)),
    )


def _differing(one: Config, other: Config) -> list[str]:
    return [name for name in Config.model_fields if getattr(one, name) != getattr(other, name)]


def _ghost(one: Earlier) -> Ghost | None:
    """The run's held-out curve; None where nothing was measured yet."""
    try:
        updates, bits = _curve(one.run.id, one.run.last_seq, one.run)
    except StoreError:  # said where the page's own run is looked for
        return None
    return Ghost(shortened(one.run.called, NAME), updates, bits) if bits else None


@st.cache_data(max_entries=64, show_spinner=False)
def _curve(run_id: str, last_seq: int, _run: RunRow) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Updates and bits, as they stood with the record `last_seq`, in POINTS points or fewer."""
    curve = read_curve(server.store(), _run)
    places = evenly([int(update) for update in curve.updates], POINTS)
    return (
        tuple(int(curve.updates[place]) for place in places),
        tuple(curve.bits[place] for place in places),
    )
