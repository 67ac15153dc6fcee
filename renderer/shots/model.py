"""The data of visual regression, frozen: what is shot, what was seen, what has changed.

There are two layers.  What a page says of its formulas (TeX, MathML, numbers, sizes in ex, errors)
holds on every machine; pixels hold only where the :class:`Fingerprint` is the same.

    Case -> browser -> Capture -> compare with the baseline's Capture -> Result with its Changes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

Scheme = Literal["light", "dark"]
State = Literal["untypeset", "typeset", "translated", "restored", "print"]
Engine = Literal["mathward", "mathjax", "katex", "mathml"]
Kind = Literal[
    "added",  # a formula that the baseline does not have
    "removed",  # one that only the baseline has
    "tex",
    "mathml",
    "number",
    "display",  # it was inline and is displayed, or the other way round
    "error",  # the typesetter's complaint of this formula came, went or changed
    "size",  # width, height or depth in ex
    "baseline",  # it sits higher or lower on its line
    "font",
    "colour",  # of the formula or of the ground it stands on
    "clipped",  # part of it is cut off, or is no longer
    "moved",  # it looks the same at another place; told of the first of those that moved together
    "pixels",  # of a formula, or (formula 0) of what is no formula
    "formulas",  # a page without a formula had some, or the other way round
    "shift",  # layout shift
    "sideways",  # the page has to be scrolled sideways
    "console",  # an error that the page reports
    "foreign",  # a host that the page asks
    "height",  # of the whole page
]
Status = Literal["same", "changed", "new", "updated"]

SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
STATES: Final[tuple[State, ...]] = ("untypeset", "typeset", "translated", "restored", "print")


@dataclass(frozen=True, slots=True)
class Case:
    """One page in one look.

    ``page`` is its name: the path below the folder that was given, without ``.html``.
    """

    page: str
    width: int
    scheme: Scheme = "light"
    state: State = "typeset"

    @property
    def name(self) -> str:
        """``blog/attention/800-light-typeset``: the path of its baseline, and what globs meet."""
        return f"{self.page}/{self.look}"

    @property
    def look(self) -> str:
        return f"{self.width}-{self.scheme}-{self.state}"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the page in CSS pixels, from its top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class FormulaRecord:
    """What was seen of one formula.

    ``index`` counts from 1 in the order of the page.  ``width``, ``height`` and ``depth`` (below
    the baseline; 0 for displayed ones) are in ex of the formula's own surroundings, to 0.01.
    ``error`` is the typesetter's complaint, ``""`` if it has none.  ``box`` is where it stands.
    """

    index: int
    engine: Engine
    tex: str
    mathml: str
    display: bool
    number: str = ""
    error: str = ""
    width: float = 0.0
    height: float = 0.0
    depth: float = 0.0
    font: str = ""
    colour: str = ""
    ground: str = ""
    clipped: bool = False
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What decides which pixels a page becomes; two equal ones draw a page alike."""

    browser: str  # name and major version: "Chromium 156"
    system: str  # "linux", "darwin", "win32"
    machine: str  # "x86_64"
    fonts: str  # digest of the installed fonts and of how they are smoothed
    ratio: float = 1.0  # device pixels for one CSS pixel

    @property
    def key(self) -> str:
        """A short name of it, for files."""
        from hashlib import sha256

        words = f"{self.browser} {self.system} {self.machine} {self.fonts} {self.ratio:g}"
        return sha256(words.encode()).hexdigest()[:8]

    def __str__(self) -> str:
        return f"{self.browser}, {self.system} {self.machine}, fonts {self.fonts}, {self.ratio:g}x"


@dataclass(frozen=True, slots=True)
class Picture:
    """The pixels of a page.

    ``digest`` is that of the file as the browser made it: equal digests are equal pictures.
    ``crops`` holds a digest of the pixels of each formula, in order, and ``bands`` one for each
    strip of the page, so that a change is found without the old picture.  ``png`` is the picture
    itself, a file of PNG or (from a baseline) WebP; None where it was not kept.
    """

    digest: str
    width: int = 0
    height: int = 0
    crops: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    png: bytes | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """What was seen of one page in one look, now or when the baseline was made.

    ``shift`` is the layout shift where room is reserved for all formulas, None elsewhere: there it
    is a matter of what arrives when.
    """

    case: Case
    formulas: tuple[FormulaRecord, ...]
    title: str = ""
    errors: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    shift: float | None = None
    sideways: int = 0
    fingerprint: Fingerprint | None = None
    picture: Picture | None = None

    @property
    def bare(self) -> Capture:
        """The same without its picture's file, of which there may be thousands."""
        picture = self.picture
        return replace(self, picture=replace(picture, png=None) if picture else None)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    ``formula`` is the index of the formula in the page as it is now (in the baseline, of a
    removed one), 0 for the page as a whole; ``tex`` and ``number`` are that formula's.
    ``message`` says all in one line: ``page: formula N (TeX): what changed``.  ``expected`` and
    ``actual`` are the two values as text.  ``was`` and ``now`` are where it stood and stands, to
    be cut out of the two pictures; None where there is nothing to be seen.
    """

    kind: Kind
    case: Case
    formula: int
    tex: str
    number: str
    expected: str
    actual: str
    message: str
    was: Box | None = None
    now: Box | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one case.

    ``same``: nothing changed; ``changed``: see ``changes``; ``new``: there was no baseline (and
    there is one now, except where nothing may be written); ``updated``: the baseline was written
    as the caller wished, and ``changes`` tells what is not as it was.  ``notes`` are remarks that
    are no findings, as that pixels could not be compared here.  The pictures of ``expected`` and
    ``actual`` hold their ``png`` where something is to be looked at, as far as they are known.
    """

    case: Case
    status: Status
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    expected: Capture | None = None
    actual: Capture | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """What came of all cases.

    ``orphans`` are baselines that no case asks for, ``problems`` pages that could not be seen.
    """

    results: tuple[Result, ...]
    orphans: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    fingerprint: Fingerprint | None = None

    @property
    def changed(self) -> Sequence[Result]:
        return [each for each in self.results if each.status == "changed"]

    @property
    def new(self) -> Sequence[Result]:
        return [each for each in self.results if each.status == "new"]
