"""One tick by hand: the cell's graph with the run's own numbers, operation by operation."""

from __future__ import annotations

from pages.ui.cell import check, controls, layout, questions
from pages.ui.cell.view import look
from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header


def draw(visit: Session) -> None:
    """Where one stands, the graph, the numbers, the gradient check and the questions."""
    now = look(visit)
    header.head(visit, lambda: controls.network_caption(visit, now))
    header.problem(visit)
    controls.token_row(visit, now)
    controls.step_row(visit, now)
    layout.graph(visit, now)
    layout.numbers(visit, now)
    check.check(visit, now)
    questions.draw(visit, now)


if __name__ == "__main__":
    draw(session.current())
