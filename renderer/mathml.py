r"""TeX to native MathML, readable without any script, by math-core (a Rust library).

math-core knows most of what models write and declines the rest, for which the TeX itself is
shown.  What it needs is arranged first: labels are gone already, environments are starred so
that it does not number them itself, and ``\\[4pt]``, which it prints, loses its length.  Its
``style`` attributes become classes, because no output of ours has any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from math_core import LatexError, LatexToMathML

from .lengths import bounded, bounded_css, is_readable

_ROW_GAP = re.compile(r"(\\\\)[ \t]*\[[ \t]*-?[\d.]+[ \t]*[a-z]{2}[ \t]*\]")
_NOTAG = re.compile(r"\\(?:nonumber|notag)(?![A-Za-z])")
_TAG_COMMAND = re.compile(r"\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_DOLLARS_IN_TEXT = re.compile(r"\\text\s*\{([^{}$]*\$[^{}]*)\}")
# Environments that math-core does not know or would number, by ones of the same look.
_ALIKE: Final = {
    "align": "aligned", "alignat": "aligned", "flalign": "aligned", "eqnarray": "aligned",
    "alignedat": "aligned", "split": "aligned", "gather": "gathered", "multline": "gathered",
    "smallmatrix": "matrix",
}  # fmt: skip
_BEGIN_OR_END = re.compile(r"\\(begin|end)\{(equation|" + "|".join(_ALIKE) + r")\*?\}(\{\d+\})?")
_MACROS: Final = {
    "substack": r"\begin{subarray}{c}#1\end{subarray}",
    "pmb": r"\boldsymbol{#1}",
    "bold": r"\mathbf{#1}",
}
_STYLE = re.compile(r' style="([^"]*)"')
_INK = re.compile(r"color:\s*(#[0-9A-Fa-f]{6})")
_ID = re.compile(r' id="[^"]*"')
_ANCHOR = re.compile(r"</?a(?: [^>]*)?>")
_DECLARATION = re.compile(
    r"(?:width|text-align|justify-items|padding-(?:left|right|top|bottom)|border(?:-[a-z]+)?|color"
    r"|background(?:-color)?|font-size|font-family|math-style|math-shift|margin(?:-[a-z]+)?|transform"
    r"|font-feature-settings|min-width|height|vertical-align|math-depth)"
    r":\s*[#\w\s.%()+-]*\Z"
)


_SHORT: Final = 200  # characters; so that what is remembered stays below a few megabytes


@lru_cache(maxsize=1)
def _converter() -> LatexToMathML:
    return LatexToMathML(
        fancy_error=False, macros=_MACROS, allow_unreliable_rendering=True, max_expansions=1000
    )


def convert(tex: str, *, display: bool) -> tuple[str, Mapping[str, str]] | None:
    """The ``<math>`` element and the CSS declarations of its classes; None where it declines.

    A single number that ``\\tag`` gives is not part of it, several stand in their rows.  ``tex``
    must have passed the limits: deep nesting ends the process of the Rust library.  Short formulas
    are remembered: a text names its letters again and again, and a stream reads them anew with
    each chunk.
    """
    return (_remembered if len(tex) <= _SHORT else _converted)(tex, display)


def _converted(tex: str, display: bool) -> tuple[str, Mapping[str, str]] | None:
    try:
        mathml = _converter().convert_with_local_state(_prepare(tex), displaystyle=display)
    except LatexError:
        return None
    if mathml.count("<") <= 2:
        return None  # nothing is visible: definitions alone, or an empty formula
    if 'id="' in mathml or "</a>" in mathml:
        mathml = _ANCHOR.sub("", _ID.sub("", mathml))
    return _classed(bounded(mathml))


_remembered = lru_cache(maxsize=1024)(_converted)


def _prepare(tex: str) -> str:
    if "\\" not in tex:
        return tex
    tex = _tagged(_NOTAG.sub("", _ROW_GAP.sub(r"\1", tex)))
    tex = _BEGIN_OR_END.sub(_alike, tex)
    return _DOLLARS_IN_TEXT.sub(_split_text, tex)


def _tagged(tex: str) -> str:
    """A single tag stands beside the formula; of several, each in its row."""
    tags = len(_TAG_COMMAND.findall(tex)) if "\\tag" in tex else 0
    if tags == 0:
        return tex
    return _TAG_COMMAND.sub("" if tags == 1 else _number_in_row, tex)


def _number_in_row(found: re.Match[str]) -> str:
    return f"\\qquad\\text{{{found[2] if found[1] else f'({found[2]})'}}}"


def _alike(found: re.Match[str]) -> str:
    name = found[2]
    return f"\\{found[1]}{{{_ALIKE[name]}}}" if name in _ALIKE else ""


def _split_text(found: re.Match[str]) -> str:
    """``\\text{if $x$ is}`` as ``\\text{if }x\\text{ is}``."""
    parts = found[1].split("$")
    if len(parts) % 2 == 0:
        return found.group()
    return "".join(
        f"{{{part}}}" if index % 2 else f"\\text{{{part}}}" for index, part in enumerate(parts)
    )


def _classed(mathml: str) -> tuple[str, dict[str, str]]:
    """``mathml`` with a class for each style, and what those classes say."""
    rules: dict[str, str] = {}

    def replace(style: re.Match[str]) -> str:
        declarations = [part.strip() for part in style[1].split(";") if part.strip()]
        kept = [part for part in declarations if _DECLARATION.match(part) and _is_seen(part)]
        if not kept:
            return ""
        css = bounded_css(";".join(kept))
        name = class_name(css)
        rules[name] = css
        return f' class="{name}"'

    return _STYLE.sub(replace, mathml), rules


def _is_seen(declaration: str) -> bool:
    """Not an ink that is lost on a white page or on a black one."""
    ink = _INK.fullmatch(declaration)
    return ink is None or is_readable(ink[1])


@lru_cache(maxsize=4096)
def class_name(css: str) -> str:
    """The class whose rule says ``css``."""
    return "mm-" + blake2b(css.encode(), digest_size=4).hexdigest()


def stylesheet(rules: dict[str, str]) -> str:
    """CSS for the classes that :func:`convert` has given out, but for those of all pages."""
    return _css(rules.items() - COMMON_RULES.items())


def common_stylesheet() -> str:
    """CSS for the classes of everyday tables, part of the static stylesheet."""
    return _css(COMMON_RULES.items())


def _css(rules: Iterable[tuple[str, str]]) -> str:
    return "".join(f".{name}{{{css}}}" for name, css in sorted(rules))


_COMMON: Final = (
    "text-align: right;justify-items: end;padding-right: 0",
    "text-align: left;justify-items: start;padding-left: 0",
    "text-align: left;justify-items: start;padding-right: 0",
    "text-align: left;justify-items: start;padding-right: 0;padding-left:1em",
    "text-align: left;justify-items: start",
    "text-align: right;justify-items: end",
    "border-right: 0.05em solid currentcolor",
    "border-top: 0.05em solid currentcolor",
    "padding-left:0;padding-right:0.1667em",
    "margin-left:-0.16666667em",
)
COMMON_RULES: Final = {class_name(css): css for css in _COMMON}
"""What the classes of everyday tables say."""
