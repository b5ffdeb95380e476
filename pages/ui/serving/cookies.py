"""The cookie of each visitor: set with every page that is opened, by the app's own middleware."""

from __future__ import annotations

from http.cookies import SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.serving import server
from pages.ui.serving.identity import cookie_name, cookie_value, new_visitor, visitor_of
from pages.ui.serving.requests import asks_for_page
from rnncore.errors import StoreError

KEPT_SECONDS = 400 * 86_400
"""The longest that browsers keep a cookie; each page that is opened renews it."""


class IdentityMiddleware:
    """Middleware: gives every page that is opened the cookie of its visitor, a new one if need be.

    base   path below which the app lives, such as "/explorer", or ""
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app = app
        self._path = base or "/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not asks_for_page(scope):
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            cookie = await run_in_threadpool(self._cookie, connection)
        except StoreError:  # the page says it, in words
            cookie = None

        async def amend(message: Message) -> None:
            if message["type"] == "http.response.start" and cookie is not None:
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, amend)

    def _cookie(self, connection: HTTPConnection) -> str:
        store = server.store()
        visitor = visitor_of(connection.cookies, store) or new_visitor()
        name = cookie_name(store)
        made: SimpleCookie = SimpleCookie({name: cookie_value(store, visitor)})
        made[name]["path"], made[name]["max-age"] = self._path, KEPT_SECONDS
        made[name]["httponly"], made[name]["samesite"] = True, "Lax"
        if "https" in (connection.url.scheme, connection.headers.get("x-forwarded-proto")):
            made[name]["secure"] = True
        return made[name].OutputString()
