"""Formulas measured at build: reserved against real sizes, and browsers that fail for real."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread, Timer
from typing import Any

import pytest

from renderer import Options, render, render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.browser.typeset import Typesetter, typesetting
from renderer.document import Document
from renderer.prerender import Prerenderer
from renderer.theme import load_theme

pytestmark = pytest.mark.browser

KINDS = {
    "letter": "$x$",
    "inline fraction": "$\\frac{a+b}{2}$",
    "inline root": "$\\sqrt{x^2+1}$",
    "long inline": "$a_1+a_2+a_3+a_4+a_5+a_6+a_7+a_8+a_9+b_1+b_2+b_3+b_4+b_5+b_6$",
    "CJK in text": "$v=\\frac{\\text{速度}}{\\text{时间}}$",
    "CJK alone": "$\\text{中文字体测量}$",
    "CJK and Latin": "$\\text{if 若 }x>0$",
    "accent over CJK": "$$\\overline{\\text{平均值}}+\\underbrace{a+b}_{\\text{两个}}$$",
    "tall matrix": "$$\\left(\\begin{matrix}1\\\\2\\\\3\\\\4\\\\5\\\\6\\\\7\\\\8\\\\9\\\\10\\end{matrix}\\right)$$",
    "tagged": "$$E=mc^2 \\tag{7}$$",
    "tagged rows": "\\begin{align} a&=b \\tag{1} \\\\ c&=\\frac{d}{e} \\tag{2} \\end{align}",
    "chemistry": "$\\ce{2H2O ->[heat] 2H2 + O2}$",
    "charge": "$$\\ce{CO3^{2-} <=> HCO3-}$$",
    "size": "$\\tiny x + \\Large y$",
    "sum": "$$\\sum_{i=1}^{n} i^2 = \\frac{n(n+1)(2n+1)}{6}$$",
    "frame": "$\\boxed{x^2}$",
    "cases": "$$f=\\begin{cases} 1 & x>0 \\\\ 0 & \\text{sonst 否则} \\end{cases}$$",
}

# What is reserved, in pixels, and what the drawing takes; how much an ex is.
COMPARE = """() => Array.from(document.querySelectorAll('.math[data-tex]'), (wrapper) => {
  const box = wrapper.querySelector('.math-box'), drawing = box.querySelector('.math-drawing');
  const style = getComputedStyle(wrapper), ruler = document.createElement('span');
  ruler.className = 'test-ruler';
  box.parentNode.append(ruler);
  const ex = ruler.getBoundingClientRect().height / 100;
  ruler.remove();
  const base = document.createElement('span');
  base.className = 'test-base';
  (drawing.querySelector('mjx-math') ?? drawing).getBoundingClientRect();
  const copy = document.createElement('div');
  copy.className = 'test-copy';
  copy.append(drawing.cloneNode(true), base);
  wrapper.parentNode.append(copy);
  const shown = copy.firstChild.getBoundingClientRect();
  const least = drawing.getAttribute('width') === 'full'
    ? parseFloat(getComputedStyle(copy.firstChild).minWidth) : 0;
  const depth = shown.bottom - base.getBoundingClientRect().bottom;
  copy.remove();
  return {
    tex: wrapper.dataset.tex, ex,
    reserved: ['w', 'h', 'd'].map((each) => parseFloat(style.getPropertyValue('--math-' + each)) / ex),
    real: [least || shown.width, shown.height, depth].map((length) => length / ex),
  };
})"""
STYLE = """<style>
body, article {{ font-family: {family}; font-size: 16px }}
.test-ruler {{ display: inline-block; height: 100ex }}
.test-copy {{ display: inline-flex; align-items: baseline; width: max-content; font-family: {family}; font-size: 16px;
  line-height: 0 }}
