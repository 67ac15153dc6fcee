"""Text that arrives in pieces: the patches lead to what one rendering gives, at little cost."""

from __future__ import annotations

import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderer import Options, Stream, render
from renderer.characters import is_plain
from renderer.stream import TAIL, Patch

from .cutting import pieces
from .test_properties import MODES, active_text

ANSWERS = sorted((Path(__file__).parents[1] / "fixtures" / "answers").glob("*.md"))


class Reader:
    """Applies patches as a page would, and remembers how often each value was sent whole."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.sent = 0
        self.sets: dict[str, int] = {}

    def apply(self, patches: list[Patch]) -> None:
        for patch in patches:
            key, html = patch["key"], patch.get("html", "")
            self.sent += len(html)
            if patch["op"] == "drop":
                del self.values[key]
            elif patch["op"] == "append":
                self.values[key] += html
            else:
                self.sets[key] = self.sets.get(key, 0) + 1
                self.values[key] = html

    @property
    def html(self) -> str:
        return "".join(self.values.values())


def streamed(text: str, options: Options | None = None, seed: int = 1, longest: int = 20) -> Reader:
    stream, reader = Stream(options), Reader()
    for piece in pieces(text, seed, longest):
        reader.apply(stream.feed(piece))
        assert reader.html == stream.html
    reader.apply(stream.close())
    assert stream.text == text
    return reader


# What a trial got wrong, each in its own way.
TRAPS = [
    "[a] b\n\n- c\n\n[a]: /u",
    "[a]\n\ntext\n\n[a]: /u\n\nmore",
    "a\n\n---\n",
    "a\n===\nb\n---\n",
    "- a\n\n- b\n\ntext",
    "> a\nb\n\nc",
    "a[^1] b[^2]\n\n[^2]: two $x$\n\n[^1]: one\n\nend",
    "see \\eqref{a}\n\n$$x \\label{a}$$\n\nand \\eqref{a}, \\eqref{b}\n\n\\begin{align}y\\label{b}\\end{align}",
    "$$\na\n\nb\n$$\n\nc",
    "$$\nwords that go on\n\nand on\n\nwithout $$ end",
    "\\[\na\n\n# b\n\n\\]",
    "text \\begin{align}\n\na\\end{align}",
    "<details>\n\n$x$\n\n</details>\n\nb",
    "<think>\na\n\nb</think> c\n\nd",
    "| a | b |\n|---|---|\n| $x|y$ | c |\n| d |\n\nend",
    "a\n| b\n--> c\n\nd",
    "```python\nx = '$a$'\n\n# b\n```\n\nc",
    "a\r\n\r\nb\rc\r\n",
    "\ufeff\ufeffa\n\n\ufeffb\n\nc\n",
    "# a\n\n# a\n\n## b\n\n# a\n",
    "\\newcommand{\\R}{\\mathbb{R}}\n\n$\\newcommand{\\Q}{q} \\Q$\n\n$\\Q$ and $\\R$\n",
    "---\ntitle: a\n---\n\nb",
]


@pytest.mark.parametrize("text", TRAPS)
@pytest.mark.parametrize("mode", [*MODES, "sanitize"])
def test_values_are_those_of_one_rendering(text: str, mode: str) -> None:
    """For every way of cutting a text that has a trap, letter by letter as well."""
    options = MODES.get(mode, Options(html="sanitize"))
    wanted = render(text, options).html
    for longest in (1, 2, 5, 50):
        assert streamed(text, options, seed=longest, longest=longest).html == wanted


@given(active_text, st.integers(0, 9), st.sampled_from(sorted(MODES)))
@example("\n\n".join(TRAPS), 1, "llm")
def test_any_text_in_any_pieces(text: str, seed: int, mode: str) -> None:
    """What one rendering gives comes out of any text, cut anywhere, in any mode."""
    assert streamed(text, MODES[mode], seed).html == render(text, MODES[mode]).html


PARTS = (
    *("\n- item ", "- b\n", "\n- c $x$", "\n1. one\n", "2. two\n\n", "3) x\n", "  - inner\n"),
    *("  para\n", "\n\n", "\n", "- [ ] t\n", "- [x] u\n", "- # h\n", "- $$\n  x\n  $$\n", "+ $$y"),
    *(
        "$$\nx\n$$\n",
        "    code\n",
        "[a]: /u\n\n",
        "[a] ",
        "* **",
        "> - q\n",
        "- ```\n  c\n",
        "\n```\n",
    ),
    *("- <details>\n", "</details>\n", "| a | b |\n|---|---|\n", "| 1 | $x|y$ |\n", "| d |\n"),
    *("| [^a] | \\eqref{a} |\n", "[^a]: note\n", "\\begin{align}\na\\label{a}\n\\end{align}\n"),
)
parts = st.lists(st.sampled_from(PARTS), max_size=20).map("".join)


@given(parts, st.integers(0, 9), st.sampled_from(sorted(MODES)))
@example("- a\n- b\n- c\n\n  d\n- e\n", 1, "llm")  # loose in the end
@example("- a\n- b\n- [ ] c\n- d\n", 1, "llm")
@example("1. $a$\n2. b:\n\n    $$\n    L\n    $$\n\n    c\n\nend\n", 1, "llm")
@example("- # a\n- b\n\n- # c\n- d\n", 2, "llm")
@example("* $$a$$\n- $$\n  x\n  $$\n", 1, "llm")
def test_lists_and_tables_in_any_pieces(text: str, seed: int, mode: str) -> None:
    """The same of texts that are finished item by item and row by row."""
    assert streamed(text, MODES[mode], seed).html == render(text, MODES[mode]).html


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_answers_arrive_whole_and_quietly(path: Path) -> None:
    """Real answers: equal at the end, and all patches together little more than the HTML."""
    text = path.read_text("utf-8")
    wanted = render(text).html
    reader = streamed(text)
    assert reader.html == wanted
    assert reader.sent < 3 * len(wanted)


def test_finished_blocks_are_not_sent_again() -> None:
    """While a later paragraph arrives, nothing is said of the earlier ones."""
    stream = Stream()
    stream.feed("# Title\n\nFirst with $x$.\n\nSecond.\n\n")
    said = [patch for piece in pieces("Third " * 200, 1) for patch in stream.feed(piece)]
    assert {patch["key"] for patch in said} <= {"2", "3", TAIL}


def test_a_block_is_set_once_if_it_only_grows() -> None:
    """Plain prose comes by appending."""
    assert streamed("word " * 500).sets == {"0": 1, TAIL: streamed("word " * 500).sets[TAIL]}


class _Shown(HTMLParser):
    """The names of elements and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)


