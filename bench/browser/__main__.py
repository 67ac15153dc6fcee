"""``python -m bench.browser`` measures how engines show one text; see README.md beside it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from renderer import __version__
from renderer.browser.find import find_chromium
from renderer.errors import EnvironmentFault

from ..setting import Setting, today
from ..tools import ToolError
from . import rivals
from .engines import ENGINES
from .run import VISITS, Run, schedule
from .store import Store

_HERE = Path(__file__).parent
_WORK = _HERE / ".work"
_SITE = _HERE.parents[1] / "site"
_SIZES = (10, 100, 1000, 5000)
_QUICK = (10, 100)


def main() -> None:
    """Run from the command line."""
    given = _arguments()
    _WORK.mkdir(exist_ok=True)
    results = _WORK / "results.jsonl"
    try:
        again = given.resume or given.report
        store = Store.load(results) if again else Store.begin(results, _setting())
        run = Run(store, _WORK, given.output)
        if given.report:
            run.write()
            return
        rivals.install(_WORK)
        try:
            run.make(list(schedule(given.sizes, given.rounds, given.engines, given.visits)))
        except KeyboardInterrupt:
            run.write()
            raise SystemExit("bench.browser: stopped; --resume goes on") from None
    except (EnvironmentFault, ToolError, OSError) as error:
        raise SystemExit(f"bench.browser: {error}") from None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.browser", description="Measure how engines show one text."
    )
    parser.add_argument("--sizes", type=_numbers, metavar="N,N", help="formulas of the pages")
    parser.add_argument("--rounds", type=int, metavar="N", help="of each size up to 1,000  [3]")
    parser.add_argument("--engines", type=_among(ENGINES), default=list(ENGINES), metavar="NAME,..")
    parser.add_argument("--visits", type=_among(VISITS), default=list(VISITS), metavar="NAME,..")
    parser.add_argument("--quick", action="store_true", help="10 and 100 formulas, one round")
    parser.add_argument("--resume", action="store_true", help="go on where a run was stopped")
    parser.add_argument("--report", action="store_true", help="only write the report anew")
    parser.add_argument(
        "--output", type=Path, metavar="DIR", help="where the report goes  [site; --quick: .work]"
    )
    given = parser.parse_args()
    given.sizes = given.sizes or list(_QUICK if given.quick else _SIZES)
    given.rounds = given.rounds or (1 if given.quick else 3)
    given.output = given.output or (_WORK if given.quick else _SITE)
    return given


def _numbers(text: str) -> list[int]:
    return sorted({int(each) for each in text.split(",")})


def _among(known: Iterable[str]) -> Callable[[str], list[str]]:
    """A reader of names among the known ones, in the order that is given."""

    def names(text: str) -> list[str]:
        given = text.split(",")
        if unknown := [name for name in given if name not in known]:
            raise argparse.ArgumentTypeError(f"{unknown[0]}: not one of {', '.join(known)}")
        return given

    return names


def _setting() -> Setting:
    """Today, the versions of everything, and this machine."""
    packages = rivals.versions()
    versions = {
        "mathward": __version__,
        "MathJax": f"{packages['mathjax3']} and {packages['mathjax']}",
        "KaTeX": packages["katex"],
        "Chromium": find_chromium().version,
    }
    return today(versions)


if __name__ == "__main__":
    main()
