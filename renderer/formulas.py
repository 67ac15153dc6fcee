"""Tokens -> Formulas: macros, limits, numbers, labels, what the browser is handed.

Every ``math`` and ``math_block`` token, and every fence that counts as one, gets its
:class:`~renderer.document.Formula` in ``token.meta["formula"]``, or ``token.meta["refused"]``, the
code of the limit it passes.  Next hop: :mod:`renderer.html`, over the same tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from . import tex as reading
from .characters import neutral
from .diagnostics import diagnostic
from .document import Diagnostic, Formula
from .macros import MacroError, Macros
from .numbering import Counter, NumberedRow
from .options import Options
from .references import Labels, names
from .source import Source

_FENCE = re.compile("`{3}|~{3}")
_TEX_FENCES: Final = frozenset({"latex", "tex", "katex"})


@dataclass(slots=True)
class _Draft:
    """A formula on its way: expanded and numbered, its references not yet resolved."""

    token: Token
    extent: tuple[int, int]
    tex: str
    rows: tuple[NumberedRow, ...] = ()


class Collector:
    """Gathers the formulas of one document, then resolves the references between them."""

    def __init__(self, source: Source, options: Options) -> None:
        self.labels = Labels(options.id_prefix)
        self.diagnostics: list[Diagnostic] = []
        self._source = source
        self._options = options
        self._macros = Macros(dict(options.macros))
        self._counter = Counter(options.numbering, options.number_start)
        self._sections = 0
        self._before = 0  # how many formulas there are before these
        self._drafts: list[_Draft] = []
        self._is_full = False

    def copy(self, source: Source | None = None) -> Collector:
        """The same, to go on from here in another way; or, behind it, in another source."""
        other = copy(self)
        other.labels, other._macros = self.labels.copy(), self._macros.copy()
        other._counter, other.diagnostics = copy(self._counter), []
        other._drafts = list(self._drafts)
        if source is not None:
            other._source, other._drafts = source, []
            other._before += len(self._drafts)
        return other

    def collect(self, tokens: Sequence[Token]) -> list[Formula]:
        """The formulas in document order; tokens learn theirs, and references their targets."""
        self.read(tokens)
        return self.settle(tokens)

    def read(self, tokens: Sequence[Token]) -> None:
        """Expand and number the formulas of ``tokens``, which follow those read before."""
        for token, inline in _math_tokens(tokens, self._options):
            if token.type == "heading_open":
                self._section(token)
            else:
                self._draft(token, _extent(token, inline, self._source))

    def settle(self, tokens: Sequence[Token]) -> list[Formula]:
        """The formulas of ``tokens``, which are all that was read: every label is known."""
        self.labels.settle()
        drafts = enumerate(self._drafts, self._before)
        formulas = [self._formula(index, draft) for index, draft in drafts]
        for token, inline in _references(tokens):
            self._resolve(token, source_offset(inline, token.meta["start"], self._source))
        for name, target in self.labels.unused():
            if (index := target.formula - self._before) >= 0:
                self._report("unused-label", self._drafts[index].extent[0], name)
        return formulas

    @property
    def count(self) -> int:
        """How many formulas were read so far."""
        return self._before + len(self._drafts)

    def _section(self, heading: Token) -> None:
        if heading.tag == f"h{self._options.number_within}":
            self._sections += 1
            self._counter.restart(f"{self._sections}.")

    def _draft(self, token: Token, extent: tuple[int, int]) -> None:
        code, text = self._prepare(token, extent)
        if code is None:
            return
        token.meta["refused"] = code
        if code != "too-many-formulas" or not self._is_full:  # which is said once for the rest
            self._report(code, extent[0], text)
        self._is_full |= code == "too-many-formulas"

    def _prepare(self, token: Token, extent: tuple[int, int]) -> tuple[str | None, str]:
        """Expand, check and number a formula; the code of the limit it passes, if it does."""
        if len(token.content) > self._options.max_formula_length:
            return "formula-too-long", ""
        try:
            tex = self._macros.expand(token.content)
        except MacroError as error:
            return "macro-error", str(error)
        if code := _limit_passed(tex, self.count, self._options):
            return code, ""
        numbered = self._counter.number(tex, display=_is_display(token))
        for row in numbered.rows:
            self._define(row, extent[0])
        self._drafts.append(_Draft(token, extent, numbered.tex, numbered.rows))
        return None, ""

    def _define(self, row: NumberedRow, offset: int) -> None:
        for name in row.labels:
            if not self.labels.define(name, row.value, self.count):
                self._report("duplicate-label", offset, name)

    def _formula(self, index: int, draft: _Draft) -> Formula:
        source, token, (start, end) = self._source, draft.token, draft.extent
        missing: list[str] = []
        data_tex = self.labels.in_tex(draft.tex, missing)
        for name in missing:
            self._report("unknown-label", start, name)
        line, column = source.position(start)
        given, given_end = source.original(start), source.original(end)
        numbers = tuple(self.labels.in_number(row.shown) for row in draft.rows if row.shown)
        formula = Formula(
            index=index,
            source=source.given[given:given_end],
            start=given,
            tex=token.content,
            data_tex=neutral(data_tex),
            display=_is_display(token),
            markup=token.markup,
            lines=(line, source.position(max(start, end - 1))[0]),
            column=column,
            labels=tuple(name for row in draft.rows for name in row.labels),
            numbers=numbers,
        )
        token.meta["formula"] = formula
        token.meta["anchors"] = self._anchors(formula, index)
        return formula

    def _anchors(self, formula: Formula, index: int) -> list[str]:
        """The ids of the labels that hold for this formula; a duplicate names nothing."""
        found = [self.labels.target(name) for name in formula.labels]
        return [target.anchor for target in found if target.formula == index]

    def _resolve(self, token: Token, offset: int) -> None:
        links = []
        for name in names(token.content):
            target = self.labels.look_up(name)
            if target is None:
                self._report("unknown-label", offset, name)
            links.append((name, target))
        token.meta["links"] = links

    def _report(self, code: str, offset: int, text: str = "") -> None:
        self.diagnostics.append(diagnostic(code, *self._source.position(offset), text))


def _math_tokens(tokens: Sequence[Token], options: Options) -> Iterator[tuple[Token, Token]]:
    """Every formula's token with the inline token it stands in (or itself), and headings."""
    for token in tokens:
        if token.type == "inline":
            for child in token.children or []:
                if child.type == "math":
                    yield child, token
        elif token.type == "heading_open":
            yield token, token
        elif token.type == "math_block":
            yield token, token.meta["inline"]
        elif token.type == "fence" and _is_math_fence(token, options):
            token.type = "math_block"
            token.tag, token.markup = "div", "```" + _language(token)
            token.content = token.content.strip()
            if token.content:
                yield token, token


