"""Which Chromium is there? The one that the user names, Playwright's own, or one on PATH.

Installs nothing (``install`` does) and needs no Playwright.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ..errors import EnvironmentFault
from .process import run

VARIABLE = "MATHWARD_CHROMIUM"

_COMMANDS = (
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chromium-browser",  # last: where it is a stub that only advertises a snap, it does not start
)

# Below the folder of Playwright's browsers; the shell is what it starts when nothing is shown.
_PLAYWRIGHT_BUILDS = (
    "chromium_headless_shell-*/*/chrome-headless-shell*",
    "chromium_headless_shell-*/*/headless_shell*",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-win*/chrome.exe",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser that starts: where it is, its version and where it was found."""

    path: Path
    version: str
    origin: str


def find_chromium() -> Chromium:
    """The Chromium to drive; raises EnvironmentFault, with the remedy, if there is none."""
    named = os.environ.get(VARIABLE)
    if named:
        return _named(named)
    for path, origin in _candidates():
        if version := version_of(path):
            return Chromium(path, version, origin)
    raise EnvironmentFault("no Chromium found", "`mathward doctor --fix` installs one")


def version_of(path: Path) -> str:
    """The version of the browser at ``path``, empty if it does not start."""
    if os.name == "nt":  # there a browser opens a window instead of printing its version
        return "of unknown version" if path.is_file() else ""
    outcome = run([str(path), "--version"], seconds=20)
    version = re.search(r"\d+(?:\.\d+)+", outcome.output)
    return version.group() if outcome.good and version else ""


def _named(named: str) -> Chromium:
    """The browser that the user names; a wrong name is an error, never passed over."""
    found = shutil.which(named)
    version = version_of(Path(found)) if found else ""
    if not found or not version:
        raise EnvironmentFault(
            f"{VARIABLE}={named} is no browser that starts", "correct it or unset it"
        )
    return Chromium(Path(found), version, VARIABLE)


def _candidates() -> Iterator[tuple[Path, str]]:
    for pattern in _PLAYWRIGHT_BUILDS:
        builds = sorted(_playwright_folder().glob(pattern), key=_revision, reverse=True)
        yield from ((build, "Playwright") for build in builds if os.access(build, os.X_OK))
    for command in _COMMANDS:
        if found := shutil.which(command):
            yield Path(found), "PATH"


def _playwright_folder() -> Path:
    """The folder in which Playwright keeps its browsers."""
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if chosen == "0":  # Playwright's word for: inside its own package
        package = find_spec("playwright")
        return Path(package.origin if package and package.origin else "").parent.joinpath(
            "driver", "package", ".local-browsers"
        )
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "ms-playwright"


def _revision(build: Path) -> int:
    numbers = re.findall(r"chromium(?:_headless_shell)?-(\d+)", str(build))
    return int(numbers[-1]) if numbers else 0
