"""Whole pages: what stands in the head, what the theme shows, and what no text can break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from renderer import OptionError, Options, render, render_page
from renderer.assets import Assets
from renderer.document import Document, Heading
from renderer.page import page
from renderer.theme import load_theme

FILE = Options(front_matter=True)
THEMES = ("plain", "paper")


class Reader(HTMLParser):
    """The elements of a page with their attributes, in order, and the text of each kind."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "link", "br", "hr", "input", "img"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of each ``tag`` that has the ``wanted`` ones."""
        found = (attrs for name, attrs in self.elements if name == tag)
        return [attrs for attrs in found if wanted.items() <= attrs.items()]


def read(text: str, options: Options | None = None, **choices: object) -> Reader:
    return Reader(render_page(text, options, **choices))  # type: ignore[arg-type]


def policy_of(found: Reader) -> str:
    (meta,) = found.all("meta", **{"http-equiv": "Content-Security-Policy"})
    return meta["content"]


# --- head ------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_head_says_what_a_browser_must_know_first(theme: str) -> None:
    """The policy comes before all else, then charset, viewport, schemes and title."""
    html = render_page("# T\n\nThe end of the matter is $x$.", theme=theme)
    assert html.startswith("<!doctype html>\n")
    found = Reader(html)
    names = [tag for tag, _ in found.elements]
    assert names[:2] == ["html", "head"]
    assert found.elements[2][1]["http-equiv"] == "Content-Security-Policy"
    assert html.encode().index(b'<meta charset="utf-8">') < 1024 - 30, "where browsers look for it"
    assert found.all("meta", name="viewport", content="width=device-width, initial-scale=1")
    assert found.all("meta", name="color-scheme", content="light dark")
    assert found.all("meta", name="referrer", content="same-origin")
    assert found.texts["title"] == ["T"]
    assert found.all("html")[0]["lang"] == "en"
    assert len(found.all("main")) == 1


@pytest.mark.parametrize("theme", THEMES)
def test_fragment_goes_in_as_it_is(theme: str) -> None:
    """The document's HTML stands in the page byte for byte, in paper cut behind its title."""
    document = render("# A $x$\n\nb\n\n> c")
    html = page(document, theme=theme)
    if theme == "plain":
        assert document.html in html
    else:
        heading, body = document.html.split("</h1>\n")
        assert heading + "</h1>" in html
        assert body in html


def test_page_without_assets_is_one_file_without_script() -> None:
    """By default nothing is linked, nothing runs, and the formula is there as MathML."""
    found = read("$x$")
    assert not found.all("script")
    assert not found.all("link")
    assert len(found.all("math")) == 1
    assert "script-src" not in policy_of(found)


def test_page_with_a_folder_links_css_and_client() -> None:
    """Beside an assets folder the page holds no css and no script of its own."""
    found = read("$x$", theme="paper", assets=Assets.folder("../a b&c"))
    theme, fonts, early = found.all("link")
    assert theme["href"].endswith("/paper.css")
    assert fonts["href"].endswith("/fonts.css")
    assert early["href"].endswith("/slim/core.js")
    (script,) = found.all("script")
    assert script["src"].endswith("/mathward.js")
    assert "defer" in script
    assert "script-src 'self'" in policy_of(found)


def test_page_without_formula_has_no_script() -> None:
    """No formula, no client: neither its tag nor leave to run one."""
    for assets in (Assets.folder(), Assets.cdn()):
        found = read("no formula", assets=assets)
        assert not found.all("script")
        assert "script-src" not in policy_of(found)


def test_inline_client_is_allowed_by_its_hash() -> None:
    """With a CDN the one script of the page is named by its hash; no other may stand inline."""
    found = read("$x$", assets=Assets.cdn())
    assert len(found.all("script")) == 1
    (rule,) = [rule for rule in policy_of(found).split("; ") if rule.startswith("script-src ")]
    assert rule.split()[1].startswith("'sha256-")
    assert "'unsafe-inline'" not in rule


def test_pictures_are_allowed_as_the_option_says() -> None:
    """The page's policy follows ``images``."""
    assert "img-src" not in policy_of(read("x"))
    assert "img-src 'self'" in policy_of(read("x", Options(images="same-origin")))


def test_trusted_html_is_not_fettered() -> None:
    """Under html="trust" the text is the author's program: no policy stands in its way."""
    assert not read("x", Options(html="trust")).all(
        "meta", **{"http-equiv": "Content-Security-Policy"}
    )


