r"""Markdown documents with every construct that numbers, labels and macros have, for hypothesis.

A document is drawn as text with two kinds of blanks: ``\label{?}`` gets a name of its own, and
``\eqref{?7}`` the name of one of them, or of none if the document has no label.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st

_LABEL = re.compile(r"\\label ?\{\?\}")
_REFERENCE = re.compile(r"\{\?(\d+)\}")

_PIECES = st.sampled_from(
    [
        "a", "x_1^2", "+b", "=", r"\frac{1}{2}", r"\sqrt{a+b}", r"\{c\}", r"\%", r"\&", "{u}",
        r"\text{if $y_1$ or not}", r"\text{a \& b}", r"\text{50\% {of} it}", r"\mbox{a {b} c}",
        r"\left(\frac{a}{b}\right)", r"\mathrm{d}x", r"\operatorname{rank} A", r"\quad", r"\,",
        r"\sum_{\substack{i<n\\j<m}} a_{ij}", r"{\begin{matrix} a & b \\ c & d \end{matrix}}",
        r"\begin{pmatrix} a & b \\[4pt] c & d \end{pmatrix}", r"\lbrace\rbrace", "|x|", "[y]",
        r"\begin{cases} 1 & x>0 \\ 0 & \text{otherwise} \end{cases}", r"\underbrace{a+b}_{n}",
        r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", r"\vec{v}'", "(1)", "中",
    ]
)  # fmt: skip
_MACRO_USES = st.sampled_from(
    [
        r"\va", r"\va x", r"x^\va", r"\frac\va 2", r"\va1", r"\vb{y}", r"\vb z", r"\vb\alpha",
        r"\vb{\vb{y}}", r"\vc{2}", r"\vc[k]{2}", r"\vc[{[}]3", r"\vd(p,q)", r"\vd(p,{q,r})",
        r"\vop_x f", r"\vb{\vc{1}}", r"\text{a \va{} b $\va$}", r"\begin{venv}{z}a&b\end{venv}",
    ]
)  # fmt: skip
_DEFINITIONS = st.sampled_from(
    [
        r"\newcommand{\va}{\mathbb{R}}", r"\renewcommand\va{\alpha\beta}", r"\def\va{w}",
        r"\def\va{\vb{0}}", r"\let\va\varepsilon", r"\let\va=+", r"\gdef\va{{\bf g}}",
        r"\newcommand{\vb}[1]{\mathbf{#1}}", r"\renewcommand{\vb}[1]{\left|#1\right|}",
        r"\def\vb#1{#1^{#1}}", r"\providecommand{\vb}[1]{\hat{#1}}", "\\def\\vb#1{% why\n#1}",
        r"\newcommand{\vc}[2][x]{#1_{#2}}", r"\renewcommand{\vc}[2][]{\{#1\mid #2\}}",
        r"\def\vd(#1,#2){\langle #1|#2\rangle}", r"\newcommand{\vd}{d}",
        r"\DeclareMathOperator{\vop}{arg\,min}", r"\DeclareMathOperator*{\vop}{ess sup}",
        r"\newenvironment{venv}[1]{\left(#1\begin{matrix}}{\end{matrix}\right]}",
        r"\renewenvironment{venv}[1]{\begin{array}{cc}#1}{\end{array}}",
        r"\newcommand{\vn}{\nonumber}", r"\renewcommand{\vn}{}", r"\def\vn{\tag{m}}",
    ]
)  # fmt: skip
_PREAMBLE = (
    r"$\newcommand{\va}{\mathbb{R}} \newcommand{\vb}[1]{\mathbf{#1}} \newcommand{\vc}[2][x]{#1_{#2}}"
    r" \def\vd(#1,#2){\langle #1|#2\rangle} \DeclareMathOperator{\vop}{arg\,min} \def\vn{\notag}"
    r" \newenvironment{venv}[1]{\left(#1\begin{matrix}}{\end{matrix}\right]}$"
)
_REFERENCES = st.builds(
    "\\{}{{?{}}}".format, st.sampled_from(["eqref", "ref"]), st.integers(0, 5)
)
_CONTENT = st.lists(
    st.one_of(_PIECES, _PIECES, _PIECES, _PIECES, _MACRO_USES, _MACRO_USES, _REFERENCES.map("{}+".format)),
    min_size=1,
    max_size=4,
).map(" ".join)

_MARKS = st.sampled_from(
    [
        "", "", "", r"\label{?}", r"\label {?}", r"\notag", r"\nonumber", r"\tag{A}",
        r"\tag*{$*$}", r"\tag{$x_1$}", r"\tag {b'}", r"\tag*{[c]}", r"\label{?}\tag{D}",
        r"\tag{E}\label{?}", r"\label{?}\notag", "% \\label{no} \\\\ & { \\tag{no}\n", r"\vn",
        r"\tag{\text{F}}", "\n", "{}",
    ]
)  # fmt: skip
_BREAKS = st.sampled_from(["\\\\", "\\\\", "\\\\\n", r"\\[4pt]", r"\\*", r"\\ [1em]", r"\cr "])
_ENDS = st.sampled_from(["", "", "\n", r"\\", "\\\\\n", r"\\[2pt]", "\\\\ % end\n"])




@st.composite
def _row(draw: st.DrawFn, columns: int) -> str:
    """Cells with at most one mark, before or behind one of them."""
    cells = draw(st.lists(_CONTENT, min_size=1, max_size=columns))
    marked = draw(st.integers(0, len(cells) - 1))
    pair = (draw(_MARKS), cells[marked])
    cells[marked] = " ".join(pair if draw(st.booleans()) else pair[::-1])
    return " & ".join(cells)


@st.composite
def _table(draw: st.DrawFn, columns: int) -> str:
    rows = draw(st.lists(_row(columns), min_size=1, max_size=4))
    return "".join(row + draw(_BREAKS) for row in rows[:-1]) + rows[-1] + draw(_ENDS)


@st.composite
def _inner(draw: st.DrawFn) -> str:
    """An environment that is part of a formula and has no number of its own."""
    name = draw(st.sampled_from(["split", "aligned", "gathered", "cases", "array", "alignedat"]))
    argument = {"array": "{rl}", "alignedat": "{2}"}.get(name, "")
    columns = 1 if name == "gathered" else 2
    rows = draw(st.lists(st.lists(_CONTENT, min_size=1, max_size=columns), min_size=1, max_size=3))
    body = draw(_BREAKS).join(" & ".join(row) for row in rows)
    mark = draw(st.sampled_from(["", "", r"\label{?}", r"\notag"]))
    return f"\\begin{{{name}}}{argument}{body}{mark}\\end{{{name}}}"


@st.composite
def _environment(draw: st.DrawFn) -> str:
    name = draw(
        st.sampled_from("equation align gather multline alignat flalign eqnarray".split())
    )
    star = draw(st.sampled_from(["", "", "", "*"]))
    if name == "equation" or draw(st.integers(0, 4)) == 0:
        body = " ".join([draw(_inner()), draw(_MARKS)]) if draw(st.booleans()) else draw(_row(1))
    else:
        body = draw(_table({"multline": 1, "gather": 1, "eqnarray": 3}.get(name, 4)))
    columns = "{2}" if name == "alignat" else ""
    gap = draw(st.sampled_from(["", " ", "\n"]))
    return f"\\begin{{{name}{star}}}{columns}{gap}{body}{gap}\\end{{{name}{star}}}"


@st.composite
def _display(draw: st.DrawFn) -> str:
    """A display formula in one of its forms, with its delimiters."""
    environment = draw(st.integers(0, 3))
    tex = draw(_environment()) if environment else f"{draw(_row(1))} {draw(_inner())}".strip()
    if environment > 1:
        return tex
    opened, closed = draw(st.sampled_from([(r"\[", r"\]"), ("$$", "$$"), ("$$\n", "\n$$")]))
    return f"{opened}{tex}{closed}"


_INLINE = st.one_of(
    st.lists(_DEFINITIONS, min_size=1, max_size=3).map("".join),
    st.builds("{}{}".format, _DEFINITIONS, _CONTENT),
    _CONTENT,
    _REFERENCES,
).map(lambda tex: f"\\({tex}\\)")


@st.composite
def _block(draw: st.DrawFn) -> str:
    """A paragraph or a display formula, perhaps inside a quote or a list."""
    inline = st.lists(_INLINE, min_size=1, max_size=3).map(lambda parts: "So " + " and ".join(parts))
    text = draw(st.one_of(inline, _display(), _display()))
    first, rest = draw(st.sampled_from([("", ""), ("", ""), ("", ""), ("> ", "> "), ("- ", "  ")]))
    return first + text.replace("\n", "\n" + rest)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A Markdown text of a few blocks, in which every label has a name of its own."""
    blocks = draw(st.lists(_block(), min_size=1, max_size=7))
    if draw(st.integers(0, 3)):
        blocks.insert(0, _PREAMBLE)
    text = "\n\n".join(blocks)
    text, count = _named(text)
    return _REFERENCE.sub(lambda m: f"{{eq:{int(m[1]) % max(count, 1)}}}", text)


def _named(text: str) -> tuple[str, int]:
    parts = _LABEL.split(text)
    names = [f"\\label{{eq:{number}}}" for number in range(len(parts) - 1)]
    return "".join(a + b for a, b in zip(parts, [*names, ""], strict=True)), len(names)
