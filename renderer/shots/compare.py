"""Two captures of a page -> what has changed, formula by formula.

Formulas are paired by what they say, not by their place, so that one which came or went changes
nothing about the others.  What a formula says is compared exactly; where another machine made the
baseline, of its size in ex only the proportions, to a tolerance.  Pixels are compared here only by
their digests and by :mod:`renderer.shots.pixels`, and only between equal fingerprints.

Next hop: :mod:`renderer.shots.verdict` adds what the pixels say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from .model import Box, Capture, Case, Change, FormulaRecord, Kind

SAME: Final = 0.03  # ex; what one machine measures differs by less
_ABROAD: Final = 0.12  # ex; what two machines with other fonts measure
_LARGER: Final = 1.4  # times; what their fonts and their room may do to a formula as a whole
_FILLING: Final = re.compile(r"\\begin\{(?:multline|flalign)\*?\}")  # as wide as the page
_PART: Final = 0.02  # of the length, for long formulas
_SHIFT: Final = 0.005
MACHINE: Final = "machine's "  # before the name of a font that the page does not bring
_SHOWN: Final = 60  # characters of TeX in a message
_AROUND: Final = 12  # of them, before and after what differs

# What replaces what is seen of a formula: whoever tells one of them need not tell the others.
VISIBLE: Final[frozenset[Kind]] = frozenset(
    {"tex", "mathml", "display", "number", "error", "size", "font", "colour", "clipped", "pixels"}
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which formula of the baseline is which one now, and those that have none."""

    both: tuple[tuple[FormulaRecord, FormulaRecord], ...]
    removed: tuple[FormulaRecord, ...]
    added: tuple[FormulaRecord, ...]


def paired(was: Capture, now: Capture) -> Pairs:
    """The formulas of two captures of a page, side by side."""
    first, second = was.formulas, now.formulas
    keys = [[(each.tex, each.display) for each in side] for side in (first, second)]
    both: list[tuple[FormulaRecord, FormulaRecord]] = []
    removed: list[FormulaRecord] = []
    added: list[FormulaRecord] = []
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for _, start, end, low, high in matcher.get_opcodes():
        common = min(end - start, high - low)
        both += zip(first[start : start + common], second[low : low + common], strict=True)
        removed += first[start + common : end]
        added += second[low + common : high]
    return Pairs(tuple(both), tuple(removed), tuple(added))


def changes(was: Capture, now: Capture, pairs: Pairs, *, alike: bool) -> Iterator[Change]:
    """What has changed in what the page says of itself and of its formulas.

    ``alike``: both were measured under the same fingerprint.
    """
    case = now.case
    for old in pairs.removed:
        yield of_formula("removed", case, old, old.tex, "", "is gone", was=old.box, now=None)
    for new in pairs.added:
        yield of_formula("added", case, new, "", new.tex, "is new", was=None, now=new.box)
    for old, new in pairs.both:
        yield from _said(case, old, new, alike)
        if old.tex == new.tex and old.mathml == new.mathml:
            yield from _measured(case, old, new, alike)
    yield from _of_page(was, now)


def of_formula(
    kind: Kind,
    case: Case,
    formula: FormulaRecord,
    expected: str,
    actual: str,
    what: str,
    *,
    was: Box | None,
    now: Box | None,
) -> Change:
    """A change of one formula, with the line that tells it."""
    message = f"{case.name}: {_named(formula)}: {what}"
    place = (case, formula.index, formula.tex, formula.number)
    return Change(kind, *place, expected, actual, message, was, now)


def of_page(
    kind: Kind, case: Case, expected: str, actual: str, what: str, box: Box | None = None
) -> Change:
    """A change that belongs to no formula."""
    return Change(kind, case, 0, "", "", expected, actual, f"{case.name}: {what}", box, box)


def _named(formula: FormulaRecord) -> str:
    number = f" {formula.number}" if formula.number else ""
    return f"formula {formula.index}{number} ({_shortened(formula.tex) or 'without TeX'})"


# --- what a formula says ---------------------------------------------------------------------


def _said(case: Case, old: FormulaRecord, new: FormulaRecord, alike: bool) -> Iterator[Change]:
    """What is compared to the letter; of two machines only what their fonts do not decide."""
    kinds: tuple[Kind, ...] = ("number", "error", "display", "colour")
    if alike:
        kinds = (*kinds, "clipped")
    if old.tex != new.tex:
        kinds = ("tex", *kinds)
    elif old.mathml != new.mathml:
        kinds = ("mathml", *kinds)
    elif alike or not depends_on_machine(new):
        kinds = ("font", *kinds)
    for kind in kinds:
        expected, actual = _value(kind, old), _value(kind, new)
        if expected != actual:
            what = _words(kind, expected, actual)
            yield of_formula(kind, case, new, expected, actual, what, was=old.box, now=new.box)


