"""What the parser remembers while it reads: block and inline state with the math tables."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from ..delimiters import Delimiters
from ..finders import Match
from ..options import Options
from .flanking import scan_cjk

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

ENV_KEY: Final = "mathward"
_DISPLAY_OPENER = re.compile(r"\$\$|\\\[|\\begin\{")
# What may start an inline rule of ours; everything else is text that one search skips.  All
# alternatives share one set of first characters, so that the search leaps between these.
_TERMINATORS = re.compile(
    r"[\n!$&*<@\[\\\]_`~hw]"
    r"(?:(?<![hw])|(?<=h)(?<![A-Za-z0-9]h)ttps?://|(?<=w)(?<![A-Za-z0-9]w)ww\.)"
)


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
        super().__init__(src, md, env, tokens)
        self.context = Context.of(env)
        self.line_count = self.lineMax  # of the whole text
        self.openers = [m.start() for m in _DISPLAY_OPENER.finditer(src)]
        self.container = 0  # the line on which what is being read begins
        self.regions: dict[tuple[int, int, int], Any] = {}  # a cache of region.Region's

    def getLines(self, begin: int, end: int, indent: int, keepLastLF: bool) -> str:
        """The lines without indentation; one whose end a rule moved forward ends there."""
        text = super().getLines(begin, end, indent, keepLastLF)
        behind = self.eMarks[end - 1] if keepLastLF and begin < end else len(self.src)
        if self.src[behind : behind + 1] in ("", "\n"):
            return text
        return text[:-1] + "\n"

    def display_openers(self, line: int) -> list[int]:
        """Offsets into the source where a display formula may open on ``line``."""
        if not self.openers:
            return []
        first = bisect_left(self.openers, self.bMarks[line])
        last = bisect_left(self.openers, self.eMarks[line], first)
        return self.openers[first:last]


class BlockParser(ParserBlock):
    def parse(
        self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]
    ) -> list[Token] | None:
        if not src:
            return None
        state = BlockState(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        if state.level < state.md.options.maxNesting or startLine >= endLine:
            assert isinstance(state, BlockState)  # noqa: S101 - our parser makes no other
            outer, state.container = state.container, startLine
            super().tokenize(state, startLine, endLine)
            state.container = outer
            return
        # markdown-it drops what lies deeper than the limit; here it stays as plain text.
        token = state.push("code_block", "code", 0)
        state.line = _behind_container(state, startLine, endLine)
        token.content = state.getLines(startLine, state.line, 0, True)
        token.map = [startLine, state.line]


def _behind_container(state: StateBlock, line: int, end: int) -> int:
    line += 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    return line


class InlineState(StateInline):
    """Inline state with the delimiter table of its text, made when the first rule asks."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> None:
        super().__init__(src, md, env, outTokens)
        self.context = Context.of(env)
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
        index = bisect_left(self._starts, place + 1)
        if index < len(self._starts):
            return min(self.posMax, self._starts[index])
        return self.posMax

    def limit_in_text(self, place: int) -> int:
        """The same for constructs that no paragraph's end may cut."""
        limit = self.limit(place)
        return min(limit, self.table.next_blank(place)) if self.context.plain else limit

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        if self.context.cjk:
            return scan_cjk(self.src, start, self.posMax, split_word=canSplitWord)
        return super().scanDelims(start, canSplitWord)


_NO_SPANS: Final[Mapping[int, Match]] = {}


# The characters that each rule can start with; a rule not listed is tried at every one.
_STARTS: Final = {
    "text": "",
    "newline": "\n",
    "reference": "\\",
    "math_backslash": "\\",
    "escape": "\\",
    "math_dollar": "$",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "footnote_ref": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "autolink_url": "hw",
    "autolink_email": "@",
}
_MAX_INLINE_NESTING: Final = 20  # markdown-it-py's own; the cost of unclosed brackets grows with it


class InlineParser(ParserInline):
    """markdown-it-py's loop, with each character going only to the rules it can start."""

    def __init__(self) -> None:
        super().__init__()
        self.terminator_re = _TERMINATORS
        self._rules: dict[str, list[RuleFuncInlineType]] = {}

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        src, end, search = state.src, state.posMax, self.terminator_re.search
        while state.pos < end:
            pos = state.pos
            found = search(src, pos, end)
            stop = found.start() if found else end
            if stop > pos:
                state.append_pending(src[pos:stop])
                state.pos = stop
            elif state.level >= _MAX_INLINE_NESTING or not self._try(state, False):
                state.append_pending(src[pos])
                state.pos = pos + 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:
        pos = state.pos
        if pos in state.cache:
            state.pos = state.cache[pos]
            return
        found = self.terminator_re.search(state.src, pos, state.posMax)
        stop = found.start() if found else state.posMax
        if stop > pos:
            state.pos = stop
        elif state.level >= _MAX_INLINE_NESTING:
            state.pos = state.posMax  # as markdown-it does: too deep, skip the paragraph
        else:
            state.level += 1
            if not self._try(state, True):
                state.pos = pos + 1
            state.level -= 1
        state.cache[pos] = state.pos

    def _try(self, state: StateInline, silent: bool) -> bool:
        char = state.src[state.pos]
        rules = self._rules.get(char)
        if rules is None:
            rules = self._rules[char] = self._rules_for(char)
        return any(rule(state, silent) for rule in rules)

    def _rules_for(self, char: str) -> list[RuleFuncInlineType]:
        names = self.ruler.get_active_rules()
        rules = zip(names, self.ruler.getRules(""), strict=True)
        return [rule for name, rule in rules if char in _STARTS.get(name, char)]
