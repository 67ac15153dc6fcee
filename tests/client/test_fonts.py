"""The fonts of a page in the browser: what is declared, what is loaded, what is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer import fonts, render_page
from renderer.assets import Assets, declare_fonts, install
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.subset import letters_in
from renderer.theme import load_theme

VENDOR = Path(fonts.__file__).parent / "mathjax" / "vendor" / "fonts"
MATHJAX = 'data-mathjax="mathward-assets/mathjax/"'
FONTS = ' data-fonts="mathward-assets/mathjax/fonts/%s"'
LINK = re.compile(r'<link rel="stylesheet" href="[^"]*/fonts(?:\.css|/[^"]*)">\n')

# Roots, tall brackets, scripts, accents, alphabets, arrows, chemistry: 17 of MathJax's fonts.
MIXED = r"""
$x^2 + \sqrt{y_1} = \frac{a}{b}$ and $\mathbb{R} \subset \mathcal{L}, f' \to \hat{\mathbf{v}}$

$$\left(\begin{matrix} 1 & 2 \\ 3 & 4 \\ 5 & 6 \\ 7 & 8 \end{matrix}\right)
= \int_0^\infty \Biggl[ \sum_{n=1}^{N} \frac{\alpha^n}{\Gamma(n)} \Biggr] \,dx$$

$$\underbrace{a+\dots+z}_{26} \quad \overrightarrow{AB} \quad \mathfrak{g} \quad \text{if } x \perp y$$

