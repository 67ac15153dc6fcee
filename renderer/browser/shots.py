"""Takes the picture of a page, and reads what the page says of its formulas.

A page is settled first (``settle.js``): every formula typeset, fonts and images there, nothing
moving.  Then it is read (``shots.js``).  The debugger puts both into it, so no policy of the page
is in the way.

Next hop: :mod:`renderer.shots.compare` holds a :class:`~renderer.shots.model.Capture` against
that of the baseline.
"""

from __future__ import annotations

import platform
import re
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ..errors import EnvironmentFault, SourceError
from ..shots.model import Box, Capture, Case, Fingerprint, FormulaRecord, Picture
from .fonts import digest as fonts_digest
from .session import Tab, is_foreign, launch, open_tab
from .watch import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page, Response, Route

_HERE: Final = Path(__file__).parent
_STRIP: Final = 8_000  # device pixels; beyond 16,384 Chromium's surface ends
_FRAMES: Final = 10  # pictures of which two in a row have to be equal
_POLICY: Final = "content-security-policy"
_LOADING: Final = 60  # seconds
_GRACE: Final = 1.5  # of the time that a page has, after which its scripts have to have ended
_ORIGIN: Final = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\]):\d+")  # a port of today

_CALL: Final = re.compile(r"^\w+\.\w+: (?:Error: )?")  # of Playwright, before its reason

# What Chromium calls it, and what it is.
_WORDS: Final = {
    "ERR_NAME_NOT_RESOLVED": "leads to {host}, which is unknown or may not be asked (--allow-host)",
    "ERR_CONNECTION_REFUSED": "nothing answers there",
    "ERR_TOO_MANY_REDIRECTS": "leads from address to address without end",
    "ERR_HTTP_RESPONSE_CODE_FAILURE": "the server answers with an error and no page",
    "Download is starting": "is a file to be saved and no page",
}

Shots = tuple[bytes, ...]  # a page's picture from top to bottom, cut into strips


@dataclass(frozen=True, slots=True)
class View:
    """How pages are looked at: height of the window, pixel ratio, and what is blanked out.

    ``timeout`` is in how many seconds they have to come to rest. ``hosts`` may be asked besides
    this machine; all others are out of reach.
    """

    height: int = 800
    ratio: float = 1.0
    masks: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    timeout: int = 180


class Camera:
    """One browser; to be used in the thread that made it.

    ``asked`` are the addresses that the page asked for which was seen last.
    """

    def __init__(self, browser: Browser, view: View) -> None:
        self._browser = browser
        self._view = view
        self._watch = Watch(browser)
        self.asked: tuple[str, ...] = ()
        self.fingerprint = fingerprint(browser, view.ratio)

    @property
    def is_spent(self) -> bool:
        """Whether a page's script did not end, so that the browser was."""
        return self._watch.has_ended_it

    def capture(self, case: Case, address: str, known: str | None = "") -> tuple[Capture, Shots]:
        """What is seen of the page at ``address`` now.

        ``known`` is the digest of the picture to be expected: where it is met, the page needs
        no second look.  None: no picture is taken.
        """
        from playwright.sync_api import Error

        try:
            with self._watch.over(self._view.timeout * _GRACE):
                return self._seen(case, address, known)
        except Error as error:
            reason = _CALL.sub("", error.message.strip().splitlines()[0])
            if self.is_spent:
                seconds = f"{self._view.timeout * _GRACE:g} s"
                reason = f"one of its scripts does not end; given up, in all looks, after {seconds}"
                raise SourceError(address, reason) from error
            if not self._browser.is_connected():
                raise EnvironmentFault(f"the browser ended: {reason}") from error
            raise SourceError(address, reason) from error

    def _seen(self, case: Case, address: str, known: str | None) -> tuple[Capture, Shots]:
        view = self._view
        options: dict[str, Any] = {
            "viewport": {"width": case.width, "height": view.height},
            "color_scheme": case.scheme,
            "device_scale_factor": view.ratio,
            "reduced_motion": "reduce",
        }
        with open_tab(self._browser, **options) as tab:
            if case.state == "untypeset":
                tab.page.route("**/*", _without_scripts)
            answer = self._answer(tab, address)
            if answer is not None and answer.status >= 400:
                raise SourceError(address, f"the server answers {answer.status}")
            seen, strips = observe(tab.page, case, view, known=known, print_of=self.fingerprint)
            tab.catch_up()
            self.asked = tuple(tab.requests)
            return _with_record(seen, tab, view.hosts), strips

    def _answer(self, tab: Tab, address: str) -> Response | None:
        from playwright.sync_api import Error
        from playwright.sync_api import TimeoutError as Late

        seconds = min(self._view.timeout, _LOADING)
        try:
            return tab.page.goto(address, timeout=seconds * 1000)
        except Late as error:
            raise SourceError(address, f"does not load in {seconds} s") from error
        except Error as error:
            reason = next((_WORDS[word] for word in _WORDS if word in error.message), None)
            if reason is None:
                raise
            host = urlsplit(tab.requests[-1] if tab.requests else address).hostname
            raise SourceError(address, reason.format(host=host)) from error


@contextmanager
def open_camera(view: View) -> Iterator[Camera]:
    """A camera with a browser of its own; EnvironmentFault if there is none."""
    with launch(hosts=view.hosts) as browser:
        yield Camera(browser, view)


