"""Overview: train an RNN language model live and look inside it while it learns."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui.overview import scene as watch
from pages.ui.overview import transport
from pages.ui.overview.own_text import own_text
from pages.ui.visit import session
from pages.ui.widgets import header
from pages.ui.widgets import settings as controls
from rnncore.presets import STORIES

visit = session.current()
visit.arrive("overview")
run = transport.watched(visit)
on_change = partial(transport.act_at_once, visit)

head, settings = st.container(), st.container()
buttons = st.container(horizontal=True, vertical_alignment="center", gap="small")
notices, live = st.container(), st.container()
# The panels first: what a press of Start has begun is seen while the rest is still on its way.
scene = watch.scene(visit, run)
if scene is not None:
    with live:
        watch.panels(visit, run, scene)
with head:
    header.head(visit, "overview", STORIES)
with settings:
    controls.open_settings(visit, on_change)
with buttons:
    transport.bar(visit, run, ready=scene is not None and scene.true)
    st.space("stretch")
    controls.folded_settings(visit, on_change)
    own_text(visit)
with notices:
    header.problem(visit)
    controls.refusals(visit)
    transport.trouble(visit, run)
controls.keys(visit)
visit.leave()
