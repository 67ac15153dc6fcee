"""Starts Chromium and opens tabs that remember what went wrong and what was asked for.

The browser reaches this machine alone: a page that asks another host gets no answer, and the
tab has the address on record.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import local
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import EnvironmentFault
from .find import Chromium, find_chromium
from .server import FAVICON

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

PLAYWRIGHT_REMEDY = "pip install 'mathward[visual]'"

_thread = local()
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_WEB = ("http", "https", "ws", "wss")

# Chromium makes its own toolbar of web pages, two or three processes for each tab that nobody sees:
# half of what an empty tab costs. Of this flag the last one counts, so Playwright's words are in
# it, too.
_UNWANTED = (
    *("InitialWebUI", "WebUIReloadButton", "WebUIToolbar", "WebUILocationBar"),
    *("WebUIOmniboxPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxAimPopup"),
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades"),
    *("LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning"),
)

# Besides Playwright's own.
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    f"--disable-features={','.join(_UNWANTED)}",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)


@dataclass(slots=True)
class Tab:
    """One page and its record, in the order of events.

    ``errors`` are console errors (a file that does not load and a breach of the content policy
    among them), uncaught exceptions and crashes; ``requests`` are the addresses asked for, and
    ``foreign`` those of them that lie on another host. Events arrive while Playwright is being
    talked to: ``catch_up`` sees to it that all earlier ones are there.
    """

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def foreign(self) -> list[str]:
        return [address for address in self.requests if is_foreign(address)]

    def open(self, target: Path | str) -> None:
        """Load a file of the disk, or an address."""
        self.page.goto(target.resolve().as_uri() if isinstance(target, Path) else target)

    def catch_up(self) -> None:
        """Return when every event up to now is on record."""
        if not self.page.is_closed() and "the page crashed" not in self.errors:
            self.page.evaluate("0")


@contextmanager
def launch(*, hosts: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser that runs as long as the block; raises EnvironmentFault if none can be started.

    ``hosts`` are the names that it may reach besides this machine.
    """
    chromium = find_chromium()
    with _driver() as playwright:
        browser = _start(playwright, chromium, hosts)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_tab(browser: Browser, **options: Any) -> Iterator[Tab]:
    """A tab in a profile of its own, closed after the block.

    ``options`` are those of Playwright's ``new_context``: ``viewport``, ``java_script_enabled``,
    ``color_scheme``, ``locale``, ``bypass_csp`` and so on.
    """
    context = browser.new_context(**options)
    try:
        tab = Tab(context.new_page())
        _record(context, tab)
        yield tab
    finally:
        context.close()


def is_foreign(address: str) -> bool:
    """Whether asking for ``address`` would leave this machine."""
    parts = urlsplit(address)
    return parts.scheme in _WEB and parts.hostname not in _LOOPBACK


@contextmanager
def _driver() -> Iterator[Playwright]:
    """Playwright's driver, one for each thread: it refuses to be started twice in one."""
    if running := getattr(_thread, "driver", None):
        yield running
        return
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise EnvironmentFault("Playwright is not installed", PLAYWRIGHT_REMEDY) from None
    with ExitStack() as stack:
        try:
            playwright = stack.enter_context(sync_playwright())
        except Exception as error:  # Playwright raises no class of its own here
            raise EnvironmentFault(
                f"Playwright does not start: {error}", "see `mathward doctor`"
            ) from None
        _thread.driver = playwright
        try:
            yield playwright
        finally:
            _thread.driver = None


def _start(playwright: Playwright, chromium: Chromium, hosts: Sequence[str]) -> Browser:
    from playwright.sync_api import Error

    # Chromium refuses its sandbox to root, and some machines refuse it to others. What is opened
    # are our own pages without any way out, so that doing without it is better than not running.
    choices = (False,) if hasattr(os, "geteuid") and os.geteuid() == 0 else (True, False)
    problem = ""
    for sandbox in choices:
        try:
            return playwright.chromium.launch(
                executable_path=chromium.path, args=_flags(hosts), chromium_sandbox=sandbox
            )
        except Error as error:
            problem = error.message.strip().splitlines()[0]
    raise EnvironmentFault(f"{chromium.path} does not start: {problem}", "see `mathward doctor`")


def _flags(hosts: Sequence[str]) -> list[str]:
    # No name but the loopback's and those resolves, whatever asks for it: a page, a worker, a
    # prefetch, or the browser's own services, which would otherwise try for seconds.
    rules = ["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in ("localhost", *_LOOPBACK, *hosts))]
    return [*_FLAGS, f"--host-resolver-rules={', '.join(dict.fromkeys(rules))}"]


def _record(context: BrowserContext, tab: Tab) -> None:
    def hear(message: ConsoleMessage) -> None:
        place = message.location.get("url", "")
        if message.type == "error" and not place.endswith(FAVICON):
            tab.errors.append(f"{message.text} [{place}]" if place else message.text)

    context.on("console", hear)
    context.on("weberror", lambda problem: tab.errors.append(str(problem.error)))
    context.on("request", lambda request: tab.requests.append(request.url))
    tab.page.on("websocket", lambda socket: tab.requests.append(socket.url))
    tab.page.on("crash", lambda _: tab.errors.append("the page crashed"))
