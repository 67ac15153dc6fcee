"""CommonMark: our parser gives the HTML of markdown-it-py wherever no formula is in question.

The 652 examples come from the npm package ``commonmark-spec``, which npm fetches at the first run
into pytest's cache; it is not part of the repository.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from renderer import Options, render

_PACKAGE = "commonmark-spec@0.31.2"
_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)

# Examples that hold math delimiters: number 12 escapes every ASCII sign, "\[" and "\]" among them.
HOLD_MATH = {12}

# Blocks may nest 100 deep in ours and 20 in the preset; what is compared stays below both.
STOCK = MarkdownIt("commonmark", {"maxNesting": 100})
TABLES = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
PLAIN = Options.commonmark()
GFM = Options(
    profile="strict", html="trust", links="any", images="any",
    cjk_emphasis=False, heading_ids=False, think="off",
)  # fmt: skip


@pytest.fixture
def spec(root: Path, pytestconfig: pytest.Config) -> str:
    """The text of CommonMark's specification, from node_modules, the cache or npm."""
    installed = root / "node_modules" / "commonmark-spec" / "spec.txt"
    if installed.is_file():
        return installed.read_text("utf-8")
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("commonmark-spec")
    if not (folder / "package.tgz").is_file():
        _fetch(folder)
    with tarfile.open(folder / "package.tgz") as package:
        member = package.extractfile("package/spec.txt")
        assert member is not None
        return member.read().decode("utf-8")


def _fetch(folder: Path) -> None:
    """Fails without npm or network: 652 examples left out unseen would be worse than a red test."""
    npm = shutil.which("npm")
    assert npm, "npm is needed to fetch CommonMark's examples"
    with TemporaryDirectory(dir=folder) as own:  # two workers may be here at once
        command = [npm, "pack", "--silent", "--pack-destination", own, _PACKAGE]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"npm cannot fetch {_PACKAGE}: {done.stderr.strip()[-300:]}"
        (package,) = Path(own).iterdir()
        package.replace(folder / "package.tgz")


def _examples(spec: str) -> list[str]:
    return [markdown.replace("→", "\t") for markdown, _ in _EXAMPLE.findall(spec)]


def test_examples_of_the_specification(spec: str) -> None:
    """All 652 examples give markdown-it-py's HTML, but for those that hold math delimiters."""
    examples = _examples(spec)
    assert len(examples) == 652
    differing = {
        number
        for number, markdown in enumerate(examples, 1)
        if render(markdown, PLAIN).html != STOCK.render(markdown)
    }
    assert differing == HOLD_MATH


def test_examples_hold_for_models_too(spec: str) -> None:
    """Repairs and doubts of the llm profile find no formula in the examples but in number 12."""
    found = {
        number
        for number, markdown in enumerate(_examples(spec), 1)
        if render(markdown, Options(html="trust")).formulas
    }
    assert found == HOLD_MATH


# Random documents

_INLINE = (
    "a|b c|word|*|**|***|_|__|`|``|[x]|[|]|(u)|![|](u)|<b>|</b>|<!-- c -->|<http://a.b>|\\|\\*|\\\\|\\`"
    '|&amp;|&#35;|!|"t"|<|>|é|。|中文|（|）|#|1.|-|+|=|~|(|)|[a](b "c")|[a][x]|\'|  \n|\\\n|\n|\t| | |  '
).split("|")
_LINES = (
    "|- |+ |1. |2) |> |>|# |###### |## h ##|===|---|***|    |  |\t|```|```` x|~~~|[x]: /u|[x]: <u> 'ti'"
    "|<div>|</div>|<pre>|<script>|</script>|<!--|-->|<?x|?>|<![CDATA[|]]>|<!X>|* * *|- - |10. |[y]:"
).split("|")
_ROWS = "a;b;*c*;`d`;\\;\\\\;é;:;-;--;:-:; ;  ;<b>;[x](u);~~e~~;**;`;~~".split(";")

words = st.lists(st.sampled_from(_INLINE), max_size=8).map("".join)
flat_lines = st.builds(str.__add__, st.sampled_from(_LINES), words)


def _nested(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Blocks inside a quote, a list item or each other, at times badly indented."""
    first = st.sampled_from(["> ", "- ", "1. ", "+  ", ">", "- - ", "10) "])
    rest = st.sampled_from(["> ", "  ", "   ", "    ", "", ">"])
    inside = st.tuples(first, rest, blocks).map(
        lambda parts: parts[0] + parts[2].replace("\n", "\n" + parts[1])
    )
    return st.one_of(inside, st.lists(blocks, min_size=2, max_size=3).map("\n".join))


paragraphs = st.lists(flat_lines, min_size=1, max_size=5).map("\n".join)
documents = st.recursive(st.one_of(paragraphs, words, st.just("")), _nested, max_leaves=6)

cells = st.lists(st.sampled_from(_ROWS), max_size=3).map("".join)
rows = st.lists(cells, min_size=1, max_size=4).map("|".join)
rulers = st.lists(
    st.sampled_from(["-", ":-", "-:", ":-:", " --- ", "- -", ""]), min_size=1, max_size=4
)


@dataclass(frozen=True)
class _Table:
    """The parts of a table, some of which may not fit each other."""

    head: str
    ruler: str
    body: str
    prefix: str

    def __str__(self) -> str:
        return f"{self.head}\n{self.ruler}\n{self.body}".replace("\n", "\n" + self.prefix)


tables = st.builds(
    _Table,
    st.one_of(rows, rows.map("|{}|".format), words),
    rulers.map("|".join) | rulers.map("|".join).map("|{}|".format),
    st.lists(st.one_of(rows, rows.map("|{}|".format), flat_lines), max_size=3).map("\n".join),
    st.sampled_from(["", "", "> ", "  "]),
).map(str)

_MATH = re.compile(r"\$|\\\(|\\\[|\\begin")
# Autolinks, footnotes, alerts, task lists: markdown-it-py has none of ours or has them differently.
_OF_GFM = re.compile(r"www\.|https?:|@|\[\^|\[!|\[[ xX]?\]|\u00a0")


@given(documents)
@example("![a\nb <i>c</i> ](u)")
@example("a  \n\tb\\\n> - c\nlazy")
def test_random_documents(text: str) -> None:
    """Without math delimiters, ``Options.commonmark()`` gives markdown-it-py's HTML."""
    assume(not _MATH.search(text))
    assert render(text, PLAIN).html == STOCK.render(text)


@given(st.one_of(documents, tables))
@example("|a|b|\n|:-|-:|\n|c\\|d|`e\\|f`|")
@example("a|b\n-|-\x0c")
def test_random_tables(text: str) -> None:
    """GFM's tables are markdown-it-py's, with a class where that has a style."""
    assume(not _MATH.search(text) and not _OF_GFM.search(text))
    assume("\\\\|" not in text)  # an escaped backslash and a border, as cmark-gfm reads it
    assert render(text, GFM).html == _classed(TABLES.render(text))


def _classed(html: str) -> str:
    return re.sub(r' style="text-align:(left|center|right)"', r' class="md-\1"', html)
