"""Serves the page "translate me": a person translates it, and it says what became of it.

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path
from threading import Event

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))  # the checkout's renderer, installed or not

from pages import ANSWERS, Page, make_pages, serving  # noqa: E402

SCRIPTS = ("page.js", "translate-me.js")


def prepare(folder: Path, answers: list[str]) -> list[Page]:
    """The pages to translate, each with the panel in it."""
    pages = make_pages(folder, answers, None)
    for name in SCRIPTS:
        shutil.copy(HERE / name, folder)
    tags = "".join(f'<script defer src="{name}"></script>\n' for name in SCRIPTS)
    for page in pages:
        path = folder / page.path
        path.write_text(re.sub("(?=</head>)", tags, path.read_text("utf-8"), count=1), "utf-8")
    return pages


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = sorted(path.stem for path in ANSWERS.glob("*.md"))
    parser.add_argument("--answers", nargs="*", default=["paper-qa.zh"], choices=known)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as server:
        for page in prepare(Path(name), given.answers):
            print(server.url(page), flush=True)  # noqa: T201
        print("Ctrl-C ends it.", file=sys.stderr)  # noqa: T201
        try:
            Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
