"""What a window costs, computed and measured."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.ui.bptt.controls import BpttControls
from pages.ui.bptt.figures import cost as cost_figure
from pages.ui.bptt.figures.cost import Curve
from pages.ui.figures.mathematics import amount
from pages.ui.inspected.preview import HASHED
from pages.ui.inspected.subject import Subject
from pages.ui.visit.i18n import Texts
from pages.ui.widgets.chart import chart
from pages.ui.widgets.header import section
from pages.ui.widgets.theme import palette
from rnncore.config import Config
from rnncore.probes.minibatches.cost import Measured, Memory, measure, update_cost

COMPUTED = (1, 2, 3, 4, 5, 7, 10, 14, 20, 28, 40, 56, 80, 100)
MEASURED = (1, 2, 5, 10, 20, 50, 100)
REPEATS = 5
QUICK = 3e9
"""Multiply-adds that measuring may spend unasked: a fraction of a second."""
MEGABYTE = 1e6


def window_cost(t: Texts, now: BpttControls, subject: Subject) -> None:
    """Memory and arithmetic of one update by T, in the subject's own sizes."""
    config, size = subject.config, len(subject.corpus.vocabulary)
    found, alone = _measured(config, size)
    speed = max(
        update_cost(of, size, each.time_size).work.total / each.seconds
        for of, each in [*((config, each) for each in found), *alone]
    )
    computed = [update_cost(config, size, T) for T in COMPUTED]
    here, single = (update_cost(config, size, T) for T in (now.time_size, 1))
    memory = Curve(
        COMPUTED,
        [_held(each.memory) / MEGABYTE for each in computed],
        [(each.time_size, each.bytes / MEGABYTE) for each in found],
        now.time_size,
        [(each.time_size, each.reserved / MEGABYTE) for each in found],
    )
    work = Curve(
        COMPUTED,
        [each.work.total / speed * 1e3 for each in computed],
        [(each.time_size, each.seconds * 1e3) for each in found],
        now.time_size,
    )
    section(t("bptt.cost.title"))
    st.caption(
        t(
            "bptt.cost.caption",
            N=config.batch_size,
            H=config.hidden_size,
            T=now.time_size,
            window=f"{here.memory.window / MEGABYTE:.3g}",
            ratio=f"{here.memory.window / single.memory.window:.3g}",
            per_token=f"{here.per_token:,.0f}",
            one=f"{single.per_token:,.0f}",
        )
    )
    values = {"speed": f"{speed / 1e9:.2g}", "work": f"{here.work.total:,}"}
    at_T = {
        "memory": _held(here.memory) / MEGABYTE,
        "work": here.work.total / speed * 1e3,
    }
    left, right = st.columns(2, gap="large")
    with left:
        _curve(t, "memory", memory, at_T["memory"], values)
    with right:
        _curve(t, "work", work, at_T["work"], values)


def _curve(
    t: Texts,
    quantity: Literal["memory", "work"],
    curve: Curve,
    chosen: float,
    values: dict[str, str],
) -> None:
    title = t(f"bptt.cost.{quantity}", **values)
    st.markdown(title)
    chart(
        cost_figure.figure(curve, quantity, palette(), t),
        key=f"bptt.cost.{quantity}",
        name=f"T = {curve.chosen}: {amount(chosen)} {t(f'bptt.cost.{quantity}_axis')}. {title}",
    )


def _held(memory: Memory) -> int:
    """Bytes of what was measured: all but the optimizer's."""
    return memory.total - memory.optimizer


@st.cache_data(max_entries=32, show_spinner=False, hash_funcs=HASHED)
def _measured(config: Config, size: int) -> tuple[list[Measured], list[tuple[Config, Measured]]]:
    """What measuring found at each T that is quick enough; where none is, one tick of as many
    streams as are: it gives a speed, and no point of a curve."""
    spent = 0.0
    chosen: list[int] = []
    for T in MEASURED:
        spent += update_cost(config, size, T).work.total * (REPEATS + 1)
        if spent < QUICK:
            chosen.append(T)
    if chosen:
        return list(measure(config, size, chosen, REPEATS)), []
    each = update_cost(config, size, 1).per_token * (REPEATS + 1)
    few = config.with_changes(batch_size=max(1, int(QUICK // each)))
    return [], [(few, found) for found in measure(few, size, [1], REPEATS)]
