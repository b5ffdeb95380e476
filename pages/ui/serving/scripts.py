"""The components' scripts: ES modules in assets/js, served by one route under one version."""

from __future__ import annotations

import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from rnncore.paths import assets_dir

FOREVER = "public, max-age=31536000, immutable"


@cache
def modules() -> dict[str, bytes]:
    """The modules by file name, as they were when the server started."""
    return {path.name: path.read_bytes() for path in sorted((assets_dir() / "js").glob("*.js"))}


@cache
def folder() -> str:
    """Where a page finds the modules, relative to it so that a proxy's base path works.

    The folder's name is a hash of them all: a changed module has another address, and so have
    those that import it.
    """
    version = hashlib.sha256(b"".join(modules().values())).hexdigest()[:16]
    return f"vendor/js/{version}"


def component_script(name: str) -> str:
    """The script that Streamlit runs for a component: it imports the module `name` and hands on
    its default export. Streamlit gives a script no address of its own to import from."""
    return (
        f'const address = new URL("{folder()}/{name}.js", document.baseURI).href;\n'
        f"const {{ default: mount }} = await import(address);\n"
        f"export default mount;\n"
    )


def preloads() -> str:
    """HTML that makes the browser fetch all modules at once, before the first one asks."""
    return "".join(f'<link rel="modulepreload" href="./{folder()}/{name}">' for name in modules())


async def module(request: Request) -> Response:
    """One module."""
    found = modules().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    known = request.url.path.endswith(f"{folder()}/{request.path_params['name']}")
    headers = {"Cache-Control": FOREVER if known else "no-store"}
    return Response(found, media_type="text/javascript", headers=headers)
