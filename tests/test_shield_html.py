"""HTML that others wrote: its formulas get their wrappers, and nothing else is touched."""

from __future__ import annotations

import re
import time
from html import escape, unescape
from typing import Any

import html5lib
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from renderer import Document, Formula, Options, render, shield_html
from renderer.document import Drawn, Size

from .fuzz.alphabet import PIECES
from .test_markup import soup

_WRAPPER = re.compile(
    r'(?:<span class="md-anchor" id="[^"]*"></span>)*<span class="math (?:inline|display)[^"]*"'
    r' translate="no" data-tex="[^"]*"(?: id="[^"]*")?><!----><span class="math-box[^>]*>'
    r"(?:<math.*?</math>)?(?:<span[^>]*>[^<]*</span>)?</span></span>",
    re.DOTALL,
)
any_html = st.one_of(
    soup,
    st.lists(st.sampled_from([*PIECES, "<p>", "</p>", "<br>", "<code>", "\r\n", "&lt;"])).map(
        "".join
    ),
    st.text(max_size=60),
)


def _unwrapped(document: Document) -> str:
    """The HTML with every wrapper replaced by what it stands for."""
    shown = iter(formula.source for formula in document.formulas if formula.data_tex)
    return _WRAPPER.sub(lambda _: next(shown), document.html)


@given(any_html)
@example("\ufeff<p>$x$\r\n$y$</p>")
@example("<p>\\[a\\]\r\n</p>")
@pytest.mark.parametrize("profile", ["llm", "strict"])
def test_nothing_but_formulas_is_changed(profile: str, html: str) -> None:
    """Without the wrappers it is the input byte for byte, and sources are slices of it."""
    assume("class=math" not in html and 'class="math' not in html and "ref{" not in html)
    document = shield_html(html, Options(profile=profile))
    for formula in document.formulas:
        assert html[formula.start : formula.start + len(formula.source)] == formula.source
    if all(formula.data_tex for formula in document.formulas):
        assert _unwrapped(document) == html


@given(soup)
def test_the_tree_around_formulas_is_the_same(html: str) -> None:
    """A browser makes the same elements of it: no wrapper closes or opens one of the page's."""
    document = shield_html(html)
    assert _tree(document.html) == _tree(html)


def _tree(html: str) -> list[object]:
    """Elements and text in document order, a wrapper being the text of its formula."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    out: list[object] = []

    def say(text: str | None) -> None:
        if text and out and isinstance(out[-1], str):
            text = out.pop() + text  # type: ignore[operator]
        if text:
            out.append(text)

    def visit(element: Any) -> None:
        if "data-tex" in element.attrib:
            say(f"${element.get('data-tex')}$")
        elif isinstance(element.tag, str):
            out.append(("start", element.tag, tuple(element.attrib.items())))
            say(element.text)
            for child in element:
                visit(child)
                say(child.tail)
            out.append(("end", element.tag))

    visit(parser.parse(html, scripting=True))
    return out


plain_text = st.lists(
    st.sampled_from(["$", "$", "\\(", "\\)", "x", " ", "$$", "{", "}", "5", "word ", "=", "\\alpha ", ",",
                     "\\[", "\\]", "\\begin{align}", "\\end{align}", "中文", "\\boxed{", "\\\\", "\n$$\n"]),
    max_size=14,
).map("".join)  # fmt: skip


@given(plain_text)
@example("pay $$5 for $$10 and $x$")
@pytest.mark.parametrize("profile", ["llm", "strict"])
def test_the_grammar_is_that_of_markdown(profile: str, text: str) -> None:
    """Text without marks of Markdown has the formulas that it has as a Markdown paragraph."""
    assume(not re.search(r"^\s*=|^ {4}|^\s*$|\n\s*\n", text, re.MULTILINE))
    options = Options(profile=profile, gfm=False)
    found = shield_html(f"<p>{escape(text)}</p>", options)
    meant = render(text, options)
    assert [(f.tex, f.display) for f in found.formulas] == [
        (f.tex, f.display) for f in meant.formulas
    ]
    assert [unescape(f.source) for f in found.formulas] == [f.source for f in meant.formulas]


def test_places_are_those_of_the_html() -> None:
    """Lines, columns and offsets count the HTML's characters, tags and references included."""
    document = shield_html("<p>\n&amp; <b>$x$</b>\n\\[ y</p>")
    formula = document.formulas[0]
    assert (formula.start, formula.lines, formula.column) == (13, (2, 2), 10)
    assert [str(each)[:31] for each in document.diagnostics] == ["3:1: warning[unclosed-math]: \\["]


