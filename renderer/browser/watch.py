"""Ends a browser that a page holds up, so that whoever waits for it goes on with an error.

A script that never ends keeps its page from answering anything, and Playwright waits for the
answer without a limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

from .process import kill

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Watch:
    """Over one browser; ``has_ended_it`` says whether it had to."""

    def __init__(self, browser: Browser) -> None:
        self._process = process_of(browser)
        self._lock = Lock()
        self._running: Timer | None = None
        self.has_ended_it = False

    @contextmanager
    def over(self, seconds: float) -> Iterator[None]:
        """The block may take so long, and the browser is ended if it takes longer."""
        timer = Timer(seconds, lambda: self._end(timer))
        timer.daemon = True
        self._running = timer
        timer.start()
        try:
            yield
        finally:
            with self._lock:  # from here on the browser is safe
                self._running = None
            timer.cancel()

    def _end(self, timer: Timer) -> None:
        with self._lock:
            if self._running is timer and self._process:
                self.has_ended_it = True
                kill(self._process)


def process_of(browser: Browser) -> int | None:
    """The number of the browser's own process; None if it does not tell."""
    from playwright.sync_api import Error

    if browser.browser_type.name != "chromium":
        return None
    try:
        session = browser.new_browser_cdp_session()
        listed = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
    except Error:
        return None
    return next((int(each["id"]) for each in listed if each["type"] == "browser"), None)
