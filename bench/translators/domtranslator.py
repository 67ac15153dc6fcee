"""domtranslator, the code of the extension Linguist: from npm, run in Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import Setting, Unavailable, script
from pages import HERE, Page

from renderer.browser.session import Tab, launch, open_tab
from renderer.errors import EnvironmentFault

PACKAGES = ("domtranslator@1", "esbuild@0", "mathjax@4.1.3", "@mathjax/mathjax-newcm-font@4.1.3")

# What each setting leaves alone. Linguist's is its list (version 7.0.5) without the entries for
# particular sites and icons; README's is that of the package's own example, which knows neither
# `translate=no` nor `.notranslate`.
IGNORED = {
    "Linguist": (
        "meta link script noscript style code pre textarea time kbd svg g ruby rt rp math d-math"
        " samp .notranslate [contenteditable='true'] [translate=no] [role=code]"
    ).split(),
    "README": "meta link script noscript style code textarea".split(),
}

SETTINGS = (Setting("Linguist"), Setting("README", honours_marks=False))


@dataclass(slots=True)
class DOMTranslator:
    """Chromium with domtranslator as an engine."""

    tab: Tab
    bundle: str
    version: str
    name: str = "domtranslator"
    settings: tuple[Setting, ...] = SETTINGS

    def open(self, address: str) -> None:
        self.tab.page.goto(address, wait_until="domcontentloaded")

    def run(self, function: str, argument: Any) -> Any:
        return self.tab.page.evaluate(
            f"(argument) => {{ {script('page.js')}\nreturn {function}(argument); }}", argument
        )

    def append(self, html: str) -> None:
        self.tab.page.evaluate(
            "(html) => document.querySelector('main').insertAdjacentHTML('beforeend', html)", html
        )

    def translate(self, page: Page, setting: Setting) -> None:
        self.tab.page.evaluate(
            f"""(ignored) => {{ {script("letters.js")}\n{self.bundle}
            globalThis.restoreOriginal = domtranslator.start(ignored, translated); }}""",
            IGNORED[setting.name],
        )

    def restore(self) -> None:
        self.tab.page.evaluate("() => globalThis.restoreOriginal()")


def install(cache: Path) -> Path:
    """The folder of node modules, installed once; no package's scripts are run."""
    modules = cache / "npm" / "node_modules"
    if not shutil.which("npm"):
        raise Unavailable("no npm here")
    if all((modules / name.rpartition("@")[0]).exists() for name in PACKAGES):
        return modules
    folder = cache / "npm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}', "utf-8")
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"npm does not install {', '.join(PACKAGES)}: {reason}")
    return modules


def bundle(modules: Path) -> str:
    """domtranslator as a classic script that sets a variable of that name."""
    entry = modules.parent / "entry.js"
    entry.write_text((HERE / "domtranslator.js").read_text("utf-8"), "utf-8")
    command = [str(modules / ".bin" / "esbuild"), str(entry), "--bundle"]
    command += ["--format=iife", "--global-name=domtranslator"]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise Unavailable(f"esbuild does not bundle domtranslator: {done.stderr.strip()[:200]}")
    return done.stdout


@contextmanager
def running(modules: Path) -> Iterator[DOMTranslator]:
    """Chromium with the bundle at hand."""
    package = json.loads((modules / "domtranslator" / "package.json").read_text("utf-8"))
    code = bundle(modules)
    try:
        with launch() as browser, open_tab(browser, viewport={"width": 1280, "height": 800}) as tab:
            version = f"{package['version']} in Chromium {browser.version}"
            yield DOMTranslator(tab, code, version)
    except EnvironmentFault as fault:
        raise Unavailable(str(fault)) from None
