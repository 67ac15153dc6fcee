r"""Light reading of TeX without an engine: control sequences, groups, environments, labels, tags.

Nothing here expands macros or knows what a command means; it reads what formulas say about
themselves, in one pass each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|[\s\S])|[{}&%]")
_COMMENT = re.compile(r"[^\n]*")
_ARGUMENT = re.compile(r"\s*\{((?:[^{}\\]|\\[\s\S]|\{(?:[^{}\\]|\\[\s\S])*+\})*+)\}")
_BEGIN = re.compile(r"\s*\\begin\s*\{([A-Za-z]+\*?)\}")
_END = re.compile(r"\s*\{([A-Za-z]+\*?)\}\s*\Z")
# What leaves a row empty, so that MathJax gives it no number if it is the last.
_NO_CONTENT = re.compile(
    r"%[^\n]*|\\label\s*\{[^{}]*\}|\\(?:notag|nonumber)(?![A-Za-z])|\\hline|\A\s*\[[^\]]*\]|\A\*"
)
# Commands that take what follows as an argument, and so nest without braces.
_NESTING: Final = frozenset(
    r"\frac \dfrac \tfrac \cfrac \sqrt \overline \underline \hat \bar \vec \tilde \dot \ddot"
    r" \widehat \widetilde \overbrace \underbrace \overrightarrow \overleftarrow \binom \dbinom"
    r" \mathbf \mathrm \mathit \mathcal \mathbb \mathsf \mathfrak \boldsymbol \text \boxed"
    r" \stackrel \overset \underset \cancel \phantom \smash \mathop \mathrel \mathord".split()
)


def _tokens(tex: str, place: int = 0) -> Iterator[re.Match[str]]:
    """Control sequences, braces and alignment marks; comments are skipped."""
    while (token := _TOKEN.search(tex, place)) is not None:
        place = token.end()
        if token.group() == "%":
            comment = _COMMENT.match(tex, place)
            place = comment.end() if comment else place
        else:
            yield token


@dataclass(frozen=True, slots=True)
class Row:
    r"""A row of a formula, or the whole of one without rows.

    ``end`` is the offset before its ``\\``, where a tag may be written.  ``tag`` is what its
    ``\tag`` gives: the value that ``\ref`` shows and what stands beside the row.
    """

    start: int
    end: int
    labels: tuple[str, ...]
    tag: tuple[str, str]
    has_notag: bool
    is_empty: bool


def environment(tex: str) -> str:
    """The name of the environment that the whole of ``tex`` is, or ``""``."""
    return _whole_environment(tex)[0]


def rows(tex: str) -> list[Row]:
    r"""The rows of the environment that ``tex`` is; an empty last one (``\\ \end``) is left out."""
    _, start, end = _whole_environment(tex)
    found: list[Row] = []
    depth = 0
    begin = start
    for token in _tokens(tex[:end], start):
        mark = token.group()
        if mark in ("{", "\\begin"):
            depth += 1
        elif mark in ("}", "\\end"):
            depth -= 1
        elif depth == 0 and mark in ("\\\\", "\\cr", "\\newline"):
            found.append(_row(tex, begin, token.start()))
            begin = token.end()
    last = _row(tex, begin, end)
    return found if last.is_empty else [*found, last]


def body(tex: str) -> Row:
    """All of ``tex`` as one row; what stands inside, if it is an environment."""
    _, start, end = _whole_environment(tex)
    return _row(tex, start, end)


def _whole_environment(tex: str) -> tuple[str, int, int]:
    """Name, start and end of the content, if ``tex`` is one environment; else ``""`` and all."""
    opened = _BEGIN.match(tex)
    if opened is None:
        return "", 0, len(tex)
    depth = 0
    for token in _tokens(tex):
        if token.group() == "\\begin":
            depth += 1
        elif token.group() == "\\end":
            depth -= 1
            if depth == 0:
                closed = _END.match(tex, token.end())
                if closed is None or closed[1] != opened[1]:
                    break
                return opened[1], _content_start(tex, opened), token.start()
    return "", 0, len(tex)


def _content_start(tex: str, opened: re.Match[str]) -> int:
    """Behind ``\\begin{alignat}{2}``, the number of columns included."""
    if opened[1].startswith(("alignat", "xalignat", "xxalignat")):
        columns = _ARGUMENT.match(tex, opened.end())
        return columns.end() if columns else opened.end()
    return opened.end()


def _row(tex: str, start: int, end: int) -> Row:
    text = tex[start:end]
    names = labels(text)
    value = shown = ""
    for command, form in (("\\tag", "({})"), ("\\tag*", "{}")):
        for _, _, given in _arguments(text, command):
            value, shown = given, form.format(given)
    notag = ("\\notag" in text or "\\nonumber" in text) and has_command(
        text, "\\notag", "\\nonumber"
    )
    bare = _NO_CONTENT.sub("", text)
    return Row(start, end, names, (value, shown), notag, not bare.strip())


def depth(tex: str) -> int:
    r"""How deep ``tex`` nests: groups, environments, ``\left`` and commands without braces."""
    deepest = level = chain = 0
    behind = -1
    for token in _tokens(tex):
        mark = token.group()
        if mark in _NESTING:
            chain = chain + 1 if not tex[behind : token.start()].strip() else 1
            behind = token.end()
        elif mark == "{" or mark in ("\\begin", "\\left"):
            level += 1
        elif mark == "}" or mark in ("\\end", "\\right"):
            level -= 1
        deepest = max(deepest, level + (chain if behind == token.end() else 0))
    return deepest


def cells(tex: str) -> int:
    """How many cells the tables in ``tex`` have at most."""
    return 1 + sum(1 for token in _tokens(tex) if token.group() in ("&", "\\\\", "\\cr"))


def labels(tex: str) -> tuple[str, ...]:
    r"""The names given by ``\label``, in order."""
    return tuple(name for _, _, name in _arguments(tex, "\\label"))


def without_labels(tex: str) -> str:
    r"""``tex`` with every ``\label{..}`` taken out, and white space before it."""
    parts, place = [], 0
    for start, end, _ in _arguments(tex, "\\label"):
        parts.append(tex[place:start])
        place = end
    parts.append(tex[place:])
    return "".join(parts).strip() if len(parts) > 1 else tex


def has_command(tex: str, *names: str) -> bool:
    return any(token.group() in names for token in _tokens(tex))


def _arguments(tex: str, command: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and argument of each ``command{argument}``."""
    if command.rstrip("*") not in tex:
        return
    for token in _tokens(tex):
        if token.group() == command and (argument := _ARGUMENT.match(tex, token.end())):
            yield token.start(), argument.end(), argument[1].strip()
