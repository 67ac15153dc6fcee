"""Tags and open elements, held against html5lib, which reads as browsers do."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderer import shield_html
from renderer.markup.elements import OpenElements
from renderer.markup.heads import head_end
from renderer.markup.tags import attributes, tokens

NAMES = (
    "p div span b i a code kbd pre samp em table tr td th tbody caption ul li dl dd dt h1 h2 section"
    " blockquote form button svg math mi g foreignObject desc title textarea script style noscript"
    " object annotation-xml br img font label mjx-container option mtext semantics"
).split()
WITHIN = ["", "", " class='katex'", " class=mathjax_ignore", " title='>'", ' x="<code>"', " /",
          " color=red", " encoding=text/html", " a=b=c'd"]  # fmt: skip
ODD = ["<!-- <code> -->", "<!-->", "<!--->", "<![CDATA[<b>]]>", "<!x>", "<?p>", "</ >", "< b", "<1",
       "<!--", "--!>", "</", "<a b='", "&lt;code>", "<script><!--<script></script>", "-->"]  # fmt: skip
soup = st.lists(
    st.one_of(
        st.just(" $x$ "),
        st.just(" $x$ "),
        st.builds("<{}{}>".format, st.sampled_from(NAMES), st.sampled_from(WITHIN)),
        st.builds("</{}>".format, st.sampled_from(NAMES)),
        st.sampled_from(ODD),
    ),
    max_size=12,
).map("".join)

_FORMULA = re.compile(r"\$x_\{(\d+)\}\$")
_HIDING = frozenset(
    "code kbd pre samp textarea title script style noscript svg math option mjx-container".split()
)


def _numbered(html: str) -> str:
    """The soup with formulas that can be told from each other."""
    parts = html.split("$x$")
    return "".join(f"{part}$x_{{{n}}}$" for n, part in enumerate(parts[:-1])) + parts[-1]


def _open_to_formulas(html: str) -> dict[str, bool]:
    """By number, whether a formula of the text stands where formulas may, as html5lib has it."""
    tree = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=True)
    found: dict[str, bool] = {}

    def visit(element: Any, is_open: bool) -> None:
        if isinstance(element.tag, str):
            space, _, name = element.tag.rpartition("}")
            hides = name.lower() in _HIDING or "html" not in space
            is_open = is_open and not (hides or element.get("class") in ("katex", "mathjax_ignore"))
            found.update(dict.fromkeys(_FORMULA.findall(element.text or ""), is_open))
        for child in element:
            visit(child, is_open)
            found.update(dict.fromkeys(_FORMULA.findall(child.tail or ""), is_open))

    visit(tree.parse(html, scripting=True), True)
    return found


@given(soup)
@example("<p><code></p> $x$ </code> $x$ ")
@example("<code><table></code> $x$ ")
@example("<div><pre></div> $x$ <form><pre></form> $x$ ")
@example("<svg><style> $x$ <p> $x$ ")
@example("<table><tr><td><code></td><td> $x$ ")
def test_no_formula_is_found_where_a_browser_has_none(html: str) -> None:
    """However tags are mixed up, what is wrapped is text outside of code and its like."""
    html = _numbered(html)
    known = _open_to_formulas(html)
    for formula in shield_html(html).formulas:
        if number := _FORMULA.fullmatch(formula.source):
            assert known.get(number[1]), html


@given(soup)
def test_tokens_leave_nothing_out(html: str) -> None:
    """The tokens' slices, joined, are the HTML."""
    place = 0
    for token in tokens(html, OpenElements()):
        assert token.start == place < token.end
        place = token.end
    assert place == len(html)


def test_attributes_are_read_as_browsers_do() -> None:
    """Quoted, bare and without a value; references decoded; the first of two counts."""
    tag = "<a CLASS='a &amp; b' x=1/2 y z = \"'>\" class=c =q>"
    assert attributes(tag) == {"class": "a & b", "x": "1/2", "y": "", "z": "'>", "=q": ""}


@pytest.mark.parametrize(
    ("html", "behind"),
    [
        ("<!doctype html><html><head><title>a</title></head><body>", "</title>"),
        ("<!doctype html><title></head></title>\n<p>a", "</head></title>"),
        ("<HTML>\n<meta charset=utf-8><body>", "<meta charset=utf-8>"),
        ("<head><script>'</head>'</script><h1>a", "</script>"),
        ("<!doctype html>a", "<!doctype html>"),
        ("<html><!-- <body> --><body>", "-->"),
    ],
)
def test_the_end_of_the_head_is_found(html: str, behind: str) -> None:
    """Before its end tag, or where what follows ends it; never inside of scripts or comments."""
    assert head_end(html) == html.index(behind) + len(behind)


@pytest.mark.parametrize("html", ["", "a", "<p>a</p>", "<title>a</title><p>", "a<html>"])
def test_a_fragment_has_no_head(html: str) -> None:
    """HTML without a doctype, html, head or body tag at its beginning is a part of a page."""
    assert head_end(html) is None
