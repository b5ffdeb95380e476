"""What a request asks for."""

from __future__ import annotations

from starlette.types import Scope


def asks_for_page(scope: Scope) -> bool:
    """Whether it is one of a browser that opens a page: what is answered may be the page's HTML."""
    if scope["type"] != "http":
        return False
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")
