"""The results as a picture: CPU until typeset over the size of the page, and what moves.

Plain SVG by hand, readable on light and dark ground; lines are named where they end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import log10
from typing import Final

from .engines import ENGINES, FLOOR, OURS
from .report import reference_size
from .store import Store

_WIDTH, _HEIGHT = 960, 440
_TOP, _BOTTOM = 64, 388
_LINES = (56, 380)  # left and right edge of the panel of lines
_NAMES = 404
_BARS = (800, 912)
_ROW = 15  # the least distance of two names
_SHIFTS = ("load_shift", "scroll_shift", "jump_shift")
_TICKS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)  # seconds
_READABLE = "readable"
"""The name of a line that is none of an engine: when our page can be read."""

_STYLE: Final = """
text { font: 12.5px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 14px }
.axis, .value { fill: #5d6570 }
.grid { stroke: #e3e6ea }
.line { fill: none; stroke: #9aa2ad; stroke-width: 1.6; stroke-linejoin: round }
.dot { fill: #9aa2ad }
.leader { fill: none; stroke: #c5cad1 }
.bar { fill: #b6bcc5 }
.floor .line { stroke: #1a7f4b; stroke-dasharray: 5 3 } .floor .dot { fill: #1a7f4b }
.floor text { fill: #17693f }
.ours .line { stroke: #c2410c; stroke-width: 2.6 } .ours .dot, .ours .bar { fill: #c2410c }
.ours text { fill: #b03a08; font-weight: 600 }
.ours.plain .line { stroke-dasharray: 7 4 }
.ours.reading .line { stroke-width: 1.6; stroke-dasharray: 2 3 }
@media (prefers-color-scheme: dark) {
text { fill: #d8dbe0 } .axis, .value { fill: #9aa2ad }
.grid { stroke: #33373e } .line { stroke: #7d8590 } .dot { fill: #7d8590 }
.leader { stroke: #4a5059 } .bar { fill: #5b626c }
.floor .line { stroke: #5fc98f } .floor .dot { fill: #5fc98f } .floor text { fill: #74d39f }
.ours .line { stroke: #ff9a62 } .ours .dot, .ours .bar { fill: #ff9a62 }
.ours text { fill: #ffab7a }
}
"""


def svg(store: Store) -> str:
    """The picture of these results."""
    size = reference_size(store)
    label = f"CPU until typeset, and layout shift at {size:,} formulas, for each engine"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'role="img" aria-label="{label}">',
        f"<style>{_STYLE}</style>",
        *_curves(store),
        *_bars(store, size),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


# --- lines ---------------------------------------------------------------------------------------


def _curves(store: Store) -> Iterator[str]:
    """CPU over size, both axes logarithmic, for every engine that has a figure."""
    values = {name: list(_points(store, name, "typeset_cpu")) for name in ENGINES}
    values[_READABLE] = next(
        filter(None, (list(_points(store, name, "readable_cpu")) for name in reversed(OURS))), []
    )
    values = {name: points for name, points in values.items() if points}
    times = [time for points in values.values() for _, time in points]
    low = log10(max([tick for tick in _TICKS if tick <= min(times)], default=_TICKS[0]))
    high = log10(min([tick for tick in _TICKS if tick >= max(times)], default=_TICKS[-1]))
    across = _Scale(log10(store.sizes[0]), log10(store.sizes[-1]), *_LINES)
    up = _Scale(low, high, _BOTTOM, _TOP)
    yield f'<text class="title" x="{_LINES[0] - 40}" y="26">CPU until the first screen is typeset'
    yield '<tspan class="axis" font-weight="400"> seconds, by formulas on the page</tspan></text>'
    yield from _grid(store.sizes, across, up)
    ends = {name: up(log10(points[-1][1])) for name, points in values.items()}
    places = dict(zip(ends, spread(list(ends.values()), _ROW, _BOTTOM), strict=True))
    for name in sorted(values, key=lambda each: each in (*OURS, _READABLE)):
        drawn = [(across(log10(size)), up(log10(time))) for size, time in values[name]]
        yield from _curve(name, drawn, places[name], _said(values[name][-1], store))


def _points(store: Store, name: str, figure: str) -> Iterator[tuple[int, float]]:
    for size in store.sizes:
        if time := store.medians(size).get(name, {}).get(figure):
            yield size, time


def _grid(sizes: Sequence[int], across: _Scale, up: _Scale) -> Iterator[str]:
    for time in _TICKS:
        if up.low <= log10(time) <= up.high:
            y = up(log10(time))
            yield f'<path class="grid" d="M{_LINES[0]} {y:.1f}H{_LINES[1]}"/>'
            yield (
                f'<text class="axis" x="{_LINES[0] - 8}" y="{y + 4:.1f}" text-anchor="end">'
                f"{time:g}</text>"
            )
    for size in sizes:
        x = across(log10(size))
        yield (
            f'<text class="axis" x="{x:.1f}" y="{_BOTTOM + 22}" text-anchor="middle">'
            f"{size:,}</text>"
        )


def _curve(
    name: str, drawn: Sequence[tuple[float, float]], place: float, last: str
) -> Iterator[str]:
    (x, y), path = drawn[-1], "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn)
    yield f'<g class="{_kind(name)}"><path class="line" d="M{path}"/>'
    for left, top in drawn:
        yield f'<circle class="dot" cx="{left:.1f}" cy="{top:.1f}" r="2.6"/>'
    yield f'<path class="leader" d="M{x + 5:.1f} {y:.1f}L{_NAMES - 4} {place:.1f}"/>'
    yield (
        f'<text x="{_NAMES}" y="{place + 4:.1f}">{_label(name)} '
        f'<tspan class="value" font-weight="400">{last}</tspan></text></g>'
    )


def _said(end: tuple[int, float], store: Store) -> str:
    """The last value of a line, and at which size where that is not the largest."""
    size, time = end
    return f"{time:.2f}" if size == store.sizes[-1] else f"{time:.2f} at {size:,}"


def spread(wanted: Sequence[float], least: float, bottom: float) -> list[float]:
    """Places near the wanted ones, in their order, each ``least`` or more below the one above."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    places = [0.0] * len(wanted)
    limit = bottom - least * (len(wanted) - 1)
    above = float("-inf")
    for index in order:
        above = places[index] = max(above + least, min(wanted[index], limit))
        limit += least
    return places


# --- bars ----------------------------------------------------------------------------------------


def _bars(store: Store, size: int) -> Iterator[str]:
    """The whole layout shift of each engine at one size."""
    medians = store.medians(size)
    shifts = {
        name: sum(medians[name].get(each, 0) for each in _SHIFTS)
        for name in ENGINES
        if "load_shift" in medians.get(name, {})
    }
    across = _Scale(0, max([0.1, *shifts.values()]), *_BARS)
    yield f'<text class="title" x="{_BARS[1]}" y="26" text-anchor="end">Layout shift'
    yield f'<tspan class="axis" font-weight="400"> at {size:,} formulas</tspan></text>'
    step = min(34, (_BOTTOM - _TOP) / max(1, len(shifts)))
    for row, (name, shift) in enumerate(shifts.items()):
        y = _TOP + step * (row + 0.5)
        end = max(across(shift), _BARS[0] + 1)
        yield f'<g class="{_kind(name)}">'
        yield f'<text x="{_BARS[0] - 8}" y="{y + 4:.1f}" text-anchor="end">{_label(name)}</text>'
        yield (
            f'<rect class="bar" x="{_BARS[0]}" y="{y - 7:.1f}" width="{end - _BARS[0]:.1f}"'
            f' height="14" rx="2"/>'
        )
        yield f'<text class="value" x="{end + 6:.1f}" y="{y + 4:.1f}">{shift:.2f}</text></g>'


# --- both ----------------------------------------------------------------------------------------


class _Scale:
    """From a value between ``low`` and ``high`` to a place between ``start`` and ``end``."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high = low, high if high > low else low + 1
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self._start + share * (self._end - self._start)


def _kind(name: str) -> str:
    if name == FLOOR:
        return "floor"
    if name in (*OURS, _READABLE):
        return {OURS[1]: "ours", _READABLE: "ours reading"}.get(name, "ours plain")
    return "rival"


def _label(name: str) -> str:
    if name == _READABLE:
        return "mathward, readable"
    label = ENGINES[name].label.replace("*", "").replace("`", "")
    return escape(label.replace(", accessibility off", ", a11y off"))
