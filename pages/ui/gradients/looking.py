"""What the page looks into: a network at some update, and a name to remember measurements by."""

from __future__ import annotations

from typing import NamedTuple

from streamlit.delta_generator import DeltaGenerator

from pages.ui.session import Session
from pages.ui.subject import Subject, subject
from rnncore.model import Rnnlm


class Look(NamedTuple):
    """A network and what names it: `owner` the run or the example, `key` it at this update."""

    subject: Subject
    owner: str
    key: str

    @property
    def untrained(self) -> Rnnlm:
        """The network as it was before its first update. Allocates."""
        return Rnnlm(self.subject.config, len(self.subject.corpus.vocabulary))


def look(visit: Session) -> Look:
    """The run's newest checkpoint, or the example."""
    found = subject(visit)
    owner = str(visit.run_id) if found.source == "run" else "example"
    return Look(found, owner, f"{owner}:{found.step}")


def newest(visit: Session, desk: DeltaGenerator) -> None:
    """Offer to look again where a run may have come further; what is drawn on a click stays
    still until then."""
    if visit.run_id is not None:
        desk.button(
            visit.t("gradients.newest"),
            key="gradients.newest",
            icon=":material/refresh:",
            shortcut="U",
            help=visit.t("gradients.newest_help"),
            on_click=visit.hold,
        )
