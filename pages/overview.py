"""Overview: train an RNN language model live and look inside it while it learns."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui import controls, frame, session, transport, watch
from pages.ui.own_text import own_text
from rnncore.presets import STORIES

visit = session.current()
visit.arrive("overview")
run = transport.watched(visit)
on_change = partial(transport.act_at_once, visit)

frame.head(visit, "overview", STORIES)
controls.open_settings(visit, on_change)
buttons = st.container(horizontal=True, vertical_alignment="center", gap="small")
notices = st.container()
scene = watch.scene(visit, run)
with buttons:
    transport.bar(visit, run, ready=scene is not None and scene.true)
    st.space("stretch")
    controls.folded_settings(visit, on_change)
    own_text(visit)
with notices:
    frame.problem(visit)
    transport.trouble(visit, run)
if scene is not None:
    watch.panels(visit, run, scene)
visit.leave()
