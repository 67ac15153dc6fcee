"""The engines that are compared, as data: what each is given and how its formulas are known.

``form`` says what a formula is in the page's HTML: ``authored`` TeX with labels, for engines that
number by themselves; ``resolved`` TeX with its number as ``\\tag`` and references that are links;
``katex`` and ``native`` markup made at build; or a page of mathward's own, with sizes or without.
``shown`` names the test of ``observe.js`` that tells a formula that is typeset.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["authored", "resolved", "katex", "native", "rendered", "prerendered"]


@dataclass(frozen=True, slots=True)
class Engine:
    """One line of every table.

    ``head`` goes into the page's head.  ``eager`` engines typeset the whole page at load.
    ``largest`` is the biggest page that they are given, and ``why`` the reason for the limit.
    """

    name: str
    label: str
    form: Form
    shown: str
    head: str = ""
    eager: bool = False
    largest: int = 1_000_000
    why: str = ""


FLOOR: Final = "native"
LAZY: Final = "mathjax4-lazy"
OURS: Final = ("mathward", "mathward-prerendered")

_PLACE: Final = "/rivals"
_QUIET: Final = (
    "options: {menuOptions: {settings: {"
    "enrich: false, speech: false, braille: false, collapsible: false, assistiveMml: false}}}"
)


def _mathjax3() -> str:
    return (
        '<script>MathJax = {tex: {tags: "ams"}};</script>\n'
        f'<script defer src="{_PLACE}/mathjax3/es5/tex-chtml.js"></script>'
    )


def _mathjax4(load: str = "[]", *more: str) -> str:
    parts = (
        f'loader: {{load: {load}, paths: {{fonts: "{_PLACE}/@mathjax"}}}}',
        'tex: {tags: "ams"}',
        *more,
    )
    return (
        f"<script>MathJax = {{{', '.join(parts)}}};</script>\n"
        f'<script defer src="{_PLACE}/mathjax/tex-chtml.js"></script>'
    )


_KATEX_CSS = f'<link rel="stylesheet" href="{_PLACE}/katex/dist/katex.min.css">'
_KATEX = (
    f"{_KATEX_CSS}\n"
    f'<script defer src="{_PLACE}/katex/dist/katex.min.js"></script>\n'
    f'<script defer src="{_PLACE}/katex/dist/contrib/auto-render.min.js"'
    ' onload="renderMathInElement(document.body)"></script>'
)

ENGINES: Final = {
    engine.name: engine
    for engine in (
        Engine("mathjax3", "MathJax 3 eager", "authored", "mathjax", _mathjax3(), eager=True),
        Engine(
            "mathjax4",
            "MathJax 4 eager",
            "authored",
            "mathjax",
            _mathjax4(),
            eager=True,
            largest=1000,
            why="half a minute of CPU for one load; the line without accessibility stands for it",
        ),
        Engine(
            "mathjax4-quiet",
            "MathJax 4 eager, accessibility off",
            "authored",
            "mathjax",
            _mathjax4("[]", _QUIET),
            eager=True,
        ),
        Engine(
            LAZY,
            "MathJax 4 `ui/lazy`, accessibility off",
            "authored",
            "mathjax",
            _mathjax4('["ui/lazy"]', _QUIET),
        ),
        Engine("katex", "KaTeX auto-render", "resolved", "katex", _KATEX, eager=True),
        Engine("katex-prerendered", "KaTeX prerendered", "katex", "katex", _KATEX_CSS),
        Engine(FLOOR, "native MathML", "native", "native"),
        Engine(OURS[0], "**mathward**", "rendered", "mathward"),
        Engine(OURS[1], "**mathward prerendered**", "prerendered", "mathward"),
    )
}
