"""One formula on its way: the five hops of the architecture page, with what each hands on.

A tour of the house for newcomers, and the first thing to look at when a formula goes wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from markdown_it.token import Token

from . import places, sizes
from .assets import Assets
from .commands import packages_for, undefined
from .convert import parse
from .document import Diagnostic, Formula, Size
from .errors import OptionError
from .formulas import Collector
from .html import FragmentRenderer
from .publish import Published
from .source import Source
from .syntax import parser

if TYPE_CHECKING:
    from .browser.typeset import Typeset

_CLASS = re.compile(r'\sclass="([^"]*)"')
_RULE = re.compile(r"\.([\w-]+)\{[^{}]*\}")
_RESERVED: Final = "nothing without --prerender: the box is as large as what it shows"


@dataclass(frozen=True, slots=True)
class Stage:
    """One hop: its name, the module whose work it is, and what is known behind it."""

    name: str
    module: str
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Found:
    """The token of a formula among its siblings, and the elements around it."""

    siblings: Sequence[Token]
    index: int
    around: tuple[str, ...]

    @property
    def token(self) -> Token:
        return self.siblings[self.index]


class Explanation:
    """The stages of formula ``number``, one-based, of what was published.

    Raises OptionError if there is no such formula.
    """

    def __init__(self, published: Published, number: int) -> None:
        if published.is_html:
            raise OptionError(published.target.name, "is HTML; explain is for Markdown")
        formulas = published.document.formulas
        if not 1 <= number <= len(formulas):
            there = f"formulas 1 to {len(formulas)}" if formulas else "no formula"
            name = published.target.name
            raise OptionError("--formula", f"{name} has {there}, got {number}")
        self.formula = formulas[number - 1]
        self._published = published
        source, options = Source(published.text), published.options
        tokens, self._env = parse(source, options)
        collected = Collector(source, options).collect(tokens)
        self._renderer = FragmentRenderer(options, tokens, collected)
        self._found = next(
            found for found in _math(tokens) if _index_of(found.token) == self.formula.index
        )
        self._html = self._wrapper()

    def stages(self, typeset: Typeset | None = None) -> list[Stage]:
        """The five stages; the last tells more with what a browser made of the formula."""
        return [
            Stage("token", "renderer/syntax", self._token()),
            Stage("formula", "renderer/formulas.py", self._record()),
            Stage("wrapper", "renderer/html.py", {"html": self._html, "shows": self._shows()}),
            Stage("page", "renderer/page.py", self._page(typeset)),
            Stage("client", "renderer/client", self._client(typeset)),
        ]

    def _token(self) -> dict[str, object]:
        token = self._found.token
        match = token.meta.get("match")
        return {
            "type": token.type,
            "markup": token.markup,
            "content": token.content,
            "lines": self.formula.lines,
            "mended": match.repairs if match else (),
        }

    def _record(self) -> dict[str, object]:
        record = {name: value for name, value in asdict(self.formula).items() if name != "size"}
        return {**record, "diagnostics": [str(each) for each in self._diagnostics()]}

    def _diagnostics(self) -> Iterator[Diagnostic]:
        """Those of the document that lie inside the formula."""
        first = places.place_of(self.formula, 0)
        last = places.place_of(self.formula, len(self.formula.source))
        for each in self._published.document.diagnostics:
            if first <= (each.line, each.column) < last:
                yield each

    def _wrapper(self) -> str:
        token, options = self._found.token, parser(self._published.options).options
        rule = self._renderer.rules[token.type]
        html: str = rule(self._found.siblings, self._found.index, options, self._env)
        return html.strip()

    def _shows(self) -> str:
        if not self._html:
            return "nothing: it holds definitions alone"
        if "<math" in self._html:
            return "MathML"
        return "TeX, which math-core does not turn into MathML"

    def _page(self, typeset: Typeset | None) -> dict[str, object]:
        classes = {name for found in _CLASS.findall(self._html) for name in found.split()}
        css = self._published.document.css
        return {
            "inside": " > ".join(self._found.around) or "the article itself",
            "classes": sorted(classes),
            "rules": [rule[0] for rule in _RULE.finditer(css) if rule[1] in classes],
            "reserved": _reserved(typeset.size if typeset else self.formula.size),
            "script": Assets.folder().script(),
        }

    def _client(self, typeset: Typeset | None) -> dict[str, object]:
        tex = self.formula.data_tex
        facts: dict[str, object] = {
            "tex": tex,
            "packages": packages_for(tex),
            "undefined": undefined(tex),
        }
        return facts if typeset is None else {**facts, **_account(self.formula, typeset)}


def _account(formula: Formula, typeset: Typeset) -> dict[str, object]:
    if typeset.error:
        line, column = places.of_error(formula, typeset.error, typeset.offset)
        return {"state": "failed", "error": f"{line}:{column}: {typeset.error}"}
    return {
        "state": "typeset",
        **(_lengths(typeset.size) if typeset.size else {}),
        "letters": [f"{family}: {drawn}" for family, drawn in typeset.letters.items()],
        "mathml": typeset.mathml,
    }


def _reserved(size: Size | None) -> str:
    """What --prerender keeps free for the formula."""
    if size is None or not sizes.is_reserved(size):
        return _RESERVED
    return ", ".join(f"{name} {length}" for name, length in _lengths(size).items())


def _lengths(size: Size) -> dict[str, str]:
    """In ex, the share of mathematics, and em, that of text; the depth is part of the height."""
    names = ("width", "height", "depth")
    return {name: sizes.css_length(getattr(size, name)) for name in names}


def _math(tokens: Sequence[Token]) -> Iterator[_Found]:
    """The tokens of formulas, with the names of the elements that are open around each."""
    around: list[str] = []
    for index, token in enumerate(tokens):
        if token.nesting < 0 and around:
            around.pop()
        if "formula" in token.meta:
            yield _Found(tokens, index, _named(around))
        for place, child in enumerate(token.children or []):
            if "formula" in child.meta:
                yield _Found(token.children or [], place, _named(around))
        if token.nesting > 0:
            around.append("" if token.hidden else token.tag)


def _named(tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, tags))


def _index_of(token: Token) -> int:
    formula = token.meta["formula"]
    assert isinstance(formula, Formula)  # noqa: S101 - formulas.py puts nothing else there
    return formula.index