def test_css_of_the_document_goes_along() -> None:
    """The rules that this document's formulas need stand after the theme's."""
    html = page(Document(html="<p>x</p>", css=".mm-1{color:red}"))
    assert html.index("<style>.mm-1{color:red}</style>") > html.index(".page")
    assert html.count("<style>") == 2


# --- language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "lang"),
    [
        ("注意力机制的核心是加权平均。", FILE, "zh-CN"),
        ("注意力机制的核心是加权平均。", replace(FILE, lang="ja"), "ja"),
        ("---\nlang: zh-TW\n---\nx", FILE, "zh-TW"),
        ("---\nlang: zh-TW\n---\nx", replace(FILE, lang="ja"), "ja"),
        ('---\nlang: "x\\"><script>"\n---\n这是中文。', FILE, "zh-CN"),
        ("---\nlang: [a]\n---\n这是中文。", FILE, "zh-CN"),
    ],
)
def test_language_is_told_or_guessed(text: str, options: Options, lang: str) -> None:
    """The option, then front matter, then a guess; what is no language tag is passed over."""
    assert read(text, options).all("html") == [{"lang": lang, "data-lang": lang}]


def test_no_language_is_claimed_without_a_sign() -> None:
    """A wrong ``lang`` would offer translation from the wrong language: none is better."""
    assert read("$x$").all("html") == [{}]


def test_right_to_left_languages_are_set_so() -> None:
    """Arabic and Hebrew pages have their direction from the start."""
    assert read("x", Options(lang="ar-EG")).all("html") == [
        {"lang": "ar-EG", "data-lang": "ar-EG", "dir": "rtl"}
    ]


# --- title, byline ---------------------------------------------------------------------------

ARTICLE = """---
title: Why $a<b$ & more
author: {name: Lin Xi}
date: 2026-03-14
tags: [maths, 2026]
summary: About <b>order</b>.
---
## One
"""


@pytest.mark.parametrize("theme", THEMES)
def test_front_matter_makes_the_title_block(theme: str) -> None:
    """Title with its formula typeset, author, date and tags stand over the text, all escaped."""
    html = render_page(ARTICLE, FILE, theme=theme)
    found = Reader(html)
    assert len(found.all("h1")) == 1
    assert html.count("<math") == 1
    assert html.index("<h1>") < html.index('class="byline"') < html.index("<h2")
    assert found.all("time") == [{"datetime": "2026-03-14"}]
    assert found.texts["time"] == ["2026-03-14"]
    assert [" ".join(text.split()) for text in found.texts["li"]] == ["maths", "2026"]
    assert "Lin Xi" in html
    assert found.all("meta", name="description", content="About <b>order</b>.")
    assert "<b>" not in html.replace("&lt;b&gt;", "")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("front", ["", "---\ntitle: On $x$\n---\n", "---\ndate: 2026-01-02\n---\n"])
def test_title_is_shown_once(theme: str, front: str) -> None:
    """A text that opens with its title does not get another."""
    found = read(f"{front}# On $x$\n\nText.", FILE, theme=theme)
    assert len(found.all("h1")) == 1
    assert found.all("h1")[0]["id"]


def test_other_title_in_the_text_is_kept() -> None:
    """A heading that says something else than the front matter is no double."""
    found = read("---\ntitle: A\n---\n# B", FILE)
    assert found.texts["h1"] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A < b & $x^2$", "A < b & x²"),
        ("Just **some** prose with `code`.", "Just some prose with ."),
        ("word " * 30, "word " * 11 + "word…"),
        ("汉" * 100, "汉" * 60 + "…"),
        ("$$x$$", "mathward"),
        ("", "mathward"),
    ],
)
def test_title_is_never_empty(text: str, title: str) -> None:
    """The first heading as plain text, else the first words, else our name."""
    assert read(text).texts["title"] == [title]


@pytest.mark.parametrize(
    ("meta", "tags"),
    [("a", ["a"]), (["a", None, 3, True, "", ["b"]], ["a", "3"]), ({"x": 1}, []), (None, [])],
)
def test_odd_front_matter_is_harmless(meta: object, tags: list[str]) -> None:
    """Any value that YAML can hold gives a page; what is no name is left out."""
    odd = {"tags": meta, "author": meta, "date": meta, "title": 7, "summary": meta, "lang": meta}
    found = Reader(page(Document(html="<p>x</p>", meta=odd)))
    assert found.texts.get("li", []) == tags


