r"""With MathJax itself: everything is typeset, safely, and each formula for itself alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer.browser.session import Tab

Typeset = Callable[..., Tab]

TEXT = r"""
Inline $a<b_1$, chemistry $\ce{H2O}$ and 当$x>0$时。

$$E=mc^2 \tag{3}$$

$$\begin{aligned} x &= \text{若 } y \\ y &= \left(\frac{\frac ab}{\frac cd}\right)^2 \end{aligned}$$

- $\mathcal{L}+\mathbb{R}+\mathfrak{g}+\mathscr{F}+\boldsymbol{\alpha}+\mathsf{A}+\mathtt{t}$
- $\sqrt{\sqrt{\sqrt{\frac{x}{\frac{y}{z}}}}}\overbrace{a+b+c+d+e+f+g+h+i}^{n}\xrightarrow{long}$
"""

# Per extension of MathJax, something that only it understands.
COMMANDS = {
    "action": r"\mathtip{x}{y}",
    "ams": r"\dfrac{1}{2} \iint \lvert x \rvert \operatorname{rank} A",
    "amscd": r"\begin{CD} A @>>> B \\ @VVV @VVV \\ C @>>> D \end{CD}",
    "bbox": r"\bbox[5px, border: 1px solid]{x}",
    "boldsymbol": r"\boldsymbol{x} \bm{y}",
    "braket": r"\bra{x} \ket{y} \Braket{x|y}",
    "bussproofs": r"\begin{prooftree}\AxiomC{A}\UnaryInfC{B}\end{prooftree}",
    "cancel": r"\cancel{x} \bcancel{y} \xcancel{z} \cancelto{0}{x}",
    "cases": r"\begin{numcases}{f(x)=} x & a \\ y & b \end{numcases}",
    "centernot": r"a \centernot\implies b",
    "color": r"\color{red} x \textcolor{blue}{y} \fcolorbox{red}{white}{z}",
    "colortbl": r"\begin{array}{c} \rowcolor{red} x \\ \cellcolor{blue} y \end{array}",
    "empheq": r"\begin{empheq}[left=\empheqlbrace]{align} x &= 1 \\ y &= 2 \end{empheq}",
    "enclose": r"\enclose{circle}{x}",
    "extpfeil": r"\xtwoheadrightarrow{x} \xlongequal{y}",
    "gensymb": r"20\celsius 5\ohm",
    "mathtools": r"a \coloneqq b \begin{dcases} x \\ y \end{dcases} \prescript{1}{2}{X}",
    "mhchem": r"\ce{CO2 + C -> 2 CO} \pu{1.2e3 kJ}",
    "newcommand": r"\newcommand{\R}{\mathbb{R}} x \in \R",
    "physics": r"\dv{f}{x} \pdv{f}{y} \abs{x} \norm{v} \qty(\frac12)",
    "textcomp": r"\text{5 \texteuro}",
    "unicode": r"\unicode{x263A}",
    "units": r"\units[5]{m} \nicefrac{1}{2}",
    "upgreek": r"\upalpha \Upgamma",
    "verb": r"\verb|x^2|",
    "ours": r"\mathbbm{1} \mathds{R} \require{cancel}",
}


def problems(page: Page) -> list[str]:
    """The formulas that failed or hold a command that MathJax does not know, and why."""
    found: list[str] = page.evaluate(
        """() => Array.from(document.querySelectorAll(".math[data-tex]")).flatMap(each => {
          const reason = each.querySelector(".math-box").dataset.reason;
          const unknown = each.querySelector("mjx-merror, mjx-mtext[style*=red]");
          return each.dataset.math === "typeset" && !unknown ? []
            : [each.dataset.tex + ": " + (reason ?? "an unknown command")]; })"""
    )
    return found


@pytest.mark.parametrize("disk", [False, True])
def test_page_is_typeset_from_disk_and_from_a_server(typeset: Typeset, disk: bool) -> None:
    """All formulas come out, numbers at the edge, with no error and no request elsewhere."""
    page = typeset(TEXT, disk=disk).page
    assert problems(page) == []
    assert page.locator(".math[data-tex]").count() == 7
    edge = page.locator(".math-full mjx-labels").bounding_box()
    column = page.locator(".math.display").first.bounding_box()
    assert edge is not None
    assert column is not None
    assert abs(edge["x"] + edge["width"] - column["x"] - column["width"]) < 1


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_extension_is_there_when_its_command_is(typeset: Typeset, command: str) -> None:
    """A command loads the extension that knows it, from our own folder."""
    tab = typeset(f"$$\n{command}\n$$")
    assert tab.page.locator(".math[data-tex]").count() == 1
    assert problems(tab.page) == []


def test_nothing_acts_but_tips_of_words(typeset: Typeset) -> None:
    """Clicks turn no page of a toggle, no formula appears under the mouse; words may."""
    tex = (r"\toggle{a}{b}\endtoggle", r"\mathtip{c}{\frac{d}{e}}", r"\texttip{f}{words}")
    page = typeset("\n\n".join(f"${each}$" for each in tex)).page
    drawings = page.locator(".math-drawing")
    before = [drawings.nth(number).inner_html() for number in range(3)]
    for number in range(3):
        drawings.nth(number).click()
    assert [drawings.nth(number).inner_html() for number in range(3)] == before
    assert page.locator("mjx-tool, mjx-status").count() == 0
    titles = page.locator(".math-drawing [title]")
    assert [each.get_attribute("title") for each in titles.all()] == ["words"]


def test_no_formula_changes_another(typeset: Typeset, lab: Any) -> None:
    r"""Macros and extensions of one formula are unknown to the next."""
    own = r"\def\own{1}\newcommand{\R}{R}\own\R"
    foreign = (r"\dv{x}{y} \div a", r"\let\frac\sqrt \frac{2}", r"\definecolor{red}{rgb}{0,1,0} x")
    later = (r"\own", r"\R", r"b \div c", r"\frac12", r"\color{red} x")
    page = typeset("".join(map(lab.formula, (own, *foreign, *later))), raw=True).page
    assert problems(page) == [r"\own: an unknown command", r"\R: an unknown command"]
    assert "rgb" not in page.locator(r"[data-tex='\\color{red} x'] .math-drawing").inner_html()
    letters: dict[str, str] = page.evaluate(
        """() => Object.fromEntries(Array.from(document.querySelectorAll(".math"), each => [
          each.dataset.tex,
          Array.from(each.querySelectorAll("[data-c]"), c => c.dataset.c).join("")]))"""
    )
    assert letters[r"b \div c"] == "𝑏÷𝑐"
    assert "𝛁" in letters[r"\dv{x}{y} \div a"]
    assert page.locator(r"[data-tex='\\frac12'] mjx-mfrac").count() == 1


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (r"\newcolumntype{c}{>{E}r}x", r"\begin{pmatrix}1&2\end{pmatrix}"),
        (r"\newcolumntype{c}{cc}x", r"\begin{array}{cc}a&b\end{array}"),
        (r"\coloneqq\mathtoolsset{prescript-sup-format=E}", r"\coloneqq\prescript{a}{b}{c}"),
        (r"\coloneqq\mathtoolsset{legacycolonsymbols=true}", r"\coloneqq\coloneq"),
        (
            r"\coloneqq\newtagform{x}[E]{<}{>}\usetagform{x}",
            r"\begin{align}a&\coloneqq b\tag{1}\\c&=d\tag{2}\end{align}",
        ),
    ],
)
def test_no_setting_outlives_its_formula(
    typeset: Typeset, lab: Any, first: str, later: str
) -> None:
    """What MathJax remembers of columns, symbols and tags is forgotten."""
    shown = """() => Array.from(document.querySelectorAll(".math"), each => [
      each.dataset.math, Array.from(each.querySelectorAll("[data-c]"), c => c.dataset.c).join("")
    ])"""
    alone = typeset(lab.formula(later), raw=True).page.evaluate(shown)
    both = typeset(lab.formula(first) + lab.formula(later), raw=True).page.evaluate(shown)
    assert alone[0][0] == "typeset"
    assert both[1:] == alone


def test_a_token_has_no_level_of_its_own(typeset: Typeset, lab: Any) -> None:
    """One below none would make letters larger than a formula may."""
    page = typeset(
        lab.formula(r"\mmlToken{mi}[scriptlevel=-9]{x}") + lab.formula("x"), raw=True
    ).page
    sizes = page.evaluate(
        "() => Array.from(document.querySelectorAll('mjx-mi'), e => e.getBoundingClientRect().height)"
    )
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize(
    "tex",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\mmlToken{mi}[href='javascript:alert(1)']{x}",
        r"\mmlToken{mi}[style='position:fixed;inset:0']{x}",
        r"\mmlToken{mi}[id='victim']{x}",
        r"\mmlToken{mi}[class='victim']{x}",
        r"\class{victim}{x} \cssId{victim}{y} \style{position:fixed}{z} \data{a=b}{x}",
        r"\bbox[position:fixed;background:url(https://host.example/)]{x}",
        r"\require{html} \href{javascript:alert(1)}{x}",
        r"x \tag{3} \label{victim} \ref{victim}",
    ],
)
def test_nothing_dangerous_gets_into_the_page(typeset: Typeset, lab: Any, tex: str) -> None:
    """No address, name, class or style of the author's, neither in the drawing nor in MathML."""
    page = typeset(lab.formula(tex, display=True, inner=f"\\[{tex}\\]"), raw=True).page
    found = page.evaluate(
        """() => Array.from(document.querySelectorAll(".math-box *"), each => [
          each.id, each.getAttribute("href"), each.getAttribute("data-mjx-href"),
          each.getAttribute("name"), each.classList.contains("victim") ? "victim" : "",
          /position|url/.test(each.getAttribute("style") ?? "") &&
            !each.matches(".math-drawing *[style*='relative']") ? each.outerHTML : ""])
          .flat().filter(Boolean)"""
    )
    assert found == []
    assert page.locator("a, [href]").locator("visible=true").count() == 0


