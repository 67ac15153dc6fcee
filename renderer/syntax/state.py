"""What the parser remembers while it reads: block and inline state with the math tables."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from ..delimiters import Delimiters
from ..finders import Match
from ..options import Options
from .flanking import scan_cjk
from .tokens import Nesting, made

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

ENV_KEY: Final = "mathward"
_DISPLAY_OPENER = re.compile(r"\$\$|\\\[|\\begin\{")
_CLOSER_OR_BLANK = re.compile(r"(\$\$|\\\]|\\end\{)|\n[ \t]*(?=\n)")


@dataclass(slots=True)
class Note:
    """A finding of a rule: a diagnostic code, a place in an inline token, and words."""

    code: str
    token: Token | None
    offset: int
    text: str = ""


@dataclass(slots=True)
class Context:
    """What the rules share during one parse; it travels in markdown-it's ``env``."""

    llm: bool
    cjk: bool
    front_matter: bool = False
    plain: bool = False  # the text is no Markdown, and not cut into paragraphs
    notes: list[Note] = field(default_factory=list)
    inline: Token | None = None
    displays: list[Token] = field(default_factory=list)  # inline tokens with display formulas
    base: int = 0  # where in the inline token the text of the rules begins
    meta: dict[str, object] = field(default_factory=dict)
    grows: bool = False  # more text may follow, so what is open so far is noted below
    open_lines: list[int] = field(default_factory=list)
    open_marks: list[tuple[Token, int]] = field(default_factory=list)
    """Where formulas begin that what follows the text might close: zero-based lines on which the
    block form opens, and offsets into inline tokens."""

    @classmethod
    def under(cls, options: Options) -> Context:
        """The context of a text that is read from its beginning."""
        return cls(
            llm=options.profile == "llm",
            cjk=options.cjk_emphasis,
            front_matter=options.front_matter,
        )

    @classmethod
    def of(cls, env: EnvType) -> Context:
        context = env[ENV_KEY]
        assert isinstance(context, cls)  # noqa: S101 - ours alone, set by convert.render
        return context

    def is_open(self, offset: int) -> None:
        """The opener at ``offset`` has no closer so far."""
        if self.grows and self.inline is not None:
            self.open_marks.append((self.inline, self.base + offset))

    def note(self, code: str, offset: int, text: str = "") -> None:
        self.notes.append(Note(code, self.inline, self.base + offset, text))


