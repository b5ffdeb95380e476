"""The row that is unfolded to compare and tune: earlier runs, branches, a learning rate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.ui.overview import repeating
from pages.ui.overview.branching import branching
from pages.ui.overview.earlier import Earlier, chips
from pages.ui.overview.finding_rate import finding_rate
from pages.ui.visit.session import Session
from rnncore.runs.row import RunRow


@dataclass
class Unfolded:
    """Whether the row is there."""

    open: bool = False


def button(visit: Session) -> None:
    """Draw the button that unfolds the row and folds it."""
    row = visit.state(Unfolded)

    def press() -> None:
        visit.act()
        row.open = not row.open

    st.button(
        visit.t("tuning.open"),
        key="tuning.open",
        icon=":material/expand_less:" if row.open else ":material/compare_arrows:",
        help=visit.t("tuning.open_help"),
        on_click=press,
    )


def row(
    visit: Session,
    run: RunRow | None,
    earlier: list[Earlier],
    on_change: Callable[[str], None],
) -> None:
    """Draw the row where it is unfolded; the run, if there is one, is the visitor's."""
    if not visit.state(Unfolded).open:
        return
    t = visit.t
    sections: dict[str, Callable[[], None]] = {
        "earlier": lambda: chips(visit, run, earlier),
        "branch": lambda: _branch(visit, run),
        "rates": lambda: finding_rate(visit, on_change),
    }
    with st.container(border=True, key="tuning"):
        for column, (name, draw) in zip(st.columns(3, gap="medium"), sections.items(), strict=True):
            with column:
                st.markdown(f"**{t(f'{name}.title')}**")
                draw()


def _branch(visit: Session, run: RunRow | None) -> None:
    branching(visit, run)
    if run is not None:
        repeating.hand_on(visit, run)
