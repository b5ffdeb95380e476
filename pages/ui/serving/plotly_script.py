"""plotly.js as pages load it: the bundle for two dimensions or three, or the whole script."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Literal

from plotly.offline import get_plotlyjs, get_plotlyjs_version
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pages.ui.serving.scripts import FOREVER

Bundle = Literal["cartesian", "gl3d"]
FOLDER = Path(__file__).parents[3] / "assets" / "vendor" / "plotly.js"
ADDRESSES: dict[Bundle, str] = {
    "cartesian": "vendor/plotly.min.js",
    "gl3d": "vendor/plotly-gl3d.min.js",
}
"""Relative to every page, for a proxy's base path."""


@cache
def script(bundle: Bundle = "cartesian") -> bytes:
    """The bundle, if it is of the version that the plotly package has; else the package's own."""
    path = FOLDER / f"plotly-{bundle}.min.js"
    found = path.read_bytes() if path.is_file() else b""
    named = f"plotly.js ({bundle} - minified) v{get_plotlyjs_version()}\n".encode()
    return found if named in found[:200] else str(get_plotlyjs()).encode()


@cache
def packed(bundle: Bundle = "cartesian") -> bytes:
    """The script in gzip's form. The first call takes a fraction of a second."""
    return gzip.compress(script(bundle), 6)


@cache
def address(bundle: Bundle = "cartesian") -> str:
    """Where the bundle is; another script has another address, and the same script the same."""
    given = script(bundle)
    same = given == script()
    path = ADDRESSES["cartesian" if same else bundle]
    return f"{path}?{get_plotlyjs_version()}-{len(given)}"


async def plotly_script(request: Request) -> Response:
    """Route of every bundle, packed where the browser takes it."""
    asked = request.url.path
    bundle: Bundle = "gl3d" if asked.endswith(ADDRESSES["gl3d"]) else "cartesian"
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    body = await run_in_threadpool(script, bundle)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = await run_in_threadpool(packed, bundle)
    return Response(body, media_type="text/javascript", headers=headers)
