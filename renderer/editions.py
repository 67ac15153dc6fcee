"""An assets folder for web applications: each edition below a name that tells its content.

MathJax asks for its own files by name, so a name with a hash for each file would lead nowhere.
Here it is the folder that has one: ``DIR/0.1.0-3f2a91c07b5d/mathward.js``.  All below it may be
cached for ever, a new version changes every address at once, and pages that are still open find
the files of the edition they began with.

    DIR/mathward.json       which edition is current, and since when others are not
    DIR/EDITION/..          what :func:`renderer.assets.install` writes
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from . import __version__
from .assets import digests, install
from .cache import default_cache
from .errors import OutputError
from .files import reason, sweep, write_if_changed
from .theme import Theme, known_themes, load_theme

RECORD: Final = "mathward.json"
FRAGMENT: Final = "fragment"
"""The look of a fragment in a page of someone else's: formulas, and what its classes mean."""

KEPT: Final = 7 * 24 * 3600.0
"""Seconds for which a superseded edition stays, for pages that are open or cached."""

_EDITION: Final = re.compile(r"\d[\w.]*-[0-9a-f]{12}")
_CSS: Final = Path(__file__).parent / "client" / "fragment.css"


@dataclass(frozen=True, slots=True)
class Installed:
    """What became of an assets folder; ``removed`` and ``kept`` are superseded editions."""

    edition: str
    files: int
    written: int
    removed: tuple[str, ...]
    kept: tuple[str, ...]


def looks(*more: str | Path) -> tuple[Theme, ...]:
    """The themes of an edition: what fragments need, our own themes, and ``more`` of them."""
    fragment = Theme(FRAGMENT, "", _CSS.read_text(encoding="utf-8"), (), {})
    own = [fragment, *map(load_theme, known_themes())]
    return (*own, *(theme for theme in map(load_theme, more) if theme not in own))


def edition_of(themes: Iterable[Theme]) -> str:
    """The name of the edition with these themes; what is in it decides it."""
    return _name(digests(themes))


def install_edition(folder: Path, themes: Iterable[Theme], *, prune: bool = False) -> Installed:
    """Put the edition with these themes into ``folder``, and take away what is out of use.

    Only folders that an earlier run has recorded are taken away: those superseded a week ago,
    or all of them to ``prune``.  Raises OutputError and EnvironmentFault as ``install`` does.
    """
    themes = tuple(themes)
    files = digests(themes)
    name = _name(files)
    sweep(folder, deep=True)
    written = install(folder / name, themes)
    now = time.time()
    superseded = _superseded(folder, name, now)
    old = {each for each, since in superseded.items() if prune or since < now - KEPT}
    kept = {each: since for each, since in superseded.items() if each not in old}
    # First the record: a run that ends here leaves a folder too many and none too few.
    _record(folder, name, kept)
    for each in sorted(old):
        _remove(folder / each)
    return Installed(name, len(files), written, tuple(sorted(old)), tuple(sorted(kept)))


def _name(files: Mapping[str, str]) -> str:
    """The name of the edition with these files, by their digests."""
    told = json.dumps(sorted(files.items()))
    return f"{__version__}-{sha256(told.encode()).hexdigest()[:12]}"


def scratch_folder() -> Path:
    """A folder of this user's to install into where the application names none."""
    folder = default_cache() / "assets"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:  # a container without a home, or one that cannot be written to
        return Path(tempfile.mkdtemp(prefix="mathward-assets-"))


def _superseded(folder: Path, current: str, now: float) -> dict[str, float]:
    """The recorded editions that are there and no longer current, and since when."""
    record = _read(folder / RECORD)
    since = record.get("superseded")
    known = dict(since) if isinstance(since, dict) else {}
    known.setdefault(record.get("edition"), now)
    return {
        name: float(when)
        for name, when in known.items()
        if name != current and _is_ours(folder, name) and isinstance(when, int | float)
    }


def is_edition(name: object) -> bool:
    """Whether an edition may be called so."""
    return isinstance(name, str) and _EDITION.fullmatch(name) is not None


def _is_ours(folder: Path, name: str) -> bool:
    """Whether this is a folder of ours; the record may be anybody's."""
    if not is_edition(name):
        return False
    place = folder / name
    return place.is_dir() and not place.is_symlink()


def _read(path: Path) -> Mapping[str, object]:
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _record(folder: Path, name: str, superseded: Mapping[str, float]) -> None:
    told = {"edition": name, "superseded": {each: int(superseded[each]) for each in superseded}}
    write_if_changed(folder / RECORD, json.dumps(told, indent=2, sort_keys=True).encode() + b"\n")


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:  # another run was quicker
        pass
    except OSError as error:
        raise OutputError(str(folder), reason(error)) from error
