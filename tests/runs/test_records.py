"""Records survive the way through JSON exactly, and views come back as they were."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnncore.errors import TextError
from rnncore.runs.records import (
    cloud_record,
    cloud_view,
    decode,
    encode,
    error_values,
    run_view,
    snapshot_view,
    steps_record,
)
from rnncore.training.events import Step
from rnncore.views import (
    CloudView,
    Colouring,
    Rung,
    RunView,
    Sample,
    SnapshotView,
    StateFrame,
)

floats = st.floats(allow_nan=True, allow_infinity=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | floats | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return one == other


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text() | st.just("$"), values))
@example({"$": "nan"})
@example({"a": {"$": None}})
def test_every_payload_comes_back_as_it_was(payload: dict[str, object]) -> None:
    assert same(decode(encode(payload)), payload)


def test_a_diverged_loss_stays_a_number_among_numbers() -> None:
    steps = [Step(1, 1, 2.5, 0.1, 3.0, 0.5), Step(2, 1, math.nan, 0.1, math.inf, 0.75)]
    read = decode(encode(steps_record(steps, 0.75, 66).payload))
    assert read["losses"][0] == 2.5
    assert math.isnan(read["losses"][1])
    assert read["grad_norms"] == [3.0, math.inf]
    assert (read["first"], read["last"], read["seconds"]) == (1, 2, 0.75)


def test_text_that_looks_like_the_mark_stays_text() -> None:
    payload = {"text": '{"$":"nan"}', "missing": None, "loss": math.nan}
    read = decode(encode(payload))
    assert read["text"] == '{"$":"nan"}'
    assert read["missing"] is None


@pytest.mark.parametrize("share", [0.5, None])
def test_views_come_back_whole(share: float | None) -> None:
    frame = RunView(
        7, "words", 1.5, (Rung(0, 3.0), Rung(1, 2.0)), 20, 30, 400, ("a", "<b>"), ("s", "t"),
        (0, 1), 2.0, 4,
    )  # fmt: skip
    look = SnapshotView(
        3, 0.25, (1.0, math.inf, math.nan), ((0.5, -0.5),), 0.75, ((("a", 0.5), ("b", 0.25)),),
        (Sample("<i>x</i>", True), Sample("y", None), Sample("abc", None, ((0, 2),))), share, 1.0,
    )  # fmt: skip
    assert run_view(decode(encode(frame._asdict()))) == frame
    colouring = Colouring("next", ("a", ""), (0, 1), (1,), ())
    known = frame._replace(states=StateFrame(("a", "c"), ("b", "<i>"), 2, (colouring,)))
    assert run_view(decode(encode(known._asdict()))) == known
    trained = frame._replace(on_training=("gradients",))
    assert run_view(decode(encode(trained._asdict()))) == trained
    plain = frame._replace(floor=None, rungs=(), state_names=None, probe_states=None)
    assert run_view(decode(encode(plain._asdict()))) == plain
    counted = plain._replace(counted=(Rung(0, 3.0), Rung(1, 2.5)))
    assert run_view(decode(encode(counted._asdict()))) == counted
    of_before = {name: value for name, value in plain._asdict().items() if name != "counted"}
    assert run_view(decode(encode(of_before))) == plain
    read = snapshot_view(decode(encode(look._asdict())))
    assert read.samples == look.samples
    assert (read.states, read.twin) == (((0.5, -0.5),), ())
    beside = look._replace(twin=((1.0, 0.25),))
    assert snapshot_view(decode(encode(beside._asdict()))).twin == beside.twin
    cloud = CloudView(3, ((1.0, -0.25), (0.001, 2.0)))
    record = cloud_record(cloud)
    assert cloud_view(record._replace(payload=decode(encode(record.payload)))) == cloud
    assert read.next_tokens == look.next_tokens
    assert read.gradient_profile[:2] == (1.0, math.inf)
    assert math.isnan(read.gradient_profile[2])


def test_a_sample_of_before_says_nothing_of_what_is_copied() -> None:
    payload: dict[str, object] = {"gradient_profile": [], "states": [], "next_tokens": []}
    others = dict.fromkeys(("step", "seconds", "variance_share", "legal_share", "temperature"), 0)
    kept = {**payload, **others, "samples": [{"text": "ab", "legal": None}]}
    assert snapshot_view(kept).samples == (Sample("ab", None),)
    assert snapshot_view(kept).samples[0].longest_copy is None


def test_float32_numbers_keep_their_value() -> None:
    value = np.float32(0.1)
    assert np.float32(decode(encode({"x": value}))["x"]) == value


def test_an_error_keeps_code_sentence_and_plain_values() -> None:
    error = TextError("too_short", "The text has 3 tokens.", tokens=3, where="a.txt", odd=object())
    said = decode(encode(error_values(error)))
    assert said["code"] == "too_short"
    assert said["message"] == "The text has 3 tokens."
    assert said["values"] == {"tokens": 3, "where": "a.txt"}
