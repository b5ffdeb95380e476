"""What every script run goes through: the list of pages, then the page that was asked for."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from pages.ui.serving import server
from pages.ui.visit import session
from pages.ui.widgets import tour
from pages.ui.widgets.frame import frame
from pages.ui.widgets.number_box import keys
from rnncore.errors import StoreError
from rnncore.paths import assets_dir

FOLDER = Path(__file__).resolve().parents[1]
HOME = "overview"
GROUPS = {
    "text": ("corpus", "language_models", "generation"),
    "inside": ("cell", "bptt", "gradients", "states"),
    "runs": ("runs", "tune"),
}
"""Pages in their order, by the menu in which they stand; home stands beside the menus. Their icons
are in frame.css: for an icon that Streamlit knows of, the browser would ask a server of Google's,
to put it on its tab."""
PAGES = (HOME, *(name for group in GROUPS.values() for name in group))


KEEP_SECONDS = 20


@st.fragment(run_every=KEEP_SECONDS)
def _keep_going() -> None:
    """On any page, tell the visit's own run that somebody is still here."""
    visit = session.current()
    with suppress(StoreError):  # pages that show the run say it, in words
        run = server.find_or_none(visit.run_id)
        if run is not None and server.controls(visit.visitor.id, run):
            server.hub().watching(run.id)


def main() -> None:
    """Set up the frame and run the page."""
    visit = session.current()
    visit.listen()
    t = visit.t
    st.logo(assets_dir() / "logo.svg", size="large")
    pages = {
        name: st.Page(FOLDER / f"{name}.py", title=t(f"{name}.title"), url_path=name)
        for name in PAGES
    }
    # The default page has no path of its own, and /overview must be one: so home stands twice.
    home = st.Page(
        FOLDER / f"{HOME}.py",
        title=pages[HOME].title,
        url_path="home",
        default=True,
        visibility="hidden",
    )
    _keep_going()
    menus = {t(f"app.{group}"): [pages[name] for name in GROUPS[group]] for group in GROUPS}
    here = st.navigation({"": [home, pages[HOME]], **menus}, position="top")
    visit.pages = {**pages, "here": here}
    name = HOME if here == home else here.url_path
    st.set_page_config(
        page_title=f"{here.title} · {t('app.title')}",
        page_icon=assets_dir() / "icon.svg",
        layout="wide",
    )
    with visit.on(name):
        frame(visit, here.title)
        tour.bar(visit)
        here.run()
        keys(visit)


main()
