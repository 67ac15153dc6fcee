"""The css of an assets folder that declares MathJax's fonts, so that a page loads what it shows.

MathJax itself declares each font when it is first needed, late and whole.  Here every font is
declared from the start by ``fonts.css``, the large ones in slices (``hatch_fonts.py`` cuts them).
A page that is known to show some letters has css of its own besides, whose rules come later and
win: per font one file with just those letters, or if they are many up to three, for the first
screen, the second, and the others.  Whatever a page shows besides finds its slice, so nothing is
ever missing.

Next hop: :mod:`renderer.mathjax` leaves out its own rules for fonts that the page declares.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from .files import write_atomically, write_if_changed
from .subset import letters_of, ranges, subset

STYLESHEET: Final = "fonts.css"
DECLARED: Final = "fonts.json"  # hatch_fonts.py writes it

_ALWAYS: Final = "MJX-NCM-ZERO"  # has no letters, but the height that lines get: all drawings' font
_MANY: Final = 24  # letters, of which those of one screen are worth a file of their own
_PARTS: Final = "fonts"  # folder of the files with known letters, and of the css that names them
_RECIPE: Final = b"3"  # counts up when equal letters are to give another file
_UNUSED: Final = 7 * 24 * 3600.0  # seconds: longer than cached css may be believed
_SOON, _LATER = "block", "swap"  # how the client knows what the first screen shows, and the rest
_PART = re.compile(r"src:url\(([\w.-]+)\)")


@dataclass(frozen=True, slots=True)
class Font:
    """A font of MathJax's: its whole ``file`` and its ``slices``, each with its unicode-range.

    Files are named as seen from the folder of the fonts.
    """

    file: str
    slices: tuple[tuple[str, str], ...]


def declared(vendor: Path) -> dict[str, Font]:
    """MathJax's fonts by family, in capitals; ``vendor`` is the folder of the fonts."""
    try:
        read = json.loads((vendor / DECLARED).read_bytes())
    except FileNotFoundError:  # built without slices: MathJax declares its fonts itself
        return {}
    return {
        family: Font(font["file"], tuple((name, letters) for name, letters in font["slices"]))
        for family, font in read.items()
    }


def base(vendor: Path, url: str) -> str:
    """``fonts.css`` for pages of which no one knows what they show."""
    return "".join(_base_rules(declared(vendor), url))


def can_subset() -> bool:
    """Whether files with known letters can be made: fontTools and brotli are there."""
    return all(map(find_spec, ("brotli", "fontTools")))


def declare(folder: Path, vendor: Path, url: str) -> None:
    """Make ``fonts.css`` in ``folder`` declare all fonts, in slices or whole.

    ``vendor`` is the folder of the fonts in the package, ``url`` the same as seen from ``folder``.
    """
    write_if_changed(folder / STYLESHEET, base(vendor, url).encode())


def declare_known(
    folder: Path,
    vendor: Path,
    page: str,
    letters: Mapping[str, Iterable[str]],
    early: Sequence[Mapping[str, Iterable[str]]] = (),
) -> str:
    """Put what a page is known to show into files of its own; the css that declares them.

    ``letters`` are what it shows, by family, and ``early`` those of its first screen, of its first
    two, and so on: where a screen ends is a guess, and should it be wrong, the reader waits for the
    letters of one screen more and not for those of the whole page.  The css is named after the
    ``page``, so that it replaces that of an earlier run, as seen from ``folder``; ``""`` if there
    is none.  Files are written whole, under names that tell their content.
    """
    fonts = declared(vendor)
    if not fonts or not can_subset():
        return ""
    screens = [_of(fonts, screen) for screen in (*(early or [{}]), letters)]
    rules = [
        _rule(*made, _LATER if place else _SOON)
        for place, part in enumerate(_shared_out(screens))
        for made in _made(folder, vendor, fonts, part)
    ]
    if not rules:
        return ""
    name = f"{_PARTS}/{sha256(page.encode(errors='surrogateescape')).hexdigest()[:12]}.css"
    write_if_changed(folder / name, "".join(rules).encode())
    return name


def sweep(folder: Path) -> None:
    """Take away what no css names any more, after a while: pages may be open, css be cached."""
    parts = folder / _PARTS
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in parts.glob("*.css")]
    used = {name for text in texts for name in _PART.findall(text)}
    for path in parts.glob("*.woff2"):
        with suppress(OSError):
            if path.name not in used and path.stat().st_mtime < time.time() - _UNUSED:
                path.unlink()


# --- the rules -------------------------------------------------------------------------------


def _rule(family: str, url: str, unicode_range: str = "", mark: str = "") -> str:
    """What the page is known to show is marked: the client asks for all of it at once."""
    display = f";font-display:{mark}" if mark else ""
    extent = f";unicode-range:{unicode_range}" if unicode_range else ""
    return f'@font-face{{font-family:{family};src:url({url}) format("woff2"){display}{extent}}}\n'


def _base_rules(fonts: Mapping[str, Font], url: str) -> Iterator[str]:
    """Every font, in slices or whole."""
    for family, font in fonts.items():
        for name, extent in font.slices or ((font.file, ""),):
            yield _rule(family, f"{url}/{name}", extent, _SOON if family == _ALWAYS else "")


# --- the files -------------------------------------------------------------------------------


def _of(fonts: Mapping[str, Font], letters: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Those of MathJax's fonts, by family in capitals."""
    known = {family.upper(): "".join(shown) for family, shown in letters.items()}
    return {family: known[family] for family in sorted(known) if family in fonts}


def _shared_out(screens: Sequence[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """The letters of each screen that no screen before it has, by family.

    A font of which few letters are left comes whole with the first screen that shows one of them.
    """
    left: dict[str, set[str]] = {}
    for screen in screens:
        for family, letters in screen.items():
            left.setdefault(family, set()).update(letters)
    for screen in screens:
        part = {}
        for family, letters in screen.items():
            taken = (
                left[family].intersection(letters) if len(left[family]) >= _MANY else left[family]
            )
            left[family] = left[family] - taken
            part[family] = "".join(sorted(taken))
        yield part


def _made(
    folder: Path, vendor: Path, fonts: Mapping[str, Font], wanted: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Family, file name and unicode-range of each part; a file that is there is not made anew."""
    for family, letters in wanted.items():
        whole = vendor / fonts[family].file
        font, covered = _whole(whole)
        shown = "".join(sorted(covered.intersection(letters)))
        if shown and len(shown) < len(covered):
            path = folder / _PARTS / _name(whole, font, shown)
            if not path.is_file():
                write_atomically(path, subset(font, shown))
            yield family, path.name, ranges(shown)


@lru_cache(maxsize=128)  # more than MathJax has
def _whole(path: Path) -> tuple[bytes, frozenset[str]]:
    """A font and its letters; each page asks for about ten."""
    font = path.read_bytes()
    return font, frozenset(letters_of(font))


def _name(whole: Path, font: bytes, letters: str) -> str:
    """The file name of a part, which tells all that decides its content."""
    digest = sha256(b"\0".join((_RECIPE, font, letters.encode()))).hexdigest()
    return f"{whole.stem}.{digest[:12]}.woff2"
