"""Raw HTML: a few tags without attributes, in pairs, whatever the rest of the text holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from renderer import Options, rawhtml, render, shield_html

ROOT = Path(__file__).parent.parent


def _shown(text: str, **options: str) -> str:
    return render(text, Options(**options)).html.strip()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"), ("a<br>b<br/>c", "<p>a<br>b<br>c</p>"),
        ('<KBD onclick="x">a</KBD >', "<p><kbd>a</kbd></p>"), ("<sub>a", "<p>&lt;sub&gt;a</p>"),
        ("a</sub>", "<p>a&lt;/sub&gt;</p>"), ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("<sub>a<sup>b</sub>c</sup>", "<p>&lt;sub&gt;a<sup>b&lt;/sub&gt;c</sup></p>"),
        ("<u>*a</u>b*", "<p>&lt;u&gt;<em>a&lt;/u&gt;b</em></p>"), ("<sub>a</sub>b</sub>", "<p><sub>a</sub>b&lt;/sub&gt;</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"), ("a <!-- x --> b", "<p>a &lt;!-- x --&gt; b</p>"),
    ],
)  # fmt: skip
def test_inline(text: str, html: str) -> None:
    """Harmless tags pass bare and in pairs within one element; all else is shown as text."""
    assert _shown(text) == html


def test_details_pass_in_pairs() -> None:
    """A fold stays a fold around Markdown; one without end, or out of its place, is text."""
    fold = "<details>\n<summary>a</summary>\n\n*b*\n\n</details>"
    assert "<details>\n<summary>a</summary>\n<p><em>b</em></p>\n</details>" in _shown(fold)
    for text in (
        "<details>\n\na",
        "a\n\n</details>",
        "> <details>\n\n</details>",
        "<summary>\na\n\n</summary>",
    ):
        assert "<details>" not in _shown(text)
        assert "<summary>" not in _shown(text)


def test_folds_never_stand_in_a_paragraph() -> None:
    """A browser would end the paragraph at the fold and read the rest as another tree."""
    for text in (
        "<table><details>a</details>",
        "<table>\n<details>\n\na\n\n</details>",
        "<p\n</p> <details>\n\na\n\n<p></details>",
    ):
        html = _shown(text)
        assert "<details>" in html
        assert not re.search(r"<p>(?:(?!</p>).)*</?details", html, re.DOTALL)


def test_other_policies() -> None:
    """``escape`` shows all of it, ``trust`` passes all of it, ``sanitize`` what cannot act."""
    text = '<b onclick="x">a</b> <sub>b</sub> <i>c</i>'
    assert _shown(text, html="trust") == f"<p>{text}</p>"
    assert "<b" not in _shown(text, html="escape")
    assert "<sub" not in _shown(text, html="escape")
    assert _shown(text, html="sanitize") == "<p><b>a</b> <sub>b</sub> <i>c</i></p>"


def test_sanitised_html_keeps_to_the_options() -> None:
    """No image is fetched that the options forbid, ids have the prefix, lengths are bounded."""
    raw = '<img src="https://e.org/a.png" alt="b"> <span id="body">c</span> <a href="#body">d</a>'
    assert _shown(raw, html="sanitize") == (
        '<p><img alt="b"> <span id="md-body">c</span> '
        '<a href="#md-body" rel="nofollow noopener noreferrer ugc">d</a></p>'
    )
    allowed = render(raw, Options(html="sanitize", images=("https://e.org/",))).html
    assert '<img src="https://e.org/a.png" alt="b">' in allowed
    wide = '<math><mspace width="5000em"></mspace></math> <img width="99999" alt="e">'
    assert _shown(wide, html="sanitize") == (
        '<p><math class="math-raw"><mspace width="40em"></mspace></math> <img alt="e"></p>'
    )


_BOX = '<span class="math inline%s" data-tex="x"><!----><span class="math-box">%s</span></span>'


@pytest.mark.parametrize(
    "mathml",
    [
        "<mpadded voffset='9em'><mi>x</mi></mpadded>",
        "<mspace width='-9em'></mspace><mi>x</mi>",
        "<mspace width='600px'></mspace>",
        "<mtext>" + 20 * "x" + "</mtext>",
        "<mo minsize='9em'>(</mo><mo minsize='9em'>(</mo>",
        "<mtext><math><mi>x</mi></math></mtext><mpadded voffset='9em'></mpadded>",
    ],
)
def test_mathml_of_others_keeps_to_its_place(mathml: str) -> None:
    """It scrolls there, with or without the look of a formula; formulas have boxes for that."""
    alone = _shown(f"<math>{mathml}</math>", html="sanitize")
    assert alone.startswith('<p><math class="math-raw"><m')
    assert alone.count("math-raw") == 1
    inside = f'<math class="a">{mathml}</math>'
    assert '<math class="math-raw a">' in _shown(_BOX % ("", inside), html="sanitize")
    assert "math-raw" not in _shown(_BOX % (" math-clip", inside), html="sanitize")


def test_our_mathml_is_not_that_of_others() -> None:
    """Every formula of an answer is as under other policies."""
    text = r"$x$ $a^{b_c}$ $\raise 30em x$ $$\sum_1^2$$ $" + "+".join("abcdefghijklmnop") + "$"
    assert "math-raw" not in _shown(text, html="sanitize")
    for file in sorted((ROOT / "fixtures/answers").glob("*.md")):
        assert "math-raw" not in _shown(file.read_text("utf-8"), html="sanitize"), file.name


@pytest.mark.parametrize(
    ("level", "kept"), [("-1", False), ("-99", False), ("0", True), ("+1", True), ("+9", False)]
)
def test_letters_of_others_do_not_grow(level: str, kept: bool) -> None:
    """A level below none would make letters larger, by as much as one likes."""
    html = _shown(f'<math><mi scriptlevel="{level}">x</mi></math>', html="sanitize")
    assert ("scriptlevel" in html) == kept


def test_half_a_pair_is_no_error() -> None:
    """What no encoding has a place for is replaced, in HTML of others, too."""
    for clean in (render, shield_html):
        assert "a\ufffdb" in clean("a\ud800b", Options(html="sanitize")).html


@pytest.mark.parametrize("html", ["basic", "escape", "sanitize", "trust"])
def test_structure_is_the_same_under_every_policy(html: str) -> None:
    """Raw HTML is always read: what is a formula does not depend on what is shown of it."""
    text = '<b title="$x$">$y$</b> <code>$z$</code>\n\n<div>\n$v$\n</div>\n\n<div>\n\n$w$\n\n</div>'
    assert [f.tex for f in render(text, Options(html=html)).formulas] == ["y", "w"]


def test_encloses() -> None:
    """Tags of elements that hold text are told from empty ones and from what is no tag."""
    assert rawhtml.encloses("<b>")
    assert rawhtml.encloses("</sub>")
    assert not rawhtml.encloses("<br>")
    assert not rawhtml.encloses("<!-- a -->")
