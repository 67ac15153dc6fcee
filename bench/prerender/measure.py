"""What prerendering costs: for a new formula, for a cached one, in time and on disk.

    python bench/prerender/measure.py [FILE|DIR]... [--runs N]

Takes every different formula of the Markdown files (by default our fixtures) and prints a table.
Wall time means nothing on a busy machine, so the processors' time is given beside it: that of the
browser's processes, by its own account, and that of Python.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from renderer import Formula, render
from renderer.browser.typeset import Query, Typesetter
from renderer.prerender import Prerenderer

FIXTURES = Path(__file__).parents[2] / "fixtures"


@dataclass
class Costs:
    """Of one run, in milliseconds for each formula."""

    wall: float
    browser: float
    python: float


def formulas_of(paths: Sequence[Path]) -> list[Formula]:
    """The different formulas of these files, as a page would hand them to MathJax."""
    found: dict[tuple[str, bool], Formula] = {}
    for path in paths:
        for file in sorted(path.rglob("*.md")) if path.is_dir() else [path]:
            for formula in render(file.read_text("utf-8", errors="replace")).formulas:
                if formula.data_tex:
                    found.setdefault((formula.data_tex, formula.display), formula)
    return list(found.values())


def browser_time(session: Any) -> float:
    """Seconds that all processes of the browser have computed."""
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(each["cpuTime"] for each in processes))


def new(formulas: Sequence[Formula], runs: int) -> Iterator[Costs]:
    """Each run measures all formulas in a browser that is running and has MathJax loaded."""
    typesetter = Typesetter(60)
    try:
        browser = typesetter.open().page.context.browser
        session: Any = browser and browser.new_browser_cdp_session()
        for _ in range(runs):
            start, computed, own = time.perf_counter(), browser_time(session), time.process_time()
            rest = [Query(each.data_tex, each.display, mathml=False) for each in formulas]
            while rest:
                rest = rest[len(typesetter.some(rest, measured=True)) :]
            yield Costs(
                *(
                    seconds * 1000 / len(formulas)
                    for seconds in (
                        time.perf_counter() - start,
                        browser_time(session) - computed,
                        time.process_time() - own,
                    )
                )
            )
    finally:
        typesetter.close()


def cached(formulas: Sequence[Formula], runs: int, folder: Path) -> Iterator[Costs]:
    """Each run asks for all formulas anew, from the file."""
    for _ in range(runs):
        start, own = time.perf_counter(), time.process_time()
        with Prerenderer(folder) as prerenderer:
            prerenderer(formulas)
        if prerenderer.counts.cached != prerenderer.counts.asked:
            raise SystemExit(f"not all were in the cache: {prerenderer.counts}")
        yield Costs(
            (time.perf_counter() - start) * 1000 / len(formulas),
            0.0,
            (time.process_time() - own) * 1000 / len(formulas),
        )


def row(name: str, costs: Sequence[Costs]) -> str:
    """A line of the table: medians."""
    cells = (
        f"{statistics.median(getattr(each, field) for each in costs):12.3f}"
        for field in ("wall", "browser", "python")
    )
    return f"{name:24}" + "".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[FIXTURES])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    formulas = formulas_of(given.paths)
    out = sys.stdout.write
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Prerenderer(folder, seconds=60) as prerenderer:
            start = time.perf_counter()
            prerenderer(formulas)
            first = time.perf_counter() - start
        if prerenderer.problem:
            raise SystemExit(str(prerenderer.problem))
        size = sum(path.stat().st_size for path in folder.iterdir())
        load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        out(f"{len(formulas):,} different formulas, {prerenderer.counts.failed} failed{load}\n")
        out(f"first run, start of the browser included: {first:.1f} s\n\n")
        out(f"{'ms for each formula':24}{'wall':>12}{'browser CPU':>12}{'Python CPU':>12}\n")
        out(row("new, browser running", list(new(formulas, given.runs))) + "\n")
        out(row("cached", list(cached(formulas, given.runs, folder))) + "\n\n")
        out(f"on disk: {size / len(formulas):.0f} bytes for each formula\n")


if __name__ == "__main__":
    main()
