"""The list of papers: a real server, a reader who scrolls, a translator who comes at any moment."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Page
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from demos.papers.app import BATCH, application
from demos.papers.stock import COUNT, papers
from renderer import render
from renderer.browser.session import Tab

TRANSLATORS = ("google", "google-reorders", "edge-relocate", "firefox", "webkit", "inplace")

PATIENCE = 240_000  # milliseconds

IN_VIEW = """() => [...document.querySelectorAll(".math[data-tex]")].filter((each) => {
  const { top, bottom } = each.getBoundingClientRect();
  return bottom > 0 && top < innerHeight && each.dataset.math !== "typeset";
}).length"""
DOWN = """() => {
  window.seen = 0;
  const step = () => {
    scrollBy(0, innerHeight * 4);
    window.seen = document.querySelectorAll(".paper").length;
    requestAnimationFrame(step);
  };
  step();
}"""


@pytest.fixture(scope="module")
def url(root: Path) -> Iterator[str]:
    """The demo as it is served, with the simulated translators beside it."""
    app = application([Mount("/simulator", StaticFiles(directory=root / "tests/translators"))])
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        running = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = Thread(target=running.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        running.should_exit = True
        thread.join(20)


def opened(open_page: Callable[..., Tab], url: str, **options: Any) -> Tab:
    """The list, on a machine that may have much else to do."""
    tab = open_page(**options)
    tab.page.set_default_timeout(PATIENCE)
    tab.open(url)
    return tab


def strangers(page: Page) -> list[tuple[str, str]]:
    """Formulas that stand in a paper for which the library did not make them."""
    shown: list[tuple[int, list[str]]] = page.evaluate(
        """() => [...document.querySelectorAll(".paper")].map((paper) => [
          Number(paper.getAttribute("aria-posinset")),
          [...paper.querySelectorAll(".math[data-tex]")].map(({ dataset }) => dataset.tex),
        ])"""
    )
    return [
        (papers()[number - 1].key, tex)
        for number, found in shown
        for tex in set(found) - formulas_of(number)
    ]


@cache
def formulas_of(number: int) -> frozenset[str]:
    """What the library makes of a paper's texts, as MathJax is handed it."""
    paper = papers()[number - 1]
    texts = (f"## {paper.title}", paper.abstract, paper.summary)
    return frozenset(formula.data_tex for text in texts for formula in render(text).formulas)


def test_stock_is_the_same_each_time_and_without_a_fault() -> None:
    """400 papers, unique in number and key, two languages, no formula that had to be mended."""
    everything = papers()
    assert [paper.number for paper in everything] == list(range(1, COUNT + 1))
    assert len({paper.key for paper in everything}) == COUNT
    assert {paper.lang for paper in everything} == {"en", "zh"}
    for paper in everything[::7]:  # meets every field in both languages
        for text in (paper.title, paper.abstract, paper.summary):
            document = render(text)
            assert document.diagnostics == ()
        assert render(paper.abstract).formulas


def test_scrolling_brings_all_papers_in_their_order(
    url: str, open_page: Callable[..., Tab]
) -> None:
    """To the very end: each once, no id twice, every formula in view typeset, no sideways scroll."""
    tab = opened(open_page, url, viewport={"width": 390, "height": 844})
    assert tab.page.locator(".paper").count() == BATCH
    tab.page.evaluate(DOWN)
    tab.page.wait_for_function(f"() => seen === {COUNT}", timeout=PATIENCE)
    ids = tab.page.eval_on_selector_all(".paper", "all => all.map(({ id }) => id)")
    assert ids == [f"paper-{number}" for number in range(1, COUNT + 1)]
    assert tab.page.locator("#status").inner_text() == "That is all."
    assert tab.page.locator("#shown").inner_text() == str(COUNT)
    twice = tab.page.evaluate(
        "() => { const all = [...document.querySelectorAll('[id]')].map(({ id }) => id);"
        " return all.filter((id, place) => all.indexOf(id) !== place); }"
    )
    assert twice == []
    tab.page.wait_for_function(f"() => ({IN_VIEW})() === 0", timeout=PATIENCE)
    assert tab.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_summary_unfolds_with_its_formulas(url: str, open_page: Callable[..., Tab]) -> None:
    """It is asked for once, at the first click; numbers and references are its own."""
    tab = opened(open_page, url)
    for number in (2, 3):
        fold = tab.page.locator(f"#paper-{number} summary")
        fold.click()
        tab.page.wait_for_selector(f"#paper-{number} .answers h4")
        fold.click()
        fold.click()
    asked = [address for address in tab.requests if address.endswith("/summary")]
    assert asked == [f"{url}papers/{number}/summary" for number in (2, 3)]
    for number in (2, 3):
        target = tab.page.locator(f"#paper-{number} a[href^='#p{number}s-']").first
        assert tab.page.locator(str(target.get_attribute("href"))).count() == 1
    tab.page.evaluate("() => mathward.typesetAll()")
    open_ones = ".paper:has(details[open]) .math[data-tex]:not([data-math='typeset'])"
    assert tab.page.locator(open_ones).count() == 0
    assert strangers(tab.page) == []


