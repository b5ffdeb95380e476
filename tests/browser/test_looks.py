"""What meets the eye: two languages, two themes, three sizes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from pages.ui.visit.i18n import texts
from rnncore.paths import assets_dir
from tests.browser.overview import Overview, settled
from tests.browser.sideways import SIDEWAYS

SLOW = "hidden_size=16&epochs=1000&pace=100"
VISIBLE_TEXTS = """() => {
  // Names of icons, texts of the corpus, and what Streamlit itself says in English only.
  const others = `[data-testid=stIconMaterial], .rx-list, .rx-chips, .tracewords, .katex, code,
    [data-testid=stFileUploaderDropzone]`;
  const found = [];
  for (const root of document.querySelectorAll(
    "[data-testid=stMain], [data-testid=stHeader], [data-testid=stPopoverBody], [role=listbox]",
  )) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const parent = node.parentElement;
      const shown = parent.checkVisibility({ checkVisibilityCSS: true });
      if (shown && !parent.closest(others)) found.push(node.textContent.trim());
    }
  }
  return [...new Set(found.filter(Boolean))];
}"""
CONTRASTS = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (rgb) =>
    rgb.slice(0, 3).reduce((sum, value, place) => {
      const part = value / 255;
      const linear = part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      return sum + [0.2126, 0.7152, 0.0722][place] * linear;
    }, 0);
  const back = numbers(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  const contrast = (element, property) => {
    let [r, g, b, share = 1] = numbers(getComputedStyle(element)[property]);
    for (let at = element; at; at = at.parentElement) share *= getComputedStyle(at).opacity;
    const seen = [r, g, b].map((value, place) => share * value + (1 - share) * back[place]);
    const [low, high] = [light(seen), light(back)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const of = (parts, property = "color") =>
    Math.min(...[...document.querySelectorAll(parts)].map((e) => contrast(e, property)));
  return {
    titles: of(".rx-title"),
    captions: of(".rx-caption"),
    numbers: of(".rx-number, .rx-readout"),
    samples: of(".rx-group:first-child .rx-text"),
    ticks: of(".xtick text, .ytick text", "fill"),
    tokens: of(".tracewords text", "fill"),
    labels: of("[data-testid=stWidgetLabel] p"),
  };
}"""


def test_a_page_speaks_one_language(overview: Overview) -> None:
    english, korean = everything_said(overview, "en"), everything_said(overview, "ko")
    assert {text for text in english if re.search("[가-힣]", text)} == {"한국어"}
    assert {text: found for text in korean if (found := words(text) - KOREAN_WORDS)} == {}
    assert korean & ENGLISH_ONLY == set()


