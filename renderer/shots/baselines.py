"""The folder in which it is kept what pages looked like: one JSON file for each case.

    shots/blog/attention/800-light-typeset.json       what was seen, a line for each fact
    shots/blog/attention/800-light-typeset.1f0c77aa.webp    its picture under one fingerprint

What the page says is stored once.  Pixels are stored for each fingerprint that was updated, so
that a laptop and the build server each have theirs; pictures themselves only where they are asked
for, digests always.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from ..errors import SourceError
from ..files import reason, write_if_changed
from .model import Box, Capture, Case, Fingerprint, FormulaRecord, Picture

_FORMAT: Final = 1
_LOOK: Final = re.compile(r"(\d+)-(light|dark)-(untypeset|typeset|translated|restored|print)")
_PLAIN: Final = {each.name: each.default for each in fields(FormulaRecord)}
_APART: Final = ("index", "box")  # the place in the list; pixels
_REPEATED: Final = ("engine", "font", "colour", "ground")  # said once, of most formulas


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
    """The baselines in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, case: Case, here: Fingerprint) -> Baseline | None:
        """What is known of a case, with the pixels under the fingerprint ``here``."""
        stored = self._stored(case)
        if stored is None:
            return None
        try:
            return self._baseline(case, stored, here)
        except (KeyError, TypeError, ValueError) as error:
            path = str(self._path(case))
            raise SourceError(path, f"is no baseline of this version: {error!r}") from error

    def save(self, capture: Capture, *, keep_others: bool, png: bytes | None) -> None:
        """Make ``capture`` what is known of its case.

        ``keep_others``: what the page says is as before, so it stays with the pixels of other
        fingerprints.  ``png`` is the picture, if it is to be kept.
        """
        case, here, picture = capture.case, capture.fingerprint, capture.picture
        stored = self._stored(case) if keep_others else None
        record = stored or _page_record(capture)
        if here and picture:
            record["pixels"] = {
                **record.get("pixels", {}),
                here.key: _pixel_record(capture, picture, here),
            }
        write_if_changed(self._path(case), _encoded(record))
        for path in self._pictures(case):
            key = path.name.split(".")[-2]
            if key not in record.get("pixels", {}) or (here and key == here.key and png is None):
                path.unlink(missing_ok=True)
        if png is not None and here:
            write_if_changed(self._picture(case, here), png)

    def names(self) -> Iterator[str]:
        """The names of all cases that have a baseline, sorted."""
        for path in sorted(self.folder.rglob("*.json")):
            if _LOOK.fullmatch(path.stem):
                yield path.relative_to(self.folder).with_suffix("").as_posix()

    def remove(self, names: Iterable[str]) -> None:
        """Forget these cases; folders that become empty go, too."""
        for name in names:
            path = self.folder / f"{name}.json"
            for each in (path, *path.parent.glob(f"{path.stem}.*.webp")):
                each.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self.folder or not folder.is_relative_to(self.folder):
                    break
                with suppress(OSError):  # something else is in it
                    folder.rmdir()

    # --- files ---------------------------------------------------------------------------------

    def _path(self, case: Case) -> Path:
        return self.folder / f"{case.name}.json"

    def _picture(self, case: Case, here: Fingerprint) -> Path:
        return self.folder / f"{case.name}.{here.key}.webp"

    def _pictures(self, case: Case) -> Iterable[Path]:
        path = self._path(case)
        return path.parent.glob(f"{path.stem}.*.webp")

    def _stored(self, case: Case) -> dict[str, Any] | None:
        path = self._path(case)
        try:
            record = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SourceError(str(path), reason(error)) from error
        except ValueError as error:
            raise SourceError(str(path), f"is no JSON: {error}") from error
        if not isinstance(record, dict) or record.get("format") != _FORMAT:
            raise SourceError(str(path), "is no baseline of this version; make it anew by --update")
        return record

    def _baseline(self, case: Case, stored: dict[str, Any], here: Fingerprint) -> Baseline:
        formulas = tuple(
            FormulaRecord(index=index, **{**stored["most"], **each})
            for index, each in enumerate(stored["formulas"], 1)
        )
        capture = Capture(
            case=case,
            formulas=formulas,
            title=stored["title"],
            errors=tuple(stored["errors"]),
            foreign=tuple(stored["foreign"]),
            shift=stored["shift"],
            sideways=stored["sideways"],
        )
        pixels = stored.get("pixels", {})
        if here.key in pixels:
            capture = _with_pixels(capture, pixels[here.key], here, self._png(case, here))
        prints = tuple(Fingerprint(**each["fingerprint"]) for each in pixels.values())
        return Baseline(capture, stored["measured"] == here.key, prints)

    def _png(self, case: Case, here: Fingerprint) -> bytes | None:
        try:
            return self._picture(case, here).read_bytes()
        except OSError:
            return None


# --- records -----------------------------------------------------------------------------------


def _page_record(capture: Capture) -> dict[str, Any]:
    seen = [_facts(each) for each in capture.formulas]
    most = {name: _commonest(facts[name] for facts in seen) for name in _REPEATED if seen}
    plain = {**_PLAIN, **most}
    return {
        "format": _FORMAT,
        "title": capture.title,
        "errors": list(capture.errors),
        "foreign": list(capture.foreign),
        "shift": capture.shift,
        "sideways": capture.sideways,
        "measured": capture.fingerprint.key if capture.fingerprint else "",
        "most": most,
        "formulas": [
            {name: fact for name, fact in facts.items() if name == "tex" or fact != plain[name]}
            for facts in seen
        ],
    }


def _facts(formula: FormulaRecord) -> dict[str, Any]:
    return {name: fact for name, fact in asdict(formula).items() if name not in _APART}


def _commonest(facts: Iterable[Any]) -> Any:
    return Counter(facts).most_common(1)[0][0]


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


def _encoded(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
