"""``renderer.explain``: one formula at each of its five hops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from renderer.browser.typeset import Typeset
from renderer.document import Size
from renderer.errors import OptionError
from renderer.explain import Explanation
from renderer.publish import Publisher, Settings
from renderer.targets import Target

TEXT = (
    "# On $t$\n\nFirst $a$ and \\eqref{e}.\n\n"
    "> - $$\n>   \\color{red} E = \\foo \\label{e}\n>   $$\n\n"
    "last \\\\(b\\\\) and $\\newcommand{\\x}{y}$\n"
)


def _explained(folder: Path, text: str, number: int) -> Explanation:
    file = folder / "a.md"
    file.write_text(text, "utf-8")
    settings = Settings(flags={"numbering": "all"}, fragment=True)
    return Explanation(Publisher(settings, None).publish(Target(file, None, folder)), number)


def _facts(folder: Path, number: int, typeset: Typeset | None = None) -> list[dict[str, Any]]:
    return [stage.facts for stage in _explained(folder, TEXT, number).stages(typeset)]


def test_stages_are_the_hops_in_order(tmp_path: Path) -> None:
    """Five stages, each with the module that does the work, which exists."""
    stages = _explained(tmp_path, TEXT, 1).stages()
    assert [stage.name for stage in stages] == ["token", "formula", "wrapper", "page", "client"]
    root = Path(__file__).parent.parent
    assert all((root / stage.module).exists() for stage in stages)


def test_stages_follow_one_formula(tmp_path: Path) -> None:
    """Each stage shows what the one before it made, prefixes, numbers and anchors included."""
    token, formula, wrapper, page, client = _facts(tmp_path, 3)
    assert token["markup"] == "$$"
    assert token["content"] == formula["tex"] == "\\color{red} E = \\foo \\label{e}"
    assert formula["source"].startswith("$$\n>   \\color")
    assert (formula["lines"], formula["column"], formula["numbers"]) == ((5, 7), 5, ("(1)",))
    assert formula["data_tex"] == client["tex"] == "\\color{red} E = \\foo \\tag{1}"
    assert 'id="md-eq-e"' in wrapper["html"]
    assert page["inside"] == "blockquote > ul > li"
    assert {"math", "display", "math-box"} <= set(page["classes"])
    assert "mathward.js" in page["script"]
    assert client["packages"][-1] == "color"
    assert client["undefined"] == ("\\foo",)
    assert "state" not in client


def test_wrapper_is_the_one_in_the_page(tmp_path: Path) -> None:
    """Every formula's HTML is, to the letter, part of the rendered page."""
    for number in range(1, 5):
        explanation = _explained(tmp_path, TEXT, number)
        html = explanation.stages()[2].facts["html"]
        assert html
        assert str(html) in explanation._published.document.html


def test_repairs_and_diagnostics_are_told(tmp_path: Path) -> None:
    """What was mended in a formula, and what was said inside it, is shown with it alone."""
    token, formula, *_ = _facts(tmp_path, 4)
    assert token["mended"] == ("doubled-backslash",)
    assert [each for each in formula["diagnostics"] if "doubled-backslash" in each]
    assert _facts(tmp_path, 1)[1]["diagnostics"] == []


def test_definitions_alone_show_nothing(tmp_path: Path) -> None:
    """A formula of definitions has no HTML, and says so."""
    _, _, wrapper, *_ = _facts(tmp_path, 5)
    assert wrapper == {"html": "", "shows": "nothing: it holds definitions alone"}


def test_browser_adds_size_or_error(tmp_path: Path) -> None:
    """With a browser the last stages have size and MathML, or the error with its place."""
    size = Size((2.5, 1.0), (1.25, 0.0), (0.126, 0.0))
    page, client = _facts(tmp_path, 2, Typeset(size=size, mathml="<math/>"))[3:]
    assert client["state"] == "typeset"
    assert (client["width"], client["depth"]) == ("calc(2.5ex + 1em)", ".13ex")
    assert page["reserved"] == "width calc(2.5ex + 1em), height 1.25ex, depth .13ex"
    assert client["mathml"] == "<math/>"
    client = _facts(tmp_path, 3, Typeset(error="Bad \\foo", offset=21))[4]
    assert (client["state"], client["error"]) == ("failed", "6:21: Bad \\foo")


@pytest.mark.parametrize("number", [0, -1, 6])
def test_number_out_of_range(tmp_path: Path, number: int) -> None:
    """One line says which numbers there are."""
    with pytest.raises(OptionError, match=rf"a\.md has formulas 1 to 5, got {number}"):
        _explained(tmp_path, TEXT, number)
    with pytest.raises(OptionError, match="has no formula, got 1"):
        _explained(tmp_path, "text", 1)
