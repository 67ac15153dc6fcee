"""A run as one HTML page that opens from disk: what changed, formula by formula, to be looked at.

Everything is in the page (crops of pictures as data, style, script), and its policy allows nothing
else.  Without the script there are no filters and no slider, and all the rest.  What comes from
pages (TeX, MathML, names, messages) is not trusted.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..mathmlcore import as_core
from .clippings import Clipping, Cutter, Piece, whole
from .model import Case, Change, FormulaRecord, Kind, Result, Run
from .wording import Part, told_apart

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

BUDGET: Final = 48_000_000  # characters of pictures; a browser opens more, and nobody looks at it
_HERE: Final = Path(__file__).parent
_CODE: Final[frozenset[Kind]] = frozenset({"tex", "mathml"})
_TITLES: Final[Mapping[Kind, str]] = {
    "added": "added",
    "removed": "removed",
    "tex": "TeX",
    "mathml": "MathML",
    "number": "number",
    "display": "inline or displayed",
    "error": "error",
    "size": "size",
    "baseline": "baseline",
    "font": "font",
    "colour": "colour",
    "clipped": "clipped",
    "moved": "moved",
    "pixels": "pixels",
    "formulas": "formulas on the page",
    "shift": "layout shift",
    "sideways": "sideways scrolling",
    "console": "console",
    "foreign": "other hosts",
    "height": "height of the page",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A difference that is told in words, and the looks in which it is the same."""

    kind: Kind
    title: str
    expected: tuple[Part, ...]
    actual: tuple[Part, ...]
    is_code: bool
    native: tuple[Markup, Markup] | None
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """A difference that is seen, and the looks in which it is; without a clipping if left out."""

    clipping: Clipping | None
    looks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """All that changed of one formula of a page, or (``formula`` 0) of the page as a whole."""

    id: str
    page: str
    formula: int
    tex: str
    number: str
    kinds: tuple[Kind, ...]
    looks: tuple[str, ...]
    states: tuple[str, ...]
    facts: tuple[Fact, ...]
    sights: tuple[Sight, ...]


@dataclass(frozen=True, slots=True)
class First:
    """A case that nothing was known of, to be looked at; without a picture if it is left out."""

    name: str
    formulas: int
    wrong: tuple[FormulaRecord, ...]
    picture: Piece | None


@dataclass(frozen=True, slots=True)
class Remark:
    """A note, and the cases it is about."""

    text: str
    cases: tuple[str, ...]


def report(run: Run) -> str:
    """The report of a run: a whole HTML page without any other file."""
    cutters = _Cutters()
    cards = list(_cards(run, cutters))
    counts = Counter(result.status for result in run.results)
    kinds = Counter(kind for card in cards for kind in card.kinds)
    style, script = (_source(name) for name in ("report.css", "report.js"))
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            policy=_policy(style, script),
            style=_markup(style),
            script=_markup(script),
            run=run,
            seconds=sum(result.seconds for result in run.results),
            counts=counts,
            cards=cards,
            pages=_pages(cards),
            kinds=[(kind, _TITLES[kind], kinds[kind]) for kind in _TITLES if kinds[kind]],
            states=sorted({state for card in cards for state in card.states}),
            titles=_TITLES,
            new=[_first(result, cutters) for result in run.new],
            remarks=_remarks(run.results),
        )
    )


# --- cards ---------------------------------------------------------------------------------------


def _cards(run: Run, cutters: _Cutters) -> Iterator[Card]:
    """One card for each formula that changed, in the order of pages and formulas."""
    found: dict[tuple[str, bool, int, str], list[tuple[Result, list[Change]]]] = {}
    for result in run.results:
        for change in result.changes:
            key = (change.case.page, change.kind == "removed", change.formula, change.tex)
            entries = found.setdefault(key, [])
            if not entries or entries[-1][0] is not result:
                entries.append((result, []))
            entries[-1][1].append(change)
    order = sorted(found, key=lambda key: (key[0], key[2], key[1], key[3]))
    for place, key in enumerate(order, 1):
        yield _card(f"c{place}", found[key], cutters)


def _card(name: str, entries: Sequence[tuple[Result, list[Change]]], cutters: _Cutters) -> Card:
    changes = [change for _, each in entries for change in each]
    first = changes[0]
    return Card(
        id=name,
        page=first.case.page,
        formula=first.formula,
        tex=first.tex,
        number=first.number,
        kinds=tuple(kind for kind in _TITLES if any(kind == each.kind for each in changes)),
        looks=tuple(dict.fromkeys(change.case.look for change in changes)),
        states=tuple(dict.fromkeys(change.case.state for change in changes)),
        facts=tuple(_facts(entries)),
        sights=tuple(_sights(entries, cutters)),
    )


