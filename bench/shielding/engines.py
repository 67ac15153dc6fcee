"""Renderers under one face: Markdown in, HTML and the formulas they shielded out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Shielded:
    """A formula that an engine kept from Markdown; ``data_tex`` is what it hands to MathJax.

    ``line`` is where it begins, 0 where the engine does not tell.
    """

    tex: str
    data_tex: str
    display: bool
    markup: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rendering:
    """What an engine makes of one text."""

    html: str
    formulas: tuple[Shielded, ...]


Engine = Callable[[str], Rendering]


def mathward(profile: str) -> Engine:
    """This project's own renderer."""
    from renderer.convert import render
    from renderer.options import Options

    options = Options(profile=profile, think="show")

    def run(text: str) -> Rendering:
        document = render(text, options)
        return Rendering(
            document.html,
            tuple(
                Shielded(f.tex, f.data_tex, f.display, f.markup, f.lines[0])
                for f in document.formulas
            ),
        )

    return run


_TRIO_TOKENS = (
    "math_inline",
    "math_inline_double",
    "math_block",
    "math_block_label",
    "math_block_eqno",
    "math_single",
    "amsmath",
)


def trio(_profile: str) -> Engine:
    """The usual stack: mdit-py-plugins' dollarmath, texmath with brackets, and amsmath."""
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.texmath import texmath_plugin

    md = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    dollarmath_plugin(md, allow_digits=False, allow_space=True, double_inline=True)
    texmath_plugin(md, delimiters="brackets")
    amsmath_plugin(md)
    for name in _TRIO_TOKENS:  # one marker for all, so that prose is told from math in one way
        md.add_render_rule(name, _math_marker)

    def run(text: str) -> Rendering:
        env: dict[str, Any] = {}
        tokens = md.parse(text, env)
        html = md.renderer.render(tokens, md.options, env)
        return Rendering(html, tuple(_trio_formulas(tokens)))

    return run


def _math_marker(_self: Any, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return '<div class="math"></div>' if tokens[index].block else '<span class="math"></span>'


def _trio_formulas(tokens: Sequence[Token]) -> list[Shielded]:
    found: list[Shielded] = []
    for token in tokens:
        if token.children:
            found += _trio_formulas(token.children)
        elif token.type in _TRIO_TOKENS:
            tex = token.content.strip()
            markup = "\\begin" if token.type == "amsmath" else token.markup
            display = token.block or token.type == "math_inline_double"
            found.append(Shielded(tex, tex, display, markup))
    return found


ENGINES: dict[str, Callable[[str], Engine]] = {"mathward": mathward, "trio": trio}
