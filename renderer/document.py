"""The data that flows out of a rendering: formulas, headings, diagnostics, the document.

Everything here is frozen and holds no reference to the parser, so that it can be
pickled, compared and sent to another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a typeset formula takes.

    Each length is a pair: so many ex, the share of mathematics, and so many em, the share of runs
    of text.  ``height`` is the whole, above and below the baseline; ``depth`` the part below it.
    """

    width: tuple[float, float]
    height: tuple[float, float]
    depth: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a long inline formula, after which a line may end.

    It ends after ``end`` children of the drawing's outermost row, the last of which is the
    operator number ``sign`` (-1 at the end of the formula).
    """

    end: int
    sign: int
    size: Size


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of a formula, and its ``signs`` by which they are found in its MathML, too.

    These are its operators that look like one where it may be broken, inside no more than
    ``depth`` brackets.
    """

    parts: tuple[Segment, ...]
    signs: tuple[str, ...]
    depth: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What typesetting a formula told at build.

    ``mathml`` is MathJax's own as MathML Core, where it was needed.  ``letters`` are the
    characters that the drawing shows in each font family of MathJax's.  An inline formula that
    may go on in the next line has ``segments``.
    """

    size: Size
    mathml: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    segments: Segments | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula of a document.

    ``source`` is the exact slice of the text that was given, delimiters and container
    prefixes (``>``, indentation) included, and begins at offset ``start``.  ``tex`` is what
    the author meant: prefixes stripped, repairs made, labels kept.  ``data_tex`` is what the
    browser hands to MathJax.  ``markup`` is the opening delimiter as it was recognised
    (``$``, ``$$``, ``\\(``, ``\\[``, ``\\begin{align}``, ``$```, `` ```math``, ``\\boxed``).
    ``index`` is zero-based in document order, ``lines`` are the first and last line,
    one-based and inclusive; ``column`` is one-based, in characters.  ``labels`` are the names it
    defines, ``numbers`` what is shown beside its rows, as TeX text: ``(3)``.  ``size`` is there
    if it was measured.
    """

    index: int
    source: str
    start: int
    tex: str
    data_tex: str
    display: bool
    markup: str
    lines: tuple[int, int]
    column: int
    labels: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    size: Size | None = None

    @property
    def label(self) -> str | None:
        """The first label, if there is one."""
        return self.labels[0] if self.labels else None

    @property
    def number(self) -> str | None:
        """The first number, if there is one."""
        return self.numbers[0] if self.numbers else None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its ``level`` (1 to 6), ``id`` in the page, plain ``text`` and inner ``html``."""

    level: int
    id: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something in the text that was repaired, is unclosed or doubtful.

    ``code`` is stable and listed in the documentation; ``line`` and ``column`` are
    one-based and count characters.
    """

    code: str
    severity: Severity
    message: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.severity}[{self.code}]: {self.message}"


FIRST_SCREEN: Final = 1_500
"""Columns of Markdown that come before the fold, where no one knows the reader's screen."""
SCREENS: Final = (FIRST_SCREEN, 2 * FIRST_SCREEN)
"""The same for each of the first screens, whose letters are told apart."""


@dataclass(frozen=True, slots=True)
class Document:
    """The result of :func:`renderer.render`.

    ``html`` is a fragment that is safe to insert into a page under the default options;
    template engines that honour ``__html__`` (Jinja2, Django, MarkupSafe) insert it without
    escaping.  ``css`` holds the few rules that this document needs besides the theme's
    (colours and reserved sizes of formulas); it may be empty.  ``letters`` are the characters that
    its measured formulas show in each font family of MathJax's, ``early`` those of the first screen
    and those of the first two, about.  ``title`` is plain text: the front matter's title or the
    first heading, ``""`` if there is neither.  ``meta`` is the front matter.
    """

    html: str
    formulas: tuple[Formula, ...] = ()
    headings: tuple[Heading, ...] = ()
    title: str = ""
    meta: Mapping[str, object] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    css: str = ""
    letters: Mapping[str, str] = field(default_factory=dict)
    early: tuple[Mapping[str, str], ...] = ()

    def __str__(self) -> str:
        return _Safe(self.html)

    def __html__(self) -> str:
        return self.html


class _Safe(str):
    """HTML, and not text: Django looks at the string of what it is to insert, and at that alone."""

    __slots__ = ()

    def __html__(self) -> str:
        return str.__str__(self)
