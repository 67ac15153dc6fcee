r"""Labels and the references to them, in formulas and in prose, resolved when all are known.

``\eqref{a}`` shows ``(3)``, ``\ref{a}`` ``3``, ``\autoref{a}`` and ``\cref{a,b}`` what ``\eqref``
shows for each.  In prose it becomes a link that works without JavaScript and in print; inside a
formula it is text, since links in TeX are off.

Next hop: :mod:`renderer.html` writes anchors and links from the targets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from typing import Final

from .slugs import Slugs

COMMANDS: Final = ("eqref", "ref", "autoref", "cref", "Cref")
PATTERN = re.compile(rf"\\({'|'.join(COMMANDS)})\*?\s*\{{([^{{}}\n]{{1,400}})\}}")

_PIECE = re.compile(
    rf"{PATTERN.pattern}|(\\(?:text[a-z]*|mbox|hbox|tag\*?)\s*\{{)|\\[\s\S]|[{{}}$]"
)
_LONGEST: Final = 100  # characters of a number that references repeat


@dataclass(frozen=True, slots=True)
class Target:
    """What a label names: its anchor's id, its number (``""`` for none), which formula."""

    anchor: str
    value: str
    formula: int


class Labels:
    """The labels of one document; the first definition of a name holds."""

    def __init__(self, id_prefix: str) -> None:
        self._slugs = Slugs(f"{id_prefix}eq-")
        self._targets: dict[str, Target] = {}
        self.used: set[str] = set()

    def copy(self) -> Labels:
        """The same labels, to go on from here in another way."""
        other = copy(self)
        other._slugs, other._targets = self._slugs.copy(), dict(self._targets)
        other.used = set()
        return other

    def define(self, name: str, value: str, formula: int) -> bool:
        """Whether ``name`` was new."""
        if name in self._targets:
            return False
        anchor = self._slugs.unique(name.removeprefix("eq:").replace(":", " "))
        self._targets[name] = Target(anchor, value, formula)
        return True

    def has(self, name: str) -> bool:
        return name in self._targets

    def look_up(self, name: str) -> Target | None:
        """The target of a reference, which counts as a use of the label."""
        self.used.add(name)
        return self._targets.get(name)

    def target(self, name: str) -> Target:
        return self._targets[name]

    def unused(self) -> list[tuple[str, Target]]:
        return [item for item in self._targets.items() if item[0] not in self.used]

    def in_tex(self, tex: str, missing: list[str]) -> str:
        """``tex`` with every reference as text; names without a target go to ``missing``."""
        if "ref" not in tex:
            return tex
        parts: list[str] = []
        place = 0
        for found, in_text in _references(tex):
            shown = self._shown(found, missing)
            parts += [tex[place : found.start()], shown if in_text else f"\\text{{{shown}}}"]
            place = found.end()
        return "".join([*parts, tex[place:]])

    def in_number(self, text: str) -> str:
        r"""A number as it stands beside its row, with the references in its ``\tag`` resolved."""
        return PATTERN.sub(lambda found: self._shown(found, []), text) if "ref" in text else text

    def settle(self) -> None:
        r"""All labels are known: resolve the references in numbers, as in ``\tag{\ref{a}'}``."""
        for name, target in self._targets.items():
            if "ref" in target.value:
                self._targets[name] = replace(target, value=self.in_number(target.value))

    def _shown(self, found: re.Match[str], missing: list[str]) -> str:
        shown = []
        for name in names(found[2]):
            target = self.look_up(name)
            if target is None:
                missing.append(name)
            shown.append(shown_as(found[1], target))
        return ", ".join(shown)


def _references(tex: str) -> Iterator[tuple[re.Match[str], bool]]:
    r"""Every reference, and whether it stands in the argument of ``\text``, outside of dollars."""
    in_text = [False]
    for found in _PIECE.finditer(tex):
        mark = found.group()
        if found[1]:
            yield found, in_text[-1]
        elif found[3] or mark == "{":
            in_text.append(bool(found[3]) or in_text[-1])
        elif mark == "}":
            del in_text[max(1, len(in_text) - 1) :]
        elif mark == "$":
            in_text[-1] = not in_text[-1]


def names(argument: str) -> list[str]:
    """The labels of one reference: ``\\cref{a, b}`` has two."""
    return [name.strip() for name in argument.split(",") if name.strip()]


def shown_as(command: str, target: Target | None) -> str:
    """What a reference shows, as TeX text; as MathJax does it where there is no number."""
    value = target.value if target else ""
    if not value or len(value) > _LONGEST or "ref{" in value:  # of numbers that hold each other
        value = "???"
    return value if command == "ref" else f"({value})"
