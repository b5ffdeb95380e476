"""The table of runs, what can be done with those that are chosen, and their curves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.runs import chosen_runs, curves, importing, view
from pages.ui.visit.session import Session
from pages.ui.widgets import held
from pages.ui.widgets.settings import label
from rnncore.config import Config, is_number
from rnncore.runs.row import RunRow
from rnncore.runs.summary import Summary, changes, differing
from rnncore.runs.tree import ORDERS, Placed, ordered

EVERY = ""
STATES: dict[str, Callable[[RunRow], bool]] = {
    EVERY: lambda run: True,
    "going": view.going,
    "paused": lambda run: run.status == "paused",
    "finished": lambda run: run.status == "finished",
    "failed": lambda run: run.status in ("failed", "lost"),
    "pinned": lambda run: bool(run.pinned),
    "by_hand": lambda run: run.series is None,
    "trials": lambda run: run.series is not None,
}
ROWS, ROW = 6, 32
"""Rows that are in sight at once, and the pixels of one."""
INDENT = "\u2003"
FORMATS: dict[str, Any] = {
    **dict.fromkeys(("best", "test"), "%.3f"),
    **dict.fromkeys(("at", "updates", "tokens"), "localized"),
    "seconds": "%.1f",
}
"""How the columns of numbers are written; settings as they are."""


def draw(visit: Session, row: DeltaGenerator, found: list[Summary]) -> None:
    """Filters, table, what can be done, curves; or how to begin."""
    if not found:
        _empty(visit)
        importing.draw(visit)
        return
    known = cache(partial(view.value_text, visit))
    kept = _filters(visit, row, found, known)
    placed = ordered(kept, _order(visit))
    ids = [one.summary.run.id for one in placed]
    picked = [run_id for run_id in view.named(visit, "chosen") if run_id in ids]
    if not placed:
        _no_match(visit)
        importing.draw(visit)
        return
    _table(visit, placed, picked, found, known)
    by_id = {one.run.id: one for one in kept}
    chosen_runs.draw(visit, [by_id[run_id] for run_id in picked])
    curves.draw(visit, [by_id[run_id] for run_id in picked] or [one.summary for one in placed])
    importing.draw(visit)
    view.follow(visit, [one.run for one in kept])


def columns(
    visit: Session,
    placed: list[Placed],
    found: Iterable[Summary],
    known: Callable[[str, Any], str],
) -> dict[str, list[Any]]:
    """The table, column by column, by the keys of their names; settings by their own names."""
    t, all_runs = visit.t, {one.run.id: one for one in found}
    shown = [one.summary for one in placed]
    table: dict[str, list[Any]] = {"name": [_indented(one) for one in placed]}
    if any(one.run.parent for one in shown):
        table["changed"] = [_changed(visit, one, all_runs) for one in shown]
    table |= {
        "best": [one.facts.best and one.facts.best.perplexity for one in shown],
        "at": [one.facts.best and one.facts.best.step for one in shown],
        "test": [one.facts.test and one.facts.test.perplexity for one in shown],
        "status": [view.status_text(t, one) for one in shown],
    }
    settings = [one.at_best for one in shown]
    for name in differing(shown):
        values = [of.get(name) for of in settings]
        table[name] = values if is_number(name) else [known(name, value) for value in values]
    table |= {
        "updates": [one.run.step for one in shown],
        "tokens": [one.tokens for one in shown],
        "seconds": [one.facts.seconds for one in shown],
    }
    if any(one.run.pinned for one in shown):
        table["pin"] = ["✓" if one.run.pinned else "" for one in shown]
    if any(one.run.note for one in shown):
        table["note"] = [one.run.note or "" for one in shown]
    return table


def _table(
    visit: Session,
    placed: list[Placed],
    picked: list[str],
    found: list[Summary],
    known: Callable[[str, Any], str],
) -> None:
    t, table = visit.t, columns(visit, placed, found, known)
    config = st.column_config
    looks: dict[str, Any] = {}
    for name in table:
        own = f"runs.columns.{name}"
        said: dict[str, Any] = {
            "label": t(own) if own in t else label(t, name),
            "help": t(f"{own}_help") if f"{own}_help" in t else None,
        }
        if name in FORMATS or (name in Config.model_fields and is_number(name)):
            looks[name] = config.NumberColumn(**said, format=FORMATS.get(name, "plain"))
        else:
            wide = {"name": 170, "changed": 220}.get(name)
            looks[name] = config.TextColumn(**said, width=wide, pinned=name == "name")
    held.rows(
        visit,
        "chosen",
        [one.summary.run.id for one in placed],
        picked,
        table,
        column_config=looks,
        height=(min(len(placed), ROWS) + 1) * ROW + 2,
        row_height=ROW,
        placeholder="–",
        alt=t("runs.table.alt", n=len(placed)),
    )
    texts = {one.summary.settings.get("corpus") for one in placed}
    several = t("runs.table.texts", n=len(texts)) if len(texts) > 1 else ""
    hint = "" if picked else t("runs.chosen.none")
    counted = t("runs.table.says", n=len(placed), of=len(found))
    st.caption(" ".join(filter(None, (counted, several, hint))))


def _filters(
    visit: Session, row: DeltaGenerator, found: list[Summary], known: Callable[[str, Any], str]
) -> list[Summary]:
    """Draw what narrows the table; the runs that are left."""
    t = visit.t
    texts = [EVERY, *dict.fromkeys(str(one.settings.get("corpus", "")) for one in found)]
    wanted, text, state = (visit.value(name, EVERY) for name in ("search", "text", "state"))
    text, state = text if text in texts else EVERY, state if state in STATES else EVERY
    with row:
        held.search(
            visit,
            "search",
            "runs.filters.search",
            wanted,
            placeholder=t("runs.filters.search"),
            label_visibility="collapsed",
            width=150,
        )
        _list(
            visit,
            "text",
            text,
            texts,
            lambda name: known("corpus", name) if name else t("runs.filters.texts"),
        )
        _list(visit, "state", state, list(STATES), lambda name: t(f"runs.states.{name or 'every'}"))
        _list(visit, "order", _order(visit), list(ORDERS), lambda name: t(f"runs.orders.{name}"))
    return [
        one
        for one in found
        if STATES[state](one.run)
        and text in (EVERY, one.settings.get("corpus"))
        and _matches(one, wanted, known)
    ]


def _list(
    visit: Session, name: str, value: str, values: list[str], say: Callable[[str], str]
) -> None:
    held.selectbox(
        visit,
        name,
        f"runs.filters.{name}",
        value,
        values,
        say,
        label_visibility="collapsed",
        width=132,
    )


def _order(visit: Session) -> Any:
    order = visit.value("order", "best")
    return order if order in ORDERS else "best"


def _matches(one: Summary, wanted: str, known: Callable[[str, Any], str]) -> bool:
    """Whether every word that is looked for stands in what the table says of a run."""
    run = one.run
    said = [run.id, run.called, run.note or "", known("corpus", one.settings.get("corpus", ""))]
    said += [f"{name}={value}" for name, value in one.at_best.items()]
    text = "\n".join(said).casefold()
    return all(word in text for word in wanted.casefold().split())


def _indented(placed: Placed) -> str:
    name = placed.summary.run.called
    return f"{INDENT * (placed.depth - 1)}└ {name}" if placed.depth else name


def _changed(visit: Session, one: Summary, all_runs: Mapping[str, Summary]) -> str:
    """What a branch changed; of a parent that is not there, or not the visitor's, nobody knows."""
    if one.run.parent is None:
        return ""
    parent = all_runs.get(one.run.parent)
    if parent is None:
        return visit.t("runs.table.parent_gone")
    return view.changes_text(visit, changes(one, parent)) or visit.t("runs.table.continued")


def _no_match(visit: Session) -> None:
    """Say that no run fits what narrows the table, and offer to take all of that away."""
    st.info(visit.t("runs.table.none"), icon=":material/search_off:")
    held.button(
        visit,
        "every",
        "runs.table.every",
        dict.fromkeys(("search", "text", "state")),
        icon=":material/filter_list_off:",
    )


def _empty(visit: Session) -> None:
    st.info(visit.t("runs.empty.says"), icon=":material/flag:")
    st.page_link(
        visit.pages["overview"],
        label=visit.t("runs.empty.begin"),
        icon=":material/play_arrow:",
        query_params=visit.link(visit.config),
    )