def test_drawing_holds_no_text_and_looks_the_same(typeset: Typeset) -> None:
    """Letters moved to attributes are drawn to the pixel as MathJax's own text would be."""
    page = typeset(TEXT).page
    drawing = page.locator("main")
    texts: list[str] = page.evaluate(
        "() => Array.from(document.querySelectorAll('.math-drawing'), each => each.textContent)"
    )
    assert "".join(texts).strip() == ""
    ours = drawing.screenshot()
    moved = page.evaluate(
        """() => { const found = document.querySelectorAll("[data-c]");
          for (const each of found) {
            each.textContent = each.dataset.c; each.removeAttribute("data-c"); }
          return found.length; }"""
    )
    assert moved > 50
    assert drawing.screenshot() == ours


def test_letters_are_no_layers_of_their_own(typeset: Typeset) -> None:
    """Nothing sets one apart: a browser goes through all layers for each frame and click."""
    page = typeset(TEXT).page
    apart = page.evaluate(
        """() => Array.from(document.querySelectorAll(".math-drawing, .math-drawing mjx-c"))
             .map(getComputedStyle)
             .filter(({ clipPath, position }) => clipPath !== "none" || position !== "static")
             .length"""
    )
    assert apart == 0


def test_bad_tex_shows_itself_and_the_reason(typeset: Typeset) -> None:
    """A formula that MathJax refuses keeps its source, with the reason beside it."""
    page = typeset(r"A $\frac{1}$ and $x^2$.").page
    assert problems(page) == [r"\frac{1}: Missing argument for \frac"]
    box = page.locator(".math").first.locator(".math-box")
    assert r"\frac{1}" in box.inner_text()
    shown = page.evaluate(
        "() => getComputedStyle(document.querySelector('[data-reason]'), '::after').content"
    )
    assert "Missing argument" in shown


