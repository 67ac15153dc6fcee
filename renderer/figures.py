"""Which pictures may the page of a file show?  Files below the source's folder, no others.

A text that nobody vouches for must not make a browser fetch anything, so ``render`` turns every
image into a link.  A picture that lies on the user's own disk, below the folder that they named,
sends nothing anywhere: it is shown, and copied to the same place beside the page.

Next hop: :mod:`renderer.publish` renders with the addresses found here and copies the files.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from .diagnostics import diagnostic
from .document import Diagnostic
from .files import is_within
from .targets import Target

_KINDS: Final = frozenset(
    (".apng", ".avif", ".bmp", ".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".webp")
)
_AS_LINK: Final = "image-as-link"
_IMG: Final = re.compile(r"<img\b[^<>]*>")  # cannot run past the next "<": linear for any text
_SRC: Final = re.compile(r'\ssrc="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of a page: the ``address`` that shows it, the file, and where its copy goes."""

    address: str
    source: Path
    copy: Path


@dataclass(frozen=True, slots=True)
class Figures:
    """The pictures that a page may show, and the addresses that it may not, with the reason."""

    found: tuple[Figure, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    def explained(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """``diagnostics`` with the reason where an image that has a reason became a link."""
        remarks = {
            diagnostic(_AS_LINK, 1, 1, address).message: f"{address}: {why}"
            for address, why in self.refused
        }
        return tuple(
            replace(
                found, code="image-not-shown", severity="warning", message=remarks[found.message]
            )
            if found.code == _AS_LINK and found.message in remarks
            else found
            for found in diagnostics
        )


def figures_of(html: str, target: Target) -> Figures:
    """What the images in ``html``, the rendered source of ``target``, come to."""
    found: list[Figure] = []
    refused: list[tuple[str, str]] = []
    for address in addresses(html):
        figure = _figure(address, target)
        if isinstance(figure, Figure):
            found.append(figure)
        else:
            refused.append((address, figure))
    return Figures(tuple(found), tuple(refused))


def addresses(html: str) -> tuple[str, ...]:
    """The addresses of the images in a rendered fragment, each once."""
    return tuple(dict.fromkeys(_addresses(html)))


def _addresses(html: str) -> Iterator[str]:
    for tag in _IMG.finditer(html):
        if src := _SRC.search(tag[0]):
            yield unescape(src[1])


def _figure(address: str, target: Target) -> Figure | str:
    """The picture at ``address``, or why there is none to show."""
    path = _relative_path(address)
    if not path:
        return "not relative to this file"
    if target.source is None or target.page is None:
        return "there is no folder to copy it to"
    if posixpath.splitext(path)[1].lower() not in _KINDS:
        return "not the name of a picture"
    if any(part.strip(".") and part.startswith(".") for part in path.split("/")):
        return "hidden"
    inside = posixpath.join(target.source.relative_to(target.root).parent.as_posix(), path)
    if posixpath.normpath(inside).startswith("../"):
        return f"lies outside the folder {target.root}"
    source = target.source.parent / path
    problem = _problem(source, target.root)
    copy = Path(os.path.normpath(target.page.parent / path))
    return problem or Figure(address, source, copy)


def _relative_path(address: str) -> str:
    """The path that a relative address means, ``""`` if it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = unquote(parts.path)
    is_relative = not (parts.scheme or parts.netloc or path.startswith("/") or "\\" in path)
    return path if is_relative else ""


def _problem(source: Path, root: Path) -> str:
    """Why ``source`` cannot be shown, ``""`` if it can; links are followed before judging."""
    try:
        real = os.path.realpath(source, strict=True)
    except (OSError, ValueError):
        return "no such file"
    if not is_within(real, os.path.realpath(root)):
        return f"lies outside the folder {root}"
    return "" if os.path.isfile(real) else "not a file"
