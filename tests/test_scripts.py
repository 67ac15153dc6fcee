"""Our own scripts: their types hold, and the client stays small.

TypeScript and esbuild are those of package-lock.json; ``./run test`` puts them beside Python's
environment.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from renderer.bundle import ENTRY, SHIELD, STREAM, modules

TOOLS = Path(sys.prefix, "node", "node_modules", ".bin")
CLIENT_BUDGET = 4096  # bytes, minified and gzipped
STREAM_BUDGET = 3700
# What knows MathJax, and with it what serves the reader of its drawings, counts as MathJax's.
ADAPTER = "mathjax"


def run(tool: str, *arguments: str, text: str = "", cwd: Path | None = None) -> str:
    """What a tool prints; its complaints if it is not content."""
    done = subprocess.run(
        [TOOLS / tool, *arguments], input=text, capture_output=True, text=True, cwd=cwd
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def minified(paths: list[Path]) -> int:
    """Bytes of these modules, joined, minified and gzipped."""
    text = "\n".join(path.read_text("utf-8") for path in paths)
    lines = [line for line in text.splitlines() if not line.startswith("import ")]
    script = run("esbuild", "--minify", "--format=iife", text="\n".join(lines))
    return len(gzip.compress(script.encode(), 9, mtime=0))


def test_types_hold(root: Path) -> None:
    """TypeScript finds nothing wrong with the client, the adapter or the tests' scripts."""
    run("tsc", "--project", "tsconfig.json", cwd=root)


def test_a_wrong_type_is_found(root: Path, tmp_path: Path) -> None:
    """The check is strict: a number for a string, or what may be null, is told."""
    (tmp_path / "wrong.js").write_text("// @ts-check\ndocument.body.className = 1;\n", "utf-8")
    with pytest.raises(AssertionError, match="not assignable"):
        run("tsc", "--noEmit", "--checkJs", "--strict", "--types", "", "wrong.js", cwd=tmp_path)


def test_client_is_small() -> None:
    """Without what belongs to MathJax the client has at most 4 kB."""
    client = [path for path in modules(ENTRY) if ADAPTER not in (path.parent.name, path.stem)]
    assert len(client) > 5
    assert 2000 < minified(client) <= CLIENT_BUDGET


def test_shield_is_small() -> None:
    """What guards foreign HTML and growing text is counted apart, and has at most 2 kB."""
    shield = [path for path in modules(SHIELD) if path.stem != "states"]
    assert 500 < minified(shield) <= CLIENT_BUDGET / 2


def test_stream_is_small() -> None:
    """What shows answers as they arrive is counted apart, and has at most 3.5 kB."""
    stream = [path for path in modules(STREAM) if path.stem != "states"]
    assert 1000 < minified(stream) <= STREAM_BUDGET
