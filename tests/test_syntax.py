"""The syntax chapters: what they show is what comes out.

A chapter in ``fixtures/syntax`` is prose with examples.  An example is a fence marked ``example``,
with options behind the word (``example profile=strict``, and ``of=html`` for HTML that others
wrote, which is no Markdown); the fence marked ``result`` behind it
holds the HTML with each formula shortened to ``⟦inline: TeX⟧`` or ``⟦display: TeX⟧`` (numbers as
``#(1)``), a line ``= key: value`` for each entry of the front matter, and a line
``! line:column code`` for each diagnostic.  Invisible characters have visible names on both sides:
``→`` tab, ``␣`` space at the end of a line, ``␌`` form feed, ``␈`` backspace, ``␢`` zero-width
space.  ``--regen`` rewrites the results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from renderer import Document, Options, render, shield_html
from renderer.diagnostics import CODES

_NAMES, _CHARACTERS = "→␣␌␈␢", "\t \f\b\u200b"
_MEANT = str.maketrans(_NAMES, _CHARACTERS)
_SHOWN = str.maketrans(_CHARACTERS[2:], _NAMES[2:])
CHAPTERS = Path(__file__).parent.parent / "fixtures" / "syntax"
_EXAMPLE = re.compile(
    r"^(?P<fence>`{3,}) example(?P<options>[^\n]*)\n(?P<text>.*?)^(?P=fence)\n"
    r"(?:\n?^(?P<close>`{3,}) result\n(?P<result>.*?)^(?P=close)\n)?",
    re.MULTILINE | re.DOTALL,
)
_WRAPPER = re.compile(
    r'<(?P<tag>span|div) class="math (?P<kind>inline|display)[^"]*" translate="no" '
    r'data-tex="[^"]*"(?: id="[^"]*")?><!----><(?P=tag) class="math-box[^>]*>'
    r"(?:<math.*?</math>)?(?:<span[^>]*>[^<]*</span>)?</(?P=tag)></(?P=tag)>",
    re.DOTALL,
)


@dataclass(frozen=True)
class Example:
    """One example of a chapter: where it begins, its options, text and expected result."""

    line: int
    options: dict[str, object]
    text: str
    result: str


def _examples(chapter: str) -> Iterator[tuple[Example, re.Match[str]]]:
    for found in _EXAMPLE.finditer(chapter):
        line = chapter.count("\n", 0, found.start()) + 1
        options = dict(_option(word) for word in found["options"].split())
        yield Example(line, options, found["text"], found["result"] or ""), found


def _option(word: str) -> tuple[str, object]:
    name, _, value = word.partition("=")
    if value.isdigit():
        return name, int(value)
    if name == "images" and "/" in value:
        return name, (value,)
    return name, {"": True, "on": True, "off": False}.get(value, value)


def _rendered(example: Example) -> tuple[Document, str]:
    given = dict(example.options)
    make = shield_html if given.pop("of", "") == "html" else render
    text = example.text.translate(_MEANT)
    document = make(text, Options.from_mapping(given))
    shown = iter(f for f in document.formulas if f.data_tex)

    def short(_: re.Match[str]) -> str:
        formula = next(shown)
        kind = "display" if formula.display else "inline"
        numbers = "".join(f" #{number}" for number in formula.numbers)
        return f"⟦{kind}: {formula.tex}{numbers}⟧"

    lines = [_WRAPPER.sub(short, document.html).rstrip("\n").translate(_SHOWN)]
    lines += [f"= {key}: {value}" for key, value in document.meta.items()]
    lines += [f"! {d.line}:{d.column} {d.code}" for d in document.diagnostics]
    return document, "\n".join(lines) + "\n"


def _chapters() -> list[Path]:
    return sorted(CHAPTERS.glob("*.md"))


@pytest.mark.parametrize("path", _chapters(), ids=lambda path: path.stem)
def test_chapter_shows_what_comes_out(path: Path, request: pytest.FixtureRequest) -> None:
    """Every example of the syntax reference gives exactly the result printed below it."""
    chapter = path.read_text("utf-8")
    if request.config.getoption("--regen"):
        path.write_text(_regenerated(chapter), "utf-8")
        return
    examples = [example for example, _ in _examples(chapter)]
    assert examples
    for example in examples:
        assert _rendered(example)[1] == example.result, f"{path.name}:{example.line}"


def test_every_diagnostic_has_an_example() -> None:
    """A reader finds each diagnostic that a text can draw in some chapter."""
    shown = {
        diagnostic.code
        for path in _chapters()
        for example, _ in _examples(path.read_text("utf-8"))
        for diagnostic in _rendered(example)[0].diagnostics
    }
    of_files = {
        "code-not-highlighted",
        "image-not-shown",
        "page-option",
        "undefined-macro",
        "dead-link",
        "mathjax-error",
    }
    assert set(CODES) - of_files - shown == set()


def _regenerated(chapter: str) -> str:
    parts: list[str] = []
    place = 0
    for example, found in _examples(chapter):
        result = _rendered(example)[1]
        ticks = max((len(run) for run in re.findall("`{3,}", result)), default=3)
        fence = "`" * max(4, ticks + 1)
        head = chapter[found.start() : found.end("text")] + found["fence"]
        parts += [chapter[place : found.start()], f"{head}\n\n{fence} result\n{result}{fence}\n"]
        place = found.end()
    return "".join([*parts, chapter[place:]])
