r"""Light reading of TeX without an engine: control sequences, groups, environments, labels, tags.

Nothing here expands macros or knows what a command means; it reads what formulas say about
themselves, in one pass each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

PER_ROW: Final = frozenset("align gather alignat flalign eqnarray xalignat".split())
"""Environments whose rows have a number each; with a star they have one only by ``\\tag``."""

ONCE: Final = frozenset({"equation", "multline"})

# Tags in these are for them alone, and lost; labels are for what stands around them.
_UNNUMBERED: Final = frozenset("aligned alignedat gathered split lgathered rgathered".split())
_ROW_ENDS: Final = frozenset({"\\\\", "\\cr", "\\newline"})

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|[\s\S])|[{}&%]")
_SAYS_OF_ROWS = re.compile(r"\\(?:begin|label|tag|no)")
_COMMENT = re.compile(r"[^\n]*")
_OPENED = re.compile(r"\s*\{")
_STAR = re.compile(r"\s*\*")
# What leaves a row empty, so that MathJax gives it no number if it is the last.
_NO_CONTENT = re.compile(
    r"%[^\n]*|\\label\s*\{[^{}]*\}|\\(?:notag|nonumber)(?![A-Za-z])|\\hline|\A\s*\[[^\]]*\]|\A\*"
)
# Commands by how many arguments they take: what follows may be another such command, so that
# they nest without braces (\sqrt\sqrt a, \frac1\frac1\frac12).
_ARGUMENTS: Final = {
    **dict.fromkeys(
        r"\sqrt \overline \underline \hat \bar \vec \tilde \dot \ddot \dddot \ddddot \acute \grave"
        r" \breve \check \mathring \widehat \widetilde \overbrace \underbrace \overparen"
        r" \underparen"
        r" \overrightarrow \overleftarrow \overleftrightarrow \underrightarrow \underleftarrow"
        r" \underleftrightarrow \mathbf \mathrm \mathit \mathcal \mathbb \mathsf \mathtt \mathfrak"
        r" \mathscr \mathnormal \boldsymbol \bm \pmb \text \textbf \textit \textrm \textsf \texttt"
        r" \mbox \hbox \boxed \fbox \operatorname \cancel \bcancel \xcancel \phantom \hphantom"
        r" \vphantom \smash \mathop \mathrel \mathord \mathbin \mathopen \mathclose \mathpunct"
        r" \mathinner \mathllap \mathrlap \mathclap \llap \rlap \substack \xrightarrow"
        r" \xleftarrow \bra \ket \braket \vcenter".split(),
        1,
    ),
    **dict.fromkeys(
        r"\frac \dfrac \tfrac \cfrac \binom \dbinom \tbinom \stackrel \overset \underset \textcolor"
        r" \colorbox \raisebox".split(),
        2,
    ),
}
_OPENERS: Final = frozenset({"{", "\\begin", "\\left"})
_CLOSERS: Final = frozenset({"}", "\\end", "\\right"})
_ATOM = re.compile(r"\\(?:[A-Za-z]+|[\s\S])|\S")
_OPTION = re.compile(r"\s*\[[^\[\]]*\]")
_NAME = re.compile(r"\s*\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Row:
    r"""A row that can have a number of its own, or the whole formula, which comes last.

    ``place`` is the offset where a tag may be written, before ``\\`` or ``\end``. ``environment``
    is the one that the row stands in, ``""`` for the formula.  ``tag`` is what ``\tag`` gives: the
    value that ``\ref`` shows and what stands beside the row; ``has_notag`` is whether ``\notag``
    stands behind it.
    """

    place: int
    environment: str
    labels: tuple[str, ...]
    tag: tuple[str, str]
    has_notag: bool


def rows(tex: str) -> list[Row]:
    """The rows of every environment in ``tex`` that has numbers, in order, then the formula."""
    if not _SAYS_OF_ROWS.search(tex):
        return [Row(len(tex), "", (), ("", ""), has_notag=False)]
    return _RowReader(tex).read()


@dataclass(slots=True)
class _Frame:
    """An environment that is open, and what its row has said so far."""

    name: str
    start: int
    level: int = 0
    place: int = -1  # where the row before ended
    labels: list[str] = field(default_factory=list)
    tag: tuple[str, str] = ("", "")
    has_notag: bool = False

    @property
    def kind(self) -> str:
        return self.name.rstrip("*")


class _RowReader:
    """One pass over a formula; labels and tags go to the environment around them."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.rows: list[Row] = []
        self.frames = [_Frame("", 0)]

    def read(self) -> list[Row]:
        place = 0
        while (token := _next_token(self.tex, place)) is not None:
            place = self._take(token.group(), token.start(), token.end())
        self._end_row(self.frames[0], len(self.tex))
        return self.rows

    def _take(self, mark: str, start: int, end: int) -> int:
        """Take a token in; the offset behind it and its argument."""
        frame = self.frames[-1]
        if mark == "{":
            frame.level += 1
        elif mark == "}":
            frame.level -= 1
        elif mark in _ROW_ENDS and frame.level == 0:
            frame.place = start
            if frame.kind in PER_ROW:
                self._end_row(frame, start)
            frame.start = end
        elif mark in ("\\begin", "\\end"):
            name, end = _argument(self.tex, end) or ("", end)
            if mark == "\\begin":
                self.frames.append(_Frame(name.strip(), end))
            elif len(self.frames) > 1:
                self._close(self.frames.pop(), start)
        elif mark in ("\\label", "\\tag", "\\notag", "\\nonumber"):
            end = self._mark(mark, end)
        return end

    def _mark(self, mark: str, end: int) -> int:
        scope = self._scope()
        if mark in ("\\notag", "\\nonumber"):
            scope.tag, scope.has_notag = ("", ""), True
            return end
        starred = _STAR.match(self.tex, end) if mark == "\\tag" else None
        found = _argument(self.tex, starred.end() if starred else end)
        if found is None:
            return end
        value = found[0].strip()
        if mark == "\\tag":
            shown = value if starred or not value else f"({value})"
            scope.tag, scope.has_notag = (value, shown), not value
        elif value:
            scope.labels.append(value)
        return found[1]

    def _scope(self) -> _Frame:
        """The innermost environment whose matter tags are, or the formula; not a matrix."""
        kinds = PER_ROW | ONCE | _UNNUMBERED
        return next((each for each in reversed(self.frames) if each.kind in kinds), self.frames[0])

    def _close(self, frame: _Frame, start: int) -> None:
        is_empty = (
            frame.place >= 0 and not _NO_CONTENT.sub("", self.tex[frame.start : start]).strip()
        )
        if frame.kind in ONCE:
            self._end_row(frame, frame.place if is_empty else start)
        elif frame.kind in PER_ROW and not is_empty:
            self._end_row(frame, start)
        self._scope().labels.extend(frame.labels)

    def _end_row(self, frame: _Frame, place: int) -> None:
        row = Row(place, frame.name, tuple(frame.labels), frame.tag, frame.has_notag)
        self.rows.append(row)
        frame.labels, frame.tag, frame.has_notag = [], ("", ""), False


