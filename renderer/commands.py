r"""What MathJax knows: which control sequences of a formula are defined, and which are not?

A formula is typeset with MathJax's basic packages and those that its own commands call for, so
what is known differs from formula to formula.  Two lists tell: ``vendor/commands.json``, which
MathJax itself gave when this package was built (``hatch_commands.cjs``), and
``mathjax/packages.js``, by which the client loads.

Next hop: :mod:`renderer.check` reports what :func:`undefined` finds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from .errors import EnvironmentFault

_MATHJAX: Final = Path(__file__).parent / "mathjax"
_REMEDY: Final = "install mathward anew (in a checkout: pip install -e .)"
_TEXT_MODE: Final = "text-"  # packages of what holds inside \text, such as text-base

_TOKEN = re.compile(
    r"\\begin\s*\{(?P<environment>[^{}]*)\}"
    r"|\\verb(?![A-Za-z])\*?(?P<bar>\S)(?:(?!(?P=bar))[^\n])*(?P=bar)"
    r"|\\(?P<command>[A-Za-z]+|[\s\S]|\Z)"
    r"|%[^\n]*"
)
# What defines a name inside one formula and is left to MathJax; renderer.macros reads the rest.
_DEFINITION = re.compile(r"\\(?:Declare[A-Za-z]+|Newextarrow)\*?\s*\{?\s*\\([A-Za-z]+)")
_CALL = re.compile(r"\\(?:begin\s*(\{[^}]*\})|([A-Za-z]+))")  # as packages.js looks for them

# Our own source, whose form a test holds: the basic packages, the table, its needs, our commands.
_BASE = re.compile(r"\bBASE = \[([^\]]*)\]")
_TABLE = re.compile(r"\bTABLE = `\n(.*?)`", re.DOTALL)
_ROW_END = re.compile(r"\n(?! )")
_HINTS = re.compile(r"\bHINTS = `\n(.*?)`", re.DOTALL)  # of parts.js
_NEEDS = re.compile(r"\bNEEDS = \{(.*?)\n\}", re.DOTALL)
_NEED = re.compile(r"(\w+): \[([^\]]*)\]")
_OWN = re.compile(r'CommandMap\("mathward", \{(.*?)\n {2}\}\)', re.DOTALL)
_KEY = re.compile(r"^\s*(\w+):", re.MULTILINE)
_STRING = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Sequence:
    r"""A control sequence of a formula: ``\frac`` or ``\begin{align}``, and where it begins."""

    name: str
    offset: int

    @property
    def key(self) -> str:
        r"""What packages.js and the lists call it: ``frac`` or ``{align}``."""
        return self.name.removeprefix("\\begin" if self.name.startswith("\\begin{") else "\\")


@dataclass(frozen=True, slots=True)
class _Loading:
    """What packages.js says."""

    base: tuple[str, ...]
    calls: dict[str, str]
    needs: dict[str, tuple[str, ...]]
    own: frozenset[str]


def sequences(tex: str) -> Iterator[Sequence]:
    r"""The control sequences of ``tex`` in order; comments and ``\verb`` hold none."""
    for found in _TOKEN.finditer(tex):
        if (environment := found["environment"]) is not None:
            yield Sequence(f"\\begin{{{environment}}}", found.start())
        elif (command := found["command"]) is not None:
            yield Sequence(f"\\{command}", found.start())


def undefined(tex: str) -> tuple[str, ...]:
    """The control sequences in ``tex``, the browser's, that MathJax does not know; each once."""
    if "\\" not in tex:
        return ()
    known = _known(packages_for(tex))
    here = set(_DEFINITION.findall(tex))
    missing = (s.name for s in sequences(tex) if s.key not in known and s.key not in here)
    return tuple(dict.fromkeys(name for name in missing if name.strip("\\").strip()))


def packages_for(tex: str) -> tuple[str, ...]:
    """MathJax's packages that ``tex`` is typeset with: the basic ones, then its own, sorted."""
    return (*_loading().base, *_extensions(tex))


def files_for(tex: str) -> tuple[str, ...]:
    """Files below MathJax's folder that ``tex`` needs besides the core, as parts.js names them."""
    hints = _hints()
    called = (hints.get(name) for name in _called(tex))
    packages = (f"slim/tex-{name}.js" for name in _extensions(tex))
    return (*packages, *dict.fromkeys(file for file in called if file))


def _extensions(tex: str) -> list[str]:
    loading = _loading()
    found: set[str] = set()
    for call in _called(tex):
        if name := loading.calls.get(call):
            found.update((name, *loading.needs.get(name, ())))
    return sorted(found)


def _called(tex: str) -> list[str]:
    return [environment or command for environment, command in _CALL.findall(tex)]


@cache
def _known(packages: tuple[str, ...]) -> frozenset[str]:
    """The names that are defined while these packages are loaded."""
    told = _told()
    names = set(_loading().own)
    for package in (*packages, f"{_TEXT_MODE}base", *(f"{_TEXT_MODE}{name}" for name in packages)):
        names |= told.get(package, frozenset())
    return frozenset(names)


@cache
def _told() -> dict[str, frozenset[str]]:
    """What MathJax told of each of its packages: commands, and environments in braces."""
    try:
        packages = json.loads((_MATHJAX / "vendor" / "commands.json").read_bytes())
    except OSError as error:
        raise EnvironmentFault("the list of MathJax's commands is missing", _REMEDY) from error
    return {
        name: frozenset((*known["commands"], *(f"{{{e}}}" for e in known["environments"])))
        for name, known in packages.items()
    }


@cache
def _loading() -> _Loading:
    """What packages.js says: our own file, written so that this finds its parts."""
    text = (_MATHJAX / "packages.js").read_text(encoding="utf-8")
    needs = _NEED.findall(_part(_NEEDS, text))
    return _Loading(
        base=tuple(_STRING.findall(_part(_BASE, text))),
        calls=_calls(_part(_TABLE, text)),
        needs={name: tuple(_STRING.findall(words)) for name, words in needs},
        own=frozenset(_KEY.findall(_part(_OWN, text))),
    )


@cache
def _hints() -> dict[str, str]:
    """What parts.js says: command or environment to the file that it calls for."""
    return _calls(_part(_HINTS, (_MATHJAX / "parts.js").read_text(encoding="utf-8")))


def _calls(table: str) -> dict[str, str]:
    calls: dict[str, str] = {}
    for row in _ROW_END.split(table.strip()):
        name, _, words = row.partition(": ")
        calls.update(dict.fromkeys(words.split(), name))
    return calls


def _part(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise EnvironmentFault(f"packages.js has no {pattern.pattern[:20]!r}", _REMEDY)
    return found[1]
