"""Whatever happens to a page, the accessibility tree holds each formula once, with its structure.

Asked is the browser itself, by its own tree: without script, while MathJax is on its way, while
it typesets, after that, printed, translated and restored, on every answer and every chapter.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page, Route

from renderer import Options, render, render_page
from renderer.assets import Assets, install
from renderer.browser.find import find_chromium
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.page import page as page_of
from renderer.prerender import Prerenderer
from renderer.theme import load_theme

from .axtree import MATH, ROLES, Node, formulas

ROOT = Path(__file__).parents[2]
ANSWERS = sorted((ROOT / "fixtures" / "answers").glob("*.md"))
CHAPTERS = sorted((ROOT / "fixtures" / "syntax").glob("*.md"))
FEW = ("quotes.en",)  # in every run; the tree of a long page takes half a minute
NAMES = [*(path.stem for path in ANSWERS), "chapters"]
PAGES = [name if name in FEW else pytest.param(name, marks=pytest.mark.heavy) for name in NAMES]
TRANSLATORS = ("google", "twp", "inplace")  # those that leave the formulas where they are

_EXAMPLE = re.compile(r"^(`{3,}) example[^\n]*\n(.*?)^\1\n", re.MULTILINE | re.DOTALL)
_MATHJAX = re.compile(r"/mathjax/.*\.js")
_OPEN = ":not(details:not([open]) *)"

_TRANSLATE = """async (mode) => {
  const { translate } = await import(new URL("translators/translators.js", location.href));
  globalThis.translator = translate(mode, "ka");
  translator.start();
}"""
_TRANSLATED = "() => /[\u10d0-\u10f0]{3}/.test(document.querySelector('main').innerText)"
_TEXTS = """() => {
  const seen = document.querySelector("main");
  const letters = (text) => (text.match(/[\\p{L}\\p{N}]/gu) ?? []).length;
  const selection = getSelection();
  selection.selectAllChildren(seen);
  const selected = letters(selection.toString());
  const clipboardData = new DataTransfer();
  seen.dispatchEvent(new ClipboardEvent("copy", { clipboardData, bubbles: true }));
  selection.removeAllRanges();
  const copied = clipboardData.getData("text/plain");
  return { read: letters(seen.innerText), selected, copied };
}"""

Open = Callable[..., Tab]
Serve = Callable[..., StaticServer]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page for each answer and one for all chapters, MathJax, and the translators."""
    out = tmp_path_factory.mktemp("pages")
    install(out / "mathward-assets", [load_theme("plain")])
    for answer in ANSWERS:
        html = render_page(answer.read_text("utf-8"), assets=Assets.folder())
        (out / f"{answer.stem}.html").write_text(html, "utf-8")
    (out / "chapters.html").write_text(_chapters(), "utf-8")
    shutil.copytree(ROOT / "tests" / "translators", out / "translators")
    return out


def _chapters() -> str:
    """Every example of every chapter on one page, none able to spoil the next one."""
    documents = [
        render(text, Options(id_prefix=f"e{chapter}-{number}-"))
        for chapter, path in enumerate(CHAPTERS)
        for number, (_, text) in enumerate(_EXAMPLE.findall(path.read_text("utf-8")))
    ]
    body = "\n<hr>\n".join(document.html for document in documents)
    css = "".join(document.css for document in documents)
    html = render_page("$x$", assets=Assets.folder())
    whole = html.replace(render("$x$").html, f"<p>Chapters</p>{body}")
    return whole.replace("</head>", f"<style>{css}</style></head>")


def bare(site: Path, name: str, open_page: Open) -> Page:
    """The page as it is without script."""
    return open_page(site / f"{name}.html", java_script_enabled=False).page


class Gate:
    """Lets no request through until it is opened."""

    def __init__(self) -> None:
        self._held: list[Route] | None = []

    def __call__(self, route: Route) -> None:
        if self._held is None:
            route.continue_()
        else:
            self._held.append(route)

    def open(self) -> None:
        held, self._held = self._held or [], None
        for route in held:
            route.continue_()


def waiting(site: Path, name: str, open_page: Open, serve: Serve) -> tuple[Page, Gate]:
    """The page, and what keeps MathJax from it."""
    tab, gate = open_page(viewport={"width": 800, "height": 600}), Gate()
    tab.page.route(_MATHJAX, lambda route: gate(route))
    with tab.page.expect_request(_MATHJAX):
        tab.open(f"{serve(site).url}{name}.html")
    return tab.page, gate


def outline(node: Node) -> str:
    """A formula's structure and letters on one line."""
    below = "".join(outline(child) for child in node.children)
    return node.name if node.role == "StaticText" else f"({node.role} {below})"


