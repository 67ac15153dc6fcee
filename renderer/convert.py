"""Markdown in, Document out: the conversion, step by step.

>>> render("so $a < b$").formulas[0].tex
'a < b'
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

from markdown_it.token import Token

from . import characters, mathml, sanitize, sizes
from .diagnostics import diagnostic
from .document import SCREENS, Diagnostic, Document, Drawn, Formula
from .formulas import Collector, source_offset
from .html import FragmentRenderer
from .language import columns_end
from .options import Options
from .source import Source
from .syntax import parser
from .syntax.state import ENV_KEY, Context

Typeset = Callable[[Sequence[Formula]], Sequence[Drawn | None]]
"""Typesets the formulas of a document at build; None for those it knows nothing of."""

_DEFAULT = Options()
_SEARCHED = 5_000  # characters of a block in which a link's address is looked for


def render(
    text: str, options: Options | None = None, *, typeset: Typeset | None = None
) -> Document:
    """The document that ``text`` holds; any string gives one.

    Safe for untrusted text under the default options.  Cost is linear in the length of the
    text, about a millisecond for each kilobyte.  ``typeset`` is asked once for all formulas, such
    as a :class:`~renderer.prerender.Prerenderer`, and their sizes are reserved in the HTML.
    """
    options = options or _DEFAULT
    source = Source(text)
    if len(source.text) > options.max_source:
        return _too_long(source)
    tokens, env = parse(source, options)
    md, context = parser(options), Context.of(env)
    collector = Collector(source, options)
    found = collector.collect(tokens)
    drawn = drawings(found, typeset)
    renderer = FragmentRenderer(options, tokens, found, drawn)
    html = renderer.render(tokens, md.options, env)
    if options.html == "sanitize":
        html = sanitize.clean(html, options)
    shown = html if options.html == "trust" else characters.neutral_html(html)
    title = str(context.meta.get("title") or "") or _first_heading(renderer)
    notes = resolved(context, source)
    if shown != html:
        notes += _doubtful(source)
    folds = [columns_end(source.text, columns) for columns in SCREENS]
    return Document(
        html=shown,
        formulas=sized(found, drawn),
        headings=tuple(renderer.headings),
        title=characters.neutral(title),
        meta=context.meta,
        diagnostics=in_order([*notes, *collector.diagnostics, *_met(renderer, source)]),
        css=mathml.stylesheet(renderer.wrapper.rules),
        letters=sizes.letters(drawn.values()),
        early=sizes.letters_before(folds, found, drawn),
    )


def parse(source: Source, options: Options) -> tuple[list[Token], dict[str, Context]]:
    """The tokens of a text, and the environment in which its rules met."""
    env = {ENV_KEY: Context.under(options)}
    tokens = parser(options).parse(source.text, env)
    return (without(tokens, "think") if options.think == "drop" else tokens), env


def drawings(formulas: Sequence[Formula], typeset: Typeset | None) -> dict[int, Drawn]:
    """What is known of the drawings of ``formulas``, by index."""
    shown = [formula for formula in formulas if formula.data_tex]
    told = typeset(shown) if typeset and shown else []
    return {formula.index: drawn for formula, drawn in zip(shown, told, strict=False) if drawn}


def sized(formulas: Sequence[Formula], drawn: dict[int, Drawn]) -> tuple[Formula, ...]:
    return tuple(
        replace(each, size=drawn[each.index].size) if each.index in drawn else each
        for each in formulas
    )


def _too_long(source: Source) -> Document:
    shown = escape(characters.neutral(source.text), quote=False)
    return Document(
        html=f"<pre>{shown}</pre>\n", diagnostics=(diagnostic("source-too-long", 1, 1),)
    )


def without(tokens: Sequence[Token], kind: str) -> list[Token]:
    """The tokens but those from ``kind_open`` to ``kind_close``."""
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.type == f"{kind}_open"
        if not depth:
            kept.append(token)
        depth -= token.type == f"{kind}_close"
    return kept


def _first_heading(renderer: FragmentRenderer) -> str:
    return renderer.headings[0].text if renderer.headings else ""


def resolved(context: Context, source: Source) -> list[Diagnostic]:
    """The notes of the rules as diagnostics with their place in the source."""
    resolved = []
    for note in context.notes:
        offset = source_offset(note.token, note.offset, source) if note.token else 0
        resolved.append(diagnostic(note.code, *source.position(offset), note.text))
    return resolved


def _met(renderer: FragmentRenderer, source: Source) -> list[Diagnostic]:
    """What the renderer met, where the address stands in its block, as far as it is found."""
    found = []
    for code, line, address in renderer.met:
        begin = source.starts[line]
        place = source.text.find(address, begin, begin + _SEARCHED)
        position = source.position(place if place >= 0 else begin)
        found.append(diagnostic(code, *position, address))
    return found


def _doubtful(source: Source) -> list[Diagnostic]:
    return [
        diagnostic("deceptive-character", *source.position(offset), what)
        for offset, what in characters.doubtful(source.text).items()
    ]


def in_order(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By their place in the source."""
    return tuple(sorted(diagnostics, key=lambda d: (d.line, d.column, d.code)))
