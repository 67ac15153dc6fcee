"""Compares a translated page with the same page untranslated, on both sides: formulas and prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Inventory = Mapping[str, Any]
"""What `inventory` in page.js returns."""

_FIRST, _LETTERS = 0x10D0, 33  # Georgian


def expected_letter(letter: str) -> str:
    """What the fake language model of letters.js makes of a letter."""
    code = ord(letter)
    return letter if _FIRST <= code < _FIRST + _LETTERS else chr(_FIRST + code % _LETTERS)


@dataclass(slots=True)
class Score:
    """Counts of one run, each with what it is out of; ``wrong`` says what is missing."""

    formulas: tuple[int, int] = (0, 0)
    blocks: tuple[int, int] = (0, 0)
    gaps: tuple[int, int] = (0, 0)
    wrong: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.wrong


def judge(
    before: Inventory, after: Inventory, *, reordered: bool = False, seen_only: bool = False
) -> Score:
    """The score of a translation.

    ``reordered``: the model changes the order of words. ``seen_only``: what assistive technology
    reads of a formula does not count.
    """
    score = Score()
    wrong = list(formulas_lost(before["formulas"], after["formulas"], seen_only=seen_only))
    total = len(before["formulas"])
    score.formulas = (max(0, total - len(wrong)), total)
    score.wrong += wrong
    lost = list(blocks_lost(before["blocks"], after["blocks"], reordered=reordered))
    score.blocks = (len(before["blocks"]) - len(lost), len(before["blocks"]))
    score.wrong += lost
    score.gaps = _gaps(score, before["formulas"], after["formulas"])
    return score


def restored(before: Inventory, after: Inventory) -> list[str]:
    """What differs after the original was asked for again; formulas and prose to the letter."""
    wrong = list(formulas_lost(before["formulas"], after["formulas"]))
    prose = [block["prose"] for block in before["blocks"]]
    again = [block["prose"] for block in after["blocks"]]
    wrong += [
        f"not restored: {new!r} for {old!r}"
        for old, new in zip(prose, again, strict=False)
        if old != new
    ]
    if len(prose) != len(again):
        wrong.append(f"{len(again)} blocks restored of {len(prose)}")
    return wrong


def formulas_lost(
    before: Sequence[Any], after: Sequence[Any], *, seen_only: bool = False
) -> Iterator[str]:
    """One line per formula that is gone, damaged, doubled or out of its place."""
    seen = Counter(_identity(formula, seen_only) for formula in after)
    wanted = Counter(_identity(formula, seen_only) for formula in before)
    for identity, number in (wanted - seen).items():
        yield from [f"lost or damaged: {_shown(identity)}"] * number
    if len(after) > len(before):
        yield f"{len(after) - len(before)} formulas more than there were"


def blocks_lost(before: Sequence[Any], after: Sequence[Any], *, reordered: bool) -> Iterator[str]:
    """One line per block of prose that is not translated wholly, and only once."""
    for number, block in enumerate(before):
        wanted = [expected_letter(letter) for letter in block["prose"] if letter.isalpha()]
        prose = after[number]["prose"] if number < len(after) else ""
        found = [letter for letter in prose if letter.isalpha()]
        if found == wanted or (reordered and sorted(found) == sorted(wanted)):
            continue
        left = "".join(letter for letter in found if expected_letter(letter) != letter)
        what = f"{left[:30]!r} left" if left else f"{len(found)} letters of {len(wanted)}"
        yield f"block {block['prose'].strip()[:40]!r}: {what}"


def _identity(formula: Mapping[str, Any], seen_only: bool) -> tuple[Any, ...]:
    """A formula in its place: what it is, how it is drawn and read, and where it stands."""
    place = (formula["block"], formula["path"], formula["letters"])
    read = "" if seen_only else formula["read"]
    return (formula["tex"], formula["drawing"], read, *place)


def _shown(identity: tuple[Any, ...]) -> str:
    tex, drawing, _, block, path, letters = identity
    place = f"block {block} ({path or 'bare'}) after {letters} letters"
    return f"{tex or drawing[:60]!r} in {place}"


def _gaps(score: Score, before: Sequence[Any], after: Sequence[Any]) -> tuple[int, int]:
    """Gaps beside inline formulas where the source has a space; and of them those to be seen."""
    kept = total = 0
    for old, new in zip(before, after, strict=False):
        for was, now in zip(old["gaps"], new["gaps"], strict=False):
            if was and was["spaced"] and now:
                total += 1
                kept += now["seen"]
                if not now["seen"]:
                    score.wrong.append(f"no gap beside {old['tex'] or 'a formula'!r}")
    return kept, total
