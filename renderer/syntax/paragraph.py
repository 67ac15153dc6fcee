r"""Paragraphs and setext headings, with display formulas as part of them (G4).

A display formula does not end a paragraph.  One that opens first on a line (the block form) is
settled here, its extent handed to the inline rules; the lines of one that opens inside text are
kept from being read as lists, quotes, tables or headings.

      Then
      \[          <- block form: the lines to its closer belong to the paragraph,
      a           <- whatever they look like
      =           <- no setext underline
      \]
      follows.
"""

from __future__ import annotations

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock

from .. import finders
from ..finders import Match
from .block import is_interrupted
from .region import Region
from .state import BlockState

_Found = tuple[Region, Match]


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    assert isinstance(state, BlockState)  # noqa: S101 - our parser makes no other
    old_parent, state.parentType = state.parentType, "paragraph"
    found: list[_Found] = []
    line, underline = _last_line(state, start, end, found)
    text = state.getLines(start, line, state.blkIndent, False)
    content = mdTrim(text)
    lead = text.index(content) if content else len(text)
    state.line = line + (1 if underline else 0)
    tag = {"=": "h1", "-": "h2"}.get(underline, "p")
    kind = "heading" if underline else "paragraph"

    token = state.push(f"{kind}_open", tag, 1)
    token.markup = underline
    token.map = [start, state.line]
    inline = state.push("inline", "", 0)
    inline.content = content
    inline.map = [start + text.count("\n", 0, lead), line]
    inline.children = []
    if found:
        inline.meta["display"] = _spans(found, start, text, lead)
    state.push(f"{kind}_close", tag, -1).markup = underline
    state.parentType = old_parent
    return True


def display_math(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph that begins with a display formula, before any other rule claims its lines."""
    assert isinstance(state, BlockState)  # noqa: S101
    if silent or block_display(state, start, end) is None:
        return False
    return paragraph(state, start, end, silent)


def block_display(state: BlockState, line: int, end: int) -> _Found | None:
    """The display formula of the block form that opens ``line``, with its region."""
    openers = state.display_openers(line)
    if not openers or state.is_code_block(line):
        return None
    start = state.bMarks[line] + state.tShift[line]
    if openers[0] != start and not state.src.startswith("\\\\[", start):
        return None
    region = Region.at(state, line, end)
    place = region.place(state, line, start)
    match = region.block_form(place, llm=state.context.llm)
    _note_open(state, region, line, place, block=True)
    return (region, match) if match else None


def _last_line(state: BlockState, start: int, end: int, found: list[_Found]) -> tuple[int, str]:
    """The line behind the paragraph's last, and the setext marker that ends it or ``""``."""
    may_be_heading = not state.is_code_block(start)
    line = _cover(state, start, end, found) + 1
    while line < state.lineMax and not state.isEmpty(line):
        indent = state.sCount[line]
        # Deeper lines would be code, but not behind text; below zero: a lazy line of a quote.
        if indent - state.blkIndent <= 3 and not _opens(state, line, end):
            if may_be_heading and line < end and (underline := _underline(state, line)):
                return line, underline
            if indent >= 0 and is_interrupted(state, line, end, "paragraph"):
                break
        line = _cover(state, line, end, found) + 1
    return line, ""


def _opens(state: BlockState, line: int, end: int) -> bool:
    return line < end and block_display(state, line, end) is not None


def _underline(state: BlockState, line: int) -> str:
    if state.sCount[line] < state.blkIndent:
        return ""
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    marker = text[:1]
    if marker in ("-", "=") and not text.rstrip(" \t").strip(marker):
        return marker
    return ""


def _cover(state: BlockState, line: int, end: int, found: list[_Found]) -> int:
    """The last line of the display formulas that open on ``line``, or ``line`` itself."""
    if line >= end or not state.display_openers(line):
        return line
    region = Region.at(state, line, end)
    first = block_display(state, line, end)
    behind = 0
    if first is not None:
        found.append(first)
        behind = first[1].end
        line = region.line_of(behind - 1)
    while (last := _cover_in_text(state, region, line, behind)) != (line, behind):
        line, behind = last
    return line


def _cover_in_text(state: BlockState, region: Region, line: int, behind: int) -> tuple[int, int]:
    """The line and offset to which the formulas that open in the text of ``line`` reach."""
    end, llm = len(region.text), state.context.llm
    for source in state.display_openers(line):
        place = region.place(state, line, source)
        if place < behind:
            continue
        match = finders.display(region.table, place, end, llm=llm)
        _note_open(state, region, line, place)
        if match is not None:
            behind = match.end
            last = region.line_of(behind - 1)
            if last != line:
                return last, behind
    return line, behind


def _note_open(
    state: BlockState, region: Region, line: int, place: int, *, block: bool = False
) -> None:
    """Let the context know of the first formula that lines behind the text might close.

    And a block quote that is tried line by line, of one that lines behind its window might.
    """
    context = state.context
    is_new = state.tries and state.farthest < region.last
    if is_new and region.is_open(state, place, block=block):
        state.farthest = region.last
    if not context.grows or region.last < state.line_count:
        return
    if context.open_lines and context.open_lines[-1] <= line:
        return
    if finders.is_display_open(region.table, place, llm=context.llm, block=block):
        context.open_lines.append(line)


def _spans(found: list[_Found], start: int, text: str, lead: int) -> dict[int, Match]:
    """The formulas by their offset in the content, which begins at ``lead`` in ``text``."""
    starts = [0]
    for content in text.split("\n"):
        starts.append(starts[-1] + len(content) + 1)
    spans = {}
    for region, match in found:
        line = region.line_of(match.start)
        place = starts[line - start] + region.column(match.start) - lead
        length = match.end - match.start
        spans[place] = Match(
            place, place + length, match.tex, match.markup, match.display, match.repairs
        )
    return spans