def depth(tex: str) -> int:
    r"""How deep ``tex`` nests: groups, environments, ``\left`` and commands, with braces or not."""
    return _DepthReader(tex).read()


_ARGUMENT_GROUP: Final = -1  # its command is counted already
_GROUP: Final = 0


class _DepthReader:
    """One pass over a formula; ``frames`` holds groups and the arguments commands still want."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.frames: list[int] = []
        self.level = self.deepest = 0

    def read(self) -> int:
        place = 0
        while (token := self._next(place)) is not None:
            place = self._take(token.group(), token.end())
        return self.deepest

    def _next(self, place: int) -> re.Match[str] | None:
        if not self._is_wanted():
            return _TOKEN.search(self.tex, place)
        return _ATOM.search(self.tex, place)

    def _is_wanted(self) -> bool:
        return bool(self.frames) and self.frames[-1] > 0

    def _take(self, mark: str, end: int) -> int:
        """Take a token in; the offset to go on from."""
        skipped = None
        if mark == "%":
            skipped = _COMMENT.match(self.tex, end)
        elif mark in _ARGUMENTS:
            self._open(_ARGUMENTS[mark])
            skipped = _OPTION.match(self.tex, end)
        elif mark in _OPENERS:
            self._open(_ARGUMENT_GROUP if self._is_wanted() and mark == "{" else _GROUP)
            skipped = _NAME.match(self.tex, end) if mark == "\\begin" else None
        elif mark in _CLOSERS:
            while self.frames and self._pop() > 0:
                pass  # a command that is cut short
            self._fill()
            skipped = _NAME.match(self.tex, end) if mark == "\\end" else None
        else:
            self._fill()
        return skipped.end() if skipped else end

    def _open(self, frame: int) -> None:
        self.frames.append(frame)
        self.level += frame != _ARGUMENT_GROUP
        self.deepest = max(self.deepest, self.level)

    def _pop(self) -> int:
        frame = self.frames.pop()
        self.level -= frame != _ARGUMENT_GROUP
        return frame

    def _fill(self) -> None:
        """An argument is complete, and with its last one the command, which may be one itself."""
        while self._is_wanted():
            wanted = self._pop() - 1
            if wanted:
                self._open(wanted)
                return


def cells(tex: str) -> int:
    """How many cells the tables in ``tex`` have at most."""
    return 1 + sum(1 for token in _tokens(tex) if token.group() in ("&", "\\\\", "\\cr"))


def without_labels(tex: str) -> str:
    r"""``tex`` with every ``\label{..}`` taken out."""
    if "\\label" not in tex:
        return tex
    parts, place, behind = [], 0, 0
    while (token := _next_token(tex, behind)) is not None:
        behind = token.end()
        if token.group() == "\\label" and (argument := _argument(tex, behind)):
            parts.append(tex[place : token.start()])
            place = behind = argument[1]
    return "".join([*parts, tex[place:]]).strip()


def _next_token(tex: str, place: int) -> re.Match[str] | None:
    """The next control sequence, brace or alignment mark; comments are skipped."""
    while (token := _TOKEN.search(tex, place)) is not None and token.group() == "%":
        comment = _COMMENT.match(tex, token.end())
        place = comment.end() if comment else token.end()
    return token


def _tokens(tex: str, place: int = 0) -> Iterator[re.Match[str]]:
    while (token := _next_token(tex, place)) is not None:
        place = token.end()
        yield token


def _argument(tex: str, place: int) -> tuple[str, int] | None:
    """The group that begins here, without its braces, and the offset behind it."""
    opened = _OPENED.match(tex, place)
    if opened is None:
        return None
    level = 1
    for token in _tokens(tex, opened.end()):
        level += (token.group() == "{") - (token.group() == "}")
        if level == 0:
            return tex[opened.end() : token.start()], token.end()
    return None
