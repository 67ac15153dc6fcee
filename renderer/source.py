"""The text that is parsed, and the way back from it to the text that was given.

Byte order mark, line ends, NUL and lone surrogates are normalised before parsing, so that the
same document gives the same HTML however its file was saved.  Offsets into the given text
survive: :attr:`Formula.source <renderer.document.Formula.source>` is a slice of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_LINE_END = re.compile(r"\r\n?")
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class Source:
    """``text`` is what is parsed; offsets and lines are zero-based here."""

    def __init__(self, given: str, *, is_first: bool = True) -> None:
        """``is_first``: nothing stands before ``given``, so it may begin with a byte order mark."""
        self.given = given
        self._begin = 1 if is_first and given.startswith("\ufeff") else 0
        text = given[self._begin :]
        self._joined: list[int] = []  # where, in the parsed text, a "\r\n" became one character
        if "\r" in text:
            text = self._normalise_line_ends(text)
        self.text = _UNUSABLE.sub("\ufffd", text)
        self.starts = [0, *(m.end() for m in re.finditer("\n", self.text))]

    def _normalise_line_ends(self, text: str) -> str:
        for match in _LINE_END.finditer(text):
            if len(match.group()) == 2:
                self._joined.append(match.start() - len(self._joined))
        return _LINE_END.sub("\n", text)

    def original(self, offset: int) -> int:
        """The offset into the given text of an offset into the parsed one."""
        return self._begin + offset + bisect_right(self._joined, offset - 1)

    def line_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def line_end(self, line: int) -> int:
        """The offset behind the last character of ``line``, its line end not counted."""
        if line + 1 < len(self.starts):
            return self.starts[line + 1] - 1
        return len(self.text)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of ``offset``, one-based."""
        line = self.line_of(offset)
        return line + 1, offset - self.starts[line] + 1