def _facts(entries: Sequence[tuple[Result, list[Change]]]) -> Iterator[Fact]:
    """What is told in words, once for all looks in which it is the same."""
    found: dict[tuple[Kind, str, str], list[tuple[Result, Change]]] = {}
    for result, changes in entries:
        for change in changes:
            if change.kind != "pixels" or not change.formula:
                key = (change.kind, change.expected, change.actual)
                found.setdefault(key, []).append((result, change))
    for (kind, expected, actual), pairs in found.items():
        sides = told_apart(expected, actual) if kind in _CODE else _whole(expected, actual)
        looks = tuple(dict.fromkeys(change.case.look for _, change in pairs))
        native = _native(*pairs[0]) if kind in _CODE else None
        yield Fact(kind, _TITLES[kind], *sides, kind in _CODE, native, looks)


def _whole(expected: str, actual: str) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    return (Part(expected, False),), (Part(actual, False),)


def _native(result: Result, change: Change) -> tuple[Markup, Markup] | None:
    """The formula's MathML before and after, fit to stand in this page."""
    actual = _record(result.actual.formulas if result.actual else (), change.formula)
    expected = _partner(result, change)
    drawn = tuple(as_core(each.mathml) if each else "" for each in (expected, actual))
    if not all(drawn) or drawn[0] == drawn[1]:
        return None
    return _markup(drawn[0]), _markup(drawn[1])


def _partner(result: Result, change: Change) -> FormulaRecord | None:
    """The formula in the baseline that the change is about: the nearest one of what it was."""
    if not result.expected:
        return None
    same = [
        each
        for each in result.expected.formulas
        if change.expected in (each.tex, each.mathml) and each.mathml
    ]
    return min(same, key=lambda each: abs(each.index - change.formula), default=None)


def _record(records: Iterable[FormulaRecord], index: int) -> FormulaRecord | None:
    return next((each for each in records if each.index == index), None)


def _sights(entries: Sequence[tuple[Result, list[Change]]], cutters: _Cutters) -> Iterator[Sight]:
    """What is seen, once for all looks in which it is the same to the last pixel."""
    found: dict[Clipping | None, list[str]] = {}
    for result, changes in entries:
        seen = [change for change in changes if change.was or change.now]
        if seen and cutters.has_picture(result):
            found.setdefault(cutters.clip(result, seen), []).append(result.case.look)
    for clipping, looks in found.items():
        yield Sight(clipping, tuple(looks))


def _first(result: Result, cutters: _Cutters) -> First:
    formulas = result.actual.formulas if result.actual else ()
    wrong = tuple(each for each in formulas if each.error)
    return First(result.case.name, len(formulas), wrong, cutters.whole(result))


class _Cutters:
    """Clippings and whole pictures of all results, as long as the budget lasts."""

    def __init__(self) -> None:
        self._cutters: dict[Case, Cutter] = {}
        self._left = BUDGET

    def has_picture(self, result: Result) -> bool:
        captures = (result.expected, result.actual)
        return any(each and each.picture and each.picture.png for each in captures)

    def clip(self, result: Result, changes: Sequence[Change]) -> Clipping | None:
        if self._left <= 0:
            return None
        cutter = self._cutters.setdefault(result.case, Cutter(result))
        clipping = cutter.clip(changes)
        self._left -= clipping.weight if clipping else 0
        return clipping

    def whole(self, result: Result) -> Piece | None:
        if self._left <= 0 or not result.actual:
            return None
        picture = whole(result.actual)
        self._left -= len(picture.uri) if picture else 0
        return picture


# --- around the cards ----------------------------------------------------------------------------


def _pages(cards: Sequence[Card]) -> list[tuple[str, list[Card]]]:
    return [(page, list(group)) for page, group in groupby(cards, key=lambda card: card.page)]


def _remarks(results: Sequence[Result]) -> list[Remark]:
    found: dict[str, list[str]] = {}
    for result in results:
        for note in result.notes:
            found.setdefault(note, []).append(result.case.name)
    return [Remark(text, tuple(cases)) for text, cases in found.items()]


def _policy(style: str, script: str) -> str:
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {_digest(style)}; script-src {_digest(script)}"
    )


def _digest(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


@lru_cache
def _source(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


@lru_cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _markup(html: str) -> Markup:
    from markupsafe import Markup

    return Markup(html)  # noqa: S704 - our own files, and MathML that was written anew
