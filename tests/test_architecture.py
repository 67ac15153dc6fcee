"""The shape of the house: who may import whom, what an import costs, how big things grow.

``LAYERS`` is the table of the architecture page. Each check is a function from a folder of
modules to the list of its breaches, so that the tests also show it catching a seeded one.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

# From the bottom up. A module imports modules of its own layer and of those above it in this
# table (a package counts as one module); the graph of all modules has no cycle at all.
LAYERS = tuple(
    frozenset(line.split())
    for line in """
    errors document options diagnostics
    source characters tex marks simple delimiters evidence finders slugs language markup
    macros numbering references
    mathml lengths mathmlcore sizes segments textform safety rawhtml sanitize highlight lexing
    syntax
    formulas wrapper html
    convert units pieces shield
    commands links
    places
    files policy bundle client mathjax theme subset
    fonts assets page whole
    held stream
    renderer
    cache config editions figures targets publish packages shots browser
    prerender
    ledger check explain needs visual subjects
    integrations
    cli __main__
    """.strip().splitlines()
)  # ``renderer`` itself is the public names

PUBLIC = {
    "Diagnostic", "Document", "EnvironmentFault", "Formula", "Heading", "MathwardError",
    "OptionError", "Options", "OutputError", "SourceError", "Stream", "__version__", "render",
    "render_page", "shield_html",
}  # fmt: skip

# Who alone may import a package, and what nobody imports before it is used.
OWNERS = {"click": ("cli",), "playwright": ("browser",)}
LATE = ("click", "playwright", "bs4", "jinja2", "yaml", "nh3", "pygments", "fontTools", "brotli",
        "platformdirs", "PIL")  # fmt: skip

LONGEST_MODULE = 450
LONGEST_FUNCTION = 60
BIGGEST_FILE = 400_000
STYLE = re.compile(r"""(?:^|[\s"'<])style\s*=|setAttribute\(\s*["']style""", re.IGNORECASE)


@dataclass(frozen=True)
class Module:
    """A module of the package: its dotted name, the package that it lies in, its syntax tree."""

    name: str
    package: str
    path: Path
    tree: ast.Module

    @property
    def unit(self) -> str:
        """Its name in the table of layers."""
        return self.name.split(".")[1] if "." in self.name else self.name

    def imports(self) -> Iterator[tuple[str, int]]:
        """Dotted names and lines of all imports: at the top, inside functions, for types."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
        return ".".join([*parts, *([node.module] if node.module else [])])


def modules_of(folder: Path) -> dict[str, Module]:
    """All modules below ``folder``, a package, by dotted name."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        package = ".".join(parts[:-1])
        name = package if parts[-1] == "__init__" else ".".join(parts)
        found[name] = Module(name, package, path, ast.parse(path.read_text("utf-8")))
    return found


def edges(modules: dict[str, Module]) -> Iterator[tuple[Module, Module, int]]:
    """Each import of a module by another, with its line."""
    for module in modules.values():
        for name, line in module.imports():
            target = modules.get(name) or modules.get(name.rpartition(".")[0])
            if target and target is not module:
                yield module, target, line


def misplaced(modules: dict[str, Module]) -> list[str]:
    """Modules without a place in the table, and imports that run against it."""
    place = {unit: level for level, layer in enumerate(LAYERS) for unit in layer}
    strangers = {module.unit for module in modules.values()} - place.keys()
    breaches = [f"{unit} has no place in LAYERS" for unit in sorted(strangers)]
    for module, target, line in edges(modules):
        if place.get(module.unit, 99) < place.get(target.unit, -1):
            breaches.append(f"{module.path.name}:{line}: {module.name} imports {target.name}")
    return breaches


def cycles(modules: dict[str, Module]) -> list[str]:
    """A cycle of imports, if there is one."""
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for module, target, _ in edges(modules):
        graph[module.name].add(target.name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(reversed(error.args[1]))]
    return []


def trespasses(modules: dict[str, Module]) -> list[str]:
    """Imports of a package that belongs to another part of the house."""
    return [
        f"{module.path.name}:{line}: only {', '.join(owners)} imports {package}"
        for package, owners in OWNERS.items()
        for module in modules.values()
        for name, line in module.imports()
        if name.split(".")[0] == package and module.unit not in owners
    ]


def oversized(modules: dict[str, Module]) -> list[str]:
    """Modules and functions beyond the budget."""
    breaches = []
    for module in modules.values():
        lines = len(module.path.read_text("utf-8").splitlines())
        if lines > LONGEST_MODULE:
            breaches.append(f"{module.name} has {lines} lines")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    breaches.append(f"{module.name}.{node.name} has {length} lines")
    return breaches


def styled(modules: dict[str, Module]) -> list[str]:
    """Strings that write a ``style`` attribute; docstrings and patterns only speak of it."""
    return [
        f"{module.path.name}:{node.lineno}: {node.value[:60]!r}"
        for module in modules.values()
        for node in _texts(module.tree)
        if isinstance(node.value, str) and STYLE.search(node.value)
    ]


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    apart: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # a docstring, before its constant is met
            apart.add(id(node.value))
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
            apart |= {id(inner) for argument in node.args for inner in ast.walk(argument)}
        elif isinstance(node, ast.Constant) and id(node) not in apart:
            yield node


@cache
def _house(folder: Path) -> dict[str, Module]:
    return modules_of(folder)


@pytest.fixture
def house(root: Path) -> dict[str, Module]:
    return _house(root / "renderer")


@pytest.mark.parametrize("check", [misplaced, cycles, trespasses, oversized, styled])
def test_house_is_in_order(check: object, house: dict[str, Module]) -> None:
    """Imports run one way without cycles, owners alone import theirs, budgets hold."""
    assert callable(check)
    breaches = check(house)
    assert not breaches, "\n".join(breaches)


def test_layers_are_those_of_the_architecture_page(root: Path) -> None:
    """The page's chain of modules is the table above, name by name."""
    page = (root / "site/architecture.md").read_text("utf-8")
    line = next(line for line in page.splitlines() if line.startswith("`errors`"))
    told = [frozenset(re.findall(r"`([\w]+)/?`", layer)) for layer in line.split(" → ")]
    assert told == [layer - {"renderer", "client", "mathjax", "__main__"} for layer in LAYERS]


INNOCENT = """'a docstring on <p style="">'
import re
from .errors import x
r = re.compile(' style="')
"""

SEEDS = {
    "upwards": (misplaced, "tex.py", "from .page import x", "renderer.tex imports renderer.page"),
    "in a function": (
        misplaced,
        "tex.py",
        "def f():\n    from renderer.cli.render import x",
        "renderer.tex imports renderer.cli.render",
    ),
    "for types": (
        misplaced,
        "syntax/math.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..convert import x",
        "renderer.syntax.math imports renderer.convert",
    ),
    "the whole": (misplaced, "tex.py", "from . import render", "renderer.tex imports renderer"),
    "stranger": (misplaced, "utils.py", "", "utils has no place"),
    "cycle": (cycles, "errors.py", "from .document import x", "renderer.document"),
    "click": (trespasses, "page.py", "import click", "only cli imports click"),
    "playwright": (
        trespasses,
        "cli/render.py",
        "def f():\n    from playwright.sync_api import x",
        "only browser imports playwright",
    ),
    "long module": (oversized, "tex.py", "\n" * 451, "renderer.tex has 451 lines"),
    "long function": (oversized, "tex.py", "def f():" + "\n    1" * 60, "renderer.tex.f has 61"),
    "style": (styled, "html.py", "x = f'<td style=\"{1}\">'", "html.py:1"),
}


@pytest.mark.parametrize("seed", SEEDS.values(), ids=SEEDS.keys())
def test_seeded_breach_is_caught(seed: tuple[object, str, str, str], tmp_path: Path) -> None:
    """Each check finds the one breach that is put into a house that is in order."""
    check, name, source, message = seed
    assert callable(check)
    package = tmp_path / "renderer"
    for path in ("__init__", "errors", "document", "tex", "convert", "page", "html", "syntax/math",
                 "cli/render"):  # fmt: skip
        (package / path).parent.mkdir(exist_ok=True)
        (package / f"{path}.py").write_text("", "utf-8")
    (package / "document.py").write_text(INNOCENT, "utf-8")
    assert check(modules_of(package)) == []
    (package / name).write_text(source, "utf-8")
    (breach,) = check(modules_of(package))
    assert message in breach


def _python(code: str, **environ: str) -> str:
    environ = {**os.environ, **environ}
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environ
    ).stdout


@pytest.mark.parametrize(
    "use", ["import renderer", "from renderer import render; render('# A $b$\\n\\n- [x] *c*')"]
)
def test_import_brings_nothing_that_can_wait(use: str) -> None:
    """Neither the import nor a plain rendering loads what only some callers use."""
    loaded = json.loads(_python(f"import json, sys; {use}; print(json.dumps([*sys.modules]))"))
    assert "renderer" in loaded
    assert [package for package in LATE if package in loaded] == []


IMPORT_COST = """
import os
from time import process_time as clock
source = open(os.__file__, encoding="utf-8").read()
def measure():
    start = clock()
    compile(source, "os.py", "exec")
    return clock() - start
before = measure()
start = clock()
import renderer
cost = clock() - start
print(cost, min(before, measure()))
"""
ORDINARY = 0.007  # seconds that compiling os.py takes on an ordinary machine left in peace


def test_import_is_quick(tmp_path: Path) -> None:
    """``import renderer`` costs under 100 ms of an ordinary processor's time."""
    # Compiled files as an installation has them, also where this machine writes none.
    compiled = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    costs = []
    for _ in range(12):  # others use the machine, too: the best time counts, at its speed just then
        cost, compiling = map(float, _python(IMPORT_COST, **compiled).split())
        costs.append(cost / max(1.0, compiling / ORDINARY))
        if costs[-1] < 0.1:
            return
    pytest.fail(f"import renderer takes {min(costs):.3f} s")


def test_public_names_are_the_agreed_ones() -> None:
    """The package offers the names of the architecture page, and shows nothing besides."""
    names = json.loads(
        _python(
            "import json, renderer; print(json.dumps([renderer.__all__, dir(renderer), "
            "[n for n in renderer.__all__ if not hasattr(renderer, n)]]))"
        )
    )
    assert set(names[0]) == set(names[1]) == PUBLIC
    assert names[2] == []


def test_folders_of_content_are_no_packages(root: Path) -> None:
    """site, themes and fixtures hold content; nothing can be imported from them."""
    for folder in ("site", "themes", "fixtures"):
        assert not list((root / folder).rglob("__init__.py"))


def test_templates_and_scripts_write_no_style_attribute(root: Path) -> None:
    """Pages hold under ``style-src-attr 'none'``: nothing of ours sets a style attribute."""
    files = [*(root / "themes").rglob("*.j2"), *(root / "renderer" / "client").rglob("*.js")]
    assert files
    assert [str(file) for file in files if STYLE.search(file.read_text("utf-8"))] == []


def test_no_big_file_in_git(root: Path) -> None:
    """What is in git, or about to be, is written by people: no file is over 400 kB."""
    command = [
        "git",
        "-C",
        str(root),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    files = [root / name for name in listed if name and (root / name).is_file()]
    assert files
    assert [str(file) for file in files if file.stat().st_size > BIGGEST_FILE] == []
