"""Long inline formulas go on in the next line, the same before and after they are typeset."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from renderer import Options, render
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.document import Document
from renderer.page import page as page_of
from renderer.prerender import Prerenderer
from renderer.theme import load_theme

from .axtree import MATH, ROLES, Node, formulas

TEXT = r"""
Consider the function $f(x_1,\dots,x_n)=\frac{a_1}{b_1}+\frac{a_2}{b_2}+\sqrt{x_3^2+y^2}+a_4x^4
-\sum_{k=1}^n k^2\le\frac{M}{N}+\varepsilon_0$, which is long, and ($\displaystyle P(A\mid B)=
\frac{P(B\mid A)P(A)}{P(B)}, \quad P(B)\ne 0$). Then $x:=-y+z_1+z_2+z_3+z_4+z_5+z_6-w, k\in
\mathbb{N}$ holds; the bracket $(a_1+a_2+a_3+a_4+a_5+a_6+a_7+a_8+a_9+a_{10})$ and the list
$\color{blue} x_1=1, x_2=2, x_3=3, \dots, x_n=2\sin(a+b)+\left(\frac{p+q}{r}\right)^2$ do too.

设函数 $f(x)=a_0+a_1x+a_2x^2+a_3x^3+a_4x^4+\cdots+a_nx^n$，其中系数满足
$\sum_{k=0}^n |a_k|^2\le\int_0^1 |f(x)|^2\,dx<\infty$。由此可得（$\text{速度}=\frac{\text{位移}}{\text{时间}}
\approx 3.6\times 10^{5}\ \text{千米每小时}+\varepsilon$），因此结论成立。
"""
LONG = 8

PLACES = """(above) => [document.documentElement.scrollHeight, document.documentElement.scrollWidth,
  ...Array.from(document.querySelectorAll(`p, ${above} .math-seg`), each => {
    const { x, y, width, height } = each.getBoundingClientRect();
    return [x, y + scrollY, width, height].map(length => length.toFixed(1)).join(' '); })]"""
SHIFTS = """
shifts = [];
const told = ({ node, previousRect, currentRect }) => [node?.outerHTML ?? node?.data,
  ...[previousRect, currentRect].map(({ x, y, width, height }) => `${x} ${y} ${width} ${height}`)];
new PerformanceObserver(list => list.getEntries().forEach(({ value, startTime, sources }) =>
  shifts.push([value, startTime, sources.map(told)])))
  .observe({ type: 'layout-shift', buffered: true });
"""
TYPESET = """async () => { await mathward.typesetAll(); await document.fonts.ready;
  await new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go))); }"""
DRAWN = ".math-drawing"
PENDING = "math"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what pages need besides their HTML."""
    folder = tmp_path_factory.mktemp("segments")
    install(folder / "mathward-assets", [load_theme("plain")])
    return folder


@pytest.fixture(scope="module")
def document(browser: Any) -> Iterator[Document]:
    """The text with the sizes of its formulas."""
    with Prerenderer("none", seconds=60) as prerenderer:
        found = render(TEXT, typeset=prerenderer)
        assert prerenderer.problem is None
        yield found


def without_display(route: Route) -> None:
    """The style sheet without what it has for browsers that know ``inline math``."""
    found = route.fetch()
    css = found.text()
    route.fulfill(response=found, body=css.replace("(display: inline math)", "(display: no)"))


@pytest.fixture
def show(
    folder: Path,
    document: Document,
    serve: Callable[..., StaticServer],
    open_page: Callable[..., Tab],
) -> Callable[..., Page]:
    """``show(width, *, change=.., **options)``: the page, typeset unless ``pending``.

    ``other``: as in a browser for which display does not say how MathML is laid out.
    """

    def show(
        width: int,
        *,
        pending: bool = False,
        change: Callable[[str], str] = str,
        other: bool = False,
        **options: Any,
    ) -> Page:
        name = f"{len(list(folder.glob('*.html')))}.html"
        html = page_of(document, Options(), assets=Assets.folder())
        (folder / name).write_text(change(html), "utf-8")
        tab = open_page(viewport={"width": width, "height": 800}, clean=not pending, **options)
        tab.page.add_init_script(SHIFTS)
        if other:
            tab.page.route("**/*.css", without_display)
        if pending:
            tab.page.route("**/mathward.js", lambda route: route.abort())
        tab.open(serve(folder).url + name)
        if not pending:
            tab.page.evaluate(TYPESET)
        return tab.page

    return show


def test_long_formulas_have_segments(document: Document) -> None:
    """Every formula of the text is cut, its wrapper keeps its whole size besides."""
    assert document.html.count("data-segments") == document.html.count("math-sized") == LONG


@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.heavy), 800])
def test_breaks_stay_where_they_were(show: Callable[..., Page], width: int) -> None:
    """Each segment stands where it stood untypeset, in print, too; nothing shifts or goes sideways."""
    before, after = show(width, pending=True), show(width)
    assert after.evaluate("() => shifts") == []
    for media in ("screen", "print"):
        for page in (before, after):
            page.emulate_media(media=media)
        places = before.evaluate(PLACES, PENDING)
        assert after.evaluate(PLACES, DRAWN) == places
        assert places[1] == width
        assert len({place.split()[1] for place in places[2:]}) > (8 if width < 400 else 5)


