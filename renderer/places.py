r"""Where in the source is what a formula's TeX says?  For messages that point at a command.

What MathJax is handed differs from what the author wrote: ``>`` and indentation are gone, macros
expanded, numbers written in.  A place is told as exactly as it can be known, else it is the
formula's own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from .commands import sequences
from .document import Formula

_LINE_END = re.compile(r"\r\n?|\n")
_NAMED = re.compile(r"\\(?:(?:begin|end)\s*\{[^{}]*\}|[A-Za-z]+)")
_DROPPED = re.compile(r"\s+|\\label\s*\{[^{}]*\}|\\tag(?:\{[^{}]*(?:\}|\Z)|\Z)")
_SPACE: Final = " \t\r\n"

Place = tuple[int, int]
"""Line and column, one-based."""


def of_commands(formula: Formula, names: Collection[str]) -> Iterator[tuple[str, Place]]:
    """Every place where one of ``names`` stands; the formula's own for one from a macro."""
    found = [s for s in sequences(formula.source) if s.name in names] if names else []
    for sequence in found:
        yield sequence.name, place_of(formula, sequence.offset)
    written = {sequence.name for sequence in found}
    for name in names:
        if name not in written:
            yield name, place_of(formula, 0)


def of_error(formula: Formula, message: str, offset: int) -> Place:
    """The place of what MathJax complains of, having read ``offset`` characters of ``data_tex``."""
    reached = _reached(formula, offset)
    named = _NAMED.search(message)
    before = formula.source.rfind(named[0], 0, reached) if named else -1
    if before < 0 and not reached and named:
        before = formula.source.find(named[0])
    return place_of(formula, before if before >= 0 else max(reached - 1, 0))


def _reached(formula: Formula, offset: int) -> int:
    """How far into the source ``offset`` characters of ``data_tex`` reach; 0 if unknown."""
    place = 0
    for line in formula.tex[: _read(formula, offset)].split("\n"):
        part = line.strip(_SPACE)
        found = formula.source.find(part, place)
        if found < 0:
            return 0  # something in it was mended
        place = found + len(part)
    return place


def _read(formula: Formula, offset: int) -> int:
    """How far into ``tex`` they reach; 0 where a macro was expanded before."""
    plain = formula.data_tex[:offset].rstrip(_SPACE)
    if formula.tex.startswith(plain):
        return len(plain)
    read, _ = _bare(plain)
    given, offsets = _bare(formula.tex)
    return offsets[len(read) - 1] + 1 if read and given.startswith(read) else 0


def _bare(tex: str) -> tuple[str, list[int]]:
    """``tex`` without what is put in or taken out on its way, and the offset of what is left."""
    gaps = [found.span() for found in _DROPPED.finditer(tex)]
    starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(tex)]
    offsets = [n for start, end in zip(starts, ends, strict=True) for n in range(start, end)]
    return "".join(tex[n] for n in offsets), offsets


def place_of(formula: Formula, offset: int) -> Place:
    """The place of an offset into the source of a formula."""
    ends = [found.end() for found in _LINE_END.finditer(formula.source, 0, offset)]
    if not ends:
        return formula.lines[0], formula.column + offset
    return formula.lines[0] + len(ends), offset - ends[-1] + 1