def test_endless_macros_end(typeset: Typeset, lab: Any) -> None:
    """A macro that calls itself is refused after a bounded number of steps."""
    page = typeset(lab.formula(r"\def\a{\a\a}\a") + lab.formula("x"), raw=True).page
    assert [line.partition(": ")[2][:40] for line in problems(page)] == [
        "MathJax maximum macro substitution count"
    ]


def test_text_in_other_scripts_has_the_size_and_font_of_the_page(typeset: Typeset) -> None:
    """Chinese words in a formula look like those around it."""
    page = typeset(r"文字 $x \text{文字}$").page
    looks: Any = page.evaluate(
        """() => { const text = document.querySelector("mjx-utext");
          const around = document.querySelector("p");
          const size = parseFloat(getComputedStyle(text).fontSize);
          return [size / parseFloat(getComputedStyle(around).fontSize),
            getComputedStyle(text).fontFamily.endsWith(getComputedStyle(around).fontFamily)]; }"""
    )
    assert looks[0] == pytest.approx(1, abs=0.02)
    assert looks[1]


def test_as_large_as_models_write_and_as_deep_as_browsers_bear(typeset: Typeset) -> None:
    """A matrix of 30 rows and columns is drawn; what is nested too deep for a tab stays MathML."""
    rows = r"\\".join("&".join(f"a_{{{row}{n}}}" for n in range(30)) for row in range(30))
    deep = [r"\frac{" * depth + "x" + "}{y}" * depth for depth in (38, 60)]
    tab = typeset(
        "\n\n".join(f"$${tex}$$" for tex in (rf"\begin{{pmatrix}}{rows}\end{{pmatrix}}", *deep))
    )
    states = tab.page.locator(".math").evaluate_all("all => all.map(each => each.dataset.math)")
    assert states == ["typeset", "typeset", "failed"]
    assert tab.page.locator(".math[data-math=failed] mfrac").count() == 60