def uncut(html: str) -> str:
    """The page as it would be if no formula had segments."""
    return html.replace("data-segments=", "data-none=").replace(" math-flow", "")


def unbroken(html: str) -> str:
    """The page with every paragraph on one line."""
    return html.replace("</head>", "<style>p { width: max-content }</style></head>")


def test_unbroken_formula_looks_like_the_whole(show: Callable[..., Page]) -> None:
    """On one line every letter stands where it stands in a drawing that is not cut."""
    letters = """() => Array.from(document.querySelectorAll('.math-box'), box => {
      const all = [...box.querySelectorAll('[data-c]')].map(each => each.getBoundingClientRect());
      return all.flatMap(({ left, bottom }) => [left - all[0].left, bottom - all[0].bottom]); })"""
    cut = show(1000, change=unbroken)
    whole = show(1000, change=lambda html: unbroken(uncut(html)))
    assert cut.locator(".math-drawing .math-seg").count() > 2 * LONG
    assert whole.locator(".math-drawing .math-seg").count() == 0
    for one, other in zip(cut.evaluate(letters), whole.evaluate(letters), strict=True):
        assert one == pytest.approx(other, abs=0.5)


def test_no_line_begins_with_a_comma(show: Callable[..., Page]) -> None:
    """What follows a formula without a space stays with its last segment, at any width."""
    page = show(320)
    torn = """() => Array.from(document.querySelectorAll('.math-flow')).filter(box => {
      const text = box.parentNode.nextSibling, range = new Range();
      if (!/^[,;.)。，）]/.test(text?.data ?? '')) return false;
      range.setStart(text, 0);
      range.setEnd(text, 1);
      const last = [...box.querySelectorAll('.math-drawing .math-seg')].at(-1);
      return range.getBoundingClientRect().left < last.getBoundingClientRect().left; }).length"""
    for width in range(300, 500, 8):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(torn) == 0, width


def shape(node: Node) -> list[object]:
    """A formula as assistive technology meets it, without rows, which say nothing."""
    inner = [part for child in node.children for part in shape(child)]
    known = node.role in (*MATH, *ROLES.values())
    return [(node.role, inner)] if known else inner


def test_assistive_technology_meets_each_formula_once(show: Callable[..., Page]) -> None:
    """One math for each, pending and typeset, with all that an uncut one has."""
    uncut_shapes = [shape(each) for each in formulas(show(400, pending=True, change=uncut))]
    assert len(uncut_shapes) == LONG
    for pending in (True, False):
        assert [shape(each) for each in formulas(show(400, pending=pending))] == uncut_shapes


def test_copied_once_as_tex(show: Callable[..., Page], document: Document) -> None:
    """A selection from one line of a formula to the next takes it whole, once."""
    copy = """() => { const data = new DataTransfer(), range = new Range();
      range.selectNodeContents(document.querySelector('.page, article, main, body'));
      getSelection().addRange(range);
      const kind = { clipboardData: data, bubbles: true, cancelable: true };
      document.body.dispatchEvent(new ClipboardEvent('copy', kind));
      return data.getData('text/plain'); }"""
    copied = show(400).evaluate(copy)
    for formula in document.formulas:
        assert copied.count(f"\\({' '.join(formula.data_tex.split())}\\)") == 1


DAMAGE = """() => document.querySelectorAll('.math-box').forEach((box, index) => {
  const wrapper = box.parentNode;
  const font = Object.assign(document.createElement('font'), { textContent: 'x' });
  [() => box.replaceChildren('broken'), () => box.remove(), () => box.replaceWith(font),
    () => { wrapper.textContent = 'translated' },
    () => wrapper.replaceWith(wrapper.cloneNode(false))][index % 5](); })"""


def test_damage_is_put_right_in_place(show: Callable[..., Page]) -> None:
    """Whatever a translator leaves of a formula, its segments come back where they were."""
    page = show(390)
    places = page.evaluate(PLACES, DRAWN)
    page.evaluate(DAMAGE)
    page.wait_for_function(
        "() => document.querySelectorAll('[data-math=typeset] > .math-flow > .math-drawing')"
        f".length === {LONG}"
    )
    assert page.evaluate(PLACES, DRAWN) == places


def test_other_browsers_keep_one_box(show: Callable[..., Page]) -> None:
    """Where display does not lay MathML out, pending and typeset formulas have their whole size."""

    boxes = """() => Array.from(document.querySelectorAll('.math-box'), each => {
      const { x, y, width, height } = each.getBoundingClientRect();
      return [x, y, width, height]; })"""
    misfits = """() => Array.from(document.querySelectorAll('.math:not(.math-wide) > .math-box'))
      .filter(box => Math.abs(box.clientWidth - box.querySelector('.math-drawing').offsetWidth) > 1)
      .length"""
    before, after = show(1200, pending=True, other=True), show(1200, other=True)
    assert after.evaluate(boxes) == before.evaluate(boxes)
    assert after.evaluate("() => shifts") == []
    assert after.evaluate(misfits) == 0


def test_without_scripts_it_breaks_too(show: Callable[..., Page]) -> None:
    """The MathML alone goes on in the next line, and the page does not go sideways."""
    page = show(320, pending=True, java_script_enabled=False)
    assert page.locator(".math-seg").count() > 2 * LONG
    tops = {page.locator(".math-seg").nth(index).bounding_box()["y"] for index in range(6)}  # type: ignore[index]
    assert len(tops) > 1
