"""Code as HTML with Pygments' classes, each prefixed ``hl-``; Pygments is imported at first use."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pygments.formatters import HtmlFormatter
    from pygments.lexer import Lexer

_MAX_LENGTH: Final = 100_000  # some lexers are slow on hostile input; longer code stays plain


def highlighted(code: str, language: str) -> str | None:
    """``code`` marked up as ``language``; None if that is unknown or the code too long."""
    if len(code) > _MAX_LENGTH or language.lower() in ("text", "plain", "txt"):
        return None
    lexer = _lexer(language.lower())
    if lexer is None:
        return None
    import pygments

    return pygments.highlight(code, lexer, _formatter())


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=1)
def _formatter() -> HtmlFormatter[str]:
    from pygments.formatters import HtmlFormatter

    return HtmlFormatter(nowrap=True, classprefix="hl-")
