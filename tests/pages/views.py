"""A run seen at one moment, small enough to check by eye."""

from __future__ import annotations

from rnncore.views import (
    CloudView,
    Colouring,
    Rung,
    RunView,
    Sample,
    SnapshotView,
    StateFrame,
)

RUN = RunView(
    vocabulary_size=8,
    token_unit="characters",
    floor=1.5,
    rungs=(Rung(0, 6.0), Rung(1, 3.0), Rung(2, 2.999), Rung(3, 1.6), Rung(4, 1.5)),
    time_size=4,
    updates=1234,
    tokens_per_update=40,
    probe_tokens=("<b>", "\n", "a"),
    state_names=("start", "inside"),
    probe_states=(1, 1, 0),
    state_bound=4.0,
    distances=6,
)
TEXT_RUN = RUN._replace(floor=None, rungs=(), state_names=None, probe_states=None)
FRAMED_RUN = RUN._replace(
    states=StateFrame(
        twin=("<b>", "a", "<b>"),
        tokens=("<b>", "\n", "a", "a"),
        stretch=2,
        colourings=(
            Colouring("memory", ("T", "P", ""), (0, 1, 2, 2), (0, 0, 2), (0, 1, 2)),
            Colouring("next", ("<b>", ""), (0, 1, 1, 0), (0, 1, 1), (1, 0, 1)),
        ),
    )
)
CLOUD = CloudView(5, ((0.5, 1.0), (-0.25, 2.0), (1.5, 0.0), (0.0, -1.0)))
SNAPSHOT = SnapshotView(
    step=5,
    seconds=0.25,
    gradient_profile=(1.0, 0.1, 0.01, 1e-9, 0.0, 0.0),
    states=((0.5, -0.25), (1.0, 0.0), (-1.0, 2.0)),
    variance_share=0.5,
    next_tokens=((("a", 0.75), ("<b>", 0.25)), (("a", 1.0),), (("\n", 0.5), ("a", 0.5))),
    samples=(Sample("ab", True), Sample("<i>", False), Sample("aa …", None)),
    legal_share=0.5,
    temperature=0.8,
)
