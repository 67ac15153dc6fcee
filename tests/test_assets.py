"""Assets: what pages ask for is named rightly, written whole and pinned."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from renderer import assets as module
from renderer.assets import MATHJAX_VERSION, Assets, check_mathjax, css_of, install
from renderer.bundle import client_script, math_css
from renderer.errors import EnvironmentFault
from renderer.theme import Theme, load_theme


@pytest.fixture(scope="module")
def plain() -> Theme:
    return load_theme("plain")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_folder_names_files_that_install_writes(plain: Theme, tmp_path: Path) -> None:
    """Every address in the tags of a page is a file or folder that is there."""
    install(tmp_path / "a b", [plain])
    own = Assets.folder("a%20b/")
    tags = own.stylesheet(plain) + own.script()
    addresses = re.findall(r'(?:href|src|data-mathjax)="([^"]+)"', tags)
    assert addresses == [
        "a%20b/plain.css",
        "a%20b/fonts.css",
        "a%20b/mathward.js",
        "a%20b/mathjax/",
    ]
    for address in addresses:
        assert (tmp_path / address.replace("%20", " ")).exists()


def test_address_is_escaped(plain: Theme) -> None:
    """A folder's address cannot end the attribute that it stands in."""
    tags = Assets.folder('x"><script>').stylesheet(plain) + Assets.folder('x"><script>').script()
    assert '"><script>' not in tags


def test_none_is_one_file_without_script(plain: Theme) -> None:
    """Without assets the css is in the page, and no script and no host is allowed."""
    none = Assets.none()
    css = css_of(plain).replace("@media not (scripting: none)", "@media not all")
    assert none.stylesheet(plain) == f"<style>\n{css}</style>"
    assert "scripting" not in css
    assert (none.script(), none.hosts, none.script_sources) == ("", "", "")


def test_cdn_is_one_file_with_pinned_addresses(plain: Theme) -> None:
    """The client is in the page, allowed by its hash; each address has the exact version."""
    cdn = Assets.cdn()
    assert cdn.stylesheet(plain).startswith("<style>")
    attributes, _, script = cdn.script().partition(">")
    assert script == client_script() + "</script>"
    addresses = re.findall(r'="(https://[^"]+)"', attributes)
    assert len(addresses) == 2
    assert all(address.startswith("https://") for address in addresses)
    assert all(f"@{MATHJAX_VERSION}" in address for address in addresses)
    digest = b64encode(sha256(client_script().encode()).digest()).decode()
    assert f"'sha256-{digest}'" in cdn.script_sources
    assert "sha256" not in cdn.hosts
    assert cdn.hosts in cdn.script_sources


def test_rules_for_formulas_come_before_the_themes(plain: Theme) -> None:
    """A theme can override what formulas need, so its rules stand after them."""
    css = css_of(plain)
    assert css.startswith(math_css())
    assert css.endswith(plain.css)


def test_install_is_complete_and_leaves_equal_files_alone(plain: Theme, tmp_path: Path) -> None:
    """Two themes, the client and all of MathJax; a second run touches nothing."""
    themes = [plain, load_theme("paper")]
    install(tmp_path, themes)
    first = files(tmp_path)
    assert {
        "plain.css",
        "paper.css",
        "mathward.js",
        "mathjax/startup.js",
        "mathjax/LICENSE",
    } <= set(first)
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in first}
    (tmp_path / "mathjax" / "startup.js").write_text("half", encoding="utf-8")
    install(tmp_path, themes)
    assert files(tmp_path) == first
    changed = {name for name in first if (tmp_path / name).stat().st_mtime_ns != times[name]}
    assert changed == {"mathjax/startup.js"}


def test_two_runs_at_once_end_right(plain: Theme, tmp_path: Path) -> None:
    """Runs that write the same folder at the same time leave every file whole and no other."""
    with ThreadPoolExecutor(4) as pool:
        for run in [pool.submit(install, tmp_path / "both", [plain]) for _ in range(4)]:
            run.result()
    install(tmp_path / "one", [plain])
    assert files(tmp_path / "both") == files(tmp_path / "one")


def test_version_is_the_lock_files(root: Path) -> None:
    """The addresses of the public host, package.json and the lock file pin the same version."""
    wanted = json.loads((root / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    of_mathjax = {name: version for name, version in wanted.items() if "mathjax" in name}
    assert len(of_mathjax) == 4
    assert set(of_mathjax.values()) == {MATHJAX_VERSION}
    assert {lock[f"node_modules/{name}"]["version"] for name in of_mathjax} == {MATHJAX_VERSION}


def test_lock_file_names_no_host(root: Path) -> None:
    """The lock file pins by hash and leaves it to npm's settings where files come from."""
    text = (root / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_missing_or_damaged_mathjax_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`doctor` and `render` name what is wrong with MathJax's files and what to do."""
    assert check_mathjax().startswith(MATHJAX_VERSION)
    monkeypatch.setattr(module, "_VENDOR", tmp_path)
    with pytest.raises(EnvironmentFault, match="not in the package; install"):
        install(tmp_path / "out", [])
    (tmp_path / "manifest.json").write_text(json.dumps({"files": {"core.js": "0" * 64}}))
    for content in (None, "damaged"):
        if content:
            (tmp_path / "core.js").write_text(content)
        with pytest.raises(EnvironmentFault, match=r"core\.js is missing or damaged"):
            check_mathjax()
        with pytest.raises(EnvironmentFault, match=r"core\.js is missing or damaged"):
            install(tmp_path / "out", [])
    assert not (tmp_path / "out" / "mathjax").exists()
