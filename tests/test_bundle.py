"""The joined script: every module once, in order, and nothing that only modules can do."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from renderer.bundle import (
    ENTRY,
    SHIELD,
    STREAM,
    client_script,
    joined,
    math_css,
    modules,
    shield_script,
    stream_script,
)

BUDGET = 4096  # bytes of client/, minified and gzipped, without the adapter to MathJax
MINIFIER = 0.7  # what a minifier leaves of our gzipped text without comments; terser: 0.67


def write(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder / "main.js"


@pytest.mark.parametrize("entry", [ENTRY, SHIELD, STREAM])
def test_modules_come_before_those_that_use_them(entry: Path) -> None:
    """Each module of a script is there once, after all that it imports."""
    order = modules(entry)
    assert len(order) == len(set(order))
    assert order[-1] == entry
    for module in order:
        imported = re.findall(r'^import .* from "([^"]+)"', module.read_text("utf-8"), re.M)
        for target in imported:
            assert order.index((module.parent / target).resolve()) < order.index(module)


def test_every_module_is_in_a_script() -> None:
    """Nothing lies beside the client that no page gets."""
    folders = ENTRY.parent, ENTRY.parents[1] / "mathjax"
    there = {path for folder in folders for path in folder.glob("*.js")}
    assert {*modules(ENTRY), *modules(SHIELD), *modules(STREAM)} == there


def test_shield_alone_is_small() -> None:
    """Pages that only guard foreign HTML need neither queue nor MathJax."""
    assert len(modules(SHIELD)) == 3
    assert "MathJax" not in shield_script()


def test_stream_alone_is_small() -> None:
    """What shows answers brings neither queue nor MathJax: the page has them already."""
    assert "MathJax" not in stream_script()
    assert ENTRY.with_name("queue.js") not in modules(STREAM)


@pytest.mark.parametrize("made", [client_script, shield_script, stream_script])
def test_script_is_classic_and_bare(made: Callable[[], str]) -> None:
    """No import, export or comment is left, and Node, if there is one, can read it."""
    script = made()
    assert not re.search(r"^\s*(?:import|export)\b", script, re.MULTILINE)
    assert not re.search(r"^\s*(?://|/\*\*)", script, re.MULTILINE)
    assert "</script" not in script.lower()
    if node := shutil.which("node"):
        subprocess.run([node, "--check", "-"], input=script, text=True, check=True)


def test_imports_exports_and_comments_go(tmp_path: Path) -> None:
    """What is joined is the plain statements of both, those of the imported one first."""
    entry = write(
        tmp_path,
        main='// @ts-check\nimport { a,\n  b } from "./two.js";\n'
        "/** @type {number} */ export const c = a;\n",
        two="/**\n * Says so.\n */\nexport function a() {\n  /** @type {X} */ let x = 1; // why\n"
        "}\nexport class b {\n  // alone\n}\n",
    )
    assert joined(entry) == ("function a() {\n  let x = 1; // why\n}\nclass b {\n}\nconst c = a;\n")


@pytest.mark.parametrize(
    ("sources", "complaint"),
    [
        (
            {"main": 'import { a } from "./b.js";\nconst x = 1;\n', "b": "const x = 2;\n"},
            "two modules",
        ),
        (
            {"main": 'import { a } from "./b.js";\n', "b": 'import { c } from "./main.js";\n'},
            "itself",
        ),
        ({"main": "export default 1;\n"}, "cannot be joined"),
        ({"main": 'import * as a from "./b.js";\n'}, "cannot be joined"),
    ],
)
def test_what_joining_would_change_is_refused(
    tmp_path: Path, sources: dict[str, str], complaint: str
) -> None:
    """A name used twice, a circle and other kinds of import or export are errors."""
    with pytest.raises(ValueError, match=complaint):
        joined(write(tmp_path, **sources))


def test_client_is_small(tmp_path: Path) -> None:
    """Without what knows MathJax the client keeps its budget."""
    for module in ENTRY.parent.glob("*.js"):
        shutil.copy(module, tmp_path)
    (tmp_path / "mathjax.js").write_text("export class MathJaxTypesetter {}\n", encoding="utf-8")
    bare = re.sub(r"^ +|\n(?=\n)", "", joined(tmp_path / "page.js"), flags=re.MULTILINE)
    assert len(gzip.compress(bare.encode(), 9)) * MINIFIER < BUDGET


def test_css_names_nothing_elsewhere() -> None:
    """The rules for formulas ask for no other file and set no look that is a theme's."""
    css = math_css()
    assert "url(" not in css
    assert "@import" not in css
    assert "color:" not in css.replace("border-bottom", "")
