"""The figures as a page of the site: tables, and where mathward loses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Final

from .engines import ENGINES
from .figures import Figures

Sizes = Mapping[int, Mapping[str, Figures]]

_PAGE: Final = Template((Path(__file__).parent / "page.md.template").read_text("utf-8"))
_OURS: Final = "mathward"
_BETTER: Final = 0.9  # of our value; closer ones count as equal


@dataclass(frozen=True)
class Column:
    """A column of the tables: how a figure is shown, and ``value`` where less is better."""

    title: str
    shown: Callable[[Figures], str]
    value: Callable[[Figures], float | None] = lambda each: None


def _factor(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f} ×"


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{100 * value:.0f} %"


_COLUMNS: Final = (
    Column("rendering", lambda each: f"{1000 * each.once:,.0f} ms", lambda each: each.once),
    Column("all chunks", lambda each: f"{each.cpu:,.1f} s", lambda each: each.cpu),
    Column("total", lambda each: _factor(each.total), lambda each: each.total),
    Column("p99", lambda each: f"{each.p99:,.1f} ms", lambda each: each.p99),
    Column("worst", lambda each: f"{each.worst:,.0f} ms", lambda each: each.worst),
    Column("sent", lambda each: _factor(each.sent), lambda each: each.sent),
    Column("same", lambda each: "yes" if each.same else "no"),
    Column("lost", lambda each: f"{each.lost:,} of {each.meant:,}", lambda each: each.lost),
    Column("red", lambda each: _percent(each.red), lambda each: each.red),
    Column(
        "flicker",
        lambda each: "—" if each.flicker is None else f"{each.flicker:.2f}",
        lambda each: each.flicker,
    ),
)


def page(sizes: Sizes, setting: Mapping[str, str]) -> str:
    """The page's Markdown."""
    return _PAGE.substitute(
        summary=_summary(sizes),
        sizes=_listed([f"{size:,}" for size in sizes]),
        losses="\n".join(losses(sizes)) or "Nowhere in these figures.",
        tables="".join(_section(size, sizes[size]) for size in sizes),
        **setting,
    )


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _summary(sizes: Sizes) -> str:
    """What the largest text says about us."""
    size = max(sizes)
    own = sizes[size][_OURS]
    return (
        f"At {size:,} characters mathward's `Stream` costs {own.total:.1f} renderings in all,"
        f" {own.p99:.1f} ms at most for 99 of 100 chunks, and sends {own.sent:.1f} times the final"
        f" HTML, which it {'equals' if own.same else 'does not equal'}."
    )


def losses(sizes: Sizes) -> Iterator[str]:
    """A line for each figure at each size in which another engine is better."""
    for size, found in sizes.items():
        own = found[_OURS]
        for column in _COLUMNS:
            mine = column.value(own)
            if mine is None:
                continue
            better = [
                f"{ENGINES[name].label} ({column.shown(each)})"
                for name, each in found.items()
                if name != _OURS
                and (value := column.value(each)) is not None
                and value < _BETTER * mine
                and column.shown(each) != column.shown(own)
            ]
            if better:
                yield (
                    f"- {size:,} characters, {column.title}: {column.shown(own)}, against"
                    f" {', '.join(better)}."
                )


def _section(size: int, found: Mapping[str, Figures]) -> str:
    lines: Sequence[str] = (
        f"## {size:,} characters\n",
        f"| | {' | '.join(column.title for column in _COLUMNS)} |",
        "| --- |" + " ---: |" * len(_COLUMNS),
        *(
            f"| {ENGINES[name].label} | {' | '.join(column.shown(each) for column in _COLUMNS)} |"
            for name, each in found.items()
        ),
    )
    return "\n".join(lines) + "\n\n"
