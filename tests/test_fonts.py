"""The fonts of an assets folder: parts of MathJax's fonts, and the css that names them."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from renderer import fonts
from renderer.assets import install
from renderer.subset import letters_in, letters_of, ranges, subset
from renderer.theme import load_theme

VENDOR = Path(fonts.__file__).parent / "mathjax" / "vendor" / "fonts"
URL = "mathjax/fonts"
MAIN = "mathjax-newcm-font/chtml/woff2/mjx-ncm-n.woff2"  # 1,280 letters
SMALL = "mathjax-newcm-font/chtml/woff2/mjx-ncm-s4.woff2"
WHOLE = "mathjax-newcm-font/chtml/woff2/mjx-ncm-f.woff2"
SPACER = "mathjax-newcm-font/chtml/woff2/mjx-ncm-zero.woff2"


@pytest.fixture(scope="module")
def cutter(root: Path) -> ModuleType:
    """The build's script."""
    spec = importlib.util.spec_from_file_location("hatch_fonts", root / "hatch_fonts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory, cutter: ModuleType) -> Path:
    """Four of MathJax's fonts, cut as the build cuts all of them."""
    folder = tmp_path_factory.mktemp("vendor")
    for name in (MAIN, SMALL, WHOLE, SPACER):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((VENDOR / name).read_bytes())
    cutter.main(folder)
    return folder


def faces(css: Path) -> list[tuple[str, str, str]]:
    """Family, address and letters of each rule of a style sheet, in order."""
    found = []
    for line in css.read_text(encoding="utf-8").splitlines():
        family, _, rest = line.removeprefix("@font-face{font-family:").partition(";src:url(")
        address, _, rest = rest.partition(")")
        found.append((family, address, letters_in(rest)))
    return found


def parts(css: Path) -> dict[str, str]:
    """The letters that have files of their own, by family."""
    return {family: letters for family, _, letters in faces(css)}


def marks(css: Path) -> list[str]:
    """What each rule says of when its font is to be shown."""
    return re.findall(r"font-display:(\w+)", css.read_text("utf-8"))


@pytest.fixture
def known(vendor: Path, tmp_path: Path) -> Callable[..., Path]:
    """``known(letters, *early, page="a.html")``: the css of a page that shows these letters."""

    def declare(
        letters: Mapping[str, Any], *early: Mapping[str, Any], page: str = "a.html"
    ) -> Path:
        return tmp_path / fonts.declare_known(tmp_path, vendor, page, letters, early)

    return declare


def outlines(font: TTFont, letters: str) -> dict[str, Any]:
    """Width and outline of each letter."""
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    drawn = {}
    for letter in letters:
        pen = RecordingPen()
        glyph = glyphs[cmap[ord(letter)]]
        glyph.draw(pen)
        drawn[letter] = (glyph.width, pen.value)
    return drawn


# --- parts of a font -------------------------------------------------------------------------


def test_a_part_draws_and_spaces_its_letters_as_the_whole_font_does() -> None:
    """Outlines, widths and line metrics are equal; there are no other letters."""
    font, letters = (VENDOR / MAIN).read_bytes(), "+0aℎ√𝐴𝑥𝜋⎧"
    whole, part = TTFont(BytesIO(font)), TTFont(BytesIO(subset(font, letters)))
    assert part.flavor == "woff2"
    assert outlines(part, letters) == outlines(whole, letters)
    assert "".join(map(chr, sorted(part.getBestCmap()))) == "".join(sorted(letters))
    assert part["head"].unitsPerEm == whole["head"].unitsPerEm
    for table, fields in {
        "hhea": "ascent descent lineGap",
        "OS/2": "sxHeight sTypoAscender sTypoDescender sTypoLineGap usWinAscent usWinDescent fsSelection",
    }.items():
        for name in fields.split():
            assert getattr(part[table], name) == getattr(whole[table], name), name


def test_mathjaxs_fonts_hold_nothing_that_a_part_would_lose() -> None:
    """No font has layout features, hints of its own or variations, so outlines and widths are all."""
    known = {"CFF ", "GlyphOrder", "OS/2", "cmap", "head", "hhea", "hmtx", "ltag", "maxp", "name", "post"}  # fmt: skip
    for path in VENDOR.glob("*/chtml/woff2/*.woff2"):
        assert set(TTFont(BytesIO(path.read_bytes()), lazy=True).keys()) <= known, path.name


def test_a_part_depends_on_its_letters_alone() -> None:
    """Order, repetition, letters that the font lacks and the time of day change no byte."""
    font = (VENDOR / SMALL).read_bytes()
    assert subset(font, "()[]") == subset(font, "][)(()中")


@given(st.text())
def test_ranges_hold_exactly_their_letters(text: str) -> None:
    """A unicode-range written and read again is the same set of letters."""
    assert letters_in(ranges(text)) == "".join(sorted(set(text)))


def test_ranges_are_short() -> None:
    """Neighbours are joined, as css writes them."""
    assert ranges("a1023c\u2212b") == "U+30-33,U+61-63,U+2212"


# --- slices, cut by the build ----------------------------------------------------------------


def test_the_slices_of_a_font_are_all_of_it(vendor: Path) -> None:
    """Each letter lies in exactly one slice, and each slice holds what it is said to hold."""
    declared = fonts.declared(vendor)
    assert set(declared) == {"MJX-NCM-N", "MJX-NCM-S4", "MJX-NCM-F", "MJX-NCM-ZERO"}
    assert declared["MJX-NCM-F"].slices == ()
    for font in (declared["MJX-NCM-N"], declared["MJX-NCM-S4"]):
        said = [letters_in(extent) for _, extent in font.slices]
        assert [letters_of((vendor / name).read_bytes()) for name, _ in font.slices] == said
        assert "".join(sorted("".join(said))) == letters_of((vendor / font.file).read_bytes())


def test_slices_are_cut_alike_every_time(vendor: Path, cutter: ModuleType, tmp_path: Path) -> None:
    """The same fonts give the same names, which tell the content: two builds can share a cache."""
    (tmp_path / WHOLE).parent.mkdir(parents=True)
    for name in (SMALL, WHOLE):
        (tmp_path / name).write_bytes((vendor / name).read_bytes())
    cutter.main(tmp_path)
    assert fonts.declared(tmp_path)["MJX-NCM-S4"] == fonts.declared(vendor)["MJX-NCM-S4"]


def test_the_package_has_every_font_in_its_css() -> None:
    """The vendored fonts.json names each vendored font file, and the files of all slices."""
    declared = fonts.declared(VENDOR)
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.glob("*/chtml/woff2/*")}
    assert {font.file for font in declared.values()} == files
    slices = {name for font in declared.values() for name, _ in font.slices}
    assert {path.relative_to(VENDOR).as_posix() for path in VENDOR.glob("slices/*")} == slices


