"""Nothing that a person does is lost when they do the next thing at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.state import SafeSessionState, SessionState, session_state_proxy
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from pages.ui.overview.transport import begin
from pages.ui.serving.reruns import WAITING, take_every_action
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
    st.number_input("value", key="value", on_change=pressed.append, args=["value"])


@pytest.fixture
def every_action(monkeypatch: pytest.MonkeyPatch) -> None:
    """The habits of a server, for one test."""
    monkeypatch.setattr(
        SafeSessionState, "on_script_will_rerun", SafeSessionState.on_script_will_rerun
    )
    for name in ("_request_rerun_locked", "on_scriptrunner_ready", "on_scriptrunner_yield"):
        monkeypatch.setattr(ScriptRequests, name, getattr(ScriptRequests, name))
    take_every_action()


def pressed(app: AppTest, name: str) -> WidgetState:
    return WidgetState(id=app.button(key=name).proto.id, trigger_value=True)


@pytest.mark.usefixtures("every_action")
@pytest.mark.parametrize(
    "presses",
    [
        ["first", "second"],
        ["first", "second", "first"],
        ["second", "second", "second", "first"],
        ["first", "value", "second", "value", "first"],
    ],
)
def test_each_press_counts_in_its_order_though_the_next_comes_before_it_is_taken(
    monkeypatch: pytest.MonkeyPatch, presses: list[str]
) -> None:
    app = AppTest.from_function(_two_buttons).run()

    def requested() -> Iterator[WidgetStates]:
        """As a browser asks: with the values of all boxes, and the press at the end."""
        value = 0.0
        for name in presses:
            value += name == "value"
            box = WidgetState(id=app.number_input(key="value").proto.id, double_value=value)
            press = [] if name == "value" else [pressed(app, name)]
            yield WidgetStates(widgets=[box, *press])

    first, *others = requested()
    start = LocalScriptRunner.start

    def press_again_once_started(runner: LocalScriptRunner) -> None:
        def press_again(_: object, event: ScriptRunnerEvent, **more: object) -> None:
            if event == ScriptRunnerEvent.SCRIPT_STARTED:
                while others:
                    runner.request_rerun(RerunData(widget_states=others.pop(0)))

        runner.on_event.connect(press_again, weak=False)
        start(runner)

    monkeypatch.setattr(LocalScriptRunner, "start", press_again_once_started)
    app._run(first)
    assert not others
    assert app.session_state["pressed"] == presses


@pytest.mark.usefixtures("every_action")
def test_a_key_that_is_held_down_fills_no_endless_queue() -> None:
    requests = ScriptRequests()
    states = WidgetStates(widgets=[WidgetState(id="button", trigger_value=True)])
    for _ in range(100):
        assert requests.request_rerun(RerunData(widget_states=states))
    taken = 0
    while requests.on_scriptrunner_ready().type is ScriptRequestType.RERUN:
        taken += 1
    assert taken == 1 + WAITING


@pytest.mark.parametrize(("command", "steps"), [("start", []), ("step", ["step"])])
def test_a_run_begins_once_though_its_button_is_pressed_twice(
    store: Store, sent: Sent, command: CommandName, steps: list[str]
) -> None:
    visit = Session("en", Visitor(ME))
    begin(visit, command, None)
    begin(visit, command, None)
    assert [run.id for run in store.runs()] == [visit.run_id]
    assert sent == [(visit.run_id, name, None) for name in (command, *steps)]