class BlockState(StateBlock):
    """Block state that knows where a display formula may open."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        self._list_lines()
        self.context = Context.of(env)
        self.line_count = self.lineMax  # of the whole text
        self._openers = self._opener_lines()
        self.container = 0  # the line on which what is being read begins
        self.regions: dict[tuple[int, int, int], Any] = {}  # a cache of region.Region's
        self._closers: list[tuple[int, bool]] | None = None
        self.farthest = 0  # the last line that a rule has looked at, blank or not
        self.reached: dict[tuple[int, int], int] = {}  # by line and level of a block quote
        self.tries = 0  # block quotes around, of which only the first lines are shown

    def _list_lines(self) -> None:
        """Where lines begin and end and how far they are indented; one more stands for the end."""
        lines = self.src.split("\n")
        if not lines[-1].strip(" \t"):  # no line, as in markdown-it
            lines.pop()
        indents = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines]
        begins = list(accumulate([len(line) + 1 for line in lines], initial=0))
        end = len(self.src)
        self.eMarks = [begin - 1 for begin in begins[1:]] + [end]
        self.bMarks = [*begins[:-1], end]
        self.tShift = [*map(len, indents), 0]
        self.sCount = [*(len(indent.expandtabs(4)) for indent in indents), 0]
        self.bsCount = [0] * len(begins)
        self.lineMax = len(lines)

    def isEmpty(self, line: int) -> bool:
        if line > self.farthest:  # paragraphs and link definitions ask this before they go on
            self.farthest = line
        return self.bMarks[line] + self.tShift[line] >= self.eMarks[line]

    def push(self, ttype: str, tag: str, nesting: Nesting) -> Token:
        if nesting < 0:
            self.level -= 1
        token = made(ttype, tag, nesting, self.level, block=True)
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:
        """The lines without indentation; one whose end a rule moved forward ends there."""
        if begin + 1 == end and not keepLastLF:
            return self.stripped(begin, indent)
        parts: list[str] = []
        for line in range(begin, end):
            behind = self.eMarks[line]
            parts += (self.stripped(line, indent), self.src[behind : behind + 1])
        if parts:
            parts[-1] = "\n" if keepLastLF and parts[-1] else ""
        return "".join(parts)

    def stripped(self, line: int, indent: int) -> str:
        """One line without so much of its indentation."""
        begin, behind = self.bMarks[line], self.eMarks[line]
        if indent <= 0:
            return self.src[begin:behind]
        if "\t" in self.src[begin : begin + indent]:
            return super().getLines(line, line + 1, indent, False)
        first = begin + min(indent, self.tShift[line])
        while first < begin + indent and self.src[first : first + 1] == " ":
            first += 1
        return self.src[first:behind]

    def display_openers(self, line: int) -> list[int]:
        """Offsets into the source where a display formula may open on ``line``."""
        openers = self._openers.get(line)
        if openers is None:
            return _NO_OPENERS
        first = bisect_left(openers, self.bMarks[line])
        return openers[first : bisect_left(openers, self.eMarks[line], first)]

    def closes_behind(self, line: int) -> bool:
        """Whether something from ``line`` on, up to a blank line, might close a display formula."""
        if self._closers is None:
            found = _CLOSER_OR_BLANK.finditer(self.src)
            self._closers = [(each.start(), each[1] is not None) for each in found]
        index = bisect_left(self._closers, (self.eMarks[line - 1],))
        if index == len(self._closers):
            return self.context.grows
        return self._closers[index][1]

    def _opener_lines(self) -> dict[int, list[int]]:
        """What might open a display formula, by line; containers only make lines shorter."""
        openers: dict[int, list[int]] = {}
        line = 0
        for found in _DISPLAY_OPENER.finditer(self.src):
            line = bisect_right(self.bMarks, found.start(), line) - 1
            openers.setdefault(line, []).append(found.start())
        return openers


_NO_OPENERS: Final[list[int]] = []


class InlineState(StateInline):
    """Inline state with the delimiter table of its text, made when the first rule asks."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> None:
        super().__init__(src, md, env, outTokens)
        self.context = Context.of(env)
        self.has_runs = False  # of signs that are to be paired at the end
        self.owes_text = False  # the next token is to follow a text, be it empty
        self.spans: Mapping[int, Match] = _NO_SPANS
        self._starts: list[int] = []
        self._table: Delimiters | None = None
        token = self.context.inline
        if token is not None and token.content is src and "display" in token.meta:
            self.spans = token.meta["display"]
            self._starts = sorted(self.spans)
            self._table = token.meta.get("table")

    @property
    def table(self) -> Delimiters:
        if self._table is None:
            self._table = Delimiters(self.src)
        return self._table

    def limit(self, place: int) -> int:
        """The offset that a construct which opens at ``place`` may not reach past."""
        if not self._starts:
            return self.posMax
        index = bisect_left(self._starts, place + 1)
        if index < len(self._starts):
            return min(self.posMax, self._starts[index])
        return self.posMax

    def limit_in_text(self, place: int) -> int:
        """The same for constructs that no paragraph's end may cut."""
        limit = self.limit(place)
        return min(limit, self.table.next_blank(place)) if self.context.plain else limit

    def push(self, ttype: str, tag: str, nesting: Nesting) -> Token:
        self.flush()
        meta = None
        if nesting < 0:
            self.level -= 1
            self.delimiters = self._prev_delimiters.pop()
        token = made(ttype, tag, nesting, self.level)
        if nesting > 0:
            self.level += 1
            self._prev_delimiters.append(self.delimiters)
            self.delimiters = []
            meta = {"delimiters": self.delimiters}
        self.pendingLevel = self.level
        self.tokens.append(token)
        self.tokens_meta.append(meta)
        return token

    def flush(self) -> None:
        """Make a token of the text that is pending."""
        text = self.pending
        if text or self.owes_text:
            token = made("text", "", 0, self.pendingLevel)
            token.content = text
            self.tokens.append(token)
            self.pending, self.owes_text = "", False

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        self.has_runs = True
        return self.flanking(start, canSplitWord)

    def flanking(self, start: int, canSplitWord: bool) -> Scanned:
        """Whether the run of signs at ``start`` can open and close, and its length."""
        if self.context.cjk:
            return scan_cjk(self.src, start, self.posMax, split_word=canSplitWord)
        return super().scanDelims(start, canSplitWord)


_NO_SPANS: Final[Mapping[int, Match]] = {}
