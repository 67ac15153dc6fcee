"""``renderer.check``: what is found beyond a rendering's own diagnostics, and where."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from renderer import render
from renderer.browser.typeset import Typeset
from renderer.check import Checker
from renderer.publish import Settings
from renderer.targets import Target


def _found(folder: Path, text: str, code: str, **flags: object) -> list[tuple[int, int, str]]:
    """Line, column and message of every diagnostic with this code."""
    file = folder / "a.md"
    file.write_text(text, "utf-8", newline="")
    checked = Checker(Settings(flags=flags)).check(Target(file, None, folder))
    assert list(checked.diagnostics) == sorted(
        checked.diagnostics, key=lambda each: (each.line, each.column, each.code)
    )
    return [(d.line, d.column, d.message) for d in checked.diagnostics if d.code == code]


def _places(folder: Path, text: str, code: str) -> list[tuple[int, int]]:
    return [(line, column) for line, column, _ in _found(folder, text, code)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("so $a + \\foo$", [(1, 9)]),
        ("$$\na +\n  \\foo + \\foo\n$$", [(3, 3), (3, 10)]),
        ("> $$\n> a + \\foo\n> $$", [(2, 7)]),
        ("1. x\n\n   $$\n   \\foo\n   $$", [(4, 4)]),
        ("```math\n\\foo\n```", [(2, 1)]),
        ("$$\r\na\r\n\\foo\r\n$$", [(3, 1)]),
        ("\ufeff$\\foo$", [(1, 2)]),
        ("# on $\\foo$\n\ntext \\(\\foo\\)", [(1, 7), (3, 8)]),
        ("$\\newcommand{\\own}{\\foo}$\n\nand $x + \\own$", [(3, 5)]),
        ("$\\newcommand{\\own}[1]{\\bar{#1}} \\own{x}$ `$\\foo$`", []),
        ("$x$ % \\foo", []),
    ],
)
def test_undefined_macro_is_told_where_it_stands(
    tmp_path: Path, text: str, places: list[tuple[int, int]]
) -> None:
    """Line and column are those of the command in the file; of a macro's, the formula's."""
    assert _places(tmp_path, text, "undefined-macro") == places


def test_configured_macros_are_known(tmp_path: Path) -> None:
    """What the configuration file and front matter define is not reported."""
    (tmp_path / "mathward.toml").write_text('[macros]\nRR = "\\\\mathbb{R}"\n', "utf-8")
    assert _found(tmp_path, "$\\RR + \\NN$", "undefined-macro") == [
        (1, 8, "MathJax does not know \\NN")
    ]
    text = "---\nmacros:\n  NN: \\mathbb{N}\n---\n\n$\\NN$"
    assert _found(tmp_path, text, "undefined-macro") == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("# Part\n\n[a](#md-part) [b](#part) [c](#parts)", [(3, 30)]),
        ("[a](#) [b](#top) [c](#:~:text=x)", []),
        ("$$x \\label{e}$$\n\n[a](#md-eq-e) [b](#md-eq-f)", [(3, 19)]),
        (
            "note[^1] [a](#md-fn1) [b](#md-fn2)\n\n[^1]: text [c](#md-fnref1) [d](#q)",
            [(1, 27), (3, 32)],
        ),
        ("[a](b.md) [b](gone.md) ![c](gone.png)", [(1, 15), (1, 29)]),
        ("[a](sub/) [b](sub/x%20y.md) [c](<sub/x y.md>) [d](sub/x%20z.md)", [(1, 51)]),
        ("[a](b.html) [b](gone.html) [c](b.html#md-head) [d](b.md#head)", [(1, 17), (1, 52)]),
        ("[a](https://gone.example) [b](//gone.example) [c](/gone) [d](mailto:a@b.c) <a@b.c>", []),
        ("`[a](gone.md)` and [a](gone.md)", [(1, 24)]),
        ("$[a](gone.md)$ [b](gone.md)", [(1, 20)]),
        ("> - text\n>   [a](gone.md)", [(2, 9)]),
        ("[a]\n\n[a]: gone.md", [(1, 1)]),
        ("| a |\n|---|\n| [b](gone.md) |", [(3, 7)]),
    ],
)
def test_dead_links_are_told_where_they_stand(
    tmp_path: Path, text: str, places: list[tuple[int, int]]
) -> None:
    """Links into the page and to files beside it are followed; all others are left alone."""
    (tmp_path / "b.md").write_text("# Head", "utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x y.md").touch()
    assert _places(tmp_path, text, "dead-link") == places


def test_fragment_needs_no_prefix(tmp_path: Path) -> None:
    """A link to a heading is written without the prefix that ids get."""
    assert _found(tmp_path, "# Part\n\n[a](#part)", "dead-link") == []
    assert render("# Part\n\n[a](#part)").html.endswith('<p><a href="#md-part">a</a></p>\n')
    assert _found(tmp_path, "# Part\n\n[a](#parts)", "dead-link") == [
        (3, 5, "nothing on this page has the id parts")
    ]
    text = "---\nlang: en\n---\n\n# Part\n\n[a](#x-part)"
    assert _found(tmp_path, text, "dead-link", id_prefix="x-") == []


def test_links_of_trusted_html_are_followed(tmp_path: Path) -> None:
    """Where raw HTML passes, its links and ids count, too."""
    text = '<a id="here"></a>\n\ntext <a href="#here">a</a> <a href=\'#gone\'>b</a>\n'
    assert [line for line, *_ in _found(tmp_path, text, "dead-link", html="trust")] == [3]
    assert _found(tmp_path, text, "dead-link") == []


def test_standard_input_has_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what a relative link on standard input is relative to; fragments are known."""
    monkeypatch.setattr("renderer.publish.read_stdin", lambda *_: "[a](gone.md) [b](#gone)")
    checked = Checker(Settings()).check(Target(None, None, Path()))
    assert [found.column for found in checked.diagnostics] == [18]


