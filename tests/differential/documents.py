r"""Markdown documents with every construct that numbers, labels and macros have, for hypothesis.

A document is drawn as text with two kinds of blanks: ``\label{?}`` gets a name of its own, and
``\eqref{?7}`` the name of one of them, or of none if the document has no label.
"""

from __future__ import annotations

import re
from itertools import count

from hypothesis import strategies as st

_LABEL = re.compile(r"\\label ?\{\?\}")
_REFERENCE = re.compile(r"(\\(?:eq)?ref)\{\?(\d+)\}")

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
_VENV = r"\begin{venv}{z}a&b\end{venv}"
_MACRO_USES = st.sampled_from(
    [
        r"\va", r"\va x", r"x^\va", r"\frac\va 2", r"\va1", r"\vb{y}", r"\vb z", r"\vb\alpha",
        r"\vb{\vb{y}}", r"\vc{2}", r"\vc[k]{2}", r"\vc[{[}]3", r"\vd(p,q)", r"\vd(p,{q,r})",
        r"\vop_x f", r"\vb{\vc{1}}", r"\text{a $\va$ b}", r"\text{by \vt{} and \vt}", _VENV,
        r"\sqrt\va", r"\frac{1}\va", r"\sqrt[3]\va x",
    ]
)  # fmt: skip
_DEFINITIONS = st.sampled_from(
    [
        r"\newcommand{\va}{\mathbb{R}}", r"\renewcommand\va{\alpha\beta}", r"\def\va{w}",
        r"\def\va{\vb{0}}", r"\let\va\varepsilon", r"\let\va=+", r"\def\va{{\bf g}}",
        r"\newcommand{\vb}[1]{\mathbf{#1}}", r"\renewcommand{\vb}[1]{\left|#1\right|}",
        r"\def\vb#1{#1^{#1}}", "\\def\\vb#1{% why\n#1}",
        r"\newcommand{\vc}[2][x]{#1_{#2}}", r"\renewcommand{\vc}[2][]{\{#1\mid #2\}}",
        r"\def\vd(#1,#2){\langle #1|#2\rangle}", r"\newcommand{\vd}{d}",
        r"\DeclareMathOperator{\vop}{arg\,min}", r"\DeclareMathOperator*{\vop}{ess sup}",
        r"\newenvironment{venv}[1]{\left(#1\begin{matrix}}{\end{matrix}\right]}",
        r"\renewenvironment{venv}[1]{\begin{array}{cc}#1}{\end{array}}",
        r"\newcommand{\vn}{\nonumber}", r"\renewcommand{\vn}{}", r"\def\vn{\tag{m}}",
    ]
)  # fmt: skip
_DEFINERS = ("\\new", "\\renew", "\\provide", "def", "\\let", "\\Declare")
_PREAMBLE = (
    r"$\newcommand{\va}{\mathbb{R}} \newcommand{\vb}[1]{\mathbf{#1}} \def\vn{\notag}"
    r" \newcommand{\vc}[2][x]{#1_{#2}} \def\vd(#1,#2){\langle #1|#2\rangle}"
    r" \DeclareMathOperator{\vop}{arg\,min} \newcommand{\vt}{Bob \& Al}"
    r" \newenvironment{venv}[1]{\left(#1\begin{matrix}}{\end{matrix}\right]}$"
)
_REFERENCES = st.builds("\\{}{{?{}}}".format, st.sampled_from(["eqref", "ref"]), st.integers(0, 5))
_TEXTED = {"ref": "{}+", "eqref": r"\text{{by {} {{a}}}}"}


def _in_text(reference: str) -> str:
    """One kind of reference in text, the other among symbols."""
    return _TEXTED[reference[1 : reference.index("{")]].format(reference)


_CONTENT = st.lists(
    st.one_of(
        _PIECES, _PIECES, _PIECES, _PIECES, _MACRO_USES, _MACRO_USES, _REFERENCES.map("{}+".format)
    ),
    min_size=1,
    max_size=4,
).map(" ".join)

