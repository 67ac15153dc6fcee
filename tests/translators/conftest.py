"""A page on which translators, the client and a typesetter meet in any order.

``stage(typesetter)`` opens it: ``run(mode, steps)`` plays a list of steps and gives the list of
what is wrong in the end.  The typesetter is ``Plain``, or ``MathJax`` for the real one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer import Stream, render, render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.bundle import math_css
from renderer.theme import load_theme

HERE = Path(__file__).parent
TEXTS = ("article", "batch", "tail")
MODES = (
    "google google-eats google-lazy google-reorders google-clones edge-relocate edge-empty edge-keep "
    "firefox firefox-reverse firefox-weave webkit webkit-reverse twp bilingual inplace"
).split()

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>stage</title>
<link rel="icon" href="data:,">
<style>{css} body {{ margin: 0; font: 16px/1.5 serif }} {extra}</style>
<body><script>
window.ready = new Promise((resolve, reject) => {{
  window.begin = resolve;
  addEventListener("error", ({{ message }}) => reject(message), true);
  setTimeout(() => reject("the stage is not there in time"), 60000);
}});
</script><script type="module">
import {{ World }} from "./world.js";
import {{ Driver }} from "./driver.js";
import {{ MODES, translate }} from "./translators.js";
import {{ Plain }} from "./typesetters.js";
import {{ batch }} from "./random.js";
import {{ MathJaxTypesetter }} from "./client/mathjax.js";
const mathjax = new URL("mathward-assets/mathjax/", location.href).href;
let shared = null;
async function mathjaxOf() {{ // while time is still its own
  shared = new MathJaxTypesetter({{ mathjax, deadline: 2e9 }});
  const formula = Object.assign(document.createElement("span"), {{ className: "math inline" }});
  formula.dataset.tex = "x";
  await shared.draw(formula);
}}
if ("{typesetter}" === "MathJax") await mathjaxOf();
const world = new World();
const driver = new Driver({html}, () => shared ?? new Plain(), world, {messages});
await driver.learn();
Object.assign(window, {{ world, driver, batch, MODES, translate }});
begin();
</script>"""


@dataclass(frozen=True)
class Stage:
    """Runs lists of steps on one page."""

    page: Page

    def run(self, mode: str, *steps: Any) -> list[str]:
        """What is wrong after those steps: names, or lists of a name and its arguments."""
        listed = [[step] if isinstance(step, str) else list(step) for step in steps]
        found: list[str] = self.page.evaluate(
            "([mode, steps]) => driver.run(mode, steps)", [mode, listed]
        )
        return found


@pytest.fixture(scope="session")
def stage_folder(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The client's modules, ours beside them, and MathJax."""
    folder = tmp_path_factory.mktemp("stage")
    ignored = shutil.ignore_patterns("vendor", "*.py", "__pycache__")
    for name in ("client", "mathjax"):
        shutil.copytree(root / "renderer" / name, folder / name, ignore=ignored)
    shutil.copytree(HERE, folder, ignore=ignored, dirs_exist_ok=True)
    install(folder / "mathward-assets", [load_theme("plain")])
    return folder


@pytest.fixture(scope="session")
def texts(root: Path) -> dict[str, str]:
    """The HTML of the fixtures, as the server makes it."""
    folder = root / "fixtures" / "translation"
    return {name: render((folder / f"{name}.md").read_text("utf-8")).html for name in TEXTS}


def _script(value: object) -> str:
    return json.dumps(value).replace("</", "<\\/")


def streamed(text: str, size: int = 23) -> list[dict[str, Any]]:
    """What a server sends while ``text`` arrives."""
    stream = Stream()
    parts = [text[place : place + size] for place in range(0, len(text), size)]
    said = [*map(stream.feed, parts), stream.close()]
    return [{"patches": patches} for patches in said if patches]


@pytest.fixture
def stage(
    stage_folder: Path,
    texts: dict[str, str],
    open_page: Callable[..., Tab],
    serve: Callable[..., StaticServer],
    root: Path,
) -> Callable[..., Stage]:
    """``stage(typesetter="Plain") -> Stage``"""
    extra = render((root / "fixtures/translation/article.md").read_text("utf-8")).css
    messages = _script(streamed((root / "fixtures/translation/batch.md").read_text("utf-8")))

    def stage(typesetter: str = "Plain", **options: Any) -> Stage:
        page = stage_folder / f"{typesetter}.html"
        html = _script(texts)
        page.write_text(
            _PAGE.format(
                css=math_css(), extra=extra, html=html, typesetter=typesetter, messages=messages
            ),
            encoding="utf-8",
        )
        options.setdefault("viewport", {"width": 800, "height": 600})
        tab = open_page(serve(stage_folder).url + page.name, **options)
        tab.page.evaluate("() => ready")
        return Stage(tab.page)

    return stage


@pytest.fixture
def live(
    stage_folder: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> Callable[[str], Page]:
    """``live(text) -> Page``: a page as readers get it, in real time; ``/translators.js`` is there."""

    def live(text: str) -> Page:
        page = stage_folder / "live.html"
        page.write_text(render_page(text, assets=Assets.folder()), encoding="utf-8")
        tab = open_page(serve(stage_folder).url + page.name)
        tab.page.evaluate("() => mathward.typesetAll()")
        return tab.page

    return live
