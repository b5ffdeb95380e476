"""Who may talk to the server, and what a browser may do with its answers."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.serving.hosts import Hosts, Place, page_of, place

SITE = re.compile(r"((?:https?://)?(?:\*\.)?[\w.-]+(?::(?:\d{1,5}|\*))?|\*)/?", re.ASCII)
"""What Content-Security-Policy takes for a site."""
SHOWN = 100
"""Most characters of a refused name that its page shows."""
MOST_TOLD = 1000
"""Most refused names that the log has: a stranger can send any number of them."""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>RNN Explorer</title>
<style>
  :root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
  body {{ max-width: 40em; margin: 4em auto; padding: 0 1em }}
  code {{ overflow-wrap: anywhere }}
</style>
</head>
<body>
<p>{what}</p>
<p>{cure}</p>
</body>
</html>
"""
REFUSED = "X-Refused"
"""Header of a refusal: which one of the request's is at fault."""
NO_HOST = (
    "The request names no host, or none that there can be: {came}.",
    "Send one header <code>Host</code> that holds a name or an address.",
)
UNKNOWN_HOST = (
    "{came} is not a name of this RNN Explorer server.",
    "If it should be one, start the server with <code>RNN_EXPLORER_HOSTS={allow}</code>. "
    "On the machine that it runs on, <code>localhost</code> always works.",
)
OTHER_PAGE = (
    "A page from {came} may not use the RNN Explorer server at {host}.",
    "If it is this server's own page behind a proxy, start the server with "
    "<code>RNN_EXPLORER_HOSTS={allow}</code>.",
)
NO_PAGE = (
    "A page from {came} may not use the RNN Explorer server at {host}.",
    "Open the server's own page, at its own address.",
)

log = logging.getLogger(__name__)


class Refusal(NamedTuple):
    """Why a request is not answered.

    header     which one is at fault, and
    came       what it held
    sentences  what is wrong and what to do: HTML with gaps for `came`, `host` and `allow`
    """

    status: int
    header: str
    came: str
    sentences: tuple[str, str]
    host: Place | None = None
    allow: Place | None = None

    def page(self) -> str:
        """The HTML that a person gets to see."""
        came = self.came if len(self.came) <= SHOWN else f"{self.came[:SHOWN]}…"
        values = {"came": _code(came), "host": _code(self.host), "allow": escape(str(self.allow))}
        what, cure = (sentence.format(**values) for sentence in self.sentences)
        return PAGE.format(what=what, cure=cure)


class GuardMiddleware:
    """Middleware: only its own pages, under a name of its own, may use this server.

    A page of another site whose name was made to point here (DNS rebinding) comes with that name
    as Host; a page of another site or port comes with that as Origin. Both are refused, on every
    route and for every method. RNN_EXPLORER_HOSTS lists further names (see `Hosts`).

    Every answer tells the browser who may frame it (this site, and those that
    RNN_EXPLORER_FRAME_ANCESTORS lists), to guess no types, and to tell other sites no address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._hosts = Hosts(os.environ.get("RNN_EXPLORER_HOSTS", ""))
        sites = _sites(os.environ.get("RNN_EXPLORER_FRAME_ANCESTORS", ""))
        self._headers = {
            "Content-Security-Policy": " ".join(["frame-ancestors 'self'", *sites]),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
        self._told: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                begun = True
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        refusal = await self._refusal(Headers(scope=scope))
        if refusal is not None:
            self._tell(refusal)
            await _refuse(refusal, scope, receive, answer)
            return
        try:
            await self._app(_with_own_origin(scope), receive, answer)
        except Exception:
            if not begun and scope["type"] == "http":  # Starlette's own would lack the headers
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, answer)
            raise

    async def _refusal(self, headers: Headers) -> Refusal | None:
        """Why a request with these headers is not answered, None if it is."""
        asked = headers.getlist("host")
        host = place(asked[0]) if len(asked) == 1 else None
        if host is None:
            return Refusal(400, "Host", ", ".join(asked) or "none", NO_HOST)
        if not await self._hosts.know(host):
            allow = host._replace(port=None)
            return Refusal(403, "Host", str(host), UNKNOWN_HOST, host, allow)
        for origin in headers.getlist("origin"):
            page = page_of(origin)
            if page is None:
                return Refusal(403, "Origin", origin, NO_PAGE, host)
            if not self._hosts.admit(page, host):
                return Refusal(403, "Origin", origin, OTHER_PAGE, host, page.host)
        return None

    def _tell(self, refusal: Refusal) -> None:
        """Log a refusal, once for each name."""
        if refusal.came not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(refusal.came)
            log.warning(
                "Refused a request with %s %a; RNN_EXPLORER_HOSTS lists the names to allow.",
                refusal.header,
                refusal.came,
            )


async def _refuse(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get(
        "extensions", {}
    ):
        await send({"type": "websocket.close"})
        return
    headers = {"Cache-Control": "no-store", REFUSED: refusal.header}
    await HTMLResponse(refusal.page(), refusal.status, headers)(scope, receive, send)


def _with_own_origin(scope: Scope) -> Scope:
    """The scope of a websocket as if its page had been asked for under the Host.

    Streamlit judges the Origin once more. It knows no list and no default port, and may ask a
    service on the internet for the address of this machine.
    """
    if scope["type"] == "http":
        return scope
    own = b"http://" + Headers(scope=scope)["host"].encode("latin-1")
    pairs = [(name, own if name == b"origin" else value) for name, value in scope["headers"]]
    return {**scope, "headers": pairs}


def _sites(listed: str) -> Iterator[str]:
    """The sites of a list, as Content-Security-Policy takes them; what is none is left out."""
    for written in re.split(r"[,\s]+", listed.strip()):
        if found := SITE.fullmatch(written):
            yield found[1]
        elif written:
            log.warning(
                "RNN_EXPLORER_FRAME_ANCESTORS: %a is no site; write it like https://example.org.",
                written,
            )


def _code(value: object) -> str:
    return f"<code>{escape(str(value))}</code>"
