"""What the page looks into: a network at some update, and a name to remember measurements by."""

from __future__ import annotations

from typing import NamedTuple

from pages.ui.inspected.subject import Subject, subject
from pages.ui.visit.session import Session
from rnncore.model import Rnnlm


class GradientsView(NamedTuple):
    """A network and what names it: `owner` the run or the example, `key` it at this update."""

    subject: Subject
    owner: str
    key: str

    @property
    def untrained(self) -> Rnnlm:
        """The network as it was before its first update. Allocates."""
        return Rnnlm(self.subject.config, len(self.subject.corpus.vocabulary))


def look(visit: Session, *, newest: bool = False) -> GradientsView:
    """The run at the checkpoint that the page looks into, or at its newest one; or the example."""
    found = subject(visit, newest=newest)
    owner = str(visit.run_id) if found.source == "run" else "example"
    return GradientsView(found, owner, f"{owner}:{found.step}")
