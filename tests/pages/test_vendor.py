"""plotly.js reaches the browser packed, and every page names it from its first byte."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import plotly
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from pages.ui.serving import plotly_script, scripts
from pages.ui.serving.head import PARTS, STATIC, PreloadMiddleware
from pages.ui.serving.plotly_script import ADDRESSES, Bundle


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
    assert body.count(plotly_script.address().encode()) == 1
    assert plotly_script.address("gl3d").encode() not in body, "fetched when it is asked for"
    assert int(headers[b"content-length"]) == len(body)


def test_everything_else_passes_untouched() -> None:
    for kind, scope in (
        ("text/javascript", request("/x.js", accept="text/html")),
        ("text/html", request("/x", accept="application/json")),
    ):
        headers, body = answer(kind, b"a </head> b", scope)
        assert body == b"a </head> b"
        assert headers[b"content-length"] == b"11"


BUNDLES = tuple(ADDRESSES)
bundles = pytest.mark.parametrize("bundle", BUNDLES)


def path_of(bundle: Bundle) -> Path:
    return plotly_script.FOLDER / f"plotly-{bundle}.min.js"


def fetched(bundle: Bundle) -> bytes:
    """A bundle of plotly.js as a browser gets it, packed or not."""
    route, path = plotly_script.plotly_script, plotly_script.address(bundle).partition("?")[0]
    asked = f"/explorer/{path}"
    packed = asyncio.run(route(Request(request(asked, accept_encoding="br, gzip"))))
    plain = asyncio.run(route(Request(request(asked))))
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(bytes(packed.body)) == bytes(plain.body)
    assert len(packed.body) < len(plain.body) / 2
    return bytes(plain.body)


def forget() -> None:
    for kept in (plotly_script.script, plotly_script.packed, plotly_script.address):
        kept.cache_clear()


@pytest.fixture
def its_plotly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The version of the plotly package that the bundles were taken for."""
    head = path_of("cartesian").read_bytes()[:200]
    (version,) = re.findall(rb"minified\) v([0-9.]+)", head)
    monkeypatch.setattr(plotly_script, "get_plotlyjs_version", version.decode)
    forget()
    yield
    forget()


@bundles
def test_a_bundle_is_served_packed_and_is_what_it_is_said_to_be(
    its_plotly: None, bundle: Bundle
) -> None:
    folder = plotly_script.FOLDER
    assert fetched(bundle) == path_of(bundle).read_bytes()
    assert sha256(fetched(bundle)).hexdigest() in (folder / "README.md").read_text()
    assert "MIT" in (folder / "LICENSE").read_text()


def test_each_bundle_has_an_address_of_its_own(its_plotly: None) -> None:
    assert len({plotly_script.address(bundle) for bundle in BUNDLES}) == 2


@bundles
def test_the_bundle_is_that_of_the_locked_plotly(bundle: Bundle) -> None:
    locked = Path(__file__).parents[2] / "constraints.txt"
    if f"plotly=={plotly.__version__}\n" not in locked.read_text():
        pytest.skip(f"plotly {plotly.__version__} is not the locked version")
    assert fetched(bundle) == path_of(bundle).read_bytes()


@pytest.fixture
def another_plotly(monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """The script of another version of the plotly package."""
    script = b"/** plotly.js v4.9.9 */" * 100
    monkeypatch.setattr(plotly_script, "get_plotlyjs_version", lambda: "4.9.9")
    monkeypatch.setattr(plotly_script, "get_plotlyjs", script.decode)
    forget()
    yield script
    forget()


@bundles
def test_another_version_of_plotly_brings_its_own_script_once(
    another_plotly: bytes, bundle: Bundle
) -> None:
    assert fetched(bundle) == another_plotly
    assert "4.9.9" in plotly_script.address(bundle)
    assert plotly_script.address(bundle) == plotly_script.address()


@bundles
def test_without_the_bundles_the_whole_script_is_served(
    monkeypatch: pytest.MonkeyPatch, another_plotly: bytes, tmp_path: Path, bundle: Bundle
) -> None:
    monkeypatch.setattr(plotly_script, "FOLDER", tmp_path)
    assert fetched(bundle) == another_plotly


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
