"""The benchmark of streaming: its chunks, its arithmetic and its report, without Node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.streaming import corpus, report
from bench.streaming.engines import ENGINES, Job, Played
from bench.streaming.figures import Figures, figures
from renderer import render

HERE = Path(__file__).parent.parent / "bench" / "streaming"


def test_chunks_are_the_text() -> None:
    """They are 4 to 20 characters long, end with the text, and are the same each time."""
    text = corpus.text(5_000)
    ends = corpus.ends(text)
    lengths = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    assert ends[-1] == len(text)
    assert set(lengths[:-1]) <= set(range(4, 21))
    assert ends == corpus.ends(corpus.text(5_000))


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_a_text_ends_with_a_paragraph(size: int) -> None:
    """It is as long as asked for, but for its last paragraph, and no formula is cut."""
    text = corpus.text(size)
    assert size - 3_000 < len(text) <= size
    assert not [d for d in render(text).diagnostics if d.code == "unclosed-math"]


def test_windows_are_spread_over_the_chunks() -> None:
    """They lie one behind the other, inside; a short text is played whole."""
    windows = corpus.windows(1_000, 4, 10)
    assert [behind - begin for begin, behind in windows] == [10] * 4
    assert windows[0][0] > 50
    assert windows[-1][1] < 950
    assert windows == sorted(windows)
    assert corpus.windows(30, 4, 10) == [(0, 30)]


def test_a_stream_is_played_to_its_end() -> None:
    """Our own engine ends with the HTML of one rendering and loses no formula."""
    text = corpus.text(1_500)
    job = Job(text, corpus.ends(text), None, watched=True, renderings=1)
    played = ENGINES["mathward"].play(job, HERE)
    assert played.same
    assert len(played.times) == len(played.states[0]) - 1 == len(job.ends)
    shown = [f for f in render(text).formulas if f.data_tex]
    assert figures(played, len(job.ends), shown, set()).lost == 0


def test_figures_of_a_sample() -> None:
    """Totals are reckoned for all chunks; what is refused at the end, too, is no flaw of arriving."""
    states = [[["x"], ["x", "\\fra"], ["x", "\\frac12", "\\no"]], [["y"], ["y"]]]
    played = Played(0.5, 0.1, [0.01] * 5, states, 50, 10, ["x", "\\frac12", "\\no"], same=True)
    meant = render("$x$ $\\frac12$ $z$").formulas
    found = figures(played, 100, meant, {"\\fra", "\\no"})
    assert (found.cpu, found.total, found.p99) == pytest.approx((1.1, 2.2, 10))
    assert (found.sent, found.lost, found.meant) == (100, 1, 3)
    assert (found.red, found.flicker) == pytest.approx((0.2, 1 / 3))


def test_the_report_says_where_we_lose() -> None:
    """Each figure in which another engine is clearly better has a line with its name."""
    own = Figures(0.1, 1.0, 10.0, 5.0, 9.0, 2.0, same=True, lost=0, meant=9, red=0.0, flicker=0.001)
    other = Figures(
        0.05, 0.95, 19.0, 8.0, 9.0, None, same=False, lost=3, meant=9, red=None, flicker=0.0
    )
    sizes = {10_000: {"mathward": own, "incremark": other}}
    lines = list(report.losses(sizes))
    assert [line.split(",")[1].split(":")[0].strip() for line in lines] == ["000 characters"]
    assert "100 ms, against incremark (tree only) (50 ms)" in lines[0]
    setting = dict.fromkeys(("date", "versions", "machine", "load", "windows", "length"), "X")
    page = report.page(sizes, setting)
    assert "| incremark (tree only) | 50 ms | 0.9 s | 19.0 × |" in page
    assert "3 of 9" in page


def test_the_lock_names_no_host() -> None:
    """What npm installs is pinned, and from wherever the reader's npm takes its packages."""
    named = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    lock = (HERE / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    packages = json.loads(lock)["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in named} == named
