"""The characters and words to which Markdown, TeX or HTML give a meaning."""

from __future__ import annotations

from typing import Final

PIECES: Final = (
    "$ $$ $$$ \\( \\) \\[ \\] \\\\( \\\\) \\\\[ \\\\] \\begin{align} \\end{align} \\begin{x} \\end{x}"
    " \\begin{cases} \\end{cases} \\boxed{ \\text{ \\label{a} \\tag{1} \\eqref{a} \\frac { } ^ _ & \\\\"
    " \\$ \\{ \\} \\a \\| \\ ` `` ``` ~~~ ```math $` `$ < > <b> </b> <sub> </sub> <code> </code> <!-- -->"
    " <details> </details> <summary> <div> <a> <script> <think> </think> <http://a.b> \" ' &lt; &amp; &#0;"
    " [ ] ( ) ![ ](u) [a](b) [a]: [^a] [^a]: [x] [!NOTE] * ** *** _ __ ~~ # ## - + 1. > | |-| --- === +++"
    " www.a.b https://a.b/c?d a@b.cc javascript:x 5 10 a b ab word 中文 ，。 （ ） é x=1 : ; , . ! %"
).split(" ")
BLANKS: Final = [
    *(
        "\n",
        "\n\n",
        " ",
        "  ",
        "    ",
        "\t",
        "\r",
        "\r\n",
        "\f",
        "\b",
        "\u200b",
        "\ufeff",
        "\0",
        "\u00a0",
    ),
    *("\u2028", "\x85", "\ud800", "\u202e", "\u2067", "\u2069", "\U000e0041", "\u0301" * 9),
    *("  \n", "\n- ", "\n> ", "\n|", "\n$$\n"),
]
# What changes how a browser reads what follows, and TeX that reaches for the page.
HOSTILE: Final = (
    "<svg> <math> <mtext> <mglyph> <style> </style> <title> <textarea> <noscript> <plaintext> <xmp> <table>"
    " <select> <template> <form> <p> </p> </a> <br> <img onerror= src=x <![CDATA[ ]]> <!DOCTYPE <? ?> -->"
    " data:text/html, vbscript: &#x6a; &colon; &Tab; &NewLine; &#x202e; &quot; &apos; \\href{ \\unicode{"
    " \\style{ \\class{ \\require{ \\def\\a{ \\newcommand{\\a}[1]{#1#1} \\verb| \\char34 \\ce{ \\hspace{1em}"
    ' \\color{red} \\rule{9em}{9em} \\ref{a} \\cite{a} \\notag \\hline | a | " onclick= //a.b /\\a.b ?a#b'
).split(" ")
EVERY: Final = [*PIECES, *BLANKS, *HOSTILE]
