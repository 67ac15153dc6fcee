"""Which source becomes which page?  The plan of a run, made and checked before anything is written.

    notes/a.md        -o out/        out/a.html
    notes/            -o out/        out/a.html, out/sub/b.html
    a.md              -o page.html   page.html
    -                                standard output

Whatever could destroy a source or let two pages fight for one name is refused here.
Next hop: :mod:`renderer.publish` takes one :class:`Target` from source to page.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import OptionError, SourceError
from .files import MARKDOWN, STDIN_NAME, Found, find_sources, is_html, is_within, reason

STDIN: Final = "-"
_DROPPED: Final = MARKDOWN | {".txt"}  # other endings are part of the name: v1.2 -> v1.2.html
_NAME_LIMIT: Final = 255  # bytes; of every file system in common use


@dataclass(frozen=True, slots=True)
class Target:
    """One page of a run.

    ``source`` is None for standard input and ``page`` None for standard output.  ``root`` is
    the folder whose files the page may show.
    """

    source: Path | None
    page: Path | None
    root: Path

    @property
    def name(self) -> str:
        """The source as the caller named it."""
        return STDIN_NAME if self.source is None else str(self.source)


@dataclass(frozen=True, slots=True)
class Plan:
    """The pages of a run, the folder that they go to (None: standard output), and what cannot
    become a page."""

    targets: tuple[Target, ...]
    folder: Path | None
    problems: tuple[SourceError, ...] = ()


def plan(inputs: Sequence[str], out: str | None = None) -> Plan:
    """The plan for ``inputs``, files, folders or ``-``, with the value of ``-o``.

    Raises OptionError where the output cannot take the inputs, and for an output that would
    overwrite one of them.
    """
    if out is None or out == STDIN:
        _one_input(inputs)
        return _single(inputs[0], None)
    if not _is_folder(inputs, out):
        return _checked(_single(inputs[0], Path(out)))
    _check_folder(inputs, out)
    return _checked(_many(inputs, Path(out)))


def plan_reading(inputs: Sequence[str]) -> Plan:
    """The plan for ``inputs`` of which no page is written; each source comes once."""
    targets: dict[Target, None] = {}  # an ordered set
    problems: list[SourceError] = []
    for name in inputs:
        if name == STDIN:
            targets[Target(None, None, Path())] = None
            continue
        found = _found(name)
        root = _root(name)
        targets.update((Target(source, None, root), None) for source in found.sources)
        problems.extend(found.problems)
    return Plan(tuple(targets), None, tuple(problems))


def _one_input(inputs: Sequence[str]) -> None:
    if len(inputs) > 1 or os.path.isdir(inputs[0]):
        raise OptionError("-o", "several pages need a folder to go to; name one")


def _is_folder(inputs: Sequence[str], out: str) -> bool:
    """Whether the value of ``-o`` means a folder."""
    ends = tuple(filter(None, (os.sep, os.altsep, "/")))
    many = len(inputs) > 1 or os.path.isdir(inputs[0])
    return many or out.endswith(ends) or os.path.isdir(out)


def _check_folder(inputs: Sequence[str], out: str) -> None:
    if STDIN in inputs:
        raise OptionError("-o", f"{out}: standard input needs the name of a file, not a folder")
    if Path(out).exists():  # without a slash at its end, which no file may have
        if not os.path.isdir(out):
            raise OptionError("-o", f"{out} is a file, and the pages need a folder")
    elif out.lower().endswith((".html", ".htm")):
        raise OptionError("-o", f"{out} is the name of a page, and several pages need a folder")
    real = os.path.realpath(out)
    for name in inputs:
        if os.path.isdir(name) and is_within(real, os.path.realpath(name)):
            raise OptionError("-o", f"{out} lies inside the input folder {name}")


def _single(name: str, page: Path | None) -> Plan:
    folder = page.parent if page else None
    if name == STDIN:
        return Plan((Target(None, page, Path()),), folder)
    found = _found(name)
    targets = tuple(Target(source, page, source.parent) for source in found.sources)
    return Plan(targets, folder, found.problems)


def _many(inputs: Sequence[str], out: Path) -> Plan:
    targets: dict[Target, None] = {}  # an ordered set: naming a file twice makes it once
    problems: list[SourceError] = []
    for name in inputs:
        found = _found(name)
        root = _root(name)
        targets.update((Target(s, out / page_name(s, root), root), None) for s in found.sources)
        problems.extend(found.problems)
    return Plan(tuple(targets), out, tuple(problems))


def _root(name: str) -> Path:
    return Path(name) if os.path.isdir(name) else Path(name).parent


def _found(name: str) -> Found:
    try:
        is_folder = stat.S_ISDIR(os.stat(name).st_mode)
    except OSError as error:
        return Found((), (SourceError(name or "''", reason(error)),))
    return find_sources(Path(name)) if is_folder else Found((Path(name),), ())


def page_name(source: Path, root: Path) -> Path:
    """Where the page of ``source`` goes, relative to the output as the source is to ``root``."""
    inside = source.relative_to(root)
    if is_html(source):
        return inside
    stem = inside.stem if inside.suffix.lower() in _DROPPED else inside.name
    return inside.with_name(f"{stem}.html")


# --- what is refused -------------------------------------------------------------------------


def _checked(made: Plan) -> Plan:
    """The plan without the pages that cannot be; what it still holds is safe to write."""
    problems = dict(_clashes(made.targets))
    good = tuple(target for target in made.targets if target not in problems)
    _refuse_overwriting(good)
    return Plan(good, made.folder, (*made.problems, *problems.values()))


def _clashes(targets: Iterable[Target]) -> Iterator[tuple[Target, SourceError]]:
    """The targets whose page cannot stand beside those before them, each with the reason."""
    pages: dict[str, str] = {}
    for target in targets:
        if target.page is None:
            continue
        key = _same_name(target.page)
        size = len(os.fsencode(target.page.name))
        if size > _NAME_LIMIT:
            why = f"the name of its page would have {size} bytes; {_NAME_LIMIT} are allowed"
            yield target, SourceError(target.name, why)
        elif key in pages:
            why = f"would become {target.page}, as {pages[key]} does"
            yield target, SourceError(target.name, why)
        else:
            pages[key] = target.name
    yield from _pages_below_pages(targets, pages)


def _pages_below_pages(
    targets: Iterable[Target], pages: dict[str, str]
) -> Iterator[tuple[Target, SourceError]]:
    for target in targets:
        for folder in target.page.parents if target.page else ():
            if other := pages.get(_same_name(folder)):
                why = f"would go into a folder {folder}, which is the page of {other}"
                yield target, SourceError(target.name, why)


def _same_name(path: Path) -> str:
    """Equal for names that some file system takes for one: case, composed or not."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(path)).casefold())


def _refuse_overwriting(targets: Iterable[Target]) -> None:
    sources = {_identity(target.source): target.name for target in targets if target.source}
    sources.pop(None, None)
    for target in targets:
        if target.page and (source := sources.get(_identity(target.page))):
            raise OptionError("-o", f"{target.page} would overwrite the input {source}")


def _identity(path: Path) -> tuple[int, int] | None:
    """What a file is under every name and link; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
