"""Our own pages say what they said: every answer in every theme, the demos, and some other looks.

Baselines are in ``fixtures/visual``, without pixels, so that they hold on every machine.  After a
change that is meant, look at what these tests say and run them with ``--heavy --regen``; a new
answer joins by itself.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from starlette.applications import Starlette

from demos.chat.app import application as chat
from demos.papers.app import application as papers
from renderer import Options, render_page
from renderer.assets import Assets, install
from renderer.browser.server import StaticServer
from renderer.ledger import Subject
from renderer.shots.baselines import Baselines
from renderer.shots.model import Case
from renderer.shots.settings import ShotSettings
from renderer.theme import load_theme
from renderer.visual import Mode, shoot, write_report

ROOT = Path(__file__).parents[2]
ANSWERS = sorted((ROOT / "fixtures" / "answers").glob("*.md"))
# A theme has a width of its own, so that both are looks of one page and share a file.
THEMES = {"plain": 800, "paper": 1024}
CASES = [
    *(Case(path.stem, width) for path in ANSWERS for width in THEMES.values()),
    Case("derivation.en", 390),
    Case("derivation.en", 800, "dark"),
    Case("derivation.en", 800, "light", "print"),
    Case("derivation.en", 800, "light", "translated"),
    Case("derivation.en", 800, "light", "restored"),
    Case("derivation.en", 800, "light", "untypeset"),
    Case("matrices.en", 1024, "dark"),
    Case("matrices.en", 1024, "light", "print"),
    Case("chat", 800),
    Case("chat", 390, "dark"),
    Case("papers", 800),
    Case("papers", 390, "light", "translated"),
]
SOME = CASES[::3]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The answers as pages, in a folder for each theme."""
    folder = tmp_path_factory.mktemp("visual")
    for name in THEMES:
        theme = load_theme(name)
        install(folder / name / "mathward-assets", [theme])
        for path in ANSWERS:
            options = Options(lang=path.stem.rpartition(".")[2], highlight=True)
            html = render_page(
                path.read_text("utf-8"), options, theme=theme, assets=Assets.folder()
            )
            (folder / name / f"{path.stem}.html").write_text(html, "utf-8")
    return folder


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of the running demos; nothing is written into the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        running = {"chat": chat(1), "papers": papers()}
        yield {name: stack.enter_context(served(app)) for name, app in running.items()}


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(20)


@pytest.mark.parametrize(
    "cases",
    [pytest.param(SOME, id="some"), pytest.param(CASES, id="all", marks=pytest.mark.heavy)],
)
def test_our_pages_say_what_they_said(
    cases: Sequence[Case],
    site: Path,
    demos: dict[str, str],
    serve: Callable[..., StaticServer],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    """TeX, MathML, numbers, errors, fonts, colours and sizes of every formula are the baseline's."""
    url = serve(site).url
    folders = {width: name for name, width in THEMES.items()}
    subjects = [
        Subject(
            case,
            demos.get(case.page) or f"{url}{folders.get(case.width, 'plain')}/{case.page}.html",
        )
        for case in cases
    ]
    store = Baselines(ROOT / "fixtures" / "visual")
    settings = ShotSettings(pixels=False, jobs=2)
    regen = bool(request.config.getoption("regen"))
    run = shoot(subjects, settings, store, Mode(write=regen, update=regen))
    found = [change.message for result in run.changed for change in result.changes]
    if found:
        pytest.fail("\n".join([*found, f"report: {write_report(run, tmp_path)}"]))
    assert run.problems == ()
    assert [result.case.name for result in run.new] == []
    assert all(each.actual and len(each.actual.formulas) > 20 for each in run.results)


def test_no_baseline_is_left_over() -> None:
    """Each baseline belongs to a page that is looked at, and all of them together stay small."""
    folder = ROOT / "fixtures" / "visual"
    known = {case.name for case in CASES}
    assert set(Baselines(folder).names()) == known
    assert sum(path.stat().st_size for path in folder.rglob("*.*")) < 900_000
