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
from dataclasses import dataclass, field
from typing import Final

NONE: Final = -1

# Openers and closers that are looked up by name; three dollars or more ("$$$", as in the price
# ranges of restaurants) open and close nothing.
_CLOSES: Final = {r"\)": r"\(", r"\]": r"\[", r"\\)": r"\\(", r"\\]": r"\\["}
_OPENS: Final = frozenset(_CLOSES.values())
# Models mix these pairs up; the other closer of each opener is looked up as well (L6).
_MIXED: Final = {r"\(": "$", "$": r"\)", r"\[": "$$", "$$": r"\]"}

_EVENT = re.compile(
    r"\\(?:(?P<env>begin|end)\{(?P<name>[A-Za-z]+\*?)\}|\\[()\[\]]|[\s\S])"
    r"|\$+|[{}]|(?P<ticks>`+)|(?P<link>\]\([^\s()<>]*+\))"
    r"|(?P<tag></?[A-Za-z])"
)
# In text that is no Markdown, code spans, links and tags are none.
_PLAIN_EVENT = re.compile(
    r"\\(?:(?P<env>begin|end)\{(?P<name>[A-Za-z]+\*?)\}|\\[()\[\]]|[\s\S])|\$+|[{}]"
)
_TAG = re.compile(
    r"</?([A-Za-z][A-Za-z0-9-]*)"
    r"(?:\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:[^\"'=<>`\s]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*>"
)
_VERBATIM: Final = frozenset({"code", "kbd", "samp", "pre", "script", "style", "textarea", "math"})
_BOXED: Final = "\\boxed"
_TICKS = re.compile("`+")
# A fence or an ATX heading after a blank line ends the search for a block form's closer (G5).
_BARRIER = re.compile(r"(?<=\n)[ \t]*\n[ ]{0,3}(?=#{1,6}(?:[ \t\n]|\Z)|`{3}|~{3})")
_BLANK = re.compile(r"\n(?=[ \t]*\n)")
# Display marks; the group stands for those that are first on their line.
_DISPLAY_MARK = re.compile(r"(\n[ \t]*)?(?:\$\$|\\[\[\]])")
_FIRST_ON_LINE = re.compile(r"^[ \t]*(\\\[|\$\$)", re.MULTILINE)
_BRACE = re.compile(r"\\[\s\S]|[{}]")
_URL_LIKE = re.compile(r"[/:.?#=]")


@dataclass(frozen=True, slots=True)
class Opener:
    """An opening delimiter and the candidates for its closer, as offsets or NONE.

    ``level`` is the nearest closer at the opener's own brace depth, ``nearest`` the nearest at
    any depth, ``mixed`` the nearest closer of the pair it is mixed up with, at its own depth.
    """

    start: int
    mark: str
    level: int
    nearest: int
    mixed: int


@dataclass(slots=True)
class _Stack:
    """Closers of one kind to the right of the scan; deeper ones are nearer."""

    depths: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    nearest: int = NONE

    def push(self, depth: int, place: int) -> None:
        while self.depths and self.depths[-1] >= depth:
            self.depths.pop()
            self.places.pop()
        self.depths.append(depth)
        self.places.append(place)
        self.nearest = place

    def at_level(self, depth: int) -> int:
        index = bisect_right(self.depths, depth) - 1
        return self.places[index] if index >= 0 else NONE


