"""A list of papers that never seems to end: ``./run demo papers [--port N]``."""

from __future__ import annotations

import argparse

import uvicorn

from .app import application


def main() -> None:
    """Serve on the loopback address until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8025)
    uvicorn.run(application(), host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    main()
