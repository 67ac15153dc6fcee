"""Pages whose files are those of the last look are not looked at; all others are."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from .test_run import FakeCamera, Shots, camera, shots, site

__all__ = ["camera", "shots", "site"]  # fixtures

ONE = ("site", "--viewport", "390")
PAGES = ["a/390-light-typeset", "b/390-light-typeset"]


@pytest.fixture(autouse=True)
def known(site: Path, shots: Shots, camera: FakeCamera, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two pages that have been found good once, with a style sheet of both."""
    monkeypatch.setenv("MATHWARD_CACHE", str(site.parent / "cache"))
    (site / "a.css").write_text("p {}")
    for path in site.iterdir():
        os.utime(path, (1, 1))
    camera.asks = ("a.css", "missing.js", "data:,x", "blob:null/1")
    shots(*ONE)
    shots(*ONE)
    camera.taken.clear()


def test_pages_that_are_as_they_were_are_not_looked_at(shots: Shots, camera: FakeCamera) -> None:
    """No browser sees them, and the run says so; ``--fresh`` looks."""
    code, out, err = shots(*ONE)
    assert (code, out, camera.taken) == (0, "", [])
    assert "2 cases: 2 same" in err
    assert "not looked at" in err
    shots(*ONE, "--fresh")
    assert sorted(camera.taken) == PAGES


@pytest.mark.parametrize("name", ["a.html", "b.html", "a.css", "missing.js"])
def test_a_page_is_looked_at_when_a_file_of_it_changes(
    shots: Shots, camera: FakeCamera, site: Path, name: str
) -> None:
    """The page itself, a file that it asks for, or one that was not there."""
    path = site / name
    path.write_text((path.read_text() if path.exists() else "") + " ")
    assert shots(*ONE)[0] == 0
    assert sorted(camera.taken) == (
        [f"{path.stem}/{PAGES[0][2:]}"] if path.suffix == ".html" else PAGES
    )


def test_a_file_that_says_the_same_changes_nothing(
    shots: Shots, camera: FakeCamera, site: Path
) -> None:
    """Contents decide, not times."""
    os.utime(site / "a.css")
    shots(*ONE)
    assert camera.taken == []


def test_another_way_of_looking_looks(shots: Shots, camera: FakeCamera) -> None:
    """Other settings, another baseline, another state: nothing is taken for known."""
    shots(*ONE, "--mask", ".x")
    assert sorted(camera.taken) == PAGES
    camera.taken.clear()
    path = Path("shots/a.json")
    path.write_text(path.read_text().replace('"y"', '"q"'))
    assert shots(*ONE)[0] == 1
    assert set(camera.taken) == {PAGES[0]}


def test_what_was_found_or_was_not_steady_is_looked_at_again(
    shots: Shots, camera: FakeCamera, site: Path
) -> None:
    """Only what was good at the first look is known."""
    (site / "a.html").write_text("x q z")
    assert [shots(*ONE)[0], shots(*ONE)[0]] == [1, 1]
    assert set(camera.taken) == {PAGES[0]}


def test_a_file_that_changes_meanwhile_is_not_known(
    shots: Shots, camera: FakeCamera, site: Path
) -> None:
    """What was written during the look may not be what was seen."""
    ahead = time.time() + 1_000
    (site / "a.css").write_text("p { }")
    os.utime(site / "a.css", (ahead, ahead))
    shots(*ONE)
    shots(*ONE)
    assert sorted(camera.taken) == sorted([*PAGES, *PAGES])


def test_pages_that_ask_other_servers_are_never_known(
    shots: Shots, camera: FakeCamera, site: Path
) -> None:
    """Nobody knows what is there now."""
    camera.asks = ("https://example.org/x.js",)
    (site / "b.html").write_text("u  v")
    shots(*ONE)
    shots(*ONE)
    assert camera.taken == [PAGES[1], PAGES[1]]


def test_without_a_cache_all_is_looked_at(
    shots: Shots, camera: FakeCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``MATHWARD_CACHE=none``."""
    monkeypatch.setenv("MATHWARD_CACHE", "none")
    shots(*ONE)
    assert sorted(camera.taken) == PAGES