@pytest.mark.parametrize(
    "text",
    [
        "so $a_1 * b_2 * c_3$ holds",
        "so \\(a_1 * b_2 * c_3\\) holds",
        "so\n\n$$\na_1 * b_2 * c_3\n$$\n\nholds",
        "so\n\n\\begin{align}\na_1 * b_2 * c_3\n\\end{align}\n\nholds",
        "so \\[a_1 * b_2 * c_3\\] holds",
    ],
)
def test_half_a_formula_is_shown_as_it_is(text: str) -> None:
    """Never emphasised, never red: its TeX stands in the tail until it is whole."""
    stream = Stream()
    for letter in text:
        stream.feed(letter)
        tags = _Shown(stream.html).tags
        assert not {"em", "strong", "merror"}.intersection(tags)
    stream.close()
    assert "<math" in stream.html


@pytest.mark.parametrize(
    ("chunks", "shown"),
    [
        (["so ", "$a"], "so $a"),
        (["so\n", "$a"], "so\n$a"),
        (["one two ", "x"], "one two x"),
        (["```\nx =", "1"], "x =1"),
        (["```\nx = ", "1"], "x = 1"),
        (["```\nx = 1\n", "y"], "x = 1\ny"),
        (["```\nx = 1 \n\n", "y"], "x = 1 \n\ny"),
    ],
)
def test_white_space_before_the_tail_is_shown(chunks: list[str], shown: str) -> None:
    """What waits is not glued to the word before it, and code keeps its lines."""
    stream = Stream()
    for chunk in chunks:
        stream.feed(chunk)
    assert stream.html.count("math-pending") == 1
    assert re.sub("<[^>]*>", "", stream.html) == shown