def test_everyday_formulas_need_no_large_slice() -> None:
    """Digits, letters, Greek and common signs lie in slices of at most 8 kB each."""
    everyday = "0123456789+-=()[]{}<>|abcxyzABC𝑎𝑏𝑥𝑦𝑧𝐴𝐵ℎ𝛼𝛽𝜋𝜔ΓΔΩ×⋅≤≥≠→⇒∑∏∫∂∇∞∈∉∀∃⊕⊗⊤𝐀𝐱⎧⎨⎩⎛⎜⎝"
    for name, extent in fonts.declared(VENDOR)["MJX-NCM-N"].slices:
        if set(everyday).intersection(letters_in(extent)):
            assert (VENDOR / name).stat().st_size <= 8_000, name


def test_the_spacer_that_every_page_has_is_tiny(vendor: Path) -> None:
    """It comes without names, and without a range: what takes its height from it shows no letter."""
    ((name, extent),) = fonts.declared(vendor)["MJX-NCM-ZERO"].slices
    assert extent == ""
    assert (vendor / name).stat().st_size <= 256
    whole, spacer = (TTFont(BytesIO((vendor / each).read_bytes())) for each in (SPACER, name))
    assert outlines(spacer, " ") == outlines(whole, " ")
    for field in ("ascent", "descent", "lineGap"):
        assert getattr(spacer["hhea"], field) == getattr(whole["hhea"], field)


# --- fonts.css -------------------------------------------------------------------------------


