"""Markdown pages of any number of formulas, the same for the same seed.

The formulas are those of ``fixtures/answers`` that every engine typesets without an error; prose,
headings and lists around them are made of a few sentences.  Some displays are numbered, and
referred to from anywhere on the page, before and after them.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from renderer import render

from . import rivals

SEED = 4
_ANSWERS = Path(__file__).parents[2] / "fixtures" / "answers"

# What numbers itself or refers would upset the count that the page is judged by.
_OWN_NUMBERS = re.compile(
    r"\\(?:tag|label|ref|eqref|newcommand|def)\b|(?<!\\)%"
    r"|\\begin\{(?:equation|align|alignat|gather|multline|flalign|eqnarray)\}"
)
_PERIOD, _PHASE = 7, 4  # every seventh formula is a display, about as in the answers
_PART = 2 * _PERIOD  # formulas under one heading
_SENTENCES = (
    (
        "We start from {}, where {} is fixed and {} may grow.",
        "Substituting {} into the bound leaves {} to be estimated.",
        "For every {} the claim reduces to {}, which is what we wanted.",
        "It is worth checking the special case {} by hand before going on.",
        "Here {} plays the part that {} played above, so nothing new is needed.",
        "The constant in {} does not depend on {}.",
    ),
    (
        "由 {} 可知，当 {} 固定时，{} 的取值随之确定。",
        "把 {} 代入上式，只需估计 {} 即可。",
        "注意到 {} 与 {} 同阶，因此结论对任意情形都成立。",
        "其中 {} 是常数，不依赖于 {} 的选取。",
        "为简便起见，记所求的量为 {}。",
    ),
)


@dataclass(frozen=True, slots=True)
class Pool:
    """The formulas to choose from, as TeX; ``numberable`` may stand in an equation."""

    inline: tuple[str, ...]
    display: tuple[str, ...]
    numberable: tuple[str, ...]


def candidates() -> list[tuple[str, bool]]:
    """Each distinct formula of the answers that carries no number: its TeX, and is it display."""
    found: dict[tuple[str, bool], None] = {}
    for path in sorted(_ANSWERS.glob("*.md")):
        for formula in render(path.read_text("utf-8")).formulas:
            if formula.data_tex and not _OWN_NUMBERS.search(formula.tex):
                found[" ".join(formula.tex.split()), formula.display] = None
    return list(found)


def pool(work: Path) -> Pool:
    """The formulas that every engine typesets; asked once and kept in ``work``."""
    asked = candidates()
    kept = work / "formulas.json"
    state = [rivals.versions(), [list(each) for each in asked]]
    if not kept.is_file() or json.loads(kept.read_bytes())["state"] != state:
        good = rivals.typesettable(asked, work)
        kept.write_text(json.dumps({"state": state, "good": good}), "utf-8")
    return pool_of([(tex, display) for tex, display in json.loads(kept.read_bytes())["good"]])


def pool_of(formulas: Sequence[tuple[str, bool]]) -> Pool:
    """A pool of these formulas."""
    shown = tuple(tex for tex, display in formulas if display)
    return Pool(
        inline=tuple(tex for tex, display in formulas if not display),
        display=shown,
        numberable=tuple(tex for tex in shown if "\\begin" not in tex and "\\\\" not in tex),
    )


def markdown(size: int, formulas: Pool, seed: int = SEED) -> str:
    """A page of exactly ``size`` formulas."""
    chance = random.Random(seed * 1_000_003 + size)  # noqa: S311 - not for secrets
    return "\n\n".join(_Writer(size, formulas, chance).blocks())


class _Writer:
    """Writes one page; every other display of it is numbered."""

    def __init__(self, size: int, formulas: Pool, chance: random.Random) -> None:
        self._size = size
        self._pool = formulas
        self._chance = chance
        self._labels = [f"eq:k{n}" for n in range(_PHASE, size, 2 * _PERIOD)]

    def blocks(self) -> Iterator[str]:
        yield f"# A page of {self._size} formulas"
        for part, first in enumerate(range(0, self._size, _PART), 1):
            yield f"## Part {part}"
            formulas = range(first, min(first + _PART, self._size))
            yield from self._part(formulas, _SENTENCES[part % 3 == 0], listed=part % 3 == 1)

    def _part(self, formulas: range, sentences: Sequence[str], *, listed: bool) -> Iterator[str]:
        run = 0
        for number in formulas:
            if number % _PERIOD != _PHASE:
                run += 1
                continue
            yield " ".join([*self._sentences(run, sentences), *self._reference()])
            yield self._display(f"eq:k{number}")
            run = 0
        last = list(self._sentences(run, sentences))
        if last:
            yield "\n".join(f"- {each}" for each in last) if listed else " ".join(last)

    def _sentences(self, count: int, sentences: Sequence[str]) -> Iterator[str]:
        """Sentences with so many formulas in all."""
        while count:
            sentence = self._chance.choice(
                [each for each in sentences if each.count("{}") <= count]
            )
            gaps = sentence.count("{}")
            count -= gaps
            yield sentence.format(*(f"\\({tex}\\)" for tex in self._some(gaps)))

    def _some(self, count: int) -> list[str]:
        return self._chance.choices(self._pool.inline, k=count)

    def _reference(self) -> Iterator[str]:
        if self._labels and self._chance.random() < 0.5:
            yield f"See \\eqref{{{self._chance.choice(self._labels)}}}."

    def _display(self, label: str) -> str:
        if label not in self._labels:
            return f"\\[\n{self._chance.choice(self._pool.display)}\n\\]"
        tex = self._chance.choice(self._pool.numberable)
        return f"\\begin{{equation}}\\label{{{label}}}\n{tex}\n\\end{{equation}}"
