"""Captures and runs that no browser made: small pictures with a rectangle for each formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageDraw

from renderer.shots.model import (
    Box,
    Capture,
    Case,
    Change,
    Fingerprint,
    FormulaRecord,
    Kind,
    Picture,
    Result,
)

HERE = Fingerprint("Chromium 156", "linux", "x86_64", "a1b2c3d4")
SQUARE = "<math><msup><mi>x</mi><mn>2</mn></msup></math>"


def formula(index: int, tex: str = "x^2", mathml: str = SQUARE) -> FormulaRecord:
    """The formula number ``index`` of a page, 40 px below the one before it."""
    box = Box(20, 40 * index, 60, 20)
    return FormulaRecord(index, "mathward", tex, mathml, False, box=box)


def png(inked: Sequence[int], height: int = 400) -> bytes:
    """A page whose formulas are black rectangles; the ``inked`` ones have a white hole."""
    image = Image.new("RGB", (200, height), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    for index in range(1, height // 40):
        draw.rectangle((20, 40 * index, 79, 40 * index + 19), (0, 0, 0))
        if index in inked:
            draw.rectangle((30, 40 * index + 5, 31, 40 * index + 7), (255, 255, 255))
    with BytesIO() as stream:
        image.save(stream, "PNG")
        return stream.getvalue()


def capture(case: Case, records: Sequence[FormulaRecord], inked: Sequence[int] = ()) -> Capture:
    """What was seen of a page with these formulas."""
    picture = Picture("digest", 200, 400, png=png(inked))
    return Capture(case, tuple(records), fingerprint=HERE, picture=picture)


def change(case: Case, kind: Kind, record: FormulaRecord, was: str = "", now: str = "") -> Change:
    """A change of that formula, seen where it stands."""
    message = f"{case.name}: formula {record.index}"
    place = (record.index, record.tex, record.number)
    return Change(kind, case, *place, was, now, message, record.box, record.box)


def redrawn(page: str, inked: Sequence[int], look: int = 800) -> Result:
    """A page on which these formulas look different."""
    case = Case(page, look)
    records = [formula(index, f"x_{{{index}}}") for index in range(1, 10)]
    changes = tuple(change(case, "pixels", records[index - 1]) for index in inked)
    now = capture(case, records, inked)
    return Result(case, "changed", changes, (), capture(case, records), now, 0.5)


def reworded(page: str, tex: str, mathml: str) -> Result:
    """A page whose first formula says something else."""
    case = Case(page, 390, "dark")
    old = formula(1)
    new = replace(old, tex=tex, mathml=mathml)
    changes = (
        change(case, "tex", new, old.tex, new.tex),
        change(case, "mathml", new, SQUARE, mathml),
    )
    return Result(
        case, "changed", changes, (), capture(case, [old]), capture(case, [new], [1]), 0.5
    )
