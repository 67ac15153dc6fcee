"""What Chromium sees of real pages: ours, KaTeX's and native MathML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from renderer import render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.browser.shots import Camera, View, observe
from renderer.errors import SourceError
from renderer.shots.baselines import Baselines
from renderer.shots.model import Capture, Case, State
from renderer.shots.settings import ShotSettings
from renderer.theme import load_theme
from renderer.visual import Mode, shoot_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Seen = Callable[..., Capture]

TEXT = r"""# Notes

Let $a_1$ be, and $\undefined$ not.

\begin{equation} E = mc^2 \end{equation}

| a | b |
|---|---|
| $\text{if } x$ | $$\begin{pmatrix}1&2\\3&4\end{pmatrix}$$ |
"""

KATEX = r"""<!doctype html><html lang="en"><meta charset="utf-8"><title>KaTeX</title>
<link rel="icon" href="data:,"><p>Let <span class="katex"><span class="katex-mathml"><math><semantics>
<mrow><mi>x</mi></mrow><annotation encoding="application/x-tex">x</annotation></semantics></math></span>
<span class="katex-html" aria-hidden="true"><span class="katex-base"><span class="mord">x</span></span>
<span class="katex-tag"><span class="mord">(</span><span class="mord">7</span><span>)&#x200b;</span></span></span>
</span> and <span class="katex-error" title="ParseError: end of input">\frac{1</span> be.
<p><math display="block" alttext="a&lt;b"><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A folder with a page of each engine."""
    folder = tmp_path_factory.mktemp("site")
    install(folder / "mathward-assets", [load_theme("plain")])
    (folder / "ours.html").write_text(render_page(TEXT, assets=Assets.folder()), "utf-8")
    (folder / "katex.html").write_text(KATEX, "utf-8")
    return folder


@pytest.fixture
def seen(browser: Browser, serve: Callable[..., StaticServer], site: Path) -> Seen:
    """``seen(page, state="typeset", width=600, **view) -> Capture``"""

    def seen(page: str, state: State = "typeset", width: int = 600, **view: object) -> Capture:
        url = serve(site).url + f"{page}.html"
        capture, _ = Camera(browser, View(**view)).capture(  # type: ignore[arg-type]
            Case(page, width, "light", state), url
        )
        return capture

    return seen


def test_formulas_of_ours_are_read(seen: Seen) -> None:
    """TeX, number, error, MathML and size of every formula, however it is drawn."""
    capture = seen("ours")
    assert [each.tex for each in capture.formulas] == [
        "a_1",
        r"\undefined",
        r"\begin{equation} E = mc^2 \tag{1}\end{equation}",
        r"\text{if } x",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
    ]
    letter, wrong, numbered, text, _ = capture.formulas
    assert letter.mathml == "<math><msub><mi>a</mi><mn>1</mn></msub></math>"
    assert wrong.error
    assert not letter.error
    assert numbered.number == "(1)"
    assert numbered.display
    assert 1 < letter.width < 4
    assert 0 < letter.depth < 1
    assert numbered.width < 20  # the formula, not its line
    assert text.box
    assert capture.errors == capture.foreign == ()


def test_states_show_what_they_say(seen: Seen) -> None:
    """Translating changes the text and no formula, restoring brings back every pixel."""
    typeset, translated, restored = (
        seen("ours", state) for state in ("typeset", "translated", "restored")
    )
    facts = [
        [(each.tex, each.mathml, each.number, each.width) for each in capture.formulas]
        for capture in (typeset, translated, restored)
    ]
    assert facts[0] == facts[1] == facts[2]
    digests = [
        capture.picture.digest for capture in (typeset, translated, restored) if capture.picture
    ]
    assert digests[0] == digests[2] != digests[1]


def test_before_typesetting_there_is_mathml(seen: Seen) -> None:
    """Without any script the formulas are there, with their numbers; on paper they are, too."""
    before, paper = seen("ours", "untypeset"), seen("ours", "print")
    typeset = seen("ours")
    tex = [each.tex for each in typeset.formulas]
    assert [each.tex for each in before.formulas] == [each.tex for each in paper.formulas] == tex
    assert before.formulas[2].number == paper.formulas[2].number == "(1)"
    assert len({each.picture.digest for each in (before, typeset, paper) if each.picture}) == 3


def test_katex_and_native_mathml_are_read(seen: Seen) -> None:
    """TeX from annotations and alternative texts, numbers and errors as KaTeX writes them."""
    letter, wrong, native = seen("katex").formulas
    assert (letter.engine, letter.tex, letter.number) == ("katex", "x", "(7)")
    assert (wrong.engine, wrong.tex, wrong.error) == (
        "katex",
        r"\frac{1",
        "ParseError: end of input",
    )
    assert (native.engine, native.tex, native.display) == ("mathml", "a<b", True)
    assert native.mathml == '<math display="block"><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>'


def test_what_a_page_does_besides_is_told(seen: Seen, site: Path) -> None:
    """Errors, other hosts and a formula that is cut off; what is masked does not count."""
    (site / "bad.html").write_text(
        '<!doctype html><link rel="icon" href="data:,"><img src="https://elsewhere.example/x.png">'
        "<script>nowhere()</script><p class=x><math><mi>q</mi></math>"
        "<div class=cut><math><mi>wide</mi><mi>wide</mi><mi>wide</mi></math></div>"
        "<style>.cut { width: 20px; overflow: hidden } .x::after { content: ''; }</style>",
        "utf-8",
    )
    capture = seen("bad", masks=(".x",))
    assert capture.foreign == ("elsewhere.example",)
    assert any("nowhere is not defined" in error for error in capture.errors)
    assert [(each.tex, each.clipped) for each in capture.formulas] == [("", True)]
    assert not seen("bad", hosts=("elsewhere.example",)).foreign


def test_a_page_that_moves_is_seen_standing_still(seen: Seen, site: Path) -> None:
    """Animations, carets and what comes late on scrolling are the same each time."""
    (site / "moving.html").write_text(
        '<!doctype html><link rel="icon" href="data:,"><input autofocus value=x><p class=a>turning</p>'
        "<div style='height: 3000px'></div><p id=late></p>"
        "<style>@keyframes t { to { transform: rotate(1turn) } } .a { animation: t 1s infinite }"
        ".b { animation: t .3s }</style>"
        "<script>new IntersectionObserver(([e]) => { if (e.isIntersecting) late.innerHTML ="
        " '<math><mi>z</mi></math>' }).observe(late)</script>",
        "utf-8",
    )
    first, second = seen("moving"), seen("moving")
    assert first.picture
    assert second.picture
    assert first.picture.digest == second.picture.digest
    assert len(first.formulas) == len(second.formulas) == 1


def test_where_lines_break_changes_no_depth(seen: Seen, site: Path) -> None:
    """The same formula reaches as far below its line wherever it stands: measuring breaks no line."""
    formula = "<math><mi>q</mi></math>"
    (site / "lines.html").write_text(
        '<!doctype html><link rel="icon" href="data:,"><style>math { display: inline-block }</style>'
        f"<p>{f'so ({formula}), if “{formula}” and “({formula})” hold; ' * 20}",
        "utf-8",
    )
    for width in (150, 170, 190, 210):
        formulas = seen("lines", width=width).formulas
        assert len(formulas) == 60
        (depth,) = {each.depth for each in formulas if each.depth}
        assert 0.2 < depth < 1
        assert sum(each.depth == 0 for each in formulas) < 10  # neighbours on no line of theirs


def test_a_tall_page_is_one_picture(seen: Seen, site: Path) -> None:
    """Beyond what the browser draws at once the picture goes on."""
    (site / "tall.html").write_text(
        '<!doctype html><link rel="icon" href="data:,"><div style="height: 20000px"></div><p>end',
        "utf-8",
    )
    capture = seen("tall", width=120)
    assert capture.picture
    assert capture.picture.height > 20_000


def test_a_page_that_is_not_there_is_an_error(seen: Seen) -> None:
    """An answer of 404 is no page to keep."""
    with pytest.raises(SourceError, match="404"):
        seen("missing")


ODD = {
    "/empty": (404, {}, "an error and no page"),
    "/away": (
        302,
        {"Location": "https://elsewhere.example/x"},
        "leads to elsewhere.example.*--allow",
    ),
    "/round": (302, {"Location": "/round"}, "without end"),
    "/file": (200, {"Content-Type": "application/octet-stream"}, "no page"),
}


def test_why_an_address_shows_no_page_is_told_in_words(browser: Browser) -> None:
    """An error without a page, a way to a host out of reach, a circle, a file, and no one there."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, headers, _ = ODD[self.path]
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    camera = Camera(browser, View())
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        for path, (_, _, words) in ODD.items():
            with pytest.raises(SourceError, match=words):
                camera.capture(Case("x", 390), url + path)
        server.shutdown()
        thread.join()
    with pytest.raises(SourceError, match="nothing answers there"):
        camera.capture(Case("x", 390), url)


def test_a_page_of_playwright_is_taken_as_it_stands(
    open_page: Callable[..., Tab], site: Path, tmp_path: Path
) -> None:
    """What a test has done to its page counts; the second time nothing has changed."""
    tab = open_page(site / "katex.html")
    settings, store = ShotSettings(widths=(800,)), Baselines(tmp_path)
    (case,) = settings.cases("katex")
    results = [shoot_page(tab.page, case, settings, store, Mode()) for _ in range(2)]
    assert [each.status for each in results] == ["new", "same"]
    tab.page.evaluate("() => { document.querySelector('math mi').textContent = 'y' }")
    tab.page.evaluate("() => { document.querySelector('.mord').textContent = 'y' }")
    result = shoot_page(tab.page, case, settings, store, Mode())
    kinds = [(each.kind, each.formula) for each in result.changes]
    assert kinds[0] == ("mathml", 1)
    assert {kind for kind, _ in kinds[1:]} <= {"moved"}  # the letter is wider than the old one
    assert observe(tab.page, replace(case, page="x"))[0].formulas[0].index == 1
