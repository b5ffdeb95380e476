"""What to predict of each idea before looking, and what was measured."""

from __future__ import annotations

from pages.ui.language_models import contexts, product, readers, shapes
from pages.ui.widgets.predictions import Question

QUESTIONS = {
    "product": Question(("same", "tens", "thousands"), product.answer),
    "readers": Question(("same", "close", "other"), readers.answer, readers.waits),
    "contexts": Question(("better", "same", "worse"), contexts.answer),
    "shapes": Question(("ticks", "streams", "both"), shapes.answer),
}
"""By idea; the link of a question is that of its idea."""
