"""Cost grows with the length of the text and no faster, whatever the text.

Work is counted and not only timed: the calls that a rendering makes are the same on every machine.
What happens inside one call, a search or a slice, is seen by the clock alone, so CPU time is
compared, too, with a generous bound and several tries.
"""

from __future__ import annotations

import cProfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import pytest

from renderer import Formula, Options, render
from renderer.document import Drawn, Size

OPTIONS = Options(front_matter=True, definition_lists=True)
STEP = 2.4  # calls at twice the length; 2 is linear, 2.8 the power 1.5, 4 quadratic
SPAN = 20  # CPU time at eight times the length; 8 is linear, 23 the power 1.5, 64 quadratic

SLOW = 0.04  # seconds; beyond that no larger text is tried

Maker = Callable[[int], str]

# Repeated to the length asked for: what a construct costs when it is never closed, always closed,
# or closed by something else.
DOLLARS = [
    "$", "$ ", "$a ", "$a$ ", "$$ ", "$$x$$ ", "${ ", "$ {$ ", "$x\\) ", "$`a", "$5 ", "\\$ ", "\u200b$a$",
    "$\\label{a}$ ", "$\\tag{$ ", "$\\ref{a}$ ", "$\\newcommand{\\a}{b}\\a$ ", "$\\frac{a}{b}$\n",
]  # fmt: skip
BACKSLASHES = [
    "\\(", "\\(a ", "\\(a\\) ", "\\(x$ ", "x\\) ", "\\\\(", "\\[", "\\[a ", "\\[ a \\] ", "a \\[ b\nc \\] d\n",
    "x\\] ", "\\\\[\n", "\\\\", "\\a ", "\\text{$a", "\\boxed{", "\\boxed{\\boxed{a}", "\\(a$ \\[b$$ ",
    "\\eqref{a} ", "\\begin{", "\\begin{align} ", "\\begin{align}\n\n", "a\n\\begin{align}\n",
    "\\begin{align}\\begin{gather}", "\\end{align}", "\\begin{x}", "\\begin{align}a\\label{b}\\end{align}\n",
]  # fmt: skip
BLOCKS = [
    "$$\n", "$$\n\n", "$$ {\n\n", "$$a\n", "a $$\n- b\n", "text\n$$\nx\n$$\n", "$$\nwords words words\n\n",
    "# a\n$$\n", "a\n\\[\n", "\\[ a\n\n", "# $x$\n", "# a\n", "a\n=\n", "---\n", "- - - ", "```\n", "a\n~~~\n",
    "```math\na\n```\n", "> ", "> a\nb\n", "> > > a\n", "> $$\n", "> $$\n> a\n\n", "- ", "- a\nb\n", "- $$\n",
    "- $$\n\n  a\n", "1. $$\nx\n", "+ $$\n* $$\n- $$\n", "> - > - 1. a\n", "- [ ] a\n", "> [!NOTE]\n> a\n\n",
    ": a\n", "a\n: b\n", "|", "|a", "| $x$ ", "| a |\n|---|\n", "|a|b|\n|-|\n", "a\r\n", "\t", "  \n", "\n",
    "<think>\n", "a\n<think>\n", "<think>a</think>\n", "> <think>\n",
]  # fmt: skip
INLINE = [
    "`", "` ", "`a` ", "`` ` ", "`$ ", "*", "*a ", "**a", "*a* ", "_a ", "a*", "a**b_c*", "*_~~", "***a* ",
    "**a *b _c ", "_*a", "~~a ", "~~a~~ ", "中**（", "**重**点", "&lt;", "&a", ":", '"', "www.", "www.a.b ",
    "http://", "http://a.b)) ", "@", "a@b", "a@a.", "a@b.cc ",
]  # fmt: skip
# Quotes behind which a line without a marker goes on with no paragraph, or with one.
QUOTES = [
    "> # h\na\n", "> ***\na\n", "> ```\na\n", "> <br>\na\n", "> [!NOTE]\na\n", "> |a|\n> |-|\na\n",
    "> - # h\na\n", ">     code\na\n", "> > # h\n> a\n", "> > # h\na\n", "> - > # h\na\n", ">\na\n",
    "- > # h\n  a\n", "> - # h\n> a\nb\n", "> # h\n> > # h\na\n", "> $$\n> # h\na\n", "> \\[\n> # h\na\n", "> ` $$\n> # h\na\n", "> [x]: /u\n\"a\n",
    "> [^1]: # h\na\n", "> " * 30 + "# h\na\n",
]  # fmt: skip
BRACKETS = [
    "[", "[]", "]", "]( ", "[a](", "[a](b) ", "[[a](b)", "[a][", '[a](b "', "[a](<b", "[a]((", "a](b)", "![",
    "![a](b) ", "![\\(a](b)", "![[]()", "[a]: b\n", '[a]: u "\n', "[a]: <\n", "[a\n", "[^", "[^a]", "[^a]:",
    "[^a]: b\n", "[^a]: b\n    ", "[^a]: b [^a]\n\n", "[a](http://中文.example) ", "[a.bc](http://b.cd) ",
]  # fmt: skip
MARKUP = [
    "<code>", "a </code> ", "<pre>\n\n", "a <b> ", "a < ", "a <!-- ", "a <? ", "a <![CDATA[ ", "a <!A ",
    "a <b='", '<a b="c" ', "<sub>a", "</sub>a", "<sub>a</sub>", "<details>\n\n", "<details><summary>a</summary>\n\n",
]  # fmt: skip