.test-copy > mjx-container {{ position: static !important; margin: 0 !important; padding: 0 !important }}
</style></head>"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that the tests share which look at sizes only."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the assets of pages."""
    folder = tmp_path_factory.mktemp("site")
    install(folder / "mathward-assets", [load_theme("plain")])
    return folder


@pytest.mark.parametrize("family", ["serif", "sans-serif", "monospace"])
def test_reserved_size_is_the_real_one(
    family: str,
    cache: Path,
    site: Path,
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
) -> None:
    """Under fonts of three x-heights every kind of formula has the room it takes, to 0.03 ex."""
    with Prerenderer(cache, seconds=60) as prerenderer:
        html = render_page("\n\n".join(KINDS.values()), assets=Assets.folder(), typeset=prerenderer)
    assert prerenderer.problem is None
    assert html.count("math-sized") == len(KINDS)
    (site / f"{family}.html").write_text(
        html.replace("</head>", STYLE.format(family=family)), "utf-8"
    )
    tab = open_page(serve(site).url + f"{family}.html", viewport={"width": 1600, "height": 900})
    tab.page.evaluate("() => mathward.typesetAll()")
    for kind, found in zip(KINDS, tab.page.evaluate(COMPARE), strict=True):
        # Of a line of text the browser itself makes a little more or less at each size of font.
        near = pytest.approx(found["real"], abs=0.03, rel=0.0007)
        assert found["reserved"] == near, (kind, family)


def _lengths(tab: Tab, formulas: list[dict[str, Any]]) -> list[list[list[float]]]:
    """Width, height and depth of each in both rooms."""
    found: list[list[list[float]]] = []
    while len(found) < len(formulas):
        run = "async (all) => (await run(all, true)).map((each) => each.lengths)"
        found += tab.page.evaluate(run, formulas[len(found) :])
    return found


def test_length_is_linear_in_the_ratio(browser: object) -> None:
    """At a third ratio of ex to em, formulas are as large as the two measured ones foretell."""
    formulas = [
        {"tex": formula.data_tex, "display": formula.display, "mathml": False}
        for formula in render("\n\n".join(KINDS.values())).formulas
    ]
    with typesetting(60) as typesetter:
        tab = typesetter.open()
        two = _lengths(tab, formulas)
        low, high = tab.page.evaluate("ratios()")
        tab.page.add_style_tag(
            content="@font-face { font-family: middle; size-adjust: 120%; src: url("
            "/mathjax/vendor/fonts/mathjax-newcm-font/chtml/woff2/mjx-ncm-n.woff2) }"
            " .room + .room { font-family: middle, serif }"
        )
        tab.page.evaluate("() => document.fonts.load('16px middle')")
        middle = tab.page.evaluate("ratios()")[1]
        # With a length in px MathJax draws the second one anew instead of making it larger.
        third = _lengths(tab, [{**each, "tex": f"{each['tex']}% 1px\n"} for each in formulas])
    assert low < middle < high
    share = (middle - low) / (high - low)
    for formula, (first, second), (_, measured) in zip(formulas, two, third, strict=True):
        foretold = [a + (b - a) * share for a, b in zip(first, second, strict=True)]
        assert measured == pytest.approx(foretold, abs=0.03 * middle), formula["tex"]


def test_what_math_core_declines_is_mathml_from_mathjax(cache: Path) -> None:
    """Chemistry reads as MathML without any script: one math element, its number once."""
    text = "$\\ce{2H2O}$\n\n$$\\ce{A -> B} \\tag{3}$$\n\n$\\tiny x$"
    with Prerenderer(cache, seconds=60) as prerenderer:
        document = render(text, typeset=prerenderer)
    assert render(text).html.count("<math") == 0
    assert document.html.count("<math") == 3
    assert "math-tex" not in document.html
    assert document.html.count("(3)") == 1
    assert "→" in document.html
    assert not {" style=", " id=", "href", "data-mjx", "data-latex"} & set(document.html.split())


def test_second_run_starts_no_browser(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the cache needs no Chromium at all, whichever run put it there."""
    text = "$x$ $x$ and $$y=\\text{值} \\tag{1}$$ $\\ce{H2O}$ $x^2^3$"
    with Prerenderer(cache, seconds=60) as prerenderer:
        first = render(text, typeset=prerenderer)
    monkeypatch.setenv("MATHWARD_CHROMIUM", "no-such-browser")
    with Prerenderer(cache) as prerenderer:
        second = render(text, typeset=prerenderer)
    assert (second, prerenderer.problem) == (first, None)
    assert (prerenderer.counts.asked, prerenderer.counts.cached) == (4, 4)
    assert [formula.size is not None for formula in second.formulas] == [True] * 4 + [False]


