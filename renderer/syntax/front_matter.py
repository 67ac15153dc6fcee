"""Front matter: a YAML mapping between ``---`` lines or TOML between ``+++`` at the very top.

Model answers begin with ``---`` too, so only what parses as a mapping is taken; all else is
Markdown.  YAML is read by PyYAML's safe loader, and not at all above 64 kB.
"""

from __future__ import annotations

from typing import Final

from markdown_it.rules_block import StateBlock

from .state import Context

_LIMIT: Final = 65_536


def front_matter(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    context = Context.of(state.env)
    if silent or start != 0 or state.level or not context.front_matter:
        return False
    fence = state.src[: state.eMarks[0]].rstrip()
    if fence not in ("---", "+++"):
        return False
    for line in range(1, end):
        if state.src[state.bMarks[line] : state.eMarks[line]].rstrip() == fence:
            break
        if state.bMarks[line] > _LIMIT:
            return False
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
    value: object
    if fence == "+++":
        import tomllib

        try:
            value = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError):
            return None
    else:
        import yaml

        if "&" in text and "*" in text:  # aliases may expand without end
            return None
        try:
            value = yaml.safe_load(text) if text.strip() else {}
        except (yaml.YAMLError, ValueError, RecursionError):
            return None
    if not isinstance(value, dict):
        return None
    return {str(key): item for key, item in value.items()}
