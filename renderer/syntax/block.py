"""The block parser: markdown-it-py's loop, with each line going only to rules that it can start.

      plain words        <- table? no bar: paragraph
      - an item          <- front_matter? hr? list

Next hop: the rules, of which :mod:`renderer.syntax.paragraph` is the last.
"""

from __future__ import annotations

import re
from copy import copy, deepcopy
from typing import TYPE_CHECKING, Final

from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType

from .state import BlockState

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# The characters that a line begins with if a rule takes it; a rule not listed is tried on all.
# An indent that makes code stands for all of them.
_INDENT: Final = "\t"
_STARTS: Final = {
    "code": _INDENT,
    "front_matter": "-+",
    "think": "<",
    "display_math": "$\\",
    "fence": "`~",
    "footnote_def": "[",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}


_BOX = re.compile(r"\[[ xX]\]")


class BlockParser(ParserBlock):
    """The parser for the blocks of a text."""

    def __init__(self) -> None:
        super().__init__()
        self._chains: dict[tuple[str, str], list[RuleFuncBlockType]] = {}
        self._taskless: MarkdownIt | None = None

    def parse(
        self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]
    ) -> list[Token] | None:
        if not src:
            return None
        state = BlockState(src, self._suited(md, src), env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def _suited(self, md: MarkdownIt, src: str) -> MarkdownIt:
        """``md``, without task lists if ``src`` has no box; every list looks through all its tokens
        for them."""
        if _BOX.search(src):
            return md
        if self._taskless is None:
            taskless = copy(md)
            taskless.options = deepcopy(md.options)
            taskless.options["tasklists"] = False
            self._taskless = taskless
        return self._taskless

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:
        if state.level < state.md.options.maxNesting or startLine >= endLine:
            assert isinstance(state, BlockState)  # noqa: S101 - our parser makes no other
            outer, state.container = state.container, startLine
            self._read(state, startLine, endLine)
            state.container = outer
            return
        # markdown-it drops what lies deeper than the limit; here it stays as plain text.
        token = state.push("code_block", "code", 0)
        state.line = _behind_container(state, startLine, endLine)
        token.content = state.getLines(startLine, state.line, 0, True)
        token.map = [startLine, state.line]

    def rules(self, chain: str, state: StateBlock, line: int) -> list[RuleFuncBlockType]:
        """The rules of a chain that ``line``, which is not empty, can start."""
        is_code = state.is_code_block(line)
        char = _INDENT if is_code else state.src[state.bMarks[line] + state.tShift[line]]
        rules = self._chains.get((chain, char))
        if rules is None:
            active = zip(self.ruler.getRules(""), self.ruler.get_active_rules(), strict=True)
            names = dict(active)
            rules = self._chains[chain, char] = [
                rule
                for rule in self.ruler.getRules(chain)
                if char in _STARTS.get(names[rule], char)
            ]
        return rules

    def _read(self, state: BlockState, line: int, end: int) -> None:
        has_empty_lines = False
        while line < end:
            state.line = line = state.skipEmptyLines(line)
            if line >= end or state.sCount[line] < state.blkIndent:
                break
            for rule in self.rules("", state, line):
                if rule(state, line, end, False):
                    break
            if state.line <= line:
                raise RuntimeError("no block rule took the line")
            # An empty line before what follows makes a list loose, one at its end does not.
            state.tight = not has_empty_lines
            line = state.line
            if line - 1 < end and state.isEmpty(line - 1):  # one that a list's paragraph took
                has_empty_lines = True
            if line < end and state.isEmpty(line):
                has_empty_lines = True
                state.line = line = line + 1


def is_interrupted(state: StateBlock, line: int, end: int, chain: str) -> bool:
    """Whether a block begins on ``line`` that ends one of the kind ``chain``."""
    parser = state.md.block
    assert isinstance(parser, BlockParser)  # noqa: S101 - our parser has no other
    rules = parser.rules(chain, state, line)
    return any(rule(state, line, end, True) for rule in rules)


def _behind_container(state: StateBlock, line: int, end: int) -> int:
    line += 1
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    return line
