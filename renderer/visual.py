"""Visual regression from end to end: pages, cases, captures, baselines, results.

``mathward shots`` and the pytest fixture ``math_snapshot`` are two faces of this.  Several
browsers work at once, each in a thread of its own; what a case does not need is not done: a
picture that is the same as before is neither taken twice nor decoded.

Next hop: :mod:`renderer.shots.report` makes a page of a :class:`~renderer.shots.model.Run`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial
from os import cpu_count
from pathlib import Path
from queue import Empty, SimpleQueue
from time import perf_counter, time_ns
from typing import TYPE_CHECKING, Any, Final

from .cache import user_cache
from .errors import SourceError
from .files import encoded, write_atomically
from .ledger import Ledger, Subject
from .shots import compare, pixels, verdict
from .shots.baselines import Baseline, Baselines
from .shots.model import Capture, Case, Change, Result, Run, Status
from .shots.settings import ShotSettings

if TYPE_CHECKING:
    from PIL.Image import Image

    from .browser.shots import Camera, Shots, View

_OFF: Final = ("", "0", "false", "no", "off")
_LEDGER: Final = "shots.sqlite"
_UNSTEADY: Final = "not steady"
_JOBS: Final = 4  # more browsers gain nothing
_SHARE: Final = 3  # cases that are worth a browser of their own


@dataclass(frozen=True, slots=True)
class Mode:
    """What a run may do: write what is new, and replace what has changed."""

    write: bool = True
    update: bool = False


def is_build_server() -> bool:
    """Whether nobody is there to look at what would be written: the variable ``CI`` is set."""
    return os.environ.get("CI", "").lower() not in _OFF


Told = Callable[[Result | SourceError], None]


def shoot(
    subjects: Sequence[Subject],
    settings: ShotSettings,
    baselines: Baselines,
    mode: Mode,
    told: Told = lambda result: None,
    ledger: Ledger | None = None,
) -> Run:
    """What came of all subjects; ``told`` hears of each as soon as it is known.

    What the ``ledger`` knows is not looked at.
    """
    work = _Work(_view(settings), Examiner(settings, baselines, mode), told, ledger)
    work.take(subjects)
    number = min(settings.jobs or _jobs(), -(-work.pending.qsize() // _SHARE))
    _in_threads(work.share, number, work.pending)
    found = work.found
    outcomes = [found[subject.case] for subject in subjects if subject.case in found]
    results = tuple(each for each in outcomes if isinstance(each, Result))
    problems = tuple(str(each) for each in outcomes if isinstance(each, SourceError))
    known = (each.actual.fingerprint for each in results if each.actual)
    return Run(results, problems=problems, fingerprint=next(known, None))


@contextmanager
def open_ledger(settings: ShotSettings, baselines: Baselines) -> Iterator[Ledger | None]:
    """The ledger of this user, browser and way of looking; None where nothing is cached.

    Raises EnvironmentFault if there is no browser.
    """
    from .browser.find import find_chromium
    from .browser.fonts import digest

    cache = user_cache(_LEDGER)
    if cache is None:
        yield None
        return
    chromium = find_chromium()
    size = chromium.path.stat().st_size
    about = f"{chromium} {size} {digest()} {_view(settings)} {settings.pixels}"
    ledger = Ledger(cache, baselines, about)
    try:
        yield ledger
    finally:
        ledger.close()


def _view(settings: ShotSettings) -> View:
    from .browser.shots import View

    return View(settings.height, settings.ratio, settings.masks, settings.hosts, settings.timeout)


def _jobs() -> int:
    return min(_JOBS, cpu_count() or 1)


def _in_threads(work: Callable[[], None], number: int, pending: SimpleQueue[Subject]) -> None:
    """Run ``work`` so many times at once; what ends one of them ends all."""
    with ThreadPoolExecutor(max(1, number), "shots") as pool:
        running: list[Future[None]] = [pool.submit(work) for _ in range(number)]
        try:
            for each in running:
                each.result()
        except BaseException:
            _drain(pending)
            raise


def _drain(pending: SimpleQueue[Subject]) -> None:
    try:
        while True:
            pending.get_nowait()
    except Empty:
        pass


@dataclass(slots=True)
class _Work:
    """What several browsers share: the subjects that nobody has taken, and what came of others.

    ``lost`` are the addresses of pages that held a browser up.
    """

    view: View
    examiner: Examiner
    told: Told
    ledger: Ledger | None = None
    pending: SimpleQueue[Subject] = field(default_factory=SimpleQueue)
    found: dict[Case, Result | SourceError] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def take(self, subjects: Sequence[Subject]) -> None:
        """Let all be looked at that are not known to be as they were."""
        for subject in subjects:
            known = self.ledger.result(subject) if self.ledger else None
            if known is None:
                self.pending.put(subject)
            else:
                self._tell(subject, known)

    def share(self) -> None:
        """One browser's share, another browser in its place when a page has held it up."""
        from .browser.shots import open_camera

        while not self.pending.empty():
            with open_camera(self.view) as camera:
                while not camera.is_spent:
                    try:
                        subject = self.pending.get_nowait()
                    except Empty:
                        return
                    if subject.address not in self.lost:
                        self._examine(subject, camera)

    def _result(self, subject: Subject, camera: Camera) -> Result:
        began = time_ns()
        result = self.examiner.examine(subject, camera)
        if self.ledger and _is_certain(result):
            self.ledger.note(subject, result, camera.asked, began)
        return result

    def _examine(self, subject: Subject, camera: Camera) -> None:
        try:
            outcome: Result | SourceError = self._result(subject, camera)
        except SourceError as error:
            if camera.is_spent:
                if subject.address in self.lost:
                    return
                self.lost.add(subject.address)
            outcome = error
        self._tell(subject, outcome)

    def _tell(self, subject: Subject, outcome: Result | SourceError) -> None:
        self.found[subject.case] = outcome
        self.told(outcome)


