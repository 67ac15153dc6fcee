"""Translates our pages with real translators and counts what becomes of formulas and prose.

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(_ROOT))  # the checkout's renderer, installed or not

import domtranslator  # noqa: E402
import firefox  # noqa: E402
from engine import Engine, Setting, Unavailable  # noqa: E402
from marionette import MarionetteError  # noqa: E402
from moments import MOMENTS, Bench, Run  # noqa: E402
from pages import Page, Server, make_pages, serving  # noqa: E402
from report import findings, markdown, write  # noqa: E402

from renderer import __version__  # noqa: E402

ANSWERS = ("attention.zh", "derivation.en", "paper-qa.zh")
RESULTS = _ROOT / "site" / "real-translators.md"

Start = Callable[[], AbstractContextManager[Engine]]


def engines(given: argparse.Namespace, absent: list[str]) -> Iterator[tuple[str, Start]]:
    """Every engine that can be had here, with what starts it; the others go to ``absent``."""
    if "firefox" in given.engines:
        try:
            if given.firefox:
                yield from ((str(path), partial(firefox.running, path)) for path in given.firefox)
            else:
                for version in firefox.versions():
                    yield version, partial(_firefox, version, given.cache)
        except Unavailable as reason:
            absent.append(f"Firefox: {reason}")
    if "domtranslator" in given.engines:
        yield "domtranslator", partial(_domtranslator, given.cache)


def _firefox(version: str, cache: Path) -> AbstractContextManager[Engine]:
    return firefox.running(firefox.unpack(version, cache))


def _domtranslator(cache: Path) -> AbstractContextManager[Engine]:
    return domtranslator.running(domtranslator.install(cache))


def plan(pages: list[Page], settings: Sequence[Setting]) -> Iterator[tuple[Page, str, Setting]]:
    """What to run: the page of contexts in every setting, answers in the first, the control
    where a stock page has something to lose."""
    for page in pages:
        for setting in settings if page.name == "contexts" else settings[:1]:
            for moment in MOMENTS:
                if not (page.is_control and moment == "appended"):
                    yield page, moment, setting


def measure(start: Start, server: Server, pages: list[Page]) -> Iterator[Run]:
    """The runs of one engine, each told on standard error as it ends."""
    with start() as engine:
        bench = Bench(engine, server)
        for page, moment, setting in plan(pages, engine.settings):
            run = bench.run(page, moment, setting)
            good, of = run.score.formulas
            told = f"{run.engine} {page.name} {moment} {setting.name}: {good}/{of} formulas"
            sys.stderr.write(f"{told}, {run.seconds:.0f} s\n")
            yield run


def main() -> int:
    """Run from the command line; 1 if anything of ours was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    both = ("firefox", "domtranslator")
    parser.add_argument("--engines", nargs="+", choices=both, default=list(both))
    parser.add_argument("--firefox", type=Path, action="append", metavar="PROGRAM")
    parser.add_argument("--answers", nargs="*", default=list(ANSWERS), metavar="NAME")
    parser.add_argument("--cache", type=Path, default=_default_cache(), metavar="FOLDER")
    parser.add_argument("--write", action="store_true", help=f"put the results into {RESULTS.name}")
    given = parser.parse_args()
    absent: list[str] = []
    runs: list[Run] = []
    modules: Path | None = None
    try:
        modules = domtranslator.install(given.cache)
    except Unavailable as reason:
        absent.append(f"the control page, for want of a stock MathJax: {reason}")
    with tempfile.TemporaryDirectory(prefix="mathward-translators-") as name:
        pages = make_pages(Path(name), given.answers, modules)
        with serving(Path(name)) as server:
            for title, start in engines(given, absent):
                try:
                    runs += measure(start, server, pages)
                except (Unavailable, MarionetteError) as reason:
                    absent.append(f"{title}: {reason}")
    text = markdown(runs, absent, __version__)
    sys.stdout.write(text)
    if given.write:
        write(RESULTS, text)
    return 1 if findings(runs) else 0


def _default_cache() -> Path:
    return Path(tempfile.gettempdir()) / "mathward-translators"


if __name__ == "__main__":
    sys.exit(main())
