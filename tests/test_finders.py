"""Where formulas end and what they hold, rule by rule of the delimiter grammar."""

from __future__ import annotations

import pytest

from renderer import finders
from renderer.delimiters import Delimiters
from renderer.finders import Match


def _dollar(text: str, *, llm: bool = True) -> str | None:
    """The TeX of the formula that opens at the first dollar, None if it is text."""
    match = finders.dollar(Delimiters(text), text.index("$"), len(text), llm=llm)
    return match.tex if match else None


def _display(text: str, *, llm: bool = True, block: bool = False) -> Match | None:
    place = min(place for mark in ("$$", "\\[", "\\begin") if (place := text.find(mark)) >= 0)
    return finders.display(Delimiters(text), place, len(text), llm=llm, block=block)


# Dollars

ALWAYS_MATH = {
    "$a$": "a", "($a$)": "a", "$x$-axis": "x", "$a_1 * b$": "a_1 * b", "设$a$为": "a", "$`a_1`$": "a_1",
    "$20+30\\$$": "20+30\\$", "$\\text{if $x$}$": "\\text{if $x$}", "$2n+1$": "2n+1", "$1/52$": "1/52",
    "$a$ is 5": "a", "$]a,b[$": "]a,b[",
}  # fmt: skip
NEVER_MATH = [
    "$a", "$$a$", "$ a", "$ 4 $", "$a $5", "$a$5", "costs $5 and $10", "$a\\$", "$5 and $x$", "$x$$",
    "${HOME}/a to ${HOME}/b", "$",
]  # fmt: skip
# TeX or None under the llm profile, and under strict, by the rule that makes the difference.
DIFFERENT = {
    "10$^{-3}$": ("^{-3}", "^{-3}"), "A$50 and B$": (None, "50 and B"), "US$a$": (None, "a"),  # L1
    "3$\\times$3": ("\\times", None), "$5 and 10$": (None, "5 and 10"), "$5 dollars$": (None, "5 dollars"),
    "$a_1;$b": (None, "a_1;"), "$HOME:$PATH": (None, "HOME:"), "${A}/x:${B}": (None, "{A}/x:"),  # L3
    "$the price of$": (None, "the price of"), "$: a$": (None, ": a"), "$这是一个价格$": (None, "这是一个价格"),
    "$ \\alpha $": ("\\alpha", None), "$ x $": ("x", None), "$ x^2$": ("x^2", None),  # L5
    "$x+1\\)": ("x+1", None), "$a &lt; b$": ("a < b", "a &lt; b"), "$\x0crac ab$": ("\\frac ab", "\x0crac ab"),
    "$\u200bx\u200b$": ("x", "\u200bx\u200b"),
}  # fmt: skip


@pytest.mark.parametrize("llm", [True, False], ids=["llm", "strict"])
def test_dollars_by_local_characters(llm: bool) -> None:
    """G8, in both profiles: what stands beside the dollars decides, and the first one does."""
    assert {text: _dollar(text, llm=llm) for text in ALWAYS_MATH} == ALWAYS_MATH
    assert [text for text in NEVER_MATH if _dollar(text, llm=llm) is not None] == []


@pytest.mark.parametrize("text", DIFFERENT)
def test_dollars_weighed_or_mended(text: str) -> None:
    """L1 to L6: where the profiles differ."""
    assert (_dollar(text, llm=True), _dollar(text, llm=False)) == DIFFERENT[text]


# Parentheses


@pytest.mark.parametrize(
    ("text", "llm", "strict"),
    [
        (r"\(a\)", "a", "a"), (r"\( a \)", "a", "a"), (r"\(\)", None, None), (r"\(  \)", None, None),
        (r"\(\text{\(a\)}\)", r"\text{\(a\)}", r"\text{\(a\)}"), (r"\({a\)", "{a", "{a"), (r"\(a", None, None),
        (r"\\(a\\)", "a", None), (r"\\(\\frac ab\\)", r"\frac ab", None), (r"\\(\\a \b\\)", r"\\a \b", None),
        (r"\(x+1$ here", "x+1", None), (r"\(a, and \(b\)", None, "a, and \\(b"), (r"\(5 and $x$ \)", "5 and $x$",
        "5 and $x$"),
    ],
)  # fmt: skip
def test_parentheses(text: str, llm: str | None, strict: str | None) -> None:
    r"""G3 and L6: ``\(..\)``, its doubled form, and ``\(..$`` mended."""
    for expected, profile in ((llm, True), (strict, False)):
        match = finders.parenthesised(Delimiters(text), 0, len(text), llm=profile)
        assert (match.tex if match else None) == expected


def test_nothing_is_read_behind_the_end() -> None:
    """A closer that lies behind the given end closes nothing."""
    table = Delimiters(r"\(a\) $b$ $$c$$")
    assert finders.parenthesised(table, 0, 3, llm=True) is None
    assert finders.dollar(table, 6, 8, llm=True) is None
    assert finders.display(table, 10, 13, llm=True) is None