def test_money_does_not_wait_for_its_formula() -> None:
    """A dollar before a digit is text at once."""
    stream = Stream()
    for letter in "It costs $5 and then some more words. ":
        stream.feed(letter)
    assert stream.html.startswith("<p>It costs $5 and")


def test_text_is_shown_as_soon_as_it_arrives() -> None:
    """Every letter is in the values from the moment it was fed."""
    stream = Stream()
    for count in range(1, 300):
        stream.feed("a")
        assert stream.html.count("a</") + stream.html.count("a") >= count


def test_closed_stream_takes_nothing_more() -> None:
    """Feeding after the end is the caller's mistake; closing twice is none."""
    stream = Stream()
    stream.feed("a")
    stream.close()
    assert stream.close() == []
    with pytest.raises(ValueError, match="closed"):
        stream.feed("b")


def test_too_long_a_text_is_shown_as_source() -> None:
    """Past the limit the source comes whole, as from one rendering."""
    options = Options(max_source=40)
    text = "**word** " * 10
    assert streamed(text, options).html == render(text, options).html


def test_styles_of_formulas_are_told() -> None:
    """The rules beside the theme's are those of one rendering."""
    text = "$\\color{red}{x}$ and\n\n$\\color{blue}{y}$\n\nend"
    stream = Stream()
    for piece in pieces(text, 1):
        stream.feed(piece)
    stream.close()
    assert stream.css == render(text).css


@pytest.mark.parametrize("length", [10_000, 40_000])
def test_total_work_is_linear(length: int) -> None:
    """A long answer in small pieces costs no more than ten times one rendering, in calls made."""
    text = "\n\n".join(path.read_text("utf-8") for path in ANSWERS)[:length]
    once = _calls(lambda: render(text))
    assert _calls(lambda: streamed_only(text)) < 10 * once


@pytest.mark.parametrize(
    "text",
    ["- of **item** $x_{}$\n", "{}. loose $x$\n\n", "| $a_{}$ | b |\n", "para $x_{}$\n\n"],
    ids=["list", "loose list", "table", "paragraphs"],
)
def test_a_piece_costs_the_same_however_long_the_text(text: str) -> None:
    """At 100, 200 and 400 items or rows: the costliest of the last pieces, in calls made."""
    costs = []
    for count in (100, 200, 400):
        head = "| a | b |\n|---|---|\n" if text.startswith("|") else ""
        whole = head + "".join(text.format(number) for number in range(1, count))
        stream = Stream()
        fed = list(pieces(whole, 1))
        for piece in fed[:-40]:
            stream.feed(piece)
        costs.append(max(_calls(partial(stream.feed, piece)) for piece in fed[-40:]))
    assert max(costs) < 1.5 * min(costs), costs


def streamed_only(text: str) -> None:
    stream = Stream()
    for piece in pieces(text, 1):
        stream.feed(piece)
    stream.close()


def _calls(act: object) -> int:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    profile.runcall(act)  # type: ignore[arg-type]
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def test_nothing_unclean_is_shown_on_the_way() -> None:
    """Under ``html="sanitize"`` every value is sanitised, half-arrived elements as well."""
    text = 'a <b onclick="x">b</b> <img src=https://e.org/x onerror="y"> <script>z</script>\n\n<i id="w">c</i>\n'
    stream = Stream(Options(html="sanitize"))
    for letter in text * 3:
        stream.feed(letter)
        shown = _Shown(stream.html)
        assert "script" not in shown.tags
        assert not {"onclick", "onerror", "src"}.intersection(shown.attributes)
    stream.close()
    assert "b" in shown.tags


def test_what_deceives_is_neutral_on_the_way() -> None:
    """Bidi overrides never reach a value."""
    stream = Stream()
    for letter in "a \u202e b\n\nc \u202e d\n\n":
        stream.feed(letter)
        assert "\u202e" not in stream.html
    stream.close()
    assert "\u202e" not in stream.html


def test_no_tower_of_marks_in_what_waits() -> None:
    """Half a formula paints over no line around it, however many marks its author stacked."""
    stream = Stream()
    for piece in ("$\\text{a", *["\u0301\u0316\u20dd"] * 100):
        stream.feed(piece)
        assert is_plain(stream.html)
    assert "\u0301\u0316\u20dd" * 2 in stream.html
