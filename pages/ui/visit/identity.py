"""What a visitor may do: control a run, read an own text; and the links that let others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from pages.ui.serving import identity, server
from rnncore.errors import RnnError, StoreError, TextError
from rnncore.runs.signing import Purpose, sign, signed
from rnncore.text.own_texts import is_own

KEYS: dict[str, tuple[str, Purpose]] = {"control": ("run", "control"), "read": ("corpus", "text")}
"""By its parameter in a link, what a key is for: the parameter that names the thing, and why."""


@dataclass
class Visitor:
    """A person at a browser.

    id     the same in every tab and after a restart of the server, as long as its cookie is kept
    kept   whether the browser keeps it; if not, the identity lasts for this session
    """

    id: str = field(default_factory=identity.new_visitor)
    kept: bool = True


def present() -> Visitor:
    """Who is there, by the cookie that came along."""
    try:
        found = identity.visitor_of(dict(st.context.cookies), server.store())
    except StoreError:  # the page says it, in words
        found = None
    if found is not None:
        return Visitor(found)
    return Visitor(kept=not dict(st.context.headers))  # a script without a browser has none


def may_read(visitor: Visitor, corpus: str) -> bool:
    """Whether the visitor may read the text. An own text that nobody is noted for was kept before
    there were visitors: whoever knows its name may read it, as then.

    Raises   StoreError
    """
    if not is_own(corpus):
        return True
    readers = server.store().access.visitors(corpus)
    return not readers or visitor.id in readers


def check_may_read(visitor: Visitor, corpus: str) -> None:
    """Raise TextError if the visitor may not read the text; StoreError."""
    if not may_read(visitor, corpus):
        raise TextError(
            "text_of_another",
            "This text belongs to another visitor; ask for a link that lets you read it, paste it "
            "yourself, or choose another text.",
        )


def key(purpose: Purpose, thing: str) -> str:
    """What a link carries that hands over a run or lets a text be read.  Raises StoreError."""
    return sign(server.store().secret, purpose, thing)


def take_keys(visitor: Visitor, query: Mapping[str, str]) -> list[str]:
    """Use the keys that a link carries: from now on the visitor may do what they are for. Their
    names are returned.

    Raises   RnnError if one is not of this server.
    """
    store, taken = server.store(), []
    for name, (parameter, purpose) in KEYS.items():
        if name not in query:
            continue
        thing = query.get(parameter, "")
        if not signed(store.secret, purpose, thing, query[name]):
            raise RnnError(
                "link_invalid",
                "This link lets nobody in: it is incomplete, or of another server; ask for a new "
                "one.",
            )
        store.access.allow(thing, visitor.id)
        taken.append(name)
    return taken
