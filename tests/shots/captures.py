"""Captures made by hand, and pictures of a few pixels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PIL import Image

from renderer.shots import pixels, verdict
from renderer.shots.model import Box, Capture, Case, Fingerprint, FormulaRecord, Picture

HERE = Fingerprint("chromium 156", "linux", "x86_64", "f0f0", 1.0)
THERE = Fingerprint("chromium 157", "darwin", "arm64", "a1a1", 1.0)
CASE = Case("blog/a", 390)
SIZE = (200, 300)


def formula(tex: str, place: int = 0, **facts: Any) -> FormulaRecord:
    """A formula in the line number ``place`` of the page."""
    known: dict[str, Any] = {
        "index": place + 1,
        "engine": "mathward",
        "mathml": f"<math><mi>{tex}</mi></math>",
        "display": False,
        "width": 4.0,
        "height": 2.0,
        "depth": 0.5,
        "font": "MJX",
        "colour": "black",
        "ground": "white",
        "box": Box(10, 10 + 40 * place, 30, 12),
    }
    return FormulaRecord(tex=tex, **{**known, **facts})


def page(*formulas: str | FormulaRecord, **facts: Any) -> Capture:
    """A capture of a page with these formulas, without a picture."""
    listed = tuple(
        formula(each, place) if isinstance(each, str) else replace(each, index=place + 1)
        for place, each in enumerate(formulas)
    )
    return Capture(CASE, listed, **{"title": "A", "fingerprint": HERE, **facts})


def drawn(
    capture: Capture, *, spots: tuple[tuple[int, int], ...] = ()
) -> tuple[Capture, Image.Image]:
    """The capture with its picture: a grey bar for each formula, a black pixel at each spot."""
    image = Image.new("RGB", SIZE, "white")
    for each in capture.formulas:
        assert each.box
        left, top = round(each.box.x), round(each.box.y)
        image.paste("grey", (left, top, left + round(each.box.width), top + round(each.box.height)))
    for spot in spots:
        image.putpixel(spot, (0, 0, 0))
    png = pixels.packed(image)
    bare = replace(capture, picture=Picture(str(hash(png)), *SIZE, png=png))
    return verdict.described(bare, image), image