def observe(
    page: Page,
    case: Case,
    view: View = View(),
    *,
    known: str | None = "",
    print_of: Fingerprint | None = None,
) -> tuple[Capture, Shots]:
    """What is seen of an open page, with its picture; errors and requests are not known here."""
    for selector in view.masks:
        page.evaluate("selector => document.querySelector(selector)", selector)  # is it one?
    _bring(page, case, view)
    inside = page.evaluate_handle(_script("shots.js"))
    width, height = inside.evaluate("inside => inside.extent()")
    # Before the picture, for which the browser lays the page out in another window.
    shift = inside.evaluate("inside => inside.shift()") if case.state == "typeset" else None
    strips = () if known is None else _steady(page, width, height, known)
    found = inside.evaluate("(inside, masks) => inside.read(masks)", list(view.masks))
    capture = Capture(
        case=case,
        formulas=tuple(_record(n, each) for n, each in enumerate(found["formulas"], 1)),
        title=found["title"],
        shift=shift,
        sideways=found["sideways"],
        fingerprint=print_of or fingerprint_of(page),
        picture=Picture(_digest(strips), width, height) if strips else None,
    )
    return capture, strips


def fingerprint(browser: Browser | None, ratio: float) -> Fingerprint:
    """Of this browser on this machine."""
    name = browser.browser_type.name if browser else "unknown"
    version = browser.version.split(".")[0] if browser else "0"
    return Fingerprint(
        f"{name} {version}", sys.platform, platform.machine().lower(), _fonts(), ratio
    )


def fingerprint_of(page: Page) -> Fingerprint:
    """Of the browser that shows a page."""
    return fingerprint(page.context.browser, _ratio(page))


@cache
def _fonts() -> str:
    return fonts_digest()


@cache
def _script(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _bring(page: Page, case: Case, view: View) -> None:
    """The page into the state that is to be seen."""
    inside = page.evaluate_handle(_script("settle.js"))
    inside.evaluate("(inside, masks) => inside.mask(masks)", list(view.masks))
    inside.evaluate("(inside, seconds) => inside.allow(seconds)", view.timeout)
    if case.state == "untypeset":
        inside.evaluate("inside => inside.still()")
        return
    inside.evaluate("inside => inside.settle()")
    if case.state in ("translated", "restored"):
        inside.evaluate("inside => inside.translate()")
    if case.state == "restored":
        inside.evaluate("inside => inside.restore()")
    if case.state == "print":
        page.emulate_media(media="print", color_scheme=case.scheme)
        inside.evaluate("inside => inside.settle()")


def _without_scripts(route: Route) -> None:
    """A page as readers without scripts get it; ours still run, which the debugger brings."""
    if route.request.resource_type == "script":
        route.abort()
    elif route.request.resource_type == "document":
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, _POLICY: "script-src 'none'"})
    else:
        route.continue_()


def _with_record(seen: Capture, tab: Tab, hosts: Sequence[str]) -> Capture:
    """What was seen, with the errors and requests of the tab."""
    asked = {urlsplit(each).hostname or "" for each in tab.requests if is_foreign(each)}
    # Of a page without scripts the browser says nothing but that they are missing.
    said = tab.errors if seen.case.state != "untypeset" else []
    errors = dict.fromkeys(_ORIGIN.sub("", each) for each in said)
    foreign = tuple(sorted(asked - set(hosts)))
    return replace(seen, errors=tuple(errors), foreign=foreign)


# --- pictures --------------------------------------------------------------------------------


def _steady(page: Page, width: int, height: int, known: str) -> Shots:
    """The picture of a page that has come to rest: two in a row are equal, or it is the known."""
    take = _photographer(page, width, height)
    strips = take()
    for _ in range(_FRAMES):
        if _digest(strips) == known:
            return strips
        before, strips = strips, take()
        if before == strips:
            return strips
    return strips


def _photographer(page: Page, width: int, height: int) -> Callable[[], Shots]:
    browser = page.context.browser
    if browser and browser.browser_type.name == "chromium":
        session = page.context.new_cdp_session(page)
        ratio = _ratio(page)
        return lambda: tuple(_strips(session, width, height, ratio))
    return lambda: (page.screenshot(full_page=True, animations="disabled", caret="hide"),)


def _strips(session: CDPSession, width: int, height: int, ratio: float) -> Iterator[bytes]:
    step = max(1, int(_STRIP / ratio))
    for top in range(0, height, step):
        clip = {"x": 0, "y": top, "width": width, "height": min(step, height - top), "scale": 1}
        shot = session.send(
            "Page.captureScreenshot",
            {
                "format": "png",
                "captureBeyondViewport": True,
                "optimizeForSpeed": True,  # of the file's packing; it is without loss
                "clip": clip,
            },
        )
        yield b64decode(shot["data"])


def _ratio(page: Page) -> float:
    return float(page.evaluate("() => devicePixelRatio"))


def _digest(strips: Shots) -> str:
    return sha256(b"".join(strips)).hexdigest()


# --- records ---------------------------------------------------------------------------------


def _record(index: int, found: dict[str, Any]) -> FormulaRecord:
    box = Box(*found.pop("box"))
    return FormulaRecord(index=index, box=box, **found)
