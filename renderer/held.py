r"""A text whose last formula has half arrived -> the blocks before that formula.

      It follows that **all** of $x_1, \\ld
                                ^ the hold: what stands before it is shown, the rest waits

Most often that is what was parsed, without its last block or with a shorter last paragraph, so
nothing but this paragraph's text is read again.

Next hop: :mod:`renderer.stream` shows the blocks, and what waits behind them.
"""

from __future__ import annotations

from dataclasses import replace

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .formulas import line_starts, source_offset
from .options import Options
from .pieces import Memory, Parsed, parse
from .syntax import parser

_LEAVES = ("paragraph_open", "heading_open")


def hold(parsed: Parsed) -> int | None:
    """The offset at which a formula begins that is still arriving; None if there is none."""
    held = [parsed.source.starts[line] for line in parsed.context.open_lines]
    last = parsed.lines[-1][1] if parsed.lines else 0
    for inline, offset in parsed.context.open_marks:
        if inline.map and inline.map[1] >= last:
            held.append(source_offset(inline, offset, parsed.source))
    return min(held, default=None)


def before(parsed: Parsed, held: int, options: Options, memory: Memory) -> Parsed:
    """The blocks of the text up to ``held``; they are taken from ``parsed``, which is used up."""
    line = parsed.source.text.count("\n", 0, held)
    if not _has_definitions(parsed, line):
        if parsed.lines[-1][0] == line and parsed.source.starts[line] == held:
            return _without_last(parsed)
        if cut := _shortened(parsed, held, line, options):
            return cut
    return parse(parsed.source.text[:held], options, memory)


def _has_definitions(parsed: Parsed, line: int) -> bool:
    """Whether footnotes or links are about, of which the text behind ``line`` may be part."""
    links = parsed.env["references"].values()
    return "[^" in parsed.source.text or any(link["map"][1] > line for link in links)


def _without_last(parsed: Parsed) -> Parsed:
    tokens = parsed.tokens[: -len(parsed.blocks[-1])]
    return replace(parsed, tokens=tokens, blocks=parsed.blocks[:-1], lines=parsed.lines[:-1])


def _shortened(parsed: Parsed, held: int, line: int, options: Options) -> Parsed | None:
    """The same with a shorter last paragraph, if that is where the formula begins."""
    block = parsed.blocks[-1]
    place = next((n for n in range(len(block) - 1, -1, -1) if block[n].type == "inline"), 0)
    inline = block[place]
    if not place or block[place - 1].type not in _LEAVES or not inline.map:
        return None
    first, behind = inline.map
    if not first <= line < behind:
        return None
    offset, start = line_starts(inline, parsed.source)[line - first]
    text = inline.content[: offset + max(held - start, 0)].rstrip(" \t\n")
    if not text or text.startswith("["):  # which may be a task or an alert
        return None
    leaf = _read_again(block[place - 1 : place + 2], text, parsed, options)
    block = [*block[: place - 1], *leaf, *block[place + 2 :]]
    tokens = [*parsed.tokens[: -len(parsed.blocks[-1])], *block]
    return replace(parsed, tokens=tokens, blocks=[*parsed.blocks[:-1], block])


def _read_again(leaf: list[Token], text: str, parsed: Parsed, options: Options) -> list[Token]:
    """The tokens of a paragraph with only the beginning of its text."""
    inline = leaf[1]
    spans = inline.meta.get("display", {})
    kept = {place: match for place, match in spans.items() if match.end <= len(text)}
    inline.content, inline.children = text, []
    inline.meta = {"display": kept} if kept else {}
    md = parser(options, notes=False)
    state = StateCore(text, md, parsed.env, leaf)
    rules = zip(md.core.ruler.get_active_rules(), md.core.ruler.getRules(""), strict=True)
    for name, rule in rules:
        if name not in ("normalize", "block"):
            rule(state)
    return state.tokens
