"""The browser session: it starts, sees this machine alone, and remembers what went wrong."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Error, Playwright

from renderer.browser import session
from renderer.browser.find import VARIABLE, Chromium, find_chromium
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab, is_foreign, launch
from renderer.errors import EnvironmentFault

OpenPage = Callable[..., Tab]
Serve = Callable[..., StaticServer]


def write(folder: Path, body: str, name: str = "page.html") -> Path:
    page = folder / name
    page.write_text(f"<!doctype html><meta charset=utf-8><title>t</title>{body}", "utf-8")
    return page


def test_page_opens_from_disk_and_from_a_server(
    open_page: OpenPage, serve: Serve, tmp_path: Path
) -> None:
    """The same file opens by its path and by an address on the loopback, and runs its script."""
    page = write(tmp_path, "<script src=a.js></script>")
    (tmp_path / "a.js").write_text("document.title = '数学'", "utf-8")
    server = serve(tmp_path)
    assert open_page(page).page.title() == "数学"
    assert open_page(server.url + "page.html").page.title() == "数学"
    assert server.requested == ["/page.html", "/a.js"]


def test_console_errors_and_exceptions_are_on_record(open_page: OpenPage, tmp_path: Path) -> None:
    """An error line, an exception, a rejection and a missing file are each reported once."""
    body = (
        "<script>console.error('one'); console.warn('not this')</script>"
        "<script>throw Error('two')</script>"
        "<script>Promise.reject(Error('three'))</script><img src=four.png>"
    )
    tab = open_page(write(tmp_path, body), clean=False)
    tab.catch_up()
    for word in ("one", "two", "three", "four.png"):
        assert sum(word in line for line in tab.errors) == 1, (word, tab.errors)
    assert len(tab.errors) == 4


FOREIGN_WAYS = {
    "image": "<img src=https://image.example.com/>",
    "script": "<script src=http://script.example.com/></script>",
    "numbers": "<img src=https://192.0.2.7/>",
    "fetch": "<script>fetch('https://fetch.example.com/').catch(() => 0)</script>",
    "frame": "<iframe src=https://frame.example.com/></iframe>",
    "worker": "<script>new Worker(URL.createObjectURL(new Blob("
    "[\"fetch('https://worker.example.com/').catch(() => 0)\"])))</script>",
    "style": "<style>body { background: url(https://style.example.com/) }</style>",
}


@pytest.mark.parametrize("body", FOREIGN_WAYS.values(), ids=FOREIGN_WAYS.keys())
def test_foreign_requests_are_on_record(
    open_page: OpenPage, serve: Serve, tmp_path: Path, body: str
) -> None:
    """Whatever way a page takes to another host, it fails and the address is recorded."""
    write(tmp_path, body)
    tab = open_page(clean=False)
    failure = tab.page.context.expect_event("requestfailed", lambda r: is_foreign(r.url))
    with failure as failed:
        tab.open(serve(tmp_path).url + "page.html")
    assert tab.foreign == [failed.value.url]


def test_sockets_are_on_record(open_page: OpenPage, tmp_path: Path) -> None:
    """A socket to another host is no request to Playwright, and is recorded all the same."""
    tab = open_page(clean=False)
    with tab.page.expect_event("console", lambda line: line.type == "error"):
        tab.open(write(tmp_path, "<script>new WebSocket('wss://socket.example.com/')</script>"))
    assert tab.foreign == ["wss://socket.example.com/"]


def test_no_packet_leaves_for_another_host(open_page: OpenPage, tmp_path: Path) -> None:
    """A host that would answer, this machine by another of its addresses, is not reached."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.2", 0))  # loopback as well, but not among the names let through
        listener.listen()
        address = f"http://127.0.0.2:{listener.getsockname()[1]}/"
        tab = open_page(write(tmp_path, ""), clean=False)
        outcome = tab.page.evaluate("a => fetch(a).then(() => 'reached', e => 'refused')", address)
        assert outcome == "refused"
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert tab.foreign == [address]


