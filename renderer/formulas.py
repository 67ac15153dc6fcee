"""Tokens -> Formulas: identity, position in the source, limits, what the browser is handed.

Every ``math`` and ``math_block`` token, and every fence that counts as one, gets its
:class:`~renderer.document.Formula` in ``token.meta["formula"]``, or ``token.meta["refused"]``, the
code of the limit it passes.  Next hop: :mod:`renderer.html`, over the same tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from . import tex as reading
from .diagnostics import diagnostic
from .document import Diagnostic, Formula
from .options import Options
from .source import Source

_FENCE = re.compile("`{3}|~{3}")
_TEX_FENCES: Final = frozenset({"latex", "tex", "katex"})


def collect(
    tokens: Sequence[Token], source: Source, options: Options
) -> tuple[list[Formula], list[Diagnostic]]:
    """The formulas in document order, and a diagnostic for each that passes a limit."""
    formulas: list[Formula] = []
    refused: list[Diagnostic] = []
    for token, inline in _math_tokens(tokens, options):
        start, end = _extent(token, inline, source)
        line, column = source.position(start)
        code = _limit_passed(token.content, len(formulas), options)
        if code is not None:
            token.meta["refused"] = code
            refused.append(diagnostic(code, line, column))
            continue
        given, given_end = source.original(start), source.original(end)
        formula = Formula(
            index=len(formulas),
            source=source.given[given:given_end],
            start=given,
            tex=token.content,
            data_tex=reading.without_labels(token.content),
            display=_is_display(token),
            markup=token.markup,
            lines=(line, source.position(max(start, end - 1))[0]),
            column=column,
            label=next(iter(reading.labels(token.content)), None),
            number=reading.tag(token.content),
        )
        token.meta["formula"] = formula
        formulas.append(formula)
    return formulas, refused


def _math_tokens(tokens: Sequence[Token], options: Options) -> Iterator[tuple[Token, Token]]:
    """Every formula's token with the inline token whose content it stands in (or itself)."""
    for token in tokens:
        if token.type == "inline":
            for child in token.children or []:
                if child.type == "math":
                    yield child, token
        elif token.type == "math_block":
            yield token, token.meta["inline"]
        elif token.type == "fence" and _is_math_fence(token, options):
            token.type = "math_block"
            token.tag, token.markup = "div", "```" + _language(token)
            token.content = token.content.strip()
            if token.content:
                yield token, token


def _language(token: Token) -> str:
    return token.info.strip().partition(" ")[0].lower()


def _is_math_fence(token: Token, options: Options) -> bool:
    language = _language(token)
    return language == "math" or (options.latex_fences and language in _TEX_FENCES)


def _is_display(token: Token) -> bool:
    return token.type == "math_block" or bool(token.meta["match"].display)


def _limit_passed(tex: str, count: int, options: Options) -> str | None:
    if count >= options.max_formulas:
        return "too-many-formulas"
    if len(tex) > options.max_formula_length:
        return "formula-too-long"
    # Neither can pass its limit with fewer marks than that, as nearly every formula has.
    marks = tex.count("\\") + tex.count("{") + tex.count("&")
    if marks > options.max_formula_depth and reading.depth(tex) > options.max_formula_depth:
        return "formula-too-deep"
    if marks >= options.max_formula_cells and reading.cells(tex) > options.max_formula_cells:
        return "formula-too-wide"
    return None


def _extent(token: Token, inline: Token, source: Source) -> tuple[int, int]:
    """Start and end of a formula's token in the parsed text."""
    if token is inline:  # a fence
        first, behind = token.map or [0, 1]
        opened = _FENCE.search(source.text, source.starts[first])
        return opened.start() if opened else source.starts[first], source.line_end(behind - 1)
    match = token.meta["match"]
    start = source_offset(inline, match.start, source)
    return start, source_offset(inline, match.end - 1, source) + 1


def source_offset(inline: Token, offset: int, source: Source) -> int:
    """The offset in the parsed text of an offset into an inline token's content.

    A rule that cuts its content from the middle of a line says where by ``meta["at"]``: pairs of
    an offset in the content and one in the text.  For all others they are made once, by lines.
    """
    at = inline.meta.get("at")
    if not at:
        at = inline.meta["at"] = _line_map(inline, source)
    index = bisect_right(at, (offset, len(source.text))) - 1
    begin, place = at[max(index, 0)]
    return int(place + offset - begin)


def _line_map(inline: Token, source: Source) -> list[tuple[int, int]]:
    """Where each line of the content begins, in it and in the parsed text."""
    pairs: list[tuple[int, int]] = []
    line, offset = (inline.map or [0, 1])[0], 0
    for content in inline.content.split("\n"):
        pairs.append((offset, _line_start(content, line, source)))
        line, offset = line + 1, offset + len(content) + 1
    return pairs


def _line_start(content: str, line: int, source: Source) -> int:
    """Where a line of content begins: it ends where the source's ``line`` does, white space aside."""
    line = min(line, len(source.starts) - 1)
    begin = source.starts[line]
    text = source.text[begin : source.line_end(line)].rstrip()
    bare = content.strip()
    # A heading's closing marks: the content does not reach to the end of its line.
    place = len(text) - len(bare) if text.endswith(bare) else max(text.find(bare), 0)
    return begin + place - (len(content) - len(content.lstrip()))
