"""What of a growing text is finished at once: blocks, and the parts of lists and tables.

A list is finished item by item and a table row by row, so that a long one is not rendered again
for each piece that arrives.  What follows is then parsed without them, behind a :class:`Frame`
that knows what it is the rest of.

      - an item      <- unit 1, with the beginning of the list
      - another      <- unit 2, inner
                     <- unit 3, inner: the end of the list
      A paragraph    <- unit 4

Next hop: :mod:`renderer.pieces`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markdown_it.token import Token

from .source import Source

_ITEM: Final = {
    "bullet_list_open": "list_item_open",
    "ordered_list_open": "list_item_open",
    "table_open": "tr_open",
}
_GAP: Final = re.compile(r"\n[ \t]*\n[ \t]*[^\s]")
_CELLS: Final = 50_000  # of a table; more may pass the bound on those that are filled in


@dataclass(frozen=True, slots=True)
class Unit:
    """Tokens that are finished together, and their lines: zero-based, end exclusive.

    An ``is_inner`` unit belongs to the same block as the one before it.
    """

    tokens: list[Token]
    lines: tuple[int, int]
    is_inner: bool = False

    @property
    def is_end(self) -> bool:
        """Whether it is nothing but the end of a block."""
        return self.is_inner and bool(self.tokens) and self.tokens[0].nesting < 0


def split(tokens: Sequence[Token]) -> list[Unit]:
    """The units of a document; blocks at the top level that share a line are one."""
    blocks: list[Unit] = []
    depth, behind = 0, 0
    for token in tokens:
        if depth == 0:
            first, last = token.map or (behind, behind)
            if blocks and first < behind:
                lines = (blocks[-1].lines[0], max(last, behind))
                blocks[-1] = Unit(blocks[-1].tokens, lines)
            else:
                blocks.append(Unit([], (first, last)))
            behind = blocks[-1].lines[1]
        blocks[-1].tokens.append(token)
        depth += token.nesting
    return [unit for block in blocks for unit in _parts(block)]


def _parts(block: Unit) -> list[Unit]:
    """A block, or its beginning with the first part, its other parts, and its end."""
    tokens = block.tokens
    starts = _starts(tokens)
    if not starts:
        return [block]
    behind = len(tokens) - tokens[starts[0]].level + tokens[0].level
    cuts = [0, *starts[1:], behind, len(tokens)]
    ends = [*(_first_line(tokens[cut]) for cut in starts[1:]), block.lines[1], block.lines[1]]
    begins = [block.lines[0], *ends[:-1]]
    return [
        Unit(tokens[cut:next_cut], lines, is_inner=cut > 0)
        for cut, next_cut, lines in zip(
            cuts, cuts[1:], zip(begins, ends, strict=True), strict=False
        )
    ]


def _starts(tokens: list[Token]) -> list[int]:
    """Where the items of a list begin, or the rows of a table's body."""
    item = _ITEM.get(tokens[0].type)
    if item is None or tokens[-1].type != tokens[0].type.replace("_open", "_close"):
        return []
    level = tokens[0].level + (2 if item == "tr_open" else 1)
    starts = [n for n, each in enumerate(tokens) if each.level == level and each.type == item]
    return starts[1:] if item == "tr_open" else starts


def _first_line(token: Token) -> int:
    return (token.map or [0])[0]


@dataclass(frozen=True, slots=True)
class Frame:
    """The list or table whose first parts are finished.

    ``head`` is text that the rest has to be parsed behind: a table's header.
    """

    type: str
    markup: str
    attrs: dict[str, str | int | float]
    is_loose: bool | None
    head: str = ""
    cells: int = 0

    @classmethod
    def around(cls, units: Sequence[Unit], source: Source) -> Frame | None:
        """That of the block that ``units`` begin with; None if it had better not be cut."""
        opened = units[0].tokens[0]
        if opened.type != "table_open":
            is_loose = _is_loose(_block(units))
            known = is_loose is not None
            return cls(opened.type, opened.markup, opened.attrs, is_loose) if known else None
        first = units[0].lines[0]
        head = source.text[source.starts[first] : source.starts[first + 2]]
        # What a header asks for would be asked for again.
        return cls(opened.type, "", {}, None, head) if "[" not in head else None

    def behind(self, finished: Sequence[Unit]) -> Frame:
        """The same when these parts are finished, too."""
        return replace(self, cells=self.cells + _cells(unit.tokens for unit in finished))

    def rest(self, units: list[Unit], source: Source) -> list[Unit] | None:
        """The units that follow, without what repeats the beginning.

        None if the whole has to be rendered anew: a list that turns out to be loose changes all
        its items.
        """
        if not units:
            return units
        block = _block(units)
        if not self._fits(block, source):
            return None
        if self.is_loose:
            _loosen(block)
        skipped = next(iter(_starts(block)), len(block))
        first = replace(units[0], tokens=units[0].tokens[skipped:], is_inner=True)
        return [first, *units[1:]]

    def _fits(self, block: list[Token], source: Source) -> bool:
        opened = block[0]
        if opened.type != self.type or opened.markup != self.markup:
            return False
        if self.head:
            return self.cells + _cells([block]) < _CELLS
        attrs = {name: value for name, value in opened.attrs.items() if name != "start"}
        if not attrs.items() <= self.attrs.items():
            return False
        is_loose = _is_loose(block)
        if is_loose is None:  # not to be seen, but the other items might tell
            first, behind = opened.map or (0, 0)
            text = source.text[source.starts[first] : source.line_end(behind - 1)]
            is_loose = _GAP.search(text) is not None
        return not is_loose or bool(self.is_loose)


def _block(units: Sequence[Unit]) -> list[Token]:
    """The tokens of the first block."""
    count = next((n for n, unit in enumerate(units[1:], 1) if not unit.is_inner), len(units))
    return [token for unit in units[:count] for token in unit.tokens]


def _cells(parts: Iterable[Sequence[Token]]) -> int:
    return sum(each.type == "td_open" for tokens in parts for each in tokens)


def _paragraphs(block: list[Token]) -> list[Token]:
    """What opens and closes the paragraphs that stand in the items of a list themselves."""
    level = block[0].level + 2
    kinds = ("paragraph_open", "paragraph_close")
    return [each for each in block if each.level == level and each.type in kinds]


def _is_loose(block: list[Token]) -> bool | None:
    """Whether the paragraphs of a list's items are shown as such; None if there are none."""
    return next((not each.hidden for each in _paragraphs(block)), None)


def _loosen(block: list[Token]) -> None:
    for each in _paragraphs(block):
        each.hidden = False
