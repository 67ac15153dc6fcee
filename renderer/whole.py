"""A page that is there already, with what its formulas need besides: rules, fonts, the client.

Nothing of it but the end of its head is touched; its theme, its scripts and its policy are its
own.  Next hop: ``client/``, as behind :mod:`renderer.page`.
"""

from __future__ import annotations

from .assets import Assets, early_files
from .document import FIRST_SCREEN, Document
from .markup.heads import head_end, says_encoding

_ENCODING = '<meta charset="utf-8">'  # browsers read scripts in the encoding of the page
_MARKUP = 2  # so many characters of HTML are one that is shown, about


def is_page(document: Document) -> bool:
    """Whether the document is a whole page, and no fragment of one."""
    return head_end(document.html.removeprefix("\ufeff")) is not None


def completed(document: Document, assets: Assets) -> str:
    """The page of a ``document`` that is one, with what its formulas need in its head.

    A page without formulas stays as it is.
    """
    html = document.html
    mark = len(html) - len(html.removeprefix("\ufeff"))
    end = head_end(html[mark:])
    shown = [formula for formula in document.formulas if formula.data_tex]
    if end is None or not shown:
        return html
    place = mark + end
    first = [formula for formula in shown if formula.start < place + _MARKUP * FIRST_SCREEN]
    is_said = mark or says_encoding(html[:place])
    needed = (
        "" if is_said else _ENCODING,
        assets.rules(),
        f"<style>\n{document.css}</style>" if document.css else "",
        assets.script(early_files(first)),
    )
    added = "\n".join(filter(None, needed))
    return f"{html[:place]}{added}\n{html[place:]}"
