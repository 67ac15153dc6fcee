"""Does shots see a wrong formula, name it, and keep silent where nothing is wrong?

Each trial puts one fault into one page, looks at it against the baseline of the right page, and
asks the naive comparison about the same two pictures.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from renderer.browser.server import serving
from renderer.browser.shots import Camera, View, open_camera
from renderer.ledger import Subject
from renderer.shots import pixels
from renderer.shots.baselines import Baselines
from renderer.shots.model import Change, Picture, Result
from renderer.shots.settings import ShotSettings
from renderer.visual import Examiner, Mode

from . import corpus
from .corpus import Page
from .mutants import Level, Mutant, all_faults, mutant

if TYPE_CHECKING:
    from .naive import Pixelmatch

SEED: Final = 6
_TRIES: Final = 6
_PIXELS: Final = frozenset({"pixels", "moved", "height"})  # what no page says of itself


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one fault.

    ``named``: a change was told of the very formula.  ``others`` are formulas that were told of,
    too, though nothing is wrong with them.  ``by_pixels``: nothing else told.  ``ratio`` is the
    share of pixels that differ by the naive comparison, None if the pictures differ in size.
    """

    kind: str
    level: Level
    page: str
    tex: str
    noticed: bool
    named: bool
    others: int
    by_pixels: bool
    ratio: float | None
    said: str
    seconds: float


class Laboratory:
    """A browser, a server of the pages, and their baselines."""

    def __init__(self, work: Path, camera: Camera, url: str, naive: Pixelmatch | None) -> None:
        self._work = work
        self._camera = camera
        self._url = url
        self._naive = naive
        self._store = Baselines(work / "baselines")

    def begin(self, page: Page) -> None:
        """See that the page has a baseline."""
        if self._store.load(page.case, self._camera.fingerprint) is None:
            self.look(page, page.path, write=True)

    def look(self, page: Page, path: Path, *, write: bool = False) -> Result:
        """The file at ``path`` against the baseline of the page."""
        address = self._url + quote(path.relative_to(self._work).as_posix())
        settings = ShotSettings.from_mapping({"images": "all"})  # for the naive comparison
        examiner = Examiner(settings, self._store, Mode(write=write))
        return examiner.examine(Subject(page.case, address), self._camera)

    def has_effect(self, page: Page, result: Result, given: Mutant) -> bool:
        """Whether a fault of the drawing is drawn: some rules meet nothing in a formula."""
        was, now = self._pictures(page, result)
        return given.level != "drawing" or not (was and now and was.digest == now.digest)

    def ratio(self, page: Page, result: Result) -> float | None:
        """What the naive comparison says of the two pictures."""
        was, now = self._pictures(page, result)
        if result.status == "same":
            return 0.0
        if self._naive is None or not (was and now and was.png and now.png):
            return None
        files = [self._work / name for name in ("was.png", "now.png")]
        for file, png in zip(files, (was.png, now.png), strict=True):
            pixels.decoded(png).save(file)  # whatever format it is kept in
        return self._naive.ratio(*files)

    def _pictures(self, page: Page, result: Result) -> tuple[Picture | None, Picture | None]:
        """The baseline's and the new one."""
        stored = self._store.load(page.case, self._camera.fingerprint)
        return (
            stored.capture.picture if stored else None,
            result.actual.picture if result.actual else None,
        )


def trials(
    work: Path, naive: Pixelmatch | None, each: int, pages: Sequence[Page], seed: int = SEED
) -> Iterator[Trial]:
    """So many trials of each fault, on pages by chance."""
    with serving(work) as server, open_camera(View()) as camera:
        lab = Laboratory(work, camera, server.url, naive)
        for kind, level in all_faults():
            chance = Random(f"{seed} {kind} {level}")  # noqa: S311 - not for secrets
            order = chance.sample(list(pages), len(pages))
            made = (
                trial for page in order if (trial := _trial(lab, work, page, kind, level, chance))
            )
            yield from islice(made, each)


def _trial(
    lab: Laboratory, work: Path, page: Page, kind: str, level: Level, chance: Random
) -> Trial | None:
    """One fault in the page; None if it has no place for it, or none that is seen."""
    for _ in range(_TRIES):
        html = page.path.read_text("utf-8")
        given = mutant(kind, level, page.source.read_text("utf-8"), html, chance)
        if given is None:
            return None
        lab.begin(page)
        result = lab.look(page, _written(work, page, given))
        if lab.has_effect(page, result, given):
            return judged(given, page, result, lab.ratio(page, result))
    return None


def _written(work: Path, page: Page, given: Mutant) -> Path:
    """The page with the fault, on disk, with what belongs to it."""
    if given.level != "source":
        path = page.path.with_name("_mutant.html")
        path.write_text(given.text, "utf-8")
        return path
    folder = work / "mutant"  # rendering chooses the letters of its fonts anew
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    source = folder / page.source.name
    source.write_text(given.text, "utf-8")
    corpus.render([source], folder / "out", page.theme, prerendered=page.prerendered)
    return folder / "out" / page.path.name


def judged(given: Mutant, page: Page, result: Result, ratio: float | None) -> Trial:
    """What a look at a page with a fault is worth."""
    right = {given.index + 1} | ({given.index + 2} if given.kind == "doubled" else set())
    own = [change for change in result.changes if change.formula in right]
    return Trial(
        kind=given.kind,
        level=given.level,
        page=page.case.name,
        tex=given.tex,
        noticed=bool(result.changes),
        named=bool(own),
        others=len(_blamed(result.changes) - right),
        by_pixels=all(change.kind in _PIXELS for change in result.changes),
        ratio=ratio,
        said=(own or [*result.changes])[0].message if result.changes else "",
        seconds=result.seconds,
    )


def _blamed(changes: Sequence[Change]) -> set[int]:
    """The formulas that something is said to be wrong with, beyond their place."""
    return {each.formula for each in changes if each.formula and each.kind != "moved"}


def alarms(work: Path, runs: int, pages: Sequence[Page], seed: int = SEED) -> Iterator[str]:
    """For each run, by a fresh browser on a page without any change, what was told: ``""``."""
    order = Random(seed).sample(list(pages), len(pages))  # noqa: S311
    with serving(work) as server:
        for number in range(runs):
            page = order[number % len(order)]
            with open_camera(View()) as camera:
                Laboratory(work, camera, server.url, None).begin(page)
            with open_camera(View()) as camera:
                result = Laboratory(work, camera, server.url, None).look(page, page.path)
            told = [change.message for change in result.changes] + list(result.notes)
            yield told[0] if told else "" if result.status == "same" else result.status
