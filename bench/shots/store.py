"""Results as JSON lines, one file for each kind, so that a run that is killed loses nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from renderer import __version__
from renderer.browser.find import find_chromium

from ..setting import Setting, today
from . import naive


def _setting() -> Setting:
    """Of a run that begins now."""
    packages = naive.versions()
    versions = {
        "mathward": __version__,
        "pixelmatch": packages["pixelmatch"],
        "pngjs": packages["pngjs"],
        "Chromium": find_chromium().version,
    }
    return today(versions)


class Log:
    """A file of results; its first line is the setting."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self) -> None:
        self._path.write_text(json.dumps(asdict(_setting())) + "\n", "utf-8")

    def add(self, record: Mapping[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")

    def read(self) -> tuple[Setting | None, list[dict[str, Any]]]:
        """The setting and the results; None and nothing if there was no run."""
        if not self._path.is_file():
            return None, []
        first, *lines = self._path.read_text("utf-8").splitlines()
        return Setting(**json.loads(first)), [json.loads(line) for line in lines]
