"""What a change looks like: the two pieces of the pictures, and the pixels in which they differ.

Pieces of one place are cut by one frame, so that what has moved a little is seen to have moved.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from . import pixels
from .model import Box, Capture, Change, Result

if TYPE_CHECKING:
    from PIL.Image import Image

_AROUND: Final = 10  # CSS pixels of surroundings, by which a reader knows the place
_NEAR: Final = 24  # CSS pixels; what has moved further is cut out at its own place
_TALLEST: Final = 1_600  # CSS pixels of one piece
_SMALL: Final = 240  # CSS pixels; what is narrower is shown twice as large
_RED: Final = (204, 20, 60)
_PALE: Final = 0.75  # how far what is equal fades towards the ground


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a picture as a data URI, and its size in CSS pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Clipping:
    """The pieces that show one change; None for a side of which there is no picture.

    ``count`` pixels differ.
    """

    expected: Piece | None
    actual: Piece | None
    difference: Piece | None = None
    count: int = 0

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(filter(None, (self.expected, self.actual, self.difference)))

    @property
    def weight(self) -> int:
        """How long its data URIs are."""
        return sum(len(each.uri) for each in self.pieces)

    @property
    def zoom(self) -> int:
        """How many times as large as on the page it is best looked at."""
        return 1 if max(each.width for each in self.pieces) > _SMALL else 2


def whole(capture: Capture) -> Piece | None:
    """The picture of a capture as it is; None if there is none."""
    picture = capture.picture
    if not picture or not picture.png:
        return None
    uri = f"data:image/png;base64,{b64encode(picture.png).decode()}"
    return Piece(uri, picture.width, picture.height)


class Cutter:
    """Cuts clippings out of the pictures of one result, each decoded once and at first need."""

    def __init__(self, result: Result) -> None:
        self._sides = tuple(_Side(capture) for capture in (result.expected, result.actual))

    def clip(self, changes: Sequence[Change]) -> Clipping | None:
        """The pieces that show these changes of one formula; None if there is nothing to see."""
        boxes = [_around([c.was for c in changes]), _around([c.now for c in changes])]
        if boxes[0] and boxes[1] and _is_near(boxes[0], boxes[1]):
            boxes = [_around(boxes)] * 2
        old, new = (side.cut(box) for side, box in zip(self._sides, boxes, strict=True))
        expected, actual = (
            side.piece(each) for side, each in zip(self._sides, (old, new), strict=True)
        )
        if old is None or new is None:
            return Clipping(expected, actual) if expected or actual else None
        shown, count = _difference(old, new)
        return Clipping(expected, actual, self._sides[1].piece(shown), count)


class _Side:
    """One of the two pictures."""

    def __init__(self, capture: Capture | None) -> None:
        picture = capture.picture if capture else None
        self._png = picture.png if picture else None
        print_of = capture.fingerprint if capture else None
        self._ratio = print_of.ratio if print_of else 1.0
        self._image: Image | None = None

    def cut(self, box: Box | None) -> Image | None:
        """The part in the box and a little around it; None without a box or a picture."""
        if box is None or self._png is None:
            return None
        if self._image is None:
            self._image = pixels.decoded(self._png)
        left, top, right, bottom = self._frame(box)
        width, height = self._image.size
        edges = (max(0, left), max(0, top), min(width, right), min(height, bottom))
        return self._image.crop(edges) if edges[0] < edges[2] and edges[1] < edges[3] else None

    def piece(self, image: Image | None) -> Piece | None:
        if image is None:
            return None
        with BytesIO() as stream:  # as it is: a palette costs more time than it saves room
            image.save(stream, "PNG")
            data = b64encode(stream.getvalue()).decode()
        size = (max(1, round(edge / self._ratio)) for edge in image.size)
        return Piece(f"data:image/png;base64,{data}", *size)

    def _frame(self, box: Box) -> tuple[int, int, int, int]:
        height = min(box.height, _TALLEST)
        return (
            floor((box.x - _AROUND) * self._ratio),
            floor((box.y - _AROUND) * self._ratio),
            ceil((box.x + box.width + _AROUND) * self._ratio),
            ceil((box.y + height + _AROUND) * self._ratio),
        )


def _around(boxes: Sequence[Box | None]) -> Box | None:
    """The smallest box that holds all of these."""
    known = [box for box in boxes if box is not None]
    if not known:
        return None
    x, y = min(box.x for box in known), min(box.y for box in known)
    right = max(box.x + box.width for box in known)
    bottom = max(box.y + box.height for box in known)
    return Box(x, y, right - x, bottom - y)


def _is_near(one: Box, other: Box) -> bool:
    return abs(one.x - other.x) <= _NEAR and abs(one.y - other.y) <= _NEAR


def _difference(old: Image, new: Image) -> tuple[Image, int]:
    """The new piece, pale, with all that is not as it was in red; and how many pixels that are."""
    from PIL import Image, ImageChops

    size = (max(old.width, new.width), max(old.height, new.height))
    ground = new.getpixel((0, 0))
    was, now = (Image.new("RGB", size, ground) for _ in range(2))
    was.paste(old, (0, 0))
    now.paste(new, (0, 0))
    bands = ImageChops.difference(was, now).split()
    unlike = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    mask = unlike.point(lambda value: 255 if value else 0)
    pale = Image.blend(now, Image.new("RGB", size, ground), _PALE)
    pale.paste(_RED, (0, 0, *size), mask)
    return pale, mask.histogram()[255]
