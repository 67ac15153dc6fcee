"""Long inline formulas as segments, between which a line may end as between words.

Where TeX would break a formula MathJax tells at build (``renderer/mathjax/segments.js``), with
the sizes of what is between.  Here is decided where a page breaks it, and its MathML is cut at
the same places, so that its segments have the same size before, while and after it is typeset::

    <math><mrow class="math-seg mg-.."><mrow class="math-part">..</mrow></mrow>..</math>
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate, pairwise
from typing import Any, Final

from .document import Drawn, Segment, Segments, Size
from .sizes import WIDE, is_reserved, segment_class

SHORTEST: Final = 8.0  # em; a formula that is no wider stays in one piece
_PIECE: Final = 3.0  # em; what would be narrower stays with its neighbour
_TAG: Final = re.compile(r"<(/?)([a-z]+)([^>]*?)(/?)>")
_SHELLS: Final = frozenset({"math", "mrow", "mstyle"})
_OPENING: Final = frozenset("([{⟨⌈⌊⟦")
_CLOSING: Final = frozenset(")]}⟩⌉⌋⟧")
_RUN: Final = 3  # so many signs may be one to MathJax, such as ``:=``


Lengths = Sequence[float]


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator of a formula's outermost row, inside ``depth`` brackets.

    The row has ``end`` children up to it and the space after it; ``breaks``: a line may end there.
    """

    text: str
    end: int
    depth: int
    breaks: bool


def chosen(depths: Sequence[int], widths: Sequence[float]) -> list[int]:
    """After how many of the pieces, whose widths in em are given, a line may end.

    Between the pieces it could, inside ``depths`` brackets; there it may only if a segment would
    be wider than a narrow column otherwise.  No segment is tiny, and where one is too wide all the
    same the formula stays in one piece, which can scroll.
    """
    places = list(accumulate(widths, initial=0.0))
    used = [0, len(widths)]
    if places[-1] <= SHORTEST:
        return []
    for depth in sorted(set(depths)):
        finer = [0]
        for start, end in pairwise(used):
            if depth == 0 or places[end] - places[start] > WIDE:
                here = (i for i in range(start + 1, end) if depths[i - 1] == depth)
                finer += _without_tiny(here, places, start, end)
            finer.append(end)
        used = finer
    fits = all(places[end] - places[start] <= WIDE for start, end in pairwise(used))
    return used[1:-1] if fits else []


def _without_tiny(
    wanted: Iterator[int], places: Sequence[float], start: int, end: int
) -> Iterator[int]:
    for index in wanted:
        if min(places[index] - places[start], places[end] - places[index]) >= _PIECE:
            yield index
            start = index


def measured(
    report: Mapping[str, Any], size: Callable[[Lengths, Lengths], Size]
) -> Segments | None:
    """The segments of a formula that is long enough, from what the page told of its drawing.

    That is its ``signs``, the ``pieces`` between those at which it may break, in both rooms, and
    the ``count`` of children of its row; ``size`` makes one of measurements in both rooms.
    """
    signs = [Sign(**each) for each in report["signs"]]
    first, second = report["pieces"]
    breaks = [sign for sign in signs if sign.breaks]
    places = chosen([sign.depth for sign in breaks], [width for width, _, _ in first])
    if not places:
        return None
    used = [breaks[place - 1] for place in places]
    depth = max(sign.depth for sign in used)
    near = [sign for sign in signs if sign.depth <= depth]
    ends = [*((sign.end, near.index(sign)) for sign in used), (report["count"], -1)]
    parts = (
        Segment(end, sign, size(joined(first[a:b]), joined(second[a:b])))
        for (end, sign), (a, b) in zip(ends, pairwise([0, *places, len(first)]), strict=True)
    )
    return Segments(tuple(parts), tuple(sign.text for sign in near), depth)


def joined(pieces: Sequence[Lengths]) -> Lengths:
    """Width, height and depth of pieces side by side, each as width, above and below the line."""
    above = max(above for _, above, _ in pieces)
    below = max(below for _, _, below in pieces)
    return sum(width for width, _, _ in pieces), above + below, below


@dataclass(frozen=True, slots=True)
class Cut:
    """A formula's ``mathml`` in segments, what its wrapper says of them, the rules they need."""

    mathml: str
    attribute: str
    rules: dict[str, str]


