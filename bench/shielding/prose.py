"""Judging without an oracle: TeX left in what a reader sees, prose caught in a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

FORMULA, CODE = "\ufffc", "\ufffd"
_EM_OPEN, _EM_CLOSE = "\x02", "\x03"
_UNSEEN = {"pre", "code", "kbd", "samp", "script", "style", "textarea", "math", "template"}
_BLOCKS = {"p", "div", "li", "td", "th", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "br", "dt", "dd"}
_VOID = {"br", "hr", "img", "input", "wbr", "col"}


class _Prose(HTMLParser):
    """Collects visible text; formulas and code become one character each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            if tag not in _VOID:
                self._skipped.append(tag)
            return
        classes = (dict(attrs).get("class") or "").split()
        if "math" in classes or tag in _UNSEEN:
            self.parts.append(FORMULA if "math" in classes or tag == "math" else CODE)
            self._skipped.append(tag)
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("em", "strong"):
            self.parts.append(_EM_OPEN)

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("em", "strong"):
            self.parts.append(_EM_CLOSE)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.parts.append(data)


def visible(html: str) -> str:
    """The text that a reader sees besides formulas and code, emphasis marked."""
    parser = _Prose()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


_COMMAND = re.compile(r"(?<![\w:\\])\\[A-Za-z]{2,}|\\(?:begin|end)\{|[\w)\]}|][\^_]\{")
_DELIMITER = re.compile(r"\\[()\[\]]|\$\$")
# an amount (`$5 = $6`) has a space before the second dollar or a digit after it
_DOLLARS = re.compile(r"(?<!\$)\$([^$\n]{0,200}[^$\s])\$(?![$\d])")
_TEXLIKE = re.compile(r"\\[A-Za-z]|[\^_{}=<>≤≥∈π]|^[A-Za-z]$")
_EMPHASIS = re.compile(_EM_OPEN + "([^\x02\x03]*)" + _EM_CLOSE)
_MARKS = str.maketrans("", "", _EM_OPEN + _EM_CLOSE)


def leftovers(html: str) -> Iterator[tuple[str, str]]:
    """Each piece of TeX in visible prose, as its kind and an excerpt around it."""
    marked = visible(html)
    text = marked.translate(_MARKS)
    for match in _COMMAND.finditer(text):
        yield "command", _around(text, match)
    for match in _DELIMITER.finditer(text):
        yield "delimiter", _around(text, match)
    for match in _DOLLARS.finditer(text):
        if _TEXLIKE.search(match[1]) and FORMULA not in match[1]:
            yield "dollars", _around(text, match)
    for match in _EMPHASIS.finditer(marked):
        if _cuts_tex(marked, match):
            yield "emphasis", _around(marked, match).replace("\x02", "⟦").replace("\x03", "⟧")


def _cuts_tex(marked: str, emphasis: re.Match[str]) -> bool:
    """Whether an emphasis was made of stars or underscores that belonged to TeX."""
    before = marked[max(0, emphasis.start() - 1) : emphasis.start()]
    after = marked[emphasis.end() : emphasis.end() + 1]
    inside = emphasis[1]
    if re.search(r"\\[A-Za-z]{2,}|[\^_]\{", inside):
        return True
    glued = re.compile(r"[A-Za-z0-9}\])=+({\\^_]")
    short = not re.search(r"[A-Za-z]{4,}|[一-鿿]", inside)
    return bool(short and before and after and glued.match(before) and glued.match(after))


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 60) : match.end() + 60].replace("\n", "⏎")


_TEXT_COMMAND = re.compile(
    r"\\(?:text[a-z]*|mbox|hbox|mathrm|mathbf|mathit|mathsf|mathtt|operatorname\*?|label|tag\*?"
    r"|ref|eqref|ce|mathop|intertext|boldsymbol|underbrace|overbrace)\s*"
    r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
)
_ANY_COMMAND = re.compile(r"\\(?:begin|end)\{\w+\*?\}|\\[A-Za-z]+")
_PROSE = re.compile(r"(?:\b[A-Za-z]{3,}\b[ \t\n,.;:'-]+){3,}\b[A-Za-z]{3,}\b|[一-鿿]{8,}")
_INNER = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[()\[\]]|(?<!\\)\$)")


def suspicious(tex: str) -> Iterator[tuple[str, str]]:
    """Signs that a formula took more than its own: long prose, or another's delimiter."""
    bare = _TEXT_COMMAND.sub(" ", tex)
    prose = _PROSE.search(_ANY_COMMAND.sub(" ", bare))
    if prose:
        yield "prose", prose[0][:120]
    inner = _INNER.search(bare)
    if inner:
        yield "swallowed", _around(bare, inner)
