"""plotly.js as pages load it: the bundle that draws in two dimensions, or the whole script."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from plotly.offline import get_plotlyjs, get_plotlyjs_version
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pages.ui.serving.scripts import FOREVER

BUNDLE = Path(__file__).parents[3] / "assets" / "vendor" / "plotly.js" / "plotly-cartesian.min.js"


@cache
def script() -> bytes:
    """The bundle, if it is of the version that the plotly package has; else the package's own."""
    version = get_plotlyjs_version()
    bundle = BUNDLE.read_bytes() if BUNDLE.is_file() else b""
    named = f"plotly.js (cartesian - minified) v{version}\n".encode()
    return bundle if named in bundle[:200] else str(get_plotlyjs()).encode()


@cache
def packed() -> bytes:
    """The script in gzip's form. The first call takes a fraction of a second."""
    return gzip.compress(script(), 6)


def address() -> str:
    """Relative to every page, for a proxy's base path; another script has another address."""
    return f"vendor/plotly.min.js?{get_plotlyjs_version()}-{len(script())}"


async def plotly_script(request: Request) -> Response:
    """Route /vendor/plotly.min.js, packed where the browser takes it."""
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    body = await run_in_threadpool(script)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = await run_in_threadpool(packed)
    return Response(body, media_type="text/javascript", headers=headers)
