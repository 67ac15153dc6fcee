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

OF_CI = ("derivation.zh", "chemistry-physics.en")
NAMES = (*OF_CI, "attention.zh", "broken.en", "matrices.en")
"""Alignments, bold italics and alphabets, chemistry, simple formulas, large brackets."""

GOAL = 102_400
"""Bytes: 100 KiB, whatever the page shows."""

WATCH = """() => {
  const isSeen = (formula) => {
    const { top, bottom, width } = formula.getBoundingClientRect();
    return width && bottom > 0 && top < innerHeight && formula.checkVisibility();
  };
  document.addEventListener("mathward:typeset", () => {
    const seen = [...document.querySelectorAll(".math[data-tex]")].filter(isSeen);
    if (window.loaded || !seen.every((formula) => formula.dataset.math)) return;
    const entries = [...performance.getEntriesByType("resource")];
    window.loaded = entries.map(({ name }) => name); // what is on its way is none of it yet
  });
}"""


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of some answers as ``mathward render --prerender`` writes them into one folder."""
    folder = tmp_path_factory.mktemp("pages")
    with Prerenderer() as prerenderer:
        publisher = Publisher(Settings(prerender=True), folder, prerenderer)
        for name in NAMES:
            source = root / "fixtures" / "answers" / f"{name}.md"
            publisher.publish(Target(source, folder / f"{name}.html", source.parent))
        assert prerenderer.problem is None
    return folder


def size(path: Path) -> int:
    """What a file takes on its way, where the server compresses as well as can be."""
    data = path.read_bytes()
    if path.suffix == ".woff2":
        return len(data)
    return len(brotli.compress(data, quality=11)) if path.suffix == ".js" else 0


@pytest.mark.parametrize("window", [(1000, 700), (1280, 800), (1920, 1080)], ids=str)
@pytest.mark.parametrize(
    "name",
    [pytest.param(each, marks=() if each in OF_CI else pytest.mark.heavy) for each in NAMES],
)
def test_first_screen_is_light(
    folder: Path,
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
    name: str,
    window: tuple[int, int],
) -> None:
    """Scripts and fonts until all formulas that the reader sees are typeset stay in the budget."""
    tab = open_page(viewport=dict(zip(("width", "height"), window, strict=True)))
    tab.page.add_init_script(f"({WATCH})()")
    tab.open(serve(folder).url + f"{name}.html")
    tab.page.wait_for_function("() => window.loaded")
    loaded = tab.page.evaluate("() => window.loaded")
    files = {folder / urlsplit(address).path.lstrip("/") for address in loaded}
    sizes = {path.name: size(path) for path in files if path.is_file()}
    assert "core.js" in sizes
    assert any(file.startswith("mjx-ncm-n.") for file in sizes)
    assert sum(sizes.values()) <= GOAL, sizes
