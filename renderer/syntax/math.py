r"""Inline rules: formulas become tokens before any other construct sees their content.

      variables $a_1$ and \(b\), at last \boxed{42}
                ^ math_dollar ^ math_backslash ^ math_backslash

A token of type ``math`` carries the :class:`~renderer.finders.Match` in its meta, its TeX as
content and the opening delimiter as markup.  Next hop: :mod:`renderer.formulas`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .. import finders
from ..finders import Match
from .state import InlineState

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_BARE_COMMAND = re.compile(r"\\([A-Za-z]{2,})(?=[\s{_^(\[]|[^\x00-\x7f]|$)")
_TRAILING_SPACE = re.compile(r"[ \t]+(?=\n)")


def math_dollar(state: StateInline, silent: bool) -> bool:
    """``$..$``, ``$`..`$`` and ``$$..$$``; a dollar that opens none of them is text."""
    assert isinstance(state, InlineState)  # noqa: S101 - our parser makes no other
    place = state.pos
    if state.src[place] != "$":
        return False
    match = state.spans.get(place)
    llm = state.context.llm
    if match is None:
        run = _run_length(state.src, place, state.posMax)
        if run == 1:
            match = finders.dollar(state.table, place, state.limit_in_text(place), llm=llm)
        elif run == 2:
            match = finders.display(state.table, place, state.limit(place), llm=llm)
        if match is None:
            if run == 2 and not silent:
                _note_unclosed(state, place, "$$")
            if run < 3 and not silent:
                _note_open(state, place)
            return _text(state, run, silent)
    return _push(state, match, silent)


def math_backslash(state: StateInline, silent: bool) -> bool:
    r"""``\(..\)``, ``\[..\]``, ``\begin{E}..\end{E}``, their doubled forms and ``\boxed{..}``."""
    assert isinstance(state, InlineState)  # noqa: S101
    place = state.pos
    src = state.src
    if src[place] != "\\":
        return False
    match = state.spans.get(place)
    following = src[place + 1 : place + 2]
    if match is None and following and following in "([\\bB":
        match = _find(state, place, following)
    if match is not None:
        return _push(state, match, silent)
    if not silent:
        _note_backslash(state, place, following)
    return False


def _find(state: InlineState, place: int, following: str) -> Match | None:
    src, llm = state.src, state.context.llm
    if following == "[" or src.startswith("\\begin{", place):
        return finders.display(state.table, place, state.limit(place), llm=llm)
    if following == "(" or (following == "\\" and src.startswith("(", place + 2)):
        return finders.parenthesised(state.table, place, state.limit_in_text(place), llm=llm)
    if llm and src.startswith("\\boxed{", place):
        return finders.boxed(state.table, place, state.limit_in_text(place))
    return None


def _note_open(state: InlineState, place: int) -> None:
    if state.context.grows and finders.is_dollar_open(state.table, place):
        state.context.is_open(place)


def _run_length(src: str, place: int, end: int) -> int:
    if not src.startswith("$", place + 1):
        return 1
    run = place
    while run < end and src[run] == "$":
        run += 1
    return run - place


def _text(state: InlineState, length: int, silent: bool) -> bool:
    if not silent:
        state.append_pending(state.src[state.pos : state.pos + length])
    state.pos += length
    return True


def _push(state: InlineState, match: Match, silent: bool) -> bool:
    place = state.pos
    state.pos = match.end
    if match.display and (space := _TRAILING_SPACE.match(state.src, match.end, state.posMax)):
        state.pos = space.end()  # two spaces behind a display formula make no hard break
    if silent:
        return True
    token = state.push("math", "span", 0)
    token.content = match.tex
    token.markup = match.markup
    token.meta = {"match": match}
    if match.display and state.context.inline is not None:
        state.context.displays.append(state.context.inline)
    for code in match.repairs:
        state.context.note(code, place)
    return True


def _note_backslash(state: InlineState, place: int, following: str) -> None:
    if following == "(" or following == "[":
        if (opener := state.table.opener(place)) is not None and opener.nearest < 0:
            state.context.is_open(place)
        _note_unclosed(state, place, "\\" + following)
    elif following == ")" or following == "]":
        if place not in state.table.openers and not state.table.is_verbatim(place):
            state.context.note("unopened-math", place, "\\" + following)
    elif following == "b" and state.src.startswith("\\begin{", place):
        _note_environment(state, place)
    elif following == "e" and state.src.startswith("\\end{", place):
        _note_end(state, place)
    elif state.context.llm:
        _note_bare_command(state, place)


def _note_bare_command(state: InlineState, place: int) -> None:
    command = _BARE_COMMAND.match(state.src, place)
    if command is not None and not state.table.is_verbatim(place):
        state.context.note("bare-command", place, command.group())


def _note_unclosed(state: InlineState, place: int, mark: str) -> None:
    """Say that ``mark`` opens nothing, unless it lies where no math can be."""
    opener = state.table.opener(place)
    if opener is None:
        return
    is_money = mark == "$$" and state.src[place + 2 : place + 3].isdigit()
    code = "doubtful-math" if opener.nearest > 0 or is_money else "unclosed-math"
    state.context.note(code, place, mark)


def _note_end(state: InlineState, place: int) -> None:
    name = finders.environment_name(state.src, place)
    if finders.is_environment(name, llm=True):
        state.context.note("unopened-math", place, f"\\end{{{name}}}")


def _note_environment(state: InlineState, place: int) -> None:
    name = finders.environment_name(state.src, place)
    if state.table.environment(place) is None:
        state.context.is_open(place)
    known = finders.is_environment(name, llm=True)
    if known and state.table.environment(place) is None:
        state.context.note("unclosed-math", place, f"\\begin{{{name}}}")
    elif not known and state.table.environment(place):
        state.context.note("unknown-environment", place, name)
