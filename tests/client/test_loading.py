"""What is asked for and when; what the reader has when MathJax does not come."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route

from renderer import render_page
from renderer.assets import Assets
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab

Typeset = Callable[..., Tab]

HASTE = "const wait = setTimeout; setTimeout = (action, time) => wait(action, time / 50);"
NO_STORAGE = """const refuse = { get() { throw new DOMException("off", "SecurityError") } };
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, refuse);
}"""


def asked(tab: Tab) -> list[str]:
    """The paths that the page asked for, below its folder."""
    tab.catch_up()
    return [urlsplit(address).path.removeprefix("/") for address in tab.requests]


def test_page_without_formulas_asks_for_nothing_of_mathjax(typeset: Typeset) -> None:
    """No formula: no client and no MathJax."""
    tab = typeset("Only words, and $5 and $6.", all=False)
    assert [path for path in asked(tab) if "mathjax" in path or path.endswith(".js")] == []


def test_mathjax_comes_with_the_first_formula_that_is_near(typeset: Typeset, lab: Any) -> None:
    """All formulas below the fold: MathJax is not asked for before the reader scrolls."""
    tab = typeset("words\n\n" * 300 + "$x$", all=False)
    lab.frames(tab.page)
    assert [path for path in asked(tab) if "/mathjax/" in path] == []
    tab.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    tab.page.wait_for_selector("[data-math=typeset]")
    assert "mathward-assets/mathjax/slim/core.js" in asked(tab)


def test_only_what_formulas_need_is_loaded(typeset: Typeset) -> None:
    """Neither menu, speech, extensions nor fonts that no formula asked for."""
    paths = asked(typeset("$x+1$"))
    files = {path.rpartition("/mathjax/")[2] for path in paths if "/mathjax/" in path}
    assert {re.sub(r"\.\w{8}\.|^fonts/.*/", ".", file) for file in files} == {
        "slim/core.js",
        ".mjx-ncm-zero.woff2",
        ".mjx-ncm-n.woff2",
    }


def test_works_with_storage_switched_off(
    site: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> None:
    """A browser that refuses storage typesets all the same."""
    (site / "storage.html").write_text(render_page("$x$", assets=Assets.folder()), "utf-8")
    tab = open_page()
    tab.page.add_init_script(NO_STORAGE)
    tab.open(serve(site).url + "storage.html")
    tab.page.evaluate("() => mathward.typesetAll()")
    assert tab.page.locator("[data-math=typeset]").count() == 1


def crippled(folder: Path, site: Path, *missing: str, tag: str = "") -> None:
    """A page in ``folder`` whose assets lack some of MathJax's files."""
    assets = folder / "mathward-assets"
    shutil.copytree(site / "mathward-assets", assets)
    for name in missing:
        (assets / "mathjax" / name).unlink()
    html = render_page("$x$ and $\\boxed{\\ce{H2O}}$ and $y$", assets=Assets.folder())
    (folder / "page.html").write_text(html.replace("data-mathjax", f"{tag} data-mathjax"), "utf-8")


def opened(open_page: Callable[..., Tab], address: str) -> tuple[Page, list[str]]:
    """The page, after all was tried, and the lines on its console that are ours."""
    tab = open_page(clean=False)
    lines: list[str] = []
    tab.page.on("console", lambda m: lines.append(m.text) if "mathward" in m.text else None)
    tab.page.add_init_script(HASTE)
    tab.open(address)
    tab.page.evaluate("() => mathward.typesetAll()")
    return tab.page, lines


def test_reader_keeps_the_mathml_when_mathjax_does_not_come(
    site: Path,
    tmp_path: Path,
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
) -> None:
    """MathML and TeX stay in view, formulas are marked as failed, the console has one line."""
    crippled(tmp_path, site, "slim/core.js")
    page, lines = opened(open_page, serve(tmp_path).url + "page.html")
    assert page.locator("[data-math=failed]").count() == 3
    assert page.locator("math:visible").count() == 2
    assert r"\boxed{\ce{H2O}}" in page.locator("main").inner_text()
    assert page.locator("[data-reason]").count() == 0
    assert len(lines) == 1


