"""plotly.js reaches the browser packed, and every page names it from its first byte."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

from plotly.offline import get_plotlyjs
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from pages.ui.serving import scripts
from pages.ui.serving.head import ADDRESS, PARTS, STATIC, PreloadMiddleware, plotly_script


def request(path: str, **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "GET", "path": path, "headers": pairs, "query_string": b""}


def answer(kind: str, body: bytes, scope: dict[str, Any]) -> tuple[dict[bytes, bytes], bytes]:
    """Headers and body that a browser gets from an app that answers so."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(PreloadMiddleware(app)(scope, receive, send))
    return dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent)


def test_a_page_names_the_script_and_its_length_is_right() -> None:
    page = b"<html><head><title>x</title></head><body></head></body></html>"
    headers, body = answer("text/html; charset=utf-8", page, request("/", accept="text/html,*/*"))
    assert body.count(ADDRESS.encode()) == 1
    assert int(headers[b"content-length"]) == len(body)


def test_everything_else_passes_untouched() -> None:
    for kind, scope in (
        ("text/javascript", request("/x.js", accept="text/html")),
        ("text/html", request("/x", accept="application/json")),
    ):
        headers, body = answer(kind, b"a </head> b", scope)
        assert body == b"a </head> b"
        assert headers[b"content-length"] == b"11"


def test_the_script_is_packed_for_those_who_take_it() -> None:
    packed = asyncio.run(plotly_script(Request(request("/", accept_encoding="br, gzip"))))
    plain = asyncio.run(plotly_script(Request(request("/"))))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(bytes(packed.body)) == bytes(plain.body) == get_plotlyjs().encode()
    assert len(packed.body) < len(plain.body) / 2


def test_every_script_that_is_fetched_early_is_there() -> None:
    """Streamlit may rename its parts with any version; a missing one would only be slower."""
    for part in PARTS:
        assert list(STATIC.glob(f"static/js/{part}.*.js")), part
    for name in scripts.modules():
        assert f"{scripts.folder()}/{name}" in scripts.preloads()


def test_a_module_is_served_for_good_under_its_version_and_never_another() -> None:
    async def fetch(version: str, name: str) -> Response:
        scope = request(f"/explorer/vendor/js/{version}/{name}")
        return await scripts.module(
            Request({**scope, "path_params": {"version": version, "name": name}})
        )

    version = scripts.folder().rpartition("/")[2]
    found = asyncio.run(fetch(version, "panels.js"))
    assert bytes(found.body) == scripts.modules()["panels.js"]
    assert found.media_type == "text/javascript"
    assert "immutable" in found.headers["cache-control"]
    assert asyncio.run(fetch("0" * 16, "panels.js")).headers["cache-control"] == "no-store"
    for name in ("panels.css", "..", "types.d.ts", "x.js"):
        assert asyncio.run(fetch(version, name)).status_code == 404
