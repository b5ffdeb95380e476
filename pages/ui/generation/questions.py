"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from pages.ui.generation import branches, copies, growth, next_token, surprise
from pages.ui.widgets.predictions import Question

QUESTIONS = {
    "next": Question(("same", "half", "root"), next_token.answer, hides=False),
    "branches": Question(("same", "likelier", "rarer"), branches.answer, hides=False),
    "growth": Question(("early", "middle", "late"), growth.answer, growth.waits),
    "surprise": Question(("near", "above", "below"), surprise.answer),
    "copies": Question(("few", "half", "most"), copies.answer, copies.waits),
}
"""By idea; the link of a question is that of its idea. What answers the first two is not on the
screen until somebody sets the controls so: there is nothing to keep back."""
