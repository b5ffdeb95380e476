"""Start, pause, step, stop, reset, by mouse and by key; and a setting changed under way."""

from __future__ import annotations

import pytest

from pages.ui.visit.i18n import texts
from tests.browser.overview import Overview, Runs

SMALL = "hidden_size=16&epochs=1000"
SLOW = f"{SMALL}&pace=100"


@pytest.mark.essential
def test_pause_step_resume_stop_and_reset_do_what_they_say(overview: Overview, runs: Runs) -> None:
    overview.open(SLOW)
    untrained = overview.read("rx.ids.map(rx.readouts)")
    texts = overview.read("rx.texts('samples', '.rx-text')")
    overview.start()
    run_id = overview.run_id

    overview.press_primary("pause")
    overview.wait_for_status("paused")
    paused = runs[run_id].step
    for more in (1, 2):
        overview.press("step")
        overview.wait_for_step(paused + more)
        overview.wait_for_status("paused")
        assert runs[run_id].step == overview.step == paused + more

    overview.press_primary("resume")
    overview.wait_for_status("running")
    overview.wait_for_step(paused + 20)
    overview.press("stop")
    overview.wait_for_status("finished")
    assert runs[run_id].reason == "stopped"
    first = runs.losses(run_id)
    assert len(first) == runs[run_id].step

    overview.reset()
    overview.wait("rx.complete() && rx.last('perplexity', 'train') === 0")
    assert overview.read("rx.ids.map(rx.readouts)") == untrained
    assert overview.read("rx.texts('samples', '.rx-text')") == texts

    overview.start()
    overview.wait_for_step(20)
    overview.press("stop")
    overview.wait_for_status("finished")
    second = runs.losses(overview.run_id)
    assert second[:20] == first[:20], "the same initial weights, and the same text in order"


def test_of_two_presses_in_a_moment_each_counts(overview: Overview, runs: Runs) -> None:
    overview.open(SLOW)
    overview.press("step")
    for apart in (0.5, 1, 2, 3):
        overview.wait_for_button("Go on")
        overview.wait("document.querySelector('.stApp').dataset.testScriptState === 'notRunning'")
        overview.page.wait_for_timeout(300)  # the server's script comes to rest after the page
        overview.read(f"rx.press_both('step', 'primary', {apart})")
        overview.wait_for_status("running")
        overview.press_primary("pause")
    overview.wait_for_status("paused")
    assert runs.asked(overview.run_id) == ["step", *("step", "resume", "pause") * 4]


def test_another_language_says_what_the_panels_hold(overview: Overview) -> None:
    overview.open(SLOW)
    overview.press("step")
    overview.wait_for_button("Go on")
    for language in ("ko", "en"):
        overview.read(f"rx.press_both('step', 'language-{language}', 10)")
        overview.wait_for_button(texts(language)("transport.resume"))
        overview.wait("rx.complete() && rx.strip().status === 'paused'")
        assert overview.alerts == [], "no list complains of its own choice"
    said = overview.read("rx.texts('samples', '.rx-when')")
    assert all(when.startswith("update ") for when in said)


@pytest.mark.essential
def test_the_keys_do_what_the_buttons_do(overview: Overview, runs: Runs) -> None:
    overview.open(SLOW)
    key = overview.page.keyboard.press
    key("n")
    overview.wait_for_status("paused")
    overview.wait_for_button("Go on")
    assert runs[overview.run_id].step == overview.step == 1
    key("Space")
    overview.wait_for_status("running")
    overview.wait_for_step(5)
    overview.wait_for_button("Pause")
    key("Space")
    overview.wait_for_status("paused")
    overview.wait_for_button("Go on")
    key("s")
    overview.wait_for_status("finished")
    key("0")
    overview.wait("!new URL(location).searchParams.has('run')")
    overview.wait_for_status("ready")


@pytest.mark.essential
def test_typing_into_a_box_presses_no_button(overview: Overview, runs: Runs) -> None:
    before = len(runs.store.runs())
    overview.open(SLOW)
    overview.page.locator(".st-key-setting-hidden_size input").click()
    overview.page.keyboard.type("n s0")
    overview.page.keyboard.press("Escape")
    assert overview.read("rx.strip().status") == "ready"
    assert len(runs.store.runs()) == before


def test_a_change_under_way_is_marked_on_the_curve_and_acts(overview: Overview, runs: Runs) -> None:
    overview.open(SLOW)
    overview.start()
    for setting, typed in (("learning_rate", "0.002"), ("max_grad_norm", "0.5")):
        overview.choose(setting, typed)
        overview.wait(
            "typed => rx.annotations('perplexity').some(text => text.endsWith(`→ ${typed}`))", typed
        )
        overview.wait(
            "([name, text]) => new URL(location).searchParams.get(name) === text", [setting, typed]
        )
    rate, clip = runs.records(overview.run_id, "changed")
    assert rate.payload == {"setting": "learning_rate", "old": 3e-4, "new": 0.002}
    assert clip.payload == {"setting": "max_grad_norm", "old": 1.0, "new": 0.5}

    overview.wait_for_step(clip.step + 10)
    rates = {
        record.payload["learning_rate"]
        for record in runs.records(overview.run_id, "steps")
        if record.step > rate.step
    }
    assert rates == {0.002}
    assert overview.read("rx.strip().status") == "running"


def test_a_change_that_acts_on_reset_is_named_until_then(overview: Overview, runs: Runs) -> None:
    overview.open(SLOW)
    overview.start()
    run_id = overview.run_id
    overview.page.get_by_role("button", name="More settings").click()
    overview.choose("seed", "7")
    overview.wait_for_text("Takes effect on Reset: Seed 7")
    overview.choose("layers", "2")  # what was open has stayed open
    overview.page.keyboard.press("Escape")
    overview.choose("time_size", "7")
    overview.wait_for_text("Window T 7")
    assert runs[run_id].config.time_size == 20
    overview.reset()
    overview.start()
    assert runs[overview.run_id].config.time_size == 7
    assert runs[overview.run_id].config.layers == 2


def test_a_finished_run_goes_on(overview: Overview, runs: Runs) -> None:
    overview.open("hidden_size=16&epochs=2&grammar_tokens=4000")
    overview.start()
    overview.wait_for_status("finished")
    run_id = overview.run_id
    end = runs[run_id].step
    overview.press("go_on")
    overview.wait_for_step(2 * end)
    overview.wait_for_status("finished")
    assert runs[run_id].step == len(runs.losses(run_id)) == 2 * end
    overview.wait("document.body.innerText.includes('epoch 4 of 4')")
    overview.wait("document.body.innerText.includes('Go on to epoch 6')")
