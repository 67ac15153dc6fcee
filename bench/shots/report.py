"""The results as a page of the site: what is seen, what tolerances let pass, and how fast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from string import Template
from typing import Any, Final

from .speed import VISITS, WAYS
from .store import Log

_PAGE: Final = Template((Path(__file__).parent / "page.md.template").read_text("utf-8"))
_TOLERANCES: Final = (0.0, 0.001, 0.01)
_BETTER: Final = 0.95
_LEVELS: Final = {
    "source": "Markdown",
    "html": "page",
    "mathml": "MathML",
    "drawing": "drawing",
}
_FAULTS: Final = {
    "digit": "another digit",
    "sign": "another sign",
    "script": "sub- for superscript",
    "bracket": "bracket missing",
    "rows": "rows of a matrix swapped",
    "number": "wrong equation number",
    "rule": "fraction bar missing",
    "font": "another font",
    "weight": "bold",
    "size": "4 % larger",
    "shift": "shifted by 1 px",
    "overlap": "over its neighbour",
    "ground": "colour of the ground",
    "clipped": "clipped",
    "missing": "missing",
    "doubled": "twice",
    "error": "TeX error",
    "untypeset": "not typeset",
}


def page(faults: Log, silence: Log, speed_log: Log) -> str:
    """The page's Markdown; ``""`` while a part has not been run."""
    settings = [log.read()[0] for log in (faults, silence, speed_log)]
    if None in settings:
        return ""
    setting = settings[-1]
    assert setting is not None  # noqa: S101 - seen above
    return _PAGE.substitute(
        date=setting.date,
        versions=", ".join(f"{name} {version}" for name, version in setting.versions.items()),
        machine=setting.machine,
        load=f"{setting.load:.1f}",
        summary=summary(faults, silence, speed_log),
        sensitivity=sensitivity(faults),
        pages=pages(faults),
        silence=quiet(silence),
        speed=speed(speed_log),
        losses="\n".join(losses(faults, speed_log)) or "- In none of these figures.",
    )


def pages(log: Log) -> str:
    """What the faults were put into."""
    is_cut = all(each["page"].startswith("cut/") for each in log.read()[1])
    return "parts of a screen or two of" if is_cut else "whole"


# --- sensitivity ---------------------------------------------------------------------------------


def sensitivity(log: Log) -> str:
    """A table: for each fault how many were noticed and named, and what tolerances let pass."""
    records = log.read()[1]
    lines = [
        "| fault | put into | trials | noticed | named | by pixels alone |"
        " pixelmatch, no tolerance | 0.1 % | 1 % |",
        "| --- | --- |" + " ---: |" * 7,
    ]
    for kind, level in dict.fromkeys((each["kind"], each["level"]) for each in records):
        group = [each for each in records if (each["kind"], each["level"]) == (kind, level)]
        lines.append(_row(_FAULTS[kind], _LEVELS[level], group))
    lines.append(_row("**all**", "", records))
    return "\n".join(lines)


def _row(title: str, level: str, group: Sequence[dict[str, Any]]) -> str:
    counts = [sum(each[key] for each in group) for key in ("noticed", "named", "by_pixels")]
    passed = [f"{len(unnoticed(group, each))} pass" for each in _TOLERANCES]
    cells = [title, level, str(len(group)), *map(str, counts), *passed]
    return f"| {' | '.join(cells)} |"


def unnoticed(records: Sequence[dict[str, Any]], tolerance: float) -> list[dict[str, Any]]:
    """The faults that a comparison with that tolerance lets pass."""
    return [each for each in records if each["ratio"] is not None and each["ratio"] <= tolerance]


def quiet(log: Log) -> str:
    """A sentence: how often something was told though nothing had changed."""
    records = log.read()[1]
    false = [each["told"] for each in records if each["told"]]
    said = f"{len(false)} false alarms in {len(records)} runs without a change."
    return said + "".join(f"\n- {each}" for each in false)


# --- speed ---------------------------------------------------------------------------------------


def speed(log: Log) -> str:
    """A table: seconds for each page, medians of the rounds, and how many times as fast."""
    records = log.read()[1]
    titles = {"cold": "first time", "unchanged": "unchanged", "changed": "one formula changed"}
    lines = [
        "| | " + " | ".join(f"{titles[visit]}, s | ×" for visit in VISITS) + " |",
        "| --- |" + " ---: |" * 2 * len(VISITS),
    ]
    for way in WAYS:
        cells = [cell for visit in VISITS for cell in _cells(records, way, visit)]
        label = "screenshot and pixelmatch" if way == "naive" else f"**`{way}`**"
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(records: Sequence[dict[str, Any]], way: str, visit: str) -> tuple[str, str]:
    own, base = seconds(records, way, visit), seconds(records, "naive", visit)
    return (f"{own:.2f}", f"{base / own:.1f}") if own and base else ("–", "–")


def seconds(records: Sequence[dict[str, Any]], way: str, visit: str) -> float:
    """The median over the rounds; 0 if there is none."""
    found = [r["seconds"] for r in records if (r["way"], r["visit"]) == (way, visit)]
    return median(found) if found else 0.0


# --- words ---------------------------------------------------------------------------------------


def summary(faults: Log, silence: Log, speed_log: Log) -> str:
    """What the figures say, in a few sentences."""
    records, times = faults.read()[1], speed_log.read()[1]
    named = sum(each["named"] for each in records)
    wrong, total = len([r for r in silence.read()[1] if r["told"]]), len(silence.read()[1])
    passed = [len(unnoticed(records, each)) for each in (0.001, 0.01)]
    fast = seconds(times, "naive", "unchanged") / (seconds(times, WAYS[-1], "unchanged") or 1)
    return (
        f"Of {len(records)} pages with one wrong formula each, `mathward shots` reports and names"
        f" {named}; in {total} runs without a change, over as many fresh browsers, it raises"
        f" {wrong} false alarms. Of the same {len(records)} faults a full-page comparison with the"
        f" usual tolerance of 0.1 % lets {passed[0]} pass unnoticed, with 1 %"
        f" {passed[1]}. A page without changes takes {1 / fast:.2f} of the time."
    )


def losses(faults: Log, speed_log: Log) -> Iterator[str]:
    """A line for each figure in which the usual way does better."""
    times = speed_log.read()[1]
    for visit in VISITS:
        base = seconds(times, "naive", visit)
        for way in WAYS[1:]:
            if base and base < seconds(times, way, visit) * _BETTER:
                own = seconds(times, way, visit)
                yield f"- **{visit}, {way}**: {own:.2f} s a page, the usual way {base:.2f} s."
    for each in faults.read()[1]:
        if not each["named"]:
            how = "noticed, but not named" if each["noticed"] else "not noticed"
            fault = f"{_FAULTS[each['kind']]} ({_LEVELS[each['level']]})"
            yield f"- {fault} on {each['page']}: {how}."
