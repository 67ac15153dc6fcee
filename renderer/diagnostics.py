"""Every diagnostic code: its severity and what it says.  The documentation lists the same ones."""

from __future__ import annotations

from typing import Final

from .document import Diagnostic, Severity

CODES: Final[dict[str, tuple[Severity, str]]] = {
    "unclosed-math": ("warning", "{} is never closed here; it is shown as text"),
    "doubtful-math": ("info", "{} opens no formula here: what follows does not look like one"),
    "unopened-math": ("info", "{} closes nothing"),
    "unknown-environment": ("info", "{} is no mathematical environment; it is shown as text"),
    "bare-command": ("info", "{} stands outside mathematics; it is shown as text"),
    "bare-boxed": ("info", "\\boxed outside delimiters was taken for a formula"),
    "mixed-delimiters": ("warning", "opening and closing delimiter do not match; mended"),
    "doubled-backslash": ("warning", "the backslashes of this formula were doubled; halved"),
    "control-character": ("warning", "a control character stood for \\f or \\b; mended"),
    "entity-in-math": ("warning", "&lt;, &gt; or &amp; inside a formula; decoded"),
    "zero-width": ("info", "zero-width characters at the ends of a formula; dropped"),
    "unknown-label": ("warning", "no equation is labelled {}"),
    "duplicate-label": ("warning", "the label {} is taken already; the first one holds"),
    "unused-label": ("info", "nothing refers to the label {}"),
    "macro-error": ("error", "{}; the formula is shown as TeX"),
    "undefined-macro": ("warning", "MathJax does not know {}"),
    "mathjax-error": ("error", "MathJax: {}"),
    "dead-link": ("warning", "{}"),
    "too-many-formulas": ("error", "more formulas than max_formulas; the rest is shown as TeX"),
    "formula-too-long": ("error", "longer than max_formula_length; shown as TeX"),
    "formula-too-deep": ("error", "nested deeper than max_formula_depth; shown as TeX"),
    "formula-too-wide": ("error", "more cells than max_formula_cells; shown as TeX"),
    "source-too-long": ("error", "longer than max_source; shown as it is"),
    "unsafe-link": ("warning", "the link to {} was dropped"),
    "image-as-link": ("info", "the image {} is shown as a link"),
    "image-not-shown": ("warning", "{}"),
    "deceptive-character": ("warning", "{}: hides something from the reader; made visible"),
    "code-not-highlighted": ("info", "this {} code is too long or too slow to highlight"),
    "page-option": ("warning", "{}"),
}


def diagnostic(code: str, line: int, column: int, text: str = "") -> Diagnostic:
    """The diagnostic ``code`` at a one-based position, ``text`` filled into its message."""
    severity, message = CODES[code]
    return Diagnostic(code, severity, message.replace("{}", text[:160]), line, column)
