"""MathJax by itself, eager and with its own numbers, to compare ours with.

``mathjax(runs)`` typesets each run, a document's formulas and the reader's options, in one pass
and gives the MathML of each formula, without what is not seen.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from playwright.sync_api import Browser

from renderer.browser.server import serving
from renderer.browser.session import open_tab

Run = tuple[Sequence[tuple[str, bool]], dict[str, Any]]
MathJax = Callable[[Sequence[Run]], list[list[str]]]

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>eager</title>
<script src="eager.js"></script><script src="mathjax/startup.js"></script>"""
_UNSEEN = ("id", "href", "class")


def canonical(mathml: str) -> str:
    """``mathml`` without what is not seen: names, links, rows of one thing, rows in rows."""
    return "".join(_written(fromstring(mathml)))


def _written(element: Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2]
    seen = sorted(
        item for item in element.items() if item[0] not in _UNSEEN and item[0][:5] != "data-"
    )
    inside = [part for child in element for part in _written(child)]
    if name == "mrow" and not seen:
        yield from inside
    else:
        yield f"<{name} {seen}>" if seen else f"<{name}>"
        yield (element.text or "").strip()
        yield from inside
        yield f"</{name}>"


@pytest.fixture(scope="module")
def mathjax(
    browser: Browser, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MathJax]:
    """One page for all documents of a module; no document knows of the one before."""
    folder = tmp_path_factory.mktemp("eager")
    (folder / "mathjax").symlink_to(root / "renderer" / "mathjax" / "vendor")
    (folder / "ours").symlink_to(root / "renderer" / "mathjax")
    shutil.copy(Path(__file__).with_name("eager.js"), folder)
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
    with serving(folder) as server, open_tab(browser) as tab:
        tab.open(server.url)
        tab.page.wait_for_function("window.ready")

        def mathjax(runs: Sequence[Run]) -> list[list[str]]:
            given = [[[list(pair) for pair in formulas], options] for formulas, options in runs]
            results: list[list[str]] = tab.page.evaluate("runs => typesetAll(runs)", given)
            return [[canonical(mathml) for mathml in result] for result in results]

        yield mathjax
        tab.catch_up()
        assert not tab.errors, tab.errors
        assert not tab.foreign, tab.foreign
