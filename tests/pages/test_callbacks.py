"""Nothing that a person does is lost when they do the next thing at once."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.runtime.state import SafeSessionState, SessionState, session_state_proxy

from pages.ui.visit import session


def test_a_callback_reads_its_widget_though_another_rerun_is_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def give_way() -> None:
        raise RerunException(RerunData())

    held = SessionState()
    held["box"] = "0.24"
    busy = SafeSessionState(held, give_way)
    monkeypatch.setattr(session_state_proxy, "get_session_state", lambda: busy)
    with pytest.raises(RerunException):
        st.session_state.get("box")
    assert session.widget("box") == "0.24"
    assert session.widget("another") is None
