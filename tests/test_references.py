r"""References to equations: right numbers in both directions, links that work by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from renderer import Options, render, render_page
from renderer.browser.session import Tab

EQUATIONS = r"""See \eqref{eq:b} and \ref{b2}.

\begin{equation}\label{eq:a} a < 1 \end{equation}

\begin{align}
b &= \frac{1}{2} \label{eq:b} \\
c &= \text{by \eqref{eq:a}} \label{b2} \notag \\
d &= \eqref{eq:b}
\end{align}

\[ e \tag*{$\ast$} \label{star} \]

由\eqref{eq:a}得 \cref{eq:a, eq:b}, \autoref{eq:a}, \Cref{b2}, \ref{star}, \eqref{star}.
"""


def links(html: str) -> list[Tag]:
    return list(BeautifulSoup(html, "html.parser").select("a.math-ref"))


def codes(text: str) -> list[str]:
    return [d.code for d in render(text).diagnostics]


def test_references_show_the_numbers() -> None:
    """In prose and in formulas, forwards and backwards, one label or several."""
    doc = render(EQUATIONS)
    prose = [link.text for link in links(doc.html)]
    assert prose == ["(2)", "3", "(1)", "(1)", "(2)", "(1)", "(3)", "∗", "(∗)"]
    assert r"\text{by (1)}" in doc.formulas[1].data_tex
    assert "d &= \\text{(2)}\n\\tag{3}" in doc.formulas[1].data_tex
    assert not doc.diagnostics


def test_label_without_a_number_is_for_the_next_row_that_has_one() -> None:
    """As in MathJax; and what has no number at all is still a link, with question marks."""
    doc = render("\\[x \\label{q}\\]\n\nsee \\eqref{q}, $\\ref{q}$")
    (link,) = links(doc.html)
    assert (link.text, link["href"]) == ("(???)", "#md-eq-q")
    assert doc.formulas[1].data_tex == r"\text{???}"


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\eqref{a}", r"\text{(1)}"),
        (r"\text{by \eqref{a}}", r"\text{by (1)}"),
        (r"\text{by {\ref{a}} and $\ref{a}$}\ref{a}", r"\text{by {1} and $\text{1}$}\text{1}"),
        (r"\mathrm{x \eqref{a}}", r"\mathrm{x \text{(1)}}"),
        (r"x \tag{\ref{a}'}", r"x \tag{1'}"),
        (r"\text{50\$ \ref{a}}", r"\text{50\$ 1}"),
        (r"\}\ref{a}", r"\}\text{1}"),
        (r"\{\ref{a}", r"\{\text{1}"),
    ],
)
def test_references_in_formulas_become_text(tex: str, expected: str) -> None:
    """As math a reference is text, and inside text it is no text in text, which MathJax refuses."""
    doc = render(f"\\begin{{equation}}\\label{{a}}x\\end{{equation}}\n\n\\[{tex}\\]")
    assert doc.formulas[1].data_tex == expected


def test_tags_that_refer() -> None:
    r"""``\tag{\ref{a}'}`` shows the number it names, also where it is referred to; loops end."""
    text = (
        "\\begin{equation}\\label{a}x\\end{equation}\n\n\\[y \\tag{\\ref{a}'} \\label{b}\\]\n\n"
        "\\[z \\tag{\\ref{d}} \\label{c}\\]\n\n\\[z \\tag{\\ref{c}} \\label{d}\\]\n\n"
        "\\eqref{b} \\eqref{c} \\eqref{d}"
    )
    doc = render(text)
    assert doc.formulas[1].numbers == ("(1')",)
    assert [link.text for link in links(doc.html)] == ["(1')", "(???)", "(???)"]


def test_long_tag_is_not_repeated() -> None:
    """Many references to a tag of a thousand letters do not make a page of millions."""
    text = f"\\[x \\tag{{{'A' * 1000}}} \\label{{a}}\\]\n\n$" + "\\ref{a}" * 900 + "$"
    assert len(render(text, Options(mathml=False)).html) < 60_000


def test_every_link_has_its_anchor() -> None:
    """Each link leads to an id of this document: the formula's, or one right before it."""
    html = render(EQUATIONS, Options(id_prefix="p7-")).html
    soup = BeautifulSoup(html, "html.parser")
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids)) == 4
    assert {str(link["href"])[1:] for link in links(html)} == set(ids)
    assert all(str(each).startswith("p7-eq-") for each in ids)
    first = soup.select_one("#p7-eq-b")
    assert first is not None
    assert "display" in first["class"]
    row = soup.select_one("#p7-eq-b2")
    assert row is not None
    assert row.find_next("div") is first


