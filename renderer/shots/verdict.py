"""What the pixels of two captures say, beyond what the pages say of themselves.

Zero tolerance: a digit in a matrix is a fiftieth of a percent of a page.  A change is named after
the formula that it is seen in; what lies between the formulas belongs to the page.  Without the
old picture the digests of its parts tell the same, only less exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from . import pixels
from .compare import VISIBLE, Pairs, of_formula, of_page
from .model import Box, Capture, Change, FormulaRecord

if TYPE_CHECKING:
    from PIL.Image import Image

_TOGETHER: Final = 0.1  # CSS pixels; places are rounded

Pair = tuple[FormulaRecord, FormulaRecord]
Delta = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Looks:
    """Both pictures decoded; the old one is None where it was not kept."""

    was: Image | None
    now: Image


def described(capture: Capture, image: Image) -> Capture:
    """The capture, with digests of the parts of its picture."""
    if capture.picture is None:
        return capture
    boxes = [each.box for each in capture.formulas]
    crops = pixels.crop_digests(image, boxes, _ratio(capture))
    picture = replace(capture.picture, crops=crops, bands=pixels.band_digests(image))
    return replace(capture, picture=picture)


def is_same(was: Capture, now: Capture, looks: Looks) -> bool:
    """Whether the two pictures are equal to the last pixel, though their files are not."""
    if looks.was is not None:
        return pixels.is_same(looks.was, looks.now)
    old, new = (each.picture.bands if each.picture else () for each in (was, now))
    return bool(old) and old == new


def changes(
    was: Capture, now: Capture, pairs: Pairs, looks: Looks, told: Sequence[Change]
) -> list[Change]:
    """What is seen to have changed and was not ``told`` yet; both captures are described."""
    if is_same(was, now, looks):
        return []
    visible = {each.formula for each in told if each.kind in VISIBLE}
    moved = list(_moved(now, pairs, visible))
    redrawn = list(_redrawn(was, now, pairs, visible))
    found = [*moved, *redrawn]
    if not moved and not pairs.added and not pairs.removed:
        known = visible | {each.formula for each in redrawn}
        found += _outside(was, now, pairs, looks, known)
    if not found and not visible and not any(each.formula for each in told):
        found += _of_size(was, now) or [_anywhere(was, now, looks)]
    return found


def _moved(now: Capture, pairs: Pairs, visible: set[int]) -> Iterator[Change]:
    """The formulas at which the page begins to stand elsewhere than before."""
    runs: list[tuple[Delta, list[Pair]]] = [((0.0, 0.0), [])]
    for pair in pairs.both:
        delta = _delta(pair)
        if not _is_one_move(delta, runs[-1][0]):
            runs.append((delta, []))
        runs[-1][1].append(pair)
    for (right, down), members in runs:
        shown = [pair for pair in members if pair[1].index not in visible]
        if (right, down) == (0.0, 0.0) or not shown:
            continue
        old, new = shown[0]
        more = f", and {len(shown) - 1} after it" if len(shown) > 1 else ""
        what = f"stands {_way(right, down)}{more}"
        expected, actual = _place(old), _place(new)
        yield of_formula("moved", now.case, new, expected, actual, what, was=old.box, now=new.box)


def _delta(pair: Pair) -> Delta:
    """How far a formula is from where it was."""
    was, now = (each.box for each in pair)
    if not was or not now:
        return 0.0, 0.0
    return round(now.x - was.x, 2), round(now.y - was.y, 2)


def _is_one_move(one: Delta, other: Delta) -> bool:
    """Whether two formulas moved together; what stands still moved with none."""
    if not any(one) or not any(other):
        return one == other
    return all(abs(a - b) <= _TOGETHER for a, b in zip(one, other, strict=True))


def _place(formula: FormulaRecord) -> str:
    if not formula.box:
        return ""
    return f"{formula.box.x:g} px from the left, {formula.box.y:g} px from the top"


def _way(right: float, down: float) -> str:
    across = f"{abs(right):g} px further {'right' if right > 0 else 'left'}" if right else ""
    along = f"{abs(down):g} px {'lower' if down > 0 else 'higher'}" if down else ""
    return " and ".join(filter(None, (across, along)))


def _redrawn(was: Capture, now: Capture, pairs: Pairs, visible: set[int]) -> Iterator[Change]:
    """The formulas that look different though they say the same."""
    old_crops, new_crops = (each.picture.crops if each.picture else () for each in (was, now))
    if not old_crops or not new_crops:
        return
    for old, new in pairs.both:
        if new.index in visible or old_crops[old.index - 1] == new_crops[new.index - 1]:
            continue
        if any((step * _ratio(now)) % 1 for step in _delta((old, new))):
            continue  # it moved by a part of a pixel, so it is smoothed otherwise
        what = "looks different, though it says the same"
        yield of_formula("pixels", now.case, new, "", "", what, was=old.box, now=new.box)


def _outside(
    was: Capture, now: Capture, pairs: Pairs, looks: Looks, known: set[int]
) -> Iterator[Change]:
    """What differs between the formulas; ``known`` are those whose difference is told."""
    if looks.was is not None:
        apart = [box for pair in pairs.both for box in _boxes(pair)]
        box = pixels.difference(looks.was, looks.now, apart, _ratio(now))
    else:
        apart = [box for pair in pairs.both if pair[1].index in known for box in _boxes(pair)]
        box = _differing_bands(was, now, apart)
    if box is not None:
        yield _elsewhere(now, box)


def _boxes(pair: Pair) -> list[Box]:
    return [each.box for each in pair if each.box]


def _differing_bands(was: Capture, now: Capture, apart: Iterable[Box]) -> Box | None:
    """From the first to the last band that differs and shows none of the formulas ``apart``."""
    if not was.picture or not now.picture:
        return None
    ratio, width = _ratio(now), now.picture.width
    covered = list(apart)
    pairs = list(zip(was.picture.bands, now.picture.bands, strict=False))
    if was.picture.height != now.picture.height:
        del pairs[-1:]  # the end of the shorter one
    differing = [
        pixels.band_box(index, round(width * ratio), ratio)
        for index, (old, new) in enumerate(pairs)
        if old != new
    ]
    bare = [band for band in differing if not any(_meet(band, box) for box in covered)]
    if not bare:
        return None
    return Box(0, bare[0].y, width, bare[-1].y + bare[-1].height - bare[0].y)


def _meet(band: Box, box: Box) -> bool:
    return box.y - 2 < band.y + band.height and band.y < box.y + box.height + 2


def _elsewhere(now: Capture, box: Box) -> Change:
    above = [each for each in now.formulas if each.box and each.box.y <= box.y + box.height]
    near = f", near formula {above[-1].index}" if above else ""
    place = f"{box.width:g} × {box.height:g} px at {box.x:g}, {box.y:g}"
    return of_page(
        "pixels", now.case, "", place, f"differs outside its formulas: {place}{near}", box
    )


def _of_size(was: Capture, now: Capture) -> list[Change]:
    if not was.picture or not now.picture or was.picture.height == now.picture.height:
        return []
    old, new = (f"{each.height:,} px" for each in (was.picture, now.picture))
    return [of_page("height", now.case, old, new, f"is {new} high, was {old}")]


def _anywhere(was: Capture, now: Capture, looks: Looks) -> Change:
    """The last word: pictures that differ are never passed over."""
    ratio = _ratio(now)
    if looks.was is not None:
        box = pixels.difference(looks.was, looks.now, (), ratio)
    else:
        box = _differing_bands(was, now, ())
    width, height = (edge / ratio for edge in looks.now.size)
    return _elsewhere(now, box or Box(0, 0, width, height))


def _ratio(capture: Capture) -> float:
    return capture.fingerprint.ratio if capture.fingerprint else 1.0
