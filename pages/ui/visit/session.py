"""What the app remembers of one person's visit: the only module that touches st.session_state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

import streamlit as st

from pages.ui.visit.address import check_corpus, read_own, read_settings, write_own, write_settings
from pages.ui.visit.i18n import LANGUAGES, Texts, texts
from rnncore.config import MOST, Config
from rnncore.errors import RnnError
from rnncore.runs.row import new_run_id

KEY = "session"
V = TypeVar("V", int, str)
Way = Literal["pasted", "file"]


class Refusal(NamedTuple):
    """A text in a setting's box that could not be taken, and why."""

    text: str
    error: RnnError


@dataclass
class Session:
    """One visit.

    settings    what differs from the defaults: the truth behind the widgets and the URL
    run_id      the run that is watched, if any
    coming      by config, the id that a run with it will have
    shown       the config whose figures were drawn last, to fall back on
    attached    the run whose settings were taken over, once
    heard       its live settings, as last heard of
    problem     what is wrong with the last thing a person did; said once
    refused     by setting, what its box holds and is not taken; said until it is mended
    own         by page, what its controls hold that are no settings, where it is not the default
    gave        how an own text was given last
    own_texts   names of the texts given in this visit
    fallback    whether this browser cannot open the stream, so that the page feeds the figures
    page, here  name of the present page, and the page as st.navigation knows it
    query       what the URL should say, as last written or taken over
    acted       whether a widget's callback began this script run
    fed         the run that was fed so, and where its records were cut last, newest last
    labs        by name, small trainings that go on a slice at a time while they are looked at
    pin         what the page looks into: it stays the same until a newer one is asked for
    """

    language: str
    settings: dict[str, Any] = field(default_factory=dict)
    run_id: str | None = None
    coming: dict[Config, str] = field(default_factory=dict)
    shown: Config | None = None
    problem: RnnError | None = None
    refused: dict[str, Refusal] = field(default_factory=dict)
    attached: str | None = None
    heard: dict[str, Any] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    gave: Way = "pasted"
    own_texts: list[str] = field(default_factory=list)
    fallback: bool = False
    fed: tuple[str, list[int]] = ("", [0])
    labs: dict[str, Any] = field(default_factory=dict)
    pin: Any = None
    batch: int = 0
    page: str = ""
    here: st.Page | None = None
    query: dict[str, str] | None = None
    acted: bool = False

    @property
    def config(self) -> Config:
        return Config.parse(self.settings)

    @property
    def t(self) -> Texts:
        return texts(self.language)

    def choose(self, **changes: Any) -> bool:
        """Change settings; if they are no config together, keep the old ones and note why."""
        self.acted, self.problem = True, None
        for name in changes:
            self.refused.pop(name, None)
        try:
            check_corpus(changes)
            config = Config.parse({**self.settings, **changes})
        except RnnError as error:
            self.problem = error
            return False
        self.settings = config.differences()
        return True

    def refuse(self, name: str, text: str, error: RnnError | None) -> None:
        """Keep in a setting's box a text that could not be taken, and say why beside it."""
        if error is not None:
            self.refused[name] = Refusal(text, error)
        self.problem = None

    def run_to_come(self, config: Config) -> str:
        """The id of the next run with these settings: its stream is open before it begins."""
        return self.coming.setdefault(config, new_run_id())

    def held(self, name: str, default: V) -> V:
        """What a control of this page holds that is no setting; the default if that is no `V`, or
        a number beyond all that a control can hold."""
        try:
            value = type(default)(self.own.get(self.page, {})[name])
        except (KeyError, ValueError):
            return default
        return default if isinstance(value, int) and abs(value) > MOST else value

    def hold(self, **values: int | str | None) -> None:
        """Keep what controls of this page hold, in the URL too; None goes back to the default."""
        self.acted, self.problem = True, None
        kept = {**self.own.get(self.page, {})}
        for name, value in values.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = str(value)
        self.own[self.page] = kept

    def listen(self) -> None:
        """Before anything is said: take the language of the URL, unless a widget just chose one."""
        asked = st.query_params.get("lang", "")
        if not self.acted and asked in LANGUAGES:
            self.language = asked

    def arrive(self, page: str) -> None:
        """Begin a run of `page`: take over what the URL says, if a person or a link changed it.

        Where a widget was used, it decides: the URL that came along may not have caught up yet.
        Coming from another page with a bare URL changes nothing: settings and run stay.
        """
        came = st.query_params.to_dict()
        turned = page != self.page and self.page != ""
        acted, self.acted = self.acted, False
        if page != self.page:
            self.page, self.pin = page, None
            self.refused.clear()
        adopted = not acted and came != self.query and not (turned and not came)
        if adopted:
            self.language = came["lang"] if came.get("lang") in LANGUAGES else self.language
            self.run_id = came.get("run")
            self.settings, self.problem = read_settings(came)
            self.refused.clear()
            self.own[page] = read_own(page, came)
            # At once, before a person can go on: a link to the page one is on reaches the script
            # but not the address bar.
            self.query = self._address()
            st.query_params.from_dict(self.query)

    def leave(self) -> None:
        """End a run of the page: let the URL carry everything that it takes to come back."""
        self.query = self._address()
        if self.query != st.query_params.to_dict():
            st.query_params.from_dict(self.query)

    def _address(self) -> dict[str, str]:
        own = self.own.get(self.page, {})
        query = write_settings(self.settings) | write_own(self.page, own)
        if self.run_id:
            query["run"] = self.run_id
        if self.language != browser_language():
            query["lang"] = self.language
        return query

    def link(self, settings: Mapping[str, Any]) -> dict[str, str]:
        """The query of a link to other settings, in the same language."""
        query = write_settings(settings)
        return query if self.language == browser_language() else {**query, "lang": self.language}


def current() -> Session:
    """The visit that this script run belongs to."""
    if KEY not in st.session_state:
        st.session_state[KEY] = Session(browser_language())
    return st.session_state[KEY]


def seed(key: str, value: Any) -> None:
    """Set a widget before it is drawn."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def widget(key: str) -> Any:
    """What a widget holds; None if it is not there."""
    return st.session_state.get(key)


def browser_language() -> str:
    """The language the browser asks for, if the app speaks it."""
    asked = (st.context.locale or "").partition("-")[0]
    return asked if asked in LANGUAGES else next(iter(LANGUAGES))
