"""What readers ask of their browsers holds: forced colours, zoom, text spacing, less motion."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from renderer import Options, render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.theme import load_theme

ROOT = Path(__file__).parents[2]
ANSWERS = sorted((ROOT / "fixtures" / "answers").glob("*.md"))
FEW = ("prices.en",)  # in every run; a page takes up to half a minute
SOME = [
    path if path.stem in FEW else pytest.param(path, marks=pytest.mark.heavy) for path in ANSWERS
]
THEMES = ("plain", "paper")

TEXT = r"""
Inline $\frac{a}{b}$, coloured $\color{red}{x}$, a reference \eqref{eq}.

$$\sqrt{1 + \boxed{y}} = \overline{z} \label{eq} \tag{7}$$

What cannot be read: $\left( a$ and `code`.
"""

# WCAG 1.4.12: what every text must bear.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }"""

_CUT = """() => Array.from(document.querySelectorAll(".math > .math-box")).filter((box) => {
  const { overflowX, overflowY } = getComputedStyle(box);
  const drawing = box.querySelector(":scope > .math-drawing") ?? box.querySelector("math");
  if (!drawing?.checkVisibility()) return false;
  const [outer, inner] = [box, drawing].map((each) => each.getBoundingClientRect());
  const margin = 0.35 * parseFloat(getComputedStyle(box).fontSize);
  const wide = overflowX !== "auto" && inner.right > outer.right + margin;
  const high = inner.top < outer.top - margin || inner.bottom > outer.bottom + margin;
  return wide || (high && overflowY !== "visible");
}).map((box) => box.parentNode.dataset.tex)"""

OpenText = Callable[..., Tab]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with MathJax in it."""
    folder = tmp_path_factory.mktemp("preferences")
    install(folder / "mathward-assets", [load_theme(theme) for theme in THEMES])
    return folder


@pytest.fixture
def open_text(
    site: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> OpenText:
    """``open_text(markdown, theme="plain", **open_page_options) -> Tab``, typeset."""

    def open_text(text: str, theme: str = "plain", **options: object) -> Tab:
        page = site / f"page-{len(list(site.glob('*.html')))}.html"
        html = render_page(text, Options(lang="en"), theme=theme, assets=Assets.folder())
        page.write_text(html, "utf-8")
        tab = open_page(serve(site).url + page.name, **options)
        tab.page.evaluate("() => mathward.typesetAll()")
        return tab

    return open_text


def contrast(page: Page, element: Locator, *, last: int = 0) -> float:
    """The greatest contrast in the picture of an element, or of its ``last`` pixels."""
    place = element.bounding_box()
    assert place is not None
    if last:
        place["x"] += place["width"] - last
        place["width"] = last
    picture = page.screenshot(clip=place)
    found: float = page.evaluate(_CONTRAST, list(picture))
    return found


_CONTRAST = """async (bytes) => {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const linear = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  let [low, high] = [1, 0];
  for (let i = 0; i < data.length; i += 4) {
    const [r, g, b] = data.subarray(i, i + 3).values().map(linear);
    const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    [low, high] = [Math.min(low, light), Math.max(high, light)];
  }
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_everything_visible(
    open_text: OpenText, theme: str, scheme: str
) -> None:
    """Formulas, colours and boxes in them, numbers, references and failures stand out."""
    tab = open_text(TEXT, theme, forced_colors="active", color_scheme=scheme)
    page = tab.page
    assert page.locator("[data-math=failed] > .math-box[data-reason]").count() == 1
    parts = [*page.locator(".math > .math-box").all(), page.locator("a").first]
    assert [contrast(page, part) > 4.5 for part in parts] == [True] * 5
    assert contrast(page, page.locator(".math.display"), last=30) > 4.5, "the number"
    box = page.locator(".math-box").first
    page.keyboard.press("Tab")
    style = "(e) => getComputedStyle(e).outlineStyle"
    assert box.evaluate(style) == "solid", "the focus is seen"


@pytest.mark.parametrize("answer", SOME, ids=lambda path: path.stem)
def test_zoomed_to_twice_the_size_nothing_is_lost(open_text: OpenText, answer: Path) -> None:
    """At 200 % the page neither scrolls sideways nor cuts a formula off, each theme."""
    for theme in THEMES:
        tab = open_text(
            answer.read_text("utf-8"),
            theme,
            viewport={"width": 640, "height": 400},
            device_scale_factor=2,
        )
        assert tab.page.evaluate("() => document.documentElement.scrollWidth") == 640
        assert tab.page.evaluate(_CUT) == []


@pytest.mark.parametrize("theme", THEMES)
def test_text_spacing_cuts_nothing(open_text: OpenText, theme: str) -> None:
    """A reader's own spacing of lines, letters and words leaves formulas whole (WCAG 1.4.12)."""
    answer = next(path for path in ANSWERS if path.stem == "derivation.en")
    page = open_text(answer.read_text("utf-8"), theme).page
    widths = "() => Array.from(document.querySelectorAll('mjx-math'), (e) => e.offsetWidth)"
    before = page.evaluate(widths)
    page.add_style_tag(content=SPACING)
    assert page.evaluate(_CUT) == []
    assert len(before) > 30
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_nothing_moves_by_itself(open_text: OpenText) -> None:
    """Neither theme nor client animates or scrolls smoothly, so less motion is nothing to ask."""
    for theme in THEMES:
        page = open_text(TEXT, theme, reduced_motion="reduce").page
        assert page.evaluate("() => document.getAnimations().length") == 0
        styles = "() => getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(styles) == "auto"
    sources = [*ROOT.glob("themes/*/*.css"), *ROOT.glob("renderer/client/*.css")]
    moving = re.compile(r"\b(?:animation|transition|scroll-behavior)\b")
    assert [path.name for path in sources if moving.search(path.read_text("utf-8"))] == []
    scripts = [*ROOT.glob("renderer/client/*.js"), *ROOT.glob("renderer/mathjax/*.js")]
    assert [path.name for path in scripts if '"smooth"' in path.read_text("utf-8")] == []
