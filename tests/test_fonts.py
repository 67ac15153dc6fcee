"""The fonts of an assets folder: parts of MathJax's fonts, and the css that names them."""

from __future__ import annotations

import importlib.util
import json
import os
import time
from collections.abc import Mapping
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
from renderer.assets import declare_fonts, install
from renderer.subset import letters_in, letters_of, ranges, subset
from renderer.theme import load_theme

VENDOR = Path(fonts.__file__).parent / "mathjax" / "vendor" / "fonts"
URL = "mathjax/fonts"
MAIN = "mathjax-newcm-font/chtml/woff2/mjx-ncm-n.woff2"  # 1,280 letters
SMALL = "mathjax-newcm-font/chtml/woff2/mjx-ncm-s4.woff2"
WHOLE = "mathjax-newcm-font/chtml/woff2/mjx-ncm-zero.woff2"


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
    """Three of MathJax's fonts, cut as the build cuts all of them."""
    folder = tmp_path_factory.mktemp("vendor")
    for name in (MAIN, SMALL, WHOLE):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((VENDOR / name).read_bytes())
    cutter.main(folder)
    return folder


def faces(folder: Path) -> list[tuple[str, str, str]]:
    """Family, address and letters of each rule of ``fonts.css``, in order."""
    found = []
    lines = (folder / "fonts.css").read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if not line.startswith("/*")):
        family, _, rest = line.removeprefix("@font-face{font-family:").partition(";src:url(")
        address, _, rest = rest.partition(")")
        found.append((family, address, letters_in(rest)))
    return found


def parts(folder: Path) -> dict[str, str]:
    """The letters that have files of their own, by family."""
    return {family: letters for family, url, letters in faces(folder) if url.startswith("fonts/")}


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
        "OS/2": "sTypoAscender sTypoDescender sTypoLineGap usWinAscent usWinDescent fsSelection",
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
    assert set(declared) == {"MJX-NCM-N", "MJX-NCM-S4", "MJX-NCM-ZERO"}
    assert declared["MJX-NCM-ZERO"].slices == ()
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


# --- fonts.css -------------------------------------------------------------------------------


def test_the_css_declares_every_font_whole_or_in_slices(vendor: Path, tmp_path: Path) -> None:
    """Without known letters there are the build's slices and whole fonts, by their addresses."""
    fonts.write(tmp_path, vendor, URL, {})
    found = faces(tmp_path)
    assert ("MJX-NCM-ZERO", f"{URL}/{WHOLE}", "") in found
    for family, font in fonts.declared(vendor).items():
        expected = [(f"{URL}/{name}", letters_in(extent)) for name, extent in font.slices]
        assert [rule[1:] for rule in found if rule[0] == family][: len(expected)] == expected
    assert not (tmp_path / "fonts").exists()


def test_known_letters_get_a_file_of_their_own_that_wins(vendor: Path, tmp_path: Path) -> None:
    """Their rule comes last; letters that the font lacks and unknown fonts are left out."""
    shown = {"mjx-ncm-n": "𝑥=1中", "MJX-NCM-S4": ["(", ")"], "Times": "a", "MJX-NCM-ZERO": " "}
    fonts.write(tmp_path, vendor, URL, shown)
    assert parts(tmp_path) == {"MJX-NCM-N": "1=𝑥", "MJX-NCM-S4": "()"}
    last = faces(tmp_path)[-2:]
    assert [family for family, _, _ in last] == ["MJX-NCM-N", "MJX-NCM-S4"]
    for _, url, letters in last:
        assert letters_of((tmp_path / url).read_bytes()) == letters


def test_first_screens_have_a_file_of_their_own(vendor: Path, tmp_path: Path) -> None:
    """A large font comes in two parts, over the runs; a small one is not worth another request."""
    many = "".join(map(chr, range(ord("a"), ord("z") + 1)))
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": many, "MJX-NCM-S4": "()"}, {"MJX-NCM-S4": "("})
    fonts.write(tmp_path, vendor, URL, {}, {"MJX-NCM-N": "xy"})
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": "12"}, {"MJX-NCM-N": "z"})
    own = [(family, letters) for family, url, letters in faces(tmp_path) if "fonts/mjx" in url]
    later = "12" + many.removesuffix("xyz")
    assert own[-3:] == [("MJX-NCM-N", later), ("MJX-NCM-S4", "()"), ("MJX-NCM-N", "xyz")]
    assert [family for family, _ in own].count("MJX-NCM-S4") == 1


def test_what_earlier_runs_showed_stays(vendor: Path, tmp_path: Path) -> None:
    """Letters add up over the runs into a folder, and a run without any takes none away."""
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": "12"})
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": "23", "MJX-NCM-S4": "("})
    fonts.write(tmp_path, vendor, URL, {})
    assert parts(tmp_path) == {"MJX-NCM-N": "123", "MJX-NCM-S4": "("}


def test_equal_letters_write_nothing(vendor: Path, tmp_path: Path) -> None:
    """A second run with the same letters leaves every file as it is."""
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": "ab"})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": "ba"})
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_the_css_depends_on_the_letters_alone(vendor: Path, tmp_path: Path) -> None:
    """Two folders that come to the same letters on other ways are equal, byte for byte."""
    one, other = tmp_path / "one", tmp_path / "other"
    fonts.write(one, vendor, URL, {"MJX-NCM-S4": "()", "MJX-NCM-N": "ab"})
    fonts.write(other, vendor, URL, {"MJX-NCM-N": "b"})
    fonts.write(other, vendor, URL, {"MJX-NCM-N": "a", "MJX-NCM-S4": ")("})
    assert (one / "fonts.css").read_bytes() == (other / "fonts.css").read_bytes()
    for _, url, _ in faces(one)[-2:]:
        assert (one / url).read_bytes() == (other / url).read_bytes()


