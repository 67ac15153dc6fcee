"""The text that is parsed and the way back to the text that was given."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from renderer.source import Source

texts = st.lists(
    st.sampled_from(["a", "b", "\n", "\r", "\r\n", "\0", "\ud800", "\ufeff", "\u2028", "é"])
)


@given(texts.map("".join))
@example("\ufeff\r\n\ra\r\n")
def test_every_character_is_found_again(given_text: str) -> None:
    """An offset into the parsed text leads to the character that stood there."""
    source = Source(given_text)
    for offset, char in enumerate(source.text):
        original = given_text[source.original(offset)]
        same = original == char or (char == "\n" and original == "\r")
        assert same or (char == "\ufffd" and original in "\0\ud800")
    assert source.original(len(source.text)) == len(given_text)


def test_line_ends_and_unusable_characters() -> None:
    """CRLF and CR are line ends, NUL and lone surrogates become U+FFFD, one mark in front goes."""
    assert Source("\ufeffa\r\nb\rc\0\ud800\ufeff").text == "a\nb\nc\ufffd\ufffd\ufeff"


@given(texts.map("".join))
def test_lines_and_columns(given_text: str) -> None:
    """Lines and columns count from one, as a plain split does."""
    source = Source(given_text)
    lines = source.text.split("\n")
    for offset in range(len(source.text) + 1):
        line, column = source.position(offset)
        before = source.text[:offset].split("\n")
        assert (line, column) == (len(before), len(before[-1]) + 1)
        assert source.line_of(offset) == line - 1
    for index, content in enumerate(lines):
        end = source.line_end(index)
        assert source.text[end - len(content) : end] == content
