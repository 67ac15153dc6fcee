"""A page with the client's modules and a typesetter that the test keeps waiting.

``lab(*parts)`` opens a page of those parts and starts nothing; in it ``start``, ``typesetAll``
and ``Fake`` are global.  ``formula("x")`` is a wrapper as the server writes it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.bundle import math_css

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>lab</title>
<link rel="icon" href="data:,"><style>{css} body {{ margin: 0; font: 16px/1.5 serif }}</style>
<body>{body}<script type="module">
import {{ start, typesetAll }} from "./client/main.js";
import {{ Fake }} from "./fake.js";
Object.assign(window, {{ start, typesetAll, Fake, ready: true }});
</script>"""


def formula(tex: str, *, display: bool = False, inner: str | None = None) -> str:
    """The wrapper of a formula whose MathML is ``inner``."""
    tag, kind = ("div", "display") if display else ("span", "inline")
    content = f"<math><mi>{escape(tex)}</mi></math>" if inner is None else inner
    marks = 'notranslate" translate="no"'
    return (
        f'<{tag} class="math {kind} {marks} data-tex="{escape(tex)}"><!---->'
        f'<{tag} class="math-box {marks}>{content}</{tag}></{tag}>'
    )


def frames(page: Page) -> None:
    """Return when all that was to happen before the next frame but one has happened."""
    page.evaluate("() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))")


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
) -> Callable[..., Page]:
    """``lab(*parts, **context_options) -> Page``."""

    def lab(*parts: str, **options: Any) -> Page:
        for name in ("client", "mathjax"):
            ignored = shutil.ignore_patterns("vendor", "*.py")
            shutil.copytree(root / "renderer" / name, tmp_path / name, ignore=ignored)
        shutil.copy(Path(__file__).with_name("fake.js"), tmp_path)
        page = tmp_path / "lab.html"
        page.write_text(_PAGE.format(css=math_css(), body="".join(parts)), encoding="utf-8")
        options.setdefault("viewport", {"width": 800, "height": 600})
        tab = open_page(serve(tmp_path).url + "lab.html", **options)
        tab.page.wait_for_function("window.ready")
        return tab.page

    return lab
