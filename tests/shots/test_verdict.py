"""What the pixels of two captures tell, with the old picture and without it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from renderer.shots import compare, verdict
from renderer.shots.model import Box, Capture

from .captures import drawn, formula, page

Drawn = tuple[Capture, Image.Image]


def seen(was: Drawn, now: Drawn, *, kept: bool) -> list[tuple[str, int]]:
    """Kind and formula of each change, what the pages say included."""
    pairs = compare.paired(was[0], now[0])
    said = list(compare.changes(was[0], now[0], pairs, alike=True))
    looks = verdict.Looks(was[1] if kept else None, now[1])
    found = verdict.changes(was[0], now[0], pairs, looks, said)
    return [(each.kind, each.formula) for each in (*said, *found)]


@pytest.fixture(params=[True, False], ids=["picture", "digests"])
def kept(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_equal_pictures_have_nothing_to_tell(kept: bool) -> None:
    """The same pixels in another file are no finding."""
    first = drawn(page("a", "b"))
    assert first[0].picture
    again = replace(first[0], picture=replace(first[0].picture, digest="other"))
    assert seen(first, (again, first[1]), kept=kept) == []


def test_one_pixel_in_a_formula_names_it(kept: bool) -> None:
    """A single pixel of 60,000 is found, and told of the formula that it is in."""
    was, now = drawn(page("a", "b", "c")), drawn(page("a", "b", "c"), spots=((20, 55),))
    assert seen(was, now, kept=kept) == [("pixels", 2)]


def test_one_pixel_between_formulas_is_the_pages(kept: bool) -> None:
    """A single pixel of the text is told, with its place and the formula above."""
    was, now = drawn(page("a", "b", "c")), drawn(page("a", "b", "c"), spots=((150, 200),))
    assert seen(was, now, kept=kept) == [("pixels", 0)]
    looks = verdict.Looks(was[1] if kept else None, now[1])
    (change,) = verdict.changes(was[0], now[0], compare.paired(was[0], now[0]), looks, [])
    assert change.now
    assert change.now.y <= 200 < change.now.y + change.now.height
    assert "near formula 3" in change.message


def test_what_moved_together_is_told_once(kept: bool) -> None:
    """Three formulas one pixel lower, but for rounding, are one finding at the first of them."""
    was = drawn(page("a", "b", "c", "d"))
    lower = [formula(tex, n, box=Box(10, 11 + 40.01 * n, 30, 12)) for n, tex in enumerate("bcd", 1)]
    assert seen(was, drawn(page("a", *lower)), kept=kept) == [("moved", 2)]


def test_what_is_told_already_is_not_told_again(kept: bool) -> None:
    """A formula with other TeX has other pixels, too, and that is one finding."""
    was, now = drawn(page("a", "b")), drawn(page("a", "x"), spots=((20, 55),))
    assert seen(was, now, kept=kept) == [("tex", 2)]


def test_a_wrong_formula_does_not_hide_wrong_text(kept: bool) -> None:
    """Beside a formula that differs, text that differs is told all the same."""
    was, now = drawn(page("a", "b")), drawn(page("a", "b"), spots=((20, 55), (150, 250)))
    assert seen(was, now, kept=kept) == [("pixels", 2), ("pixels", 0)]


def test_a_longer_page_is_told(kept: bool) -> None:
    """A page that is the same but for its height is not passed over."""
    was, now = drawn(page("a")), drawn(page("a"))
    taller = Image.new("RGB", (200, 340), "white")
    taller.paste(now[1])
    assert now[0].picture
    picture = replace(now[0].picture, height=340)
    longer = verdict.described(replace(now[0], picture=picture), taller)
    assert seen(was, (longer, taller), kept=kept) == [("height", 0)]
