"""Pictures of pages: put together, told apart by digests of their parts, and compared exactly.

Pillow (``pip install 'mathward[visual]'``) is imported at first use: a picture whose file is the
same as before is never decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from io import BytesIO
from math import ceil, floor
from types import ModuleType
from typing import TYPE_CHECKING, Final

from ..errors import EnvironmentFault
from .model import Box

if TYPE_CHECKING:
    from PIL.Image import Image

BAND: Final = 64  # device pixels
_MARGIN: Final = 1  # letters lean out of their box
_REMEDY: Final = "pip install 'mathward[visual]'"


def joined(strips: Sequence[bytes]) -> Image:
    """The picture whose strips, from top to bottom, these are."""
    parts = [decoded(strip) for strip in strips]
    if len(parts) == 1:
        return parts[0]
    whole: Image = _pillow().new("RGB", (parts[0].width, sum(part.height for part in parts)))
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return whole


def decoded(png: bytes) -> Image:
    """The picture in a file."""
    with _pillow().open(BytesIO(png)) as image:
        rgb: Image = image.convert("RGB")
        return rgb


def packed(image: Image) -> bytes:
    """A small file of the picture, without loss: WebP, a third of what PNG takes."""
    with BytesIO() as stream:
        image.save(stream, "WEBP", lossless=True, quality=50, method=4)
        return stream.getvalue()


def quickly_packed(image: Image) -> bytes:
    """A file of the picture, made in little time."""
    with BytesIO() as stream:
        image.save(stream, "PNG", compress_level=1)
        return stream.getvalue()


def crop_digests(image: Image, boxes: Iterable[Box | None], ratio: float) -> tuple[str, ...]:
    """A digest of what is seen in each box."""
    return tuple(_digest(crop(image, box, ratio)) if box else "" for box in boxes)


def band_digests(image: Image) -> tuple[str, ...]:
    """A digest of each strip of :data:`BAND` device pixels."""
    tops = range(0, image.height, BAND)
    return tuple(_digest(image.crop((0, top, image.width, top + BAND))) for top in tops)


def crop(image: Image, box: Box, ratio: float) -> Image:
    """The part of the picture that shows a box of the page."""
    return image.crop(_edges(box, ratio))


def is_same(first: Image, second: Image) -> bool:
    """Whether two pictures are equal to the last pixel."""
    return first.size == second.size and first.tobytes() == second.tobytes()


def difference(first: Image, second: Image, apart: Iterable[Box], ratio: float) -> Box | None:
    """Where two pictures differ outside of those boxes; None if they do not.

    What only the larger one has does not count.
    """
    from PIL import ImageChops

    width, height = min(first.width, second.width), min(first.height, second.height)
    size = (0, 0, width, height)
    unlike = ImageChops.difference(first.crop(size), second.crop(size))
    for box in apart:
        unlike.paste((0, 0, 0), _edges(box, ratio))
    found = unlike.getbbox()
    if found is None:
        return None
    left, top, right, bottom = (edge / ratio for edge in found)
    return Box(left, top, right - left, bottom - top)


def band_box(index: int, width: int, ratio: float) -> Box:
    """Where a band lies on the page."""
    return Box(0, index * BAND / ratio, width / ratio, BAND / ratio)


def _edges(box: Box, ratio: float) -> tuple[int, int, int, int]:
    return (
        floor(box.x * ratio) - _MARGIN,
        floor(box.y * ratio) - _MARGIN,
        ceil((box.x + box.width) * ratio) + _MARGIN,
        ceil((box.y + box.height) * ratio) + _MARGIN,
    )


def _digest(image: Image) -> str:
    return blake2b(image.tobytes(), digest_size=6).hexdigest()


def _pillow() -> ModuleType:
    try:
        from PIL import Image
    except ImportError:
        raise EnvironmentFault("Pillow is not installed", _REMEDY) from None
    return Image
