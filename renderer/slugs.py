"""Identifiers for headings and labels: readable, stable, unique, safe in any page."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_DROPPED = re.compile(r"[^\w\s-]")
_GAPS = re.compile(r"[\s_-]+")
_KEPT_FREE = re.compile(r"eq-|fn(?:ref)?\d")
_READ: Final = 400


class Slugs:
    """Hands out ids that begin with ``prefix`` and are unique within one document.

    Chinese, Japanese and Korean text stays as it is, as browsers and GitHub handle it.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._seen: dict[str, int] = {}

    def copy(self) -> Slugs:
        """The same ids taken, to go on from here in another way."""
        other = Slugs(self._prefix)
        other._seen = dict(self._seen)
        return other

    def plain(self, text: str) -> str:
        """``text`` as an id without prefix: lower case, hyphens for gaps, at most 80 characters."""
        begin = text[:_READ]  # a long run of combining marks takes quadratic time to normalise
        folded = _DROPPED.sub("", unicodedata.normalize("NFKC", begin).lower())
        return _GAPS.sub("-", folded).strip("-")[:80]

    def heading(self, text: str) -> str:
        """A unique id for a heading; those of equations and footnotes are kept free."""
        slug = self.plain(text)
        return self.unique(f"section-{slug}" if _KEPT_FREE.match(slug) else slug)

    def unique(self, text: str) -> str:
        """An id for ``text`` that was not handed out before: it ends in a number if need be."""
        slug = free = self.plain(text) or "section"
        count = self._seen.get(slug, 0)
        while free in self._seen:  # not a second time for any number: the count is kept
            count += 1
            free = f"{slug}-{count}"
        self._seen[slug] = count
        self._seen.setdefault(free, 0)
        return self._prefix + free
