"""Characters that deceive the reader are made visible; those that a language needs stay."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer import Options, render, render_page
from renderer.characters import _BLOCKS, neutral, neutral_html
from renderer.files import encoded

RLO, LRE, RLE, PDF, LRI, RLI, FSI, PDI = "\u202e\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
SHOWN = "\ufffd"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
HIDDEN = "".join(chr(0xE0000 + ord(char)) for char in "ignore all")

LEGITIMATE = [
    "שלום\u200f (אבג)\u200e abc", "مرحبا\u061c 100%", f"{RLI}שלום{PDI}, {FSI}name{PDI}", f"{RLE}שלום{PDF}.",
    f"{RLI}א {LRI}b{PDI} ג{PDI}", ENGLAND, "👩‍👩‍👧‍👦 👩🏽‍🚀 ❤️ 1️⃣", "क्षत्रिय श्रीमान् र्‍क", "ภาษาไทยน้ำที่นั่น", "Tiếng Việt ở",
    "Tie\u0302\u0301ng Vie\u0323\u0302t", "שָׁלוֹם בְּרֵאשִׁ֖ית", "བསྒྲུབས་", "Z" + "\u0301" * 7, "می‌خواهم", "葛\U000e0100",
    "soft\u00adhyphen zero\u200bwidth",
]  # fmt: skip
DECEPTIVE = [
    (f"exe{RLO}gpj.moc", f"exe{SHOWN}gpj.moc"), (f"a{LRI}b", f"a{SHOWN}b"), (f"a{PDI}b{PDF}", f"a{SHOWN}b{SHOWN}"),
    (f"{RLI}a{PDF}b{PDI}", f"{RLI}a{SHOWN}b{PDI}"), (f"a{HIDDEN}b", f"a{SHOWN}b"),
    ("\U0001f3f4" + HIDDEN, "\U0001f3f4" + SHOWN), ("Z" + "\u0301" * 8, "Z" + "\u0301" * 7),
    ("a" + "\u0e49" * 400, "a" + "\u0e49" * 7), ("😀" + "\U000e0101" * 90, "😀" + "\U000e0101" * 7),
    ("\U00011366" * 9, "\U00011366" * 7), ("a\0b", f"a{SHOWN}b"),
]  # fmt: skip


@pytest.mark.parametrize("text", LEGITIMATE)
def test_what_languages_need_stays(text: str) -> None:
    """Hebrew, Arabic, Persian, Indic, Thai, Tibetan, Vietnamese, emoji and flags are untouched."""
    assert neutral(text) == text
    document = render(f"# {text}\n\n{text}")
    assert text in document.html
    assert document.title == text
    assert document.diagnostics == ()


@pytest.mark.parametrize(("text", "shown"), DECEPTIVE)
def test_what_deceives_is_shown(text: str, shown: str) -> None:
    """Overrides, open isolates, hidden tags and towers of marks leave something to be seen."""
    assert neutral(text) == shown
    assert neutral(shown) == shown


# Every place of a text that reaches a reader, with "{}" for the character or its entity.
PLACES = {
    "prose": "a {} b", "heading": "# a {}", "strong": "**a {}b** c", "link": "[a{}](https://a.example)",
    "link's title": '[a](b "c {}")', "alternative text": "![a {}](b.png)", "table": "|a|\n|-|\n|{}|", "cell": "- [ ] a {}",
    "footnote": "a[^1]\n\n[^1]: b {}", "raw HTML": "<b {}>", "reasoning": "<think>\na {}\n</think>", "alert": "> [!NOTE]\n> {}",
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("html", ["basic", "escape", "sanitize"])
def test_no_place_lets_them_through(place: str, html: str) -> None:
    """As characters or entities, in text or attributes, under every policy for untrusted text."""
    for char in (RLO, LRI, HIDDEN[0], "Z" + "\u0301" * 9):
        for written in (char, "".join(f"&#x{ord(c):X};" for c in char)):
            document = render(PLACES[place].format(written), Options(html=html))
            shown = document.html + document.title + "".join(h.html for h in document.headings)
            assert char not in shown
            if written == char and char != LRI:
                assert "deceptive-character" in {d.code for d in document.diagnostics}


@pytest.mark.parametrize("text", ["`a{}b`", "```\na{}b\n```", "```python\na{}b\n```", "    a{}b\n"])
def test_code_names_them(text: str) -> None:
    """Trojan Source: in code a control is named even where it is balanced, highlighted or not."""
    html = render(text.replace("{}", f"{RLI}x{PDI}"), Options(highlight=True)).html
    assert "[U+2067]" in html
    assert "[U+2069]" in html
    assert not {RLI, PDI} & set(html)


@pytest.mark.parametrize("tex", ["x_{{1{}}}", "\\text{{a{}}}", "\\ce{{A{}}}"])
def test_formulas_show_nothing_else_than_they_hold(tex: str) -> None:
    """Neither the TeX for MathJax, nor MathML, nor the text of a title; the source is verbatim."""
    for char in (RLO, HIDDEN, "a" + "\u0301" * 9):
        text = f"# ${tex.format(char)}$"
        document = render(text)
        (formula,) = document.formulas
        assert formula.source == text[2:]
        assert char not in formula.data_tex + document.html + document.title


def test_an_isolate_may_not_outlive_its_element() -> None:
    """What is opened inside a link, a cell or a block is closed there, or it is shown."""
    html = render(f"[a{RLI}b](https://a.example){PDI}\n\n{LRI}c **d{PDI}**").html
    assert not {RLI, LRI, PDI} & set(html)
    kept = f"<p>{RLI}a <strong>b</strong>{PDI}</p>"
    assert neutral_html(kept) == kept


def test_a_tag_in_an_attribute_is_none() -> None:
    """A bracket in quotes does not end the tag, so text stays text."""
    html = f'<p><a title="> <code>" href="a">{RLI}b{PDI}</a></p>'
    assert neutral_html(html) == html


def test_titles_of_pages() -> None:
    """Front matter is text as any other: title, author, tags and summary."""
    front = 'title: "a\\u202Eb\\0"\nauthor: "c\\u202E"\ntags: ["d\\u202E"]\nsummary: "e\\u202E"'
    page = render_page(f"---\n{front}\n---\nx", Options(front_matter=True))
    assert RLO not in page
    assert "\0" not in page
    assert b"\0" not in encoded(page)
    assert "<title>a\ufffdb\ufffd</title>" in page


def test_trusted_text_is_left_alone() -> None:
    """``html="trust"`` is for one's own text, and plain CommonMark is to be exact."""
    assert RLO in render(RLO, Options.commonmark()).html


