"""What holds for every text: found by Hypothesis over an alphabet of active characters."""

from __future__ import annotations

import pickle
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from renderer import Document, Options, render
from renderer.source import Source

from .fuzz.alphabet import BLANKS, PIECES

MODES = {
    "llm": Options(),
    "strict": Options(profile="strict"),
    "all": Options(front_matter=True, definition_lists=True, latex_fences=True, highlight=True),
    "trust": Options(html="trust", links="any", images="any", think="off"),
    "commonmark": Options.commonmark(),
}

active_text = st.lists(st.sampled_from([*PIECES, *BLANKS, " ", "\n"]), max_size=30).map("".join)
any_text = st.one_of(active_text, st.text(max_size=60))


# Any text gives a Document


@given(any_text)
@example("$")
@example("$a$ is 5")
@pytest.mark.parametrize("mode", MODES)
def test_any_text_gives_a_document(mode: str, text: str) -> None:
    """Content never raises, and what comes out is plain data that survives pickling."""
    document = render(text, MODES[mode])
    assert isinstance(document, Document)
    assert pickle.loads(pickle.dumps(document)) == document


@given(any_text)
def test_rendering_has_no_memory(text: str) -> None:
    """The same text gives the same document again, whatever was rendered in between."""
    first = render(text)
    render("# $a$\n\n[a]: b\n\n[^a]: c\n\n" + text, MODES["strict"])
    assert render(text) == first


# Formulas are slices of the source


@given(any_text)
@example("\ufeff$x$")
@example("a\r\n\r\n> $$\r\n> x\r\n> $$")
@example("- ```math\n  x\n  ```")
@pytest.mark.parametrize("mode", ["llm", "strict", "all"])
def test_every_formula_is_a_slice_of_the_source(mode: str, text: str) -> None:
    """``source`` stands at ``start`` in the given text, and formulas do not overlap."""
    formulas = render(text, MODES[mode]).formulas
    for formula in formulas:
        assert formula.source == text[formula.start : formula.start + len(formula.source)]
        assert formula.source[:1] in "$\\`~"
        assert formula.tex
    spans = sorted((f.start, f.start + len(f.source)) for f in formulas)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(any_text)
@pytest.mark.parametrize("mode", ["llm", "strict"])
def test_places_lie_in_the_text(mode: str, text: str) -> None:
    """Every diagnostic and formula has a line and column that exist in the text."""
    lines = Source(text).text.split("\n")
    document = render(text, MODES[mode])
    for line, column in [
        *((d.line, d.column) for d in document.diagnostics),
        *((f.lines[0], f.column) for f in document.formulas),
    ]:
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


# Untrusted text cannot get out of its place

_TAGS = set(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a br hr table thead tbody tr th td"
    " sup sub section details summary div span input kbd mark u del ins math".split()
)
_MATHML = re.compile(r"m[a-z]+|none|semantics|annotation")
_ATTRIBUTES = set(
    "class id href rel title start type checked disabled translate data-tex value role".split()
)
_VOID = {"br", "hr", "input"}


