"""The benchmark of visual regression: its pages, its verdicts and its report, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.shots import report
from bench.shots.corpus import ANSWERS, Page, parts
from bench.shots.mutants import Mutant
from bench.shots.speed import VISITS
from bench.shots.store import Log
from bench.shots.trials import judged
from renderer.shots.model import Case, Change, Kind, Result

CASE = Case("a", 800)
SETTING = (
    '{"date": "2026-01-01", "versions": {"Chromium": "1"}, "machine": "2 cores", "load": 0.1}\n'
)


def _told(kind: Kind, formula: int) -> Change:
    return Change(kind, CASE, formula, "x", "", "", "", f"formula {formula}")


@pytest.mark.parametrize(
    ("changes", "noticed", "named", "others", "by_pixels"),
    [
        ((), False, False, 0, True),
        ((_told("tex", 4),), True, True, 0, False),
        ((_told("pixels", 4), _told("moved", 7)), True, True, 0, True),
        ((_told("pixels", 3),), True, False, 1, True),
        ((_told("height", 0),), True, False, 0, True),
    ],
)
def test_a_verdict_asks_for_the_very_formula(
    changes: tuple[Change, ...], noticed: bool, named: bool, others: int, by_pixels: bool
) -> None:
    """To be named is more than to be noticed, and what merely moved is not blamed."""
    given = Mutant("digit", "html", 3, "x", "")  # counted from 0, changes from 1
    trial = judged(given, _page(), Result(CASE, "changed", changes), 0.0)
    assert (trial.noticed, trial.named, trial.others) == (noticed, named, others)
    assert trial.by_pixels == by_pixels


def _page() -> Page:
    return Page(CASE, Path("a.md"), Path("a.html"), "plain", prerendered=False)


def test_parts_are_the_whole_text() -> None:
    """Answers are cut before headings, and nothing of them is lost."""
    for path in ANSWERS.glob("*.md"):
        text = path.read_text("utf-8")
        pieces = parts(text)
        assert "".join(pieces) == text
        assert all(piece.startswith("#") for piece in pieces[1:])


@pytest.fixture
def logs(tmp_path: Path) -> tuple[Log, Log, Log]:
    """A run in which one fault in three was missed, and shots is slower at first."""
    faults, silence, speed = (tmp_path / name for name in ("faults", "silence", "speed"))
    for path in (faults, silence, speed):
        path.write_text(SETTING, "utf-8")
    base = {"kind": "digit", "level": "html", "page": "a", "by_pixels": False, "noticed": True}
    for named, ratio in ((True, 0.0), (True, 0.005), (False, None)):
        Log(faults).add({**base, "named": named, "ratio": ratio})
    for told in ("", "a was red"):
        Log(silence).add({"told": told})
    for way, factor in (("naive", 3.0), ("shots --fresh", 2.0), ("shots", 1.0)):
        for visit in VISITS:
            slow = 9.0 if visit == "cold" and way != "naive" else 1.0
            Log(speed).add({"way": way, "visit": visit, "seconds": factor * slow})
    return Log(faults), Log(silence), Log(speed)


def test_the_report_counts_what_tolerances_let_pass(logs: tuple[Log, Log, Log]) -> None:
    """Pictures of different size are noticed; each tolerance lets its share pass."""
    page = report.page(*logs)
    assert "| another digit | page | 3 | 3 | 2 | 0 | 1 pass | 1 pass | 2 pass |" in page
    assert "names 2" in page
    assert "1 false alarms in 2 runs without a change.\n- a was red" in page
    assert "$" not in page


def test_the_report_says_where_we_lose(logs: tuple[Log, Log, Log]) -> None:
    """Slower visits and faults that were not named are told."""
    lines = list(report.losses(logs[0], logs[2]))
    assert lines == [
        "- **cold, shots --fresh**: 18.00 s a page, the usual way 3.00 s.",
        "- **cold, shots**: 9.00 s a page, the usual way 3.00 s.",
        "- another digit (page) on a: noticed, but not named.",
    ]
    assert "| **`shots`** | 9.00 | 0.3 | 1.00 | 3.0 | 1.00 | 3.0 |" in report.speed(logs[2])


def test_there_is_no_report_of_half_a_run(logs: tuple[Log, Log, Log], tmp_path: Path) -> None:
    """While a part has not been run, the page stays as it is."""
    assert report.page(logs[0], logs[1], Log(tmp_path / "none")) == ""
