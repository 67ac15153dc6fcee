"""The benchmark in the browser: its pages, its arithmetic and its report, without a browser."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench.browser import corpus, pages, plot, report, tracing
from bench.browser.engines import ENGINES
from bench.browser.probe import misnumbered
from bench.browser.run import schedule
from bench.browser.store import Result, Store
from bench.setting import Setting
from renderer import Options, render

POOL = corpus.pool_of([("x<y", False), ("a_1", False), ("c^2", True), ("\\\\", True)])
SETTING = Setting("2026-01-01", {"KaTeX": "1"}, "2 cores", 0.1)
LOAD = {"load_shift": 0.0, "readable_cpu": 0.1}


@pytest.mark.parametrize("size", [1, 10, 100, 333])
def test_a_page_has_as_many_formulas_as_asked_for(size: int) -> None:
    """The Markdown of a size has that many formulas, every reference known, the same each time."""
    text = corpus.markdown(size, POOL)
    document = render(text)
    assert len(document.formulas) == size
    assert {d.code for d in document.diagnostics} <= {"unused-label"}
    assert text == corpus.markdown(size, POOL)
    assert text != corpus.markdown(size, POOL, seed=5)


def test_no_formula_that_numbers_itself_is_used() -> None:
    """A tag, label or numbered environment of an answer would upset the numbers of a page."""
    taken = [tex for tex, _ in corpus.candidates()]
    assert len(taken) > 500
    assert not [tex for tex in taken if re.search(r"\\(tag|label)\b|\{(align|equation)\}", tex)]


def test_rivals_get_our_page_with_tex_in_their_delimiters() -> None:
    """Only the formulas and references of the HTML change, none of them is left behind."""
    text = "See \\eqref{eq:a} & \\(x<y\\).\n\n\\begin{equation}\\label{eq:a}\nz\n\\end{equation}"
    html = render(text, Options(mathml=False)).html
    given = pages.with_formulas(html, ["\\(x&lt;y\\)", "E"], ["\\eqref{eq:a}"])
    assert given == (
        '<p>See <span class="math-ref">\\eqref{eq:a}</span> &amp; '
        '<span class="math inline">\\(x&lt;y\\)</span>.</p>\n'
        '<div class="math display" id="md-eq-a">E</div>\n'
    )
    with pytest.raises(ValueError, match="1 parts for 2 places"):
        pages.with_formulas(html, ["E"], None)


def test_wrong_numbers_are_counted_among_those_that_are_shown() -> None:
    """A formula that is not typeset yet has no number to be wrong; a reference always has."""
    truth = pages.Truth(9, {3: "(1)", 8: "(2)"}, ("(2)", "(1)"), "end")
    shown = {"formulas": {"8": "(1)"}, "references": ["(2)", "(???)"]}
    assert misnumbered(shown, truth) == (2, 3)


def test_cpu_of_a_trace_counts_from_the_navigation() -> None:
    """CPU is the thread's own time at the mark less what it had used before; idling is free."""

    def event(name: str, ts: int, tts: int, thread: int = 7, **more: int) -> dict[str, object]:
        return {"name": name, "ts": ts, "tts": tts, "pid": 1, "tid": thread, **more}

    run = "ThreadControllerImpl::RunTask"
    events = [
        event(run, 0, 0, dur=100),
        event("navigationStart", 1_000, 0),
        event(run, 2_000, 500, dur=90_000),
        event(run, 2_500, 0, thread=8, dur=999_000),
        event(run, 500_000, 40_500, dur=20_000),
        event("bench:typeset", 510_000, 48_500),
        event(run, 530_000, 60_000, dur=70_000),
        event(run, 600_000, 70_000),
    ]
    thread = tracing.main_thread(json.dumps({"traceEvents": events}).encode())
    assert thread.cpu("typeset") == pytest.approx(0.048)
    assert thread.until("typeset") == tracing.Tasks(longest=90, long=0.5, blocking=40)