def test_the_css_declares_every_font_whole_or_in_slices(vendor: Path, tmp_path: Path) -> None:
    """There are the build's slices and whole fonts, by their addresses."""
    fonts.declare(tmp_path, vendor, URL)
    found = faces(tmp_path / "fonts.css")
    assert ("MJX-NCM-F", f"{URL}/{WHOLE}", "") in found
    for family, font in fonts.declared(vendor).items():
        expected = [(f"{URL}/{name}", letters_in(extent)) for name, extent in font.slices]
        expected = expected or [(f"{URL}/{font.file}", "")]
        assert [rule[1:] for rule in found if rule[0] == family] == expected
    assert not (tmp_path / "fonts").exists()


# --- the css of a page -----------------------------------------------------------------------


def test_known_letters_get_a_file_of_their_own(known: Callable[..., Path]) -> None:
    """Letters that the font lacks and unknown fonts are left out."""
    css = known({"mjx-ncm-n": "𝑥=1中", "MJX-NCM-S4": ["(", ")"], "Times": "a", "MJX-NCM-ZERO": " "})
    assert parts(css) == {"MJX-NCM-N": "1=𝑥", "MJX-NCM-S4": "()"}
    for _, url, letters in faces(css):
        assert letters_of((css.parent / url).read_bytes()) == letters


def test_first_screens_have_a_file_of_their_own(known: Callable[..., Path]) -> None:
    """A large font comes in two parts; a small one is not worth another request."""
    many = "".join(map(chr, range(ord("a"), ord("z") + 1)))
    css = known({"MJX-NCM-N": many, "MJX-NCM-S4": "()"}, {"MJX-NCM-S4": "(", "MJX-NCM-N": "zyx1"})
    found = [(family, letters) for family, _, letters in faces(css)]
    later = many.removesuffix("xyz")
    assert found == [("MJX-NCM-N", "1xyz"), ("MJX-NCM-S4", "()"), ("MJX-NCM-N", later)]
    assert marks(css) == ["block", "block", "swap"]


def test_second_screens_have_a_file_of_their_own(known: Callable[..., Path]) -> None:
    """A screen that ends later than guessed costs what is on the next; few letters are not cut."""
    first, second, later = (
        "".join(map(chr, range(ord(start), ord(start) + 26))) for start in "aA𝐴"
    )
    whole = {"MJX-NCM-N": first + second + later}
    css = known(whole, {"MJX-NCM-N": first}, {"MJX-NCM-N": first + second})
    found = [letters for _, _, letters in faces(css)]
    assert found == [first, second, later]
    assert marks(css) == ["block", "swap", "swap"]
    css = known(whole, {"MJX-NCM-N": first}, {"MJX-NCM-N": first + second + later[:9]})
    assert [len(letters) for _, _, letters in faces(css)] == [26, 35, 17]
    few = {"MJX-NCM-N": first + "ABCD"}
    css = known(few, {"MJX-NCM-N": first}, {"MJX-NCM-N": first + "A"})
    assert [letters for _, _, letters in faces(css)] == [first, "ABCD"]


def test_pages_of_a_folder_have_their_own_letters_only(known: Callable[..., Path]) -> None:
    """What one page shows costs the readers of another nothing; equal parts are one file."""
    one = known({"MJX-NCM-N": "12", "MJX-NCM-S4": "("}, page="one.html")
    other = known({"MJX-NCM-N": "3", "MJX-NCM-S4": "("}, page="sub/other.html")
    assert parts(one) == {"MJX-NCM-N": "12", "MJX-NCM-S4": "("}
    assert parts(other) == {"MJX-NCM-N": "3", "MJX-NCM-S4": "("}
    assert len(list(one.parent.glob("*.woff2"))) == 3


def test_a_page_that_is_made_anew_replaces_its_css(known: Callable[..., Path]) -> None:
    """What it showed before is not asked for any more."""
    before = known({"MJX-NCM-N": "12"})
    assert known({"MJX-NCM-N": "23"}) == before
    assert parts(before) == {"MJX-NCM-N": "23"}