def cut(mathml: str, drawn: Drawn) -> Cut | None:
    """``mathml`` in the segments of the drawing; None if it has none, or is built otherwise."""
    segments = drawn.segments
    if segments is None or not all(is_reserved(part.size) for part in segments.parts):
        return None
    shells: list[_Node] = []
    children = _children(mathml, 0, len(mathml))
    while len(children) == 1 and children[0].name in _SHELLS:
        shells += children
        children = _children(mathml, children[0].inner, children[0].close)
    ends = _ends(mathml, children, segments)
    if not ends:
        return None
    rules = [segment_class(part.size) for part in segments.parts]
    parts = [
        _segment(mathml, children[start:end], name)
        for (start, end), (name, _) in zip(pairwise([0, *ends]), rules, strict=True)
    ]
    return Cut(
        _opening(mathml, shells)
        + "".join(parts[:-1])
        + f'<mrow class="math-last">{parts[-1]}</mrow>'
        + mathml[shells[-1].close :],
        " ".join(
            f"{part.end}:{name}" for part, (name, _) in zip(segments.parts, rules, strict=True)
        ),
        dict(rules),
    )


@dataclass(frozen=True, slots=True)
class _Node:
    """An element in a text: where it begins, its content begins and ends, and it ends."""

    name: str
    start: int
    inner: int
    close: int
    end: int


def _children(mathml: str, start: int, end: int) -> list[_Node]:
    """The elements between two places of well-formed text, not those inside them."""
    found: list[_Node] = []
    depth, opened, inner = 0, 0, 0
    for tag in _TAG.finditer(mathml, start, end):
        if not tag[1]:
            if depth == 0:
                opened, inner = tag.start(), tag.end()
            depth += not tag[4]
        else:
            depth -= 1
        if depth == 0:
            close = tag.start() if tag[1] else tag.end()
            found.append(_Node(tag[2], opened, inner, close, tag.end()))
    return found


def _ends(mathml: str, children: Sequence[_Node], segments: Segments) -> list[int]:
    """After how many children each segment ends; none if the signs are not those of the drawing."""
    found = list(_signs(mathml, children, segments))
    if tuple(sign for sign, _ in found) != segments.signs:
        return []
    ends = [_spaced(children, found[part.sign][1]) for part in segments.parts[:-1]]
    return [*ends, len(children)] if ends[-1] < len(children) else []


def _signs(mathml: str, children: Sequence[_Node], segments: Segments) -> Iterator[tuple[str, int]]:
    """The signs among these children, each with the number of children up to it."""
    texts = [
        unescape(mathml[child.inner : child.close]) if child.name == "mo" else ""
        for child in children
    ]
    index = depth = 0
    while index < len(children):
        depth = max(0, depth + (texts[index] in _OPENING) - (texts[index] in _CLOSING))
        runs = (texts[index : index + length] for length in range(_RUN, 0, -1))
        run = next((run for run in runs if all(run) and "".join(run) in segments.signs), None)
        index += len(run or "1")
        if run and depth <= segments.depth:
            yield "".join(run), index


def _spaced(children: Sequence[_Node], end: int) -> int:
    """The space after a sign belongs to it."""
    while end < len(children) and children[end].name == "mspace":
        end += 1
    return end


def _segment(mathml: str, children: Sequence[_Node], name: str) -> str:
    content = _content(mathml, children)
    return f'<mrow class="math-seg {name}"><mrow class="math-part">{content}</mrow></mrow>'


def _content(mathml: str, children: Sequence[_Node]) -> str:
    """These children; the operator at the end stays one between two operands, as to its space."""
    start, end = children[0].start, children[-1].end
    sign = next((child for child in reversed(children) if child.name != "mspace"), children[-1])
    if sign.name != "mo" or " form=" in mathml[sign.start : sign.inner]:
        return mathml[start:end]
    name_end = sign.start + len("<mo")
    return f'{mathml[start:name_end]} form="infix"{mathml[name_end:end]}'


def _opening(mathml: str, shells: Sequence[_Node]) -> str:
    """The tags around the row, which go on from line to line with it."""
    return "".join(_flowing(mathml[shell.start : shell.inner]) for shell in shells)


def _flowing(tag: str) -> str:
    if ' class="' in tag:
        return tag.replace(' class="', ' class="math-row ', 1)
    return tag[:-1] + ' class="math-row">'