class Delimiters:
    """The delimiters of ``text``, paired; cost O(n log n), each question O(log n).

    ``openers`` maps an offset to its :class:`Opener`, ``environments`` the offset of a
    ``\\begin{E}`` to (name, offset of its ``\\end{E}``, offset behind that), ``code`` the offset of
    a code span to the offset behind it, ``boxed`` that of a ``\\boxed{`` to its closing brace.
    In ``plain`` text nothing of Markdown or HTML is read.
    """

    def __init__(self, text: str, *, plain: bool = False) -> None:
        self.text = text
        self.openers: dict[int, Opener] = {}
        self.environments: dict[int, tuple[str, int, int]] = {}
        self.code: dict[int, int] = {}
        self.boxed: dict[int, int] = {}
        self._marks: list[tuple[int, int, str]] = []
        self._starts: dict[str, list[int]] = {}
        self._blanks = [m.start() for m in _BLANK.finditer(text)]
        self._verbatim: list[tuple[int, int]] = []
        self._barriers: list[int] | None = [] if plain else None
        self._line_starts: dict[str, list[int]] | None = None
        _Scan(self).run(_PLAIN_EVENT if plain else _EVENT)
        self._pair()

    def opener(self, place: int) -> Opener | None:
        return self.openers.get(place)

    def is_verbatim(self, place: int) -> bool:
        """Whether ``place`` lies between ``<code>`` and ``</code>`` or their like."""
        index = bisect_right(self._verbatim, (place, len(self.text))) - 1
        return index >= 0 and place < self._verbatim[index][1]

    def next_blank(self, place: int) -> int:
        """The offset of the first blank line behind ``place``, or the end of the text."""
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
        starts = self._starts.get(mark, [])
        index = bisect_right(starts, place)
        return starts[index] if index < len(starts) else len(self.text)

    def next_line_start(self, mark: str, place: int) -> int:
        """Like :meth:`next_start` for a mark that is first on its line."""
        if self._line_starts is None:
            first = {m.start(1) for m in _FIRST_ON_LINE.finditer(self.text)}
            self._line_starts = {
                mark: [p for p in starts if p in first] for mark, starts in self._starts.items()
            }
        starts = self._line_starts.get(mark, [])
        index = bisect_right(starts, place)
        return starts[index] if index < len(starts) else len(self.text)

    def blank_between(self, start: int, end: int) -> bool:
        return self.next_blank(start) < end

    def _pair(self) -> None:
        stacks: dict[str, _Stack] = {}
        for place, depth, mark in reversed(self._marks):
            opened = _CLOSES.get(mark)
            if opened is None:
                self.openers[place] = self._opener(place, depth, mark, stacks)
            if mark not in _OPENS:
                stacks.setdefault(mark, _Stack()).push(depth, place)
                if mark.startswith("$$"):  # any "$" decides for a single-dollar opener (G8)
                    stacks.setdefault("$", _Stack()).push(depth, place)

    def _opener(self, place: int, depth: int, mark: str, stacks: dict[str, _Stack]) -> Opener:
        own = stacks.get(_CLOSER_OF.get(mark, mark), _EMPTY)
        other = stacks.get(_MIXED.get(mark, ""), _EMPTY)
        return Opener(place, mark, own.at_level(depth), own.nearest, other.at_level(depth))


_CLOSER_OF: Final = {opened: closed for closed, opened in _CLOSES.items()}
_EMPTY: Final = _Stack()


class _Scan:
    """The pass from left to right that fills a table with marks and their depths."""

    def __init__(self, table: Delimiters) -> None:
        self.table = table
        self.text = table.text
        self.depth = 0
        self.begun: dict[str, list[int]] = {}
        self.groups: list[int] = []  # open braces: where a \boxed one stands, else NONE
        self.escape = NONE
        self.runs: dict[int, list[int]] = {}
        self.displays: tuple[list[int], list[bool]] | None = None
        self.tags: dict[str, list[int]] = {}

    def run(self, events: re.Pattern[str]) -> None:
        text, search = self.text, events.search
        place = 0
        while (event := search(text, place)) is not None:
            place = self._read(event)

    def _read(self, event: re.Match[str]) -> int:
        """Note one event; return the offset to go on from."""
        start, end, mark = event.start(), event.end(), event.group()
        first = mark[0]
        if first == "$":
            self._mark(start, mark[:3])
        elif first == "{":
            self.depth += 1
            self.groups.append(start if self.escape == start - len(_BOXED) else NONE)
        elif first == "}":
            self.depth -= 1
            self._close_group(start)
        elif first == "\\":
            self._escape(event)
        elif event["ticks"]:
            return self._code_span(start, end)
        elif event["tag"]:
            return self._tag(start)
        elif event["link"]:
            return end if _URL_LIKE.search(mark) else start + 2
        return end

    def _mark(self, start: int, mark: str) -> None:
        self.table._marks.append((start, self.depth, mark))
        self.table._starts.setdefault(mark, []).append(start)

    def _close_group(self, place: int) -> None:
        if self.groups and (opened := self.groups.pop()) != NONE:
            self.table.boxed[opened - len(_BOXED)] = place

    def _escape(self, event: re.Match[str]) -> None:
        start, mark = event.start(), event.group()
        name = event["name"]
        if self.text.startswith(_BOXED, start):
            self.escape = start
        if name is None:
            if mark in _OPENS or mark in _CLOSES:
                self._mark(start, mark)
        elif event["env"] == "begin":
            self.begun.setdefault(name, []).append(start)
        elif self.begun.get(name):
            begin = self.begun[name].pop()
            self.table.environments[begin] = (name, start, event.end())

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
