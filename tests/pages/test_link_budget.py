"""An address alone makes no page compute for long: nothing is trained, nothing large is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pages.gradients import SECTIONS as IDEAS
from pages.ui.inspected import preview
from pages.ui.visit.i18n import LANGUAGES, texts
from pages.ui.widgets import training
from rnncore.config import Config
from rnncore.memory import parameter_count
from rnncore.paths import data_dir
from rnncore.probes import looking, untrained
from rnncore.probes.untrained import budget
from rnncore.text import ptb
from rnncore.text.corpus import Corpus, load_corpus
from rnncore.training.trainer import Trainer
from tests.pages.conftest import Visit, data, query
from tests.pages.training import Training, open_page
from tests.products import counted
from tests.runs.support import Launcher

HUGE = {"hidden_size": "5000", "embedding_size": "5000"}
ADDRESSES = {
    "wide": HUGE,
    "deep": {"layers": "8", "hidden_size": "1500", "cell": "lstm"},
    "spectral": {"initializer": "spectral", "hidden_size": "2000"},
    "long": {"time_size": "9000", "batch_size": "1", "grammar_tokens": "5000000"},
    "held out": {"grammar_tokens": "5000000", "valid_fraction": "0.5", "hidden_size": "1"},
    "characters": {"grammar_tokens": "5000000", "tokenizer": "characters"},
    "chaotic": {"recurrent_scale": "100", "hidden_size": "700"},
}
PAIR = {"bptt.pair": "20", "bptt.T": "20", "bptt.asked": "one_tick"}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_of_the_overview_stays_within_the_budget(visit: Visit, name: str) -> None:
    preview._measure.clear()
    budget()
    with counted() as products:
        app = visit(**ADDRESSES[name])
    assert not app.exception
    assert not app.error
    assert products.made < budget().multiply_adds * 1.5
    assert not app.button(key="primary").disabled


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_network_beyond_the_budget_is_started_all_the_same(
    visit: Visit, launcher: Launcher, language: str
) -> None:
    t = texts(language)
    app = visit(**HUGE, lang=language)
    assert t("preview.everything") in [caption.value for caption in app.caption]
    assert data(app)["ops"] == []
    app.button(key="primary").click().run()
    assert not app.exception and not app.error
    assert launcher.launched == [query(app)["run"]]
    assert t("preview.everything") not in [caption.value for caption in app.caption]


def test_what_is_measured_on_less_is_said_to_be(visit: Visit) -> None:
    t = texts("en")
    said = [caption.value for caption in visit(hidden_size="700").caption]
    assert t("preview.passages") in said and t("preview.everything") not in said
    said = [caption.value for caption in visit().caption]
    assert t("preview.passages") not in said and t("preview.everything") not in said


def test_too_much_memory_is_said_as_ever(visit: Visit) -> None:
    app = visit(hidden_size="100000")
    assert "GiB" in app.error[0].value
    assert app.button(key="primary").disabled


def test_different_links_are_measured_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = untrained.preview

    def look(*given: Any) -> Any:
        assert preview._one_at_a_time.locked()
        return measured(*given)

    monkeypatch.setattr(untrained, "preview", look)
    preview.preview(Config(grammar_tokens=2000, hidden_size=3, seed=12345))
    assert not preview._one_at_a_time.locked()


def test_different_texts_are_kept_in_memory_up_to_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def load(config: Config, known: None) -> Corpus:
        read.append(config.grammar_tokens)
        return load_corpus(config, known)

    monkeypatch.setattr(preview, "load_corpus", load)
    monkeypatch.setattr(preview, "TOKENS", 8_000)
    preview._load.clear()
    preview._known.clear()
    for tokens in (3001, 3002, 3001, 3003, 3001, 3002, 9000, 9000):
        preview.corpus_of(Config(grammar_tokens=tokens))
    assert read == [3001, 3002, 3003, 3002, 9000]


def test_an_address_trains_nothing(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit().switch_page("../bptt.py").run()  # the example is trained by now
    monkeypatch.setattr(Trainer, "step", lambda self: pytest.fail("an update was made"))
    app.query_params.update(PAIR)
    app.run()
    assert not app.exception
    assert not app.info and app.button(key="predict.bptt.predict.one_tick.check").disabled
    for idea in IDEAS:
        if idea != "jacobians":  # its history is the example's own
            app = visit().switch_page("../gradients.py")
            app.query_params.update({"gradients.idea": idea, "gradients.asked": "1"})
            assert not app.run().exception


def test_the_button_trains_what_the_address_alone_did_not(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr(training, "start", lambda visit, name, work: started.append(name))
    app = visit().switch_page("../bptt.py")
    app.query_params.update(PAIR)
    app.run()
    assert started == []
    app.button(key="lab.train").click().run()
    assert len(started) >= 1


@pytest.mark.parametrize(
    ("page", "idea"), [("bptt", ""), ("cell", ""), *(("gradients", idea) for idea in IDEAS)]
)
def test_the_pages_look_into_no_network_that_is_too_large(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, page: str, idea: str
) -> None:
    run = Training(hidden_size=40)
    run.advance(1)
    weights = parameter_count(run.trainer.config, len(run.trainer.corpus.vocabulary))
    monkeypatch.setattr(looking, "LARGEST", weights - 1)
    app = open_page(visit, page, run, **({"gradients.idea": idea} if idea else {}))
    assert not app.exception
    assert f"{weights:,} weights" in app.error[0].value
    monkeypatch.setattr(looking, "LARGEST", weights)
    app = open_page(visit, page, run, **({"gradients.idea": idea} if idea else {}))
    assert not app.exception and not app.error


@pytest.mark.parametrize("idea", ["explosion", "horizons"])
def test_a_look_takes_fewer_windows_of_a_large_network(
    visit: Visit, monkeypatch: pytest.MonkeyPatch, idea: str
) -> None:
    monkeypatch.setattr(looking, "WORK", 1.0)
    run = Training(hidden_size=9, grammar_tokens=30_000)
    run.advance(1)
    with counted() as products:
        app = open_page(visit, "gradients", run, **{"gradients.idea": idea})
    assert not app.exception
    few = products.made
    monkeypatch.undo()
    again = Training(hidden_size=9, grammar_tokens=30_000)
    again.advance(1)
    with counted() as products:
        open_page(visit, "gradients", again, **{"gradients.idea": idea})
    assert few < products.made / 2


def test_the_cost_of_many_streams_is_measured_on_few(visit: Visit) -> None:
    run = Training(batch_size=90_000, time_size=1, grammar_tokens=120_000, hidden_size=64)
    run.advance(1)
    with counted() as products:
        app = open_page(visit, "bptt", run)
    assert not app.exception
    assert products.made < 6e9


def test_a_link_to_the_treebank_fetches_nothing_and_a_button_does(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []

    def fetch(name: str) -> Path:
        fetched.append(name)
        (data_dir() / "ptb").mkdir(exist_ok=True)
        path = data_dir() / "ptb" / name
        path.write_text(" the cat sat on the mat \n" * 400, encoding="utf-8")
        return path

    monkeypatch.setattr(ptb, "_fetched", fetch)
    app = visit(corpus="ptb")
    assert fetched == []
    assert "not on this machine yet" in app.error[0].value
    assert app.button(key="primary").disabled
    app.button(key="offer.fetch").click().run()
    assert fetched[:3] == list(ptb.CHECKSUMS)
    assert not app.error and not app.exception
    assert not app.button(key="primary").disabled
    assert query(app)["corpus"] == "ptb"
