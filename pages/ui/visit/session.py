"""What the app remembers of one person's visit: the only module that touches st.session_state."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, NoReturn, TypeVar

import streamlit as st

from pages.ui.visit import language, request
from pages.ui.visit.address import (
    MANNER,
    check_corpus,
    decides,
    read_page_values,
    read_settings,
    write_page_values,
    write_settings,
)
from pages.ui.visit.i18n import LANGUAGES, Texts, texts
from pages.ui.visit.identity import Visitor, present, take_keys
from rnncore.config import MOST, Config
from rnncore.errors import RnnError

KEY = "session"
LATELY = 20
"""How many of its last addresses a visit knows as its own."""
V = TypeVar("V", int, str)
S = TypeVar("S")


class Refusal(NamedTuple):
    """A text in a setting's box that could not be taken, and why."""

    text: str
    error: RnnError


@dataclass
class Set:
    """Names of the page's values that its controls have set since it was opened."""

    names: set[str] = field(default_factory=set)


@dataclass
class Session:
    """One visit.

    visitor       who it is
    config        the settings: the truth behind the widgets and the URL
    run_id        the run that is watched, if any
    problem       what is wrong with the last thing a person did; said once
    taken         keys that the link had which led here; said once
    refused       by setting, what its box holds and is not taken; said until it is mended
    page          name of the present page
    pages         all pages by name, and the present one as "here", as st.navigation knows them
    page_values   by page, what its controls hold that are no settings, where it is not the default
    query         what the URL should say, as last written or taken over
    presenting    whether pages are enlarged for a class
    tour          the step of a tour that is on, from 1; 0 for none
    from_widget   whether a widget's callback began this script run
    """

    language: str
    visitor: Visitor = field(default_factory=Visitor)
    config: Config = field(default_factory=Config)
    run_id: str | None = None
    problem: RnnError | None = None
    taken: list[str] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)
    page: str = ""
    pages: dict[str, st.Page] = field(default_factory=dict)
    page_values: dict[str, dict[str, str]] = field(default_factory=dict)
    query: dict[str, str] | None = None
    presenting: bool = False
    tour: int = 0
    from_widget: bool = False
    _spoken: str = ""
    _addresses: deque[dict[str, str]] = field(default_factory=partial(deque, maxlen=LATELY))
    _state: dict[type, object] = field(default_factory=dict)
    _page_state: dict[type, object] = field(default_factory=dict)

    @property
    def t(self) -> Texts:
        return texts(self.language)

    @property
    def reworded(self) -> bool:
        """Whether the last whole run of the page spoke another language."""
        return self.language != self._spoken

    def state(self, kind: type[S]) -> S:
        """What a room of the app keeps for the whole visit, as an instance of its own class."""
        return _kept(self._state, kind)

    def page_state(self, kind: type[S]) -> S:
        """The same for as long as the visit stays on the page."""
        return _kept(self._page_state, kind)

    def act(self) -> None:
        """A person did something with a widget: that decides over the URL, and what was to be said
        before has been said."""
        self.from_widget, self.problem, self.taken = True, None, []

    def run_again(self) -> NoReturn:
        """Run the whole page again from one of its fragments. A fragment that runs by itself brings
        the URL that the browser had when it asked, which may be one from before the last action."""
        self.from_widget = True
        st.rerun()

    def choose(self, **changes: object) -> bool:
        """Change settings; if they are no config together, keep the old ones and note why."""
        self.act()
        for name in changes:
            self.refused.pop(name, None)
        try:
            check_corpus(changes, self.visitor)
            self.config = Config.parse({**self.config.differences(), **changes})
        except RnnError as error:
            self.problem = error
            return False
        return True

    def value(self, name: str, default: V) -> V:
        """What a control of this page holds that is no setting; the default if that is no `V`, or
        a number beyond all that a control can hold."""
        try:
            value = type(default)(self.page_values.get(self.page, {})[name])
        except (KeyError, ValueError):
            return default
        return default if isinstance(value, int) and abs(value) > MOST else value

    def within(self, name: str, default: int, least: int, most: int) -> int:
        """The number that a control of this page holds, within its bounds whatever the URL says."""
        return max(least, min(self.value(name, default), most))

    def set_values(self, **values: int | str | None) -> None:
        """Keep what controls of this page hold, in the URL too; None goes back to the default."""
        self.act()
        self.page_state(Set).names.update(values)
        kept = {**self.page_values.get(self.page, {})}
        for name, value in values.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = str(value)
        self.page_values[self.page] = kept

    def was_set(self, name: str) -> bool:
        """Whether a control gave the page this value, and not the address it was opened with."""
        return name in self.page_state(Set).names

    def listen(self) -> None:
        """Before anything is said: take the language of the URL, unless a widget just chose one."""
        asked = st.query_params.get("lang", "")
        if not self.from_widget and asked in LANGUAGES:
            self.language = asked

    @contextmanager
    def on(self, page: str) -> Iterator[None]:
        """A run of `page`: the URL is taken over before, and written after."""
        self._arrive(page)
        yield
        self._leave()

    def _arrive(self, page: str) -> None:
        """Take over what the URL says, if a person or a link changed it.

        Where a widget was used, it decides over an address that the visit has had, for that may not
        have caught up yet; any other is a link that was pressed in the same moment, and decides.
        Coming from another page with a bare URL changes nothing: settings and run stay. They also
        stay where Back or Forward leads to a page as it was before the run began.
        """
        came = st.query_params.to_dict()
        turned = page != self.page and self.page != ""
        if turned and self.run_id and "run" not in came and request.through_history():
            self._take_page_values(page, came, back=True)
            came = {}
        from_widget, self.from_widget = self.from_widget, False
        if page != self.page:
            self.page = page
            self.refused.clear()
            self._page_state.clear()
        had = not came or came in self._addresses
        self._addresses.append(came)
        if (from_widget and had) or came == self.query or (turned and not came):
            return
        self.language = came["lang"] if came.get("lang") in LANGUAGES else self.language
        self.run_id = came.get("run")
        self.presenting = came.get("present") == "1"
        step = came.get("tour", "")
        self.tour = int(step) if step.isdecimal() and len(step) < 4 else 0
        refused = self._take_keys(came)
        self.config, self.problem = read_settings(came, self.visitor)
        self.problem = self.problem or refused
        self.refused.clear()
        self._take_page_values(page, came, back=turned and request.through_history())
        self.page_state(Set).names.clear()
        # At once, before a person can go on: a link to the page one is on reaches the script
        # but not the address bar.
        self.query = self._address()
        st.query_params.from_dict(self.query)

    def _take_page_values(self, page: str, came: dict[str, str], *, back: bool) -> None:
        """What the page's controls hold is what the URL says. Going back, a URL without a word of
        them may be one that the page between has written over: they stay."""
        own = read_page_values(page, came)
        self.page_values[page] = own or (self.page_values.get(page, {}) if back else {})

    def _take_keys(self, came: dict[str, str]) -> RnnError | None:
        """Use the keys of a link, and say what is wrong with them. The URL does not keep them: who
        copies it on lets nobody in."""
        try:
            self.taken = take_keys(self.visitor, came)
        except RnnError as error:
            return error
        return None

    def _leave(self) -> None:
        """Let the URL carry everything that it takes to come back."""
        self.query, self._spoken = self._address(), self.language
        self._addresses.append(self.query)
        if self.query != st.query_params.to_dict():
            st.query_params.from_dict(self.query)

    def _address(self) -> dict[str, str]:
        values = self.page_values.get(self.page, {})
        query = write_settings(self.config.differences()) | write_page_values(self.page, values)
        if self.run_id:
            query["run"] = self.run_id
        return query | self._manner()

    def link(self, config: Config) -> dict[str, str]:
        """The query of a link to other settings, in the same language and size."""
        return write_settings(config.differences()) | self._manner()

    def link_to(self, page: str, **values: int | str) -> dict[str, str]:
        """The query of a link to another page of the same run, whose controls hold `values`."""
        own = write_page_values(page, {name: str(value) for name, value in values.items()})
        run = {"run": self.run_id} if self.run_id else {}
        return self.link(self.config) | own | run

    def step(self, number: int, page: str, query: Mapping[str, str]) -> dict[str, str]:
        """The query of a step of a tour, which leads to `page` with `query`. One that names a
        setting or a run decides over all of them; any other keeps them."""
        kept = {name: query[name] for name in query if name not in MANNER}
        before = {} if decides(kept) else self.link_to(page)
        return {**before, **self._manner(), **kept, "tour": str(number)}

    def _manner(self) -> dict[str, str]:
        """How pages speak and look, where it is not as usual, as query parameters."""
        manner = {} if self.language == language.first() else {"lang": self.language}
        if self.presenting:
            manner["present"] = "1"
        if self.tour:
            manner["tour"] = str(self.tour)
        return manner


def _kept(states: dict[type, object], kind: type[S]) -> S:
    """The instance of `kind`, made where there is none yet."""
    if kind not in states:
        states[kind] = kind()
    found = states[kind]
    assert isinstance(found, kind)
    return found


def current() -> Session:
    """The visit that this script run belongs to."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Session(language.first(), present())
    return st.session_state[KEY]


def seed(key: str, value: object) -> None:
    """Set a widget before it is drawn. In another language even to what it holds: the browser knows
    a choice by its words, and would go on showing the old ones."""
    if current().reworded or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def widget(key: str) -> Any:
    """What a widget holds; None if it is not there.

    Callbacks read it, so it must not be a point at which Streamlit interrupts them: where another
    widget was used a moment later, `st.session_state[key]` ends the callback, and what the person
    did is lost.
    """
    return st.session_state.to_dict().get(key)