def _is_certain(result: Result) -> bool:
    """Whether the case is as it was, and was so at the first look."""
    return result.status == "same" and not any(note.startswith(_UNSTEADY) for note in result.notes)


@dataclass(frozen=True, slots=True)
class Judged:
    """A capture held against its baseline; ``image`` is its picture where it had to be decoded."""

    capture: Capture
    changes: tuple[Change, ...]
    image: Image | None = None


class Examiner:
    """Decides each case, and writes its baseline where it may."""

    def __init__(self, settings: ShotSettings, baselines: Baselines, mode: Mode) -> None:
        self._settings = settings
        self._baselines = baselines
        self._mode = mode

    def examine(self, subject: Subject, camera: Camera) -> Result:
        """What came of one case, its page seen again where it has changed."""
        start = perf_counter()
        look = partial(camera.capture, subject.case, subject.address)
        result = self.decide(self._baselines.load(subject.case, camera.fingerprint), look)
        return replace(result, seconds=perf_counter() - start)

    def decide(
        self, baseline: Baseline | None, look: Callable[[str | None], tuple[Capture, Shots]]
    ) -> Result:
        """The result for what ``look`` shows; it is told the digest that is to be expected.

        Without pixels a picture is taken only of what is new or has changed, to be looked at.
        """
        if baseline is None:
            capture, strips = look("")
            return self._new(capture, strips)
        pixels_count = self._settings.pixels
        if not pixels_count:
            baseline = replace(baseline, capture=replace(baseline.capture, picture=None))
        was = baseline.capture
        known = was.picture.digest if was.picture else ""
        capture, strips = look(known if pixels_count else None)
        judged = judge(baseline, capture, strips)
        notes = _incomparable(baseline, capture) if pixels_count else []
        if judged.changes and not self._mode.update:
            capture, strips = look(known)
            again = judge(baseline, capture, strips)
            judged, unsteady = _confirmed(judged, again)
            notes += unsteady
        if self._mode.update:
            return self._updated(baseline, judged, strips, notes)
        if not judged.changes:
            return Result(was.case, "same", (), tuple(notes), None, judged.capture.bare)
        actual = _with_png(judged, strips)
        return Result(was.case, "changed", judged.changes, tuple(notes), was, actual)

    def _new(self, capture: Capture, strips: Shots) -> Result:
        case = capture.case
        if not self._mode.write:
            note = "there is no baseline, and none is written here"
            return Result(case, "new", notes=(note,), actual=capture.bare)
        image = pixels.joined(strips)
        self._save(capture, image, keep_others=False, has_differed=False)
        status: Status = "updated" if self._mode.update else "new"
        actual = _with_png(Judged(capture, (), image), strips)
        return Result(case, status, notes=_doubts(capture), actual=actual)

    def _updated(
        self, baseline: Baseline, judged: Judged, strips: Shots, notes: Sequence[str]
    ) -> Result:
        """The result of ``--update``: what was is replaced where it is not as it is now."""
        was, case = baseline.capture, baseline.capture.case
        kept = was.picture.png is not None if was.picture else False
        differed = bool(judged.changes) or kept
        if not judged.changes and not self._settings.pixels:
            return Result(case, "same", (), tuple(notes), None, judged.capture.bare)
        wanted = self._settings.keeps(case, has_differed=differed)
        digest = judged.capture.picture.digest if judged.capture.picture else ""
        if not judged.changes and was.picture and was.picture.digest == digest and kept == wanted:
            return Result(case, "same", (), tuple(notes), None, judged.capture.bare)
        image = judged.image or (pixels.joined(strips) if strips else None)
        said = any(each.kind not in ("pixels", "moved", "height") for each in judged.changes)
        self._save(judged.capture, image, keep_others=not said, has_differed=differed)
        actual = _with_png(judged, strips)
        status: Status = "updated" if judged.changes or was.picture is None else "same"
        return Result(case, status, judged.changes, (), was, actual)

    def _save(
        self, capture: Capture, image: Image | None, *, keep_others: bool, has_differed: bool
    ) -> None:
        if image is None or not self._settings.pixels:
            said = replace(capture, picture=None)
            self._baselines.save(said, keep_others=keep_others, png=None)
            return
        wanted = self._settings.keeps(capture.case, has_differed=has_differed)
        png = pixels.packed(image) if wanted else None
        self._baselines.save(verdict.described(capture, image), keep_others=keep_others, png=png)


