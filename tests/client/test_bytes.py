"""What a page transfers until its first screen is typeset: scripts and fonts, compressed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest

from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.prerender import Prerenderer
from renderer.publish import Publisher, Settings
from renderer.targets import Target

BUDGETS = {"broken.en": 100_000, "derivation.en": 110_000, "chemistry-physics.en": 116_000}
"""Bytes: formulas of simple commands, of the AMS's environments, and of chemistry.

The goal is 102,400 for all of them.
"""

SEEN = """() => [...document.querySelectorAll(".math[data-tex]")].filter((formula) => {
  const { top, bottom, width } = formula.getBoundingClientRect();
  return width && bottom > 0 && top < innerHeight;
}).every((formula) => formula.dataset.math)"""


def published(source: Path, folder: Path) -> Path:
    """The page of one answer as ``mathward render --prerender`` writes it into a folder."""
    with Prerenderer() as prerenderer:
        publisher = Publisher(Settings(prerender=True), folder, prerenderer)
        page = folder / "page.html"
        publisher.publish(Target(source, page, source.parent))
        assert prerenderer.problem is None
    return page


def size(path: Path) -> int:
    """What a file takes on its way, where the server compresses as well as can be."""
    data = path.read_bytes()
    if path.suffix == ".woff2":
        return len(data)
    return len(brotli.compress(data, quality=11)) if path.suffix == ".js" else 0


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(each, marks=() if each == "derivation.en" else pytest.mark.heavy)
        for each in BUDGETS
    ],
)
def test_first_screen_is_light(
    root: Path,
    tmp_path: Path,
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
    name: str,
) -> None:
    """Scripts and fonts until all formulas that the reader sees are typeset stay in the budget."""
    page = published(root / "fixtures" / "answers" / f"{name}.md", tmp_path)
    tab = open_page(viewport={"width": 1000, "height": 700})
    tab.open(serve(tmp_path).url + page.name)
    tab.page.wait_for_function(SEEN)
    tab.page.evaluate("() => document.fonts.ready.then(() => 0)")
    tab.catch_up()
    files = {tmp_path / urlsplit(address).path.lstrip("/") for address in tab.requests}
    sizes = {path.name: size(path) for path in files if path.is_file()}
    assert "core.js" in sizes
    assert any(file.startswith("mjx-ncm-n.") for file in sizes)
    assert sum(sizes.values()) <= BUDGETS[name], sizes
