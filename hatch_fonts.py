"""Cuts MathJax's fonts into slices when the package is built, so that a page loads what it shows.

    python hatch_fonts.py FONTS

``FONTS`` is the folder with the font packages.  Nine letters of ten lie in one file of 94 kB,
of which a page uses a tenth.  Cut by kind of letter, with a ``unicode-range`` for each slice, it
costs what kinds a page shows; no letter is ever missing, since the slices of a font hold
together what it holds.  ``slices/`` gets the files, ``fonts.json`` says what there is::

    {"MJX-NCM-N": {"file": "mathjax-newcm-font/chtml/woff2/mjx-ncm-n.woff2",
                   "slices": [["slices/mjx-ncm-n.0123abcd.woff2", "U+30-39,U+2212"], ..]}, ..}

Made in the environment of the build: needs fontTools and brotli.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent
_OTHER_NAMES = {"mjx-ncm-brk": "MJX-BRK"}
"""Fonts that MathJax does not call as their file is called; a test compares all names."""


def _span(first: int, last: int) -> str:
    return "".join(map(chr, range(first, last + 1)))


# What stands in nearly every formula, then by kind; each takes what those before it left. Measured
# on the formulas of 193 answers of language models: finer slices save a tenth and cost requests.
_SIGNS = "0123456789 \u00a0!()+,-./:;<=>[]{|}±×⋅√−∣≤≥≠≈→…⋯∞∈∘"
_FEWER_SIGNS = "\"#$%&'*?@\\^_`~§¨¬¯°·÷ˆ˜˙–—‘’“”‖′⃗∀∂∃∅∇∉∏∑∓∗∝∠∥∧∨∩∪∫∼≅≡⊂⊆⊥⋮⋱⇒⇔⟨⟩⌈⌉⌊⌋△⟶⟹⟺"
_RARE_SIGNS = "†‡―←↑↓↔↦⇐⇑⇓⇕⟵⟷⟸ℓ∁∋∐∖∤∦∬∭∮∴∵≃≍≐≜≪≫≺≻⪯⪰⊃⊇⊊⊕⊖⊗⊘⊙⊢⊣⊤⊨⋀⋁⋂⋃⋆⌢⌣■□◊○◦◻◼⨁⨂"
_TALL = _span(0x239B, 0x23B9) + "⏜⏝⏞⏟⏐"  # the pieces of tall brackets and wide braces
_SLICES = {
    "MJX-NCM-N": (
        _SIGNS,
        _span(0x1D44E, 0x1D467) + "ℎ",  # italic a to z
        _span(0x1D434, 0x1D44D),  # italic A to Z
        _span(0x61, 0x7A),
        _span(0x41, 0x5A),
        _span(0x391, 0x3A9) + _span(0x1D6FC, 0x1D71B),  # Α to Ω, italic α to ω
        _FEWER_SIGNS,
        _RARE_SIGNS,
        _TALL,
        _span(0x1D400, 0x1D433) + _span(0x1D7CE, 0x1D7D7),  # bold A to z, 0 to 9
        _span(0x1D468, 0x1D49B),  # bold italic A to z
        _span(0x1D736, 0x1D755),  # bold italic α to ω
        _span(0x1D6A8, 0x1D6E1),  # bold Α to ω
        _span(0x3B1, 0x3F6) + _span(0x1D6E2, 0x1D7CB),  # other Greek
        _span(0x2200, 0x22FF) + _span(0x2A00, 0x2AFF),  # operators and relations
        _span(0x2190, 0x21FF) + _span(0x27F0, 0x27FF) + _span(0x2900, 0x297F),  # arrows
        _span(0x2B0, 0x36F) + _span(0x1DC0, 0x1DFF) + _span(0x20D0, 0x20FF),  # accents
    ),
    "MJX-NCM-C": ("CDFHLNOPS",),
    "MJX-NCM-DS": ("ℂℕℙℚℝℤ𝔸𝔹𝔻𝔼𝔽𝔾𝕀𝕂𝕃𝕊𝕋𝕌𝕍𝟙",),
    "MJX-NCM-LO": ("()[]{}|/∣∥‖⟨⟩⌈⌉⌊⌋√∑∏∐∫∬∭∮⋀⋁⋂⋃⨁⨂",),
    "MJX-NCM-MM": ("⟂⊻⊼⊽⋄⋇⨯⩾⩽⪰⪯",),
    "MJX-NCM-SH": ("✓✔✗✘★☆",),
    "MJX-NCM-V": ("′″‴⁗ℏ",),
    "MJX-NCM-ZERO": (),  # every page has it
    **{
        f"MJX-NCM-{name}": ("()[]{}|/∣∥‖⟨⟩⌈⌉⌊⌋√⏞⏟←→",)
        for name in ("SO", "S3", "S4", "S5", "S6", "S7", "LT", "RB", "EM")
    },
}
"""What is cut off of which font; its last slice has the rest, or all, without a range."""


def main(fonts: Path) -> None:
    """Write the slices and what there is of them."""
    declared = {
        _family(path): {
            "file": path.relative_to(fonts).as_posix(),
            "slices": list(_slices(path, fonts)),
        }
        for path in sorted(fonts.glob("*/chtml/woff2/*.woff2"))
    }
    if not declared:
        raise SystemExit(f"no fonts in {fonts}")
    (fonts / "fonts.json").write_text(json.dumps(declared, indent=1), encoding="utf-8")


def _family(path: Path) -> str:
    """What MathJax calls the font in a file, but for the case, which css does not tell apart."""
    return _OTHER_NAMES.get(path.stem, path.stem.upper())


def _slices(path: Path, fonts: Path) -> Iterator[tuple[str, str]]:
    """The files of the font's slices, each with its letters; none for a font that stays whole."""
    groups = _SLICES.get(_family(path))
    if groups is None:
        return
    cut = _subset_module()
    font = path.read_bytes()
    rest = set(cut.letters_of(font))
    for group in (*groups, rest.copy()):
        letters = rest.intersection(group)
        rest -= letters
        if letters:
            data = cut.subset(font, sorted(letters))
            place = fonts / "slices" / f"{path.stem}.{sha256(data).hexdigest()[:8]}.woff2"
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(data)
            yield place.relative_to(fonts).as_posix(), cut.ranges(letters) if groups else ""


def _subset_module() -> Any:
    """``renderer/subset.py`` by itself: the package needs more than a build has."""
    spec = spec_from_file_location("subset", _ROOT / "renderer" / "subset.py")
    assert spec is not None  # noqa: S101 - it is a file
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(Path(sys.argv[1]))
