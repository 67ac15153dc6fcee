"""More than one part of a page, and MathJax that comes at last."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from renderer import Options, render, render_page
from renderer.assets import Assets
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab

START_PARTS = """() => {
  mathward.stop();
  const options = { mathjax: new URL("mathward-assets/mathjax/", document.baseURI).href };
  stops = Array.from(document.querySelectorAll("section"), (each) => mathward.start(each, options));
  return mathward.typesetAll(); }"""


def test_parts_of_a_page_share_one_mathjax(
    site: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> None:
    """Two answers, each started by itself: all is typeset, MathJax loaded once, ids differ."""
    text = "$$x \\label{e}$$\n\nBy \\eqref{e}, $y$."
    answers = [render(text, Options(id_prefix=f"a{n}-")).html for n in (1, 2)]
    page = render_page("$z$", assets=Assets.folder())
    parts = "".join(f"<section>{answer}</section>" for answer in answers)
    (site / "parts.html").write_text(page.replace(render("$z$").html, parts), "utf-8")
    tab = open_page(serve(site).url + "parts.html", viewport={"width": 800, "height": 600})
    tab.page.evaluate(START_PARTS)
    assert tab.page.locator("section [data-math=typeset]").count() == 4
    assert sum(url.endswith("slim/core.js") for url in tab.requests) == 1
    assert tab.page.locator("#a1-eq-e, #a2-eq-e").count() == 2


def test_what_is_appended_to_a_part_alone_is_typeset(lab: object) -> None:
    """A container is watched, what lies beside it is left alone."""
    page = lab.open('<div id="in"></div><div id="out"></div>')  # type: ignore[attr-defined]
    page.evaluate("() => { start(document.querySelector('#in'), { typesetter: new Fake(false) }) }")
    for part in ("in", "out"):
        html = "".join(f"<p>{lab.formula(f'{part}{n}')}</p>" for n in range(25))  # type: ignore[attr-defined]
        page.evaluate(f"html => document.querySelector('#{part}').innerHTML = html", html)
    page.evaluate("() => typesetAll()")
    states = lab.states(page)  # type: ignore[attr-defined]
    assert [states[f"in{n}"] for n in range(25)] == ["typeset"] * 25
    assert [states[f"out{n}"] for n in range(25)] == [None] * 25


def test_formulas_are_typeset_when_the_network_is_back(
    site: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> None:
    """All attempts failed and the MathML stays; once the browser is online again MathJax comes."""
    (site / "back.html").write_text(render_page("$x$", assets=Assets.folder()), "utf-8")
    tab = open_page(clean=False)
    tab.page.add_init_script(
        "{ const later = setTimeout; setTimeout = (f, ms) => later(f, ms / 100) }"
    )
    tab.page.route("**/slim/core.js", lambda route: route.abort())
    tab.open(serve(site).url + "back.html")
    tab.page.wait_for_selector("[data-math=failed]")
    tab.page.unroute("**/slim/core.js")
    tab.page.evaluate("() => { dispatchEvent(new Event('online')) }")
    tab.page.wait_for_selector("[data-math=typeset]")
    assert tab.page.locator("[data-math=failed]").count() == 0
