"""What other sites can do with the app in a browser, and what a bare URL on its pages is."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

import pytest

from pages.ui.serving.guard import REFUSED
from pages.ui.visit.i18n import texts
from tests.browser.menu import turn_to
from tests.browser.overview import PATIENCE, Overview
from tests.browser.server import Server, start_server
from tests.browser.test_bad_input import give

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = texts("en")
URLS = (
    *("https://evil.example/x", "www.evil.example", "a@evil.example", "mailto:b@evil.example"),
    *("->", ":material/home:", "--", ":streamlit:"),
)
"""Words that Streamlit's Markdown makes links, signs and icons of, whatever is escaped."""
ICONS = """
window.icons = [];
new MutationObserver(() => {
  for (const link of document.querySelectorAll("link[rel~=icon]")) icons.push(link.href);
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
"""Notes each address that the browser is given for the icon of its tab."""
INKLESS = str.maketrans("", "", "\u2060")


def test_a_url_in_an_address_or_a_text_is_no_link(overview: Overview) -> None:
    page = overview.page
    overview.open(f"corpus={quote(' '.join(URLS), safe='')}&lang=en", drawn=False)
    page.get_by_test_id("stAlert").wait_for()
    (said,) = overview.alerts
    assert " ".join(URLS) in said.translate(INKLESS)
    assert page.locator("[data-testid=stAlert] a").count() == 0

    overview.open("hidden_size=8&batch_size=2&time_size=5&tokenizer=words&epochs=1&lang=en")
    give(overview, pasted=" ".join(URLS * 40) + "\n")
    overview.wait("new URL(location).searchParams.get('corpus')?.startsWith('own-')")
    overview.start()
    overview.wait_for_status("finished")
    turn_to(page, "cell")
    chooser = page.locator(".st-key-cell-tick")
    chooser.get_by_role("radio").first.wait_for()
    words = [text.translate(INKLESS) for text in chooser.get_by_role("radio").all_inner_texts()]
    assert len(words) > 3
    assert set(words) <= {*URLS, "↵", "<eos>"}, words
    assert page.locator("[data-testid=stMain] a[href*='evil.example']").count() == 0


def running(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a small server on another port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as found:
        thread = Thread(target=found.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}"
        found.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Another program's site on another port of this machine: a page that frames its ?query."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            html = f"<iframe src={urlsplit(self.path).query} width=1200 height=700></iframe>"
            self.wfile.write(html.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    yield from running(Handler)


def test_another_site_can_neither_frame_the_app_nor_drive_it(
    page: Page, server: Server, site: str
) -> None:
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{site}/?{server.url}/overview")
    (frame,) = page.frames[1:]
    assert frame.locator("[data-testid=stApp]").count() == 0

    address = f"ws{server.url.removeprefix('http')}/_stcore/stream"
    opened = page.evaluate(
        """address => new Promise(done => {
            const socket = new WebSocket(address, ["streamlit"]);
            socket.onopen = () => done(true);
            socket.onerror = () => done(false);
        })""",
        address,
    )
    assert opened is False


@pytest.fixture
def proxy(server: Server) -> Iterator[str]:
    """A proxy on another port that sends a Host of its own, and opens no websocket."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            passed = {
                name: self.headers[name] for name in ("Accept", "Origin") if self.headers[name]
            }
            asked = Request(server.url + self.path, headers=passed, method=self.command)
            try:
                answer = urlopen(asked, timeout=PATIENCE)
            except HTTPError as refused:
                answer = refused
            with answer:
                body = answer.read()
                self.send_response(answer.status)
                for name in ("Content-Type", REFUSED):
                    if answer.headers[name]:
                        self.send_header(name, answer.headers[name])
                self.end_headers()
                self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    yield from running(Handler)


def test_behind_a_proxy_whose_name_is_not_listed_the_page_says_so(page: Page, proxy: str) -> None:
    page.goto(f"{proxy}/cell")
    page.get_by_text(f"RNN_EXPLORER_HOSTS={proxy.removeprefix('http://')}", exact=True).wait_for()
    assert page.get_by_test_id("stApp").count() == 0


def test_nobody_else_is_asked(page: Page, server: Server) -> None:
    posted: list[str] = []
    page.on("request", lambda asked: posted.append(asked.url) if asked.method == "POST" else None)
    page.add_init_script(ICONS)
    page.goto(f"{server.url}/cell")
    page.locator(".st-key-cell-tick").wait_for()
    turn_to(page, "gradients")
    page.wait_for_function("title => document.title.includes(title)", arg=T("gradients.title"))
    assert posted == []
    icons = page.evaluate("icons")
    assert icons and [icon for icon in icons if not icon.startswith((server.url, "data:"))] == []


@pytest.fixture(scope="module")
def framed(tmp_path_factory: pytest.TempPathFactory, site: str) -> Iterator[Server]:
    """A server that a site may frame."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RNN_EXPLORER_FRAME_ANCESTORS", site)
        running = start_server(tmp_path_factory.mktemp("framed"))
    yield running
    running.stop()


def test_a_site_that_is_allowed_frames_it_and_it_works(
    page: Page, framed: Server, site: str
) -> None:
    page.goto(f"{site}/?{framed.url}/overview")
    app = page.frame_locator("iframe")
    app.locator(".st-key-primary button:visible").click()
    app.locator("[data-figure=perplexity] .plot-container").wait_for(state="attached")
    (frame,) = page.frames[1:]
    frame.wait_for_function("new URL(location).searchParams.has('run')")


def test_in_a_frame_of_another_site_a_run_is_ones_own_for_the_session(
    page: Page, framed: Server, site: str
) -> None:
    """There the browser keeps no cookie: a name is another site, a port is not."""
    page.goto(f"{site}/?{framed.url.replace('127.0.0.1', 'localhost')}/overview?epochs=100000")
    app = page.frame_locator("iframe")
    primary = app.locator(".st-key-primary button:visible")
    primary.click()
    app.get_by_text(T("transport.not_kept")).wait_for()
    assert page.context.cookies() == []
    app.locator(".st-key-primary button:visible", has_text=T("transport.pause")).click()
    app.locator(".st-key-primary button:visible", has_text=T("transport.resume")).wait_for()