def _value(kind: Kind, formula: FormulaRecord) -> str:
    match kind:
        case "display":
            return "displayed" if formula.display else "inline"
        case "colour":
            return f"{formula.colour} on {formula.ground}"
        case "clipped":
            return "cut off" if formula.clipped else "whole"
    return str(getattr(formula, kind))


def _words(kind: Kind, expected: str, actual: str) -> str:
    match kind:
        case "tex":
            return f"its TeX is {_around(expected, actual)}"
        case "mathml":
            return f"its MathML is {_around(expected, actual)}"
        case "error":
            return f"has an error: {actual}" if actual else f"no longer has an error: {expected}"
        case "number" | "font" | "colour":
            return f"its {kind} is {actual or 'none'}, was {expected or 'none'}"
    return f"is {actual}, was {expected}"


def _around(old: str, new: str) -> str:
    """The new text where it begins to differ, and what stood there."""
    shorter = min(len(old), len(new))
    start = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    end = next(
        (at for at in range(shorter - start) if old[-1 - at] != new[-1 - at]), shorter - start
    )
    low = max(0, start - _AROUND)
    pieces = [text[low : len(text) - max(0, end - _AROUND)] for text in (new, old)]
    now, was = (f"{'…' if low else ''}{_shortened(piece)}" for piece in pieces)
    return f"“{now}”, was “{was}”"


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"


# --- how large it is -------------------------------------------------------------------------


def _measured(case: Case, old: FormulaRecord, new: FormulaRecord, alike: bool) -> Iterator[Change]:
    """Sizes in ex; of two machines only proportions, and only of what is drawn alike on both."""
    if not alike and depends_on_machine(new):
        return
    scale = 1.0 if alike else _scale(old, new)
    was, now = (f"{each.width:g} × {each.height:g} ex" for each in (old, new))
    fills_line = not alike and _FILLING.search(new.tex)
    is_wider = not fills_line and _differ(old.width * scale, new.width, alike)
    if is_wider or _differ(old.height * scale, new.height, alike):
        what = f"is {now}, was {was}"
        yield of_formula("size", case, new, was, now, what, was=old.box, now=new.box)
    elif (alike or (old.depth and new.depth)) and _differ(old.depth * scale, new.depth, alike):
        was, now = (f"{each.depth:g} ex" for each in (old, new))
        what = f"reaches {now} below the line, was {was}"
        yield of_formula("baseline", case, new, was, now, what, was=old.box, now=new.box)


def _scale(old: FormulaRecord, new: FormulaRecord) -> float:
    """How much larger a formula is than on another machine.

    Formulas are sized by the font that was around them when they were typeset, which may be
    another one now (on paper), and long ones by the room that there is.
    """
    if not old.height or not new.height:
        return 1.0
    return min(max(new.height / old.height, 1 / _LARGER), _LARGER)


def depends_on_machine(formula: FormulaRecord) -> bool:
    """Whether some of it is drawn in a font of the reader's machine."""
    if MACHINE in formula.font or formula.engine == "mathml" or formula.error:
        return True
    return "<mtext" in formula.mathml or any(ord(sign) > 0x2E7F for sign in _bmp(formula.mathml))


def _bmp(text: str) -> Iterator[str]:
    return (sign for sign in text if ord(sign) < 0xFFFF and not 0xE000 <= ord(sign) < 0xF900)


def _differ(old: float, new: float, alike: bool) -> bool:
    room = SAME if alike else max(_ABROAD, _PART * abs(old))
    return abs(old - new) > room


# --- the page --------------------------------------------------------------------------------


def _of_page(was: Capture, now: Capture) -> Iterator[Change]:
    case = now.case
    for error in now.errors:
        if error not in was.errors:
            yield of_page("console", case, "", error, f"reports: {error}")
    for host in now.foreign:
        if host not in was.foreign:
            yield of_page("foreign", case, "", host, f"asks another host: {host}")
    if now.sideways > was.sideways and now.sideways > 1:
        said = f"has to be scrolled {now.sideways} px sideways, was {was.sideways}"
        yield of_page("sideways", case, str(was.sideways), str(now.sideways), said)
    if was.shift is not None and now.shift is not None and was.shift < _SHIFT <= now.shift:
        said = f"layout shift {now.shift:g}, was {was.shift:g}"
        yield of_page("shift", case, f"{was.shift:g}", f"{now.shift:g}", said)
