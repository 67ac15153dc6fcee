"""The folder in which it is kept what pages looked like: one JSON file for each page.

    shots/blog/attention.json       what was seen in all of its looks, a line for each formula
    shots/blog/attention/800-light-typeset.1f0c77aa.webp    a picture under one fingerprint

What the page says is stored once.  Pixels are stored for each fingerprint that was updated, so
that a laptop and the build server each have theirs; pictures themselves only where they are asked
for, digests always.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Any

from ..errors import SourceError
from ..files import reason, write_if_changed
from . import pagefile
from .model import Box, Capture, Case, Fingerprint, Picture
from .pagefile import Look


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known of a case.

    ``capture`` has its picture if there are pixels under the fingerprint that was asked for, and
    the picture's ``png`` if that was kept.  ``alike``: its sizes were measured under it, too.
    ``prints`` are all fingerprints that have pixels.
    """

    capture: Capture
    alike: bool
    prints: tuple[Fingerprint, ...]


class Baselines:
    """The baselines in one folder; several threads may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()

    def load(self, case: Case, here: Fingerprint) -> Baseline | None:
        """What is known of a case, with the pixels under the fingerprint ``here``."""
        with self._lock:
            look = self._looks(case.page).get(case.look)
        if look is None:
            return None
        try:
            return self._baseline(case, look, here)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._no_baseline(case.page, error) from error

    def save(self, capture: Capture, *, keep_others: bool, png: bytes | None) -> None:
        """Make ``capture`` what is known of its case.

        ``keep_others``: what the page says is as before, so it stays with the pixels of other
        fingerprints.  ``png`` is the picture, if it is to be kept.
        """
        case, here, picture = capture.case, capture.fingerprint, capture.picture
        with self._lock:
            looks = self._looks(case.page)
            before = looks.get(case.look)
            look = before if before and keep_others else pagefile.look_of(capture)
            if before and look is not before:
                look = pagefile.steadied(look, before)
            if here and picture:
                look.pixels[here.key] = _pixel_record(capture, picture, here)
            self._write(case.page, {**looks, case.look: look})
        for path in self._pictures(case.page, case.look):
            key = path.name.split(".")[-2]
            if key not in look.pixels or (here and key == here.key and png is None):
                path.unlink(missing_ok=True)
        if png is not None and here:
            write_if_changed(self._picture(case, here), png)

    def names(self) -> Iterator[str]:
        """The names of all cases that have a baseline, sorted; other files are passed over."""
        for path in sorted(self.folder.rglob("*.json")):
            page = path.relative_to(self.folder).with_suffix("").as_posix()
            with suppress(SourceError):
                yield from (f"{page}/{look}" for look in sorted(self._looks(page)))

    def remove(self, names: Iterable[str]) -> None:
        """Forget these cases; folders that become empty go, too."""
        pages: dict[str, set[str]] = defaultdict(set)
        for name in names:
            page, _, look = name.rpartition("/")
            pages[page].add(look)
        for page, gone in pages.items():
            with self._lock:
                looks = self._looks(page)
                self._write(page, {name: each for name, each in looks.items() if name not in gone})
            for path in [each for look in gone for each in self._pictures(page, look)]:
                path.unlink(missing_ok=True)
            self._tidy(self.folder / page)

    # --- files ---------------------------------------------------------------------------------

    def _path(self, page: str) -> Path:
        return self.folder / f"{page}.json"

    def _picture(self, case: Case, here: Fingerprint) -> Path:
        return self.folder / f"{case.name}.{here.key}.webp"

    def _pictures(self, page: str, look: str) -> list[Path]:
        return list((self.folder / page).glob(f"{look}.*.webp"))

    def _looks(self, page: str) -> dict[str, Look]:
        """What is known of a page."""
        path = self._path(page)
        try:
            return pagefile.read(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SourceError(str(path), reason(error)) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._no_baseline(page, error) from error

    def _write(self, page: str, looks: dict[str, Look]) -> None:
        if looks:
            write_if_changed(self._path(page), pagefile.written(looks))
        else:
            self._path(page).unlink(missing_ok=True)

    def _tidy(self, folder: Path) -> None:
        """Remove a folder, and those that it lies in, if nothing is in them."""
        for each in (folder, *folder.parents):
            if each == self.folder or not each.is_relative_to(self.folder):
                return
            with suppress(OSError):  # something else is in it, or it never was
                each.rmdir()

    def _no_baseline(self, page: str, error: Exception) -> SourceError:
        words = f"is no baseline of this version: {error}; remove it and make it anew"
        return SourceError(str(self._path(page)), words)

    def _baseline(self, case: Case, look: Look, here: Fingerprint) -> Baseline:
        capture = pagefile.capture_of(case, look)
        if here.key in look.pixels:
            capture = _with_pixels(capture, look.pixels[here.key], here, self._png(case, here))
        prints = tuple(Fingerprint(**each["fingerprint"]) for each in look.pixels.values())
        return Baseline(capture, look.measured == here.key, prints)

    def _png(self, case: Case, here: Fingerprint) -> bytes | None:
        try:
            return self._picture(case, here).read_bytes()
        except OSError:
            return None


# --- pixels ------------------------------------------------------------------------------------


def _pixel_record(capture: Capture, picture: Picture, here: Fingerprint) -> dict[str, Any]:
    boxes = [each.box or Box(0, 0, 0, 0) for each in capture.formulas]
    crops = picture.crops or ("",) * len(boxes)
    return {
        "fingerprint": asdict(here),
        "digest": picture.digest,
        "size": f"{picture.width} {picture.height}",
        "bands": " ".join(picture.bands),
        "formulas": [
            f"{box.x:g} {box.y:g} {box.width:g} {box.height:g} {crop}".rstrip()
            for box, crop in zip(boxes, crops, strict=True)
        ],
    }


def _with_pixels(
    capture: Capture, record: dict[str, Any], here: Fingerprint, png: bytes | None
) -> Capture:
    places = [line.split() for line in record["formulas"]]
    formulas = tuple(
        replace(each, box=Box(*map(float, place[:4])))
        for each, place in zip(capture.formulas, places, strict=True)
    )
    width, height = map(int, record["size"].split())
    picture = Picture(
        digest=record["digest"],
        width=width,
        height=height,
        crops=tuple(place[4] for place in places if len(place) > 4),
        bands=tuple(record["bands"].split()),
        png=png,
    )
    return replace(capture, formulas=formulas, fingerprint=here, picture=picture)
