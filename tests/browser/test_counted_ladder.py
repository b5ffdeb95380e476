"""A plain text's ladder comes from its run's worker, while the run is on."""

from __future__ import annotations

from tests.browser.overview import Overview

LABELS = "rx.trace('perplexity', 'labels')?.text.map((text) => text.trim())"
PASSED = f"{LABELS}?.some((text) => text.startsWith('n-gram of order 2 ✓'))"


def test_n_grams_appear_and_are_ticked_in_a_run_that_goes_on(overview: Overview) -> None:
    overview.open("corpus=story-en&hidden_size=32&learning_rate=0.003&epochs=100000")
    overview.wait(f"{LABELS}?.some((text) => text === 'frequencies alone')")
    overview.start()
    overview.wait(PASSED)
    labels = overview.read(LABELS)
    assert [text.partition(" ✓")[0] for text in labels[1:]] == [
        f"n-gram of order {order}" for order in range(1, 6)
    ]
    assert overview.read("rx.strip().status") == "running"
    overview.press("stop")