def test_guard_spaces_are_seen_across_inline_tags() -> None:
    """White space beside a formula counts on both sides of tags that end no line."""
    html = "<p>a <b>$x$</b> b<i>$y$</i>c</p>d <p>$z$</p>"
    classes = re.findall(r'class="math inline([^"]*) notranslate"', shield_html(html).html)
    assert classes == [" math-sl math-sr", "", ""]


def test_a_reference_in_a_link_is_no_link() -> None:
    """No link stands in another."""
    html = "<a href=x>\\eqref{e}</a> \\begin{equation}\\label{e}x\\end{equation}"
    assert "<a href=x><span" in shield_html(html).html


def test_a_refused_formula_stays_as_it_is() -> None:
    """What passes a limit is not touched, and said."""
    document = shield_html("<p>$xyz$ $a$</p>", Options(max_formula_length=2))
    assert "<p>$xyz$ <span" in document.html
    assert [each.code for each in document.diagnostics] == ["formula-too-long"]
    long = "<p>$a$" * 20
    assert shield_html(long, Options(max_source=50)).html == long


def test_sanitizing_is_for_html_that_is_not_trusted() -> None:
    """By default scripts stay, the HTML being the caller's own; html=sanitize drops them."""
    html = "<p onclick=a()>$x$<script>b()</script></p>"
    assert "<script>b()" in shield_html(html).html
    assert "onclick=a()" in shield_html(html).html
    cleaned = shield_html(html, Options(html="sanitize")).html
    assert "script" not in cleaned
    assert "onclick" not in cleaned
    assert 'data-tex="x"' in cleaned


def test_a_page_may_have_any_encoding() -> None:
    """In a whole page wrappers are ASCII, since nobody knows how it will be sent."""
    html = "<!doctype html><p>$a - \\text{é}$ ü"
    added = _WRAPPER.search(shield_html(html).html)
    assert added is not None
    assert added[0].isascii()
    assert shield_html(html).html.endswith(" ü")


def test_numbers_begin_again_at_headings() -> None:
    """number_within counts the headings of the HTML."""
    one = "<h2>a</h2>\\begin{equation}x\\end{equation}"
    numbers = [f.number for f in shield_html(one * 2, Options(number_within=2)).formulas]
    assert numbers == ["(1.1)", "(2.1)"]


def test_sizes_are_reserved() -> None:
    """A typesetter is asked once for all formulas."""
    asked: list[int] = []

    def typeset(formulas: Any) -> list[Drawn]:
        asked.append(len(formulas))
        return [Drawn(Size((1, 0), (1, 0), (0, 0))) for _ in formulas]

    document = shield_html("$x$ <b>$y$</b>", typeset=typeset)
    assert asked == [2]
    assert document.html.count("math-sized") == 2
    assert all(isinstance(f, Formula) and f.size for f in document.formulas)
    assert "mz-" in document.css


HOSTILE = [
    "<", "<a", "<a ", "<a b='", '<a b="', "<a>", "</a>", "<!--", "<!-- $", "<!", "</", "<li>", "<li><pre>",
    "<p>", "<code>", "<code><p></p>", "</code>", "<table>", "<table><tr><td>", "<table></div>", "<b><i>", "</b></i>",
    "<script>", "<script><!--<script>", "<title>", "<textarea>", "<svg>", "<svg><foreignObject>", "<math><mi>",
    "<![CDATA[", "&", "&amp", "&#", "&#9999999999", "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "<br>", "$<br>", "$ <!-- -->",
    "$a&lt;", "$a$<br>", "\\(a<wbr>", "\\[<br>", "$$\n\n", "\\begin{align}<br>", "<a b=c d='e' f>", "=" , "<a =", "<div></p>",
    "<select>", "<option>", "</form>", "<form>", "<a>$x$", "<b class=katex>", "$x$ ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_cost_is_linear(piece: str) -> None:
    """Eight times as much HTML takes about eight times as long, whatever is repeated."""
    for _ in range(4):
        short, long = (_cost(piece, size) for size in (1_500, 12_000))
        if long < 20 * max(short, 0.002):
            return
    pytest.fail(f"{piece!r}: {short:.3f} s, {long:.3f} s")


def _cost(piece: str, size: int) -> float:
    text = (piece * (size // len(piece) + 1))[:size]
    start = time.process_time()
    shield_html(text)
    return time.process_time() - start