# Display


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("$$a$$", "a"), ("\\[ a \\]", "a"), ("\\[\\]", None), ("$$\n\n$$", None), ("$$$a$$$", None),
        ("\\begin{align}a\\end{align}", "\\begin{align}a\\end{align}"), ("\\begin{itemize}\\end{itemize}", None),
        ("$$\\text{$$}$$", "\\text{$$}"), ("\\[a\\\\[4pt]b\\]", "a\\\\[4pt]b"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("llm", [True, False], ids=["llm", "strict"])
def test_display(text: str, tex: str | None, llm: bool) -> None:
    """G4 and G6, in both profiles."""
    match = _display(text, llm=llm)
    assert (match.tex if match else None) == tex
    assert match is None or (match.display and (match.start, match.end) == (0, len(text)))


@pytest.mark.parametrize(
    ("text", "in_text", "as_block"),
    [
        ("$$a\n\nb$$", False, True), ("$$a\n\n# b\n\n$$", False, False), ("$$a\n# b\n$$", True, True),
        ("\\[a\n\n```\n\\]", False, False), ("\\[a\n\\[b\\]", True, False), ("$$\na\n$$ b", True, True),
    ],
)  # fmt: skip
def test_limits_of_the_block_form(text: str, in_text: bool, as_block: bool) -> None:
    """G5: blank lines are for blocks alone; headings, fences, further openers end the search."""
    for block, expected in ((False, in_text), (True, as_block)):
        match = _display(text, llm=False, block=block)
        assert (match is not None and match.start == 0) == expected


def test_inner_environments_are_for_models() -> None:
    """``cases`` and the matrices stand alone under llm only (G6)."""
    text = "\\begin{cases}a\\end{cases}"
    assert _display(text, llm=True) is not None
    assert _display(text, llm=False) is None


@pytest.mark.parametrize(
    ("text", "block", "tex"),
    [
        ("pay $$5 for $$10", False, None), ("A$$ and B$$", False, None), ("see \\[1\\]", False, None),
        ("\\[1\\] is", True, None), ("\\[1\\]", True, "1"), ("\\[a\\](u)", False, None), ("$$e^x\\]", True, "e^x"),
        ("\\[a$$", True, "a"), ("\\\\[\n\\\\alpha\n\\\\]", True, "\\alpha"), ("$$a\n\nand then come words\n\n$$", True, None),
        ("$$a\n\n因此我们得到\n\n$$", True, None), ("$$a\n\n\\text{so we get it} b\n\n$$", True, "a\n\n\\text{so we get it} b"),
        ("$$a_1\n\n\\text{因此我们得到} b_1\n\n$$", True, "a_1\n\n\\text{因此我们得到} b_1"),
    ],
)  # fmt: skip
def test_display_weighed_or_mended(text: str, block: bool, tex: str | None) -> None:
    """L6, L7, L9: money, escaped links and paragraphs of prose are no display formulas."""
    place = min(p for mark in ("$$", "\\[", "\\\\[") if (p := text.find(mark)) >= 0)
    match = finders.display(Delimiters(text), place, len(text), llm=True, block=block)
    assert (match.tex if match else None) == tex


@pytest.mark.parametrize(
    ("text", "repairs"),
    [
        ("$a\\)", ("mixed-delimiters",)), ("$a &amp; b$", ("entity-in-math",)), ("$\u200ba$", ("zero-width",)),
        ("$\x08eta$", ("control-character",)), ("$a$", ()),
    ],
)  # fmt: skip
def test_repairs_are_told(text: str, repairs: tuple[str, ...]) -> None:
    """Each repair gives the code of its diagnostic."""
    match = finders.dollar(Delimiters(text), 0, len(text), llm=True)
    assert match is not None
    assert match.repairs == repairs


# Boxes


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("\\boxed{8}", "\\boxed{8}"), ("\\boxed{a{b}c} d}", "\\boxed{a{b}c}"), ("\\boxed{a", None),
        ("\\boxed{so $x$}", "\\boxed{\\text{so $x$}}"),
        ("\\boxed{\\begin{align}a\\end{align}}", "\\boxed{\\begin{aligned}a\\end{aligned}}"),
    ],
)  # fmt: skip
def test_bare_box(text: str, tex: str | None) -> None:
    r"""L10: a ``\boxed`` in prose reaches to its brace, and holds what can stand in a box."""
    match = finders.boxed(Delimiters(text), 0, len(text))
    assert (match.tex if match else None) == tex


def test_content_without_end_is_text() -> None:
    """What is longer than any formula is not weighed, but text."""
    long = "x" * finders.MAX_CONTENT
    assert _dollar(f"${long}$") is None
    assert _display(f"$${long}$$") is None
    assert finders.boxed(Delimiters(f"\\boxed{{{long}}}"), 0, len(long) + 9) is None
