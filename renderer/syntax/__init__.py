"""The Markdown parser: markdown-it-py's rules and ours, in one visible order.

===========  ==============================================================================
chain        order (ours in capitals)
===========  ==============================================================================
core         block, INLINE, STANDALONE, footnote_tail, TEXT_JOIN
block        FRONT_MATTER, THINK, DISPLAY_MATH, TABLE, code, fence, footnote_def, BLOCKQUOTE,
             hr, list, reference, html_block, heading, PARAGRAPH (with setext headings)
inline       text, AUTOLINK_URL, NEWLINE, REFERENCE, MATH_BACKSLASH, escape, MATH_DOLLAR, CODE_SPAN,
             strikethrough, EMPHASIS, link, IMAGE, FOOTNOTE_REF, autolink, html_inline,
             entity, AUTOLINK_EMAIL
===========  ==============================================================================

Block structure comes first, and display formulas are part of it; inline, the leftmost construct
wins.  HTML is always read and only treated at output, so that structure and shielding are the
same under every ``html`` option.  Next hop: :mod:`renderer.formulas`, over the tokens.
"""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from mdit_py_plugins.deflist import deflist_plugin

from ..options import Options
from . import footnote
from .autolink import autolink_email, autolink_url
from .block import BlockParser
from .blockquote import blockquote
from .code_span import code_span
from .emphasis import emphasis
from .front_matter import front_matter
from .image import image
from .inline import InlineParser
from .math import math_backslash, math_dollar
from .newline import newline
from .paragraph import display_math, paragraph
from .reference import reference
from .standalone import standalone
from .state import Context
from .table import table
from .text_join import text_join
from .think import think

_ALL = ["paragraph", "reference", "blockquote", "list"]


def parser(options: Options, *, notes: bool = True) -> MarkdownIt:
    """The parser for ``options``; made once for each set of rules.

    Without ``notes`` footnotes stay where they are defined.
    """
    return _parser(options.gfm, options.think != "off", options.definition_lists, notes)


@lru_cache(maxsize=16)
def _parser(gfm: bool, folds: bool, definition_lists: bool, notes: bool) -> MarkdownIt:
    md = _Markdown("commonmark", {"html": True, "maxNesting": 100})
    md.block.ruler.before("table", "display_math", display_math)
    md.block.ruler.before("display_math", "front_matter", front_matter)
    md.block.ruler.at("paragraph", paragraph)
    md.block.ruler.at("blockquote", blockquote, {"alt": _ALL})
    md.disable("lheading")
    if folds:
        md.block.ruler.before("display_math", "think", think, {"alt": _ALL})
    md.inline.ruler.before("escape", "math_backslash", math_backslash)
    md.inline.ruler.before("math_backslash", "reference", reference)
    md.inline.ruler.before("backticks", "math_dollar", math_dollar)
    md.inline.ruler.at("newline", newline)
    md.inline.ruler.at("backticks", code_span)
    md.inline.ruler.at("emphasis", emphasis)
    md.inline.ruler.at("image", image)
    md.disable("normalize")  # a Source is
    md.core.ruler.at("inline", _inline)
    md.core.ruler.at("text_join", text_join)
    if gfm:
        _install_gfm(md)
        if not notes:
            md.disable("footnote_tail")
    # Before footnotes are moved: their back links stand in the last paragraph or behind a block.
    md.core.ruler.after("inline", "standalone", standalone)
    if definition_lists:
        md.use(deflist_plugin)
    return md


@lru_cache(maxsize=1)
def text_parser() -> MarkdownIt:
    """The parser for text that is no Markdown: formulas, references to them and escapes alone."""
    md = _Markdown("commonmark")
    md.inline.ruler.before("escape", "math_backslash", math_backslash)
    md.inline.ruler.before("math_backslash", "reference", reference)
    md.inline.ruler.before("backticks", "math_dollar", math_dollar)
    md.inline.ruler.enableOnly(["reference", "math_backslash", "escape", "math_dollar"])
    md.inline.ruler2.enableOnly([])
    return md


class _Markdown(MarkdownIt):
    """markdown-it-py with our block and inline parsers in place."""

    def configure(self, presets, options_update=None):  # type: ignore[no-untyped-def]
        self.block, self.inline = BlockParser(), InlineParser()
        return super().configure(presets, options_update)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the policy is applied at output
        return True


def _install_gfm(md: MarkdownIt) -> None:
    md.enable(["table", "strikethrough"])
    md.options["tasklists"] = True
    md.options["alerts"] = True
    md.block.ruler.at("table", table, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.after("text", "autolink_url", autolink_url)
    md.inline.ruler.push("autolink_email", autolink_email)
    footnote.install(md)


def _inline(state: StateCore) -> None:
    """Parse the inline tokens, each known to the context while its rules run."""
    context = Context.of(state.env)
    context.displays.clear()
    for token in state.tokens:
        if token.type == "inline":
            context.inline = token
            if token.children is None:
                token.children = []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
    context.inline = None
