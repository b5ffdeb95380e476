"""The first moments: what a link opens, and what is to be seen before anything was trained."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from pages.ui.visit.i18n import texts
from rnncore.config import Config
from rnncore.probes.snapshot import Prober
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.browser.overview import Overview, Runs, eventually
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.essential
def test_the_first_link_on_a_fresh_server_opens_what_it_says(
    page: Page, fresh_server: Server
) -> None:
    overview, korean = Overview(page, fresh_server), texts("ko")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    overview.open("corpus=lag&lag=4&hidden_size=16&lang=ko")

    titles = page.locator("[data-figure] h2").all_inner_texts()
    names = ("perplexity", "gradients", "states", "samples")
    assert titles == [korean(f"figures.{name}.title") for name in names]
    assert overview.query == {"corpus": "lag", "lag": "4", "hidden_size": "16", "lang": "ko"}
    assert overview.box("hidden_size") == "16"
    assert overview.box("corpus") == korean("corpora.lag")
    assert overview.alerts == []
    assert overview.complaints == []
    astray = [url for url in asked if "/overview/" in url]
    assert astray == [], "looking for the server where it is not costs half a second"

    overview.start()
    with closing(Runs(fresh_server)) as runs:
        config = runs[overview.run_id].config
    assert config == Config(corpus="lag", lag=4, hidden_size=16)


@pytest.mark.essential
def test_a_link_without_a_page_opens_the_overview(overview: Overview, server: Server) -> None:
    overview.page.goto(f"{server.url}/?hidden_size=8")
    overview.wait("rx.complete()")
    eventually(lambda: overview.box("hidden_size") == "8", "size in its box")


@pytest.mark.essential
def test_before_start_the_panels_show_what_is_true_of_the_untrained_network(
    overview: Overview, runs: Runs
) -> None:
    before = len(runs.store.runs())
    overview.open("hidden_size=32&seed=3")

    trainer = Trainer(config := Config(hidden_size=32, seed=3), load_corpus(config))
    seen = Prober(trainer).snapshot()
    held_out = trainer.evaluate().perplexity
    assert overview.read("rx.readouts('perplexity')")[1] == f"{held_out:.3g}"
    profile = overview.read("rx.trace('gradients', 'profile').customdata")
    assert len(profile) == len(seen.gradient_profile)
    assert all(abs(a / b - 1) < 1e-3 for a, b in zip(profile, seen.gradient_profile, strict=True))
    points = overview.read("rx.trace('states', 'tokens').x")
    assert points == [round(x, 4) for x, _ in seen.states]
    assert overview.read("rx.texts('samples', '.rx-text')") == [s.text for s in seen.samples[:4]]

    assert len(runs.store.runs()) == before, "looking alone starts no run"