@pytest.mark.parametrize("missing", ["tex-mhchem", "frames"])
def test_missing_chunk_fails_only_formulas_that_need_it(
    missing: str,
    site: Path,
    tmp_path: Path,
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
) -> None:
    """Without the commands of chemistry, or the drawing of frames, the other formulas are typeset."""
    crippled(tmp_path, site, f"slim/{missing}.js")
    page, lines = opened(open_page, serve(tmp_path).url + "page.html")
    assert page.locator("[data-math=typeset]").count() == 2
    assert page.locator(r"[data-math=failed][data-tex^='\\boxed']").count() == 1
    assert len(lines) == 1


def test_mirror_is_tried_after_our_own_files(
    site: Path,
    tmp_path: Path,
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
) -> None:
    """If the first address fails the second serves, without a word to the reader."""
    crippled(tmp_path, site, "slim/core.js", tag='data-mirror="mirror/mathjax/"')
    shutil.copytree(site / "mathward-assets", tmp_path / "mirror")
    page, lines = opened(open_page, serve(tmp_path).url + "page.html")
    assert page.locator("[data-math=typeset]").count() == 3
    assert lines == []


def test_mathjax_that_never_answers_is_given_up(
    site: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer], tmp_path: Path
) -> None:
    """A file that neither comes nor fails counts as failed after the deadline."""
    crippled(tmp_path, site)
    tab = open_page(clean=False)
    tab.page.add_init_script(HASTE)
    unanswered: list[Route] = []
    tab.page.route("**/slim/core.js", lambda route: unanswered.append(route))
    tab.open(serve(tmp_path).url + "page.html")
    tab.page.evaluate("() => mathward.typesetAll()")
    assert tab.page.locator("[data-math=failed]").count() == 3
    for route in unanswered:
        route.abort()


def test_modules_and_classic_script_behave_alike(
    typeset: Typeset,
    site: Path,
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
    root: Path,
) -> None:
    """The same page has the same nodes in the end by ES modules and by the joined script."""
    text = r"$x_1$ and $$\frac{a}{b} \tag{1}$$ and $\frac{1}$ and $\ce{H2O}$"
    classic = typeset(text).page
    ignored = shutil.ignore_patterns("vendor")
    for name in ("client", "mathjax"):
        shutil.copytree(root / "renderer" / name, site / "modules" / name, ignore=ignored)
    (site / "modules" / "page.js").write_text(
        'import { start, typesetAll } from "./client/main.js";\n'
        'start(document, { mathjax: "mathward-assets/mathjax/" });\n'
        "window.mathward = { typesetAll };\n"
    )
    html = render_page(text, assets=Assets.folder())
    script = re.compile("<script.*</script>")
    assert script.search(html)
    html = script.sub('<script type="module" src="modules/page.js"></script>', html)
    (site / "modules.html").write_text(html, encoding="utf-8")
    modules = open_page(serve(site).url + "modules.html").page
    modules.wait_for_function("window.mathward")
    modules.evaluate("() => mathward.typesetAll()")
    shown = "() => document.querySelector('main').innerHTML"
    assert modules.evaluate(shown) == classic.evaluate(shown)


def test_page_for_the_public_host_typesets_from_there(
    site: Path, open_page: Callable[..., Tab]
) -> None:
    """One file: its policy lets the client in it run, and pinned addresses serve the rest."""
    page = site / "cdn.html"
    page.write_text(render_page("$x^2$ and $\\ce{H2O}$", assets=Assets.cdn()), encoding="utf-8")
    vendor = site / "mathward-assets" / "mathjax"
    pinned = re.compile(
        r"https://cdn\.jsdelivr\.net/npm/(?:mathjax|@mathjax/([\w-]+))@4\.1\.3/(.*)"
    )

    def answer(route: Route) -> None:
        found = pinned.fullmatch(route.request.url)
        assert found is not None, route.request.url
        folder = vendor / "fonts" / found[1] if found[1] else vendor
        headers = {"access-control-allow-origin": "*"}
        route.fulfill(path=folder / found[2], headers=headers)

    tab = open_page(clean=False)
    tab.page.route(re.compile("^https:"), answer)
    tab.open(page)
    tab.page.evaluate("() => mathward.typesetAll()")
    tab.catch_up()
    assert tab.errors == []
    assert tab.page.locator("[data-math=typeset]").count() == 2
    assert {urlsplit(address).hostname for address in tab.foreign} == {"cdn.jsdelivr.net"}
