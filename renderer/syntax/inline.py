"""The inline parser: markdown-it-py's loop, with each character going only to rules that it starts.

      so **x** is $x$
         ^        ^ math_dollar alone; the letters between are one piece of text
         ^ strikethrough? no: emphasis alone

A text in which nothing could start is a token without a state, and delimiters of emphasis are
paired only where there are any.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from .state import InlineState
from .tokens import made

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

# What may start an inline rule of ours; everything else is text that one search skips.  All
# alternatives share one set of first characters, so that the search leaps between these.
_TERMINATORS = re.compile(
    r"[\n!$&*<@\[\\\]_`~hw]"
    r"(?:(?<![hw])|(?<=h)(?<![A-Za-z0-9]h)ttps?://|(?<=w)(?<![A-Za-z0-9]w)ww\.)"
)
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
_MAX_NESTING: Final = 20  # markdown-it-py's own; the cost of unclosed brackets grows with it


class InlineParser(ParserInline):
    """The parser for the text of a block; its second chain pairs runs of ``*``, ``_`` and ``~``."""

    def __init__(self) -> None:
        super().__init__()
        self.terminator_re = _TERMINATORS
        self._rules: dict[str, list[RuleFuncInlineType]] = {}

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        if self.terminator_re.search(src) is None:
            if src:
                text = made("text", "", 0, 0)
                text.content = src
                tokens.append(text)
            return tokens
        state = InlineState(src, md, env, tokens)
        self.tokenize(state)
        if state.has_runs:
            for rule in self.ruler2.getRules(""):
                rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        assert isinstance(state, InlineState)  # noqa: S101 - our parser makes no other
        src, end, search = state.src, state.posMax, self.terminator_re.search
        while (pos := state.pos) < end:
            found = search(src, pos, end)
            stop = found.start() if found else end
            if stop > pos:
                state.append_pending(src[pos:stop])
                state.pos = stop
                if stop == end:
                    break
            if state.level >= _MAX_NESTING or not self._try(state, False):
                state.append_pending(src[stop])
                state.pos = stop + 1
        state.flush()

    def skipToken(self, state: StateInline) -> None:
        pos = state.pos
        if pos in state.cache:
            state.pos = state.cache[pos]
            return
        found = self.terminator_re.search(state.src, pos, state.posMax)
        stop = found.start() if found else state.posMax
        if stop > pos:
            state.pos = stop
        elif state.level >= _MAX_NESTING:
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
        for rule in rules:  # noqa: SIM110 - a generator would cost as much as the rules
            if rule(state, silent):
                return True
        return False

    def _rules_for(self, char: str) -> list[RuleFuncInlineType]:
        names = self.ruler.get_active_rules()
        rules = zip(names, self.ruler.getRules(""), strict=True)
        return [rule for name, rule in rules if char in _STARTS.get(name, char)]
