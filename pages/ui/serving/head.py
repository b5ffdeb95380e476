"""What the HTML of every page gets, to open sooner: plotly.js at once, and the server's place."""

from __future__ import annotations

from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.serving.guard import REFUSED
from pages.ui.serving.hosts import place
from pages.ui.serving.plotly_script import address
from pages.ui.serving.requests import asks_for_page
from pages.ui.serving.scripts import preloads

PAGES = "|".join(sorted(path.stem for path in Path(__file__).parents[2].glob("*.py")))
BACKEND_SCRIPT = f"""<script>{{
  const found = /^(.*\\/)(?:{PAGES})$/.exec(location.pathname);
  if (found) window.__streamlit ??= {{ BACKEND_BASE_URL: location.origin + found[1] }};
}}</script>"""
"""Where the server is. Streamlit asks below the page's own path first, is told that there is
nothing, and waits a while before it asks beside it."""
PARTS = ("BidiComponent", "serialization", "recordbatch", "PageLink", "Selectbox", "ButtonGroup")
"""Scripts of Streamlit's that it would ask for when the first elements have arrived."""
STATIC = Path(streamlit.__file__).parent / "static"
PRELOADS = "".join(
    f'<link rel="modulepreload" href="./{path.relative_to(STATIC).as_posix()}">'
    for part in PARTS
    for path in STATIC.glob(f"static/js/{part}.*.js")
)
ORIGIN_SCRIPT = f"""<script>
  if (location.host !== "HOST") fetch("./", {{ method: "POST" }}).then(async (answer) => {{
    if (!answer.headers.has("{REFUSED}")) return;
    document.open();
    document.write(await answer.text());
    document.close();
  }});
</script>"""
"""Behind a proxy that sends a Host of its own, a page can be asked for whose websocket is refused:
a browser names the Origin of no page, but that of a POST."""
SCRIPT = f'<script async fetchpriority="high" src="./{address()}" data-plotly></script>'
HEAD = f"<head>{ORIGIN_SCRIPT}{BACKEND_SCRIPT}{SCRIPT}{preloads()}{PRELOADS}".encode()


class PreloadMiddleware:
    """Middleware: tells the browser in the HTML of every page what it would find out late.

    Reading plotly.js takes it a tenth of a second, or half a second for the whole script, which it
    otherwise could only begin after Streamlit has started, connected and drawn; looking for the
    server takes it half a second too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not asks_for_page(scope):
            await self._app(scope, receive, send)
            return
        # The few kilobytes of HTML must arrive here unpacked.
        kept = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        host = place(Headers(scope=scope).get("host", ""))  # of an alphabet that needs no escape
        head = HEAD.replace(b"HOST", str(host).encode(), 1)
        page: Message | None = None

        async def amend(message: Message) -> None:
            nonlocal page
            if message["type"] == "http.response.start":
                if MutableHeaders(scope=message).get("content-type", "").startswith("text/html"):
                    page = message
                    return
            elif page is not None:
                body = message.get("body", b"").replace(b"<head>", head, 1)
                headers = MutableHeaders(scope=page)
                if "content-length" in headers and body:
                    grown = int(headers["content-length"]) + len(body) - len(message["body"])
                    headers["content-length"] = str(grown)
                await send(page)
                page, message = None, {**message, "body": body}
            await send(message)

        await self._app({**scope, "headers": kept}, receive, amend)