@pytest.mark.parametrize("theme", THEMES)
def test_front_matter_cannot_break_out(theme: str) -> None:
    """Markup in front matter is text in every place that a theme shows it."""
    evil = '"><script>alert(1)</script>'
    names = ("title", "author", "date", "summary", "lang")
    meta: dict[str, object] = {**dict.fromkeys(names, evil), "tags": [evil]}
    found = Reader(page(Document(html="<p>x</p>", title=evil, meta=meta), theme=theme))
    assert not found.all("script")
    assert evil in found.texts["h1"][0]
    assert evil in "".join(found.texts["div"])


def test_empty_text_gives_a_page() -> None:
    """Nothing, blanks or front matter alone make a valid page."""
    for text in ("", " \n\t\n", "---\ntitle: t\n---\n"):
        assert render_page(text, FILE, theme="paper").endswith("</html>\n")


# --- contents --------------------------------------------------------------------------------


def outline_of(text: str) -> list[tuple[int, str, str]]:
    """Depth, target and text of each line of the contents."""

    class Contents(HTMLParser):
        depth = 0
        found: list[tuple[int, str, str]]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.depth += tag == "ol"
            if tag == "a":
                self.found.append((self.depth, dict(attrs)["href"] or "", ""))

        def handle_endtag(self, tag: str) -> None:
            self.depth -= tag == "ol"

        def handle_data(self, data: str) -> None:
            if self.lasttag != "ol" and self.found and data.strip():
                depth, target, text = self.found[-1]
                self.found[-1] = (depth, target, text + data)

    html = render_page(text, theme="paper")
    if "<nav" not in html:
        return []
    reader = Contents()
    reader.found = []
    reader.feed(html[html.index("<ol>") : html.index("</nav>")])
    return reader.found


def test_contents_are_the_tree_of_headings() -> None:
    """Each heading below the title is listed under the one it belongs to, skipped levels too."""
    text = "# T\n\n## A\n\n#### B\n\n### C\n\n## D\n"
    assert outline_of(text) == [
        (1, "#md-a", "A"),
        (2, "#md-b", "B"),
        (2, "#md-c", "C"),
        (1, "#md-d", "D"),
    ]


def test_short_texts_have_no_contents() -> None:
    """Two headings below a title need no list."""
    assert outline_of("# T\n\n## A\n\n## B") == []
    assert len(outline_of("## A\n\n## B\n\n## C")) == 3


def test_contents_hold_formulas_but_no_link_and_no_id() -> None:
    """A heading's formula is typeset in the contents; its links and ids would be doubles."""
    text = "## A $x^2$ [b](https://e.org)[^1]\n\n## C\n\n## D\n\n[^1]: note"
    html = render_page(text, theme="paper")
    nav = html[html.index("<nav") : html.index("</nav>")]
    assert "<math" in nav
    assert "e.org" not in nav
    assert " id=" not in nav
    heading = Heading(2, "md-x", "a < b", 'a <i id="md-y">b</i>')
    shown = page(Document(html="", headings=(heading,) * 3), theme="paper")
    assert 'id="md-y"' not in shown
    assert shown.count("a &lt; b") == 3


def test_contents_of_very_many_headings_cost_what_they_are() -> None:
    """Thousands of headings in any order of levels make a page, without deep recursion."""
    headings = tuple(
        Heading(level, f"md-{n}", "t", "t") for n in range(900) for level in range(1, 7)
    )
    html = page(Document(html="", headings=headings), theme="paper")
    assert html.count('<a href="#md-') == len(headings)


# --- theme -----------------------------------------------------------------------------------


def test_theme_may_be_given_as_object_or_folder(root: Path) -> None:
    """A loaded theme saves reading it again for each page; the page is the same."""
    by_name = render_page("x", theme="paper")
    assert render_page("x", theme=load_theme("paper")) == by_name
    assert render_page("x", theme=root / "themes" / "paper") == by_name


def test_unknown_theme_is_an_option_error() -> None:
    """The caller learns the names there are."""
    with pytest.raises(OptionError, match=r"known themes: .*paper, plain"):
        render_page("x", theme="nosuch")


def test_date_with_time_shows_its_day() -> None:
    """The machine's form keeps the time, the reader sees the day."""
    noon = datetime(2026, 3, 14, 12, 30)
    found = Reader(page(Document(html="", meta={"date": noon})))
    assert found.all("time") == [{"datetime": "2026-03-14T12:30:00"}]
    assert found.texts["time"] == ["2026-03-14"]
    assert Reader(page(Document(html="", meta={"date": date(2026, 3, 14)}))).texts["time"] == [
        "2026-03-14"
    ]
    assert Reader(page(Document(html="", meta={"date": "spring"}))).all("time") == [{}]
