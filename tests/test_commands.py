"""What MathJax knows: which control sequences are found, and which are unknown where."""

from __future__ import annotations

import pytest

from renderer.commands import packages_for, sequences, undefined


@pytest.mark.parametrize(
    ("tex", "names"),
    [
        (r"\frac{a}{b} \alpha\, \{ \| \left\lvert x \right\rbrace", ()),
        (r"\begin{align} a &= b \tag{1} \\ c \end{align}", ()),
        (r"\foo + \foo + \Bar", (r"\foo", r"\Bar")),
        (r"\begin{itemize} x \end{itemize}", (r"\begin{itemize}",)),
        (r"x % \foo", ()),
        (r"50\% \foo", (r"\foo",)),
        (r"\verb|\foo| \verb+\bar+", ()),
        (r"\verbatim", (r"\verbatim",)),
        (r"\text{\textbf{a} \'e}", ()),
        (r"\bm{x} \mathbbm{1} \href{u}{x} \require{html}", ()),
        ("a \\\n b \\", ()),
        (r"\DeclarePairedDelimiter{\size}{|}{|} \size{x}", ()),
        (r"\begin \{ \} \end", ()),
        ("no commands", ()),
    ],
)
def test_unknown_commands_are_found(tex: str, names: tuple[str, ...]) -> None:
    """Exactly what MathJax would show in red, or refuse as an environment, each once."""
    assert undefined(tex) == names


@pytest.mark.parametrize(
    ("alone", "with_its_package"),
    [(r"\vqty{x}", r"\qty{x} \vqty{x}"), (r"\Aboxes", r"\Aboxes"), (r"\pmqty{1}", r"\pmqty{1}")],
)
def test_what_is_known_depends_on_the_packages(alone: str, with_its_package: str) -> None:
    """A command counts as known only in a formula that gets its package."""
    by_call = "physics" in packages_for(alone)
    assert (undefined(alone) == ()) is by_call
    assert (undefined(with_its_package) == ()) is ("physics" in packages_for(with_its_package))


def test_packages_bring_those_they_need() -> None:
    """numcases needs empheq, as the client knows; the basic packages come first."""
    assert packages_for(r"\begin{numcases}{x} 1 \end{numcases}")[-2:] == ("cases", "empheq")
    assert packages_for("x")[0] == "base"


def test_sequences_know_their_places() -> None:
    """Offsets point at the backslash, also behind comments and line ends."""
    tex = "a\\b % \\c\n\\begin {x}\\\\d"
    found = [(sequence.name, sequence.offset) for sequence in sequences(tex)]
    assert found == [("\\b", 1), ("\\begin{x}", 9), ("\\\\", 19)]
