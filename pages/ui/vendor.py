"""Scripts of installed packages that the pages' own scripts use, served by this server."""

from __future__ import annotations

import gzip
from functools import cache

from plotly.offline import get_plotlyjs
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

FOREVER = "public, max-age=31536000, immutable"


async def plotly_script(request: Request) -> Response:
    """plotly.js as it comes with the plotly package, packed where the browser takes it."""
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    body = await run_in_threadpool(_plain)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = await run_in_threadpool(_packed)
    return Response(body, media_type="text/javascript", headers=headers)


def pack() -> None:
    """Pack the script in advance: it takes a fraction of a second."""
    _packed()


@cache
def _plain() -> bytes:
    return str(get_plotlyjs()).encode()


@cache
def _packed() -> bytes:
    return gzip.compress(_plain(), 6)
