"""axe-core finds nothing on the pages we make: each answer, both themes, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from renderer import render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.theme import load_theme

ANSWERS = sorted((Path(__file__).parents[2] / "fixtures" / "answers").glob("*.md"))
FEW = ("prices.en",)  # in every run; a page takes up to half a minute
SOME = [
    path if path.stem in FEW else pytest.param(path, marks=pytest.mark.heavy) for path in ANSWERS
]
THEMES = ("plain", "paper")
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

# What only the author of a text can change: which headings it has, and a table's empty corner.
AUTHORS = ("empty-table-header", "heading-order", "page-has-heading-one")

# axe-core does not know that browsers let the keyboard into boxes that scroll. Until MathJax
# has come we leave it to them, and test_accessibility_focus.py presses the keys.
SCROLLING = "scrollable-region-focusable"

_UNFOLD = "() => document.querySelectorAll('details').forEach((each) => (each.open = true))"
_SETTLED = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
}"""

OpenPage = Callable[..., Tab]
Serve = Callable[..., StaticServer]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each answer under each theme."""
    out = tmp_path_factory.mktemp("axe")
    install(out / "mathward-assets", [load_theme(theme) for theme in THEMES])
    for answer in ANSWERS:
        for theme in THEMES:
            html = render_page(answer.read_text("utf-8"), theme=theme, assets=Assets.folder())
            (out / f"{answer.stem}-{theme}.html").write_text(html, "utf-8")
    return out


def findings(page: Page, *unless: str) -> list[str]:
    """What axe-core objects to, all its rules but those given, and where."""
    page.evaluate(_UNFOLD)
    page.evaluate(_SETTLED)
    rules = {name: {"enabled": False} for name in (*AUTHORS, *unless)}
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    return [
        f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("answer", SOME, ids=lambda path: path.stem)
def test_nothing_before_typesetting(
    answer: Path, site: Path, open_page: OpenPage, serve: Serve
) -> None:
    """Pages with native MathML have no violation, and none for their colours."""
    folder = serve(site).url
    for theme, scheme, viewport in (("plain", "light", PHONE), ("paper", "dark", DESK)):
        tab = open_page(color_scheme=scheme, viewport=viewport)
        tab.page.route("**/*.js", lambda route: route.fulfill(body=""))
        tab.open(f"{folder}{answer.stem}-{theme}.html")
        assert findings(tab.page, SCROLLING) == [], (theme, scheme)


@pytest.mark.parametrize("answer", SOME, ids=lambda path: path.stem)
def test_nothing_after_typesetting(
    answer: Path, site: Path, open_page: OpenPage, serve: Serve
) -> None:
    """MathJax's drawings add none either, on a phone and on a desk, light and dark."""
    folder = serve(site).url
    for theme, scheme, viewport in (("plain", "dark", DESK), ("paper", "light", PHONE)):
        tab = open_page(color_scheme=scheme, viewport=viewport)
        tab.open(f"{folder}{answer.stem}-{theme}.html")
        tab.page.evaluate("() => mathward.typesetAll()")
        assert findings(tab.page) == [], (theme, scheme)


def test_axe_sees_what_is_wrong(site: Path, open_page: OpenPage, serve: Serve) -> None:
    """A picture without a name and text without contrast are found: the tool is at work."""
    page = open_page(f"{serve(site).url}{FEW[0]}-plain.html").page
    page.evaluate(
        "() => { const [main] = document.getElementsByTagName('main');"
        " const text = Object.assign(document.createElement('p'), { textContent: 'pale' });"
        " text.style.color = '#eee'; main.append(text, document.createElement('img')) }"
    )
    assert {each.partition(":")[0] for each in findings(page, SCROLLING)} == {
        "color-contrast",
        "image-alt",
    }
