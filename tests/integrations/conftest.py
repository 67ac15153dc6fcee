"""What the frameworks' tests share: texts, and a look at a page as a parser sees it."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from renderer.editions import edition_of, looks

from ..test_stream import Reader

HOSTILE = 'cost $a<b$ <script>alert(1)</script> <img src=x onerror="alert(1)">'


@dataclass(frozen=True)
class Tag:
    """A start tag of the head."""

    name: str
    attributes: dict[str, str]


def head_of(html: str) -> list[Tag]:
    """The elements of a page's head; a page that a parser has to mend fails the test."""
    import html5lib

    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        tree = parser.parse(html)
    assert [code for _, code, _ in parser.errors] == []
    return [Tag(each.tag, dict(each.attrib)) for each in tree.find("head")]


def addresses(tags: list[Tag]) -> list[str]:
    """What the head has the browser ask for."""
    return [each.attributes[n] for each in tags for n in ("href", "src") if n in each.attributes]


def check_static(get: Callable[[str], tuple[int, dict[str, str], bytes]], base: str) -> None:
    """The static files below ``base``: types, caching, and what is not there."""
    types = {
        "mathward.js": "text/javascript; charset=utf-8",
        "fragment.css": "text/css; charset=utf-8",
        "fonts.css": "text/css; charset=utf-8",
        "mathjax/slim/core.js": "text/javascript; charset=utf-8",
        "mathjax/LICENSE": "text/plain; charset=utf-8",
    }
    css = get(f"{base}/fonts.css")[2].decode()
    if found := re.search(r"url\(([^)]+\.woff2)\)", css):
        types[found[1]] = "font/woff2"
    for name, kind in types.items():
        status, headers, body = get(f"{base}/{name}")
        assert (status, headers["content-type"]) == (200, kind), name
        assert body
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["x-content-type-options"] == "nosniff"
    for name in ("nothing.js", "../mathward.json", "%2e%2e/mathward.json", "../../etc/passwd"):
        assert get(f"{base}/{name}")[0] in (400, 404), name
    assert get(base.replace(edition_of(looks()), "0.0.1-000000000000") + "/mathward.js")[0] == 404


@pytest.fixture(scope="session", autouse=True)
def cache_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test writes into the cache of whoever runs it."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


def html_of_events(text: str) -> str:
    """The HTML that a body of server-sent events leads to."""
    reader = Reader()
    for line in text.splitlines():
        data = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
        reader.apply(data.get("patches", []))
    return reader.html
