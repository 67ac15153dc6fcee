"""Footnotes: mdit-py-plugins' rules, with labels bounded so that unclosed ones stay linear.

text[^note] and more          the label ends at the first "]"; a thousand "[^" without one
[^note]: what it says         would each be read to the end of the paragraph
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_ref

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_MAX_LABEL: Final = 999  # CommonMark's bound for link labels


def install(md: MarkdownIt) -> None:
    md.use(footnote_plugin, inline=False, always_match_refs=False)
    md.inline.ruler.at("footnote_ref", footnote_reference)


def footnote_reference(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not state.src.startswith("[^", start) or "footnotes" not in state.env:
        return False
    close = state.src.find("]", start, min(state.posMax, start + _MAX_LABEL))
    if ":" + state.src[start + 2 : close] not in state.env["footnotes"]["refs"]:
        return False
    return bool(footnote_ref(state, silent))