def test_missing_browser_leaves_the_page_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a browser nothing is reserved, the page is the one without prerendering."""
    monkeypatch.setenv("MATHWARD_CHROMIUM", "no-such-browser")
    with Prerenderer("none") as prerenderer:
        assert render("$x$ and $y$", typeset=prerenderer) == render("$x$ and $y$")
    assert prerenderer.counts.missing == 2
    assert "no-such-browser is no browser that starts" in str(prerenderer.problem)


def test_browser_killed_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that is killed once is replaced and nothing is lost; killed again and again, the
    page is valid, without the sizes that could not be measured."""
    attempt = Typesetter._attempt
    kills: list[int] = []
    limits = [1, 1000]

    def struck(typesetter: Typesetter, *given: Any, **options: Any) -> Any:
        if typesetter.tab is None:
            typesetter.open()
        if len(kills) < limits[0]:
            kills.append(typesetter._process)
            os.kill(typesetter._process, signal.SIGKILL)
        return attempt(typesetter, *given, **options)

    monkeypatch.setattr(Typesetter, "_attempt", struck)
    text = "$x$ and $y$"
    for sized in (2, 0):
        with Prerenderer("none", seconds=60) as prerenderer:
            document = render(text, typeset=prerenderer)
        assert document.html.count("math-sized") == sized
        assert (prerenderer.problem is None) == bool(sized)
        limits.reverse()
    assert len(kills) == 1 + 3
    assert "the browser ended 3 times" in str(prerenderer.problem)
    assert document == render(text)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """MathJax never comes to an end with a formula ``h``; gives the process ids of browsers."""
    started: list[int] = []
    opened = Typesetter._open

    def open_(typesetter: Typesetter) -> Tab:
        tab = opened(typesetter)
        started.append(typesetter._process)
        tab.page.evaluate(
            "() => { const { draw } = window; "
            "window.draw = (...all) => { while (/^h/.test(all[0].tex)); return draw(...all) } }"
        )
        return tab

    monkeypatch.setattr(Typesetter, "_open", open_)
    yield started
    for process in started:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_formula_that_hangs_is_remembered(
    hanging: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs itself alone, and the next run neither waits for it nor needs a browser, until it
    is time to try again."""
    with Prerenderer(tmp_path, seconds=8) as prerenderer:
        document = render("$a$ $h$ $b$", typeset=prerenderer)
    assert [formula.size is not None for formula in document.formulas] == [True, False, True]
    assert (prerenderer.counts.measured, prerenderer.counts.failed) == (2, 1)
    browsers = len(hanging)
    with Prerenderer(tmp_path) as prerenderer:
        assert render("$a$ $h$ $b$", typeset=prerenderer) == document
    assert len(hanging) == browsers
    later = time.time() + 8 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    with Prerenderer(tmp_path, seconds=1) as prerenderer:
        render("$h$", typeset=prerenderer)
    assert len(hanging) > browsers


def test_event_loop_is_no_obstacle(cache: Path) -> None:
    """The library prerenders inside a running event loop, where Playwright itself refuses."""

    async def page() -> Document:
        with Prerenderer(cache, seconds=60) as prerenderer:
            document = render("$z+\\text{循环}$", typeset=prerenderer)
        assert prerenderer.problem is None
        return document

    results: list[Document] = []

    thread = Thread(target=lambda: results.append(asyncio.run(page())))
    thread.start()
    thread.join()
    assert results[0].formulas[0].size


def test_interrupt_ends_the_browser(tmp_path: Path) -> None:
    """Ctrl-C while formulas are measured ends with 130, leaves no browser and no page."""
    (tmp_path / "a.md").write_text("\n\n".join(f"$x_{{{n}}}$" for n in range(3000)), "utf-8")
    code = (
        "import sys, renderer.browser.typeset as t\n"
        "opened = t.Typesetter._open\n"
        "def open_(self):\n"
        "    tab = opened(self)\n"
        "    print(self._process, flush=True)\n"
        "    return tab\n"
        "t.Typesetter._open = open_\n"
        "from renderer.cli import main\n"
        "main(['render', 'a.md', '-o', 'a.html', '--prerender', '--cache', 'none'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout
        browser = int(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        safety = Timer(120, process.kill)
        safety.start()
        _, errors = process.communicate()
        safety.cancel()
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert not (tmp_path / "a.html").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(browser, 0)


def test_command_tells_what_was_prerendered(tmp_path: Path, cache: Path) -> None:
    """``render --prerender`` writes sizes, counts them in its JSON, and obeys mathward.toml."""

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        done = subprocess.run(
            [sys.executable, "-m", "renderer", "render", "a.md", "-o", "a.html", "--json", *arguments],
            cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "MATHWARD_CACHE": str(cache)},
        )  # fmt: skip
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    (tmp_path / "a.md").write_text("$x$ and $q_9$\n", "utf-8")
    assert run("--no-prerender")[1][-1]["type"] == "page"
    (tmp_path / "mathward.toml").write_text("prerender = true\n", "utf-8")
    code, (page, counts), _ = run()
    assert (code, page["sized"], counts["type"]) == (0, 2, "prerender")
    assert counts["asked"] == counts["cached"] + counts["measured"] == 2
    assert (tmp_path / "a.html").read_text("utf-8").count("math-sized") == 2
    assert run("--no-prerender")[1][-1]["sized"] == 0
    _, (_, counts), _ = run()
    assert (counts["cached"], counts["measured"]) == (2, 0)


def test_sizes_pass_the_sanitizer(cache: Path) -> None:
    """Reserved sizes stay where raw HTML is sanitized."""
    with Prerenderer(cache, seconds=60) as prerenderer:
        document = render("$x$", Options(html="sanitize"), typeset=prerenderer)
    assert "math-sized mz-" in document.html