$$\ce{2H2 + O2 -> 2H2O} \qquad \sqrt{\frac{1}{1+\frac{1}{1+\frac{1}{x}}}} \quad \boldsymbol{\Sigma}$$
"""

# Letters that a text shows, as prerendering reports them.
PYTHAGORAS = "$a^2+b^2=c^2$"
ITS_LETTERS = {"MJX-NCM-N": "𝑎𝑏𝑐2+=", "MJX-NCM-ZERO": ""}


class Bench:
    """Pages whose fonts are known, over a server that tells what was asked for."""

    def __init__(
        self,
        folder: Path,
        open_page: Callable[..., Tab],
        serve: Callable[..., StaticServer],
        letters: Mapping[str, str],
        early: Sequence[Mapping[str, str]],
    ) -> None:
        self.folder = folder
        self._open, self._serve = open_page, serve
        install(folder / "mathward-assets", [load_theme("plain")])
        self._fonts = declare_fonts(folder / "mathward-assets", "page.html", letters, early)

    def show(
        self,
        text: str,
        *,
        declared: bool = True,
        slim: bool = True,
        disk: bool = False,
        **options: Any,
    ) -> Page:
        """The page of ``text``, all typeset and its fonts there; MathJax declares them if not we.

        Without the slim bundle by MathJax's own components.
        """
        html = render_page(text, assets=Assets.folder(fonts=self._fonts))
        assert LINK.search(html)
        if not slim:
            html = html.replace(MATHJAX, MATHJAX + FONTS)
            assert FONTS in html
        page = self.folder / "page.html"
        page.write_text(html if declared else LINK.sub("", html), encoding="utf-8")
        self.server = None if disk else self._serve(self.folder)
        options.setdefault("viewport", {"width": 800, "height": 900})
        self.tab = self._open(
            page if disk or not self.server else f"{self.server.url}page.html", **options
        )
        settle(self.tab.page)
        return self.tab.page

    @property
    def loaded(self) -> list[str]:
        """The font files asked for, as seen from the assets folder."""
        found = (each.partition("/mathward-assets/")[2] for each in self.tab.requests)
        return sorted(each for each in found if each.endswith(".woff2"))


def settle(page: Page) -> None:
    """Return when every formula is typeset and no font is on its way."""
    page.evaluate("() => mathward.typesetAll()")
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    page.wait_for_function("() => Array.from(document.fonts).every(f => f.status !== 'loading')")


@pytest.fixture
def bench(
    tmp_path: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> Callable[..., Bench]:
    """``bench(letters={}, *early) -> Bench`` in a folder of its own."""
    return lambda letters=None, *early: Bench(tmp_path, open_page, serve, letters or {}, early)


def test_the_css_declares_what_mathjax_declares(bench: Callable[..., Bench]) -> None:
    """Family, file, weight and style of every font, the dynamic and chemical ones included."""
    page = bench().show(r"$x$ $\ce{A->B}$", declared=False, slim=False)
    said = page.evaluate(
        """async () => {
          const { font } = MathJax.startup.output;
          await font.loadDynamicFiles();
          const { defaultFonts, defaultStyles } = font.constructor;
          const rules = { ...defaultFonts, ...defaultStyles, ...font.fontUsage };
          return Object.values(rules).filter((rule) => rule.src).map((rule) => ({ ...rule }));
        }"""
    )
    assert len(said) > 90
    assert {key for rule in said for key in rule} == {"font-family", "src"}
    stems = {
        re.sub(r".*/|\.woff2.*", "", rule["src"]): rule["font-family"].upper() for rule in said
    }
    ours = {Path(font.file).stem: family for family, font in fonts.declared(VENDOR).items()}
    there = {stem: family for stem, family in stems.items() if stem in ours}
    assert there == ours


def test_the_drawing_is_the_same_to_the_pixel(bench: Callable[..., Bench]) -> None:
    """Slices, files with known letters and whole fonts draw the same."""
    tested = bench({"MJX-NCM-N": "𝑥2+√𝑦1=𝑎𝑏⎛⎜⎝", "MJX-NCM-LO": "∫∑"})
    ours = tested.show(MIXED).screenshot(full_page=True)
    assert [each for each in tested.loaded if "/slices/" in each]
    assert len([each for each in tested.loaded if each.startswith("fonts/")]) == 2
    assert tested.show(MIXED, declared=False).screenshot(full_page=True) == ours


def test_no_font_is_loaded_whole_that_has_slices(bench: Callable[..., Bench]) -> None:
    """MathJax's own rules, which come later, do not win over the page's."""
    tested = bench()
    tested.show(MIXED)
    sliced = {font.file for font in fonts.declared(VENDOR).values() if font.slices}
    assert not sliced.intersection(each.partition("mathjax/fonts/")[2] for each in tested.loaded)
    families = tested.tab.page.evaluate("() => Array.from(document.fonts, (face) => face.family)")
    declared = (tested.folder / "mathward-assets" / "fonts.css").read_text(encoding="utf-8")
    assert len([each for each in families if "MJX" in each]) == declared.count("@font-face")


def test_known_letters_come_in_one_file_per_font(bench: Callable[..., Bench]) -> None:
    """A page that shows what was known loads that, and the spacer font that MathJax puts first."""
    tested = bench(ITS_LETTERS)
    tested.show(PYTHAGORAS)
    assert [re.sub(r"\.\w{8,12}\.", ".", each) for each in tested.loaded] == [
        "fonts/mjx-ncm-n.woff2",
        "mathjax/fonts/slices/mjx-ncm-zero.woff2",
    ]
    (own,) = (each for each in tested.loaded if each.startswith("fonts/"))
    assert (tested.folder / "mathward-assets" / own).stat().st_size < 1_500


def test_letters_of_first_screens_come_all_at_once(bench: Callable[..., Bench]) -> None:
    """No font of a first screen arrives after the others; those of later formulas wait."""
    early = {**ITS_LETTERS, "MJX-NCM-LO": "∑"}
    tested = bench({**early, "MJX-NCM-S3": "("}, early)
    tested.show(PYTHAGORAS)
    assert [re.sub(r"\.\w{12}\.", ".", each) for each in tested.loaded][:-1] == [
        "fonts/mjx-ncm-lo.woff2",
        "fonts/mjx-ncm-n.woff2",
    ]


def test_a_screen_longer_than_guessed_asks_for_the_next_alone(bench: Callable[..., Bench]) -> None:
    """The letters of the rest of the page stay where they are until someone comes near."""
    first, second, later = (
        "".join(map(chr, range(ord(start), ord(start) + 26))) for start in "𝐴𝛼0"
    )
    letters = {"MJX-NCM-N": first + second + later}
    tested = bench(letters, {"MJX-NCM-N": first}, {"MJX-NCM-N": first + second})
    tested.show(r"$A$ and $\alpha$")
    rules = (tested.folder / "mathward-assets" / tested._fonts).read_text("utf-8").splitlines()
    files = [rule.partition("url(")[2].partition(")")[0] for rule in rules]
    asked = [each for each in tested.loaded if each.startswith("fonts/")]
    assert asked == sorted(f"fonts/{name}" for name in files[:2])


def test_the_other_letters_of_a_page_come_together_behind_its_first_screen(
    bench: Callable[..., Bench],
) -> None:
    """All that is known, for whoever comes near the next formula; each font lays out anew."""
    known = {**ITS_LETTERS, "MJX-NCM-S3": "(", "MJX-NCM-S4": "("}
    tested = bench(known, ITS_LETTERS)
    tested.show("\n\n".join([PYTHAGORAS, *["Below the window."] * 25, PYTHAGORAS]))
    names = [re.sub(r"\.\w{12}\.", ".", each) for each in tested.loaded]
    assert names[0] == "fonts/mjx-ncm-n.woff2"
    assert {*names} >= {"fonts/mjx-ncm-s3.woff2", "fonts/mjx-ncm-s4.woff2"}


@pytest.mark.parametrize("disk", [False, True])
def test_letters_that_were_not_known_come_in_their_slice(
    bench: Callable[..., Bench], disk: bool
) -> None:
    """What is put into the page later is drawn whole, from a server and from disk."""
    tested = bench(ITS_LETTERS)
    page = tested.show(PYTHAGORAS, disk=disk)
    page.evaluate(
        r"""() => {
          const added = document.querySelector(".math").cloneNode(true);
          added.dataset.tex = "\\Omega \\ne \\mathbb{Z}";
          added.removeAttribute("data-math");
          added.querySelector(".math-box").textContent = "later";
          document.querySelector("main").append(added);
        }"""
    )
    page.wait_for_function("() => document.querySelectorAll('[data-math=typeset]').length === 2")
    settle(page)
    shown = page.evaluate(
        "() => ['Ω', '≠'].map(letter => document.fonts.check('16px MJX-NCM-N', letter))"
    )
    assert shown == [True, True]
    tested.tab.catch_up()
    wanted = {"MJX-NCM-N": "Ω≠", "MJX-NCM-DS": "ℤ"}
    for family, letters in wanted.items():
        for name, extent in fonts.declared(VENDOR)[family].slices:
            asked = f"mathjax/fonts/{name}" in tested.loaded
            assert asked == bool(set(letters).intersection(letters_in(extent))), name


def test_a_page_without_formulas_asks_for_no_fonts(bench: Callable[..., Bench]) -> None:
    """Neither the css of the fonts nor a font."""
    assert "fonts.css" not in render_page("no formula", assets=Assets.folder())


def test_a_fragment_on_a_page_of_others_has_mathjaxs_fonts(bench: Callable[..., Bench]) -> None:
    """Without fonts.css MathJax declares its fonts itself."""
    tested = bench()
    tested.show(PYTHAGORAS, declared=False)
    assert "mathjax/fonts/mathjax-newcm-font/chtml/woff2/mjx-ncm-n.woff2" in tested.loaded
