"""``python -m tests.hostile``: every hostile input, in every mode, in a real browser.

Prints one line for each finding and exits with 1 if there is any; says on the way how far it is.
A run that was broken off goes on with ``--from``, the number of the first mode without its line.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import product

from .crew import Page, Result, results
from .inputs import inputs, sample
from .pages import MODES, Mode
from .run import groups

QUICK = 12  # every so many-th input
_HEADS = "heads"


class Progress:
    """What is done of each mode: a line at its end, and on a terminal one that changes."""

    def __init__(self, pages: Sequence[Page], names: dict[Mode | None, str]) -> None:
        self._names = names
        self._left = Counter(page.mode for page in pages)
        self._inputs: Counter[Mode | None] = Counter()
        self._found: Counter[Mode | None] = Counter()
        self._seconds: Counter[Mode | None] = Counter()
        self._began = time.monotonic()
        self._is_live = sys.stderr.isatty()

    @property
    def count(self) -> int:
        return self._found.total()

    def show(self, result: Result) -> None:
        mode = result.page.mode
        self._left[mode] -= 1
        self._inputs[mode] += len(result.page.group)
        self._found[mode] += len(result.findings)
        self._seconds[mode] += round(result.seconds)
        if not self._left[mode]:
            self._say(
                f"{self._names[mode]}: {self._inputs[mode]} inputs, "
                f"{self._found[mode]} findings, {self._seconds[mode]} s of work",
                "\n",
            )
        elif self._is_live:
            self._say(
                f"{self._names[mode]}: {self._inputs[mode]} inputs, {self.count} findings", ""
            )

    def _say(self, text: str, end: str) -> None:
        start = "\r\033[K" if self._is_live else ""
        passed = time.monotonic() - self._began
        print(f"{start}hostile: {passed:.0f} s: {text}", end=end, file=sys.stderr, flush=True)


def main() -> int:
    options = _arguments()
    found = sample(QUICK) if options.quick else inputs(options.only)
    names = _modes(options)
    if not found or not names:
        print("hostile: no such input or mode", file=sys.stderr)
        return 2
    pages = [Page(group, mode) for mode, group in product(names, groups(found))]
    progress = Progress(pages, names)
    for result in results(pages, min(options.workers, len(pages))):
        _tell(result)
        progress.show(result)
    print(f"hostile: {progress.count} findings", file=sys.stderr)
    return int(progress.count > 0)


def _modes(options: argparse.Namespace) -> dict[Mode | None, str]:
    """The modes to be tried, by their names and numbers; first the pages' heads."""
    every: list[Mode | None] = [None, *MODES]
    return {
        mode: f"{number}/{len(MODES)} {mode or _HEADS}"
        for number, mode in enumerate(every)
        if number >= options.first
        and all(word in str(mode or _HEADS).split() for word in options.mode)
    }


def _tell(result: Result) -> None:
    for one in result.findings:
        print(f"{one.input} [{result.page.mode or _HEADS}]: {one.what}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hostile", description=__doc__)
    parser.add_argument(
        "--only",
        nargs="*",
        default=[],
        metavar="NAME",
        help="inputs or files by the beginning of their names",
    )
    parser.add_argument(
        "--mode",
        nargs="*",
        default=[],
        metavar="WORD",
        help="modes with these words, such as paper or prerender",
    )
    parser.add_argument(
        "--from", type=int, default=0, dest="first", metavar="NUMBER", help="modes from this one on"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=min(os.cpu_count() or 1, 4),
        metavar="COUNT",
        help="browsers at the same time",
    )
    parser.add_argument("--quick", action="store_true", help="a sample of the inputs")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
