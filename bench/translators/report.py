"""Writes the results: a table for each engine, what the control lost, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from moments import MOMENTS, Run

MARKS = ("<!-- results -->", "<!-- end of results -->")


def findings(runs: Sequence[Run]) -> list[str]:
    """One line per thing that is wrong: on our pages anything, on the control that it survived."""
    lines = [
        f"{run.engine}, {run.page}, {run.moment}, {run.setting}: {wrong}"
        for run in runs
        if not run.control
        for wrong in run.score.wrong
    ]
    engines = dict.fromkeys(run.engine for run in runs if run.control)
    for engine in engines:
        scores = [run.score for run in runs if run.control and run.engine == engine]
        if all(score.formulas[0] == score.formulas[1] for score in scores):
            lines.append(f"{engine}: the control lost no formula, so the harness proves nothing")
    return lines


def markdown(runs: Sequence[Run], absent: Sequence[str], version: str) -> str:
    """The results as Markdown."""
    lines = [f"Measured on {date.today().isoformat()} with mathward {version}.", ""]
    for engine in dict.fromkeys(run.engine for run in runs):
        lines += [f"### {engine}", "", *_table([run for run in runs if run.engine == engine]), ""]
    lines += [f"Not run, or not to the end: {reason}.\n" for reason in absent]
    wrong = findings(runs)
    good = "Nothing was lost on any page of ours." if runs else "No translator could be had here."
    lines += [_code(line) for line in wrong] or [good]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    """Put the results between the marks of a page, and leave what was written by hand."""
    page = path.read_text("utf-8")
    before, _, rest = page.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    if not rest or MARKS[1] not in rest:
        raise SystemExit(f"{path} has no {MARKS[0]} and {MARKS[1]}")
    path.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}", "utf-8")


def _code(line: str) -> str:
    """An item whose TeX stays as it is."""
    return "- `" + line.replace("`", "'") + "`"


def _table(runs: Sequence[Run]) -> Iterator[str]:
    """A row per page and setting; a cell per moment: formulas, blocks and gaps that are right."""
    yield "| page | setting | " + " | ".join(MOMENTS) + " | restored |"
    yield "|---|---|" + "---|" * (len(MOMENTS) + 1)
    for page, setting in dict.fromkeys((run.page, run.setting) for run in runs):
        row = [run for run in runs if (run.page, run.setting) == (page, setting)]
        cells = [next((_cell(run) for run in row if run.moment == name), "") for name in MOMENTS]
        again = [run.restored for run in row if run.restored is not None]
        cells.append("" if not again else "yes" if all(again) else "no")
        yield f"| {page} | {setting} | " + " | ".join(cells) + " |"


def _cell(run: Run) -> str:
    score = run.score
    return " · ".join(f"{good}/{of}" for good, of in (score.formulas, score.blocks, score.gaps))
