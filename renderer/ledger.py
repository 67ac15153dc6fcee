"""Which pages need no look: every file that they asked for is as it was when they were found good.

A page is what its files make of it.  When a case has been found to be as its baseline says, the
ledger notes the files that the page asked its server for, by their contents, together with all
else that has a say: the browser, the fonts, how pages are looked at, this package, the baseline.
As long as nothing of it changes, the case is decided without a browser.

Only pages that are served from a folder of this machine are noted, and only if they asked nobody
else.  What a page shows of the time or by chance is no reason to look again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from .cache import Cache
from .shots.baselines import Baselines
from .shots.model import Capture, Case, Fingerprint, Result

KNOWN: Final = "not looked at, since no file of the page has changed (--fresh looks again)"

_FORMAT: Final = 1  # of an entry
_HERE: Final = Path(__file__).parent
# What decides how a page is seen and judged.
_ENGINE: Final = ("ledger.py", "visual.py", "browser/*.py", "browser/*.js", "shots/*.py")
_OFFLINE: Final = ("data", "blob", "about")


@dataclass(frozen=True, slots=True)
class Subject:
    """One case and where its page is to be had.

    ``folder`` is what the server at ``address`` serves, and ``site`` names it from run to run;
    both are empty for pages of other servers.
    """

    case: Case
    address: str
    folder: Path | None = None
    site: str = ""


class Ledger:
    """Entries in ``cache`` for the cases of ``baselines``; several threads may use it at once.

    ``about`` names all that has a say besides the page and the package: another one, other entries.
    """

    def __init__(self, cache: Cache, baselines: Baselines, about: str) -> None:
        self._cache = cache
        self._baselines = baselines
        self._about = f"{_FORMAT} {_engine()} {baselines.folder.resolve()} {about}"

    def result(self, subject: Subject) -> Result | None:
        """What a look would find: the case is as it was.  None if it has to be looked at."""
        if subject.folder is None:
            return None
        key = self._key(subject)
        try:
            entry = json.loads(self._cache.read([key]).get(key, "null"))
            if not entry or entry["files"] != _contents(subject.folder, entry["files"]):
                return None
            known = self._known(subject.case, Fingerprint(**entry["fingerprint"]))
            if known is None or entry["baseline"] != _digest(repr(known).encode()):
                return None
            return Result(subject.case, "same", notes=(*entry["notes"], KNOWN), actual=known)
        except (KeyError, TypeError, ValueError):
            return None

    def note(self, subject: Subject, result: Result, asked: Sequence[str], began: int) -> None:
        """Keep that a case is as its baseline says.

        ``asked`` are the addresses that the page asked for, ``began`` is when the look did, in
        nanoseconds of :func:`time.time_ns`: what changed since may not be what was seen.
        """
        if subject.folder is None or result.actual is None or not result.actual.fingerprint:
            return
        paths = _paths(subject.address, asked)
        if paths is None or any(_changed(subject.folder, path, began) for path in paths):
            return
        fingerprint = result.actual.fingerprint
        known = self._known(subject.case, fingerprint)
        entry: dict[str, Any] = {
            "files": _contents(subject.folder, paths),
            "baseline": _digest(repr(known).encode()),
            "fingerprint": asdict(fingerprint),
            "notes": list(result.notes),
        }
        self._cache.write({self._key(subject): json.dumps(entry)})

    def close(self) -> None:
        self._cache.close()

    def _known(self, case: Case, here: Fingerprint) -> Capture | None:
        baseline = self._baselines.load(case, here)
        return baseline.capture.bare if baseline else None

    def _key(self, subject: Subject) -> bytes:
        page = urlsplit(subject.address).path
        text = "\0".join((self._about, subject.site, page, subject.case.name))
        return blake2b(text.encode(), digest_size=16).digest()


def _paths(address: str, asked: Sequence[str]) -> list[str] | None:
    """The paths that were asked of the page's own server, the page's own among them.

    None if it is not, or if others were asked, too.
    """
    page = urlsplit(address)
    paths: dict[str, None] = {}
    for each in asked:
        parts = urlsplit(each)
        if parts.scheme in _OFFLINE:
            continue
        if parts[:2] != page[:2]:
            return None
        paths[parts.path] = None
    return list(paths) if page.path in paths else None


def _contents(folder: Path, paths: Sequence[str]) -> dict[str, str]:
    """Digests of what the server of ``folder`` answers, ``""`` where there is nothing."""
    found = {}
    for path in paths:
        try:
            file = _file(folder, path)
            stat = file.stat()
            found[path] = _digest_of(file, stat.st_mtime_ns, stat.st_size)
        except OSError:
            found[path] = ""
    return found


def _changed(folder: Path, path: str, began: int) -> bool:
    try:
        return _file(folder, path).stat().st_mtime_ns >= began
    except OSError:
        return False


def _file(folder: Path, path: str) -> Path:
    file = folder / unquote(path).lstrip("/")
    return file / "index.html" if file.is_dir() else file


@lru_cache(maxsize=10_000)
def _digest_of(file: Path, changed: int, size: int) -> str:
    return _digest(file.read_bytes())


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=16).hexdigest()


@lru_cache(maxsize=1)
def _engine() -> str:
    """What tells this package's way of looking from others'."""
    files = sorted(path for pattern in _ENGINE for path in _HERE.glob(pattern))
    return _digest(b"\0".join(path.name.encode() + path.read_bytes() for path in files))
