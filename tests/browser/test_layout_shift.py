"""Nothing moves: measured pages under other fonts, widths, schemes than the builder's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from renderer import Options, render
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.document import Document
from renderer.page import page as page_of
from renderer.prerender import Prerenderer
from renderer.theme import load_theme

ANSWERS = sorted((Path(__file__).resolve().parents[2] / "fixtures" / "answers").glob("*.md"))
SOME = {"attention.zh", "chemistry-physics.en"}
ONE = {"attention.zh"}
THEMES = ("plain", "paper")
WIDTHS = (320, 800, 1280)

# Page font, CJK font, math font, scheme. Chromium's generic `math` is a real math font here; the
# plain fonts in its place are what machines without one have.
READERS = (
    ("Liberation Serif", "Noto Serif CJK SC", "math", "light"),
    ("DejaVu Sans", "Noto Sans CJK JP", "DejaVu Sans", "dark"),
    ("Liberation Sans Narrow", "Noto Serif CJK TC", "Liberation Serif", "light"),
)

# Told from the first frame on: every layout shift, and where everything stood at first.
WATCH = """
shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(({ value, sources }) =>
  shifts.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 200))])))
  .observe({ type: 'layout-shift', buffered: true });
places = () => [document.documentElement.scrollHeight, document.documentElement.scrollWidth,
  ...Array.from(document.querySelectorAll('p, li, td, h2, h3, .math-box'), each => {
    const { x, y, width, height } = each.getBoundingClientRect();
    return [x + scrollX, y + scrollY, width, height].join(' '); })];
addEventListener('DOMContentLoaded', () => { first = places() });
"""

FRAMES = "await new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)));"
JUMP = f"async () => {{ scrollTo(0, document.body.scrollHeight); {FRAMES} {FRAMES} }}"
READ = f"""async () => {{
  for (let y = document.body.scrollHeight; y > 0; y -= innerHeight) {{ scrollTo(0, y); {FRAMES} }}
  await mathward.typesetAll();
  await document.fonts.ready;
  scrollTo(0, 0);
  {FRAMES}
}}"""
MOVED = """() => { const now = places();
  return first.map((was, index) => [was, now[index]]).filter(([a, b]) => a !== b); }"""

# Drawings that are not where their box is: they have to fill it, or its width at least. A segment
# of a long one holds the space after it, too.
MISFITS = """() => Array.from(document.querySelectorAll('.math-sized[data-math=typeset]'), each => {
  const box = each.querySelector('.math-box'), drawing = box.querySelector('.math-drawing');
  const segments = [...box.querySelectorAll('.math-drawing .math-seg')];
  const pairs = segments.length ? segments.map(one => [one, one.firstElementChild]) : [[box, drawing]];
  return pairs.map(pair => {
    const [outer, inner] = pair.map(node => node.getBoundingClientRect());
    const padding = parseFloat(getComputedStyle(pair[0]).paddingTop);
    const wider = inner.width - outer.width;
    const fits = segments.length ? wider < 1 : !each.matches('.inline:not(.math-wide)');
    return [each.dataset.tex, inner.top - outer.top - padding, fits ? 0 : wider];
  });
}).flat().filter(([, top, width]) => Math.abs(top) > 1 || Math.abs(width) > 2)"""


def marked(paths: list[Path], always: set[str] = SOME) -> list[Any]:
    """All answers under --heavy, the named ones always."""
    return [
        pytest.param(path, id=path.stem, marks=() if path.stem in always else pytest.mark.heavy)
        for path in paths
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what pages need besides their HTML."""
    folder = tmp_path_factory.mktemp("layout")
    install(folder / "mathward-assets", [load_theme(theme) for theme in THEMES])
    return folder


@pytest.fixture(scope="module")
def measured(folder: Path, browser: Any) -> Iterator[Callable[[Path], Document]]:
    """Answers with the sizes of their formulas, each measured once."""
    known: dict[Path, Document] = {}
    with Prerenderer(folder / "cache") as prerenderer:

        def document(answer: Path) -> Document:
            if answer not in known:
                text = answer.read_text("utf-8")
                known[answer] = render(text, typeset=prerenderer)
                assert prerenderer.problem is None
                assert "math-sized" in known[answer].html
            return known[answer]

        yield document


