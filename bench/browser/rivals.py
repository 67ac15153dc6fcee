"""The engines that mathward is compared with: installed by npm, asked through Node.

They live in the work folder, at the versions of the lock file, and never in the repository.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_FILES = ("package.json", "package-lock.json")


class ToolError(Exception):
    """A program that the benchmark needs is missing or failed."""


@cache
def versions() -> dict[str, str]:
    """The pinned version of each package by the name it is installed under."""
    lock = json.loads((_HERE / "package-lock.json").read_bytes())
    packages = {Path(path).name: entry for path, entry in lock["packages"].items() if path}
    return {name: entry["version"] for name, entry in packages.items()}


def folder(work: Path) -> Path:
    """Where the rivals lie."""
    return work / "rivals" / "node_modules"


def install(work: Path) -> None:
    """See that the rivals of the lock file lie in ``work``."""
    place = work / "rivals"
    lock = (_HERE / _FILES[1]).read_text("utf-8")
    stamp = place / "installed"
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    place.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for name in _FILES:
        shutil.copy(_HERE / name, place / name)
    _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], place)
    stamp.write_text(lock, "utf-8")


def typesettable(formulas: Sequence[tuple[str, bool]], work: Path) -> list[tuple[str, bool]]:
    """Those of the formulas, TeX and display, that each of the rivals takes without an error."""
    good = list(formulas)
    for engine in ("katex", "mathjax", "mathjax3"):
        verdicts = _ask(engine, good, work)
        good = [each for each, verdict in zip(good, verdicts, strict=True) if verdict is not None]
    return good


def katex_html(formulas: Sequence[tuple[str, bool]], work: Path) -> list[str]:
    """KaTeX's HTML of each formula."""
    drawn = _ask("katex", formulas, work)
    if None in drawn:
        raise ToolError(f"KaTeX does not take {formulas[drawn.index(None)][0]!r}")
    return [html for html in drawn if html is not None]


def _ask(engine: str, formulas: Sequence[tuple[str, bool]], work: Path) -> list[str | None]:
    asked = json.dumps([list(each) for each in formulas])
    command = ["node", str(_HERE / "typeset.mjs"), engine, str(folder(work))]
    answer: list[str | None] = json.loads(_run(command, work, asked))
    return answer


def _run(command: Sequence[str], place: Path, given: str | None = None) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - npm and our own script
            list(command),
            cwd=place,
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError as error:
        raise ToolError(f"{command[0]} does not start: {error.strerror}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no word why"]
        raise ToolError(f"{' '.join(command[:2])} failed: {said[-1]}")
    return done.stdout
