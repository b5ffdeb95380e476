"""What to predict of one tick before looking, and what was measured in it."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from pages.ui.cell.figures.scales import plain
from pages.ui.cell.view import CellView
from pages.ui.visit.session import Session
from pages.ui.widgets import predictions
from pages.ui.widgets.header import section
from pages.ui.widgets.held import Value
from pages.ui.widgets.predictions import Answer, Prediction
from rnncore.probes.cell.selection import SHOWN
from rnncore.probes.cell.trace import CellTrace, cell_trace
from rnncore.shapes import Array


def draw(visit: Session, now: CellView) -> None:
    """Draw the page's questions, one at a time."""
    st.divider()
    section(visit.t("predict.title"))

    def asked(
        name: str, options: tuple[str, ...], measure: partial[Answer], sets: dict[str, Value]
    ) -> Prediction:
        show = partial(visit.set_values, **sets)
        return Prediction(f"cell.predict.{name}", options, measure, show)

    predictions.one_of(
        visit,
        {
            "tanh": asked(
                "tanh", ("zero", "one", "same"), partial(_tanh_answer, now), _saturated(now)
            ),
            "cut": asked(
                "cut", ("none", "less", "more"), partial(_cut_answer, now), _last_tick(now)
            ),
        },
    )


def _last_tanh(whole: CellTrace) -> Array:
    """What leaves the last tanh, (H,)."""
    last = [node for node in whole.nodes if node.symbol == "tanh"][-1]
    return whole.wires[last.outputs[0]].value[0]


def _saturated(now: CellView) -> dict[str, Value]:
    """Show the unit nearest to +1 or -1 first, where its gradient leaves the last tanh."""
    last = max(i for i, node in enumerate(now.whole.nodes) if node.symbol == "tanh")
    nearest = int(np.argmax(np.abs(_last_tanh(now.whole))))
    units = [nearest, *(unit for unit in now.shown.units if unit != nearest)][:SHOWN]
    listed = ",".join(str(unit) for unit in units)
    return {"units": listed, "focus": 0, "at": 2 * len(now.whole.nodes) + 1 - last}


def _last_tick(now: CellView) -> dict[str, Value]:
    """Go to the window's last tick, where gradients arrive."""
    return {"tick": now.last_tick, "at": len(now.whole.nodes) + 1}


def _tanh_answer(now: CellView) -> Answer:
    """The units of this tick that lie nearest to 0 and nearest to +1 or -1."""
    y = np.abs(_last_tanh(now.whole))
    least, most = float(y.min()), float(y.max())
    values = {"one": plain(most), "zero": plain(least)}
    shares = {"one": 1 - most * most, "zero": 1 - least * least}
    passing = {f"{name}_share": f"{share:.1%}" for name, share in shares.items()}
    less = min(shares, key=shares.__getitem__) if least < most else "same"
    return Answer(less, values | passing)


def _cut_answer(now: CellView) -> Answer:
    """At the last tick of the stretch that is read, whichever is looked at."""
    text = now.text
    whole = cell_trace(text.model, text.xs, text.ts, now.last_tick, now.stretch)
    arriving = float(np.linalg.norm(whole.from_later[0]))
    own = float(np.linalg.norm(whole.from_loss))
    option = "none" if arriving == 0 else "less" if arriving < own else "more"
    return Answer(option, {"later": plain(arriving), "loss": plain(own)})
