"""Measures how well a renderer shields formulas on raw answers of language models.

Two ways: against MathJax's FindTeX, and without an oracle by looking for TeX in what a
reader sees and for prose inside formulas.  See README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT))  # the checkout's renderer, installed or not

from engines import ENGINES, Engine, Rendering  # noqa: E402
from oracle import Expected, Oracle, compare, normal  # noqa: E402
from prose import leftovers, suspicious  # noqa: E402

COLUMNS = (
    "docs",
    "oracle",
    "missed",
    "extra",
    "formulas",
    "docs with TeX in prose",
    "command",
    "delimiter",
    "dollars",
    "emphasis",
    "prose",
    "swallowed",
    "untypeset",
    "untypeset, ours",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One text to be judged; ``group`` is the row of the table it counts in."""

    id: str
    group: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with what is needed to see it."""

    kind: str
    id: str
    detail: str
    excerpt: str = ""
    line: int = 0


def answers(path: Path) -> Iterator[Answer]:
    """The answers in a JSON-lines file (``text``, optional ``id``, ``group``) or a folder."""
    if path.is_dir():
        for file in sorted(path.rglob("*.md")):
            yield Answer(str(file.relative_to(path)), path.name, file.read_text("utf-8"))
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            row = json.loads(line)
            yield Answer(str(row.get("id", number)), row.get("group", path.stem), row["text"])


def judge(
    answer: Answer, rendering: Rendering, expected: Sequence[Expected], errors: Sequence[str | None]
) -> Iterator[Finding]:
    """Everything wrong with the rendering of one answer."""
    missed, extra = compare(expected, rendering.formulas)
    for lost in missed:
        line = answer.text.count("\n", 0, lost.start) + 1
        around = answer.text[max(0, lost.start - 80) : lost.start + len(lost.tex) + 40]
        tex = normal(lost.tex)
        instead = [normal(f.tex) for f in extra if normal(f.tex) in tex or tex in normal(f.tex)]
        detail = f"{lost.open} {tex}" + (f"  INSTEAD {instead[0]}" if instead else "")
        yield Finding("missed", answer.id, detail, around, line)
    for formula in extra:
        yield Finding(
            "extra", answer.id, f"{formula.markup} {normal(formula.tex)}", "", formula.line
        )
    for kind, excerpt in leftovers(rendering.html):
        yield Finding(kind, answer.id, excerpt)
    known = {normal(e.tex) for e in expected}
    for formula, error in zip(rendering.formulas, errors, strict=True):
        for kind, excerpt in suspicious(formula.tex):
            yield Finding(kind, answer.id, excerpt, formula.tex, formula.line)
        if error:
            # TeX that the oracle holds for a formula too is broken by its author, not by us
            theirs = normal(formula.tex) in known
            kind = "untypeset" if theirs else "untypeset, ours"
            shown = f"{formula.markup} {formula.data_tex}"
            yield Finding(kind, answer.id, error, shown, formula.line)


def measure(
    texts: Sequence[Answer], engine: Engine, oracle: Oracle
) -> tuple[dict[str, Counter[str]], list[Finding]]:
    """The table, one row of counts per group, and every finding."""
    renderings = [engine(answer.text) for answer in texts]
    expected = oracle.formulas([answer.text for answer in texts])
    asked = [(f.data_tex, f.display) for r in renderings for f in r.formulas]
    told = iter(oracle.errors(asked))
    table: dict[str, Counter[str]] = defaultdict(Counter)
    findings: list[Finding] = []
    for answer, rendering, wanted in zip(texts, renderings, expected, strict=True):
        found = list(judge(answer, rendering, wanted, [next(told) for _ in rendering.formulas]))
        kinds = Counter(finding.kind for finding in found)
        row = Counter(docs=1, oracle=len(wanted), formulas=len(rendering.formulas)) + kinds
        if any(kinds[k] for k in ("command", "delimiter", "dollars", "emphasis")):
            row["docs with TeX in prose"] = 1
        table[answer.group] += row
        findings += found
    return dict(table), findings


def show(table: dict[str, Counter[str]], out: TextIO) -> None:
    """Write the table: a column per group, a line per count, shares where they mean something."""
    total = sum(table.values(), Counter[str]())
    columns = {**table, "all": total}
    out.write(f"{'':24}" + "".join(f"{name[:15]:>16}" for name in columns) + "\n")
    for label in COLUMNS:
        cells = "".join(f"{_cell(label, counts):>16}" for counts in columns.values())
        out.write(f"{label:24}{cells}\n")


def _cell(label: str, counts: Counter[str]) -> str:
    base = {"missed": "oracle", "docs with TeX in prose": "docs"}.get(label)
    if base and counts[base]:
        return f"{counts[label]} ({counts[label] / counts[base]:.1%})"
    return str(counts[label])


def write_findings(findings: Sequence[Finding], path: Path) -> None:
    """Write one JSON line per finding, the gravest kinds first."""
    order = ("missed", "untypeset, ours", "swallowed", "prose", "emphasis", "dollars", "delimiter")
    rank = {kind: place for place, kind in enumerate(order)}
    with path.open("w", encoding="utf-8") as out:
        for finding in sorted(findings, key=lambda f: rank.get(f.kind, len(order))):
            shown = {name: getattr(finding, name) for name in Finding.__slots__}
            out.write(json.dumps(shown, ensure_ascii=False) + "\n")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, help="JSON-lines files or folders of .md")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="mathward")
    parser.add_argument("--profile", choices=("llm", "strict"), default="llm")
    parser.add_argument("--mathjax", type=Path, default=_ROOT / "node_modules", metavar="FOLDER")
    parser.add_argument("--findings", type=Path, default=Path("findings.jsonl"), metavar="FILE")
    given = parser.parse_args()
    texts = [answer for path in given.paths for answer in answers(path)]
    engine = ENGINES[given.engine](given.profile)
    table, findings = measure(texts, engine, Oracle(given.mathjax))
    show(table, sys.stdout)
    write_findings(findings, given.findings)
    sys.stderr.write(f"{len(findings)} findings in {given.findings}\n")


if __name__ == "__main__":
    main()
