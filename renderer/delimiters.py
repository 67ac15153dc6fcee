r"""Where does the formula that opens here end?  One table per text answers in O(log n).

A finder that scans from every opener is quadratic on a thousand unclosed ``\(a ``.  So the
delimiters of a text are listed once, from left to right, with the brace depth at each, and
every opener is paired in one pass from right to left: the nearest closer at its own depth, and
the nearest at any depth, which serves where none lies at its own (G3, G4).  Escapes are read by
parity (G2).  Code spans, raw HTML tags, link destinations and the text of ``<code>`` and its
like hold no delimiters (G1).

      a \(b_{\text{if \(c\)}}\) d
        ^ opener, depth 0       ^ closer at depth 0; the inner one lies at depth 2

Next hop: the rules in :mod:`renderer.syntax` turn an :class:`Opener` into a token.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple

NONE: Final = -1

# Openers with their closer and that of the pair that models mix them up with (L6); three dollars or
# more ("$$$", as in the price ranges of restaurants) open and close nothing.
_PAIRS: Final = {
    "$": ("$", r"\)"),
    "$$": ("$$", r"\]"),
    "$$$": ("$$$", ""),
    r"\(": (r"\)", "$"),
    r"\[": (r"\]", "$$"),
    r"\\(": (r"\\)", ""),
    r"\\[": (r"\\]", ""),
}
_NEVER_CLOSE: Final = frozenset(mark for mark, (closer, _) in _PAIRS.items() if closer != mark)

# Each alternative begins with a character of its own, so that a search leaps from one of them to
# the next.  What tells kinds apart is which group has matched; a group of braces that holds nothing
# of note, and escapes that keep what follows from being read, match without any.
_GROUPS = (
    r"|(?P<env>begin|end)\{(?P<name>[A-Za-z]+\*?)\}|(?P<box>boxed\{)|[\\${}`<])"
    r"|\{(?:[^\\${}`<\]]++|\\[^\\(){}\[\]$`<])*+\}|\{(?P<open>)|\}(?P<close>)"
)
_TEX = r"\$(?P<dollars>\$*)|\\(?:(?P<bracket>\\?[()\[\]])" + _GROUPS
_DISPLAY = r"\$(?P<dollars>\$+)|\\(?:(?P<bracket>\\?[\[\]])" + _GROUPS
_MARKUP = r"|`(?P<ticks>`*)|\](?P<link>\([^\s()<>]*+\))|<(?P<tag>/?[A-Za-z])"
_DOLLARS, _BRACKET, _, _ENVIRONMENT, _BOX, _OPEN, _CLOSE = range(1, 8)


@cache
def _events(*, inline: bool, markup: bool) -> re.Pattern[str]:
    """What a scan stops at; few processes need all of these."""
    return re.compile((_TEX if inline else _DISPLAY) + (_MARKUP if markup else ""))


_TAG = re.compile(
    r"</?([A-Za-z][A-Za-z0-9-]*)"
    r"(?:\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:[^\"'=<>`\s]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*>"
)
_VERBATIM: Final = frozenset({"code", "kbd", "samp", "pre", "script", "style", "textarea", "math"})
_TICKS = re.compile("`+")
# A fence or an ATX heading after a blank line ends the search for a block form's closer (G5).
_BARRIER = re.compile(r"(?<=\n)[ \t]*\n[ ]{0,3}(?=#{1,6}(?:[ \t\n]|\Z)|`{3}|~{3})")
_BLANK = re.compile(r"\n(?=[ \t]*\n)")
# Display marks; the group stands for those that are first on their line.
_DISPLAY_MARK = re.compile(r"(\n[ \t]*)?(?:\$\$|\\[\[\]])")
_FIRST_ON_LINE = re.compile(r"^[ \t]*(\\\[|\$\$)", re.MULTILINE)
_BRACE = re.compile(r"\\[\s\S]|[{}]")
_URL_LIKE = re.compile(r"[/:.?#=]")


class Opener(NamedTuple):
    """An opening delimiter and the candidates for its closer, as offsets or NONE.

    ``level`` is the nearest closer at the opener's own brace depth, ``nearest`` the nearest at
    any depth, ``mixed`` the nearest closer of the pair it is mixed up with, at its own depth.
    """

    start: int
    mark: str
    level: int
    nearest: int
    mixed: int


class Delimiters:
    """The delimiters of ``text``, paired; cost O(n log n), each question O(log n).

    ``openers`` maps an offset to its :class:`Opener`, ``environments`` the offset of a
    ``\\begin{E}`` to (name, offset of its ``\\end{E}``, offset behind that), ``code`` the offset of
    a code span to the offset behind it, ``boxed`` that of a ``\\boxed{`` to its closing brace.
    In ``plain`` text nothing of Markdown or HTML is read; without ``inline`` formulas of the
    display forms alone are.
    """

    def __init__(self, text: str, *, plain: bool = False, inline: bool = True) -> None:
        self.text = text
        self.environments: dict[int, tuple[str, int, int]] = {}
        self.code: dict[int, int] = {}
        self.boxed: dict[int, int] = {}
        self._marks: list[tuple[int, int, str]] = []
        self._verbatim: list[tuple[int, int]] = []
        self._barriers: list[int] | None = [] if plain else None
        self._blanks: list[int] | None = None
        self._starts: dict[str, list[int]] | None = None
        self._line_starts: dict[str, list[int]] | None = None
        _Scan(self).run(_events(inline=inline, markup=not plain))
        self.openers = _paired(self._marks)

    def opener(self, place: int) -> Opener | None:
        return self.openers.get(place)

    def is_verbatim(self, place: int) -> bool:
        """Whether ``place`` lies between ``<code>`` and ``</code>`` or their like."""
        index = bisect_right(self._verbatim, (place, len(self.text))) - 1
        return index >= 0 and place < self._verbatim[index][1]

    def next_blank(self, place: int) -> int:
        """The offset of the first blank line behind ``place``, or the end of the text."""
        if self._blanks is None:
            self._blanks = [m.start() for m in _BLANK.finditer(self.text)]
        index = bisect_left(self._blanks, place)
        return self._blanks[index] if index < len(self._blanks) else len(self.text)

    def next_barrier(self, place: int) -> int:
        """The offset behind which no block form may look for its closer (G5)."""
        if self._barriers is None:
            self._barriers = [m.start() for m in _BARRIER.finditer(self.text)]
        index = bisect_left(self._barriers, place)
        return self._barriers[index] if index < len(self._barriers) else len(self.text)

    def next_start(self, mark: str, place: int) -> int:
        """The offset of the next ``mark`` behind ``place``, or the end of the text."""
        starts = self._all_starts().get(mark, [])
        index = bisect_right(starts, place)
        return starts[index] if index < len(starts) else len(self.text)

    def next_line_start(self, mark: str, place: int) -> int:
        """Like :meth:`next_start` for a mark that is first on its line."""
        if self._line_starts is None:
            first = {m.start(1) for m in _FIRST_ON_LINE.finditer(self.text)}
            self._line_starts = {
                mark: [p for p in starts if p in first]
                for mark, starts in self._all_starts().items()
            }
        starts = self._line_starts.get(mark, [])
        index = bisect_right(starts, place)
        return starts[index] if index < len(starts) else len(self.text)

    def blank_between(self, start: int, end: int) -> bool:
        return self.next_blank(start) < end

    def _all_starts(self) -> dict[str, list[int]]:
        if self._starts is None:
            self._starts = {}
            for place, _, mark in self._marks:
                self._starts.setdefault(mark, []).append(place)
        return self._starts


_Stack = list[tuple[int, int]]
"""Depth and place of the closers of one kind to the right; the nearest is last, and deepest."""


def _paired(marks: list[tuple[int, int, str]]) -> dict[int, Opener]:
    """The openers among ``marks``, which are places with their depth, by their place."""
    openers: dict[int, Opener] = {}
    stacks: defaultdict[str, _Stack] = defaultdict(list)
    for place, depth, mark in reversed(marks):
        if mark in _PAIRS:
            closer, mixed = _PAIRS[mark]
            own, other = stacks[closer], stacks[mixed]
            openers[place] = Opener(
                place,
                mark,
                _at_level(own, depth) if own else NONE,
                own[-1][1] if own else NONE,
                _at_level(other, depth) if other else NONE,
            )
        if mark not in _NEVER_CLOSE:
            _push(stacks[mark], depth, place)
            if mark != "$" and mark[0] == "$":  # any "$" decides for a single-dollar opener (G8)
                _push(stacks["$"], depth, place)
    return openers


def _push(stack: _Stack, depth: int, place: int) -> None:
    while stack and stack[-1][0] >= depth:
        stack.pop()
    stack.append((depth, place))


def _at_level(stack: _Stack, depth: int) -> int:
    """The place of the nearest closer that lies no deeper than ``depth``."""
    if stack[-1][0] <= depth:
        return stack[-1][1]
    index = bisect_right(stack, depth, key=_depth_of) - 1
    return stack[index][1] if index >= 0 else NONE


_depth_of: Final = itemgetter(0)


class _Scan:
    """The pass from left to right that fills a table with marks and their depths."""

    def __init__(self, table: Delimiters) -> None:
        self.table = table
        self.text = table.text
        self.depth = 0
        self.begun: dict[str, list[int]] = {}
        self.boxes: dict[int, int] = {}  # the open ones, by the depth they stand at
        self.runs: dict[int, list[int]] = {}
        self.displays: tuple[list[int], list[bool]] | None = None
        self.tags: dict[str, list[int]] = {}

    def run(self, events: re.Pattern[str]) -> None:
        place = 0
        while place != NONE:
            place = self._read(events.finditer(self.text, place))

    def _read(self, events: Iterator[re.Match[str]]) -> int:
        """Note the events up to code, a link or a tag; return the offset to go on from."""
        depth, note = self.depth, self.table._marks.append
        for event in events:
            kind = event.lastindex
            if kind is None:
                continue
            if kind == _DOLLARS:
                note((event.start(), depth, event.group()[:3]))
            elif kind == _OPEN:
                depth += 1
            elif kind == _CLOSE:
                depth -= 1
                if depth in self.boxes:
                    self.table.boxed[self.boxes.pop(depth)] = event.start()
            elif kind == _BRACKET:
                note((event.start(), depth, event.group()))
            elif kind == _ENVIRONMENT:
                self._environment(event)
            elif kind == _BOX:
                self.boxes[depth] = event.start()
                depth += 1
            else:
                self.depth = depth
                return self._leap(event)
        return NONE

    def _environment(self, event: re.Match[str]) -> None:
        start, name = event.start(), event["name"]
        if event["env"] == "begin":
            self.begun.setdefault(name, []).append(start)
        elif self.begun.get(name):
            begin = self.begun[name].pop()
            self.table.environments[begin] = (name, start, event.end())

    def _leap(self, event: re.Match[str]) -> int:
        """The offset behind code, a link or a tag, or where it turns out to be none."""
        start, end = event.span()
        if event["ticks"] is not None:
            return self._code_span(start, end)
        if event["tag"]:
            return self._tag(start)
        return end if _URL_LIKE.search(event["link"]) else start + 2

    def _code_span(self, start: int, end: int) -> int:
        close = self._closing_ticks(end, end - start)
        if close == NONE:
            return end
        behind = close + (end - start)
        if not _is_balanced(self.text, end, close):
            return end  # TeX's own backquotes: a code span would cut a group in two
        self.table.code[start] = behind
        return behind

    def _closing_ticks(self, place: int, length: int) -> int:
        """The offset of the next run of exactly ``length`` backticks that ends a code span."""
        if not self.runs:
            for run in _TICKS.finditer(self.text):
                self.runs.setdefault(run.end() - run.start(), []).append(run.start())
        runs = self.runs.get(length, [])
        index = bisect_left(runs, place)
        if index == len(runs) or self._is_cut(place, runs[index]):
            return NONE
        return runs[index]

    def _is_cut(self, start: int, end: int) -> bool:
        """Whether a block begins between: a blank line, a display formula first on its line."""
        if self.displays is None:
            marks = list(_DISPLAY_MARK.finditer(self.text))
            self.displays = [m.start() for m in marks], [m[1] is not None for m in marks]
        places, first_on_line = self.displays
        index = bisect_left(places, start)
        if index < len(places) and places[index] < end and first_on_line[index]:
            return True
        return self.table.blank_between(start, end)

    def _tag(self, start: int) -> int:
        tag = _TAG.match(self.text, start)
        if tag is None:
            return start + 1
        name = (tag[1] or "").lower()
        if name not in _VERBATIM or tag.group().startswith("</") or tag.group().endswith("/>"):
            return tag.end()
        close = self._closing_tag(name, tag.end())
        if close == NONE:
            return tag.end()
        self.table._verbatim.append((tag.end(), close))
        return close

    def _closing_tag(self, name: str, place: int) -> int:
        closes = self.tags.get(name)
        if closes is None:
            pattern = re.compile(rf"</{name}\s*>", re.IGNORECASE)
            closes = [m.start() for m in pattern.finditer(self.text)]
            self.tags[name] = closes
        index = bisect_left(closes, place)
        if index == len(closes) or self._is_cut(place, closes[index]):
            return NONE
        return closes[index]


def _is_balanced(text: str, start: int, end: int) -> bool:
    depth = 0
    for brace in _BRACE.finditer(text, start, end):
        if brace.group() == "{":
            depth += 1
        elif brace.group() == "}":
            depth -= 1
            if depth < 0:
                return False
    return depth == 0
