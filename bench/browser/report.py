"""The results as a page of the site: tables, how they were made, and where mathward loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Final

from ..setting import Setting
from .engines import ENGINES, FLOOR, LAZY, OURS
from .figures import FIGURES, Figure, Table
from .store import Store

Medians = Mapping[str, Mapping[str, float]]

PLOT: Final = "images/browser-benchmark.svg"

_PAGE: Final = Template((Path(__file__).parent / "page.md.template").read_text("utf-8"))

_TABLES: Final[Mapping[Table, str]] = {
    "speed": "Speed",
    "stability": "Stability",
    "weight": "Weight",
    "slow": "Slow processor",
}
_BETTER: Final = 0.9  # of our value; closer ones count as equal


def page(store: Store) -> str:
    """The page's Markdown."""
    return _PAGE.substitute(
        plot=PLOT,
        shown=f"{reference_size(store):,}",
        summary=_summary(store),
        losses="\n".join(losses(store)) or "Nowhere in these figures.",
        tables="".join(_section(store, size) for size in store.sizes),
        **_setting(store.setting),
    )


def reference_size(store: Store) -> int:
    """The size that speaks for all: 1,000, or the nearest that was measured."""
    return min(store.sizes, key=lambda size: abs(size - 1000))


def _setting(setting: Setting) -> dict[str, str]:
    versions = ", ".join(f"{name} {version}" for name, version in setting.versions.items())
    return {
        "date": setting.date,
        "versions": versions,
        "machine": setting.machine,
        "load": f"{setting.load:.1f}",
    }


def _summary(store: Store) -> str:
    """What the reference size says about us in two sentences."""
    size = reference_size(store)
    medians = store.medians(size)
    lines = []
    for name in OURS:
        own = medians.get(name, {})
        if "typeset_cpu" not in own:
            continue
        shift = sum(own.get(each, 0) for each in ("load_shift", "scroll_shift", "jump_shift"))
        lines.append(
            f"At {size:,} formulas {_label(name)} can be read after {own['readable_cpu']:.2f} s of"
            f" CPU and is typeset after {own['typeset_cpu']:.2f} s"
            f"{_against(medians, own['typeset_cpu'])}, with a layout shift of {shift:.3f} in all."
        )
    return "\n".join(lines)


def _against(medians: Medians, value: float) -> str:
    parts = [
        f"{ratio} the time of {_label(name)}"
        for name in (LAZY, FLOOR)
        if (ratio := _ratio(value, medians, name))
    ]
    return f" ({', '.join(parts)})" if parts else ""


# --- tables ------------------------------------------------------------------------------------


def _section(store: Store, size: int) -> str:
    medians, rounds = store.medians(size), store.rounds(size)
    said = f"{rounds} rounds" if rounds > 1 else "One round"
    parts = [f"## {size:,} formulas\n\n{said}.\n"]
    for table, title in _TABLES.items():
        if rows := list(_rows(medians, table)):
            parts.append(f"**{title}**\n\n" + "\n".join(rows) + "\n")
    parts += [
        f"- {_label(engine)}: {reason}.\n"
        for engine, reason in store.reasons(size).items()
        if engine in ENGINES
    ]
    return "\n".join(parts) + "\n"


def _rows(medians: Medians, table: Table) -> Iterator[str]:
    """A Markdown table; nothing if there is no figure of it."""
    figures = [each for each in FIGURES if each.table == table]
    engines = [name for name in ENGINES if any(f.name in medians.get(name, {}) for f in figures)]
    if not engines:
        return
    titles = [column for figure in figures for column in _titles(figure)]
    yield f"| | {' | '.join(titles)} |"
    yield "| --- |" + " ---: |" * len(titles)
    for name in engines:
        cells = [cell for figure in figures for cell in _cells(figure, name, medians)]
        yield f"| {ENGINES[name].label} | {' | '.join(cells)} |"


def _titles(figure: Figure) -> Sequence[str]:
    return (figure.title, "× MathML", "× lazy") if _is_compared(figure) else (figure.title,)


def _cells(figure: Figure, name: str, medians: Medians) -> Sequence[str]:
    own = medians[name]
    value = own.get(figure.name)
    if value is None:
        return ["–"] * len(_titles(figure))
    shown = figure.shown(value)
    if figure.name == "wrong_numbers":
        shown += f" of {own['numbers']:.0f}"
    if not _is_compared(figure):
        return [shown]
    lazy = medians.get(LAZY, {}).get(figure.name)
    floor = medians.get(FLOOR, {}).get(figure.name)
    return [shown, *(f"{value / base:.1f}" if base else "–" for base in (floor, lazy))]


def _is_compared(figure: Figure) -> bool:
    return figure.name == "typeset_cpu"


def _ratio(value: float, medians: Medians, name: str) -> str:
    base = medians.get(name, {}).get("typeset_cpu")
    return f"{value / base:.1f} times" if base else ""


# --- losses ------------------------------------------------------------------------------------


def losses(store: Store) -> Iterator[str]:
    """A line for each figure in which another engine is better than ours, at each size."""
    for figure in FIGURES:
        parts = [part for size in store.sizes for part in _lost(figure, store.medians(size), size)]
        if parts:
            yield f"- **{_TABLES[figure.table]}: {figure.title}.** {' '.join(parts)}"


def _lost(figure: Figure, medians: Medians, size: int) -> Iterator[str]:
    """What is to be said of one figure at one size: our better line, and all that beat it."""
    own = {name: medians[name][figure.name] for name in OURS if _has(medians, name, figure)}
    if not own:
        return
    name, value = min(own.items(), key=lambda item: item[1])
    better = {
        other: medians[other][figure.name]
        for other in ENGINES
        if other not in OURS
        and _has(medians, other, figure)
        and _beats(figure, medians[other][figure.name], value)
    }
    if better:
        said = ", ".join(
            f"{_label(other)} {figure.shown(theirs)}"
            for other, theirs in sorted(better.items(), key=lambda item: item[1])
        )
        yield f"At {size:,}: {figure.shown(value)} ({_label(name)}); {said}."


def _beats(figure: Figure, theirs: float, ours: float) -> bool:
    return theirs < ours * _BETTER and (ours - theirs) * figure.scale > figure.noise


def _has(medians: Medians, name: str, figure: Figure) -> bool:
    return figure.name in medians.get(name, {})


def _label(name: str) -> str:
    return ENGINES[name].label.replace("*", "")
