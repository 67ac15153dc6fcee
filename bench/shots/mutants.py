"""Pages with one wrong formula, made from right ones: pure functions, each after its seed.

A fault is put in where such faults arise: in the ``source`` (Markdown), in the page's ``html``
(what is handed to MathJax, or stands there), in its ``mathml``, or in the ``drawing`` alone, by a
rule of css, while TeX and MathML stay right, as when a font, a style sheet or an engine changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape
from random import Random
from typing import Final, Literal

from renderer import Formula, render

from . import slips

Level = Literal["source", "html", "mathml", "drawing"]

_FORMULA: Final = re.compile(
    r'<(?P<name>span|div) class="math (?P<kind>inline|display)[^>]*?'
    r' data-tex="(?P<tex>[^"]*)"[^>]*>'
    r"<!---->.*?</(?P=name)></(?P=name)>",
    re.DOTALL,
)
_TEX: Final = re.compile(r'(?<= data-tex=")[^"]*')
_MARK: Final = "data-mutant"
_ROUND: Final = re.compile(r"(?<!\\left)(?<!\\right)(?<![lrm])[()]")
_WIDE: Final = 60  # characters of TeX


@dataclass(frozen=True, slots=True)
class Place:
    """A formula in a page: its index, its TeX, and where its element stands."""

    index: int
    tex: str
    display: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mutant:
    """A page with one wrong formula: ``text`` is its Markdown or, but for ``source``, its HTML.

    ``index`` and ``tex`` say which formula of the right page is the wrong one.
    """

    kind: str
    level: Level
    index: int
    tex: str
    text: str


Edit = Callable[[str, Place, Random], str | None]
"""The page's HTML with the fault in the formula at that place; None if it has no room for it."""


def formulas(html: str) -> list[Place]:
    """The formulas of a page in their order."""
    return [
        Place(index, unescape(each["tex"]), each["kind"] == "display", each.start(), each.end())
        for index, each in enumerate(_FORMULA.finditer(html))
    ]


def in_source(kind: str, markdown: str, chance: Random) -> Mutant | None:
    """The Markdown with the slip ``kind`` in one formula, no other one changed."""
    right = _shown(markdown)
    for place, formula in chance.sample([*enumerate(right)], len(right)):
        wrong = SLIPS[kind](formula.source, chance)
        if wrong is None or wrong == formula.source:
            continue
        text = markdown[: formula.start] + wrong + markdown[formula.start + len(formula.source) :]
        now = [each.data_tex for each in _shown(text)]
        was = [each.data_tex for each in right]
        changed = [
            index for index, pair in enumerate(zip(was, now, strict=False)) if len({*pair}) > 1
        ]
        if len(now) == len(was) and changed == [place]:
            return Mutant(kind, "source", place, formula.data_tex, text)
    return None


def _shown(markdown: str) -> list[Formula]:
    """The formulas that are on the page: what only defines a macro is not."""
    return [each for each in render(markdown).formulas if each.data_tex]


def in_page(kind: str, level: Level, html: str, chance: Random) -> Mutant | None:
    """The HTML with the fault ``kind`` in one formula."""
    places = formulas(html)
    for place in chance.sample(places, len(places)):
        wrong = EDITS[kind, level](html, place, chance)
        if wrong is not None and wrong != html:
            return Mutant(kind, level, place.index, place.tex, wrong)
    return None


def all_faults() -> Iterator[tuple[str, Level]]:
    """Every fault there is: its kind, and the level at which it is put in."""
    yield from ((kind, "source") for kind in SLIPS if kind not in ("number", "error"))
    yield from EDITS


def mutant(kind: str, level: Level, markdown: str, html: str, chance: Random) -> Mutant | None:
    """One fault in a page, of which there are both forms; None if the page has no place for it."""
    if level == "source":
        return in_source(kind, markdown, chance)
    return in_page(kind, level, html, chance)


# --- in the page ---------------------------------------------------------------------------------


def _handed_over(slip: slips.Slip) -> Edit:
    """What is handed to MathJax has the slip; the MathML stays as it was."""

    def edit(html: str, place: Place, chance: Random) -> str | None:
        wrong = slip(place.tex, chance)
        if wrong is None:
            return None
        old = html[place.start : place.end]
        new = _TEX.sub(lambda _: escape(wrong).replace("\n", "&#10;"), old, count=1)
        return html[: place.start] + new + html[place.end :]

    return edit


def _native(pattern: str, other: Callable[[str, Random], str]) -> Edit:
    """The MathML has another content; what is handed to MathJax stays as it was."""
    compiled = re.compile(pattern)

    def edit(html: str, place: Place, chance: Random) -> str | None:
        old = html[place.start : place.end]
        found = list(compiled.finditer(old))
        if not found:
            return None
        one = chance.choice(found)
        new = old[: one.start()] + other(one[0], chance) + old[one.end() :]
        return html[: place.start] + new + html[place.end :]

    return edit


def _missing(html: str, place: Place, _chance: Random) -> str:
    return html[: place.start] + html[place.end :]


def _doubled(html: str, place: Place, _chance: Random) -> str:
    again = re.sub(r'^([^>]*?) id="[^"]*"', r"\1", html[place.start : place.end])
    return html[: place.end] + again + html[place.end :]


def _never_typeset(html: str, place: Place, _chance: Random) -> str:
    """The formula says of itself that it failed, so the client leaves it."""
    return _marked(html, place, 'data-math="failed"')


