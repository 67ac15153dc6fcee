r"""A text whose last formula has half arrived -> what was parsed before that formula.

      It follows that **all** of $x_1, \\ld
                                ^ the hold: what stands before it is shown, the rest waits

Most often that is what was parsed, without its last block or with a shorter last paragraph, so
nothing but this paragraph's text is read again.

Next hop: :mod:`renderer.stream` shows it, and what waits behind it.
"""

from __future__ import annotations

from dataclasses import replace

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from .formulas import line_starts, source_offset
from .options import Options
from .pieces import Parsed
from .syntax import parser
from .units import Unit

_LEAVES = ("paragraph_open", "heading_open")


def hold(parsed: Parsed) -> int | None:
    """The offset at which a formula begins that is still arriving; None if there is none."""
    held = [parsed.source.starts[line] for line in parsed.context.open_lines]
    last = parsed.units[-1].lines[1] if parsed.units else 0
    for inline, offset in parsed.context.open_marks:
        if inline.map and inline.map[1] >= last:
            held.append(source_offset(inline, offset, parsed.source))
    return min(held, default=None)


def before(parsed: Parsed, held: int, options: Options) -> Parsed | None:
    """What was parsed up to ``held``, taken from ``parsed``, which is used up; None if it has to
    be parsed by itself."""
    line = parsed.source.line_of(held)
    if not parsed.units or _has_definitions(parsed, line):
        return None
    last = parsed.units[-1]
    if last.lines[0] == line and parsed.source.starts[line] == held and not last.is_inner:
        return replace(parsed, units=parsed.units[:-1])
    return _shortened(parsed, held, line, options)


def _has_definitions(parsed: Parsed, line: int) -> bool:
    """Whether footnotes or links are about, of which the text behind ``line`` may be part."""
    links = parsed.env["references"].values()
    return "[^" in parsed.source.text or any(link["map"][1] > line for link in links)


def _shortened(parsed: Parsed, held: int, line: int, options: Options) -> Parsed | None:
    """The same with a shorter last paragraph, if that is where the formula begins."""
    number, place = _last_inline(parsed.units)
    unit = parsed.units[number]
    inline = unit.tokens[place]
    if not place or unit.tokens[place - 1].type not in _LEAVES or not inline.map:
        return None
    first, behind = inline.map
    if not first <= line < behind:
        return None
    offset, start = line_starts(inline, parsed.source)[line - first]
    text = inline.content[: offset + max(held - start, 0)].rstrip(" \t\n")
    if not text or text.startswith("["):  # which may be a task or an alert
        return None
    leaf = slice(place - 1, place + 2)
    tokens = [*unit.tokens]
    tokens[leaf] = _read_again(tokens[leaf], text, parsed, options)
    units = [*parsed.units]
    units[number] = replace(unit, tokens=tokens)
    return replace(parsed, units=units)


def _last_inline(units: list[Unit]) -> tuple[int, int]:
    """Which unit holds the last text, and where in its tokens; zeros if none does."""
    for number in range(len(units) - 1, -1, -1):
        tokens = units[number].tokens
        for place in range(len(tokens) - 1, -1, -1):
            if tokens[place].type == "inline":
                return number, place
    return 0, 0


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
