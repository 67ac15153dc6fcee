"""``./run demo chat``: the chat on this machine alone."""

from __future__ import annotations

import argparse

import uvicorn

from .app import application


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./run demo chat", description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument(
        "--history", type=int, default=0, metavar="N", help="begin with N messages from before"
    )
    options = parser.parse_args()
    print(f"http://127.0.0.1:{options.port}/  (Ctrl-C ends)", flush=True)  # noqa: T201
    uvicorn.run(
        application(options.history), host="127.0.0.1", port=options.port, log_level="warning"
    )


if __name__ == "__main__":
    main()
