"""What a page needs besides its HTML: the css, the client script, MathJax and its font.

:class:`Assets` says where they are and gives the tags that name them; :func:`install` writes
them into a folder.  Pages without a formula need the css only.
"""

from __future__ import annotations

import os
import tempfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Literal

from .bundle import client_script, math_css
from .errors import EnvironmentFault, OutputError
from .policy import host_source
from .theme import Theme

FOLDER = "mathward-assets"
"""The assets folder beside an output page, unless the caller says otherwise."""

SCRIPT = "mathward.js"
MATHJAX = "mathjax"

MATHJAX_VERSION = "4.1.3"  # the lock file's; a test holds them equal
_CDN = "https://cdn.jsdelivr.net/npm"
_CDN_MATHJAX = f"{_CDN}/mathjax@{MATHJAX_VERSION}/"
_CDN_FONT = f"{_CDN}/@mathjax/mathjax-newcm-font@{MATHJAX_VERSION}/"

_VENDOR = Path(__file__).parent / "mathjax" / "vendor"


@dataclass(frozen=True, slots=True)
class Assets:
    """Where a page finds its css, the client and MathJax; make one by a constructor below."""

    kind: Literal["none", "folder", "cdn"]
    url: str = ""

    @classmethod
    def none(cls) -> Assets:
        """One file without any script: css inline, formulas stay MathML."""
        return cls("none")

    @classmethod
    def folder(cls, url: str = FOLDER) -> Assets:
        """A folder that :func:`install` filled, at ``url`` as seen from the page."""
        return cls("folder", url.rstrip("/"))

    @classmethod
    def cdn(cls) -> Assets:
        """One file: css and client inline, MathJax from a public host at a pinned version."""
        return cls("cdn")

    def stylesheet(self, theme: Theme) -> str:
        """The tag with the rules for formulas and, after them, the theme's."""
        if self.kind == "folder":
            return f'<link rel="stylesheet" href="{escape(self.url)}/{escape(theme.stylesheet)}">'
        return f"<style>\n{css_of(theme)}</style>"

    def script(self) -> str:
        """The client's tag for a page that has formulas; ``""`` if it is to have no script."""
        if self.kind == "none":
            return ""
        if self.kind == "folder":
            url = escape(self.url)
            return f'<script defer src="{url}/{SCRIPT}" data-mathjax="{url}/{MATHJAX}/"></script>'
        return (
            f'<script data-mathjax="{_CDN_MATHJAX}" data-font="{_CDN_FONT}">'
            f"{client_script()}</script>"
        )

    @property
    def hosts(self) -> str:
        """The policy's sources for styles, fonts and workers; ``""`` for none."""
        if self.kind == "none":
            return ""
        return host_source(self.url if self.kind == "folder" else _CDN)

    @property
    def script_sources(self) -> str:
        """The policy's sources for scripts; a hash among them allows the inline client.

        Never put them into ``style-src``: beside a hash, ``'unsafe-inline'`` counts for nothing.
        """
        if self.kind != "cdn":
            return self.hosts
        digest = b64encode(sha256(client_script().encode()).digest()).decode()
        return f"'sha256-{digest}' {self.hosts}"


def css_of(theme: Theme) -> str:
    """The whole stylesheet of a page: the rules for formulas, then the theme's."""
    return f"{math_css()}\n{theme.css}"
