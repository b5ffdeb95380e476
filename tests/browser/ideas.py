"""All pages with their ideas, and when one of them has been drawn."""

from __future__ import annotations

from collections.abc import Iterable

from pages.corpus import SECTIONS as CORPUS
from pages.generation import SECTIONS as GENERATION
from pages.gradients import SECTIONS as GRADIENTS
from pages.language_models import SECTIONS as LANGUAGE_MODELS
from pages.states import SECTIONS as STATES

IDEAS: dict[str, Iterable[str]] = {
    "corpus": CORPUS,
    "language_models": LANGUAGE_MODELS,
    "generation": GENERATION,
    "gradients": GRADIENTS,
    "states": STATES,
    **dict.fromkeys(("overview", "cell", "bptt", "runs", "tune"), ("",)),
}
READY = """(() => {
    const pictures = [...document.querySelectorAll("[role=img][aria-label]")];
    return document.querySelector("[data-testid=stMain] h1")
        && !document.querySelector("[data-testid=stSpinner], [data-stale=true]")
        && (!pictures.length || pictures.some((one) => one.matches(".js-plotly-plot")));
})()"""