def judge(baseline: Baseline, capture: Capture, strips: Shots) -> Judged:
    """What has changed; the picture is decoded only if its file is another one."""
    was = baseline.capture
    pairs = compare.paired(was, capture)
    told = tuple(compare.changes(was, capture, pairs, alike=baseline.alike))
    if not was.picture or not capture.picture or was.picture.digest == capture.picture.digest:
        return Judged(capture, told)
    image = pixels.joined(strips)
    now = verdict.described(capture, image)
    old = pixels.decoded(was.picture.png) if was.picture.png else None
    seen = verdict.changes(was, now, pairs, verdict.Looks(old, image), told)
    return Judged(now, (*told, *seen), image)


def _confirmed(first: Judged, second: Judged) -> tuple[Judged, list[str]]:
    """What was seen both times, and a remark on the rest."""
    twice = {(each.kind, each.formula) for each in first.changes}
    lasting = tuple(each for each in second.changes if (each.kind, each.formula) in twice)
    if lasting:
        return replace(second, changes=lasting), []
    what = first.changes[0].message
    return replace(second, changes=()), [f"{_UNSTEADY}, seen once and not again: {what}"]


def _incomparable(baseline: Baseline, capture: Capture) -> list[str]:
    """Why pixels could not be compared, if they could not."""
    if baseline.capture.picture is not None:
        return []
    theirs = "; ".join(map(str, baseline.prints)) or "none"
    return [f"pixels are not compared: the baseline's are of {theirs}; here: {capture.fingerprint}"]


def _doubts(capture: Capture) -> tuple[str, ...]:
    """What makes a page look as if it had not been seen as its readers see it."""
    hosts = [f"a page asks {host}, which it may not (--allow-host)" for host in capture.foreign]
    empty = [] if capture.formulas else [f"{capture.case.name} shows no formula"]
    return (*hosts, *empty)


def _with_png(judged: Judged, strips: Iterable[bytes]) -> Capture:
    """The capture with its picture as one file."""
    capture, files = judged.capture, list(strips)
    if capture.picture is None:
        return capture
    png = (
        files[0] if len(files) == 1 else pixels.quickly_packed(judged.image or pixels.joined(files))
    )
    return replace(capture, picture=replace(capture.picture, png=png))


def shoot_page(
    page: Any, case: Case, settings: ShotSettings, baselines: Baselines, mode: Mode
) -> Result:
    """What came of a page that somebody else has opened with Playwright, as it stands now."""
    from .browser.shots import fingerprint_of, observe

    examiner = Examiner(settings, baselines, mode)
    look = partial(observe, page, case, _view(settings))
    return examiner.decide(
        baselines.load(case, fingerprint_of(page)), lambda known: look(known=known)
    )


def orphans(
    run: Run,
    baselines: Baselines,
    subjects: Sequence[Subject],
    only: str | None,
    *,
    every_look: bool = True,
) -> Run:
    """The run with the baselines that none of the subjects asks for.

    ``every_look``: the subjects are all looks that there are; else only pages can be missed.
    """
    asked = {subject.case.name if every_look else subject.case.page for subject in subjects}
    names = [name for name in baselines.names() if only is None or matches(name, only)]
    left = (
        name for name in names if (name if every_look else name.rpartition("/")[0]) not in asked
    )
    return replace(run, orphans=tuple(left))


def write_report(run: Run, folder: Path) -> Path:
    """The page that shows what is not as it was; its path."""
    from .shots.report import report

    path = folder / "index.html"
    write_atomically(path, encoded(report(run)))
    return path


def matches(name: str, glob: str) -> bool:
    """Whether a glob means a case: its page alone, or its page and its look."""
    return fnmatchcase(name, glob) or fnmatchcase(name.rpartition("/")[0], glob)