def test_tabs_share_nothing(open_page: OpenPage, serve: Serve, tmp_path: Path) -> None:
    """What one tab stores, another does not see: tests cannot lean on each other."""
    write(tmp_path, "")
    address = serve(tmp_path).url + "page.html"
    open_page(address).page.evaluate("localStorage.setItem('a', '1')")
    assert open_page(address).page.evaluate("localStorage.getItem('a')") is None


def test_crash_is_on_record(open_page: OpenPage) -> None:
    """A tab that dies says so; looking at it again neither hangs nor raises."""
    tab = open_page(clean=False)
    with tab.page.expect_event("crash"), pytest.raises(Error):
        tab.page.goto("chrome://crash")
    tab.catch_up()
    assert tab.errors == ["the page crashed"]
    assert open_page().page.evaluate("1 + 1") == 2


def test_headers_go_with_every_answer(serve: Serve, open_page: OpenPage, tmp_path: Path) -> None:
    """A policy given to the server binds the page, and its breach is on record."""
    write(tmp_path, "<script>document.title = 'ran'</script>")
    server = serve(tmp_path, headers={"Content-Security-Policy": "script-src 'self'"})
    tab = open_page(server.url + "page.html", clean=False)
    assert tab.page.title() == "t"
    assert ["Content Security Policy" in line for line in tab.errors] == [True]


@pytest.mark.parametrize(
    ("address", "foreign"),
    [
        ("http://127.0.0.1:80/", False),
        ("http://localhost/", False),
        ("http://[::1]:8080/", False),
        ("file:///etc/hosts", False),
        ("data:text/html,x", False),
        ("blob:https://example.com/1", False),
        ("https://127.0.0.1.example.com/", True),
        ("https://127.0.0.1@example.com/", True),
        ("ws://example.com/", True),
        ("http://192.0.2.1/", True),
    ],
)
def test_foreign_is_what_leaves_the_machine(address: str, foreign: bool) -> None:
    """Names that only look like the loopback are other hosts."""
    assert is_foreign(address) is foreign


def test_dirty_page_fails_its_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    """The fixture is no decoration: a console error alone makes a test fail."""
    monkeypatch.setenv(VARIABLE, str(find_chromium().path))  # pytester changes HOME
    pytester.makeconftest((root / "tests" / "conftest.py").read_text("utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n  browser\n  heavy")
    pytester.makepyfile(
        """
        def test_clean(open_page): open_page("data:text/html,<p>x")
        def test_error(open_page): open_page("data:text/html,<script>console.error(1)</script>")
        def test_foreign(open_page): open_page("data:text/html,<img src=https://example.com>")
        def test_told(open_page): open_page("data:text/html,<script>x</script>", clean=False)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-m", "browser")
    result.assert_outcomes(passed=4, errors=2)


def test_browser_that_does_not_start_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A program that is no browser gives an EnvironmentFault, not a traceback of Playwright's."""
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    program.chmod(0o755)
    found = Chromium(program, "1.0", "PATH")
    monkeypatch.setattr(session, "find_chromium", lambda: found)
    with pytest.raises(EnvironmentFault) as caught, launch():
        pass
    assert "\n" not in str(caught.value)
    assert str(program) in str(caught.value)


@pytest.mark.parametrize(("user", "tried"), [(1000, [True, False]), (0, [False])])
def test_sandbox_is_used_where_it_can_be(
    monkeypatch: pytest.MonkeyPatch, user: int, tried: list[bool]
) -> None:
    """Anyone but root gets the sandbox first, and a browser without it where it is refused."""
    asked = []

    class Driver:
        """A Playwright on a machine that refuses the sandbox."""

        @property
        def chromium(self) -> Driver:
            return self

        def launch(self, **options: Any) -> str:
            asked.append(options["chromium_sandbox"])
            if asked[-1]:
                raise Error("Chromium sandboxing failed!")
            return "a browser"

    monkeypatch.setattr(os, "geteuid", lambda: user)
    session._start(cast("Playwright", Driver()), Chromium(Path("x"), "1", "PATH"), ())
    assert asked == tried
