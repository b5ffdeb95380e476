"""The window of held-out text that pages look into tick by tick, the same on all of them."""

from __future__ import annotations

from pages.ui.inspected.subject import Subject
from rnncore.probes.reading import RunningText, running_text

STREAMS = 8
"""Places in the held-out text to choose from."""
TICKS = 12
"""Most tokens of a stretch: as many as stand in one line."""


def passage(found: Subject) -> RunningText:
    """STREAMS stretches, each as long as the window that the network was trained with allows."""
    return running_text(found.model, found.corpus, min(found.config.time_size, TICKS), STREAMS)
