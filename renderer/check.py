"""What is wrong with a text, beyond what a rendering already says.

A check renders the source as ``mathward render`` would, writes nothing, and adds what MathJax
does not know, what links lead nowhere and, given a typesetter, what MathJax cannot typeset.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from . import links, places, safety
from .commands import undefined
from .convert import parse
from .diagnostics import diagnostic
from .document import Diagnostic, Document, Formula
from .errors import SourceError
from .files import MARKDOWN
from .publish import Published, Publisher, Settings
from .source import Source
from .targets import Target

if TYPE_CHECKING:
    from .browser.typeset import Typeset

Typesetting = Callable[[Sequence[tuple[str, bool]]], "list[Typeset]"]

_TOP: Final = frozenset({"", "top"})  # what every page has
_PAGES: Final = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Checked:
    """A source with all that was found, in the order of the text."""

    target: Target
    document: Document
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What links to a page can name: its ids, which begin with ``prefix``."""

    target: Target
    ids: frozenset[str]
    prefix: str

    def missing(self, fragment: str, name: str) -> str:
        """Why nothing is at ``fragment`` of the page, called ``name``; ``""`` if something is."""
        if fragment.lower() in _TOP or fragment in self.ids or fragment.startswith(":~:"):
            return ""
        own = self.prefix + fragment
        hint = f"; #{own} is there" if own in self.ids else ""
        return f"nothing on {name} has the id {fragment}{hint}"


class Checker:
    """Checks the sources of one run; ``typeset`` is asked for every formula, if it is given."""

    def __init__(self, settings: Settings, typeset: Typesetting | None = None) -> None:
        self._publisher = Publisher(replace(settings, fragment=True), None)
        self._typeset = typeset
        self._ids: dict[str, frozenset[str]] = {}

    def check(self, target: Target) -> Checked:
        """All that is odd about ``target``."""
        published = self._publisher.publish(target)
        document = published.document
        found = [
            *document.diagnostics,
            *_undefined(document.formulas),
            *self._dead_links(published),
            *self._errors(document.formulas),
        ]
        found.sort(key=lambda each: (each.line, each.column, each.code))
        return Checked(target, document, tuple(found))

    # Formulas

    def _errors(self, formulas: Sequence[Formula]) -> Iterator[Diagnostic]:
        """What MathJax says when it typesets."""
        shown = [formula for formula in formulas if formula.data_tex]
        if self._typeset is None or not shown:
            return
        results = self._typeset([(formula.data_tex, formula.display) for formula in shown])
        for formula, result in zip(shown, results, strict=True):
            if result.error:
                place = places.of_error(formula, result.error, result.offset)
                yield diagnostic("mathjax-error", *place, result.error)

    # Links

    def _dead_links(self, published: Published) -> Iterator[Diagnostic]:
        options = published.options
        if published.is_html or len(published.text) > options.max_source:
            return
        source = Source(published.text)
        tokens, _ = parse(source, options)
        page = Page(published.target, links.ids(published.html), options.id_prefix)
        for link in links.links(tokens, source, raw=options.html in ("trust", "sanitize")):
            if why := self._problem(link.address, page):
                yield diagnostic("dead-link", *source.position(link.offset), why)

    def _problem(self, address: str, page: Page) -> str:
        """Why a link leads nowhere; ``""`` if it does not, or if nothing here can tell."""
        if safety.is_external(address):
            return ""
        try:
            parts = urlsplit(safety.normalised(address))
        except ValueError:
            return ""
        path, fragment = unquote(parts.path), unquote(parts.fragment)
        if not path:
            if page.prefix + fragment in page.ids:  # such links get the prefix of the ids
                return ""
            return page.missing(fragment, "this page")
        source = page.target.source
        if path.startswith("/") or source is None:  # below a root that we do not know
            return ""
        place = _source_of(source.parent / path)
        if place is None:
            return f"there is no file {path}"
        if fragment and place.suffix.lower() in MARKDOWN:
            other = Page(page.target, self._ids_of(place, page.target), page.prefix)
            return other.missing(fragment, path)
        return ""

    def _ids_of(self, path: Path, target: Target) -> frozenset[str]:
        """The ids on the page of another source, which is rendered once for all links to it."""
        key = os.path.realpath(path)
        if key not in self._ids:
            try:
                html = self._publisher.publish(Target(path, None, target.root)).html
            except SourceError:  # reported where that file is checked
                html = ""
            self._ids[key] = links.ids(html)
        return self._ids[key]


def _undefined(formulas: Iterable[Formula]) -> Iterator[Diagnostic]:
    """The commands that MathJax does not know, at every place where one stands."""
    for formula in formulas:
        for name, place in places.of_commands(formula, undefined(formula.data_tex)):
            yield diagnostic("undefined-macro", *place, name)


def _source_of(path: Path) -> Path | None:
    """The file or folder that a link means: that one, or the source whose page it names."""
    with_endings = [path]
    if path.suffix.lower() in _PAGES:
        with_endings += [path.with_suffix(ending) for ending in sorted((*MARKDOWN, ".txt"))]
    for place in with_endings:
        try:
            if place.exists():
                return place
        except (OSError, ValueError):  # a name that no file can have
            continue
    return None
