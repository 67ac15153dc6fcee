"""Formulas typeset for a program, and what we say of MathJax held against MathJax itself."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.browser.typeset import Typeset, Typesetter, typesetting
from renderer.cli import main
from renderer.commands import packages_for, undefined
from renderer.sizes import in_em

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The browser of the whole run comes first, since who starts Playwright also ends it.
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("browser")]

TABLE = re.compile(r"TABLE = `\n(.*?)`", re.DOTALL)


@pytest.fixture(scope="module")
def typesetter(browser: Browser) -> Iterator[Typesetter]:
    """One browser for the tests that leave it whole."""
    with typesetting(60) as typesetter:
        yield typesetter


@pytest.fixture
def typeset_one(typesetter: Typesetter) -> Callable[[str], Typeset]:
    """What came of one inline formula, measured."""
    return lambda tex: typesetter.typeset([(tex, False)], measured=True)[0]


def test_errors_come_with_how_far_it_was_read(typesetter: Typesetter) -> None:
    """Good formulas have no error; of bad ones MathJax's words and its place are known."""
    good, exponent, brace, environment = typesetter.typeset(
        [
            ("x", False),
            ("x^2^3 + y", False),
            ("\\frac{a}{b", True),
            ("\\begin{aligned} x \\end{cases} y", True),
        ]
    )
    assert good.error == ""
    assert (exponent.error.partition(":")[0], exponent.offset) == ("Double exponent", 5)
    assert (brace.error, brace.offset) == ("Missing close brace", 10)
    assert environment.error == "\\begin{aligned} ended with \\end{cases}"
    assert environment.offset == len("\\begin{aligned} x \\end{cases}")


def test_formulas_do_not_touch_each_other(typesetter: Typesetter) -> None:
    """Neither an error nor a definition of one formula reaches the next."""
    results = typesetter.typeset(
        [("\\def\\frac{}\\left(", False), ("\\frac{1}{2}", False), ("\\ce{H2O}", False)]
    )
    assert [bool(each.error) for each in results] == [True, False, False]


def test_size_and_mathml_are_told(typesetter: Typesetter) -> None:
    """A fraction is taller than a letter and reaches below the line; the MathML is MathJax's."""
    letter, fraction, numbered = typesetter.typeset(
        [("x", False), ("\\dfrac{x}{y}", False), ("x \\tag{1}", True)], measured=True
    )
    assert letter.size
    assert fraction.size
    assert numbered.size
    assert letter.size.width == pytest.approx((1.29, 0), abs=0.03)
    assert in_em(letter.size.height) == pytest.approx(0.55, abs=0.15)
    assert in_em(letter.size.depth) == pytest.approx(0, abs=0.1)
    assert in_em(fraction.size.height) > 1.5 * in_em(letter.size.height)
    assert fraction.size.depth[0] > 0.5
    assert "<mfrac" in fraction.mathml
    assert 2 < in_em(numbered.size.width) < 9  # what it needs, not the line that it fills


def test_letters_are_told_by_font(typeset_one: Callable[[str], Typeset]) -> None:
    """Each character that a drawing shows is listed under the font that draws it, once."""
    letters = typeset_one(
        "\\left(\\begin{matrix}x\\\\x\\\\1\\end{matrix}\\right) \\sum \\text{a b}"
    ).letters
    assert letters == {"MJX-NCM-N": " 1ab∑⎛⎜⎝⎞⎟⎠𝑥"}


def test_browser_that_is_killed_is_replaced(typeset_one: Callable[[str], Typeset]) -> None:
    """A browser that somebody ends costs a new one and blames no formula."""
    with typesetting(60) as typesetter:
        typesetter.open()
        os.kill(typesetter._process, signal.SIGKILL)
        (result,) = typesetter.typeset([("x", False)], measured=True)
    assert result.size


