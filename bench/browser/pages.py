"""One page per engine from the same Markdown: whatever differs is the engine's.

The rivals' pages are our own page without script, policy or MathML, each formula in the element
that pandoc writes: ``<span class="math inline">\\(..\\)</span>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from renderer import Document, Options, render, render_page
from renderer.assets import Assets
from renderer.page import page as page_of

from .. import tools
from . import rivals
from .engines import Engine

_WRAPPER = re.compile(
    r'<(span|div) class="math (inline|display)[^>]*?( id="[^"]*")?><!----><\1 class="math-box[^>]*>'
    r'<span class="math-tex[^>]*>[^<]*</span></\1></\1>'
)
_REFERENCE = re.compile(r'<a class="math-ref[^>]*>.*?</a>', re.DOTALL)
_EQREF = re.compile(r"\\eqref\{[^}]*\}")
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')


@dataclass(frozen=True, slots=True)
class Truth:
    """What a page must show: the number of each numbered formula, by its place, each reference."""

    formulas: int
    numbers: dict[int, str]
    references: tuple[str, ...]
    target: str
    """The id of the last heading, where jumps lead."""


class UnavailableError(Exception):
    """The page of an engine cannot be made here; says why."""


def truth_of(markdown: str) -> Truth:
    """The truth about the page of ``markdown``."""
    document = render(markdown, Options(mathml=False))
    shown = {label: f.numbers[0] for f in document.formulas for label in f.labels}
    return Truth(
        formulas=len(document.formulas),
        numbers={f.index: f.numbers[0] for f in document.formulas if f.numbers},
        references=tuple(shown[each[7:-1]] for each in _EQREF.findall(markdown)),
        target=document.headings[-1].id,
    )


def write(engine: Engine, markdown: str, folder: Path, work: Path) -> Path:
    """The engine's page of ``markdown``, written into ``folder``; raises UnavailableError."""
    target = folder / engine.name / "index.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    if engine.form in ("rendered", "prerendered"):
        _by_command(markdown, target, prerendered=engine.form == "prerendered")
        return target
    if engine.form == "native":
        target.write_text(render_page(markdown, assets=Assets.none()), "utf-8")
        return target
    options = Options(mathml=False)
    document = render(markdown, options)
    html = page_of(_given(document, markdown, engine, work), options)
    html = _POLICY.sub("", html).replace("</head>", f"{engine.head}\n</head>", 1)
    target.write_text(html, "utf-8")
    return target


def _by_command(markdown: str, target: Path, *, prerendered: bool) -> None:
    """The page as a user makes it, by ``mathward render``."""
    source = target.with_suffix(".md")
    source.write_text(markdown, "utf-8")
    flags = ["--prerender"] if prerendered else []
    try:
        tools.render(*flags, "-o", str(target), str(source))
    except tools.ToolError as error:
        raise UnavailableError(str(error)) from None


def _given(document: Document, markdown: str, engine: Engine, work: Path) -> Document:
    """The document with its formulas in the engine's form."""
    if engine.form == "authored":
        formulas = [_delimited(f.tex, display=f.display) for f in document.formulas]
        references: Sequence[str] | None = _EQREF.findall(markdown)
    elif engine.form == "resolved":
        formulas = [_delimited(f.data_tex, display=f.display) for f in document.formulas]
        references = None
    else:
        formulas = rivals.katex_html([(f.data_tex, f.display) for f in document.formulas], work)
        references = None
    html = with_formulas(document.html, formulas, references)
    return Document(html=html, headings=document.headings, title=document.title)


def with_formulas(html: str, formulas: Sequence[str], references: Sequence[str] | None) -> str:
    """``html`` with these in place of its formulas and, unless None, these of its references."""
    html = _replaced(_WRAPPER, html, formulas, _in_pandoc_form)
    if references is None:
        return html
    return _replaced(
        _REFERENCE, html, references, lambda _, ref: f'<span class="math-ref">{ref}</span>'
    )


def _in_pandoc_form(found: re.Match[str], formula: str) -> str:
    return f'<{found[1]} class="math {found[2]}"{found[3] or ""}>{formula}</{found[1]}>'


def _replaced(
    pattern: re.Pattern[str],
    html: str,
    parts: Sequence[str],
    write: Callable[[re.Match[str], str], str],
) -> str:
    """``html`` with one part, in order, for each match; there have to be as many."""
    count = sum(1 for _ in pattern.finditer(html))
    if count != len(parts):
        raise ValueError(f"{len(parts)} parts for {count} places")
    left = iter(parts)
    return pattern.sub(lambda found: write(found, next(left)), html)


def _delimited(tex: str, *, display: bool) -> str:
    bare = display and tex.startswith("\\begin{equation}")
    left, right = ("", "") if bare else ("\\[", "\\]") if display else ("\\(", "\\)")
    return escape(f"{left}{tex}{right}", quote=False)
