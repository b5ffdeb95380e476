"""A held-out text too long to be read often: its beginning has a curve, the whole has points."""

from __future__ import annotations

import pytest

from tests.browser.overview import Overview, Runs

DRAWN = "(({mode, x, y}) => [mode, [...x], [...y]])(rx.trace('perplexity', '%s'))"
READOUTS = "rx.texts('perplexity', '.rx-readout:not([hidden])')"
TICKED = "rx.trace('perplexity', 'labels')?.text[1].includes('✓')"


def test_each_of_two_held_out_texts_has_its_own_values(overview: Overview, runs: Runs) -> None:
    overview.open("corpus=story-en&cell=gru&hidden_size=200&valid_fraction=0.4&epochs=20")
    overview.start()
    overview.wait_for_status("finished")
    overview.wait(TICKED)
    measured = [
        {**record.payload, "step": record.step}
        for record in runs.records(overview.run_id, "evaluation")
        if record.payload["split"] == "valid"
    ]
    for uid, mode, partial in (("part", "lines+markers", True), ("valid", "markers", False)):
        told = [one for one in measured if ("part" in one) == partial]
        drawn_mode, steps, values = overview.read(DRAWN % uid)
        assert (drawn_mode, steps) == (mode, [one["step"] for one in told])
        assert values == pytest.approx([one["perplexity"] for one in told])
        assert steps[-1] == overview.step
    names = [text.rpartition(" ")[0] for text in overview.read(READOUTS)]
    assert names[1:3] == ["held-out, beginning", "◆ whole"]
    assert names[-2:] == ["best of the beginning", "at"]
    said = overview.read("rx.plot('perplexity').ariaLabel")
    assert "the beginning of held-out" in said
