"""The table of delimiters: which closer belongs to which opener."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderer.delimiters import Delimiters, Opener
from renderer.marks import NONE


def _opener(text: str, place: int = 0) -> Opener:
    opener = Delimiters(text).opener(place)
    assert opener is not None, text
    return opener


def test_closer_at_the_openers_own_depth() -> None:
    """``level`` skips closers that lie deeper in braces, ``nearest`` does not (G3)."""
    text = r"\(b_{\text{if \(c\)}}\) d"
    opener = _opener(text)
    assert (opener.level, opener.nearest) == (text.rindex("\\)"), text.index("\\)"))
    assert _opener(r"\(a{b\)").level == NONE
    assert _opener(r"\(a{b\)").nearest == 5


def test_escaped_braces_do_not_count() -> None:
    r"""``\{`` and ``\}`` leave the depth alone."""
    assert _opener(r"$\{a$").level == 4
    assert _opener(r"$\\{a$").level == NONE


def test_delimiters_are_escaped_by_parity() -> None:
    """Behind an odd run of backslashes nothing opens or closes (G2)."""
    assert Delimiters(r"\$a").opener(1) is None
    assert Delimiters(r"\\$a$").opener(2) is not None
    assert _opener(r"$a\$b$").level == 5
    assert Delimiters(r"\\[4pt]").opener(1) is None


@pytest.mark.parametrize(
    ("text", "mixed"),
    [(r"\(a$", 3), (r"$a\)", 2), (r"\[a$$", 3), (r"$$a\]", 3), (r"\[a$", NONE), (r"$$a\)", NONE)],
)
def test_closers_of_mixed_pairs(text: str, mixed: int) -> None:
    """Each opener knows the nearest closer of the pair that models confuse it with (L6)."""
    assert _opener(text).mixed == mixed


def test_run_of_dollars_is_one_mark() -> None:
    """Dollars in a row are one delimiter; a single one is never part of a longer run."""
    table = Delimiters("$$a$$ $b$$$")
    assert {place: opener.mark for place, opener in table.openers.items()} == {
        0: "$$", 3: "$$", 6: "$", 8: "$$$",
    }  # fmt: skip


def test_environments_nest_by_name() -> None:
    r"""A ``\begin`` belongs to the ``\end`` of the same name at its own level (G6)."""
    text = r"\begin{a}\begin{b}\begin{a}\end{a}\end{a}"
    table = Delimiters(text)
    assert table.marks.environments[0] == ("a", text.rindex("\\end"), len(text))
    assert table.marks.environments[18][1] == text.index("\\end")
    assert 9 not in table.marks.environments


@pytest.mark.parametrize(
    "text",
    [
        "`a $b`", "``a ` $b``", '<b title="$">', "<https://a.b/$>", "[a](b?$=c)", "<code>$</code>",
        "<pre class=x> \\( </pre>", r"\$",
    ],
)  # fmt: skip
def test_no_delimiters_where_no_math_can_be(text: str) -> None:
    """Code spans, tags, autolinks, link destinations and the text of ``<code>`` hold none (G1)."""
    assert Delimiters(text).openers == {}


@pytest.mark.parametrize("text", ["`$", "a < $", "<b title=$", "[a](b $", "[a]($", "<code>$"])
def test_unfinished_markup_holds_delimiters(text: str) -> None:
    """What is no code, tag or link after all hides nothing."""
    assert len(Delimiters(text).openers) == 1


def test_backquotes_of_tex_are_no_code() -> None:
    """Backticks that would cut a group in two belong to the TeX."""
    assert _opener(r"$\text{`a'} + \text{`b'}$").level == 24


def test_text_of_code_elements_is_verbatim() -> None:
    """Places between ``<code>`` and ``</code>`` are told from those around them."""
    table = Delimiters("a <code>b</code> c")
    assert [table.is_verbatim(place) for place in (0, 8, 9, 17)] == [False, True, False, False]


def test_boxed_reaches_to_its_brace() -> None:
    r"""``\boxed{`` is listed with its closing brace, nested ones each."""
    table = Delimiters(r"\boxed{a{b}\boxed{c}} \boxed{")
    assert table.marks.boxed == {0: 20, 11: 19}


def test_where_the_search_ends() -> None:
    """Blank lines, fences and headings behind them, and openers at line starts are found."""
    text = "a\nb\n \nc\n\n# d\n\n```\n  \\[ e"
    table = Delimiters(text)
    assert table.next_blank(0) == 3
    assert text[table.next_barrier(0) :].startswith("\n# d")
    assert text[table.next_barrier(text.index("#")) :].startswith("\n```")
    assert table.next_line_start("\\[", 0) == text.index("\\[")
    assert table.next_line_start("$$", 0) == table.next_start("$$", 0) == len(text)


_MARKS = ["$", "$$", "\\(", "\\)", "\\[", "\\]", "{", "}", "\\{", "\\$", "\\\\", "a", " "]


@given(st.lists(st.sampled_from(_MARKS), max_size=14).map("".join))
def test_pairs_are_those_of_a_plain_search(text: str) -> None:
    """The one pass from the right finds what a search from every opener would find."""
    table = Delimiters(text)
    for place, opener in table.openers.items():
        closers = {"\\(": "\\)", "\\[": "\\]", "\\\\(": "\\\\)", "\\\\[": "\\\\]"}
        found = _search(text, place, opener.mark, closers.get(opener.mark, opener.mark))
        assert (opener.level, opener.nearest) == found, (text, place)


_MARKUP = [
    *_MARKS, "$", "$$", "`", "``", "<code>", "</code>", "<b ", ">", "](", ")", "\n", "\n\n",
    "\\begin{a}", "\\end{a}",
]  # fmt: skip


@given(st.lists(st.sampled_from(_MARKUP), max_size=14).map("".join))
def test_formulas_that_need_no_table(text: str) -> None:
    """What an opener shows by itself is what the table of the whole text says of it."""
    table = Delimiters(text)
    openers = table.openers
    for place in range(len(text)):
        found, known = Delimiters(text).opener(place), openers.get(place)
        if found != known:
            assert found is not None
            assert known is not None
            assert found == known._replace(mixed=NONE), (text, place)
            assert known.mixed > known.level, (text, place)
        environment = Delimiters(text).environment(place)
        assert environment == table.marks.environments.get(place), (text, place)


def _search(text: str, place: int, mark: str, closer: str) -> tuple[int, int]:
    """Closer at the opener's depth (or outside its group) and at any, by reading on from it."""
    level = nearest = NONE
    depth, here = 0, place + len(_token(text, place))
    while here < len(text) and (level == NONE or nearest == NONE):
        token = _token(text, here)
        if token[:3] == closer or (mark == "$" and token.startswith("$")):
            nearest = here if nearest == NONE else nearest
            level = here if level == NONE and depth <= 0 else level
        depth += (token == "{") - (token == "}")
        here += len(token)
    return level, nearest


def _token(text: str, place: int) -> str:
    if text[place] == "$":
        run = len(text) - place - len(text[place:].lstrip("$"))
        return text[place : place + run]
    return text[place : place + 2] if text[place] == "\\" else text[place]
