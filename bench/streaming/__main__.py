"""``python -m bench.streaming`` measures how engines show a growing text; see README.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from renderer import __version__, render

from ..tools import ToolError
from . import corpus, report
from .engines import ENGINES, Engine, Job, Played, install, refused, versions
from .figures import Figures, figures

_HERE: Final = Path(__file__).parent
_WORK: Final = _HERE / ".work"
_SITE: Final = _HERE.parents[1] / "site"
_SIZES: Final = (10_000, 50_000, 200_000)
WINDOWS: Final = 6
LENGTH: Final = 5  # chunks of a window; the first one is not counted


def main() -> None:
    """Run from the command line."""
    given = _arguments()
    sizes: dict[int, dict[str, Figures]] = {}
    try:
        install(_WORK)
        setting = _setting()
        for size in given.sizes:
            sizes[size] = _measured(size, min(given.sizes) == size, given)
            given.output.mkdir(parents=True, exist_ok=True)
            text = report.page(sizes, setting)
            (given.output / "streaming-benchmark.md").write_text(text, "utf-8")
    except (ToolError, OSError) as error:
        raise SystemExit(f"bench.streaming: {error}") from None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.streaming", description="Measure how engines show a growing text."
    )
    parser.add_argument("--sizes", type=_numbers, default=_SIZES, metavar="N,N", help="characters")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="of each size  [2]")
    parser.add_argument("--engines", type=lambda names: names.split(","), default=list(ENGINES))
    parser.add_argument("--output", type=Path, default=_SITE, metavar="DIR", help="[site]")
    return parser.parse_args()


def _numbers(text: str) -> Sequence[int]:
    return sorted({int(each) for each in text.split(",")})


def _setting() -> dict[str, str]:
    named = {"mathward": __version__, "Python": platform.python_version(), **versions()}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": ", ".join(f"{name} {version}" for name, version in named.items()),
        "machine": f"{os.cpu_count()} cores",
        "load": f"{os.getloadavg()[0]:.1f}",
        "windows": str(WINDOWS),
        "length": str(LENGTH - 1),
    }


def _measured(size: int, watched: bool, given: argparse.Namespace) -> dict[str, Figures]:
    """The figures of each engine, of its best round."""
    text = corpus.text(size)
    ends = corpus.ends(text)
    best: dict[str, Played] = {}
    for turn in range(given.rounds):
        for name in given.engines:
            print(f"{size:,} characters, round {turn + 1}: {name}", file=sys.stderr)  # noqa: T201
            played = ENGINES[name].play(_job(ENGINES[name], text, ends, watched), _WORK)
            if name not in best or sum(played.times) < sum(best[name].times):
                best[name] = played
    seen = {tex for each in best.values() for group in each.states for s in group for tex in s}
    wrong = refused(sorted(seen), _WORK) if seen else set()
    meant = [formula for formula in render(text).formulas if formula.data_tex]
    return {name: figures(best[name], len(ends), meant, wrong) for name in best}


def _job(engine: Engine, text: str, ends: list[int], watched: bool) -> Job:
    windows = None if engine.is_whole else corpus.windows(len(ends), WINDOWS, LENGTH)
    short = corpus.text(1_500)
    warm = {"text": short, "ends": [*range(0, len(short), 50), len(short)][1:]}
    renderings = min(3, max(1, 60_000 // len(text)))
    return Job(text, ends, windows, watched, renderings, warm)


if __name__ == "__main__":
    main()
