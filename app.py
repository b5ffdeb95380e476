"""The entry: `streamlit run app.py` serves the pages and the live streams of their runs."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pages.ui.serving.cookies import IdentityMiddleware
from pages.ui.serving.guard import GuardMiddleware
from pages.ui.serving.head import PreloadMiddleware
from pages.ui.serving.plotly_script import ADDRESSES, packed, plotly_script
from pages.ui.serving.reruns import take_every_action
from pages.ui.serving.scripts import module
from pages.ui.serving.sockets import port, tune_listeners

BASE = "/".join(["", *filter(None, (st.get_option("server.baseUrlPath") or "").split("/"))])
"""Where the app lives below its host, such as "" or "/explorer": pages ask relative to it."""
MAIN = Path(__file__).parent / "pages" / "ui" / "main.py"


def host() -> str:
    """By what name this machine reaches the server."""
    address = st.get_option("server.address") or "localhost"
    if address in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{address}]" if ":" in address else address


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Load what is heavy before the first visitor comes, and keep it out of later collections."""
    import pandas  # noqa: F401  (Streamlit imports it for the first component)
    import streamlit.emojis  # noqa: F401  (and this for the first icon)

    from pages.ui.inspected.preview import preview
    from pages.ui.live import panels
    from pages.ui.serving import server
    from pages.ui.visit.i18n import LANGUAGES
    from rnncore.config import Config

    tune_listeners()
    take_every_action()
    packed()
    server.compose(panels.translate)
    first = preview(Config())
    for language in LANGUAGES:
        panels.skeletons(first.run, language)
    async with server.serving(f"http://{host()}:{port()}{BASE}"):
        gc.collect()
        gc.freeze()
        yield


async def live(request: Request) -> Response:
    """The stream of a run's drawing operations."""
    from pages.ui.serving import server

    return await server.hub().stream(request)


app = st.App(
    MAIN,
    routes=[
        Route(f"{BASE}/live/{{run_id}}", live),
        *(Route(f"{BASE}/{address}", plotly_script) for address in ADDRESSES.values()),
        Route(f"{BASE}/vendor/js/{{version}}/{{name}}", module),
    ],
    middleware=[
        Middleware(GuardMiddleware),
        Middleware(IdentityMiddleware, base=BASE),
        Middleware(PreloadMiddleware),
    ],
    lifespan=lifespan,
)
