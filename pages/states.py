"""States: inside the hidden layer."""

from __future__ import annotations

from pages.ui.visit import session
from pages.ui.visit.session import Session
from pages.ui.widgets import header


def draw(visit: Session) -> None:
    """The head of the page."""
    header.head(visit)
    header.problem(visit)


if __name__ == "__main__":
    draw(session.current())