def test_list_works_without_a_script(url: str, open_page: Callable[..., Tab]) -> None:
    """The next papers and a summary are links."""
    tab = opened(open_page, url, java_script_enabled=False)
    tab.page.click("a[rel=next]")
    assert tab.page.locator(".paper").first.get_attribute("id") == f"paper-{BATCH + 1}"
    tab.page.locator("#paper-27 summary").click()
    tab.page.locator("#paper-27 .answers a").click()
    assert tab.page.locator("math").count() > 0


@pytest.mark.parametrize("mode", TRANSLATORS[:2])
def test_translator_at_any_moment_keeps_formulas(
    mode: str, url: str, open_page: Callable[..., Tab]
) -> None:
    """In the middle of batches that come and summaries that unfold."""
    check_translated(mode, 7, 2, opened(open_page, url))


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("mode", TRANSLATORS)
def test_every_translator_at_many_moments_keeps_formulas(
    mode: str, seed: int, url: str, open_page: Callable[..., Tab]
) -> None:
    """All kinds of them, by seed."""
    check_translated(mode, seed, 8, opened(open_page, url))


def check_translated(mode: str, seed: int, batches: int, tab: Tab) -> None:
    """Batches, summaries and a translator in an order by seed: prose is translated, no formula is."""
    random, page = Random(seed), tab.page
    page.evaluate("async () => { window.simulator = await import('/simulator/translators.js'); }")
    steps = ["on", *["scroll"] * batches, *["unfold"] * 3]
    random.shuffle(steps)
    for step in steps:
        have = page.locator(".paper").count()
        if step == "on":
            page.evaluate(
                "mode => { window.on = simulator.translate(mode, 'ka'); on.start(); }", mode
            )
        elif step == "scroll":
            page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
            page.wait_for_function(f"() => document.querySelectorAll('.paper').length > {have}")
        else:
            number = random.randint(1, have)
            page.evaluate(
                "id => { document.querySelector(`#paper-${id} details`).open = true; }", number
            )
            page.wait_for_selector(f"#paper-{number} .answers h4", state="attached")
    page.evaluate("() => mathward.typesetAll()")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#paper-1 .abstract p, .paper:last-of-type .abstract p')]"
        ".every((p) => /[\\u10d0-\\u10ff]/.test(p.textContent))",
        timeout=PATIENCE,
    )
    page.evaluate("() => mathward.typesetAll()")
    assert strangers(page) == []
    counts = page.evaluate(
        "() => [...document.querySelectorAll('.paper')].map((paper) =>"
        " paper.querySelectorAll(':is(.title, .abstract) .math[data-tex]').length)"
    )
    wanted = [
        len(render(f"## {paper.title}").formulas) + len(render(paper.abstract).formulas)
        for paper in papers()[: len(counts)]
    ]
    assert counts == wanted
    left = page.locator(".abstract .math[data-tex]:not([data-math='typeset'])").count()
    assert left == 0
    touched = page.evaluate(
        "() => [...document.querySelectorAll('.math[data-tex] math')]"
        ".filter((math) => /[\\u10d0-\\u10ff]/.test(math.textContent)).length"
    )
    assert touched == 0
