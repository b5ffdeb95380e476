"""The Overview page as a test handles it: open it, press what is on it, read off what it shows."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pages.ui.visit.i18n import LANGUAGES, texts
from rnncore.runs.records import Kind, Record
from rnncore.runs.row import RunRow
from rnncore.runs.store import Store
from tests.browser.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

T = TypeVar("T")
PATIENCE = 120.0
"""Seconds that anything a person waits for may take on a slow and busy machine."""
READING = Path(__file__).with_name("reading.js")


class Overview:
    """A tab with the Overview in it. `complaints` are the errors in the browser's console."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE * 1000)
        page.add_init_script(path=READING)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def open(self, query: str = "", *, drawn: bool = True) -> None:
        """Go to the page with these settings and wait until all four panels are `drawn`, and the
        boxes above them filled: they come a moment later."""
        self.page.goto(f"{self.server.url}/overview?{query}")
        if drawn:
            self.wait("rx.complete()")
            self.wait("document.querySelector('.st-key-setting-hidden_size input')?.value")
            settled(self.page)

    def wait(self, condition: str, argument: Any = None) -> None:
        """Wait until a JavaScript expression (see reading.js) is true."""
        from playwright.sync_api import TimeoutError as TooLate

        try:
            self.page.wait_for_function(condition, arg=argument)
        except TooLate as late:
            said = self.page.inner_text("body")
            raise AssertionError(
                f"never came true: {condition} ({argument})\nconsole: {self.complaints}\n"
                f"server: {self.server.log[-2000:]}\npage: {said[:2000]}"
            ) from late

    def read(self, expression: str) -> Any:
        """The value of a JavaScript expression, or of the promise that it makes."""
        return self.page.evaluate(expression)

    def press(self, button: str) -> None:
        """Click on "step", "stop" or "reset"."""
        self.page.locator(f".st-key-{button} button:visible").click()

    def press_primary(self, name: Literal["start", "pause", "resume"]) -> None:
        """Click on the primary button as soon as it is this one, in either language: it becomes
        another with the run's status, and the strip may know of that a moment before."""
        labels = "|".join(texts(language)(f"transport.{name}") for language in LANGUAGES)
        primary = self.page.locator(".st-key-primary button:visible")
        primary.filter(has_text=re.compile(labels)).click()

    def start(self) -> None:
        """Start, and wait until some updates have been drawn and the page has caught up with them:
        a run's stream is quicker."""
        self.press_primary("start")
        self.wait_for_step(1)
        self.wait("new URL(location).searchParams.has('run')")

    def reset(self) -> None:
        """Leave the run, and wait until the buttons know: the panels come first."""
        self.press("reset")
        self.wait("!new URL(location).searchParams.has('run')")
        self.wait_for_button("Start")

    def choose(self, setting: str, value: str) -> None:
        """Type a value into one of the boxes in the first row and take it."""
        box = self.page.locator(f".st-key-setting-{setting} input")
        box.click()
        box.fill(value)
        box.press("Enter")

    def point_at(self, panel: str, part: str) -> None:
        """Move the mouse over the first of such elements in a panel's plot."""
        box = self.page.locator(f"[data-figure={panel}] {part}").first.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.mouse.move(x + 4, y + 4)
        self.page.mouse.move(x, y, steps=3)

    def box(self, setting: str) -> str:
        """What a box in the first row shows."""
        return self.page.locator(f".st-key-setting-{setting} input").input_value()

    def boxes(self) -> dict[str, str]:
        """What all boxes show, by setting: one look at the page."""
        found = self.read(
            """Object.fromEntries([...document.querySelectorAll('[class*=st-key-setting-]')]
                .filter((one) => one.querySelector('input'))
                .map((one) => [
                    one.className.match(/st-key-setting-(\\w+)/)[1],
                    one.querySelector('input').value,
                ]))"""
        )
        return {str(name): str(value) for name, value in found.items()}

    def wait_for_status(self, status: str) -> None:
        self.wait("status => rx.strip().status === status", status)

    def wait_for_button(self, label: str) -> None:
        """Wait until the primary button says so: the strip may know it a moment before."""
        self.page.locator(".st-key-primary button:visible", has_text=label).wait_for()

    def wait_for_step(self, step: int) -> None:
        self.wait("step => Number(rx.strip().done) >= step", step)

    def wait_for_text(self, text: str) -> None:
        """Wait until the page says something outside the panels."""
        self.page.get_by_text(text).first.wait_for()

    @property
    def step(self) -> int:
        return int(self.read("rx.strip().done"))

    @property
    def run_id(self) -> str:
        """The run in the address bar, as soon as it is there."""
        self.wait("new URL(location).searchParams.has('run')")
        return str(self.read("new URL(location).searchParams.get('run')"))

    @property
    def query(self) -> dict[str, str]:
        """The settings in the address bar."""
        found = self.read("Object.fromEntries(new URL(location).searchParams)")
        return {str(name): str(value) for name, value in found.items()}

    @property
    def alerts(self) -> list[str]:
        """What the page says went wrong."""
        return self.page.get_by_test_id("stAlert").all_inner_texts()

    def _hear(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its server below the page's address before it looks beside it.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            self.complaints.append(f"{message.text} {message.location['url']}")


class Runs:
    """The run store of a server, as a test looks into it."""

    def __init__(self, server: Server) -> None:
        self.path = server.home / "runs.db"
        self.store = Store(f"sqlite:///{self.path}")

    def __getitem__(self, run_id: str) -> RunRow:
        run = self.store.run(run_id)
        assert run is not None, f"the store has no run {run_id}"
        return run

    def records(self, run_id: str, kind: Kind) -> list[Record]:
        return self.store.records_after(run_id, kinds=(kind,))

    def losses(self, run_id: str) -> list[float]:
        """The loss of every update so far; there is no gap between them."""
        steps = [record.payload for record in self.records(run_id, "steps")]
        ends = [0, *(stretch["last"] for stretch in steps)]
        assert [stretch["first"] - 1 for stretch in steps] == ends[:-1]
        return [loss for stretch in steps for loss in stretch["losses"]]

    def asked(self, run_id: str) -> list[str]:
        """What pages have asked of a run, in order: "start", "pause" ..."""
        with closing(sqlite3.connect(self.path)) as database:
            query = "SELECT name FROM commands WHERE run_id = ? ORDER BY seq"
            return [name for (name,) in database.execute(query, (run_id,))]

    def stop(self) -> None:
        """End what is still being trained: it would take the processor from later tests."""
        for run in self.store.runs():
            if run.alive:
                self.store.send(run.id, "stop")

    def close(self) -> None:
        self.store.close()


def settled(page: Page) -> None:
    """Wait until the browser has done what its last drawing left to do: what is drawn does not
    listen to keys before that."""
    page.evaluate("new Promise((done) => requestIdleCallback(done))")


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait until a condition holds that the browser knows nothing of."""
    deadline = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < deadline, f"there was no {what} within {PATIENCE:g} s"
        sleep(0.1)


def awaited(read: Callable[[], T], expected: T) -> T:
    """What is read, as soon as it is what is expected or patience is at an end."""
    with suppress(AssertionError):
        eventually(lambda: read() == expected, "such value")
    return read()


def resting(read: Callable[[], T]) -> T:
    """What is read, as soon as it has stayed the same for a second."""
    seen = [read()]

    def same() -> bool:
        seen.append(read())
        return len(seen) > 10 and all(one == seen[-1] for one in seen[-10:])

    eventually(same, "rest")
    return seen[-1]
