"""Start, pause, step, stop, reset: the buttons, and what they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st

from pages.ui.overview.others import Seen
from pages.ui.serving import server
from pages.ui.visit.i18n import literal
from pages.ui.visit.identity import may_read
from pages.ui.visit.session import Session
from pages.ui.widgets.offers import attempt
from pages.ui.widgets.panels import GOING, PHASES
from pages.ui.widgets.pending import listed, pending
from pages.ui.widgets.settings import corpus_title
from rnncore.config import Config, live_settings
from rnncore.errors import RnnError, StoreError
from rnncore.runs.claim import CommandName
from rnncore.runs.row import RunRow, new_run_id
from rnncore.runs.troubles import unknown_run


@dataclass
class Followed:
    """The run whose settings were taken over, and its live settings as last heard."""

    run_id: str | None = None
    live: dict[str, Any] = field(default_factory=dict)


@dataclass
class NextRuns:
    """By config, the id that a run with it will have: its stream is open before it begins."""

    ids: dict[Config, str] = field(default_factory=dict)

    def id_of(self, config: Config) -> str:
        return self.ids.setdefault(config, new_run_id())


def watched(visit: Session) -> RunRow | None:
    """The run in the URL; if there is none of that id, say so and go on without."""
    if visit.run_id is None:
        return None
    try:
        run = server.find(visit.run_id)
        if run is None:
            raise unknown_run(visit.run_id)
        _follow(visit, run)
    except RnnError as error:
        visit.problem = error
        if error.code in ("unknown_run", "store_replaced"):
            visit.run_id = None
        return None
    return run


def _follow(visit: Session, run: RunRow) -> None:
    """Show the settings that the run has now, whoever changed them and wherever.

    A run that comes new to the visit brings all its settings. Those of the URL that act on Reset
    stay as they are, for they wait for it; of those that act at once, the run's are the truth.
    """
    settings = server.store().present_settings(run)
    if not may_read(visit.visitor, run.config.corpus):
        del settings["corpus"]
    live = {name: settings[name] for name in live_settings()}
    followed = visit.state(Followed)
    if followed.run_id != run.id:
        known: dict[str, Any] = {**settings, **visit.config.differences()}
        changes = live
    else:
        known = visit.config.differences()
        changes = {name: value for name, value in live.items() if value != followed.live[name]}
    visit.config = Config.parse({**known, **changes})
    followed.run_id, followed.live = run.id, live


def act_at_once(visit: Session, name: str) -> None:
    """Let the run that is on know a setting that can change under way, if it is the visitor's."""
    run = server.find_or_none(visit.run_id)
    if run is not None and name in live_settings() and controlled(visit, run):
        value = getattr(visit.config, name)
        attempt(visit, lambda: send(visit, "set", {"setting": name, "value": value}))


def controlled(visit: Session, run: RunRow) -> bool:
    """Whether the buttons are the visitor's to press; others may watch."""
    try:
        return server.controls(visit.visitor.id, run)
    except StoreError:  # said where the run is looked for
        return False


def send(visit: Session, command: CommandName, value: object = None) -> None:
    """Ask something of the watched run."""
    if visit.run_id is not None:
        server.command(visit.visitor.id, visit.run_id, command, value)


def bar(visit: Session, run: RunRow | None, *, ready: bool, mine: bool) -> None:
    """Draw the buttons. Without `ready` nothing can be started with these settings; a run that is
    not `mine` can only be watched."""
    t = visit.t
    if run is not None and not mine:
        _watching(visit, run)
        return
    if run is not None:
        visit.state(Seen).add(run.id)
    phase = PHASES[run.status] if run else "none"
    over = run is not None and run.status == "finished" and run.reason == "completed"
    going = phase in GOING
    name, icon, action = (
        ("pause", "pause", lambda: send(visit, "pause"))
        if going
        else ("resume", "play_arrow", lambda: send(visit, "resume"))
        if phase in ("paused", "final") and not over
        else (
            "start_again" if over else "start",
            "play_arrow",
            partial(begin, visit, "start", visit.run_id),
        )
    )
    saved = run is not None and run.reason == "diverged"
    _button(
        visit,
        name,
        icon,
        "Space",
        action,
        primary=True,
        off=not ready,
        key="primary",
        help_of="resume_saved" if name == "resume" and saved else name,
    )
    _button(
        visit,
        "step",
        "skip_next",
        "N",
        partial(send, visit, "step") if run else partial(begin, visit, "step", visit.run_id),
        off=not ready or going or phase == "final",
    )
    if run is None:  # there is nothing to end
        return
    _button(
        visit,
        "stop",
        "stop",
        "S",
        lambda: send(visit, "stop"),
        off=phase not in (*GOING, "paused"),
    )
    if over:
        _going_on(visit, run)
    _button(visit, "reset", "restart_alt", "0", lambda: _reset(visit, phase))
    waiting = pending(visit, run)
    if waiting:
        changes = listed(visit, waiting)
        key = "pending_again" if over else "pending"
        st.caption(t(f"transport.{key}", changes=changes), width="content")


def _watching(visit: Session, run: RunRow) -> None:
    """What another visitor's run offers: to begin one's own."""
    t = visit.t
    _button(
        visit,
        "start_own",
        "play_arrow",
        "Space",
        partial(begin, visit, "start", visit.run_id),
        primary=True,
        key="primary",
    )
    st.caption(t("transport.watching"), width="content")
    if not may_read(visit.visitor, run.config.corpus):
        text = literal(corpus_title(visit, visit.config.corpus))
        st.caption(t("transport.other_text", text=text), width="content")


def begin(visit: Session, command: CommandName, shown: str | None) -> None:
    """Begin a run, unless a box holds what is not taken: the page says what, and what it wants.

    `shown` is the run that was watched when the button was drawn. Where it is another by now, the
    button was pressed twice before the page had shown what the first press did: one run is enough,
    and a second step is a step of it.
    """
    if visit.run_id != shown:
        if command == "step":
            send(visit, "step")
        return
    if visit.refused:
        return
    config = visit.config
    run_id = server.store().create_run(
        config, run_id=visit.state(NextRuns).id_of(config), owner=visit.visitor.id
    )
    visit.run_id = run_id
    del visit.state(NextRuns).ids[config]
    send(visit, command)


def _going_on(visit: Session, run: RunRow) -> None:
    """A button that lets a finished run go on: to the epochs set above, or for as many again."""
    made, chosen = server.epochs(run), visit.config.epochs
    epochs = chosen if chosen > made else made + run.config.epochs
    _button(
        visit,
        "go_on",
        "fast_forward",
        "G",
        lambda: _go_on(visit, epochs),
        epochs=epochs,
    )


def _go_on(visit: Session, epochs: int) -> None:
    if visit.choose(epochs=epochs):
        send(visit, "extend", epochs)
        send(visit, "resume")


def _reset(visit: Session, phase: str) -> None:
    if phase in (*GOING, "paused"):
        send(visit, "stop")
    visit.run_id = None


def _button(
    visit: Session,
    name: str,
    icon: str,
    shortcut: str,
    action: Callable[[], None],
    *,
    primary: bool = False,
    off: bool = False,
    key: str | None = None,
    help_of: str | None = None,
    **values: int,
) -> None:
    st.button(
        visit.t(f"transport.{name}", **values),
        key=key or name,
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        shortcut=shortcut,
        help=visit.t(f"transport.{help_of or name}_help"),
        on_click=lambda: attempt(visit, action),
        disabled=off,
    )