def test_files_go_when_nothing_has_named_them_for_a_week(vendor: Path, tmp_path: Path) -> None:
    """An open page or a cached css may still ask for the file of fewer letters."""
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-S4": "("})
    (old,) = (tmp_path / "fonts").iterdir()
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-S4": ")"})
    assert old.is_file()
    for path in (tmp_path / "fonts").iterdir():
        os.utime(path, (0, time.time() - 8 * 24 * 3600))
    fonts.write(tmp_path, vendor, URL, {})
    (left,) = (tmp_path / "fonts").iterdir()
    assert faces(tmp_path)[-1][1] == f"fonts/{left.name}"


def test_without_fonttools_what_was_made_is_kept(
    vendor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without fontTools serves the slices, and the files that are there."""
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": "1=", "MJX-NCM-S4": "()"})
    before = (tmp_path / "fonts.css").read_bytes()
    monkeypatch.setattr(fonts, "can_subset", lambda: False)
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-N": "2"})
    assert (tmp_path / "fonts.css").read_bytes() == before
    monkeypatch.setattr(fonts, "_RECIPE", b"of another version")
    fonts.write(tmp_path, vendor, URL, {})
    assert parts(tmp_path) == {}


@pytest.mark.parametrize("damage", ["", "@font-face{", "\x00", "fonts/../../x.woff2", "U+110000"])
def test_a_damaged_css_is_made_anew(vendor: Path, tmp_path: Path, damage: str) -> None:
    """Whatever stands in the file, the next run leaves a whole one."""
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-S4": "("})
    expected = (tmp_path / "fonts.css").read_bytes()
    broken = expected.replace(b"U+28", damage.encode()) if "U+" in damage else damage.encode()
    (tmp_path / "fonts.css").write_bytes(broken)
    fonts.write(tmp_path, vendor, URL, {"MJX-NCM-S4": "("})
    assert (tmp_path / "fonts.css").read_bytes() == expected


def _run(folder: Path, vendor: Path, letters: Mapping[str, str]) -> None:
    fonts.write(folder, vendor, URL, letters)


def test_two_runs_at_once_leave_a_valid_folder(vendor: Path, tmp_path: Path) -> None:
    """Whoever writes last, the css names whole files with the letters that it says."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        runs = [pool.submit(_run, tmp_path, vendor, {"MJX-NCM-S4": each}) for each in "()[]{}"]
        for run in runs:
            run.result()
    for _, url, letters in faces(tmp_path):
        if url.startswith("fonts/"):
            assert letters_of((tmp_path / url).read_bytes()) == letters
    assert parts(tmp_path)


def test_installing_writes_the_css_and_all_that_it_names(tmp_path: Path) -> None:
    """Every address in the css of an assets folder is a file there."""
    install(tmp_path, [load_theme("plain")])
    declare_fonts(tmp_path, {"MJX-NCM-N": "𝑥"})
    addresses = [url for _, url, _ in faces(tmp_path)]
    assert len(addresses) > 100
    assert [url for url in addresses if not (tmp_path / url).is_file()] == []


def test_a_package_without_slices_leaves_the_fonts_to_mathjax(tmp_path: Path) -> None:
    """Without fonts.json nothing is declared, and nothing fails."""
    fonts.write(tmp_path, tmp_path / "nothing", URL, {"MJX-NCM-N": "x"})
    assert faces(tmp_path) == []


def test_the_list_of_fonts_is_read_as_written(tmp_path: Path) -> None:
    """What the build writes becomes data of the same content."""
    written = {"MJX-X": {"file": "a.woff2", "slices": [["b.woff2", "U+30"]]}}
    (tmp_path / "fonts.json").write_text(json.dumps(written), encoding="utf-8")
    assert fonts.declared(tmp_path) == {"MJX-X": fonts.Font("a.woff2", (("b.woff2", "U+30"),))}
