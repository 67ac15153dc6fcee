r"""GFM tables whose cells may hold formulas with bars (L8).

      | c           | formula  |
      |-------------|----------|
      | cardinality | $|V|$    |   <- llm: a bar inside a formula that closes in its row
      | norm        | $\|x\|$  |   <- llm: an even count of \| are norms, an odd one escaped bars

The alignment becomes a class, since no output of ours has a style attribute.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from markdown_it.rules_block import StateBlock

from .. import finders
from ..delimiters import Delimiters
from .block import is_interrupted
from .paragraph import block_display
from .state import BlockState

_RULER = re.compile(r"[-:|][-:| \t]*\Z")
_COLUMN = re.compile(r":?-+:?\Z")
_ALIGN: Final = {(True, True): "md-center", (False, True): "md-right", (True, False): "md-left"}
# An empty cell costs more than the missing bar that makes it (markdown-it issue 1000).
_MAX_FILLED: Final = 0x10000
_BARS = re.compile(r"\\\||\\\\|\|")
_MATH_MARK = re.compile(r"\$|\\[(\[]|\\boxed\{")


class Cell(NamedTuple):
    """The text of a cell and where its parts stand: pairs of an offset in it and in the source."""

    text: str
    at: tuple[tuple[int, int], ...]


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    assert isinstance(state, BlockState)  # noqa: S101 - our parser makes no other
    aligns = _aligns(state, start, end)
    if not aligns or "|" not in state.src[state.bMarks[start] : state.eMarks[start]]:
        return False
    header = _cells(state, start, len(aligns))
    if len(header) != len(aligns):
        return False
    if silent:
        return True
    old_parent, state.parentType = state.parentType, "table"
    opened = state.push("table_open", "table", 1)
    state.push("thead_open", "thead", 1).map = [start, start + 1]
    _row(state, start, "th", header, aligns)
    state.push("thead_close", "thead", -1)
    line = _body(state, start + 2, end, aligns)
    state.push("table_close", "table", -1)
    opened.map = [start, line]
    state.parentType = old_parent
    state.line = line
    return True


def _aligns(state: BlockState, start: int, end: int) -> list[str]:
    """The class of each column, read from the line under the header; empty: no table."""
    line = start + 1
    if line >= end or state.sCount[line] < state.blkIndent:
        return []
    if state.is_code_block(line) or state.is_code_block(start):
        return []
    text = _line(state, line)
    if not _RULER.match(text) or len(text) < 2 or (text[0] == "-" and text[1].isspace()):
        return []
    columns = [column.strip() for column in text.split("|")]
    if columns and not columns[0]:
        columns.pop(0)
    if columns and not columns[-1]:
        columns.pop()
    if not all(_COLUMN.match(column) for column in columns):
        return []
    return [_ALIGN.get((column[0] == ":", column[-1] == ":"), "") for column in columns]


def _line(state: BlockState, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _body(state: BlockState, first: int, end: int, aligns: list[str]) -> int:
    """Push the rows from ``first`` on; return the line behind the table."""
    line, filled = first, 0
    while line < end and not _is_end(state, line, end):
        if is_interrupted(state, line, end, "blockquote"):
            break
        cells = _cells(state, line, len(aligns))
        filled += max(0, len(aligns) - len(cells))
        if filled > _MAX_FILLED:
            break
        if line == first:
            body = state.push("tbody_open", "tbody", 1)
        _row(state, line, "td", cells, aligns)
        line += 1
    if line > first:
        state.push("tbody_close", "tbody", -1)
        body.map = [first, line]
    return line


def _is_end(state: BlockState, line: int, end: int) -> bool:
    return (
        state.sCount[line] < state.blkIndent
        or state.isEmpty(line)
        or state.is_code_block(line)
        or block_display(state, line, end) is not None
    )


def _row(state: BlockState, line: int, tag: str, cells: list[Cell], aligns: list[str]) -> None:
    state.push("tr_open", "tr", 1).map = [line, line + 1]
    for index, align in enumerate(aligns):
        opened = state.push(f"{tag}_open", tag, 1)
        if align:
            opened.attrs = {"class": align}
        inline = state.push("inline", "", 0)
        inline.map = [line, line + 1]
        inline.children = []
        if index < len(cells):
            inline.content = cells[index].text
            inline.meta["at"] = cells[index].at
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _cells(state: BlockState, line: int, columns: int) -> list[Cell]:
    """The cells of a row; bars inside formulas are no borders where the count then fits."""
    source = state.bMarks[line] + state.tShift[line]
    text = state.src[source : state.eMarks[line]].rstrip()
    plain = _split(text, source, [])
    if not state.context.llm or not _MATH_MARK.search(text):
        return plain
    if len(plain) == columns and "\\|" not in text:
        return plain  # a formula with a bar would leave too few
    formulas = _formulas(text)
    masked = _split(text, source, formulas)
    if len(masked) != columns and len(plain) == columns:
        return plain
    return masked


def _formulas(text: str) -> list[tuple[int, int]]:
    """Where the formulas of a row stand that close in it."""
    delimiters = Delimiters(text)
    spans: list[tuple[int, int]] = []
    behind = 0
    for place in sorted({*delimiters.openers, *delimiters.marks.boxed}):
        if place < behind:
            continue
        match = (
            finders.dollar(delimiters, place, len(text), llm=True)
            or finders.parenthesised(delimiters, place, len(text), llm=True)
            or finders.display(delimiters, place, len(text), llm=True)
            or finders.boxed(delimiters, place, len(text))
        )
        if match is not None:
            spans.append((match.start, match.end))
            behind = match.end
    return spans


def _split(text: str, source: int, formulas: list[tuple[int, int]]) -> list[Cell]:
    """Cut ``text`` at the bars that are neither escaped nor inside one of ``formulas``."""
    cells: list[Cell] = []
    begin, dropped = 0, []
    spans = iter([*formulas, (len(text), len(text))])
    span = next(spans)
    for bar in _BARS.finditer(text):
        while bar.start() >= span[1] < len(text):
            span = next(spans)
        inside = span[0] <= bar.start() < span[1]
        if bar.group() == "\\|":
            if not inside or _has_escaped_bars(text, span):
                dropped.append(bar.start())
        elif bar.group() == "|" and not inside:
            cells.append(_cell(text, source, begin, bar.start(), dropped))
            begin, dropped = bar.end(), []
    cells.append(_cell(text, source, begin, len(text), dropped))
    if cells and not text[: text.find("|")].strip() and text.startswith("|"):
        cells.pop(0)
    if cells and text.endswith("|") and not cells[-1].text:
        cells.pop()
    return cells


def _has_escaped_bars(text: str, span: tuple[int, int]) -> bool:
    return text.count("\\|", *span) % 2 == 1


def _cell(text: str, source: int, begin: int, end: int, dropped: list[int]) -> Cell:
    """The cell between two bars, without the backslashes at ``dropped``."""
    inner = text[begin:end].lstrip(" \t")
    begin = end - len(inner)
    inner = inner.rstrip(" \t")
    if not dropped:
        return Cell(inner, ((0, source + begin),))
    end = begin + len(inner)
    parts: list[str] = []
    at: list[tuple[int, int]] = []
    length = 0
    for stop in [*(place for place in dropped if begin <= place < end), end]:
        at.append((length, source + begin))
        parts.append(text[begin:stop])
        length += stop - begin
        begin = stop + 1
    return Cell("".join(parts), tuple(at))
