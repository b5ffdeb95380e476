"""Who a visitor is: an id that the browser keeps in a signed cookie. Nobody types anything."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from rnncore.runs.signing import sign, signed
from rnncore.runs.store import Store

SEPARATOR = "."


def new_visitor() -> str:
    """An id that no visitor has."""
    return secrets.token_hex(8)


def cookie_name(store: Store) -> str:
    """The cookie's name. It tells stores apart: all ports of a host share their cookies."""
    return f"rnn_explorer_{store.id}"


def cookie_value(store: Store, visitor: str) -> str:
    """What the cookie of a visitor holds."""
    return f"{visitor}{SEPARATOR}{sign(store.secret, 'visitor', visitor)}"


def visitor_of(cookies: Mapping[str, str], store: Store) -> str | None:
    """The visitor whose cookie is among `cookies`; None without one, or if it is not ours.

    Raises   StoreError
    """
    visitor, _, signature = cookies.get(cookie_name(store), "").partition(SEPARATOR)
    return visitor if visitor and signed(store.secret, "visitor", visitor, signature) else None
