"""Each action of a person counts, in its order, however soon the next one follows."""

from __future__ import annotations

from collections import deque
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils import script_requests
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests
from streamlit.runtime.state import SafeSessionState

WAITING = 8
"""Requests that wait behind a press, at most: who holds a key down waits no longer for its end."""

_Later = deque[RerunData]
_later: WeakKeyDictionary[ScriptRequests, _Later] = WeakKeyDictionary()
_request = ScriptRequests._request_rerun_locked
_ready = ScriptRequests.on_scriptrunner_ready
_yield = ScriptRequests.on_scriptrunner_yield


def take_every_action() -> None:
    """Let Streamlit take what a person did before it looks for what the person did next.

    A script run begins with the widget states of the action that asked for it. Two habits of
    Streamlit (1.67) lose or turn round what two actions in a moment ask for:

    - It looks for a newer request just before it takes these states; where it finds one, the newer
      states replace the older, and a click among these is lost without its callback: 13 of 40 when
      the next click follows after a millisecond. It looks again once the callbacks are done, so
      that nothing waits longer when it takes them first.
    - While a script runs, it makes one request of all that come. Callbacks then run in the order of
      the joined states, the newest press first, and two presses of one button are one. So what
      comes after a press is a request of its own, up to `WAITING` of them.

    The order of two actions is kept only where one thread takes both: `.streamlit/config.toml`
    sets `fastReruns = false`.
    """
    SafeSessionState.on_script_will_rerun = _take  # type: ignore[method-assign]
    ScriptRequests._request_rerun_locked = _request_behind_a_press  # type: ignore[assignment]
    ScriptRequests.on_scriptrunner_ready = _next_when_ready  # type: ignore[method-assign]
    ScriptRequests.on_scriptrunner_yield = _next_on_yield  # type: ignore[method-assign]


def _take(self: SafeSessionState, *states: Any, **more: Any) -> None:
    with self._lock:
        self._state.on_script_will_rerun(*states, **more)


def _request_behind_a_press(self: ScriptRequests, data: RerunData) -> bool:
    later = _later.setdefault(self, deque())
    waits = self._state is script_requests.ScriptRequestType.RERUN and _presses(self._rerun_data)
    if not waits and not later:
        return _request(self, data)
    if later and (len(later) == WAITING or not _presses(later[-1])):
        later[-1] = _joined(later[-1], data)
    else:
        later.append(data)
    return True


def _next_when_ready(self: ScriptRequests) -> ScriptRequest:
    given = _ready(self)
    _promote(self)
    return given


def _next_on_yield(self: ScriptRequests) -> ScriptRequest | None:
    given = _yield(self)
    if given is not None:
        _promote(self)
    return given


def _promote(requests: ScriptRequests) -> None:
    """Make the first of those that wait the pending request."""
    with requests._lock:
        if later := _later.get(requests):
            _request(requests, later.popleft())


def _presses(data: RerunData) -> bool:
    """Whether a request carries a press: a value that is there for one script run."""
    states = data.widget_states.widgets if data.widget_states else ()
    return any(script_requests._has_active_trigger_value(state) for state in states)


def _joined(older: RerunData, newer: RerunData) -> RerunData:
    """Two requests as one, in Streamlit's own way."""
    requests = ScriptRequests()
    _request(requests, older)
    _request(requests, newer)
    return requests._rerun_data
