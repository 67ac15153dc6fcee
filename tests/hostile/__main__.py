"""``python -m tests.hostile``: every hostile input, in every mode, in a real browser.

Prints one line for each finding and exits with 1 if there is any.
"""

from __future__ import annotations

import argparse
import sys
import time

from .inputs import inputs, sample
from .pages import MODES
from .run import Range

QUICK = 12  # every so many-th input


def main() -> int:
    options = _arguments()
    found = sample(QUICK) if options.quick else inputs(options.only)
    modes = [mode for mode in MODES if all(word in str(mode).split() for word in options.mode)]
    if not found or not modes:
        print("hostile: no such input or mode", file=sys.stderr)
        return 2
    count = 0
    with Range() as place:
        for one in place.heads(found):
            count += _told("page", one.input, one.what)
        for mode in modes:
            began = time.monotonic()
            for one in place.findings(found, mode):
                count += _told(str(mode), one.input, one.what)
            spent = time.monotonic() - began
            print(f"hostile: {mode}: {len(found)} inputs, {spent:.0f} s", file=sys.stderr)
    print(f"hostile: {count} findings", file=sys.stderr)
    return int(count > 0)


def _told(mode: str, name: str, what: str) -> int:
    print(f"{name} [{mode}]: {what}", flush=True)
    return 1


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
    parser.add_argument("--quick", action="store_true", help="a sample of the inputs")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
