"""Whatever a person gives: one clear sentence, nothing run that should not, nothing lost."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import texts
from tests.browser.overview import Overview, Runs

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

ENGLISH = texts("en")
TRAPS = (
    "<img/src=x/onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    "<svg/onload=window.hacked=1>",
    "<b>bold</b>",
    "[link](javascript:window.hacked=1)",
    "$\\alpha$",
    "**stars**",
    "&lt;entity&gt;",
)
"""Words that a careless page would run or dress up."""


def give(
    overview: Overview, *, pasted: str = "", upload: bytes | None = None, name: str = "text.txt"
) -> None:
    """Give an own text as a person does; two uploads in a row need two names, to be told apart."""
    page = overview.page
    if not page.get_by_test_id("stPopoverBody").is_visible():
        page.get_by_role("button", name=ENGLISH("own_text.open")).first.click()
    if upload is None:
        page.locator(".st-key-own_text-pasted textarea").fill(pasted)
    else:
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": upload}
        page.locator(".st-key-own_text-file input[type=file]").set_input_files([file])
        page.get_by_text(ENGLISH("own_text.takes_file", name=name)).wait_for()
    page.locator(".st-key-own_text-use button:visible").click()


def the_alert(overview: Overview, part: str) -> str:
    """The sentence that says what is wrong, with this part in it."""
    overview.page.get_by_test_id("stAlert").filter(has_text=part).wait_for()
    (said,) = overview.alerts
    return said


@pytest.mark.essential
def test_markup_in_a_text_is_shown_as_text_and_never_runs(overview: Overview) -> None:
    dialogs: list[str] = []
    overview.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    overview.open("hidden_size=8&batch_size=2&time_size=5&tokenizer=words&epochs=3000&pace=100")
    give(overview, pasted=" ".join(TRAPS * 20) + "\n")
    words = """[...document.querySelectorAll('.rx-chip')].flatMap(
        (chip) => [...chip.childNodes].map((part) => part.textContent))"""  # its own, its twin's
    overview.wait(f"rx.complete() && {words}.includes('<b>bold</b>')")
    overview.start()
    overview.wait_for_step(50)
    overview.wait("rx.draws()[3] > 3")

    assert set(TRAPS) <= set(overview.read(words))
    drawn = overview.read("rx.texts('states', '.tracewords text')")
    assert set(TRAPS) <= set(drawn), "labels in the figure say what the text says"
    written = " ".join(overview.read("rx.texts('samples', '.rx-text')")).split()
    assert set(written) <= {*TRAPS, "<eos>", "<unk>", "…"}
    assert len(set(written)) > 3

    overview.press_primary("pause")
    overview.wait_for_status("paused")
    overview.point_at("states", ".tracetokens path.point")
    overview.wait("document.querySelector('[data-figure=states] .hoverlayer text')")
    made = ":is([data-testid=stMain], svg) :is(img[src=x], script, [onload], [onerror], strong)"
    assert overview.page.locator(made).count() == 0
    assert overview.read("[...document.links].filter(a => a.href.includes('hacked')).length") == 0
    assert overview.read("window.hacked") is None
    assert dialogs == []


def test_a_pasted_text_that_cannot_be_used_is_refused_in_a_sentence(
    overview: Overview, runs: Runs
) -> None:
    before = len(runs.store.runs())
    overview.open("hidden_size=16")
    for pasted, sentence in (
        ("", "is empty"),
        ("a", "at least two were expected"),
    ):
        give(overview, pasted=pasted)
        the_alert(overview, sentence)
        assert overview.read("rx.complete()"), "the panels keep what they showed"
        assert overview.page.locator(".st-key-reset").count() == 0  # nothing was begun
    assert overview.page.locator(".st-key-primary button:visible").is_disabled()
    assert len(runs.store.runs()) == before


def test_an_uploaded_file_that_is_no_text_is_refused_in_a_sentence(overview: Overview) -> None:
    overview.open("hidden_size=16")
    for name, uploaded, sentence in (
        ("noise.txt", bytes(range(256)) * 4, "is a binary file"),
        ("latin.txt", "Grüße aus der Ferne".encode("latin-1") * 90, "is not UTF-8 text"),
    ):
        give(overview, upload=uploaded, name=name)
        the_alert(overview, sentence)
    assert overview.read("rx.complete()")
    overview.page.keyboard.press("Escape")
    overview.start()


def test_absurd_settings_in_a_link_are_refused_with_what_they_would_take(
    overview: Overview, runs: Runs
) -> None:
    before = len(runs.store.runs())
    overview.open("hidden_size=1000000", drawn=False)
    the_alert(overview, "GiB of memory")
    assert overview.page.locator(".st-key-primary button:visible").is_disabled()
    overview.page.keyboard.press("Space")
    overview.choose("hidden_size", "16")
    overview.wait("rx.complete()")
    assert overview.alerts == []
    assert len(runs.store.runs()) == before
    overview.start()


@pytest.mark.essential
def test_a_link_with_wrong_settings_keeps_the_right_ones(overview: Overview) -> None:
    overview.open("hidden_size=16&time_size=many&colour=red&learning_rate=-1")
    said = the_alert(overview, "colour")
    assert "time_size" in said and "learning_rate" in said
    assert overview.query == {"hidden_size": "16"}


def test_no_link_and_no_widget_reads_a_file_of_the_server(
    overview: Overview, runs: Runs, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("swordfish is the password that nobody may know\n" * 100)
    overview.open(f"corpus={secret}&tokenizer=words&hidden_size=16")
    the_alert(overview, f"{str(secret)!r} is none of the texts")
    assert "swordfish" not in overview.page.content()
    assert "corpus" not in overview.query
    overview.start()
    assert runs[overview.run_id].config.corpus == "tiny-english"

    overview.open("corpus=../../../etc/passwd")
    the_alert(overview, "passwd' is none of the texts")
    first, *_ = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()
    assert first not in overview.page.content()


def test_a_rate_that_explodes_stops_keeps_the_last_good_state_and_says_what_to_try(
    overview: Overview, runs: Runs
) -> None:
    overview.open(
        "hidden_size=16&optimizer=sgd&max_grad_norm=0&learning_rate=0.1&pace=200&epochs=1000"
    )
    overview.start()
    overview.wait_for_step(300)
    run_id = overview.run_id
    overview.choose("learning_rate", "1e30")
    overview.wait_for_status("finished")
    overview.wait_for_text("diverged")
    run = runs[run_id]
    assert run.reason == "diverged"
    assert all(map(math.isfinite, overview.read("rx.trace('perplexity', 'train').y")))
    for offer in ("halve", "clip", "back"):
        assert overview.page.locator(f".st-key-offer-{offer} button:visible").is_enabled()

    overview.choose("learning_rate", "0.1")
    overview.press_primary("resume")
    overview.wait_for_status("running")
    overview.wait_for_step(run.step + 50)
    overview.press("stop")
    overview.wait_for_status("finished")
    losses = runs.losses(run_id)
    assert max(losses[-20:]) < losses[0], "what was learned before is still there"

    overview.open("hidden_size=16&optimizer=sgd&max_grad_norm=0&learning_rate=1e6")
    overview.press_primary("start")
    overview.wait_for_status("finished")
    exploded = overview.run_id
    overview.page.locator(".st-key-offer-clip button:visible").click()
    overview.wait("run => new URL(location).searchParams.get('run') !== run", exploded)
    assert runs[overview.run_id].config.max_grad_norm == 1.0


def test_right_to_left_text_runs_its_own_way(overview: Overview) -> None:
    overview.open("hidden_size=8&batch_size=2&time_size=5&tokenizer=words&epochs=3000&pace=100")
    give(overview, pasted="שלום עולם טוב היום\u200f\nמחר \u200d נלך לים\n" * 30)
    overview.wait("rx.complete() && rx.texts('states', '.rx-chip').includes('שלום')")
    overview.start()
    overview.wait("rx.draws()[3] > 2")
    for shown in (".rx-chip", ".rx-text"):
        page = overview.page.locator(f"[data-figure] {shown}")
        assert page.count() > 0
        assert page.evaluate_all("all => all.every((one) => one.dir === 'auto')")
    chips = "document.querySelector('[data-figure=states] .rx-chips')"
    overview.wait(f"getComputedStyle({chips}).direction === 'rtl'")  # as soon as it has words
    line = "[...document.querySelectorAll('.rx-text')].find((one) => /[א-ת]/.test(one.textContent))"
    overview.wait(f"getComputedStyle({line}).direction === 'rtl'")
    assert overview.read("rx.texts('states', '.rx-chip')").count("\u200d") == 0
