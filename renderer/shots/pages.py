"""Which pages are shot, and what are they called?  Names are paths, the same on every machine.

public/             public/blog/a.html -> blog/a       all HTML pages below a folder
a.html              a
http://localhost:8000/blog/a/?v=2      blog/a/-v-2
https://example.org/                   example.org/index
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from ..errors import SourceError
from ..files import HTML, reason

_PASSED_OVER: Final = frozenset({"node_modules", "__pycache__"})
_UNSAFE: Final = re.compile(r"[^\w.+-]+")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def is_address(name: str) -> bool:
    """Whether an input is a web address and no path."""
    return name.startswith(("http://", "https://"))


def host_of(address: str) -> str:
    """The host that an address leads to, ``""`` if that is this machine."""
    host = urlsplit(address).hostname or ""
    return "" if host in _LOOPBACK else host


def name_of_address(address: str) -> str:
    """What the page at an address is called."""
    parts = urlsplit(address)
    words = [host_of(address), *unquote(parts.path).split("/"), parts.query]
    safe = [name for word in words if (name := safe_name(word))]
    if not parts.path.strip("/"):
        safe[1 if host_of(address) else 0 :] = ["index", *([safe[-1]] if parts.query else [])]
    return _page_name("/".join(safe))


def name_of_file(path: Path, root: Path) -> str:
    """What a file below ``root`` is called."""
    inside = path.relative_to(root).as_posix()
    return _page_name("/".join(safe_name(word) for word in inside.split("/")))


def safe_name(word: str) -> str:
    """``word`` as every file system takes it."""
    return _UNSAFE.sub("-", word).strip(". ")


def pages_below(folder: Path) -> list[Path]:
    """The HTML pages below a folder, sorted; hidden names are passed over."""
    return sorted(_pages_below(folder))


def _page_name(name: str) -> str:
    stem, ending = os.path.splitext(name)
    return stem if ending.lower() in HTML else name


def _pages_below(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise SourceError(str(folder), reason(error)) from error

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [each for each in folders if each[0] != "." and each not in _PASSED_OVER]
        for name in names:
            if name[0] != "." and os.path.splitext(name)[1].lower() in HTML:
                yield Path(place, name)