def test_blocks_hold_every_mark() -> None:
    """No combining mark of this Python's Unicode lies outside the ranges that are looked at."""
    known = {code for block in _BLOCKS for code in block}
    every = (code for code in range(0x110000) if unicodedata.category(chr(code)) in ("Mn", "Me"))
    assert [hex(code) for code in every if code not in known] == []


@given(
    st.text(
        st.sampled_from(
            [*"ab <>&`*\n", RLO, LRE, RLE, PDF, LRI, RLI, FSI, PDI, HIDDEN[0], "\u0301"]
        )
    )
)
def test_nothing_is_left_open(text: str) -> None:
    """Of any text, each control that stays has its partner, and a second pass changes nothing."""
    shown = neutral(text)
    opened = sum(map(shown.count, (LRE, RLE))), sum(map(shown.count, (LRI, RLI, FSI)))
    assert opened == (shown.count(PDF), shown.count(PDI))
    assert neutral(shown) == shown
    html = render(text).html
    assert neutral_html(html) == html


def test_chapters_are_untouched(root: Path) -> None:
    """Nothing that an ordinary text holds is taken for deception."""
    for path in (root / "fixtures" / "answers").glob("*.md"):
        codes = {d.code for d in render(path.read_text("utf-8")).diagnostics}
        assert "deceptive-character" not in codes
