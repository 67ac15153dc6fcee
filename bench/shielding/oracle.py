"""MathJax as the judge: what FindTeX sees in a raw text, and whether a TeX typesets.

FindTeX knows TeX's delimiters but no Markdown, so its own mistakes are taken out here:
code is blanked before it looks, ``>`` prefixes are stripped from what it found, an opener
that runs away (over a blank line into a heading or into the next ``\\[``) is taken back and
the rest looked at again, and what no Markdown reading can make math (an inline formula
across a blank line, an opener in indented code) is dropped.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from engines import Shielded
from markdown_it import MarkdownIt

_SCRIPT = Path(__file__).with_name("findtex.mjs")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:equation|align|gather|multline|alignat|flalign|eqnarray)\*?"
    r"|aligned|gathered|split|cases|array|[pbBvV]?matrix|smallmatrix)\}"
)
_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)")
_RUNAWAY = re.compile(r"\n[ \t>]*\n[ \t>]*(?:#{1,6}[ \t]|\\\[)")
_QUOTES = re.compile(r"[ \t>*+\-]*(?:\d{1,9}[.)])?[ \t>]*")
_BACKTICKS = re.compile(r"`+")


_Found = dict[str, Any]  # tex, open, start, end: as findtex.mjs says it


@dataclass(frozen=True, slots=True)
class Expected:
    """A formula that FindTeX found; ``start`` is its offset in the text."""

    tex: str
    open: str
    start: int


class Oracle:
    """Batches questions to one Node process each; ``folder`` is where MathJax lies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def formulas(self, texts: Sequence[str]) -> list[list[Expected]]:
        """The formulas of each text, FindTeX's mistakes removed."""
        seen = [_utf16_safe(mask_code(text)) for text in texts]
        found = self._find(seen)
        while runaways := _runaways(seen, found):
            for index, start in runaways.items():
                seen[index] = seen[index][:start] + "  " + seen[index][start + 2 :]
            again = self._find([seen[index] for index in runaways])
            for index, items in zip(runaways, again, strict=True):
                found[index] = items
        return [_expected(text, items) for text, items in zip(texts, found, strict=True)]

    def _find(self, texts: Sequence[str]) -> list[list[_Found]]:
        return [answer["found"] for answer in self._ask({"text": text} for text in texts)]

    def errors(self, formulas: Sequence[tuple[str, bool]]) -> list[str | None]:
        """For each TeX and whether it is display: MathJax's complaint, or None if it typesets."""
        distinct = list(dict.fromkeys(formulas))
        answers = self._ask({"tex": tex, "display": display} for tex, display in distinct)
        known = {key: answer["error"] for key, answer in zip(distinct, answers, strict=True)}
        return [known[key] for key in formulas]

    def _ask(self, questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        asked = "".join(json.dumps(question) + "\n" for question in questions)
        done = subprocess.run(  # noqa: S603 - our own script, questions go in by stdin
            ["node", str(_SCRIPT), str(self._folder)],  # noqa: S607
            input=asked,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stderr.strip() or "findtex.mjs failed")
        return [json.loads(line) for line in done.stdout.splitlines()]


def _runaways(texts: Sequence[str], found: Sequence[Sequence[_Found]]) -> dict[int, int]:
    """Where the first runaway opener stands, for each text (by index) that has one."""
    starts: dict[int, int] = {}
    for index, (text, items) in enumerate(zip(texts, found, strict=True)):
        for item in items:
            block = item["open"] in ("\\[", "$$")
            if block and _RUNAWAY.search(text, item["start"], item["end"]):
                starts[index] = item["start"]
                break
    return starts


def _utf16_safe(text: str) -> str:
    """The text with astral characters replaced, so that JavaScript's offsets are Python's."""
    return re.sub(r"[\U00010000-\U0010ffff]", "\ufffd", text)


def mask_code(text: str) -> str:
    """The text with fenced code and code spans blanked, every offset kept."""
    lines = text.split("\n")
    closing: str | None = None
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if closing is None and fence and not (fence[1][0] == "`" and "`" in fence[2]):
            closing, lines[number] = fence[1], " " * len(line)
        elif closing is not None:
            if fence and fence[1].startswith(closing) and not fence[2].strip():
                closing = None
            lines[number] = " " * len(line)
    return "".join(map(_mask_spans, re.split(r"(\n[ \t>]*\n)", "\n".join(lines))))


def _mask_spans(paragraph: str) -> str:
    """The paragraph with code spans blanked; an escaped backtick opens none."""
    runs = [m for m in _BACKTICKS.finditer(paragraph) if not _escaped(paragraph, m.start())]
    masked, index = paragraph, 0
    while index < len(runs):
        opener = runs[index]
        same = (i for i in range(index + 1, len(runs)) if len(runs[i][0]) == len(opener[0]))
        closer = next(same, None)
        if closer is None:
            index += 1
            continue
        start, end = opener.start(), runs[closer].end()
        blank = re.sub(r"[^\n]", " ", paragraph[start:end])
        masked, index = masked[:start] + blank + masked[end:], closer + 1
    return masked


def _escaped(text: str, at: int) -> bool:
    return (at - len(text[:at].rstrip("\\"))) % 2 == 1


def _expected(text: str, found: Sequence[_Found]) -> list[Expected]:
    code = _indented_code(text)
    wanted = []
    for item in found:
        opener, start, end = item["open"], item["start"], item["end"]
        tex = _strip_quotes(text, start + len(opener), end - len(opener))
        is_environment = not opener and _ENVIRONMENT.match(tex)
        if not (is_environment or opener in ("\\(", "\\[", "$$")) or not tex.strip():
            continue  # a reference, an escaped dollar, an environment that is no math
        if opener == "\\(" and re.search(r"\n[ \t>]*\n", tex):
            continue
        if text.count("\n", 0, start) in code:
            continue
        wanted.append(Expected(tex, opener or "\\begin", start))
    return wanted


def _indented_code(text: str) -> set[int]:
    lines: set[int] = set()
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "code_block" and token.map:
            lines.update(range(*token.map))
    return lines


def _strip_quotes(text: str, start: int, end: int) -> str:
    """The slice without the ``>`` prefixes that its first line has, too."""
    first = text.rfind("\n", 0, start) + 1
    prefix = _QUOTES.match(text, first, start)
    depth = prefix[0].count(">") if prefix else 0
    tex = text[start:end]
    return re.sub(rf"\n(?:[ \t]*>){{1,{depth}}}", "\n", tex) if depth else tex


def normal(tex: str) -> str:
    """The TeX in the form that is compared: white space collapsed, known damage undone."""
    tex = unescape(tex).replace("\f", "\\f").replace("\b", "\\b")
    return " ".join(tex.strip("\u200b\ufeff").split())


def compare(
    expected: Sequence[Expected], shielded: Sequence[Shielded]
) -> tuple[list[Expected], list[Shielded]]:
    """What the oracle found and the engine did not, and the other way round.

    Dollar formulas are no business of FindTeX here; they only may stand for one of its own,
    or hold an environment that it took for a formula.
    """
    ours = Counter(normal(f.tex) for f in shielded)
    inner = [normal(f.tex) for f in shielded if "\\begin" in f.tex]
    missed = [
        e
        for e in expected
        if not _take(ours, normal(e.tex))
        and not (e.open == "\\begin" and any(normal(e.tex) in tex for tex in inner))
    ]
    theirs = Counter(normal(e.tex) for e in expected)
    extra = [
        f
        for f in shielded
        if f.markup.startswith(("\\(", "\\[", "$$", "\\begin")) and not _take(theirs, normal(f.tex))
    ]
    return missed, extra


def _take(counts: Counter[str], key: str) -> bool:
    if counts[key] <= 0:
        return False
    counts[key] -= 1
    return True
