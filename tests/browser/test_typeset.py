"""Formulas typeset for a program, and what we say of MathJax held against MathJax itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.browser.typeset import Typesetter, typesetting
from renderer.cli import main
from renderer.commands import packages_for, undefined

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
    assert 0.5 < letter.width < 3
    assert 0.5 < letter.height < 2
    assert letter.depth == pytest.approx(0, abs=0.3)
    assert fraction.height > 1.5 * letter.height
    assert fraction.depth > 0.5
    assert "<mfrac" in fraction.mathml
    assert 2 < numbered.width < 20  # what it needs, not the line that it fills


def test_a_formula_that_hangs_costs_itself_alone() -> None:
    """At the deadline it is an error, and what follows is typeset by a new browser."""
    with typesetting(3) as typesetter:
        typesetter.open().page.evaluate(
            "() => { const { typeset } = window; "
            "window.typeset = (...all) => { while (all[0].tex === 'hang');"
            " return typeset(...all) } }"
        )
        before, hung, after = typesetter.typeset([("x", False), ("hang", False), ("x^2^3", False)])
    assert before.error == ""
    assert hung.error == "MathJax took more than 3 s"
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
