"""Front matter: a YAML mapping between ``---`` lines or TOML between ``+++`` at the very top.

Model answers begin with ``---`` too, so only what parses as a mapping is taken; all else is
Markdown.  YAML is read by PyYAML's safe loader, and not at all above 64 kB.
"""

from __future__ import annotations

from typing import Final

from markdown_it.rules_block import StateBlock

from .state import Context

_FENCES: Final = ("---", "+++")
_LIMIT: Final = 65_536  # characters before the line that ends it
_BITS: Final = 1_024


def may_follow(text: str) -> bool:
    """Whether ``text`` begins with front matter whose end may still come."""
    fence, is_whole, rest = text.partition("\n")
    fence = fence.rstrip()
    if not is_whole:
        return any(each.startswith(fence) for each in _FENCES)
    if fence not in _FENCES or text.rfind("\n") >= _LIMIT:
        return False
    return all(line.rstrip() != fence for line in rest.split("\n"))


def front_matter(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    context = Context.of(state.env)
    if silent or start != 0 or state.level or not context.front_matter:
        return False
    fence = state.src[: state.eMarks[0]].rstrip()
    if fence not in _FENCES:
        return False
    for line in range(1, end):
        if state.bMarks[line] > _LIMIT:
            return False
        if state.src[state.bMarks[line] : state.eMarks[line]].rstrip() == fence:
            break
    else:
        return False
    meta = _parse(state.src[state.bMarks[1] : state.bMarks[line]], fence)
    if meta is None:
        return False
    context.meta.update(meta)
    state.line = line + 1
    return True


def _parse(text: str, fence: str) -> dict[str, object] | None:
    """The mapping that ``text`` holds, or None."""
    try:
        value = _toml(text) if fence == "+++" else _yaml(text)
    except Exception:  # PyYAML raises AttributeError and KeyError, too, for a tag that is not true
        return None
    if not isinstance(value, dict) or _holds_giants(value):
        return None
    return {str(key): item for key, item in value.items()}


def _toml(text: str) -> object:
    import tomllib

    return tomllib.loads(text)


def _yaml(text: str) -> object:
    import yaml

    if "&" in text and "*" in text:  # aliases may expand without end
        return None
    return yaml.safe_load(text) if text.strip() else {}


def _holds_giants(value: object) -> bool:
    """Whether there is a number in it that Python itself declines to write in decimal."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, int) and item.bit_length() > _BITS:
            return True
        if isinstance(item, dict):
            pending += [*item, *item.values()]
        elif isinstance(item, (list, tuple, set)):
            pending += item
    return False
