"""Our own pages look as they did.

Baselines are in ``fixtures/visual``; after a change that is meant, look at what this test says and
run it with ``--regen``.  Another answer joins by its name in ``ANSWERS``, and ``--regen``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from renderer import render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.ledger import Subject
from renderer.shots.baselines import Baselines
from renderer.shots.model import Case
from renderer.shots.settings import ShotSettings
from renderer.theme import load_theme
from renderer.visual import Mode, orphans, shoot, write_report

ANSWERS = ("code-dollars.en", "broken.en")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The answers as pages."""
    folder = tmp_path_factory.mktemp("visual")
    install(folder / "mathward-assets", [load_theme("plain")])
    for name in ANSWERS:
        text = (root / "fixtures" / "answers" / f"{name}.md").read_text("utf-8")
        html = render_page(text, assets=Assets.folder())
        (folder / f"plain-{name}.html").write_text(html, "utf-8")
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
    cases = [Case(f"plain-{name}", 800) for name in ANSWERS]
    subjects = [Subject(case, f"{url}{case.page}.html") for case in cases]
    store = Baselines(root / "fixtures" / "visual")
    settings = ShotSettings(jobs=2)
    regen = bool(request.config.getoption("regen"))
    run = shoot(subjects, settings, store, Mode(write=regen, update=regen))
    run = orphans(run, store, subjects, None)
    found = [change.message for result in run.changed for change in result.changes]
    if found and not regen:
        pytest.fail("\n".join([*found, f"report: {write_report(run, tmp_path)}"]))
    assert [result.case.name for result in run.new] == []
    assert run.problems == run.orphans == ()
    assert sum(len(each.actual.formulas) for each in run.results if each.actual) > 80
