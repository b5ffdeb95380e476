"""The cookie of a visitor: signed, kept from scripts, and this store's alone."""

from __future__ import annotations

import asyncio
from http.cookies import SimpleCookie
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from pages.ui.serving.cookies import IdentityMiddleware
from pages.ui.serving.identity import cookie_name, cookie_value, visitor_of
from rnncore.runs.store import Store


def opened(base: str = "", kind: str = "text/html; charset=utf-8", **given: Any) -> list[str]:
    """The cookies that come with a page."""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", kind.encode()), (b"set-cookie", b"other=1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"<html>"})

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scheme = given.pop("scheme", "http")
    headers = {"accept": "text/html,*/*", "host": "localhost:8501", **given}
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": scheme,
        "path": f"{base}/",
        "query_string": b"",
        "server": ("127.0.0.1", 8501),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    asyncio.run(IdentityMiddleware(page, base)(scope, None, send))  # type: ignore[arg-type]
    found = [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert found[0] == "other=1"
    return found[1:]


def test_a_page_gives_each_new_visitor_an_id(store: Store) -> None:
    ids = set()
    for _ in range(3):
        (cookie,) = opened()
        (morsel,) = SimpleCookie(cookie).values()
        assert morsel.key == cookie_name(store) and store.id in morsel.key
        assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
        assert (morsel["path"], morsel["secure"]) == ("/", "")
        ids.add(visitor_of({morsel.key: morsel.value}, store))
    assert len(ids) == 3 and None not in ids


def test_who_comes_back_stays_the_same(store: Store) -> None:
    (cookie,) = opened(cookie=f"{cookie_name(store)}={cookie_value(store, 'ann')}; a=b")
    (morsel,) = SimpleCookie(cookie).values()
    assert visitor_of({morsel.key: morsel.value}, store) == "ann"


def test_the_path_is_the_base_path_and_https_is_kept_to(store: Store) -> None:
    assert "Path=/explorer;" in opened("/explorer")[0] + ";"
    assert "Secure" in opened(scheme="https")[0]
    assert "Secure" in opened(**{"x-forwarded-proto": "https"})[0]


def test_only_pages_give_cookies(store: Store) -> None:
    assert opened(kind="text/javascript") == []
    assert opened(accept="application/json") == []


@pytest.mark.parametrize("value", ["", "ann", "ann.", ".", "ann.x", "ann.é", "ann." + "A" * 22])
def test_a_cookie_that_nobody_signed_is_nobodys(store: Store, value: str) -> None:
    assert visitor_of({cookie_name(store): value}, store) is None
    name, _, signature = cookie_value(store, "ann").partition(".")
    assert visitor_of({cookie_name(store): f"bob.{signature}"}, store) is None
    assert visitor_of({cookie_name(store): f"{name}.{signature}"}, store) == "ann"


def test_the_secret_can_be_given(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    own = cookie_value(store, "ann")
    monkeypatch.setenv("RNN_EXPLORER_SECRET", "the same on two servers")
    again = Store()
    assert cookie_value(again, "ann") != own
    assert visitor_of({cookie_name(again): own}, again) is None
    again.close()


def test_a_store_keeps_its_id_and_its_secret(store: Store) -> None:
    again = Store()
    assert (again.id, again.secret) == (store.id, store.secret)
    assert len(store.secret) == 64
    again.close()
