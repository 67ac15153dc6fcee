"""Pages that never answer hold up no run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from renderer.browser import process, watch
from renderer.browser.server import StaticServer
from renderer.ledger import Subject
from renderer.shots.baselines import Baselines
from renderer.shots.model import Case
from renderer.shots.settings import ShotSettings
from renderer.visual import Mode, shoot

PAGE = '<!doctype html><link rel="icon" href="data:,"><math><mi>x</mi></math>'
PAGES = {
    "timer": PAGE + "<script>setTimeout(() => { while (true); }, 50)</script>",
    "load": PAGE + "<script>while (true);</script>",
    "good": PAGE,
}


def test_a_script_without_end_costs_its_own_page(
    serve: Callable[..., StaticServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is named once, whatever its looks; its browser is ended; the others are seen."""
    ended: list[int] = []

    def kill(pid: int) -> None:
        ended.append(pid)
        process.kill(pid)

    monkeypatch.setattr(watch, "kill", kill)
    for name, html in PAGES.items():
        (tmp_path / f"{name}.html").write_text(html)
    url = serve(tmp_path).url
    looks = {"timer": (390, 800), "load": (390,), "good": (390, 800)}
    subjects = [
        Subject(Case(name, width), f"{url}{name}.html")
        for name, widths in looks.items()
        for width in widths
    ]
    settings = ShotSettings(jobs=2, timeout=6)
    told: list[str] = []
    run = shoot(
        subjects,
        settings,
        Baselines(tmp_path / "kept"),
        Mode(),
        lambda each: told.append(str(each)),
    )
    assert [result.case.name for result in run.results] == [
        "good/390-light-typeset",
        "good/800-light-typeset",
    ]
    assert {problem.split(".html: ")[0].split("/")[-1] for problem in run.problems} == {
        "timer",
        "load",
    }
    (busy,) = [problem for problem in run.problems if "timer" in problem]
    assert "one of its scripts does not end" in busy
    assert len(told) == len(run.results) + len(run.problems)
    assert ended
    for pid in ended:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
