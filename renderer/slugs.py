"""Identifiers for headings and labels: readable, stable, unique, safe in any page."""

from __future__ import annotations

import re
import unicodedata

_DROPPED = re.compile(r"[^\w\s-]")
_GAPS = re.compile(r"[\s_-]+")


class Slugs:
    """Hands out ids that begin with ``prefix`` and are unique within one document.

    Chinese, Japanese and Korean text stays as it is, as browsers and GitHub handle it.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._seen: dict[str, int] = {}

    def plain(self, text: str) -> str:
        """``text`` as an id without prefix: lower case, hyphens for gaps, at most 80 characters."""
        folded = _DROPPED.sub("", unicodedata.normalize("NFKC", text).lower())
        return _GAPS.sub("-", folded).strip("-")[:80]

    def unique(self, text: str) -> str:
        slug = self.plain(text) or "section"
        count = self._seen.get(slug, 0)
        self._seen[slug] = count + 1
        if not count:
            return self._prefix + slug
        return self.unique(f"{slug}-{count}")
