"""Nothing that a person does is lost when they do the next thing at once."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunnerEvent
from streamlit.runtime.state import SafeSessionState, SessionState, session_state_proxy
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from pages.ui.overview.transport import begin
from pages.ui.serving.reruns import take_every_action
from pages.ui.visit import session
from pages.ui.visit.identity import Visitor
from pages.ui.visit.session import Session
from rnncore.runs.claim import CommandName
from rnncore.runs.store import Store
from tests.pages.conftest import ME

Sent = list[tuple[str, CommandName, Any]]


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


def _two_buttons() -> None:
    import streamlit as st

    pressed = st.session_state.setdefault("pressed", [])
    for name in ("first", "second"):
        st.button(name, key=name, on_click=pressed.append, args=[name])


def test_two_presses_count_though_the_second_comes_before_the_first_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = AppTest.from_function(_two_buttons).run()
    first, second = (
        WidgetStates(widgets=[WidgetState(id=app.button(key=name).proto.id, trigger_value=True)])
        for name in ("first", "second")
    )
    waiting = [RerunData(widget_states=second)]
    start = LocalScriptRunner.start

    def press_again_once_started(runner: LocalScriptRunner) -> None:
        def press_again(_: object, event: ScriptRunnerEvent, **more: object) -> None:
            if event == ScriptRunnerEvent.SCRIPT_STARTED and waiting:
                runner.request_rerun(waiting.pop())

        runner.on_event.connect(press_again, weak=False)
        start(runner)

    monkeypatch.setattr(LocalScriptRunner, "start", press_again_once_started)
    monkeypatch.setattr(
        SafeSessionState, "on_script_will_rerun", SafeSessionState.on_script_will_rerun
    )
    take_every_action()
    app._run(first)
    assert not waiting
    assert app.session_state["pressed"] == ["first", "second"]


@pytest.mark.parametrize(("command", "steps"), [("start", []), ("step", ["step"])])
def test_a_run_begins_once_though_its_button_is_pressed_twice(
    store: Store, sent: Sent, command: CommandName, steps: list[str]
) -> None:
    visit = Session("en", Visitor(ME))
    begin(visit, command, None)
    begin(visit, command, None)
    assert [run.id for run in store.runs()] == [visit.run_id]
    assert sent == [(visit.run_id, name, None) for name in (command, *steps)]
