"""Settings in a URL: every config comes back, and what is wrong is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pages.ui.visit.address import read_settings, write_settings
from rnncore.config import Config

CONFIGS = st.builds(
    Config,
    corpus=st.sampled_from(["tiny-english", "lag", "own-0123456789ab"]),
    hidden_size=st.integers(1, 10**7),
    learning_rate=st.floats(1e-6, 1e3).map(lambda rate: float(f"{rate:.12g}")),
    max_grad_norm=st.sampled_from([0.0, 0.25, 5.0]),
    stateful=st.booleans(),
    seed=st.integers(0, 2**32 - 1),
)


@given(CONFIGS)
def test_a_config_comes_back_from_its_url(config: Config) -> None:
    query = write_settings(config.differences())
    assert all(isinstance(value, str) for value in query.values())
    assert read_settings({**query, "run": "abc", "lang": "ko"}) == (config, None)


def test_defaults_need_no_words() -> None:
    assert write_settings(Config().differences()) == {}


def test_what_is_right_is_kept_and_what_is_wrong_is_named() -> None:
    kept, problem = read_settings({"hidden_size": "16", "time_size": "-1", "no_such": "1"})
    assert kept == Config(hidden_size=16)
    assert problem is not None
    assert "time_size" in str(problem)
    assert "no_such" in str(problem)