def _references(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    for token in tokens:
        if token.type == "inline":
            for child in token.children or []:
                if child.type == "math_ref":
                    yield child, token


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
    if "extent" in token.meta:
        first, last = token.meta["extent"]
        return first, last
    match = token.meta["match"]
    start = source_offset(inline, match.start, source)
    return start, source_offset(inline, match.end - 1, source) + 1


def source_offset(inline: Token, offset: int, source: Source) -> int:
    """The offset in the parsed text of an offset into an inline token's content.

    A rule that cuts its content from the middle of a line says where by ``meta["at"]``: pairs of
    an offset in the content and one in the text.  For all others they are made once, by lines.
    """
    at = line_starts(inline, source)
    index = bisect_right(at, (offset, len(source.text))) - 1
    begin, place = at[max(index, 0)]
    return int(place + offset - begin)


def line_starts(inline: Token, source: Source) -> list[tuple[int, int]]:
    """Where each line of the content begins, in it and in the parsed text."""
    known: list[tuple[int, int]] = inline.meta.get("at") or _line_starts(inline, source)
    inline.meta["at"] = known
    return known


def _line_starts(inline: Token, source: Source) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    line, offset = (inline.map or [0, 1])[0], 0
    for content in inline.content.split("\n"):
        pairs.append((offset, _line_start(content, line, source)))
        line, offset = line + 1, offset + len(content) + 1
    return pairs


def _line_start(content: str, line: int, source: Source) -> int:
    """Where a line of content begins: it ends where the source's line does, but for spaces."""
    line = min(line, len(source.starts) - 1)
    begin = source.starts[line]
    text = source.text[begin : source.line_end(line)].rstrip()
    bare = content.strip()
    # A heading's closing marks: the content does not reach to the end of its line.
    place = len(text) - len(bare) if text.endswith(bare) else max(text.find(bare), 0)
    return begin + place - (len(content) - len(content.lstrip()))
