r"""HTML that others wrote -> the same HTML with its formulas in wrappers.

>>> shield_html("<p>a $x$</p>").formulas[0].tex
'x'

Nothing but formulas is changed, not a byte: the parser gives offsets, and wrappers are put in at
them.  Which text may hold formulas is told by :mod:`renderer.markup.runs`; what a formula is, by
the same rules that read Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from . import characters, finders, mathml, sanitize, sizes
from .convert import Typeset, drawings, in_order, resolved, sized
from .delimiters import Delimiters
from .diagnostics import diagnostic
from .document import SCREENS, Document, Formula
from .finders import Match
from .formulas import Collector
from .markup.heads import head_end, title
from .markup.runs import Heading, Run, runs
from .options import Options
from .source import Source
from .syntax import text_parser
from .syntax.state import ENV_KEY, Context
from .wrapper import Wrapper, reference, reference_text

_DEFAULT = Options()
_LINE_OPENER = re.compile(r"^[^\S\n]*(\$\$|\\\\?\[|\\begin\{)", re.MULTILINE)
_MARKUP = 2  # so many characters of HTML are one that is shown, about


def shield_html(
    html: str, options: Options | None = None, *, typeset: Typeset | None = None
) -> Document:
    """The same HTML, a fragment or a whole page, with each formula of its text in a wrapper.

    The HTML is trusted: it comes back byte for byte but for its formulas, whatever else is in it.
    Under ``html="sanitize"`` it is cleaned as :func:`renderer.render` cleans raw HTML.  No formula
    is looked for in tags, comments, code, scripts, forms' text, typeset formulas, and elements that
    MathJax ignores; none reaches over a tag other than ``<br>``.
    """
    options = options or _DEFAULT
    source = Source(html)
    if len(source.text) > options.max_source:
        return Document(html=html, diagnostics=(diagnostic("source-too-long", 1, 1),))
    head = head_end(source.text)
    context = Context(llm=options.profile == "llm", cjk=False, plain=True)
    found = [(run, _token(run, context)) for run in runs(source.text)]
    collector = Collector(source, options)
    formulas = collector.collect([token for _, token in found])
    drawn = drawings(formulas, typeset)
    writer = _Writer(Wrapper(options, drawn), source, formulas, is_page=head is not None)
    shown = writer.written(found)
    if options.html == "sanitize":
        shown = characters.neutral_html(sanitize.clean(shown, options))
    folds = [(head or 0) + _MARKUP * columns for columns in SCREENS]
    return Document(
        html=shown,
        formulas=sized(formulas, drawn),
        title="" if head is None else characters.neutral(title(source.text)),
        diagnostics=in_order([*resolved(context, source), *collector.diagnostics]),
        css=mathml.stylesheet(writer.wrapper.rules),
        letters=sizes.letters(drawn.values()),
        early=sizes.letters_before(folds, formulas, drawn),
    )


def _token(run: Run | Heading, context: Context) -> Token:
    """A run as a token of the Markdown parser, in which the rules have found the formulas."""
    if isinstance(run, Heading):
        return Token("heading_open", run.name, 1)
    children: list[Token] = []
    token = Token("inline", "", 0, content=run.content)
    table = Delimiters(token.content, plain=True)
    spans = _block_forms(run, table, llm=context.llm)
    token.meta = {"at": run.at, "display": spans, "table": table}
    context.inline, md = token, text_parser()
    md.inline.parse(token.content, md, {ENV_KEY: context}, children)
    token.children = [each for each in children if each.type in ("math", "math_ref")]
    for each in token.children:
        each.meta["extent"] = run.extent(*_extent(each))
    return token


def _extent(token: Token) -> tuple[int, int]:
    """Where in its run a formula or reference stands."""
    if token.type == "math":
        return token.meta["match"].start, token.meta["match"].end
    start = token.meta["start"]
    return start, start + len(token.info)


def _block_forms(run: Run, table: Delimiters, *, llm: bool) -> dict[int, Match]:
    """The display formulas that open first on a line; they may hold blank lines."""
    text, behind = table.text, 0
    first_line = -1 if run.opens_line else text.find("\n") % (len(text) + 1)
    spans = {}
    for opener in _LINE_OPENER.finditer(text):
        place = opener.start(1)
        if place < behind or place <= first_line:
            continue
        match = finders.display(table, place, len(text), llm=llm, block=True)
        if match is not None:
            spans[place], behind = match, match.end
    return spans


class _Writer:
    """Puts wrappers and references into the HTML that was given."""

    def __init__(
        self, wrapper: Wrapper, source: Source, formulas: Sequence[Formula], *, is_page: bool
    ) -> None:
        self.wrapper = wrapper
        self._source = source
        self._formulas = formulas
        self._is_page = is_page

    def written(self, found: Sequence[tuple[Run | Heading, Token]]) -> str:
        given, place = self._source.given, 0
        parts = []
        for start, end, html in self._pieces(found):
            parts += [given[place:start], html]
            place = end
        return "".join([*parts, given[place:]])

    def _pieces(
        self, found: Sequence[tuple[Run | Heading, Token]]
    ) -> Iterator[tuple[int, int, str]]:
        """What stands in the place of what, in the text that was given."""
        for run, inline in found:
            for token in inline.children or []:
                html = self._html(run, inline, token) if isinstance(run, Run) else None
                if html is None:
                    continue
                if self._is_page:  # whose encoding is its own affair
                    html = html.encode("ascii", "xmlcharrefreplace").decode()
                start, end = token.meta["extent"]
                yield self._source.original(start), self._source.original(end), html

    def _html(self, run: Run, inline: Token, token: Token) -> str | None:
        """What is shown for a formula or reference; None if it stays as it is."""
        start, end = _extent(token)
        left = inline.content[start - 1 : start] if start else run.before
        guards = " math-sl" if left.isspace() else ""
        guards += " math-sr" if (inline.content[end : end + 1] or run.after).isspace() else ""
        if token.type == "math":
            if "refused" in token.meta:
                return None
            formula, anchors = token.meta["formula"], token.meta["anchors"]
            return self.wrapper.formula(formula, "span", guards, anchors)
        links = token.meta["links"]
        if not links or any(target is None for _, target in links):
            return None
        if run.is_in_link:
            return reference_text(token.markup, token.info, links)
        return reference(token.markup, token.info, links, self._formulas, guards)