def written(
    folder: Path, document: Document, theme: str, reader: tuple[str, str, str, str] | None = None
) -> str:
    """The name of a page as one reader's machine shows it."""
    html = page_of(document, Options(), theme=theme, assets=Assets.folder())
    if reader:
        text, cjk, math, _ = reader
        fonts = (
            f"html, body, .page {{ font-family: '{text}', '{cjk}' }}"
            f"math {{ font-family: {math if math == 'math' else repr(math)}, '{cjk}' }}"
        )
        html = html.replace("</head>", f"<style>{fonts}</style></head>")
    target = folder / f"{len(list(folder.glob('*.html')))}.html"
    target.write_text(html, "utf-8")
    return target.name


@pytest.mark.parametrize("answer", marked(ANSWERS, ONE))
@pytest.mark.parametrize(("reader", "width"), list(zip(READERS, WIDTHS, strict=True)))
def test_nothing_moves(
    answer: Path,
    reader: tuple[str, str, str, str],
    width: int,
    measured: Callable[[Path], Document],
    folder: Path,
    serve: Callable[..., StaticServer],
    open_page: Callable[..., Tab],
) -> None:
    """At load, after a jump to the end, while scrolling and when all is typeset: a shift of 0."""
    theme = THEMES[width == 800]
    name = written(folder, measured(answer), theme, reader)
    tab = open_page(viewport={"width": width, "height": 800}, color_scheme=reader[3])
    tab.page.add_init_script(WATCH)
    tab.open(serve(folder).url + name)
    tab.page.wait_for_selector("[data-math=typeset]", timeout=120_000)
    tab.page.evaluate(JUMP)
    tab.page.evaluate(READ)
    assert tab.page.evaluate("() => shifts") == []
    assert tab.page.evaluate(MOVED) == []
    assert tab.page.evaluate(MISFITS) == []
    assert tab.page.evaluate("() => document.documentElement.scrollWidth") == width


@pytest.mark.heavy
@pytest.mark.parametrize("answer", marked(ANSWERS))
@pytest.mark.parametrize(("reader", "width"), list(product(READERS, WIDTHS)))
def test_nothing_moves_for_any_reader(
    answer: Path,
    reader: tuple[str, str, str, str],
    width: int,
    measured: Callable[[Path], Document],
    folder: Path,
    serve: Callable[..., StaticServer],
    open_page: Callable[..., Tab],
) -> None:
    """The same for every font at every width."""
    test_nothing_moves(answer, reader, width, measured, folder, serve, open_page)


@pytest.mark.parametrize("answer", marked(ANSWERS, ONE))
def test_typesetting_changes_nothing_at_any_width_nor_in_print(
    answer: Path,
    measured: Callable[[Path], Document],
    folder: Path,
    serve: Callable[..., StaticServer],
    open_page: Callable[..., Tab],
) -> None:
    """A window that is resized and a sheet of paper: all stands where it stood untypeset."""
    address = serve(folder).url + written(folder, measured(answer), "paper")
    looks = []
    for typeset in (False, True):
        tab = open_page(clean=False)
        tab.page.add_init_script(WATCH)
        if not typeset:
            tab.page.route("**/mathward.js", lambda route: route.abort())
        tab.open(address)
        if typeset:
            tab.page.evaluate("() => mathward.typesetAll()")
        look = []
        for width in (320, 390, 640, 1000):
            tab.page.set_viewport_size({"width": width, "height": 700})
            tab.page.emulate_media(media="screen")
            look.append(tab.page.evaluate("places"))
            tab.page.emulate_media(media="print")
            look.append(tab.page.evaluate("places"))
        looks.append(look)
    assert looks[0] == looks[1]


@pytest.mark.parametrize("answer", marked(ANSWERS))
@pytest.mark.parametrize(
    ("sized", "theme"),
    [
        (True, "paper"),
        (False, "plain"),
        *(
            pytest.param(*each, marks=pytest.mark.heavy)
            for each in [(True, "plain"), (False, "paper")]
        ),
    ],
)
def test_typeset_answers_fit_a_phone(
    answer: Path,
    sized: bool,
    theme: str,
    measured: Callable[[Path], Document],
    folder: Path,
    serve: Callable[..., StaticServer],
    open_page: Callable[..., Tab],
) -> None:
    """At 320 px the page never goes sideways, before and after its formulas are typeset."""
    document = measured(answer) if sized else render(answer.read_text("utf-8"))
    tab = open_page(viewport={"width": 320, "height": 640})
    tab.page.add_init_script(WATCH)
    tab.open(serve(folder).url + written(folder, document, theme))
    assert tab.page.evaluate("() => first[1]") == 320
    tab.page.evaluate("() => mathward.typesetAll()")
    assert tab.page.evaluate(f"async () => {{ {FRAMES} return places()[1] }}") == 320
