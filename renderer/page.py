"""Document + theme -> one whole HTML page.

The fragment goes in as it is.  Around it come what a browser has to know first (policy,
language, title), the theme's frame and css and, if there is a formula, the client's script.
Next hop: ``client/``, which typesets that page in the reader's browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .assets import Assets, early_files
from .characters import neutral
from .convert import Typeset, render
from .document import FIRST_SCREEN, Document, Formula, Heading
from .language import guess_language, prose_of
from .options import Options, is_language_tag
from .policy import content_policy
from .theme import Theme, load_theme

if TYPE_CHECKING:
    from markupsafe import Markup

NONE: Final = Assets.none()

_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"))
_LEADING_HEADING = re.compile(r"\s*<h1\b[^>]*>.*?</h1>\n?", re.DOTALL)
_LINK = re.compile(r"</?a\b[^<>]*>")
_OUTLINE_MINIMUM = 3
_TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Article:
    """What a theme sets: the title, what front matter says about the text, and the text.

    ``heading`` is an ``h1`` element or empty; ``heading + body`` is the document's fragment,
    after a title that only the front matter has.  ``datetime`` is the machine's form of ``date``.
    """

    heading: Markup
    body: Markup
    authors: tuple[str, ...]
    date: str
    datetime: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents with those below it."""

    id: str
    label: Markup
    children: tuple[Entry, ...]


def render_page(
    text: str,
    options: Options | None = None,
    *,
    theme: str | Path | Theme = "plain",
    assets: Assets = NONE,
    typeset: Typeset | None = None,
) -> str:
    """A whole HTML page for ``text``.

    ``theme`` is a known theme's name or a folder; ``assets`` says where the page finds its
    css, script and MathJax, by default in no place: one file whose formulas stay MathML.
    ``typeset`` reserves the sizes of formulas, as in :func:`renderer.render`.
    """
    document = render(text, options, typeset=typeset)
    return page(document, options, theme=theme, assets=assets, typeset=typeset)


def page(
    document: Document,
    options: Options | None = None,
    *,
    theme: str | Path | Theme = "plain",
    assets: Assets = NONE,
    typeset: Typeset | None = None,
) -> str:
    """A whole HTML page for a ``document`` that was rendered with these ``options``.

    ``typeset`` is for the formulas of a title that only the front matter has.
    """
    from markupsafe import Markup

    options = options or Options()
    look = theme if isinstance(theme, Theme) else load_theme(theme)
    title = _title(document, options, typeset)
    article = _article(document, title)
    lang = _language(document, options)
    early = early_files((*title.formulas, *first_screen(document)))
    script = assets.script(early) if document.formulas or title.formulas else ""
    context = {
        "lang": lang,
        "rtl": lang.partition("-")[0].lower() in _RIGHT_TO_LEFT,
        "words": look.words(lang),
        "policy": _policy(options, assets, scripted=bool(script)),
        "title": title.title or document.title or _first_words(document.html),
        "summary": _plain(document.meta.get("summary")),
        "stylesheet": Markup(assets.stylesheet(look)),  # noqa: S704
        "script": Markup(script),  # noqa: S704
        "css": Markup(document.css + title.css),  # noqa: S704
        "document": document,
        "article": article,
        "outline": _outline(document.headings),
    }
    return look.fill("page.html.j2", context)


def first_screen(document: Document) -> list[Formula]:
    """The formulas on the document's first screen, about."""
    return [formula for formula in document.formulas if formula.start < FIRST_SCREEN]


def _policy(options: Options, assets: Assets, *, scripted: bool) -> str:
    """The policy for the page; none for trusted HTML, which may embed what it likes."""
    if options.html == "trust":
        return ""
    return content_policy(
        hosts=assets.hosts,
        scripts=assets.script_sources if scripted else "",
        images=options.images,
    )


def _language(document: Document, options: Options) -> str:
    """The option before front matter before a guess; ``""`` if nothing tells."""
    own = document.meta.get("lang")
    if not options.lang and isinstance(own, str) and is_language_tag(own):
        return own
    return options.lang or guess_language(document.html)


