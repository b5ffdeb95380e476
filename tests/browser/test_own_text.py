"""An own text, as a person gives it: named, fitted, learned, and its best state looked into."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import texts
from rnncore.paths import assets_dir
from rnncore.runs.checkpoints import BEST
from tests.browser.menu import turn_to
from tests.browser.overview import Overview, Runs, settled

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

PARAGRAPH = (
    "The harbour was quiet in the morning. Old boats lay on the sand, and a dog ran between them, "
    "looking for fish. Every day Mara walked down to the water with a basket on her arm. "
)
TABLE = "day,city,degrees\n" + "".join(
    f"2024-03-{day:02d},Seoul,{day % 9}\n" for day in range(1, 31)
)


def give(
    overview: Overview, language: str, *, pasted: str = "", file: FilePayload | None = None
) -> None:
    page, t = overview.page, texts(language)
    settled(page)
    page.get_by_role("button", name=t("own_text.open")).first.click()
    box = page.locator(".st-key-own_text-pasted textarea")
    box.wait_for()
    if file is None:
        box.fill(pasted)
    else:
        settled(page)
        page.locator(".st-key-own_text-file input[type=file]").set_input_files([file])
        taken = page.get_by_text(t("own_text.takes_file", name=file["name"]))
        taken.or_(page.locator(".stApp[data-test-script-state=notRunning]")).first.wait_for()
        if not taken.is_visible() and not box.is_visible():  # closed meanwhile: open it again
            page.get_by_role("button", name=t("own_text.open")).first.click()
        taken.wait_for()
    page.locator(".st-key-own_text-use button:visible").click()


def title(overview: Overview) -> str:
    """The name of the text, as the box of the corpora shows it."""
    return str(overview.page.locator(".st-key-setting-corpus input").input_value())


def best_step(runs: Runs, run_id: str) -> int:
    """Updates of the run's best state."""
    with closing(sqlite3.connect(runs.path)) as database:
        query = "SELECT step FROM checkpoints WHERE run_id = ? AND name = ?"
        return int(database.execute(query, (run_id, BEST)).fetchone()[0])


def test_a_pasted_paragraph_is_named_fitted_and_learned(overview: Overview, runs: Runs) -> None:
    overview.open()
    give(overview, "en", pasted=PARAGRAPH)
    overview.page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    overview.wait_for_text("Chosen for a text of")
    said = overview.page.get_by_text("Chosen for a text of").inner_text()
    assert f"{len(PARAGRAPH)} characters" in said and "GRU, N = 1, T = 20" in said
    assert title(overview) == "The harbour was quiet in the morning.…"
    assert overview.box("time_size") == "20"
    overview.choose("time_size", "16")
    overview.wait_for_text("Changed since: Window T.")
    overview.start()
    overview.wait_for_status("finished")
    newest = overview.read("rx.texts('samples', '.rx-text')[0]")
    assert sum(word in PARAGRAPH for word in newest.split()) > 0.8 * len(newest.split())
    assert "own-" not in overview.page.inner_text("body")


def test_what_was_typed_stays_when_escape_closes_the_popover(overview: Overview) -> None:
    overview.open()
    opener = overview.page.get_by_role("button", name=texts("en")("own_text.open")).first
    box = overview.page.locator(".st-key-own_text-pasted textarea")
    opener.click()
    box.fill(PARAGRAPH)
    box.press("Escape")
    overview.page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    settled(overview.page)
    opener.click()
    box.wait_for()
    assert box.input_value() == PARAGRAPH
    overview.page.locator(".st-key-own_text-use button:visible").click()
    overview.wait_for_text("Chosen for a text of")


def test_the_best_state_of_an_own_text_is_looked_into(overview: Overview, runs: Runs) -> None:
    story = (assets_dir() / "corpora" / "story-ko.txt").read_text(encoding="utf-8")
    overview.open("lang=ko")
    file: FilePayload = {
        "name": "옛날 이야기.md",
        "mimeType": "text/markdown",
        "buffer": story[:2600].encode(),
    }
    give(overview, "ko", file=file)
    overview.page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    overview.wait_for_text("에 맞춰 고른 설정")
    assert title(overview) == "옛날 이야기.md"
    overview.start()
    overview.wait_for_status("finished")
    best = best_step(runs, overview.run_id)
    overview.wait(f"rx.readouts('perplexity').at(-1) === '{best}'")
    turn_to(overview.page, "cell", "ko")
    box = overview.page.locator(".st-key-cell-checkpoint input")
    box.wait_for()
    assert box.input_value() == f"검증 최저, 갱신 {best}번"


@pytest.mark.parametrize("name", ["data.csv", "main.py"])
def test_any_plain_text_is_taken_by_its_file_and_a_binary_file_is_refused(
    overview: Overview, name: str
) -> None:
    code = Path(__file__).read_bytes()
    overview.open()
    picture: FilePayload = {
        "name": "picture.png",
        "mimeType": "image/png",
        "buffer": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00" * 20,
    }
    give(overview, "en", file=picture)
    overview.wait_for_text("picture.png is a binary file")
    overview.page.keyboard.press("Escape")
    overview.page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    file: FilePayload = {
        "name": name,
        "mimeType": "text/plain",
        "buffer": TABLE.encode() if name == "data.csv" else code,
    }
    give(overview, "en", file=file)
    overview.page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
    overview.wait_for_text("Chosen for a text of")
    assert title(overview) == name
