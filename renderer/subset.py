"""Parts of a font file: the glyphs of some letters, drawn and spaced as in the whole.

MathJax's fonts have neither layout features nor hints, so a part is the same outlines at the
same widths.  What a part holds is decided by its letters alone, and so are its bytes.

The package's build uses this module too, by itself (see ``hatch_fonts.py``): it imports
nothing of the package, and fontTools at first use.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from io import BytesIO

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
        notdef_outline=True,
    )
    options.drop_tables += ["ltag"]  # which language the names are in
    part = Subsetter(options)
    part.populate(unicodes=map(ord, letters))
    part.subset(whole)
    whole.flavor = "woff2"
    data = BytesIO()
    whole.save(data)
    return data.getvalue()


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
