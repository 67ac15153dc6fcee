"""Formulas typeset at build: their sizes, known before the page is, and MathML where we have none.

A :class:`Prerenderer` is what :func:`renderer.render` takes as ``typeset``::

    with Prerenderer() as prerenderer:
        document = render(text, typeset=prerenderer)

It asks its cache first and starts a browser at the first formula that is not in it.  Nothing
here raises for what the machine lacks: formulas that could not be measured have no size, the
page is valid all the same, and ``problem`` says what was wrong.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from . import mathml
from .assets import MATHJAX_VERSION
from .cache import Cache, user_cache
from .document import Drawn, Formula, Segment, Segments, Size
from .errors import EnvironmentFault

if TYPE_CHECKING:
    from .browser.typeset import Query, Typeset, Typesetter

Progress = Callable[[int, int], None]
"""Told how many formulas of a document are measured, and of how many."""

_FILE: Final = "formulas.sqlite"
_FORMAT: Final = 2  # of a record
_RETRIED: Final = 7 * 86_400  # seconds after which a formula that did not end is tried again
_PATIENCE: Final = 10  # formulas of one run that may not end
_HERE: Final = Path(__file__).parent
# What has a say in how large a drawing is; with another of these, all is measured anew.
_RECIPE: Final = ("mathjax/*.js", "mathjax/vendor/manifest.json", "client/math.css",
                  "client/mathjax.js", "client/states.js", "browser/typeset.*")  # fmt: skip


@dataclass(slots=True)
class Counts:
    """How many different formulas a run ``asked`` for, and what became of them.

    ``cached`` were known, ``measured`` are new, ``failed`` have no size since MathJax cannot
    typeset them, ``missing`` have none since there was no browser.
    """

    asked: int = 0
    cached: int = 0
    measured: int = 0
    failed: int = 0
    missing: int = 0


class Prerenderer:
    """Measures formulas; to be closed, or used as a context.

    ``cache`` is the folder of the cache, ``"none"`` for no cache; by default what MATHWARD_CACHE
    names, or the user's cache folder.  ``seconds`` is what a formula may take.
    """

    def __init__(
        self,
        cache: Path | str | None = None,
        *,
        seconds: float = 10.0,
        progress: Progress | None = None,
    ) -> None:
        self.counts = Counts()
        self.problem: EnvironmentFault | None = None
        self._progress = progress or _unseen
        self._seconds = seconds
        self._stopped = 0
        self._known: dict[bytes, dict[str, Any]] = {}
        self._worker: ThreadPoolExecutor | None = None
        self._typesetter: Typesetter | None = None
        self._folder = cache
        self._cache: Cache | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def warning(self) -> str:
        """What is wrong with the cache; ``""`` if nothing is."""
        return self._cache.problem if self._cache else ""

    def __call__(self, formulas: Sequence[Formula]) -> list[Drawn | None]:
        """What each formula looks like typeset, None where that could not be found out."""
        if self._cache is None:
            self._cache = user_cache(_FILE, self._folder)
        wanted = {_key(formula): formula for formula in formulas}
        new = [key for key in wanted if key not in self._known]
        self.counts.asked += len(new)
        self._recall({key: wanted[key] for key in new})
        missing = {key: wanted[key] for key in new if key not in self._known}
        if missing and self.problem is None:
            try:
                self._measure(missing)
            except EnvironmentFault as problem:
                self.problem = problem
        self.counts.missing += sum(key not in self._known for key in missing)
        return [_drawn(self._known.get(_key(formula))) for formula in formulas]

    def close(self) -> None:
        """End the browser and the cache."""
        if self._worker and self._typesetter:
            if self._typesetter.is_busy:  # the caller was interrupted
                self._typesetter.stop()
            self._worker.submit(self._typesetter.close).result()
            self._worker.shutdown()
        self._worker = self._typesetter = None
        if self._cache:
            self._cache.close()  # ``warning`` can still be asked for

    def _recall(self, wanted: dict[bytes, Formula]) -> None:
        """Take from the cache what is in it."""
        for key, text in (self._cache.read(list(wanted)) if self._cache else {}).items():
            record = _record(text)
            if record and ("error" in record or _is_enough(record, wanted[key])):
                self._known[key] = record
                self.counts.cached += 1

    def _measure(self, missing: dict[bytes, Formula]) -> None:
        """Typeset them in the browser, keeping each batch as it comes."""
        keys = list(missing)
        queries = [_query(missing[key]) for key in keys]
        done = 0
        self._progress(0, len(keys))
        try:
            while done < len(keys):
                results = self._some(queries[done:])
                records = {
                    key: _recorded(query, result)
                    for key, query, result in zip(
                        keys[done:], queries[done:], results, strict=False
                    )
                }
                self._keep(records)
                done += len(results)
                self._progress(done, len(keys))
        finally:
            self._progress(len(keys), len(keys))

    def _some(self, queries: list[Query]) -> list[Typeset]:
        """The browser has a thread of its own: Playwright refuses one with a running loop."""
        from .browser.typeset import Typesetter

        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, "mathward-browser")
            self._typesetter = Typesetter(self._seconds)
        assert self._typesetter  # noqa: S101 - made with the worker
        return self._worker.submit(self._typesetter.some, queries, measured=True).result()

    def _keep(self, records: dict[bytes, dict[str, Any]]) -> None:
        self._known.update(records)
        for record in records.values():
            self.counts.failed += "error" in record
            self.counts.measured += "error" not in record
        if self._cache:
            self._cache.write({key: _text(record) for key, record in records.items()})
        self._stopped += sum("retry" in record for record in records.values())
        if self._stopped >= _PATIENCE:
            raise EnvironmentFault(f"MathJax did not come to an end with {self._stopped} formulas")


def _unseen(done: int, total: int) -> None:
    """Tell nobody."""


# --- records ---------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _recipe() -> str:
    """What tells our files and MathJax's from others'."""
    digest = blake2b(f"{_FORMAT} {MATHJAX_VERSION}".encode(), digest_size=16)
    for pattern in _RECIPE:
        for path in sorted(_HERE.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _key(formula: Formula) -> bytes:
    text = f"{_recipe()} {int(formula.display)} {formula.data_tex}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _needs_mathml(formula: Formula) -> bool:
    return mathml.convert(formula.data_tex, display=formula.display) is None


def _is_enough(record: dict[str, Any], formula: Formula) -> bool:
    return "mathml" in record or not _needs_mathml(formula)


def _query(formula: Formula) -> Query:
    from .browser.typeset import Query

    return Query(formula.data_tex, formula.display, _needs_mathml(formula))


def _recorded(query: Query, result: Typeset) -> dict[str, Any]:
    if result.stopped:
        return {"error": result.error, "retry": int(time.time()) + _RETRIED}
    if result.size is None:
        return {"error": result.error}
    record: dict[str, Any] = {**_lengths(result.size), "letters": dict(result.letters)}
    if result.segments:
        parts = [
            {"end": part.end, "sign": part.sign, "size": _lengths(part.size)}
            for part in result.segments.parts
        ]
        record["segments"] = {**asdict(result.segments), "parts": parts}
    return {**record, "mathml": result.mathml} if query.mathml else record


def _lengths(size: Size) -> dict[str, list[float]]:
    return {name: _short(length) for name, length in asdict(size).items()}


def _short(length: tuple[float, float]) -> list[float]:
    return [round(part, 3) for part in length]


def _text(record: dict[str, Any]) -> str:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace").decode()  # half a character cannot be stored


def _record(text: str) -> dict[str, Any] | None:
    """A record of the cache; None if it is none, or the time has come to try again."""
    try:
        record = json.loads(text)
        if "error" in record:
            return record if record.get("retry", 1e12) > time.time() else None
        _drawn(record)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return dict(record)


def _drawn(record: dict[str, Any] | None) -> Drawn | None:
    if record is None or "error" in record:
        return None
    return Drawn(
        _size(record),
        record.get("mathml") or "",
        dict(record["letters"]),
        _segments(record.get("segments")),
    )


def _segments(record: dict[str, Any] | None) -> Segments | None:
    if not record:
        return None
    parts = (
        Segment(int(each["end"]), int(each["sign"]), _size(each["size"]))
        for each in record["parts"]
    )
    return Segments(tuple(parts), tuple(map(str, record["signs"])), int(record["depth"]))


def _size(lengths: dict[str, Any]) -> Size:
    width, height, depth = ((float(x), float(y)) for x, y in (lengths[n] for n in _NAMES))
    return Size(width, height, depth)


_NAMES: Final = ("width", "height", "depth")
