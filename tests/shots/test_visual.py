"""Our own pages look as they did: every answer in ``plain``, and one in ``paper`` by night.

Baselines are in ``fixtures/visual``; after a change that is meant, look at what this test says and
run it with ``--regen``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from renderer import render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.shots.baselines import Baselines
from renderer.shots.model import Case
from renderer.shots.settings import ShotSettings
from renderer.theme import load_theme
from renderer.visual import Mode, Subject, orphans, shoot, write_report

NIGHT = ("attention.zh",)  # with its picture


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """Every answer as a page, in both themes."""
    folder = tmp_path_factory.mktemp("visual")
    install(folder / "mathward-assets", [load_theme(theme) for theme in ("plain", "paper")])
    for answer in (root / "fixtures" / "answers").glob("*.md"):
        text = answer.read_text("utf-8")
        for theme in ("plain", "paper") if answer.stem in NIGHT else ("plain",):
            html = render_page(text, theme=theme, assets=Assets.folder())
            (folder / f"{theme}-{answer.stem}.html").write_text(html, "utf-8")
    return folder


def test_our_pages_look_as_they_did(
    pages: Path,
    root: Path,
    serve: Callable[..., StaticServer],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    """TeX, MathML, numbers and sizes of all formulas everywhere; pixels where they can be compared."""
    url = serve(pages).url
    cases = [
        Case(name, 390, "dark") if name.startswith("paper") else Case(name, 800)
        for name in sorted(path.stem for path in pages.glob("*.html"))
    ]
    subjects = [Subject(case, f"{url}{case.page}.html") for case in cases]
    store = Baselines(root / "fixtures" / "visual")
    settings = ShotSettings(images=("paper-*",), jobs=2)
    regen = bool(request.config.getoption("regen"))
    run = shoot(subjects, settings, store, Mode(write=regen, update=regen))
    run = orphans(run, store, subjects, None)
    found = [change.message for result in run.changed for change in result.changes]
    if found and not regen:
        pytest.fail("\n".join([*found, f"report: {write_report(run, tmp_path)}"]))
    assert [result.case.name for result in run.new] == []
    assert run.problems == run.orphans == ()
    assert sum(len(each.actual.formulas) for each in run.results if each.actual) > 400
