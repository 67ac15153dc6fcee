"""A laboratory for the client: its modules, and a typesetter that the test keeps waiting.

``lab.open(*parts)`` opens a page of those parts and starts nothing; in it ``start``,
``typesetAll`` and ``Fake`` are global.  ``lab.formula("x")`` is a wrapper as the server writes
it.  ``typeset(markdown)`` opens a page of ours, with MathJax, from a server or from disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer import render, render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.bundle import math_css
from renderer.theme import load_theme

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>lab</title>
<link rel="icon" href="data:,"><style>{css} body {{ margin: 0; font: 16px/1.5 serif }}</style>
<body>{body}<script type="module">
import {{ start, typesetAll }} from "./client/main.js";
import {{ Fake }} from "./fake.js";
Object.assign(window, {{ start, typesetAll, Fake, ready: true }});
</script>"""


@dataclass(frozen=True)
class Lab:
    """Opens pages whose formulas nobody typesets until the test says so."""

    folder: Path
    url: str
    open_page: Callable[..., Tab]

    def open(self, *parts: str, **options: Any) -> Page:
        page = self.folder / "lab.html"
        page.write_text(_PAGE.format(css=math_css(), body="".join(parts)), encoding="utf-8")
        options.setdefault("viewport", {"width": 800, "height": 600})
        tab = self.open_page(self.url + page.name, **options)
        tab.page.wait_for_function("window.ready")
        return tab.page

    @staticmethod
    def formula(tex: str, *, display: bool = False, inner: str | None = None) -> str:
        """The wrapper of a formula whose MathML is ``inner``."""
        tag, kind = ("div", "display") if display else ("span", "inline")
        content = f"<math><mi>{escape(tex)}</mi></math>" if inner is None else inner
        marks = 'notranslate" translate="no"'
        return (
            f'<{tag} class="math {kind} {marks} data-tex="{escape(tex)}"><!---->'
            f'<{tag} class="math-box {marks}>{content}</{tag}></{tag}>'
        )

    @staticmethod
    def frames(page: Page) -> None:
        """Return when all has happened that can happen without anyone's doing."""
        page.evaluate(
            "() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))"
        )

    @staticmethod
    def states(page: Page) -> dict[str, str | None]:
        """State of each formula by its TeX."""
        found: dict[str, str | None] = page.evaluate(
            "() => Object.fromEntries(Array.from(document.querySelectorAll('.math[data-tex]'),"
            " each => [each.dataset.tex, each.dataset.math ?? null]))"
        )
        return found


@pytest.fixture
def lab(
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
    tmp_path: Path,
    root: Path,
) -> Lab:
    """A laboratory of its own for each test."""
    ignored = shutil.ignore_patterns("vendor", "*.py")
    for name in ("client", "mathjax"):
        shutil.copytree(root / "renderer" / name, tmp_path / name, ignore=ignored)
    shutil.copy(Path(__file__).with_name("fake.js"), tmp_path)
    return Lab(tmp_path, serve(tmp_path).url, open_page)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the assets of pages, filled once."""
    folder = tmp_path_factory.mktemp("site")
    install(folder / "mathward-assets", [load_theme("plain")])
    return folder


@pytest.fixture
def typeset(
    site: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> Callable[..., Tab]:
    """``typeset(text, *, raw=False, disk=False, all=True, **open_page_options) -> Tab``.

    The page's formulas are typeset, all of them unless ``all`` is false.  ``text`` is Markdown,
    or the page's HTML if it is ``raw``.
    """

    def typeset(
        text: str, *, raw: bool = False, disk: bool = False, all: bool = True, **options: Any
    ) -> Tab:
        page = site / f"page-{len(list(site.glob('*.html')))}.html"
        html = render_page("$x$" if raw else text, assets=Assets.folder())
        if raw:
            html = html.replace(render("$x$").html, text)
            assert text in html
        page.write_text(html, encoding="utf-8")
        options.setdefault("viewport", {"width": 800, "height": 600})
        tab = open_page(page if disk else serve(site).url + page.name, **options)
        if all:
            tab.page.evaluate("() => mathward.typesetAll()")
        return tab

    return typeset
