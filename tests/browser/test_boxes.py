"""What is in a box is what is taken: every box of the Overview, in every way of typing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.visit.numbers import written
from pages.ui.widgets.settings import OPEN
from rnncore.config import Config, live_settings
from tests.browser.overview import Overview, Runs, awaited, eventually
from tests.browser.server import Server
from tests.browser.ways import Way, append, paste, replace, retype

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

FIELDS = Config.model_fields
NUMBERS = [name for name, field in FIELDS.items() if field.annotation in (int, float)]
OF_A_TEXT = ("min_count", "max_tokens")
WHOLE = [name for name in NUMBERS if FIELDS[name].annotation is int and name not in OF_A_TEXT]
TINY = "corpus=lag&cell=lstm&hidden_size=8&embedding_size=4&batch_size=5&grammar_tokens=3000"

# Each: the way, and what it puts into a whole number's box, and into another's. The present value
# often begins the new one, or the new one the present: that is what widgets trip over.
WAYS: tuple[tuple[Way, str, str], ...] = (
    (replace, "2", "0.2"),
    (append, "1", "1"),
    (paste, "2", "0.2"),
    (replace, "24", "0.24"),
    (paste, "1e1", "3e-1"),
    (retype, "32", "0,32"),
)
HALVES = (((2, 5), (3,)), ((4,), (0, 1)))
"""Of the ways: what one language goes through, idle and running, and what the next."""
SMALLER = {"layers": (replace, ("2", "3", "2", "4", "1e0", "3"))}
"""Up to eight only: always replaced."""
LARGER = ("grammar_tokens", "epochs")
"""A thousand times what the others get: enough text, and a run that does not end meanwhile."""


def fold(overview: Overview, language: str, open_: bool) -> None:
    button = overview.page.get_by_role("button", name=texts(language)("controls.more"))
    inside = overview.page.locator(".st-key-setting-layers input")
    if inside.is_visible() != open_:
        button.click()
        inside.wait_for(state="visible" if open_ else "hidden")


def settings(overview: Overview) -> Config:
    """What the address bar says."""
    query = overview.query
    return Config.parse({name: query[name] for name in query if name not in ("run", "lang")})


def sweep(overview: Overview, language: str, place: int) -> dict[str, int | float]:
    """Give every box a new value in one of the ways; what must have been taken."""
    way, whole, real = WAYS[place]
    given: dict[str, int | float] = {}
    names = [name for name in NUMBERS if name not in OF_A_TEXT]
    for name in sorted(names, key=lambda name: name not in OPEN):
        fold(overview, language, open_=name not in OPEN)
        box = overview.page.locator(f".st-key-setting-{name} input")
        text, by = whole if name in WHOLE else real, way
        if name in SMALLER:
            by, text = SMALLER[name][0], SMALLER[name][1][place]
        elif name in LARGER and way is not append:
            text = "3e3" if "e" in text else f"{text}000"
        by(overview, box, text)
        if by is append:
            before = WAYS[place - 1][1 if name in WHOLE else 2]
            text = f"{before}{'000' if name in LARGER else ''}{text}"
        given[name] = FIELDS[name].annotation(float(text.replace(",", ".")))  # type: ignore[misc]
    return given


def are_taken(overview: Overview, given: Mapping[str, int | float], language: str) -> None:
    """Wait until the address and every box say so."""
    t = texts(language)
    fold(overview, language, open_=True)
    zeros = {name: f"settings.{name}.zero" for name in given}
    expected = {
        name: written(value, t(zeros[name]) if zeros[name] in t else None)
        for name, value in given.items()
    }

    def present() -> tuple[dict[str, object], dict[str, str]]:
        now, boxes = settings(overview), overview.boxes()
        return (
            {name: getattr(now, name) for name in given},
            {name: boxes.get(name, "") for name in given},
        )

    taken: tuple[dict[str, object], dict[str, str]] = (dict(given), expected)
    assert awaited(present, taken) == taken


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typed_into_any_box_is_taken_idle_and_running(
    overview: Overview, runs: Runs, language: str
) -> None:
    overview.open(f"{TINY}&lang={language}&epochs=1000&pace=50")
    idle, running = HALVES[list(LANGUAGES).index(language) % 2]
    for place in idle:
        are_taken(overview, sweep(overview, language, place), language)
    fold(overview, language, open_=False)
    overview.page.locator(".st-key-setting-pace input").fill("30")
    overview.start()  # before Enter
    for place in running:
        are_taken(overview, given := sweep(overview, language, place), language)
    run = runs[overview.run_id]
    assert run.config.pace == 30
    live = {name: given[name] for name in live_settings()}
    eventually(lambda: live.items() <= runs.store.present_settings(run).items(), "the same there")
    eventually(lambda: len(runs.records(run.id, "changed")) >= len(live), "report of each change")
    assert overview.alerts == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_with_two_readings_is_refused_in_every_box_and_mended(
    overview: Overview, runs: Runs, language: str
) -> None:
    before = len(runs.store.runs())
    overview.open(f"{TINY}&lang={language}")
    kept = settings(overview)
    place = list(LANGUAGES).index(language) % 2
    half = sorted(WHOLE[place::2], key=lambda name: name not in OPEN)
    for name in half:
        fold(overview, language, open_=name not in OPEN)
        replace(overview, overview.page.locator(f".st-key-setting-{name} input"), "1,000")
    eventually(lambda: len(overview.alerts) == len(half), "sentence for each")
    assert all("1,000" in said and "1000" in said for said in overview.alerts)
    assert settings(overview) == kept
    fold(overview, language, open_=False)
    overview.press_primary("start")
    for name in half:
        fold(overview, language, open_=name not in OPEN)
        box = overview.page.locator(f".st-key-setting-{name} input")
        assert box.input_value() == "1,000"
        assert box.get_attribute("aria-invalid") == "true"
        retype(overview, box, "")
    eventually(lambda: overview.alerts == [], "end of the sentences")
    assert settings(overview) == kept
    assert len(runs.store.runs()) == before, "Start began nothing with another value than is shown"


def test_boxes_of_a_text_take_what_is_typed(overview: Overview) -> None:
    overview.open("corpus=story-en&tokenizer=words&hidden_size=8&embedding_size=4&time_size=5")
    fold(overview, "en", open_=True)
    given: dict[str, int | float] = {}
    for name, text, value in (("min_count", "2", 2), ("max_tokens", "1e3", 1000)):
        replace(overview, overview.page.locator(f".st-key-setting-{name} input"), text)
        given[name] = value
    are_taken(overview, given, "en")
    append(overview, overview.page.locator(".st-key-setting-max_tokens input"), "0")
    are_taken(overview, {**given, "max_tokens": 10_000}, "en")


@pytest.mark.essential
def test_start_and_its_key_take_the_box_first(overview: Overview, runs: Runs) -> None:
    overview.open("hidden_size=32&learning_rate=0.001&epochs=1000&pace=50")
    box = overview.page.locator(".st-key-setting-hidden_size input")
    box.click()
    overview.page.keyboard.press("End")
    overview.page.keyboard.type("0")
    overview.start()
    first = overview.run_id
    assert runs[first].config.hidden_size == 320

    overview.reset()
    overview.page.locator(".st-key-setting-learning_rate input").click()
    overview.page.keyboard.press("Control+A")
    overview.page.keyboard.type("0.0012")
    overview.page.keyboard.press("Space")
    overview.wait_for_step(1)
    assert overview.run_id != first
    assert runs[overview.run_id].config.learning_rate == 0.0012


def test_arrow_keys_step_along_the_usual_values_while_a_run_is_on(
    overview: Overview, runs: Runs
) -> None:
    overview.open("hidden_size=16&learning_rate=0.001&epochs=1000&pace=50")
    overview.start()
    box = overview.page.locator(".st-key-setting-learning_rate input")
    box.click()
    taken = []
    for key in ("ArrowUp", "ArrowUp", "ArrowDown", "Shift+ArrowDown", "Shift+ArrowUp"):
        overview.page.keyboard.press(key)
        taken.append(box.input_value())
        eventually(lambda: overview.query.get("learning_rate") == taken[-1], taken[-1])
    assert taken == ["0.002", "0.005", "0.002", "0.001", "0.002"]
    run_id, rates = overview.run_id, [float(value) for value in taken]

    def changes() -> list[float]:
        return [record.payload["new"] for record in runs.records(run_id, "changed")]

    assert awaited(changes, rates) == rates

    overview.page.keyboard.type("9")
    overview.page.keyboard.press("Escape")
    assert box.input_value() == "0.002", "Escape brings back the value in force"
    assert box.evaluate("box => box === document.activeElement")
    speed = overview.page.locator(".st-key-setting-pace")
    field = speed.get_by_test_id("stTextInputRootElement")
    width = field.bounding_box()["width"]  # type: ignore[index]
    field.click(position={"x": width - 8, "y": 10})
    speed.get_by_text("60", exact=True).click()
    eventually(lambda: overview.query.get("pace") == "60", "speed from the list")


def test_a_second_tab_shows_the_present_rate_and_follows_it(
    overview: Overview, server: Server, runs: Runs
) -> None:
    overview.open("hidden_size=16&epochs=1000&pace=50&learning_rate=0.001")
    overview.start()
    stale = overview.page.url
    overview.choose("learning_rate", "0.0042")
    eventually(lambda: overview.query["learning_rate"] == "0.0042", "rate in the address")
    other = Overview(overview.page.context.new_page(), server)
    other.page.goto(stale)
    other.wait("rx.complete()")
    eventually(lambda: other.box("learning_rate") == "0.0042", "present rate in the second tab")

    overview.page.bring_to_front()
    overview.choose("learning_rate", "0.001234567890123")
    other.page.bring_to_front()
    eventually(
        lambda: other.box("learning_rate") == "0.001234567890123",
        "rate that was changed in the first tab",
    )
    other.choose("max_grad_norm", "0,5")
    overview.page.bring_to_front()
    eventually(lambda: overview.box("max_grad_norm") == "0.5", "the other way round")
    assert other.complaints == []


def test_controls_unfolded_after_a_change_show_what_is_in_force(overview: Overview) -> None:
    overview.open("hidden_size=16&optimizer=momentum")
    overview.choose("hidden_size", "17")
    eventually(lambda: overview.query.get("hidden_size") == "17", "new size")
    fold(overview, "en", open_=True)
    assert overview.box("epochs") == "40"
    assert overview.page.locator(".st-key-setting-stateful input").is_checked()
    assert overview.box("optimizer") == "Momentum"
    overview.choose("seed", "5")
    eventually(lambda: overview.query.get("seed") == "5", "new seed")
    assert settings(overview) == Config(hidden_size=17, optimizer="momentum", seed=5)


def test_the_text_pasted_after_an_upload_is_used(overview: Overview) -> None:
    overview.open("hidden_size=16")
    page = overview.page
    page.get_by_role("button", name=texts("en")("own_text.open")).first.click()
    file: FilePayload = {
        "name": "notes.md",
        "mimeType": "text/markdown",
        "buffer": b"uploaded words " * 50,
    }
    page.locator(".st-key-own_text-file input[type=file]").set_input_files([file])
    page.get_by_text(texts("en")("own_text.takes_file", name="notes.md")).wait_for()
    page.locator(".st-key-own_text-pasted textarea").fill("pasted letters " * 50)
    page.locator(".st-key-own_text-use button:visible").click()
    overview.wait("rx.texts('states', '.rx-chip').join('').includes('letters')")
