"""Parts of a font file: the glyphs of some letters, drawn and spaced as in the whole.

MathJax's fonts have neither layout features nor hints, so a part is the same outlines at the
same widths.  What a part holds is decided by its letters alone, and so are its bytes, of which
there are no more than browsers need.

The package's build uses this module too, by itself (see ``hatch_fonts.py``): it imports
nothing of the package, and fontTools at first use.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from io import BytesIO
from itertools import chain, count
from typing import Any, Final

_BASIC: Final = 0xFFFF
_UNASKED: Final = ("ySub", "ySuper", "yStrikeout", "ulUnicode", "ulCodePage")
_SPAN = re.compile(r"U\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?")


def letters_of(font: bytes) -> str:
    """The letters that a font file has, in code point order."""
    from fontTools.ttLib import TTFont

    return "".join(map(chr, sorted(TTFont(BytesIO(font), lazy=True).getBestCmap() or {})))


def subset(font: bytes, letters: Iterable[str]) -> bytes:
    """A woff2 file with the glyphs of ``letters`` only, its metrics those of ``font``."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    whole = TTFont(BytesIO(font), recalcTimestamp=False)
    options = Options(
        layout_features=[],
        bidi_closure=False,  # no "(" because of a ")"
        name_IDs=[],  # names are for who installs a font
        desubroutinize=True,
    )
    options.drop_tables += ["ltag"]  # which language the names are in
    part = Subsetter(options)
    part.populate(unicodes=map(ord, letters))
    part.subset(whole)
    _shorten_maps(whole)
    _shorten_outlines(whole)
    whole.flavor = "woff2"
    data = BytesIO()
    whole.save(data)
    return data.getvalue()


def _shorten_maps(font: Any) -> None:
    """One table of letters instead of three; nothing that only editors and old systems ask for."""
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    letters = font.getBestCmap() or {}
    is_basic = max(letters, default=0) <= _BASIC
    table = CmapSubtable.newSubtable(4 if is_basic else 12)
    table.platformID, table.platEncID, table.language = 3, 1 if is_basic else 10, 0
    table.cmap = letters
    font["cmap"].tables = [table]
    about = font["OS/2"]
    for field in vars(about):
        if field.startswith(_UNASKED):
            setattr(about, field, 0)
    for field in vars(about.panose):
        setattr(about.panose, field, 0)


def _shorten_outlines(font: Any) -> None:
    """The same outlines by the shortest operators; glyphs by names that need not be written."""
    from fontTools.cffLib import cffStandardStrings
    from fontTools.cffLib.specializer import specializeProgram

    top = font["CFF "].cff.topDictIndex[0]
    for field in ("version", "FullName", "FamilyName", "Weight"):
        top.rawDict.pop(field, None)
    for name in top.charset:
        glyph = top.CharStrings[name]
        glyph.decompile()
        glyph.setProgram(specializeProgram(glyph.program, preserveTopology=True))
    short = chain(cffStandardStrings, map("g{}".format, count()))  # the first is .notdef
    names = dict(zip(top.charset, short))  # noqa: B905 - names are without end
    places, widths = top.CharStrings.charStrings, font["hmtx"].metrics
    top.CharStrings.charStrings = {names[name]: places[name] for name in places}
    font["hmtx"].metrics = {names[name]: widths[name] for name in widths}
    for table in font["cmap"].tables:
        table.cmap = {code: names[name] for code, name in table.cmap.items()}
    top.charset = list(names.values())
    font.setGlyphOrder(top.charset)


def ranges(letters: Iterable[str]) -> str:
    """``letters`` as css writes a ``unicode-range``: ``U+30-39,U+2212``."""
    spans: list[list[int]] = []
    for code in sorted(set(map(ord, letters))):
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)


def letters_in(unicode_range: str) -> str:
    """The letters of a ``unicode-range`` as :func:`ranges` writes it."""
    return "".join(
        chr(code)
        for first, last in _SPAN.findall(unicode_range)
        for code in range(int(first, 16), min(int(last or first, 16), sys.maxunicode) + 1)
    )
