r"""Where do delimiters stand, and how deep in braces?  The pass from left to right over a text.

Escapes are read by parity (G2).  Code spans, raw HTML tags, link destinations and the text of
``<code>`` and its like hold no delimiters (G1).

      a \(b_{\text{if \(c\)}}\) d
        ^ depth 0      ^ 2  ^ 0

Next hop: :class:`renderer.delimiters.Delimiters` pairs them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

NONE: Final = -1

# Each alternative begins with a character of its own, so that a search leaps from one of them to
# the next.  What tells kinds apart is which group has matched; a group of braces that holds nothing
# of note, and escapes that keep what follows from being read, match without any.
_GROUPS = (
    r"|(?P<env>begin|end)\{(?P<name>[A-Za-z]+\*?)\}|(?P<box>boxed\{)|[\\${}`<])"
    r"|\{(?:[^\\${}`<\]]++|\\[^\\(){}\[\]$`<])*\}|\{(?P<open>)|\}(?P<close>)"
)
_TEX = r"\$(?P<dollars>\$*)|\\(?:(?P<bracket>\\?[()\[\]])" + _GROUPS
_DISPLAY = r"\$(?P<dollars>\$+)|\\(?:(?P<bracket>\\?[\[\]])" + _GROUPS
_MARKUP = r"|`(?P<ticks>`*)|\](?P<link>\([^\s()<>]*+\))|<(?P<tag>/?[A-Za-z])"
_DOLLARS, _BRACKET, _, _ENVIRONMENT, _BOX, _OPEN, _CLOSE = range(1, 8)


@cache
def _events(*, inline: bool, markup: bool) -> re.Pattern[str]:
    """What a scan stops at; few processes need all of these."""
    return re.compile((_TEX if inline else _DISPLAY) + (_MARKUP if markup else ""))


TAG: Final = re.compile(
    r"</?([A-Za-z][A-Za-z0-9-]*)"
    r"(?:\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:[^\"'=<>`\s]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*>"
)
_VERBATIM: Final = frozenset({"code", "kbd", "samp", "pre", "script", "style", "textarea", "math"})
_TICKS = re.compile("`+")
# Display marks; the group stands for those that are first on their line.
_DISPLAY_MARK = re.compile(r"(\n[ \t]*)?(?:\$\$|\\[\[\]])")
_BLANK = re.compile(r"\n(?=[ \t]*\n)")
_BRACE = re.compile(r"\\[\s\S]|[{}]")
_URL_LIKE = re.compile(r"[/:.?#=]")


def first_from(places: Sequence[int], place: int, end: int) -> int:
    """The first of the sorted ``places`` that does not lie before ``place``, or ``end``."""
    index = bisect_left(places, place)
    return places[index] if index < len(places) else end


class Blanks:
    """The blank lines of a text, listed when the first is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places: list[int] | None = None

    def next(self, place: int) -> int:
        """The offset of the first one behind ``place``, or the end of the text."""
        if self._places is None:
            self._places = [m.start() for m in _BLANK.finditer(self._text)]
        return first_from(self._places, place, len(self._text))

    def lie_between(self, start: int, end: int) -> bool:
        return self.next(start) < end


class Marks:
    """What was found in ``text``, from left to right.

    ``found`` are the delimiters: their offset, depth in braces, and what they are.
    ``environments`` maps the offset of a ``\\begin{E}`` to (name, offset of its ``\\end{E}``, the
    offset behind that), ``code`` the offset of a code span to the offset behind it, ``boxed`` that
    of a ``\\boxed{`` to its closing brace; ``verbatim`` are the extents of text in code elements.
    Without ``markup`` nothing of Markdown or HTML is read, without ``inline`` nothing but display
    forms.
    """

    def __init__(self, text: str, blanks: Blanks, *, markup: bool, inline: bool) -> None:
        self.text = text
        self.found: list[tuple[int, int, str]] = []
        self.environments: dict[int, tuple[str, int, int]] = {}
        self.code: dict[int, int] = {}
        self.boxed: dict[int, int] = {}
        self.verbatim: list[tuple[int, int]] = []
        self._blanks = blanks
        self._depth = 0
        self._begun: dict[str, list[int]] = {}
        self._boxes: dict[int, int] = {}  # the open ones, by the depth they stand at
        self._runs: dict[int, list[int]] = {}
        self._displays: tuple[list[int], list[bool]] | None = None
        self._tags: dict[str, list[int]] = {}
        events, place = _events(inline=inline, markup=markup), 0
        while place != NONE:
            place = self._read(events.finditer(text, place))

    def _read(self, events: Iterator[re.Match[str]]) -> int:
        """Note the events up to code, a link or a tag; return the offset to go on from."""
        depth, note = self._depth, self.found.append
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
                if depth in self._boxes:
                    self.boxed[self._boxes.pop(depth)] = event.start()
            elif kind == _BRACKET:
                note((event.start(), depth, event.group()))
            elif kind == _ENVIRONMENT:
                self._environment(event)
            elif kind == _BOX:
                self._boxes[depth] = event.start()
                depth += 1
            else:
                self._depth = depth
                return self._leap(event)
        return NONE

    def _environment(self, event: re.Match[str]) -> None:
        start, name = event.start(), event["name"]
        if event["env"] == "begin":
            self._begun.setdefault(name, []).append(start)
        elif self._begun.get(name):
            begin = self._begun[name].pop()
            self.environments[begin] = (name, start, event.end())

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
        self.code[start] = behind
        return behind

    def _closing_ticks(self, place: int, length: int) -> int:
        """The offset of the next run of exactly ``length`` backticks that ends a code span."""
        if not self._runs:
            for run in _TICKS.finditer(self.text):
                self._runs.setdefault(run.end() - run.start(), []).append(run.start())
        runs = self._runs.get(length, [])
        index = bisect_left(runs, place)
        if index == len(runs) or self._is_cut(place, runs[index]):
            return NONE
        return runs[index]

    def _is_cut(self, start: int, end: int) -> bool:
        """Whether a block begins between: a blank line, a display formula first on its line."""
        if self._displays is None:
            marks = list(_DISPLAY_MARK.finditer(self.text))
            self._displays = [m.start() for m in marks], [m[1] is not None for m in marks]
        places, first_on_line = self._displays
        index = bisect_left(places, start)
        if index < len(places) and places[index] < end and first_on_line[index]:
            return True
        return self._blanks.lie_between(start, end)

    def _tag(self, start: int) -> int:
        tag = TAG.match(self.text, start)
        if tag is None:
            return start + 1
        name = (tag[1] or "").lower()
        if name not in _VERBATIM or tag.group().startswith("</") or tag.group().endswith("/>"):
            return tag.end()
        close = self._closing_tag(name, tag.end())
        if close == NONE:
            return tag.end()
        self.verbatim.append((tag.end(), close))
        return close

    def _closing_tag(self, name: str, place: int) -> int:
        closes = self._tags.get(name)
        if closes is None:
            pattern = re.compile(rf"</{name}\s*>", re.IGNORECASE)
            closes = [m.start() for m in pattern.finditer(self.text)]
            self._tags[name] = closes
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
