"""Nothing learned is lost: a killed worker, a killed server, the plug pulled on everything."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from signal import SIGKILL
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from pages.ui.visit.i18n import texts
from rnncore.config import Config
from rnncore.runs.troubles import unknown_run
from rnncore.text.corpus import load_corpus
from rnncore.training.trainer import Trainer
from tests.browser.overview import Overview, Runs
from tests.browser.server import Server, kill, processes_of, start_server

if TYPE_CHECKING:
    from playwright.sync_api import Page

SLOW = "corpus=lag&hidden_size=16&epochs=1000&pace=200"


def uninterrupted(updates: int) -> list[float]:
    """The losses of the same run without a page, a store or a worker."""
    config = Config(corpus="lag", hidden_size=16, epochs=1000)
    with threadpool_limits(1):
        trainer = Trainer(config, load_corpus(config))
        return [trainer.step().loss for _ in range(updates)]


def workers(server: Server) -> list[int]:
    """Process ids of the server's workers and their spare."""
    return [pid for pid in processes_of(server.home) if b"rnncore.runs.worker" in command(pid)]


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""  # gone meanwhile


def test_a_killed_worker_costs_nothing_that_resume_does_not_bring_back(
    overview: Overview, server: Server, runs: Runs
) -> None:
    overview.open(SLOW)
    overview.start()
    run_id = overview.run_id
    overview.wait_for_step(400)
    for pid in workers(server):
        kill(pid, SIGKILL)
    overview.wait_for_status("lost")
    overview.wait_for_text(texts("en")("transport.lost"))
    reached = runs[run_id].step

    overview.press_primary("resume")
    overview.wait_for_status("running")
    overview.wait_for_step(reached + 50)
    overview.press_primary("pause")
    overview.wait_for_status("paused")
    losses = runs.losses(run_id)
    assert len(losses) >= reached + 50
    assert losses == uninterrupted(len(losses))
    drawn = overview.read("rx.trace('perplexity', 'train').x")
    assert drawn == sorted(set(drawn)), "each update is drawn once"


def test_a_run_survives_its_server_and_even_the_end_of_everything(
    page: Page, fresh_server: Server
) -> None:
    overview, home = Overview(page, fresh_server), fresh_server.home
    port = int(fresh_server.url.rpartition(":")[2])
    overview.open(SLOW)
    overview.start()
    run_id = overview.run_id
    with closing(Runs(fresh_server)) as runs:
        fresh_server.process.kill()
        fresh_server.process.wait()
        reached = runs[run_id].step
        second = start_server(home, port)
        page.reload()
        overview.wait("step => rx.complete() && rx.last('perplexity', 'train') > step", reached)
        assert overview.read("rx.strip().status") == "running"
        overview.wait_for_button("Pause")  # the new server knows whose run it is

        for pid in processes_of(home):
            kill(pid, SIGKILL)
        second.process.wait()
        reached = runs[run_id].step
        third = start_server(home, port)
        try:
            page.reload()
            overview.wait_for_status("lost")
            overview.press_primary("resume")
            overview.wait_for_step(reached + 50)
            assert overview.run_id == run_id
            losses = runs.losses(run_id)
            assert losses == uninterrupted(len(losses))
        finally:
            third.stop()


def test_an_unknown_run_in_the_address_is_a_sentence_on_a_page_that_works(
    overview: Overview,
) -> None:
    overview.open("run=nosuchrun7")
    assert str(unknown_run("nosuchrun7")) in overview.alerts[0]
    overview.start()
    assert overview.run_id != "nosuchrun7"
    overview.wait_for_step(10)
