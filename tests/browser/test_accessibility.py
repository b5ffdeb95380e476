"""Every page in both themes and languages: axe-core, what pictures say, focus and tab stops."""

from __future__ import annotations

import re
import tomllib
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest

from pages.ui.figures.palette import DARK, LIGHT
from pages.ui.visit.i18n import LANGUAGES, texts
from tests.browser.overview import awaited
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = (
    *("overview", "corpus", "language_models", "generation"),
    *("cell", "bptt", "gradients", "states"),
    *("runs", "tune"),
)
INKS: dict[Literal["light", "dark"], str] = {
    "light": LIGHT.text,
    "dark": DARK.text,
}
GRAVE = {"serious", "critical"}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {
    "light": {"type": "tag", "values": TAGS},
    "dark": {"type": "rule", "values": ["color-contrast"]},
}
"""What axe looks for in each theme: only colours differ between them."""
MARKS = re.compile(r"\*\*|[`\\$<>]|:material|:primary")
UNREADY = """([ink, language]) => {
  const { documentElement: root } = document;
  const plots = [...document.querySelectorAll(".js-plotly-plot")];
  const chips = [...document.querySelectorAll(".rx-chips")];
  const paint = new Option().style;
  paint.color = ink;
  const pictures = [...document.querySelectorAll("[role=img][aria-label]")];
  const moving = document.getAnimations().filter((one) => one.playState === "running");
  const met = {
    language: root.lang === language,
    drawn: plots.length + chips.length > 0 ||
      document.querySelector("[data-testid=stAlert], .st-key-tune-steps"),
    chips: chips.every((one) => getComputedStyle(one).color === paint.color),
    plots: plots.every((one) => one._fullLayout?.font.color === ink),
    pictures: pictures.every((one) => plots.includes(one) || !one.clientHeight),
    script: !document.querySelector("[data-testid=stSpinner], [data-stale=true]"),
    fading: moving.every((one) => one.effect.getTiming().iterations === Infinity),
  };
  return Object.keys(met).filter((what) => !met[what]);
}"""
"""What a page still waits for until it stands as it will be read, by name."""


class Finding(NamedTuple):
    """A grave finding of axe-core: where, by which rule, in which element."""

    where: str
    rule: str
    selector: str
    html: str


def streamlits() -> dict[str, list[str]]:
    """By rule the selectors of the elements in which Streamlit breaks it."""
    path = Path(__file__).with_name("streamlit_findings.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def axe() -> Any:
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


def findings(page: Page, axe: Any, where: str, only: dict[str, Any]) -> list[Finding]:
    """What is grave on the page as it stands, by some of the rules."""
    options = {"resultTypes": ["violations"], "runOnly": only}
    # Drawings are images with a sentence; tests/pages/test_palette.py judges their colours.
    context = {"exclude": [[".svg-container"]]}
    found = axe.run(page, context, options).response["violations"]
    return [
        Finding(where, one["id"], node["target"][-1], node["html"][:200])
        for one in found
        for node in one["nodes"]
        if (node["impact"] or one["impact"]) in GRAVE
    ]


def owner(page: Page, finding: Finding) -> str | None:
    """The selector in Streamlit's list that an element falls under, if there is one."""
    for selector in streamlits().get(finding.rule, []):
        inside = "([target, owner]) => Boolean(document.querySelector(target)?.closest(owner))"
        if page.evaluate(inside, [finding.selector, selector]):
            return selector
    return None


def test_axe_finds_nothing_grave_in_what_we_draw(page: Page, server: Server, axe: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 1200})
    known = {(rule, one) for rule, selectors in streamlits().items() for one in selectors}
    ours, met = [], set()
    for name in PAGES:
        page.emulate_media(color_scheme="light")  # a change while a page opens passes unseen
        page.goto(f"{server.url}/{name}?lang=en&hidden_size=16")
        for language in LANGUAGES:
            if language != "en":
                page.locator(f".st-key-language-{language} button:visible").click()
            for theme, ink in INKS.items():
                page.emulate_media(color_scheme=theme)
                unready = partial(page.evaluate, UNREADY, [ink, language])
                assert awaited(unready, []) == [], f"{page.url}: {page.inner_text('body')[:2000]}"
                for finding in findings(page, axe, f"{name} {language} {theme}", RULES[theme]):
                    by = owner(page, finding)
                    if by is None:
                        ours.append(finding)
                    else:
                        met.add((finding.rule, by))
            check_words(page, name, language)
    assert ours == []
    assert known - met == set(), "no longer found: take it out of streamlit_findings.toml"


def check_words(page: Page, name: str, language: str) -> None:
    """Headings in order below one of the first level, and labels in plain words."""
    assert page.title() == f"{texts(language)(f'{name}.title')} · RNN Explorer"
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].filter((one) => one.checkVisibility())"
        ".map((one) => Number(one.tagName[1]))"
    )
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    labels = page.evaluate(
        "['aria-label', 'title', 'aria-description'].flatMap((name) =>"
        " [...document.querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name)))"
    )
    assert [label for label in labels if MARKS.search(label)] == []
    unhidden = "[data-testid=stIconMaterial]:not([aria-hidden=true]):not([role=img])"
    assert page.locator(unhidden).count() == 0
