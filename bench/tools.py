"""Programs that benchmarks run: npm for what they compare with, Node, and mathward itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LOCK = "package-lock.json"
_PACKAGES = ("package.json", LOCK)


class ToolError(Exception):
    """A program that the benchmark needs is missing or failed."""


def install(source: Path, place: Path) -> None:
    """See that the packages of the lock file in ``source`` lie in ``place``."""
    lock, stamp = (source / LOCK).read_text("utf-8"), place / "installed"
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    place.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for name in _PACKAGES:
        shutil.copy(source / name, place / name)
    run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], place)
    stamp.write_text(lock, "utf-8")


def versions(source: Path) -> dict[str, str]:
    """The pinned version of each package by the name it is installed under."""
    lock = json.loads((source / LOCK).read_bytes())
    packages = {Path(path).name: entry for path, entry in lock["packages"].items() if path}
    return {name: entry["version"] for name, entry in packages.items()}


def render(*arguments: str) -> None:
    """Run ``mathward render``, as a user does."""
    run([sys.executable, "-m", "renderer", "render", *arguments], None)


def run(
    command: Sequence[str],
    place: Path | None,
    given: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """What the command prints; ToolError, with its last words, if it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - npm, Node with our own scripts, our own command
            list(command),
            cwd=place,
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except OSError as error:
        raise ToolError(f"{command[0]} does not start: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no word why"]
        raise ToolError(f"{' '.join(command[:4])} failed: {said[-1]}")
    return done.stdout
