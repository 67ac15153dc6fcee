"""Results as JSON lines, one file for each kind, so that a run that is killed loses nothing."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from renderer import __version__
from renderer.browser.find import find_chromium

from . import naive


@dataclass(frozen=True, slots=True)
class Setting:
    """What results depend on: when, with what, on which machine."""

    date: str
    versions: Mapping[str, str]
    machine: str
    load: float


def today() -> Setting:
    """The setting of a run that begins now."""
    packages = naive.versions()
    versions = {
        "mathward": __version__,
        "pixelmatch": packages["pixelmatch"],
        "pngjs": packages["pngjs"],
        "Chromium": find_chromium().version,
    }
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return Setting(datetime.now(UTC).date().isoformat(), versions, machine, round(load, 1))


class Log:
    """A file of results; its first line is the setting."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self) -> None:
        self._path.write_text(json.dumps(asdict(today())) + "\n", "utf-8")

    def add(self, record: Mapping[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")

    def read(self) -> tuple[Setting | None, list[dict[str, Any]]]:
        """The setting and the results; None and nothing if there was no run."""
        if not self._path.is_file():
            return None, []
        first, *lines = self._path.read_text("utf-8").splitlines()
        return Setting(**json.loads(first)), [json.loads(line) for line in lines]