def test_links_of_two_documents_differ() -> None:
    """With an id_prefix for each, no link of one document leads into another."""
    found = [
        {link["href"] for link in links(render(EQUATIONS, Options(id_prefix=prefix)).html)}
        for prefix in ("a-", "b-")
    ]
    assert found[0]
    assert not found[0] & found[1]


def test_links_are_kept_from_translators() -> None:
    """Number, link and comma carry both marks; the title says the formula without backslash."""
    html = render(EQUATIONS).html
    for link in links(html):
        marked = [link, *link.find_all(True)]
        assert all(each["translate"] == "no" and "notranslate" in each["class"] for each in marked)
        assert "\\" not in link["title"]
    assert str(links(html)[2]["title"]).startswith("a<1")


def test_what_is_wrong_with_labels_is_said_where_it_stands() -> None:
    """Unknown, duplicate and unused labels are diagnostics; their text stays readable."""
    text = (
        "\\begin{equation}\\label{a} x \\end{equation}\n\n\\eqref{nope} $\\ref{no}$\n\n"
        "\\begin{equation}\\label{a} y \\end{equation}\n"
    )
    doc = render(text)
    found = [(d.code, d.line) for d in doc.diagnostics]
    assert sorted(found) == [
        ("duplicate-label", 5), ("unknown-label", 3), ("unknown-label", 3), ("unused-label", 1),
    ]  # fmt: skip
    assert r"\eqref{nope}" in BeautifulSoup(doc.html, "html.parser").text
    assert doc.formulas[1].data_tex == r"\text{???}"
    assert doc.html.count('id="md-eq-a"') == 1


@pytest.mark.parametrize(
    "text",
    [r"`\eqref{a}`", r"\\eqref{a}", "    \\eqref{a}", r"<b title='\eqref{a}'>", r"\eqrefs{a}"],
)
def test_what_is_no_reference(text: str) -> None:
    """Code, escaped backslashes, attributes and other commands are left alone."""
    html = render("\\begin{equation}a\\label{a}\\end{equation}\n\n" + text).html
    assert "math-ref" not in html


@pytest.mark.parametrize(
    "frame", ["# {}", "> {}", "- {}", "**{}**", "| a |\n|---|\n| {} |", "x[^1]\n\n[^1]: {}"]
)
def test_references_stand_wherever_text_does(frame: str) -> None:
    """Headings, quotes, lists, emphasis, tables and footnotes hold working references."""
    html = render(
        "\\begin{equation}a\\label{a}\\end{equation}\n\n" + frame.format(r"\eqref{a}")
    ).html
    assert [link.text for link in links(html)] == ["(1)"]


def test_no_link_inside_a_link() -> None:
    """In a link's text a reference is text."""
    html = render("\\begin{equation}a\\label{a}\\end{equation}\n\n[by \\eqref{a}](/x)").html
    assert not links(html)
    assert "(1)" in BeautifulSoup(html, "html.parser").select("a")[0].text


NAMES = st.text(alphabet="aB1:-_. <>&\"'\\é定理", min_size=1, max_size=8).map(str.strip)


@given(
    st.lists(
        NAMES.filter(lambda name: name and "," not in name), min_size=1, max_size=5, unique=True
    )
)
def test_any_name_makes_an_anchor(names: list[str]) -> None:
    """Whatever labels are called, ids are unique, safe in HTML, and every link finds its own."""
    text = "".join(
        f"\\begin{{equation}}{number}\\label{{{name}}}\\end{{equation}}\n\n\\eqref{{{name}}}\n\n"
        for number, name in enumerate(names)
    )
    soup = BeautifulSoup(render(text).html, "html.parser")
    ids = [str(element["id"]) for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"md-eq-[\w-]+", each) for each in ids)
    for link in soup.select("a.math-ref"):
        assert str(link["href"])[1:] in ids


def test_works_without_javascript(tmp_path: Path, open_page: Callable[..., Tab]) -> None:
    """A click on a number goes to the formula and marks it, with JavaScript switched off."""
    page = tmp_path / "page.html"
    filler = "\n\n".join(["text"] * 80)
    page.write_text(render_page(f"{EQUATIONS}\n\n{filler}\n\n\\eqref{{eq:b}}"), encoding="utf-8")
    tab = open_page(page, java_script_enabled=False, viewport={"width": 600, "height": 400})
    tab.page.locator("a.math-ref").last.click()
    target = tab.page.locator(".math.display:target")
    assert target.count() == 1
    box = target.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 400
    plain = tab.page.locator(".math.display:not(:target)").first
    colour = "element => getComputedStyle(element).backgroundColor"
    assert target.evaluate(colour) != plain.evaluate(colour)
