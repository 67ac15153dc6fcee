"""The journal: whoever comes at any moment, with any number, ends with the same values."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from renderer import Options, Stream
from renderer.integrations.journal import Change, Journal
from renderer.stream import Patch

FIRST = 1000
TEXT = (
    "# On $x^2$\n\nText with \\eqref{e} and [a link][l].\n\n- one $a<b$\n- two\n\n  loose\n\n"
    "| a | b |\n|---|---|\n| $\\color{red} c$ | d |\n\n\\begin{equation}\\label{e} E=mc^2 \\end{equation}\n\n"
    "```py\nx = 1\n```\n\n[l]: https://example.org\n\nThe $\\color{blue} y$ end[^1].\n\n[^1]: note"
)


class Reader:
    """Applies changes as the client does."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.seen: int | None = None
        self.css = ""

    def take(self, change: Change) -> None:
        if change.reset:
            self.values.clear()
        for patch in change.patches:
            self.patch(patch)
        self.seen = change.number
        self.css = self.css if change.css is None else change.css

    def patch(self, patch: Patch) -> None:
        key = patch["key"]
        if patch["op"] == "drop":
            del self.values[key]  # KeyError: dropped without being there
        elif patch["op"] == "set":
            self.values[key] = patch["html"]
        else:
            self.values[key] += patch["html"]

    @property
    def html(self) -> str:
        return "".join(self.values.values())


@given(
    cuts=st.lists(st.integers(1, len(TEXT) - 1), max_size=60),
    visits=st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=60, max_size=60),
    limit=st.sampled_from([0, 500, 5_000, 65_536]),
)
def test_readers_that_skip_and_come_again_see_the_same(
    cuts: list[int], visits: list[tuple[int, bool]], limit: int
) -> None:
    """Two readers look now and then, one of them gone for good at times: all is equal, always."""
    places = sorted({0, *cuts, len(TEXT)})
    stream, journal = Stream(Options(gfm=True)), Journal(FIRST, limit)
    readers = [Reader(), Reader()]
    chunks = [TEXT[start:end] for start, end in pairwise(places)]
    for chunk, (who, anew) in zip([*chunks, None], visits, strict=False):
        patches = stream.close() if chunk is None else stream.feed(chunk)
        journal.add(patches, stream.css)
        if who < 2:
            readers[who] = Reader() if anew else readers[who]
            readers[who].take(journal.since(readers[who].seen))
            assert readers[who].html == stream.html
            assert readers[who].css == stream.css
    for reader in (*readers, Reader()):
        reader.take(journal.since(reader.seen))
        assert (reader.html, reader.css) == (stream.html, stream.css)
        assert not journal.since(reader.seen)


def test_merged_patches_are_few() -> None:
    """A reader that was away for 300 tokens gets each value once, not 300 patches."""
    stream, journal = Stream(), Journal(FIRST)
    reader = Reader()
    journal.add(stream.feed("Begin "))
    reader.take(journal.since(None))
    for _ in range(300):
        journal.add(stream.feed("word "))
    change = journal.since(reader.seen)
    assert not change.reset
    assert len(change.patches) <= 2
    reader.take(change)
    assert reader.html == stream.html


def test_journal_is_bounded() -> None:
    """However long the answer, what is kept is no more than the limit or the HTML itself."""
    stream, journal = Stream(), Journal(FIRST, 10_000)
    for number in range(2_000):
        journal.add(stream.feed(f"Paragraph {number} with $x_{number}$ in it.\n\n"))
        kept = sum(entry.weight for entry in journal._entries)
        assert kept == journal._weight <= max(10_000, len(stream.html))
    assert journal.since(FIRST).reset


def test_stranger_is_reset() -> None:
    """A number from before the beginning, or from another process, means to start over."""
    journal = Journal(FIRST)
    journal.add([{"op": "set", "key": "0", "html": "<p>a</p>"}])
    for seen in (FIRST - 1, FIRST + 2, 0, 10**17):
        change = journal.since(seen)
        assert (change.reset, change.css, change.number) == (True, "", FIRST + 1)
        assert json.dumps(change.patches) == '[{"op": "set", "key": "0", "html": "<p>a</p>"}]'
    assert not journal.since(None).reset


def test_rules_are_said_when_they_change() -> None:
    """Not with every change: a stream may have many rules."""
    journal = Journal(FIRST)
    journal.add([{"op": "set", "key": "0", "html": "a"}], ".red {}")
    journal.add([{"op": "append", "key": "0", "html": "b"}], ".red {}")
    assert journal.since(FIRST).css == ".red {}"
    assert journal.since(FIRST + 1).css is None
    assert journal.since(None).css == ".red {}"
    assert not journal.add([], ".red {}")
    assert journal.add([], ".red {} .blue {}")
    assert journal.since(FIRST + 1).css == ".red {} .blue {}"
