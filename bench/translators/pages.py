"""Makes the pages that are translated, and serves them with a gate before what scripts ask for.

Ours come from `mathward render`. The control is the same text as MathJax's own manual would have
it: TeX in the page, found and typeset by the stock bundle, without any mark.
"""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

from renderer import Document, Options, render

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ANSWERS = ROOT / "fixtures" / "answers"

OPTED_OUT = (
    ".notranslate,[translate=no],code,pre,kbd,samp,var,script,style,noscript,textarea,template"
)


@dataclass(frozen=True, slots=True)
class Look:
    """How to find formulas in a page: selectors of a formula, its drawing, one still to come."""

    formula: str
    drawing: str
    pending: str


OURS = Look(
    ".math[data-tex]",
    ":scope > .math-box > .math-drawing",
    ".math[data-tex]:not([data-math])",
)
STOCK = Look("mjx-container", ":scope > none", "html:not([data-typeset])")


@dataclass(frozen=True, slots=True)
class Page:
    """One page to be translated; ``more`` is what a script appends to it later."""

    name: str
    path: str
    lang: str
    look: Look
    more: str = ""

    @property
    def is_control(self) -> bool:
        return self.look is STOCK


def make_pages(folder: Path, names: list[str], modules: Path | None) -> list[Page]:
    """The pages, written to ``folder``; the control only if there is a stock MathJax."""
    contexts = HERE / "contexts.md"
    more = render((HERE / "more.md").read_text("utf-8"), Options(id_prefix="more-")).html
    pages = [_ours(folder, contexts, more)]
    pages += [_ours(folder, ANSWERS / f"{name}.md", more) for name in names]
    if modules is not None:
        pages.append(_control(folder, contexts, modules))
    return pages


def _ours(folder: Path, source: Path, more: str) -> Page:
    target = folder / f"{source.stem}.html"
    command = [sys.executable, "-m", "renderer", "render", str(source), "-o", str(target), "-q"]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603
    found = re.search(r'<html lang="([^"]+)"', target.read_text("utf-8"))
    return Page(source.stem, target.name, found[1] if found else "en", OURS, more)


def _control(folder: Path, source: Path, modules: Path) -> Page:
    document = render(source.read_text("utf-8"))
    target = folder / "control.html"
    link = folder / "modules"
    if not link.exists():
        link.symlink_to(modules.resolve(), target_is_directory=True)
    target.write_text(
        f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Control</title>
<style>body{{max-width:44rem;margin:2rem auto;font:1rem/1.6 serif}}</style>
<script>MathJax = {{output: {{font: "mathjax-newcm", fontPath: "modules/@mathjax/%%FONT%%-font"}},
startup: {{ready() {{ MathJax.startup.defaultReady(); MathJax.startup.promise.then(() =>
document.documentElement.setAttribute("data-typeset", "")); }}}}}};</script>
<script>addEventListener("load", () => {{ const script = document.createElement("script");
script.src = "modules/mathjax/tex-chtml.js"; document.head.append(script); }});</script>
<body><main>{as_tex(document)}</main>""",
        "utf-8",
    )
    return Page("control", target.name, "en", STOCK)


def as_tex(document: Document) -> str:
    """The document's HTML with plain TeX where our formulas were."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(document.html, "html.parser")
    for wrapper in soup.select(OURS.formula):
        tex = str(wrapper["data-tex"])
        display = "display" in wrapper["class"]
        wrapper.replace_with(f"\\[{tex}\\]" if display else f"\\({tex}\\)")
    return str(soup)


class Server(ThreadingHTTPServer):
    """Serves a folder; while ``gate`` is not set, what a page's scripts ask for has to wait."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        self.gate = Event()
        self.gate.set()
        self.folder = folder
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))

    def url(self, page: Page) -> str:
        return f"http://127.0.0.1:{self.server_port}/{page.path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over what a closed page leaves behind, print the rest."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server of ``folder`` on the loopback, as long as the block runs."""
    with Server(folder) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.gate.set()
            server.shutdown()
            thread.join()


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - the base class's own attribute
        **SimpleHTTPRequestHandler.extensions_map,
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".mjs": "text/javascript; charset=utf-8",
        ".woff2": "font/woff2",
    }
    server: Server

    def do_GET(self) -> None:
        if not self._is_in_the_markup():
            self.server.gate.wait(60)
        super().do_GET()

    def _is_in_the_markup(self) -> bool:
        """Whether a page names this file itself, so that no script had to ask for it."""
        path = self.path.lstrip("/")
        named = f'"{html.escape(path)}"'
        if path.endswith((".html", ".css", ".ico")):
            return True
        pages = self.server.folder.glob("*.html")
        return any(named in page.read_text("utf-8") for page in pages if page.stem != "control")

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""
