"""What a run says at its end of the state that was best on held-out text."""

from __future__ import annotations

import pytest

from pages.ui.live.panels import translate
from rnncore.probes import copies
from rnncore.runs.records import best_view
from rnncore.runs.store import Store
from rnncore.text.corpus import load_corpus
from tests.runs.support import driven, of_kind, started, wait_for_status
from tests.runs.test_checkpoints import MEMORISING


def test_copied_pieces_of_its_text_are_marked_and_counted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(copies.LEAST, "words", 2)  # so early few pieces are longer
    run_id = started(store, MEMORISING)
    with driven(store, run_id):
        wait_for_status(store, run_id, "finished")
    (told,) = of_kind(store, run_id, "best")
    (sample,) = best_view(told.payload).samples
    assert sample.copied
    corpus = load_corpus(MEMORISING)
    read = corpus.tokenizer.show(corpus.vocabulary.decode(corpus.train))
    pieces = [sample.text[start:end] for start, end in sample.copied]
    assert all(piece.strip() in read for piece in pieces)
    (listed,) = [op for op in translate(told) if op["op"] == "items"]
    assert listed["lines"][0]["parts"][1::2] == pieces
    assert listed["copied"] == max(map(len, pieces))