# Made for a weak spot: what is far apart, what shares one closer, what is judged again and again.
MADE: dict[str, Maker] = {
    "parentheses, one closer": lambda n: "\\(a " * (n // 4) + "\\)",
    "brackets, few closers": lambda n: _repeated("\\[a " * 60 + "\\] ", n),
    "brackets before a link": lambda n: "\\[a " * (n // 4) + "\\](b)",
    "dollars in braces": lambda n: "x$b {" * (n // 8) + "}$ " * (n // 8),
    "backtick runs of every length": lambda n: "".join("`" * k + "{ " for k in range(int(n**0.5))),
    "backtick runs far apart": lambda n: (
        "".join("`" * k + " " for k in range(int(n**0.5)))
        + "{" * (n // 4)
        + "".join("`" * k + " " for k in range(int(n**0.5)))
    ),
    "norms in a cell": lambda n: "| a |\n|---|\n| $" + "\\|" * (n // 2) + "$ |",
    "a wide table": lambda n: "|" + "a|" * (n // 4) + "\n|" + "-|" * (n // 4) + "\n|a\n|a",
    "a table of bars": lambda n: "|a|b|\n|-|-|\n" + "|" * n,
    "a table of openers": lambda n: "|a|b|\n|-|-|\n" + "|$$|\\[\n" * (n // 8),
    "hosts of many labels": lambda n: "[" + "a." * (n // 2) + "](http://x.yy)",
    "hosts with hyphens": lambda n: "[" + "a-" * (n // 2) + "](http://x.yy)",
    "a host in Chinese": lambda n: "[a](http://" + "中" * n + ")",
    "a host with accents": lambda n: "<http://" + "é" * n + ">",
    "closing parentheses": lambda n: "http://a.b" + ")" * n,
    "marks above a heading": lambda n: "# a" + "\u0301\u0316" * (n // 2),
    "many link definitions": lambda n: "".join(f"[a{i}]: u\n" for i in range(n // 12)),
    "one link definition": lambda n: "[a]: b\n\n" + "[a] " * (n // 4),
    "one footnote": lambda n: "[^a]: b\n\n" + "[^a] " * (n // 5),
    "many footnotes": lambda n: "".join(f"[^{i}]: u [^{i + 1}]\n\n" for i in range(n // 18)) + "[^0]",
    "footnote labels": lambda n: "[^a]: b\n\n" + ("[^" * 450 + "] ") * (n // 902 + 1),
    "images in images": lambda n: "![" * 20 + "\\(a " * (n // 4) + "](b)" * 20,
    "deep quotes": lambda n: ("> " * 90 + "a\n") * (n // 182 + 1),
    "deep quotes of headings": lambda n: ("> " * 90 + "# h\na\n") * (n // 186 + 1),
    "a lazy paragraph": lambda n: "> a\n" + "b\n" * (n // 2),
    "a lazy paragraph in deep quotes": lambda n: "> " * 40 + "a\n" + "b\n" * (n // 2),
    "lazy paragraphs in ever fewer quotes": lambda n: _repeated(
        "".join("> " * depth + "a\n" for depth in range(40, 0, -1)) + "b\n" * 40 + "\n", n
    ),
    "deep lists": lambda n: ("- " * 60 + "a\n") * (n // 122 + 1),
    "beyond the deepest": lambda n: "> " * (n // 2),
    "environments of many names": lambda n: (
        "".join(f"\\begin{{{_letters(i)}}}" for i in range(n // 30))
        + "".join(f"\\end{{{_letters(i)}}}" for i in reversed(range(n // 30)))
    ),
    "long formulas": lambda n: _repeated("$" + "a+" * 1_000 + "$ ", n),
    "deep groups": lambda n: _repeated("$" + "\\sqrt{" * 200 + "}" * 200 + "$ ", n),
    "wide matrices": lambda n: _repeated("\\begin{align}" + "a&b\\\\" * 200 + "\\end{align}\n", n),
    "one endless formula": lambda n: "$" + "a+" * (n // 2) + "$",
    "labels": lambda n: "".join(f"$$a\\label{{l{i}}}$$\n\n\\eqref{{l{i}}}\n\n" for i in range(n // 34)),
    "macros that double": lambda n: (
        "$\\newcommand{\\a}{b}$\n\n" + "".join(f"$\\newcommand{{\\{chr(98 + i)}}}{{\\a\\a}}$" for i in range(20))
        + "$\\a$ " * (n // 5)
    ),
    "equal headings": lambda n: "# a\n" * (n // 4),
    "front matter": lambda n: "---\n" + "a: b\n" * (n // 5) + "---\n",
    "front matter never closed": lambda n: "---\n" + "a: b\n" * (n // 5),
    "one word": lambda n: "a" * n,
    "prose": lambda n: "plain words and **more** of them, \n" * (n // 35),
}  # fmt: skip


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _repeated(snippet: str, length: int) -> str:
    return snippet * (length // len(snippet) + 1)


SNIPPETS = [*DOLLARS, *BACKSLASHES, *BLOCKS, *QUOTES, *INLINE, *BRACKETS, *MARKUP]
INPUTS: dict[str, Maker] = {**{repr(s): partial(_repeated, s) for s in SNIPPETS}, **MADE}


def _measure(text: str) -> tuple[int, float]:
    """Calls and CPU seconds of one rendering."""
    profile = cProfile.Profile()
    begin = time.process_time()
    profile.runcall(render, text, OPTIONS)
    taken = time.process_time() - begin
    return sum(entry.callcount for entry in profile.getstats()), taken


def _is_linear(maker: Maker, first: int = 700, last: int = 256_000) -> tuple[bool, str]:
    """Whether cost goes with length, and the figures; sizes double until a rendering is slow."""
    size, calls, seconds = first, list[int](), list[float]()
    while len(calls) < 4 or (seconds[-1] < SLOW and size <= last):
        counted, taken = _measure(maker(size))
        calls.append(counted)
        seconds.append(taken)
        size *= 2
    steps = all(more <= STEP * less + 2_000 for less, more in pairwise(calls))
    span = seconds[-1] <= SPAN * max(seconds[-4], SLOW / 30)
    return steps and span, f"calls {calls}, seconds {[round(s, 3) for s in seconds]}"


@pytest.mark.parametrize("name", INPUTS)
def test_cost_is_linear(name: str) -> None:
    """Calls double where the text doubles, and CPU time goes with them."""
    render(INPUTS[name](100), OPTIONS)  # what is imported or cached at first use
    for _ in range(3):  # the clock, not the count, may fail on a busy machine
        linear, figures = _is_linear(INPUTS[name])
        if linear:
            return
    pytest.fail(figures)


@pytest.mark.heavy
@pytest.mark.parametrize("name", INPUTS)
def test_cost_stays_linear_up_to_a_megabyte(name: str) -> None:
    """The same at lengths at which copying a line for each formula in it would show."""
    linear, figures = _is_linear(INPUTS[name], 125_000)
    assert linear, figures


@pytest.mark.parametrize(
    "length", [256_000, pytest.param(1_024_000, marks=pytest.mark.heavy, id="a megabyte")]
)
def test_one_long_line(length: int) -> None:
    """A document without a line end costs per character what a short one costs."""
    sentence = (
        "so $a_1 < b$ and **so** on in one line, \\(x\\) costs $5 and nothing more than that, "
        "see [here](b) and `there` if you like, 变量$x$是 \\[y\\] words words words, \\(a "
    )
    growths = []
    for _ in range(3):
        short, long = (_seconds(_repeated(sentence, size)) for size in (length // 16, length))
        growths.append(long / short)
        if growths[-1] < 24:
            return
    pytest.fail(f"sixteen times the text takes {min(growths):.1f} times as long")


def test_reserved_sizes_are_linear() -> None:
    """A formula of a size of its own is not weighed against the sizes of all before it."""

    def drawn(formulas: Sequence[Formula]) -> list[Drawn]:
        return [Drawn(Size((1 + each.index, 0), (2, 0), (1, 0))) for each in formulas]

    def calls(count: int) -> int:
        text = "".join(f"$x_{{{number}}}$\n\n" for number in range(count))
        profile = cProfile.Profile()
        profile.runcall(render, text, OPTIONS, typeset=drawn)
        return sum(entry.callcount for entry in profile.getstats())

    calls(10)
    assert all(more <= STEP * less for less, more in pairwise(map(calls, (250, 500, 1000))))


def _seconds(text: str) -> float:
    begin = time.process_time()
    render(text, OPTIONS)
    return time.process_time() - begin


def test_count_sees_quadratic_work() -> None:
    """The check fails for work that grows with the square, in calls as in a single call."""

    def calls(text: str, options: Options) -> None:
        for _ in range(len(text) ** 2 // 3_000):
            len(text)

    def one_call(text: str, options: Options) -> None:
        b"".join([b"a" * 40] * (len(text) ** 2 // 100))

    for work in (calls, one_call):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(globals(), "render", work)
            assert not _is_linear("a".__mul__)[0]
