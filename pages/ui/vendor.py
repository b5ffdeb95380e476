"""plotly.js, served from the installed package, and asked for as early as the page's first byte."""

from __future__ import annotations

import gzip
from functools import cache

import plotly
from plotly.offline import get_plotlyjs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS = f"vendor/plotly.min.js?{plotly.__version__}"
"""Relative to every page, so that a proxy's base path works; another version, another address."""
FOREVER = "public, max-age=31536000, immutable"
TAG = f'<script async src="./{ADDRESS}" data-plotly></script></head>'.encode()


async def plotly_script(request: Request) -> Response:
    """plotly.js as it comes with the plotly package, packed where the browser takes it."""
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    body = await run_in_threadpool(_plain)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = await run_in_threadpool(_packed)
    return Response(body, media_type="text/javascript", headers=headers)


class EarlyPlotly:
    """Middleware: names plotly.js in the HTML that every page begins with.

    Reading that script takes a browser about half a second, which it otherwise could only begin
    after Streamlit has started, connected and drawn: this way both happen side by side.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or b"text/html" not in dict(scope["headers"]).get(
            b"accept", b""
        ):
            await self._app(scope, receive, send)
            return
        # The few kilobytes of HTML must arrive here unpacked.
        kept = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        page: Message | None = None

        async def amend(message: Message) -> None:
            nonlocal page
            if message["type"] == "http.response.start":
                if MutableHeaders(scope=message).get("content-type", "").startswith("text/html"):
                    page = message
                    return
            elif page is not None:
                body = message.get("body", b"").replace(b"</head>", TAG, 1)
                headers = MutableHeaders(scope=page)
                if "content-length" in headers and body:
                    grown = int(headers["content-length"]) + len(body) - len(message["body"])
                    headers["content-length"] = str(grown)
                await send(page)
                page, message = None, {**message, "body": body}
            await send(message)

        await self._app({**scope, "headers": kept}, receive, amend)


def pack() -> None:
    """Pack the script in advance: it takes a fraction of a second."""
    _packed()


@cache
def _plain() -> bytes:
    return str(get_plotlyjs()).encode()


@cache
def _packed() -> bytes:
    return gzip.compress(_plain(), 6)