def test_both_themes_can_be_read(overview: Overview) -> None:
    overview.open("hidden_size=16")
    inks: dict[Literal["light", "dark"], str] = {"dark": "#E3E6EA", "light": "#24292F"}
    for theme, ink in inks.items():
        overview.page.emulate_media(color_scheme=theme)
        overview.wait(
            "ink => rx.ids.every(id => rx.plot(id)?._fullLayout?.font.color === ink)", ink
        )
        contrasts = overview.read(CONTRASTS)
        assert {what: round(ratio, 1) for what, ratio in contrasts.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("query", ["", "corpus=lag&lang=ko", "corpus=story-en"])
def test_the_panels_and_the_bar_stand_without_scrolling(overview: Overview, query: str) -> None:
    overview.open(query)
    for width, height in ((1280, 800), (1920, 1080)):
        overview.page.set_viewport_size({"width": width, "height": height})
        overview.wait(
            "height => rx.ids.every(id => {"
            "  const { top, bottom } = rx.panel(id).getBoundingClientRect();"
            "  return top > 0 && bottom <= height && bottom - top > 200;"
            "})",
            height,
        )
        overview.wait(f"!{SIDEWAYS}")
    bar = overview.page.locator(".st-key-primary button:visible").bounding_box()
    assert bar is not None and bar["y"] > 0


def test_whoever_asks_for_less_motion_gets_it(overview: Overview) -> None:
    moving = "getComputedStyle(document.querySelector('.rx-fill')).transitionDuration"
    overview.open("hidden_size=16")
    assert overview.read(moving) == "0.12s"
    overview.page.emulate_media(reduced_motion="reduce")
    assert float(overview.read(moving).removesuffix("s")) < 0.001
    overview.start()
    overview.wait_for_step(20)  # drawn once a second, and to the end
    overview.wait("rx.last('perplexity', 'train') >= 20")


def test_a_phone_shows_everything_in_one_column(overview: Overview) -> None:
    overview.open(SLOW)
    overview.start()
    overview.page.set_viewport_size({"width": 390, "height": 844})
    overview.wait(f"!{SIDEWAYS}")
    for place, panel in enumerate(("perplexity", "gradients", "states", "samples")):
        overview.page.locator(f"[data-figure={panel}]").scroll_into_view_if_needed()
        overview.wait(
            "([id, place, draws]) => rx.draws()[place] > draws"
            " && rx.panel(id).getBoundingClientRect().right <= 390"
            " && rx.plot(id)._fullLayout?.width <= 390",
            [panel, place, overview.read(f"rx.draws()[{place}]")],
        )


def test_pointing_at_the_curve_tells_bits_and_at_a_state_what_may_come(overview: Overview) -> None:
    overview.open("hidden_size=16")
    for panel, part, expected in (
        ("perplexity", ".tracevalid path.point", ["per word", "bits"]),
        ("states", ".tracetokens path.point", ["then most likely", "%"]),
    ):
        overview.point_at(panel, part)
        overview.wait(
            "([panel, words]) => words.every(word =>"
            " rx.texts(panel, '.hoverlayer').join().includes(word))",
            [panel, expected],
        )


def everything_said(overview: Overview, language: str) -> set[str]:
    """All texts that can be seen on the page before Start, under way, and behind its buttons."""
    t = texts(language)
    overview.open(f"{SLOW}&lang={language}")
    said = set(overview.page.evaluate(VISIBLE_TEXTS))
    for button in ("app.lesson", "controls.more", "own_text.open"):
        overview.page.get_by_role("button", name=t(button)).first.click()
        overview.page.get_by_test_id("stPopoverBody").first.wait_for()
        said |= set(overview.page.evaluate(VISIBLE_TEXTS))
        settled(overview.page)
        overview.page.keyboard.press("Escape")
        overview.page.get_by_test_id("stPopoverBody").first.wait_for(state="hidden")
    overview.page.locator(".st-key-setting-corpus input").click()
    overview.page.get_by_role("option").first.wait_for()
    said |= set(overview.page.evaluate(VISIBLE_TEXTS))
    overview.page.keyboard.press("Escape")
    overview.start()
    overview.choose("learning_rate", "0.002")
    overview.choose("time_size", "7")
    overview.wait("rx.annotations('perplexity').some(text => text.includes('→'))")
    overview.wait_for_text(t("transport.pending", changes="").strip())
    said |= set(overview.page.evaluate(VISIBLE_TEXTS))
    overview.press("stop")
    overview.wait_for_status("finished")
    return said | set(overview.page.evaluate(VISIBLE_TEXTS))


def words(text: str) -> set[str]:
    """Its words in Latin letters; shorter ones are letters of formulas, units and keys."""
    return set(re.findall("[A-Za-z]{3,}", text))


def sentences(language: str) -> set[str]:
    """All that the interface says in a language."""
    folder = assets_dir() / "locales"
    files = [folder / f"{language}.toml", *(folder / language).glob("*.toml")]
    return {said for file in files for said in _leaves(tomllib.loads(file.read_text("utf-8")))}


def _leaves(table: dict[str, Any]) -> Iterator[str]:
    for value in table.values():
        yield from _leaves(value) if isinstance(value, dict) else (value,)


KOREAN_WORDS = words(" ".join(sentences("ko"))) | {"English", "Space", "dog", "dogs"}
ENGLISH_ONLY = sentences("en") - sentences("ko")
