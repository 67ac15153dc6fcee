"""What many answers at once cost: ``python -m bench.streams [--streams N] [--rounds N]``."""

from __future__ import annotations

import argparse
import asyncio

from .load import load
from .serving import server


def main() -> None:
    """Print a table for each round; later rounds show whether anything is left behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two tokens")
    asked = parser.parse_args()
    with server(PAUSE=str(asked.pause), KEEP="1") as url:
        for number in range(asked.rounds):
            print(f"\nround {number + 1}", flush=True)  # noqa: T201
            seen = asyncio.run(load(url, asked.streams, f"{number}x"))
            print(seen.table(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
