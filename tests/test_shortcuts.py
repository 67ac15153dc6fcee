"""Shortcuts through markdown-it-py: each gives what the long way gives, in the pinned version."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from renderer import Options, syntax
from renderer.convert import parse
from renderer.source import Source
from renderer.syntax import block, inline, parser
from renderer.syntax.state import ENV_KEY, BlockState, Context
from renderer.syntax.tokens import made

_SIGNS = (
    "* ** *** _ __ ~~ ~ ` `` $ $$ $x$ \\( \\) \\[ \\] \\* \\eqref{a} \\begin{align} \\end{align} { } [ ] ( ) "
    "![ ](u) [a] [a]: [^a] [^a]: <b> </b> <a.b@c.dd> &lt; & http://a.b www.a.b a@b.cc | |-| - + 1. 2) > # ## "
    "### === --- ``` ~~~ <think> </think> <div> : a bc 中 中文 （ ） ， . ! é 10"
).split(" ")
_TEXTS = st.lists(
    st.sampled_from([*_SIGNS, " ", " ", "\n", "\n", "\n\n", "  \n", "    ", "\t"]), max_size=16
).map("".join)
_OPTIONS = st.sampled_from(
    [Options(), Options.commonmark(), Options(gfm=False, definition_lists=True, front_matter=True)]
)


def _tokens(text: str, options: Options) -> list[Any]:
    return [_plain(token) for token in parse(Source(text), options)[0]]


def _plain(token: Token) -> list[Any]:
    values = [
        getattr(token, each.name) for each in fields(token) if each.name not in ("children", "meta")
    ]
    return [
        *values,
        [_plain(child) for child in token.children or []],
        repr(token.meta.get("match")),
    ]


@pytest.mark.parametrize("block", [False, True])
def test_tokens_are_those_of_the_dataclass(block: bool) -> None:
    """A token that is made by hand has every field, and nothing in it is shared."""
    token = made("a", "b", 1, 2, block=block)
    assert token == Token("a", "b", 1, level=2, block=block)
    assert token.attrs is not made("a", "b", 1, 2).attrs
    assert token.meta is not made("a", "b", 1, 2).meta


@given(st.text(alphabet=" \t\na", max_size=30))
def test_lines_are_those_of_markdown_it(text: str) -> None:
    """Lines begin, end and are indented where markdown-it-py says so."""
    md = MarkdownIt()
    ours = BlockState(text, parser(Options()), {ENV_KEY: Context.under(Options())}, [])
    stock = StateBlock(text, md, {}, [])
    for name in ("bMarks", "eMarks", "tShift", "sCount", "bsCount", "lineMax", "line"):
        assert getattr(ours, name) == getattr(stock, name), name


_EACH = [
    "a\nb", "\\eqref{a}", "\\(x\\)", "\\*", "$x$", "`a`", "~~a~~", "*a*", "_a_", "[a](u)",
    "![a](u)", "[^a]\n\n[^a]: b", "<http://a.b>", "<b>c</b>", "&lt;", "http://a.b", "www.a.b",
    "a.b@c.dd", "    a", "---\na: b\n---\nc", "+++\na = 1\n+++\nc", "<think>\na\n</think>",
    "$$ a | b\n--- | ---\n$$", "\\[ a | b\n--- | ---\n\\]", "```\na\n```", "~~~\na\n~~~", "> a",
    "***", "---", "___", "* a", "- a", "+ a", "[a]: u\n\n[a]", "<div>\na", "# a",
    *(f"{digit}. a" for digit in range(10)),
]  # fmt: skip
_RICH = Options(front_matter=True)
_NONE = {"text": ""}


@contextmanager
def _started_by(starts: dict[str, str], *modules: Any) -> Iterator[None]:
    """Meanwhile these are the signs by which rules are told; those without any are tried always."""
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            patch.setattr(module, "_STARTS", starts)
        syntax._parser.cache_clear()
        yield
    syntax._parser.cache_clear()


def _under(starts: dict[str, str], module: Any) -> list[list[Any]]:
    with _started_by(starts, module):
        return [_tokens(text, _RICH) for text in _EACH]


@pytest.mark.parametrize("module", [block, inline])
def test_every_construct_is_found_by_its_first_sign(module: Any) -> None:
    """No rule is left out where it would match; and without any one of the signs, one would be."""
    starts = {**module._STARTS}
    tried = _under(_NONE, module)
    assert _under(starts, module) == tried
    for name, signs in starts.items():
        for sign in signs:
            assert _under({**starts, name: signs.replace(sign, "")}, module) != tried, (name, sign)


@given(_TEXTS, _OPTIONS)
def test_rules_that_are_not_tried_would_not_match(text: str, options: Options) -> None:
    """To try every rule on every line and sign gives the same tokens."""
    found = _tokens(text, options)
    with _started_by(_NONE, block, inline):
        assert _tokens(text, options) == found


@given(_TEXTS, _OPTIONS)
def test_plain_emphasis_is_that_of_markdown_it(text: str, options: Options) -> None:
    """Emphasis that is read at once is what pairing all its signs at the end makes of it."""
    found = _tokens(text, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["renderer.syntax.emphasis"], "_PLAIN", re.compile(r"(?!)"))
        assert _tokens(text, options) == found


_QUOTES = (
    "> |> |> |>> |>|> > > |a|# h|- |- a|1. |1. a|2) b|    |    code|```|~~~|$$|$$ |\\[|\\]|{|}|"
    "\\begin{align}|\\end{align}|***|===|---|!a!|!-!|[!NOTE]|<br>|<div>|<!--|-->|<think>|</think>|"
    "<code>|`|[x]: /u|[x]:|[x|]|\"|'|(|)|[^1]: b|: d|\t|  "
).split("|")
_QUOTED = st.lists(
    st.lists(st.sampled_from([each.replace("!a!", "|a|").replace("!-!", "|-|") for each in _QUOTES]), max_size=4)
    .map("".join),
    max_size=14,
).map("\n".join)  # fmt: skip
_RULE = "renderer.syntax.blockquote"


def _blocks(text: str, options: Options, grows: bool, **patched: Any) -> Any:
    """The tokens, and what else block rules leave behind, with these functions of the rule."""
    env: dict[str, Any] = {ENV_KEY: Context.under(options)}
    context = env[ENV_KEY]
    context.grows = grows
    with pytest.MonkeyPatch.context() as patch:
        for name, value in patched.items():
            patch.setattr(sys.modules[_RULE], name, value)
        tokens = parser(options).parse(text, env)
    marks = [offset for _, offset in context.open_marks]
    del env[ENV_KEY]
    return [_plain(token) for token in tokens], env, context.open_lines, marks


@given(_QUOTED, _OPTIONS)
@example('> [x]: /u\n"\n> b\n> c"\nd', Options())
@example("> [x\na\n> b]: /u\nc", Options())
@example("> $$\n> # h\na\nb\n$$", Options())
@example("> $$ ` $$\n> # h\na\nb ` $$\n", Options())
@example("> \\[ {\n> \\]\n> # h\na\nb }\\]", Options())
@example("> [x]: /u\n> [x]: /v\n> [^1]: b\na\nb\nc\nd\ne\n> f", Options())
def test_quotes_end_where_markdown_it_ends_them(text: str, options: Options) -> None:
    """A quote read in windows, be they ever so short, is what its rule makes of the whole text."""
    for grows in (False, True):
        whole = _blocks(text, options, grows, _first_lazy=lambda _state, _start, end: end)
        assert _blocks(text, options, grows) == whole
        assert _blocks(text, options, grows, _limit=lambda _start, reached: reached + 1) == whole