def test_browser_that_stands_still_is_ended() -> None:
    """One that answers nothing at all, not even its own driver, is ended at the deadline."""
    with typesetting(4) as typesetter:
        typesetter.open()
        first = typesetter._process
        os.kill(first, signal.SIGSTOP)
        letter, fraction = typesetter.typeset([("x", False), ("\\frac12", False)])
        assert typesetter._process != first
    assert (letter.error, fraction.error) == ("", "")
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_second_room_needs_no_second_typesetting(typesetter: Typesetter) -> None:
    """A drawing that is made larger measures as one that MathJax makes anew."""
    page = (typesetter.tab or typesetter.open()).page
    texs = ["\\frac{a}{\\sqrt{b}}", "\\underbrace{a+b}_{n}", "\\ce{H2O ->[a] C}", "\\boxed{x}"]
    formulas = [{"tex": tex, "display": True, "mathml": False} for tex in texs]
    lengths = "async (all) => (await run(all, true)).map((each) => each.lengths[1])"
    larger = page.evaluate(lengths, formulas)
    anew = page.evaluate(lengths, [{**each, "tex": f"{each['tex']}% 1px"} for each in formulas])
    assert larger == [pytest.approx(each, abs=0.01) for each in anew]


def test_a_formula_that_hangs_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the deadline it is an error, and those beside it are typeset by new browsers."""
    opened = Typesetter._open

    def hanging(typesetter: Typesetter) -> Tab:
        tab = opened(typesetter)
        tab.page.evaluate(
            "() => { const { draw } = window; "
            "window.draw = (...all) => { while (all[0].tex === 'hang'); return draw(...all) } }"
        )
        return tab

    monkeypatch.setattr(Typesetter, "_open", hanging)
    with typesetting(5) as typesetter:
        before, hung, after = typesetter.typeset([("x", False), ("hang", False), ("x^2^3", False)])
    assert before.error == ""
    assert (hung.error, hung.stopped) == ("MathJax took more than 5 s", True)
    assert after.error.startswith("Double exponent")


def test_browser_ends_with_the_block() -> None:
    """After the block nothing runs, and opening starts anew."""
    with typesetting() as typesetter:
        browser = typesetter.open().page.context.browser
        assert browser is not None
        assert browser.is_connected()
    assert typesetter.tab is None
    assert not browser.is_connected()


def test_packages_are_those_of_the_client(
    root: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> None:
    """For every command of its table, packages.js as we read it and as a browser runs it agree."""
    table = TABLE.search((root / "renderer/mathjax/packages.js").read_text("utf-8"))
    assert table
    words = [word for row in table[1].split("\n") for word in row.split() if word[-1:] != ":"]
    texs = [f"\\begin{word}" if word[0] == "{" else f"\\{word} x" for word in words]
    assert len(texs) > 200
    tab = open_page(serve(root / "renderer").url + "browser/typeset.html")
    told = tab.page.evaluate(
        "async (texs) => { const { BASE, extensionsFor } = await import('/mathjax/packages.js');"
        " return texs.map((tex) => [...BASE, ...extensionsFor(tex)]) }",
        texs,
    )
    assert told == [list(packages_for(tex)) for tex in texs]


def test_what_is_unknown_is_what_mathjax_shows_in_red(root: Path, typesetter: Typesetter) -> None:
    """Of all commands of all packages, those we call unknown are exactly those MathJax marks."""
    told = json.loads((root / "renderer/mathjax/vendor/commands.json").read_bytes())
    names = sorted({n for p in told.values() for n in p["commands"] if n.isalpha()})
    assert len(names) > 1000
    results = typesetter.typeset([(f"\\{name}", False) for name in names], measured=True)
    red = {
        name
        for name, result in zip(names, results, strict=True)
        if f'<mtext mathcolor="red">\\{name}<' in result.mathml
    }
    text_mode = set(told["text-base"]["commands"])  # what holds in \text alone, we let pass
    assert {name for name in names if undefined(f"\\{name}")} ^ red <= text_mode


def test_check_in_the_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``mathward check --browser`` tells MathJax's errors at their place, and ends with 1."""
    monkeypatch.chdir(tmp_path)
    text = "good $x$\n\n> $$\n> a +\n> \\frac{1}{2}^2^3\n> $$\n\nand $\\left( y$\n"
    (tmp_path / "a.md").write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["check", "--browser", "a.md"])
    assert result.stdout.splitlines() == [
        "a.md:5:17: error[mathjax-error]: MathJax: Double exponent: use braces to clarify",
        "a.md:8:6: error[mathjax-error]: MathJax: Extra \\left or missing \\right",
    ]
    assert result.exit_code == 1
