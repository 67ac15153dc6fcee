"""``fonts.css`` of an assets folder: MathJax's fonts, so that a page loads the letters it shows.

MathJax itself declares each font when it is first needed, late and whole.  Here every font is
declared from the start, the large ones in slices (``hatch_fonts.py`` cuts them), and before the
slices comes what the pages of this folder are known to show: per font one file with just those
letters, or two if it is large, one of them for first screens.  Whatever a page shows besides finds
its slice, so nothing is ever missing.

Next hop: :mod:`renderer.mathjax` leaves out its own rules for fonts that the page declares.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .files import write_atomically
from .subset import letters_in, letters_of, ranges, subset

STYLESHEET: Final = "fonts.css"
DECLARED: Final = "fonts.json"  # hatch_fonts.py writes it

_ALWAYS: Final = "MJX-NCM-ZERO"  # has no letters, but the height that lines get: all drawings' font
_MANY: Final = 24  # letters, of which those of first screens are worth a file of their own
_EARLY: Final = "/* of first screens: */\n"
_PARTS: Final = "fonts"  # folder of the files with known letters
_RECIPE: Final = b"1"  # counts up when equal letters are to give another file
_UNUSED: Final = 7 * 24 * 3600.0  # seconds: longer than a cached fonts.css may be believed
_PART = re.compile(
    rf"@font-face{{font-family:([\w-]+);src:url\({_PARTS}/([\w.-]+)\)[^}}]*unicode-range:([^}}]*)}}"
)
_MARKED = re.compile(r"@font-face{font-family:([\w-]+);[^}]*font-display:block")


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


def write(
    folder: Path,
    vendor: Path,
    url: str,
    letters: Mapping[str, Iterable[str]],
    early: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> None:
    """Make ``fonts.css`` in ``folder`` declare all fonts, and these letters in files of their own.

    ``letters`` are known to be shown, by family, and ``early`` are those of first screens; what
    earlier runs knew stays.  ``vendor`` is the folder of the fonts in the package, ``url`` the
    same as seen from ``folder``.  Each file is written whole and under a name that tells its
    content, so two runs may write at once: what the later one did not know of comes from the
    slices.
    """
    fonts = declared(vendor)
    css = folder / STYLESHEET
    before = css.read_text(encoding="utf-8") if css.is_file() else ""
    _, _, before_early = before.partition(_EARLY)
    marked = set(_MARKED.findall(before))
    if can_subset():
        soon = _merged(_known(before_early), early, fonts)
        known = _merged(_merged(_known(before), letters, fonts), soon, fonts)
        parts, first = (
            dict(_made(folder, vendor, fonts, wanted)) for wanted in _shared_out(known, soon)
        )
        marked.update(soon)
    else:
        late = before.removesuffix(before_early)
        parts, first = (dict(_kept(folder, vendor, fonts, each)) for each in (late, before_early))
    soonest = (_EARLY, *_part_rules(first, marked)) if first else ()
    later = _part_rules(parts, marked - {*first})
    text = "".join((*_base_rules(fonts, url), *later, *soonest))
    if text != before or not css.is_file():
        write_atomically(css, text.encode())
    _sweep(folder / _PARTS, {name for each in (parts, first) for name, _ in each.values()})


# --- the rules -------------------------------------------------------------------------------


def _rule(family: str, url: str, unicode_range: str = "", *, soon: bool = False) -> str:
    """What first screens show ``soon`` is marked for the client, which asks for it all at once."""
    display = ";font-display:block" if soon else ""
    extent = f";unicode-range:{unicode_range}" if unicode_range else ""
    return f'@font-face{{font-family:{family};src:url({url}) format("woff2"){display}{extent}}}\n'


def _base_rules(fonts: Mapping[str, Font], url: str) -> Iterator[str]:
    """Every font, in slices or whole."""
    for family, font in fonts.items():
        for name, extent in font.slices or ((font.file, ""),):
            yield _rule(family, f"{url}/{name}", extent, soon=family == _ALWAYS)


def _part_rules(parts: Mapping[str, tuple[str, str]], soon: set[str]) -> Iterator[str]:
    """The letters known to be shown; a later rule wins over an earlier one of the family."""
    for family, (name, extent) in parts.items():
        yield _rule(family, f"{_PARTS}/{name}", extent, soon=family in soon)


def _known(css: str) -> dict[str, str]:
    """The letters that a ``fonts.css`` has in files of their own, by family."""
    known: dict[str, str] = {}
    for family, _, extent in _PART.findall(css):
        known[family] = known.get(family, "") + letters_in(extent)
    return known


# --- the files -------------------------------------------------------------------------------


def _merged(
    known: Mapping[str, str], letters: Mapping[str, Iterable[str]], fonts: Mapping[str, Font]
) -> dict[str, str]:
    """All letters by family, sorted; of MathJax's fonts only."""
    merged: dict[str, set[str]] = {}
    for family, shown in (*known.items(), *letters.items()):
        if family.upper() in fonts:
            merged.setdefault(family.upper(), set()).update(*shown)
    return {family: "".join(sorted(merged[family])) for family in sorted(merged)}


def _shared_out(
    known: Mapping[str, str], early: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Letters by family: those that come later, and those of first screens of large fonts."""
    first = {family: early[family] for family in early if len(known[family]) >= _MANY}
    rest = {
        family: "".join(sorted({*letters} - {*first.get(family, "")}))
        for family, letters in known.items()
    }
    return rest, first


def _made(
    folder: Path, vendor: Path, fonts: Mapping[str, Font], wanted: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Family, file name and unicode-range of each part; a file that is there is not made anew."""
    for family, letters in wanted.items():
        whole = vendor / fonts[family].file
        font = whole.read_bytes()
        covered = set(letters_of(font))
        shown = "".join(sorted(covered.intersection(letters)))
        if shown and len(shown) < len(covered):
            path = folder / _PARTS / _name(whole, font, shown)
            if not path.is_file():
                write_atomically(path, subset(font, shown))
            yield family, (path.name, ranges(shown))


def _kept(
    folder: Path, vendor: Path, fonts: Mapping[str, Font], css: str
) -> Iterator[tuple[str, tuple[str, str]]]:
    """The same for what a ``fonts.css`` names, in a run that cannot make any.

    A part of another version's font is left out: what it lacks would be missing.
    """
    for family, name, extent in _PART.findall(css):
        if family in fonts and (folder / _PARTS / name).is_file():
            whole = vendor / fonts[family].file
            if name == _name(whole, whole.read_bytes(), letters_in(extent)):
                yield family, (name, extent)


def _name(whole: Path, font: bytes, letters: str) -> str:
    """The file name of a part, which tells all that decides its content."""
    digest = sha256(b"\0".join((_RECIPE, font, letters.encode()))).hexdigest()
    return f"{whole.stem}.{digest[:12]}.woff2"


def _sweep(folder: Path, used: set[str]) -> None:
    """Take away what no css names any more, after a while: pages may be open, css be cached."""
    for path in folder.glob("*.woff2"):
        with suppress(OSError):
            if path.name not in used and path.stat().st_mtime < time.time() - _UNUSED:
                path.unlink()