_MARKS = st.sampled_from(
    [
        "", "", "", r"\label{?}", r"\label {?}", r"\notag", r"\nonumber", r"\tag{A}",
        r"\tag*{$*$}", r"\tag{$x_1$}", r"\tag {b'}", r"\tag*{[c]}", r"\label{?}\tag{D}",
        r"\tag{E}\label{?}", r"\label{?}\notag", "% \\label{no} \\\\ & { \\tag{no}\n", r"\vn",
        r"\tag{\textbf{F}}", "\n", "{}",
    ]
)  # fmt: skip
_OWN_MARKS = st.sampled_from(
    ["", "", r"\tag{P}", r"\tag*{Q}\label{?}", r"\label{?}", "% no \\tag{x}\n"]
)
_BREAKS = st.sampled_from(["\\\\", "\\\\", "\\\\\n", r"\\[4pt]", r"\\*", r"\\ [1em]", r"\cr "])
_ENDS = st.sampled_from(["", "", "\n", r"\\", "\\\\\n", r"\\[2pt]", "\\\\ % end\n"])


@st.composite
def _row(draw: st.DrawFn, columns: int, marks: st.SearchStrategy[str] = _MARKS) -> str:
    """Cells with at most one mark, before or behind one of them."""
    cells = draw(st.lists(_CONTENT, min_size=1, max_size=columns))
    marked = draw(st.integers(0, len(cells) - 1))
    pair = (draw(marks), cells[marked])
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
    name = draw(st.sampled_from("equation align gather multline alignat flalign eqnarray".split()))
    star = draw(st.sampled_from(["", "", "", "*"]))
    if name == "equation" or draw(st.integers(0, 4)) == 0:
        body = " ".join([draw(_inner()), draw(_MARKS)]) if draw(st.booleans()) else draw(_row(1))
    else:
        body = draw(_table({"multline": 1, "gather": 1, "eqnarray": 3}.get(name, 4)))
    columns = "{2}" if name == "alignat" else ""
    if name == "flalign" and "\\tag" in body:
        star = ""  # MathJax takes no tag in flalign*
    gap = draw(st.sampled_from(["", " ", "\n"]))
    return f"\\begin{{{name}{star}}}{columns}{gap}{body}{gap}\\end{{{name}{star}}}"


@st.composite
def _display(draw: st.DrawFn) -> str:
    """A display formula in one of its forms, with its delimiters."""
    environment = draw(st.integers(0, 3))
    if environment:
        tex = draw(_environment())
    else:  # a \notag there is a tag of nothing to MathJax, which references show as ()
        tex = f"{draw(_row(1, _OWN_MARKS))} {draw(_inner())}".replace(r"\notag", "")
        tex = tex.replace(r"\vn", "")
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
    inline = st.lists(_INLINE, min_size=1, max_size=3).map(
        lambda parts: "So " + " and ".join(parts)
    )
    text = draw(st.one_of(inline, _display(), _display()))
    first, rest = draw(st.sampled_from([("", ""), ("", ""), ("", ""), ("> ", "> "), ("- ", "  ")]))
    return first + text.replace("\n", "\n" + rest)


@st.composite
def documents(draw: st.DrawFn, *, starred_flalign: bool = True) -> str:
    """A Markdown text of a few blocks, in which every label has a name of its own.

    No formula refers to itself: MathJax knows such a number only in the rows below.  Where macros
    change on the way references go backwards, since MathJax reads a formula that refers forward
    once more in the end, with the macros of the end.
    """
    blocks = draw(st.lists(_block(), min_size=1, max_size=7))
    only_back = any(each in block for block in blocks for each in _DEFINERS)
    if draw(st.integers(0, 3)):
        blocks.insert(0, _PREAMBLE)
    else:  # what nobody defined is shown as it is, but for environments
        blocks = [block.replace(_VENV, "v") for block in blocks]
    if not starred_flalign:  # which MathJax numbers under tags: 'all', as no other starred form
        blocks = [block.replace("{flalign*}", "{align*}") for block in blocks]
    labels = [len(_LABEL.findall(block)) for block in blocks]
    named = []
    for index, block in enumerate(blocks):
        before, after = sum(labels[:index]), sum(labels[: index + 1])
        known = (
            list(range(before)) if only_back else [*range(before), *range(after, sum(labels)), -1]
        )
        named.append(_named(block, before, known))
    return "\n\n".join(named)


def _named(block: str, first: int, known: list[int]) -> str:
    """``block`` with its labels numbered from ``first`` and references to ``known`` ones."""

    def reference(found: re.Match[str]) -> str:
        if not known:
            return " r"
        return f"{found[1]}{{eq:{known[int(found[2]) % len(known)]}}}"

    numbers = count(first)
    block = _LABEL.sub(lambda _: f"\\label{{eq:{next(numbers)}}}", block)
    return _REFERENCE.sub(reference, block)