class _Audit(HTMLParser):
    """Walks through HTML and notes what must not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []
        self.breaches: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        in_math = "math" in self.open
        if tag not in _TAGS and not (in_math and _MATHML.fullmatch(tag)):
            self.breaches.append(f"<{tag}>")
        for name, value in attrs:
            if (
                name.startswith("on")
                or name == "style"
                or not (in_math or self._is_fine(tag, name))
            ):
                self.breaches.append(f"{tag} {name}={value}")
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and re.match(
                r"(?i)\s*(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", value or ""
            ):
                self.breaches.append(f"href={value}")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def _is_fine(self, tag: str, name: str) -> bool:
        return name in _ATTRIBUTES or (tag == "math" and name in ("display", "xmlns"))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.breaches.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        if data:
            self.breaches.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.breaches.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.breaches.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.breaches.append(f"<![{data}]>")


def _audit(html: str) -> _Audit:
    audit = _Audit()
    audit.feed(html)
    audit.close()
    audit.breaches += [f"<{tag}> is never closed" for tag in audit.open]
    return audit


@given(any_text)
@example('<a onclick="x">$<b style="y">$')
@example("[a](javascript:x) ![a](b) <https://a.b>")
@example("# a[^1]\n\n[^1]: $$b\\label{c}$$ [d](#c)\n\n$\\eqref{c}$ \\eqref{c}\n\n```a'b\nc\n```")
@pytest.mark.parametrize("mode", ["llm", "strict", "all"])
def test_output_holds_only_our_own_elements(mode: str, text: str) -> None:
    """Under the default policy: known tags, balanced, no style or handler, ids prefixed, unique."""
    audit = _audit(render(text, MODES[mode]).html)
    assert audit.breaches == []
    assert all(identifier.startswith("md-") for identifier in audit.ids)
    assert len(audit.ids) == len(set(audit.ids))


def test_audit_finds_breaches() -> None:
    """The check above sees each kind of breach that it looks for."""
    for html in (
        "<script></script>", '<p style="x">a</p>', '<b onclick="x"></b>', "<p>", "</p>", "<!--x-->",
        '<a href="javascript:x">a</a>', "<?x>", '<p data-x="">a</p>', "<mi>x</mi>",
    ):  # fmt: skip
        assert _audit(html).breaches, html


# The same document however its file was saved


@given(any_text)
def test_line_ends_do_not_matter(text: str) -> None:
    """CRLF, lone CR and a byte order mark give the HTML that LF gives."""
    text = re.sub("\r\n?", "\n", text)
    html = render(text).html
    assert render(text.replace("\n", "\r\n")).html == html
    assert render(text.replace("\n", "\r")).html == html
    if not text.startswith("\ufeff"):
        assert render("\ufeff" + text).html == html


# A formula comes out as it was written, wherever it stands

_TEX = (
    "a b_1 x^2 * ** _ __ *b* _c_ \\alpha \\frac{a}{b} \\_ \\* \\{ \\} \\% \\# \\\\ \\, < > <b> </b> <i x"
    " & # ~ ~~a~~ | || [ ] [a] ![ ( ) (u) \" ' . : , ; ! + - = / 1. 10 www.a.bc http://a.b.c a@b.cc"
    " é 中 &copy \\text{if} \\left( \\right] \\begin{matrix} \\end{matrix} [^1] [x]: ^{2} {,} % -- ---"
).split(" ")
tex_words = st.lists(st.sampled_from(_TEX), max_size=8).map(" ".join)
# A subscript in front makes it mathematics beyond doubt; the braces keep the ends from mattering.
inline_tex = st.builds("x_{{{}}}".format, tex_words)

INLINE = [("$", "$"), ("\\(", "\\)"), ("$$", "$$"), ("\\[", "\\]"), ("\\boxed{", "}")]
PLACES = (
    "{}", "word {} word", "word ({}), word", "设{}为实数，则", "**设{}为**实数", "由**{}**知", "*{}*",
    "# {}", "word {}\n===", "- {}", "1. word\n\n   {} word", "> {}", "> - word {}\n>   word", "[{}](u)",
    "[word {} word](u 'title')", "~~{}~~", "| a | b |\n|---|---|\n| {} | b |", "word[^1]\n\n[^1]: {}",
    "<b>{}</b>", "<details>\n\n{}\n\n</details>", "- [ ] {}", "> [!NOTE]\n> {}", "word `$` {} `code`",
    "![a](b) {} \\* word", "word {}\nword", "word\n{}\nword", "<think>\n{}\n</think>",
)  # fmt: skip


def _found(text: str, mode: str) -> list[tuple[str, bool]]:
    return [(formula.tex, formula.display) for formula in render(text, MODES[mode]).formulas]


@given(st.sampled_from(PLACES), st.sampled_from(INLINE), inline_tex)
@example("| a | b |\n|---|---|\n| {} | b |", ("$", "$"), "x_{|a|}")
@pytest.mark.parametrize("mode", ["llm", "strict"])
def test_formula_in_text_comes_out_verbatim(
    mode: str, place: str, marks: tuple[str, str], tex: str
) -> None:
    """No Markdown inside a formula is read, in any place where text can stand."""
    assume("|" not in place or "\\|" not in tex)  # bars of a table are a matter of rule L8
    assume("|" not in place or "|" not in tex or mode == "llm")
    assume(marks[0] != "\\boxed{" or mode == "llm")
    opened, closed = marks
    whole = opened + tex + closed if opened == "\\boxed{" else tex
    display = opened in ("$$", "\\[")
    assert _found(place.replace("{}", opened + tex + closed), mode) == [(whole, display)]


_LINE_STARTS = [
    "",
    "",
    "- ",
    "1. ",
    "> ",
    "# ",
    "    ",
    "| ",
    "* ",
    "+ ",
    "=",
    "---",
    "~~~ ",
    "[a]: ",
]
block_tex = st.builds(
    lambda lines, tail: "\n".join([*(start + tex for start, tex in lines), tail]),
    st.lists(st.tuples(st.sampled_from(_LINE_STARTS), inline_tex), max_size=4),
    inline_tex,
)
BLOCK = [
    ("$$", "$$"),
    ("\\[", "\\]"),
    ("$$\n", "\n$$"),
    ("\\[\n", "\n\\]"),
    ("\\[\n  ", "\n  \\]  "),
]
# What stands before the formula, how each further line of it begins, what follows.
CONTAINERS = [
    ("", "", ""), ("word\n", "", "\nword"), ("word\n\n", "", "\n\nword"), ("> ", "> ", "\n> word"),
    ("- ", "  ", "\n  word"), ("- word\n  ", "  ", "\n- word"), ("1. word\n\n   ", "   ", ""),
    ("> - ", ">   ", "\n> - word"), ("- > ", "  > ", ""), ("> > word\n> > ", "> > ", "\n> >\n> > word"),
    ("word[^1]\n\n[^1]:\n    ", "    ", ""), ("<details>\n\n", "", "\n\n</details>"), ("# word\n", "", "\n# word"),
    ("- word\n  - word\n    - ", "      ", "\n- word"), ("<think>\n", "", "\n</think>\nword"),
    ("> [!TIP]\n> ", "> ", ""), ("- [x] ", "  ", ""),
]  # fmt: skip


@given(st.sampled_from(CONTAINERS), st.sampled_from(BLOCK), block_tex)
@example(("> ", "> ", ""), ("$$\n", "\n$$"), "> a\n> b")
@pytest.mark.parametrize("mode", ["llm", "strict"])
def test_display_formula_comes_out_verbatim(
    mode: str, container: tuple[str, str, str], marks: tuple[str, str], tex: str
) -> None:
    """Lines of a display formula are no lists, quotes, headings or tables, in any container."""
    before, prefix, after = container
    formula = (marks[0] + tex + marks[1]).replace("\n", "\n" + prefix)
    assert _found(before + formula + after, mode) == [(tex.strip(), True)]


@given(st.sampled_from(CONTAINERS), block_tex)
@pytest.mark.parametrize("mode", ["llm", "strict"])
def test_environment_and_fence_come_out_verbatim(
    mode: str, container: tuple[str, str, str], tex: str
) -> None:
    """The same holds for environments, which are formulas as a whole, and for ``math`` fences."""
    before, prefix, after = container
    environment = f"\\begin{{align}}\n{tex}\n\\end{{align}}"
    for text, expected in ((environment, environment), (f"```math\n{tex}\n```", tex.strip())):
        whole = before + text.replace("\n", "\n" + prefix) + after
        assert _found(whole, mode) == [(expected, True)]