def _first_words(html: str) -> str:
    """A title for a text without one: how its prose begins."""
    words = " ".join(unescape(prose_of(html)).split())
    if len(words) <= _TITLE_LENGTH:
        return words or "mathward"
    cut = words[:_TITLE_LENGTH]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut[30:] else cut}…"


# --- the article -----------------------------------------------------------------------------


def _title(document: Document, options: Options, typeset: Typeset | None) -> Document:
    """The front matter's title as a document of its own, an ``h1``; empty if there is none."""
    title = _plain(document.meta.get("title"))
    if not title:
        return Document(html="")
    plain = replace(options, front_matter=False, heading_ids=False)
    return render(f"# {title}", plain, typeset=typeset)


def _article(document: Document, title: Document) -> Article:
    """The fragment cut behind its title, with what the front matter says about it."""
    from markupsafe import Markup

    meta = document.meta
    day = meta.get("date")
    heading, body = _heading_and_body(document, title)
    return Article(
        heading=Markup(heading),  # noqa: S704
        body=Markup(body),  # noqa: S704
        authors=_names(meta.get("authors") or meta.get("author")),
        date=_plain(day),
        datetime=day.isoformat() if isinstance(day, date) else "",
        tags=_names(meta.get("tags")),
    )


def _heading_and_body(document: Document, title: Document) -> tuple[str, str]:
    """The ``h1`` that stands over the text (``""`` if none does) and what follows it.

    A title from the front matter is shown unless the text opens with that very heading.
    """
    html = document.html
    opens = bool(document.headings) and document.headings[0].level == 1
    leading = _LEADING_HEADING.match(html) if opens else None
    if leading and (not title.html or title.title == document.headings[0].text):
        return leading[0], html[leading.end() :]
    return title.html, html


def _plain(value: object) -> str:
    """A front matter value as one line of text; ``""`` for what is none."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    return neutral(" ".join(value.split())) if isinstance(value, str) else ""


def _names(value: object) -> tuple[str, ...]:
    """A front matter list of names, a single name standing for a list of one."""
    items: Iterable[object] = value if isinstance(value, list | tuple) else (value,)
    return tuple(filter(None, (_name(item) for item in items)))


def _name(item: object) -> str:
    """A name, also out of ``{name: ..}`` as many tools write authors, or a number as a tag."""
    if isinstance(item, Mapping):
        item = item.get("name")
    is_number = isinstance(item, int | float) and not isinstance(item, bool)
    return str(item) if is_number else _plain(item)


# --- the table of contents -------------------------------------------------------------------


def _outline(headings: tuple[Heading, ...]) -> tuple[Entry, ...]:
    """The headings as a tree without a title that stands over all; empty for a few only."""
    listed = [heading for heading in headings if heading.id]
    entries = _entries(listed)
    if len(entries) == 1 and listed[0].level == 1:
        entries, listed = entries[0].children, listed[1:]
    return entries if len(listed) >= _OUTLINE_MINIMUM else ()


def _entries(headings: list[Heading]) -> tuple[Entry, ...]:
    """A tree by level; a level that is skipped makes no empty branch.

    Built from the end: an entry takes the deeper ones that follow it.  No recursion, and each
    heading is moved once, so that a text of headings only costs what its length does.
    """
    from markupsafe import Markup

    pending: list[tuple[int, Entry]] = []  # the last element follows first
    for heading in reversed(headings):
        children = []
        while pending and pending[-1][0] > heading.level:
            children.append(pending.pop()[1])
        entry = Entry(heading.id, Markup(_label(heading)), tuple(children))  # noqa: S704
        pending.append((heading.level, entry))
    return tuple(entry for _, entry in reversed(pending))


def _label(heading: Heading) -> str:
    """A heading's HTML as it may stand inside a link: without links or ids."""
    from markupsafe import escape

    html = _LINK.sub("", heading.html)
    return str(escape(heading.text)) if " id=" in html else html
