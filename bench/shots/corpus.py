"""The pages: the answers of ``fixtures`` in each theme, prerendered or not, as users do it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from renderer.shots.model import Case, Scheme
from renderer.theme import known_themes

from .. import tools

ANSWERS: Final = Path(__file__).parents[2] / "fixtures" / "answers"
_LOOKS: Final[tuple[tuple[int, Scheme], ...]] = (
    (800, "light"),
    (390, "dark"),
    (1280, "light"),
    (320, "dark"),
    (1280, "dark"),
)
_HEADING: Final = re.compile(r"^(?=#{1,3} )", re.MULTILINE)
_PIECE: Final = 1_200


@dataclass(frozen=True, slots=True)
class Page:
    """A page on disk, what it was made from and how, and the look in which it is seen."""

    case: Case
    source: Path
    path: Path
    theme: str
    prerendered: bool


def pages(work: Path, *, cut: bool = False) -> list[Page]:
    """All pages, made in ``work`` if they are not there.

    ``cut``: the answers are cut into pages of one or two screens, which are sooner looked at.
    """
    sources = _cut(work / "parts") if cut else sorted(ANSWERS.glob("*.md"))
    found: list[Page] = []
    for theme in known_themes():
        for prerendered in (False, True):
            name = f"{theme}-prerendered" if prerendered else theme
            folder = work / ("cut" if cut else "pages") / name
            if not folder.is_dir():
                render(sources, folder, theme, prerendered=prerendered)
            for source in sources:
                width, scheme = _LOOKS[len(found) % len(_LOOKS)]
                case = Case(f"{folder.parent.name}/{name}/{source.stem}", width, scheme)
                path = folder / f"{source.stem}.html"
                found.append(Page(case, source, path, theme, prerendered))
    return found


def parts(markdown: str) -> list[str]:
    """A text cut before headings into pieces of about :data:`_PIECE` characters."""
    found = [""]
    for section in _HEADING.split(markdown):
        if len(found[-1]) > _PIECE:
            found.append("")
        found[-1] += section
    return found


def _cut(folder: Path) -> list[Path]:
    """The parts of the answers, as files."""
    folder.mkdir(exist_ok=True)
    made = []
    for answer in sorted(ANSWERS.glob("*.md")):
        for number, text in enumerate(parts(answer.read_text("utf-8")), 1):
            path = folder / f"{answer.stem}-{number}.md"
            path.write_text(text, "utf-8")
            made.append(path)
    return made


def render(sources: Sequence[Path], folder: Path, theme: str, *, prerendered: bool) -> None:
    """Render as a user does, by ``mathward render``."""
    flags = ["-q", "--theme", theme, *(["--prerender"] if prerendered else [])]
    tools.render(*flags, "-o", f"{folder}/", *map(str, sources))