def native(nodes: list[Node]) -> Counter[str]:
    """How often each formula is there that speaks by MathML."""
    return Counter(outline(node) for node in nodes if node.role == "MathMLMath")


@pytest.mark.parametrize("name", PAGES)
def test_structure_of_each_formula_is_exposed(name: str, site: Path, open_page: Open) -> None:
    """Without script each fraction, root, index, row and letter of the MathML has its role."""
    page = bare(site, name, open_page)
    nodes = formulas(page)
    assert len(nodes) == page.locator(f".math > .math-box{_OPEN}").count() > 5
    roles = Counter(part.role for node in nodes for part in node.all())
    for element, role in ROLES.items():
        assert roles[role] == page.locator(f"math {element}{_OPEN}").count(), element


@pytest.mark.parametrize("name", PAGES)
def test_tree_says_the_same_at_every_moment(
    name: str, site: Path, open_page: Open, serve: Serve
) -> None:
    """Waiting, half typeset, typeset, printed, translated, restored: each formula once, whole."""
    before = formulas(bare(site, name, open_page))
    page, gate = waiting(site, name, open_page, serve)
    moments = {"waiting": formulas(page)}
    gate.open()
    page.wait_for_selector("[data-math=typeset]", state="attached")
    moments["half typeset"] = formulas(page)
    page.evaluate("() => mathward.typesetAll()")
    moments["typeset"] = formulas(page)
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    moments["printed"] = formulas(page)
    page.emulate_media(media="screen")
    page.evaluate(_TRANSLATE, TRANSLATORS[NAMES.index(name) % len(TRANSLATORS)])
    page.wait_for_function(_TRANSLATED)
    moments["translated"] = formulas(page)
    page.evaluate("() => translator.restore()")
    moments["restored"] = formulas(page)
    for moment, nodes in moments.items():
        assert len(nodes) == len(before), moment
        assert native(nodes) >= native(before), moment
    assert native(moments["restored"]) == native(moments["typeset"])


@pytest.mark.parametrize("name", PAGES)
def test_text_counts_each_formula_once(
    name: str, site: Path, open_page: Open, serve: Serve
) -> None:
    """Find, selection and reading modes meet the letters of a formula once, before and after."""
    page, gate = waiting(site, name, open_page, serve)
    before: dict[str, Any] = page.evaluate(_TEXTS)
    as_tex = page.locator(".math-tex").count()
    gate.open()
    page.evaluate("() => mathward.typesetAll()")
    after: dict[str, Any] = page.evaluate(_TEXTS)
    if not as_tex:  # TeX has other letters than the MathML that takes its place
        assert after["read"] == before["read"]
        assert after["selected"] == before["selected"]
    assert after["copied"] == before["copied"]
    assert after["read"] > 500
    assert MATH[0] in {node.role for node in formulas(page)}


def test_formulas_whose_layout_is_skipped_are_read(
    site: Path, browser: Browser, serve: Serve
) -> None:
    """What waits far from the window of a measured page is told, selected and copied."""
    gap = "\n\nword" * 400 + "\n\n"
    with Prerenderer(None) as prerenderer:
        document = render(rf"Near $x$ {gap} far $\sqrt{{y}}$ end", typeset=prerenderer)
    html = page_of(document, Options(), assets=Assets.folder())
    (site / "measured.html").write_text(html, "utf-8")
    with listening(browser) as page:
        page.goto(f"{serve(site).url}measured.html")
        page.wait_for_selector("[data-math=typeset]")
        skipped = "el => !el.checkVisibility({ contentVisibilityAuto: true })"
        assert page.locator("msqrt").evaluate(skipped)
        told = [normalize("NFKC", outline(node)) for node in formulas(page)]  # 𝑥 and x are one
        assert told == [
            "(MathMLMath (MathMLIdentifier x))",
            "(MathMLMath (MathMLSquareRoot (MathMLIdentifier y)))",
        ]
        texts: dict[str, Any] = page.evaluate(_TEXTS)
        assert r"far \(\sqrt{y}\) end" in texts["copied"]
        page.evaluate("() => mathward.typesetAll()")
        assert page.evaluate(_TEXTS)["selected"] == texts["selected"]


@contextmanager
def listening(browser: Browser) -> Iterator[Page]:
    """A page in a browser that has been told of a screen reader, as it is on readers' machines."""
    path, flag = find_chromium().path, "--force-renderer-accessibility"
    running = browser.browser_type.launch(executable_path=path, args=[flag])
    try:
        yield running.new_page()
    finally:
        running.close()