def test_rounds_are_interleaved() -> None:
    """Every round visits each engine once and begins with another; large pages get one round."""
    names = ["native", "katex", "mathward"]
    visits = list(schedule([10, 5000], 2, names, ["load", "slow"]))
    first = [v.engine.name for v in visits if v.kind == "load" and v.size == 10]
    assert first == ["native", "katex", "mathward", "katex", "mathward", "native"]
    assert {v.round for v in visits if v.size == 5000} == {0}
    eager = [(v.size, v.round) for v in visits if v.kind == "slow" and v.engine.eager]
    assert eager == [(10, 0)]


def test_results_outlive_a_kill(tmp_path: Path) -> None:
    """A line that was cut off is dropped and written anew; what was whole is there."""
    path = tmp_path / "results.jsonl"
    store = Store.begin(path, SETTING)
    store.add(Result(10, "native", "load", 0, {"heap": 1.0}))
    store.add(Result(10, "native", "load", 1, {"heap": 3.0}))
    path.write_text(path.read_text("utf-8")[:-9], "utf-8")
    again = Store.load(path)
    assert again.setting == SETTING
    assert again.has(10, "native", "load", 0)
    assert not again.has(10, "native", "load", 1)
    again.add(Result(10, "native", "load", 1, {"heap": 2.0}))
    assert Store.load(path).medians(10) == {"native": {"heap": 1.5}}


def test_a_failure_is_told_until_it_is_made_good(tmp_path: Path) -> None:
    """A visit that failed is made again on resuming, and its reason goes with its success."""
    store = Store.begin(tmp_path / "results.jsonl", SETTING)
    store.add(Result(10, "native", "none", 0, reason="no page"))
    store.add(Result(10, "katex", "jump", 0, reason="jump: lost"))
    assert store.reasons(10) == {"native": "no page", "katex": "jump: lost"}
    assert not store.has(10, "katex", "jump", 0)
    for name in ("native", "katex"):
        store.add(Result(10, name, "jump", 0, {"drift": 0.0}))
    assert store.reasons(10) == {}
    assert store.has(10, "katex", "jump", 0)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A run in which mathward wins at CPU and loses at heap, and one engine was left out."""
    store = Store.begin(tmp_path / "results.jsonl", SETTING)
    for size in (100, 1000):
        for name, cpu, heap in (("native", 0.5, 1.0), ("mathward", 0.6, 9.0), ("katex", 2.0, 3.0)):
            figures = {**LOAD, "typeset_cpu": cpu, "heap": heap}
            store.add(Result(size, name, "load", 0, figures))
    store.add(Result(1000, "mathjax4", "none", 0, reason="too slow"))
    return store


def test_the_report_says_where_we_lose(store: Store) -> None:
    """Each figure in which a rival is better by a tenth stands in its own line, and no other."""
    lines = list(report.losses(store))
    assert [line.split(".**")[0] for line in lines] == [
        "- **Speed: typeset, CPU s",
        "- **Weight: heap, MB",
    ]
    assert "KaTeX" not in lines[0]
    assert "At 1,000: 9.0 (mathward); native MathML 1.0, KaTeX auto-render 3.0." in lines[1]


def test_the_report_has_every_size_and_every_reason(store: Store) -> None:
    """Tables compare with the floor; what was left out says why."""
    page = report.page(store)
    assert "| **mathward** | 0.10 | 0.60 | 1.2 | – |" in page
    assert "- MathJax 4 eager: too slow." in page
    assert page.index("## 100 formulas") < page.index("## 1,000 formulas")
    assert "$" not in page


def test_the_picture_is_whole(store: Store) -> None:
    """The SVG parses, and names each engine that was measured and no other."""
    texts = ["".join(each.itertext()) for each in ET.fromstring(plot.svg(store)).iter()]
    for engine in ENGINES.values():
        label = engine.label.strip("*")
        shown = any(text.strip() == label for text in texts)
        assert shown == (engine.name in ("native", "mathward", "katex"))


def test_names_in_the_picture_do_not_cover_each_other() -> None:
    """Names keep their order, their distance and above the bottom."""
    assert plot.spread([50, 10, 51], 15, 100) == [50, 10, 65]
    assert plot.spread([99, 99, 98], 15, 100) == [85, 100, 70]
