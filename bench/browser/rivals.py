"""The engines that mathward is compared with: installed by npm, asked through Node.

They live in the work folder, at the versions of the lock file, and never in the repository.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from .. import tools
from ..tools import ToolError

_HERE = Path(__file__).parent


def versions() -> dict[str, str]:
    """The pinned version of each package by the name it is installed under."""
    return tools.versions(_HERE)


def folder(work: Path) -> Path:
    """Where the rivals lie."""
    return work / "rivals" / "node_modules"


def install(work: Path) -> None:
    """See that the rivals of the lock file lie in ``work``."""
    tools.install(_HERE, work / "rivals")


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
    answer: list[str | None] = json.loads(tools.run(command, work, asked))
    return answer