@pytest.mark.parametrize(
    ("text", "message", "read", "place"),
    [
        ("so $a^2^3 + b$", "Double exponent", "a^2^", (1, 8)),
        ("> $$\n> a\n> + b^2^3\n> $$", "Double exponent", "a\n+ b^2^", (3, 8)),
        ("$$\na \\frac{1} + \\frac\n$$", "Missing argument for \\frac", None, (2, 14)),
        ("$$\\begin{align} a \\label{e} \\\\ b}\n\\end{align}$$", "Extra close", None, (1, 33)),
        ("$\\newcommand{\\own}{\\left(} \\own x$", "Extra \\left", "\\left( x", (1, 20)),
        ("$\\newcommand{\\own}{x^2^3} a \\own$", "Double exponent", "a x^2^", (1, 1)),
        ("$$x \\tag{a} \\tag{b}$$", "Multiple \\tag", "x \\tag{a} \\tag", (1, 13)),
    ],
)
def test_error_of_mathjax_is_told_where_it_stands(
    tmp_path: Path, text: str, message: str, read: str | None, place: tuple[int, int]
) -> None:
    """The command it names, or how far it had read; the formula behind an expanded macro."""

    def typeset(formulas: Sequence[tuple[str, bool]]) -> list[Typeset]:
        ((tex, _),) = formulas
        reached = read if read is not None else tex[: tex.find("}\n") + 1 or None]
        assert tex.startswith(reached)
        return [Typeset(error=message, offset=len(reached))]

    file = tmp_path / "a.md"
    file.write_text(text, "utf-8")
    checked = Checker(Settings(), typeset).check(Target(file, None, tmp_path))
    (found,) = [each for each in checked.diagnostics if each.code == "mathjax-error"]
    assert (found.line, found.column, found.message) == (*place, f"MathJax: {message}")


def test_formulas_without_content_are_not_typeset(tmp_path: Path) -> None:
    """Definitions alone are nothing that a page shows, so the browser is not asked."""
    asked: list[tuple[str, bool]] = []

    def typeset(formulas: Sequence[tuple[str, bool]]) -> list[Typeset]:
        asked.extend(formulas)
        return [Typeset() for _ in formulas]

    file = tmp_path / "a.md"
    file.write_text("$\\newcommand{\\a}{b}$ $\\a$ $$c$$", "utf-8")
    Checker(Settings(), typeset).check(Target(file, None, tmp_path))
    assert asked == [("b", False), ("c", True)]


@pytest.mark.parametrize(
    "part",
    ["[a](#gone) ", "[a] ", "$\\foo{x}$ ", "`x` ![a](gone.png) ", "<b id=x>", "$\\foo\\bar$\n\n"],
)
def test_cost_is_linear(tmp_path: Path, part: str) -> None:
    """Four times the text takes no more than about four times as long."""

    def seconds(count: int) -> float:
        begun = time.process_time()
        _found(tmp_path, part * count + "\n\n[a]: gone.md\n", "dead-link")
        return time.process_time() - begun

    small, large = (min(seconds(count), seconds(count)) for count in (150, 600))
    assert large < 8 * small + 0.05