# --- in the drawing ------------------------------------------------------------------------------


def _ruled(*rules: str, when: Callable[[Place], bool] = lambda _place: True) -> Edit:
    """One of these rules holds for the formula; ``&`` in them stands for its element."""

    def edit(html: str, place: Place, chance: Random) -> str | None:
        return _styled(html, place, chance.choice(rules)) if when(place) else None

    return edit


def _redrawn(slip: slips.Slip, signs: str, scope: str = "") -> Edit:
    """A sign that the slip changes in the TeX is drawn as the other one, wherever it stands."""

    def edit(html: str, place: Place, chance: Random) -> str | None:
        wrong = slip(place.tex, chance)
        pair = _difference(place.tex, wrong) if wrong else None
        if not pair or not (pair[0] in signs and pair[1] in signs):
            return None
        old, new = (each.replace("-", "−") for each in pair)
        rule = f'& {scope} mjx-c[data-c="{old}"]::before {{ content: "{new}" !important }}'
        return _styled(html, place, rule)

    return edit


def _difference(right: str, wrong: str) -> tuple[str, str] | None:
    """The one character in which two texts of the same length differ, in both."""
    pairs = [pair for pair in zip(right, wrong, strict=False) if pair[0] != pair[1]]
    return pairs[0] if len(right) == len(wrong) and len(pairs) == 1 else None


def _styled(html: str, place: Place, rule: str) -> str:
    rule = rule.replace("&", f"[{_MARK}]")
    marked = _marked(html, place, _MARK)
    return marked.replace("</head>", f"<style>{rule}</style>\n</head>", 1)


def _marked(html: str, place: Place, attribute: str) -> str:
    end = html.index(" data-tex=", place.start)
    return f"{html[:end]} {attribute}{html[end:]}"


def _has(*parts: str) -> Callable[[Place], bool]:
    return lambda place: any(part in place.tex for part in parts)


def _is_wide(place: Place) -> bool:
    return place.display and len(place.tex) > _WIDE and "\\begin" not in place.tex


SLIPS: Final[Mapping[str, slips.Slip]] = {
    "digit": slips.digit,
    "sign": slips.sign,
    "script": slips.script,
    "bracket": slips.bracket,
    "rows": slips.rows,
    "number": slips.number,
    "error": slips.error,
}
_HALF = "& > .math-box { max-width: 55% !important; overflow: hidden !important }"
EDITS: Final[Mapping[tuple[str, Level], Edit]] = {
    ("digit", "html"): _handed_over(slips.digit),
    ("digit", "mathml"): _native(
        r"(?<=<mn>)\d(?=</mn>)", lambda found, chance: slips.digit(found, chance) or found
    ),
    ("digit", "drawing"): _redrawn(slips.digit, "0123456789", "mjx-mn"),
    ("sign", "html"): _handed_over(slips.sign),
    ("sign", "mathml"): _native(r"(?<=>)[+−](?=</mo>)", lambda found, _: "+−"[found == "+"]),
    ("sign", "drawing"): _redrawn(slips.sign, "+-"),
    ("script", "html"): _handed_over(slips.script),
    ("script", "drawing"): _ruled(
        "& mjx-msub > mjx-script { vertical-align: .4em !important }",
        when=lambda place: slips.script(place.tex, Random(0)) is not None and "_" in place.tex,  # noqa: S311
    ),
    ("bracket", "html"): _handed_over(slips.bracket),
    ("bracket", "drawing"): _ruled(
        '& mjx-c[data-c=")"] { visibility: hidden }',
        when=lambda place: bool(_ROUND.search(place.tex)) and "\\text" not in place.tex,
    ),
    ("rows", "html"): _handed_over(slips.rows),
    ("number", "html"): _handed_over(slips.number),
    ("number", "drawing"): _ruled(
        "& mjx-labels { visibility: hidden }",
        "& mjx-labels { transform: scaleX(-1) }",
        when=_has("\\tag{"),
    ),
    ("rule", "drawing"): _ruled(
        "& :is(mjx-line, mfrac) { border-color: transparent !important }",
        when=_has("\\frac{", "\\dfrac{"),
    ),
    ("font", "drawing"): _ruled(
        "& :is(mjx-c, math) { font-family: serif !important }",
        "& :is(mjx-c, math) { font-family: sans-serif !important }",
    ),
    ("weight", "drawing"): _ruled("& :is(mjx-c, math) { font-weight: bold !important }"),
    ("size", "drawing"): _ruled("& > .math-box { font-size: 104% !important }"),
    ("shift", "drawing"): _ruled(
        *(
            f"& > .math-box {{ position: relative; {side}: {by}px }}"
            for side in ("left", "top")
            for by in (1, -1)
        )
    ),
    ("overlap", "drawing"): _ruled("& > .math-box { margin-left: -1em !important }"),
    ("ground", "drawing"): _ruled(
        "& { color: light-dark(#fafafa, #1c1e21) !important }",
        "& :is(math, mjx-container) { color: light-dark(#fff, #16181b) !important }",
    ),
    ("clipped", "drawing"): _ruled(_HALF, when=_is_wide),
    ("missing", "html"): _missing,
    ("missing", "drawing"): _ruled("& { visibility: hidden }", "& { opacity: 0 }"),
    ("doubled", "html"): _doubled,
    ("error", "html"): _handed_over(slips.error),
    ("untypeset", "html"): _never_typeset,
}
