"""``python -m bench.shots`` proves and measures ``mathward shots``; see README.md beside it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from renderer.errors import MathwardError

from ..tools import ToolError
from . import report
from .corpus import pages
from .naive import pixelmatch
from .speed import timings
from .store import Log
from .trials import SEED, alarms, trials

_HERE = Path(__file__).parent
_SITE = _HERE.parents[1] / "site"
_FAULTS, _SILENCE, _SPEED = "faults.jsonl", "silence.jsonl", "speed.jsonl"


def main() -> None:
    """Run from the command line."""
    given = _arguments()
    given.work.mkdir(parents=True, exist_ok=True)
    work: Path = given.work.resolve()
    parts: dict[str, Callable[[Path, argparse.Namespace], bool]] = {
        "mutations": _mutations,
        "speed": _speed,
        "report": lambda work, given: True,
    }
    try:
        good = parts[given.part](work, given)
    except (MathwardError, ToolError, OSError) as error:
        raise SystemExit(f"bench.shots: {error}") from None
    page = report.page(*(Log(work / name) for name in (_FAULTS, _SILENCE, _SPEED)))
    if given.output and page:
        (given.output / "shots-benchmark.md").write_text(page, "utf-8")
    raise SystemExit(0 if good else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.shots", description="Prove and measure mathward shots."
    )
    parser.add_argument("part", choices=("mutations", "speed", "report"))
    parser.add_argument("--each", type=int, default=4, metavar="N", help="trials per fault  [4]")
    parser.add_argument("--runs", type=int, default=50, metavar="N", help="without change  [50]")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    parser.add_argument("--cut", action="store_true", help="pages of a screen or two: quicker")
    parser.add_argument("--pages", type=int, default=12, metavar="N", help="for speed  [12]")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of speed  [3]")
    parser.add_argument("--work", type=Path, default=_HERE / ".work", metavar="DIR")
    parser.add_argument("--output", type=Path, default=_SITE, metavar="DIR", help="  [site]")
    return parser.parse_args()


def _mutations(work: Path, given: argparse.Namespace) -> bool:
    """Every fault noticed and named, and nothing told where nothing has changed."""
    made = pages(work, cut=given.cut)
    faults, silence = Log(work / _FAULTS), Log(work / _SILENCE)
    if given.each:
        faults.begin()
        with pixelmatch(work) as naive:
            for trial in trials(work, naive, given.each, made, given.seed):
                faults.add(asdict(trial))
                verdict = "named" if trial.named else "NOTICED" if trial.noticed else "MISSED"
                _say(f"{verdict:8} {trial.kind}/{trial.level}  {trial.said or trial.page}")
    if given.runs:
        silence.begin()
        for number, told in enumerate(alarms(work, given.runs, made, given.seed), 1):
            silence.add({"told": told})
            _say(f"{number:3} {told or 'silent'}")
    missed = [each for each in faults.read()[1] if not each["named"]]
    false = [each for each in silence.read()[1] if each["told"]]
    sys.stdout.write(report.sensitivity(faults) + "\n" + report.quiet(silence) + "\n")
    return not missed and not false


def _speed(work: Path, given: argparse.Namespace) -> bool:
    made = pages(work, cut=given.cut)
    chosen = made[:: max(1, len(made) // given.pages)][: given.pages]
    log = Log(work / _SPEED)
    log.begin()
    with pixelmatch(work) as naive:
        for timing in timings(work, naive, chosen, given.rounds):
            log.add(asdict(timing))
            _say(f"{timing.visit:10} {timing.way:20} {timing.seconds:.2f} s per page")
    sys.stdout.write(report.speed(log) + "\n")
    return True


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


if __name__ == "__main__":
    main()
