r"""Light reading of TeX without an engine: control sequences, groups, environments, labels, tags.

Nothing here expands macros or knows what a command means; it reads what formulas say about
themselves, in one pass each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_TOKEN = re.compile(r"\\(?:[A-Za-z]+\*?|[\s\S])|[{}&%]")
_COMMENT = re.compile(r"[^\n]*")
_ARGUMENT = re.compile(r"\s*\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\s*\\begin\s*\{([A-Za-z]+\*?)\}[\s\S]*\\end\s*\{\1\}\s*\Z")
# Commands that take what follows as an argument, and so nest without braces.
_NESTING: Final = frozenset(
    r"\frac \dfrac \tfrac \cfrac \sqrt \overline \underline \hat \bar \vec \tilde \dot \ddot"
    r" \widehat \widetilde \overbrace \underbrace \overrightarrow \overleftarrow \binom \dbinom"
    r" \mathbf \mathrm \mathit \mathcal \mathbb \mathsf \mathfrak \boldsymbol \text \boxed"
    r" \stackrel \overset \underset \cancel \phantom \smash \mathop \mathrel \mathord".split()
)


def _tokens(tex: str) -> Iterator[re.Match[str]]:
    """Control sequences, braces and alignment marks; comments are skipped."""
    place = 0
    while (token := _TOKEN.search(tex, place)) is not None:
        place = token.end()
        if token.group() == "%":
            comment = _COMMENT.match(tex, place)
            place = comment.end() if comment else place
        else:
            yield token


def environment(tex: str) -> str:
    """The name of the environment that the whole of ``tex`` is, or ``""``."""
    whole = _ENVIRONMENT.match(tex)
    return whole[1] if whole else ""


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


def tag(tex: str) -> str | None:
    r"""What the first ``\tag`` shows: ``(3)`` for ``\tag{3}``, ``*`` for ``\tag*{*}``."""
    for command, form in (("\\tag", "({})"), ("\\tag*", "{}")):
        for _, _, text in _arguments(tex, command):
            return form.format(text.strip("$"))
    return None


def has_command(tex: str, *names: str) -> bool:
    return any(token.group() in names for token in _tokens(tex))


def _arguments(tex: str, command: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and argument of each ``command{argument}``."""
    if command.rstrip("*") not in tex:
        return
    for token in _tokens(tex):
        if token.group() == command and (argument := _ARGUMENT.match(tex, token.end())):
            yield token.start(), argument.end(), argument[1].strip()