def test_equal_letters_write_nothing(known: Callable[..., Path]) -> None:
    """A second run with the same letters leaves every file as it is."""
    css = known({"MJX-NCM-N": "ab", "MJX-NCM-S4": "()"})
    before = {path: path.stat().st_mtime_ns for path in css.parent.iterdir()}
    known({"MJX-NCM-S4": ")(", "MJX-NCM-N": "ba"})
    assert {path: path.stat().st_mtime_ns for path in css.parent.iterdir()} == before


def test_a_page_without_known_letters_has_no_css(vendor: Path, tmp_path: Path) -> None:
    """Nor is anything written where the fonts have no slices or fontTools is missing."""
    assert fonts.declare_known(tmp_path, vendor, "a.html", {}) == ""
    assert fonts.declare_known(tmp_path, vendor, "a.html", {"Times": "a"}) == ""
    assert fonts.declare_known(tmp_path, tmp_path / "nothing", "a", {"MJX-NCM-N": "x"}) == ""
    assert not (tmp_path / "fonts").exists()


def test_without_fonttools_pages_have_the_slices(
    vendor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without fontTools declares no letters, and nothing fails."""
    monkeypatch.setattr(fonts, "can_subset", lambda: False)
    assert fonts.declare_known(tmp_path, vendor, "a.html", {"MJX-NCM-N": "x"}) == ""


def test_files_go_when_nothing_has_named_them_for_a_week(
    known: Callable[..., Path], tmp_path: Path
) -> None:
    """An open page or cached css may still ask for the file of fewer letters."""
    css = known({"MJX-NCM-S4": "("})
    (old,) = css.parent.glob("*.woff2")
    known({"MJX-NCM-S4": ")"})
    fonts.sweep(tmp_path)
    assert old.is_file()
    for path in css.parent.iterdir():
        os.utime(path, (0, time.time() - 8 * 24 * 3600))
    fonts.sweep(tmp_path)
    (left,) = css.parent.glob("*.woff2")
    assert faces(css)[-1][1] == left.name


def test_a_damaged_css_is_made_anew(known: Callable[..., Path], tmp_path: Path) -> None:
    """Whatever stands in the file, sweeping bears it and the next run leaves a whole one."""
    css = known({"MJX-NCM-S4": "("})
    expected = css.read_bytes()
    css.write_bytes(b"@font-face{\xff\x00 fonts/../../x.woff2")
    fonts.sweep(tmp_path)
    assert known({"MJX-NCM-S4": "("}).read_bytes() == expected


def _run(folder: Path, vendor: Path, letters: Mapping[str, str]) -> None:
    fonts.declare_known(folder, vendor, "a.html", letters)


def test_two_runs_at_once_leave_a_valid_folder(vendor: Path, tmp_path: Path) -> None:
    """Whoever writes last, the css names whole files with the letters that it says."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        runs = [pool.submit(_run, tmp_path, vendor, {"MJX-NCM-S4": each}) for each in "()[]{}"]
        for run in runs:
            run.result()
    (css,) = tmp_path.glob("fonts/*.css")
    ((_, url, letters),) = faces(css)
    assert letters_of((css.parent / url).read_bytes()) == letters


def test_installing_writes_the_css_and_all_that_it_names(tmp_path: Path) -> None:
    """Every address in the css of an assets folder is a file there."""
    install(tmp_path, [load_theme("plain")])
    addresses = [url for _, url, _ in faces(tmp_path / "fonts.css")]
    assert len(addresses) > 100
    assert [url for url in addresses if not (tmp_path / url).is_file()] == []


def test_a_package_without_slices_leaves_the_fonts_to_mathjax(tmp_path: Path) -> None:
    """Without fonts.json nothing is declared, and nothing fails."""
    fonts.declare(tmp_path, tmp_path / "nothing", URL)
    assert faces(tmp_path / "fonts.css") == []


def test_the_list_of_fonts_is_read_as_written(tmp_path: Path) -> None:
    """What the build writes becomes data of the same content."""
    written = {"MJX-X": {"file": "a.woff2", "slices": [["b.woff2", "U+30"]]}}
    (tmp_path / "fonts.json").write_text(json.dumps(written), encoding="utf-8")
    assert fonts.declared(tmp_path) == {"MJX-X": fonts.Font("a.woff2", (("b.woff2", "U+30"),))}
