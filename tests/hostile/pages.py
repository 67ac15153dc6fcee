"""The pages that hostile inputs are shown on, and the modes in which they are.

Every input is a document of its own, as answers in a chat are, between two buttons that it may
not cover, with an ordinary formula behind it that has to be typeset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import product
from random import Random
from typing import Literal

import html5lib

from renderer import Options, Stream, render, shield_html
from renderer.assets import Assets
from renderer.convert import Typeset
from renderer.document import Document
from renderer.page import page
from renderer.theme import load_theme

from ..cutting import pieces
from .inputs import Input

THEMES = ("plain", "paper")
_SHIELD = '<script defer src="{}/mathward-shield.js"></script></head>'
_OPTIONS = Options(front_matter=True, definition_lists=True, highlight=True)


@dataclass(frozen=True, slots=True)
class Mode:
    """How a page is shown: ``html`` is the option.

    ``entry`` is the way in: Markdown by ``render``, HTML that ``shield`` takes in Python, text that
    only the client sees (``foreign``), or a ``stream`` that has half arrived.
    """

    theme: str = "plain"
    policy: bool = True
    prerender: bool = False
    script: bool = True
    html: str = "basic"
    entry: Literal["render", "shield", "foreign", "stream"] = "render"

    def __str__(self) -> str:
        parts = {
            "no-policy": not self.policy,
            "prerender": self.prerender,
            "no-script": not self.script,
            self.html: self.html != "basic",
            self.entry: self.entry != "render",
        }
        return " ".join([self.theme, *(name for name, holds in parts.items() if holds)])


MODES = [
    *(Mode(*each) for each in product(THEMES, (True, False), (False, True))),
    *(Mode(theme, prerender=pre, script=False) for theme, pre in product(THEMES, (False, True))),
    Mode(html="sanitize"),
    Mode(entry="foreign"),
    Mode(html="sanitize", entry="shield"),
    Mode(html="sanitize", policy=False, entry="shield"),
    Mode(entry="stream"),
    Mode(html="sanitize", entry="stream"),
]


def hostile_page(found: Sequence[Input], mode: Mode, typeset: Typeset | None) -> str:
    """One page with all of them, for a folder that has the assets."""
    documents = [
        (each, *_documents(each, number, mode, typeset)) for number, each in enumerate(found)
    ]
    html = "".join(_section(*parts) for parts in documents)
    every = [document for _, *pair in documents for document in pair]
    whole = Document(
        html=f"{html}{_trusted()}",
        formulas=tuple(formula for document in every for formula in document.formulas),
        css="".join(dict.fromkeys("".join(document.css for document in every).split("\n"))),
    )
    assets = Assets.folder() if mode.script else Assets.none()
    shown = page(whole, _OPTIONS, theme=mode.theme, assets=assets)
    return (
        shown.replace("</head>", _SHIELD.format(assets.url)) if mode.entry == "foreign" else shown
    )


def alone(each: Input, theme: str) -> str:
    """The whole page of one input, whose head and title it may try to break out of."""
    options = replace(_OPTIONS, html="basic")
    return page(
        render(each.text, options), options, theme=load_theme(theme), assets=Assets.folder()
    )


def _documents(
    each: Input, number: int, mode: Mode, typeset: Typeset | None
) -> tuple[Document, Document]:
    options = replace(_OPTIONS, html=mode.html, id_prefix=f"h{number}-")
    chosen = typeset if mode.prerender else None
    given = _given(each, mode, options, chosen)
    return given, render(f"After it $x_{{{number}}}+1$.", typeset=chosen)


def _given(each: Input, mode: Mode, options: Options, typeset: Typeset | None) -> Document:
    if mode.entry == "foreign":
        return Document(html=escape(each.text))
    if mode.entry == "shield":
        return shield_html(each.text, options, typeset=typeset)
    if mode.entry == "stream":
        return _half_arrived(each, options)
    return render(each.text, options, typeset=typeset)


def _half_arrived(each: Input, options: Options) -> Document:
    """What a stream shows of it at some moment, always the same one, and just before its end."""
    moments = []
    for name in ("", "all-"):
        chance = Random(each.id)
        end = len(each.text) if name else chance.randint(1, len(each.text))
        stream = Stream(replace(options, id_prefix=options.id_prefix + name))
        for piece in pieces(each.text[:end], chance, 40):
            stream.feed(piece)
        moments.append(stream)
    closed = (html5lib.parseFragment(stream.html) for stream in moments)  # as a page closes it
    return Document(
        html="".join(html5lib.serialize(tree, omit_optional_tags=False) for tree in closed),
        css="\n".join(stream.css for stream in moments),
    )


def _section(each: Input, given: Document, after: Document) -> str:
    name = escape(re.sub(r"[^\w-]", "-", each.id))
    return (
        f'{_trusted()}<div class="hostile-input" data-input="{name}">\n{given.html}</div>\n'
        f'{_trusted()}<div class="hostile-after" data-input="{name}">{after.html}</div>\n'
    )


def _trusted() -> str:
    return '<p><button type="button" tabindex="-1" class="hostile-trusted">Trusted</button></p>\n'
