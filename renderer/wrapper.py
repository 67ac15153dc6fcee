r"""The HTML of a formula and of a reference to one, which page, client and themes rely on.

Both marks against translators stand on every element, the empty comment makes Firefox's
translator split the block around it, and no element has a style attribute.

Next hop: :mod:`renderer.html` puts the strings between the prose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from . import lengths, mathml, segments, sizes, textform
from .document import Drawn, Formula
from .mathmlcore import as_core
from .options import Options
from .references import Target, shown_as

GUARD: Final = 'notranslate" translate="no"'
_MAX_TITLE: Final = 120


class Wrapper:
    """Writes the formulas of one document, and gathers the style classes they need.

    ``drawn`` is what is known of drawings, by the formula's index.
    """

    def __init__(self, options: Options, drawn: Mapping[int, Drawn] | None = None) -> None:
        self._mathml = options.mathml
        self._drawn = drawn or {}
        self.rules: dict[str, str] = {}

    def formula(
        self, formula: Formula, tag: str, guards: str = "", anchors: Sequence[str] = ()
    ) -> str:
        """The two elements of a formula; the anchors of further labels stand before them."""
        if not formula.data_tex:
            return ""  # definitions alone leave no gap
        kind = "display" if formula.display else "inline"
        tex = escape(formula.data_tex).replace("\n", "&#10;")
        own = f' id="{anchors[0]}"' if anchors else ""
        more = "".join(f'<span class="md-anchor" id="{anchor}"></span>' for anchor in anchors[1:])
        drawn = self._drawn.get(formula.index)
        (readable, rules), flow = self._readable(formula), ""
        self.rules.update(rules)
        classes = sized = self._reserved(drawn, readable)
        if lengths.moves(readable, rules):
            classes += " math-clip"
        elif drawn and sized and (cut := segments.cut(readable, drawn)):
            self.rules.update(cut.rules)
            readable, flow = cut.mathml, " math-flow"
            own += f' data-segments="{cut.attribute}"'
        if not (sized or formula.display) and lengths.is_long(readable):
            classes += " math-long"
        return (
            f'{more}<{tag} class="math {kind}{guards}{classes} {GUARD}'
            f' data-tex="{tex}"{own}><!---->'
            f'<{tag} class="math-box{flow} {GUARD}>{readable}</{tag}></{tag}>'
        )

    def _reserved(self, drawn: Drawn | None, readable: str) -> str:
        """The classes that keep room for the drawing, if its size is known.

        TeX for want of MathML has none: it would be squeezed into the room for what nobody sees.
        """
        is_tex = self._mathml and not readable.startswith("<math")
        if drawn is None or is_tex or not sizes.is_reserved(drawn.size):
            return ""
        names, rules = sizes.classes(drawn.size)
        self.rules.update(rules)
        return names

    def _readable(self, formula: Formula) -> tuple[str, Mapping[str, str]]:
        """What stands in the wrapper until MathJax typesets, and the rules that it needs.

        MathML, or TeX where there is none.
        """
        converted = None
        if self._mathml:
            converted = mathml.convert(formula.data_tex, display=formula.display)
            drawn = self._drawn.get(formula.index)
            if converted is None and drawn and (core := as_core(drawn.mathml, _number(formula))):
                converted = core, {}
        if converted is None:  # assistive technology meets a formula all the same
            tex = escape(as_tex(formula), quote=False)
            return f'<span class="math-tex {GUARD} role="math">{tex}</span>', {}
        element, rules = converted
        if not (number := escape(_number(formula), quote=False)):
            return element, rules
        return f'{element}<span class="math-num {GUARD}>{number}</span>', rules


def _number(formula: Formula) -> str:
    """The number that stands beside the formula; several stand in their rows."""
    return textform.of_text(formula.numbers[0]) if len(formula.numbers) == 1 else ""


def as_tex(formula: Formula) -> str:
    r"""The formula's TeX between ``\(..\)`` or ``\[..\]``; an environment needs neither."""
    tex = formula.data_tex
    if formula.display:
        return tex if tex.startswith("\\begin{") else f"\\[{tex}\\]"
    return f"\\({tex}\\)"


def as_source(tex: str, tag: str) -> str:
    """A formula that is not typeset, as the author wrote it."""
    return f'<{tag} class="math-source {GUARD}>{escape(tex, quote=False)}</{tag}>'


def reference(
    command: str,
    source: str,
    links: Sequence[tuple[str, Target | None]],
    formulas: Sequence[Formula],
    guards: str = "",
) -> str:
    """The links of a reference; its source where a label is unknown, so that nothing is lost."""
    if not links or any(target is None for _, target in links):
        return f'<span class="math-ref-missing {GUARD}><!---->{escape(source, quote=False)}</span>'
    parts = [_link(command, target, formulas, guards) for _, target in links if target]
    return f'<span class="{GUARD}><!---->, </span>'.join(parts)


def reference_plain(command: str, source: str, links: Sequence[tuple[str, Target | None]]) -> str:
    """A reference as plain text, for titles."""
    if not links or any(target is None for _, target in links):
        return source
    return ", ".join(textform.of_text(shown_as(command, target)) for _, target in links)


def reference_text(command: str, source: str, links: Sequence[tuple[str, Target | None]]) -> str:
    """A reference where no link can stand: inside one, and in a table of contents."""
    text = escape(reference_plain(command, source, links), quote=False)
    return f'<span class="math-ref {GUARD}><!---->{text}</span>'


def _link(command: str, target: Target, formulas: Sequence[Formula], guards: str) -> str:
    shown = escape(textform.of_text(shown_as(command, target)), quote=False)
    title = escape(textform.plain(formulas[target.formula].data_tex)[:_MAX_TITLE])
    return (
        f'<a class="math-ref{guards} {GUARD} href="#{target.anchor}" title="{title}">'
        f'<!----><span class="math-ref-text {GUARD}>{shown}</span></a>'
    )
