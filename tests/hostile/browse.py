"""Loads a page of hostile inputs in Chromium, uses it as a reader would, and tells what it met.

Every link and formula gets a real click of the mouse, and everything that the Tab key reaches
the Enter key. Where a click leads is not loaded: the answer to a navigation is "no content".
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urlsplit

from renderer.assets import FOLDER
from renderer.browser.session import Tab, is_foreign, open_tab

from .pages import Mode

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Frame, Page, Request, Route

PROBE = Path(__file__).with_name("probe.js")
PATIENCE = 60_000  # milliseconds for all formulas of a page
_VIEW = {"width": 1000, "height": 700}
_STOPS = 1_000  # of the Tab key at most
# What MathJax's speech says of a formula that holds this character.
_NOISE = "[xmldom warning]\tUnicode replacement character detected"
_AT_ONCE = 10  # of them between two looks at whether there are more


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and the input it was found in, ``""`` where that is not known."""

    input: str
    what: str


@dataclass(slots=True)
class _Visit:
    """One page being used."""

    tab: Tab
    mode: Mode
    own: str
    asked: list[str] = field(default_factory=list)
    heard: list[Finding] = field(default_factory=list)
    is_loaded: bool = False

    @property
    def page(self) -> Page:
        return self.tab.page

    def hear(self, what: str) -> None:
        self.heard.append(Finding("", what))


def visit(browser: Browser, address: str, mode: Mode) -> list[Finding]:
    """Everything that is wrong with the page at ``address``."""
    with ExitStack() as stack:
        options = {"viewport": _VIEW, "bypass_csp": not mode.policy}
        tab = stack.enter_context(open_tab(browser, **options))
        seen = _Visit(tab, mode, address)
        _listen(seen)
        try:
            _use(seen)
        except _errors() as error:
            seen.hear(f"the page hangs or is gone: {str(error).splitlines()[0]}")
        return list(dict.fromkeys([*seen.heard, *_errors_of(tab)]))


def heads(browser: Browser, pages: Sequence[tuple[str, str]]) -> list[Finding]:
    """What is wrong with whole pages, by names of their inputs, without loading them."""
    with open_tab(browser) as tab:
        tab.page.add_init_script(path=PROBE)
        tab.page.goto("about:blank")
        return [
            Finding(name, what)
            for name, html in pages
            for _, what in tab.page.evaluate("html => hostile.parsed(html)", html)
        ]


def _listen(seen: _Visit) -> None:
    seen.page.set_default_timeout(PATIENCE)
    seen.page.add_init_script(path=PROBE)
    seen.page.on("dialog", lambda dialog: _dismiss(seen, dialog))
    seen.page.context.on("page", lambda opened: seen.hear(f"opens a window at {opened.url}"))
    seen.page.on("framenavigated", lambda frame: _left(seen, frame))
    seen.page.on("download", lambda each: seen.hear(f"downloads {each.url}"))
    seen.page.context.on("request", lambda request: _asked(seen, request))


def _dismiss(seen: _Visit, dialog: Dialog) -> None:
    seen.hear(f"script ran: dialog {dialog.message!r}")
    dialog.dismiss()


def _asked(seen: _Visit, request: Request) -> None:
    """Our own files may be asked for, and after loading what a click leads to; nothing else."""
    path = urlsplit(request.url).path
    if not (
        request.url == seen.own
        or (path.startswith(f"/{FOLDER}/") and not is_foreign(request.url))
        or request.url.startswith("blob:")
        or path == "/favicon.ico"
        or (seen.is_loaded and request.is_navigation_request())
    ):
        seen.hear(f"asks for {request.url}")


def _left(seen: _Visit, frame: Frame) -> None:
    """Where a click leads is not loaded, so only what cannot be asked for ends the page."""
    if seen.is_loaded and urldefrag(frame.url).url != seen.own:
        seen.hear(f"the page is left for {frame.url}")


def _lead_nowhere(route: Route) -> None:
    if route.request.is_navigation_request():
        route.fulfill(status=204)
    else:
        route.continue_()


def _use(seen: _Visit) -> None:
    page, scripted = seen.page, seen.mode.script
    page.goto(seen.own)
    if seen.mode.entry == "foreign":
        page.evaluate(
            "() => document.querySelectorAll('.hostile-input').forEach(each => {"
            " const copy = each.cloneNode(true); mathward.shield(copy); each.replaceWith(copy); })"
        )
    if scripted:
        page.evaluate("() => { mathward.typesetAll().then(() => { window.isDone = true; }); }")
        page.wait_for_function("() => window.isDone")
    page.context.route("**/*", _lead_nowhere)
    seen.is_loaded = True
    _look(seen)
    _click(seen)
    _press(seen)
    _look(seen)


def _look(seen: _Visit) -> None:
    found = seen.page.evaluate("typeset => hostile.findings(typeset)", seen.mode.script)
    seen.heard += [Finding(name, what) for name, what in found]


def _click(seen: _Visit) -> None:
    seen.page.evaluate("() => hostile.open()")
    while places := seen.page.evaluate("() => hostile.places()"):
        for place in places:
            seen.page.mouse.click(*place)


def _press(seen: _Visit) -> None:
    """From the top of the page to where the focus leaves it."""
    seen.page.evaluate("() => hostile.top()")
    before = -1
    while before < (entered := seen.page.evaluate("() => hostile.entered()")) < _STOPS:
        before = entered
        for _ in range(_AT_ONCE):
            seen.page.keyboard.press("Tab")
            seen.page.keyboard.press("Enter")


def _errors_of(tab: Tab) -> list[Finding]:
    errors = (error for error in tab.errors if not error.startswith(_NOISE))
    return [Finding("", f"the console says {error}") for error in errors]


def _errors() -> type[Exception]:
    from playwright.sync_api import Error

    return Error
