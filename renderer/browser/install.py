"""Puts what is missing onto the machine: a Chromium, fonts, a library for Playwright.

A Chromium comes in two ways, in this order: the build that Playwright downloads, then, as root
where there is ``apt-get``, the distribution's package. Where only package registries are
reachable the first fails within seconds and the second serves.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from importlib.util import find_spec

from ..errors import EnvironmentFault
from .find import VARIABLE, Chromium, find_chromium
from .fonts import missing_cjk
from .process import run

Say = Callable[[str], None]
"""Takes one line on what is about to be done."""

_DOWNLOAD_SECONDS = 900
_APT_SECONDS = 1800

# A connection that is never answered is given up after 10 s; each mirror is tried a few times.
_PLAYWRIGHT_ENVIRON = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
_APT_ENVIRON = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
_APT_OPTIONS = ("--yes", "--no-install-recommends", "--option=DPkg::Lock::Timeout=300")

_DRIVER_PACKAGES = ("libatomic1",)  # what the Node.js inside Playwright needs and slim images lack
_FONT_PACKAGES = ("fontconfig", "fonts-noto-cjk")


def install_chromium(say: Say) -> Chromium:
    """The Chromium that is there afterwards; raises EnvironmentFault with the words to type."""
    if found := _found():
        return found
    reasons = []
    for way in (_chromium_by_playwright, _chromium_by_apt):
        reason = way(say)
        if not reason and (found := _found()):
            return found
        reasons.append(reason or "what was installed does not start")
    raise EnvironmentFault(
        f"no Chromium could be installed ({'; '.join(reasons)})", chromium_remedy()
    )


def install_fonts(say: Say) -> None:
    """See that East Asian text can be drawn; raises EnvironmentFault with the words to type."""
    if not missing_cjk():
        return
    reason = _apt(_FONT_PACKAGES, say)
    if missing := missing_cjk():
        why = f" ({reason})" if reason else ""
        raise EnvironmentFault(f"no font for {', '.join(missing)}{why}", fonts_remedy())


def install_driver(say: Say) -> None:
    """See that Playwright's driver starts; raises EnvironmentFault with the words to type."""
    if not driver_problem():
        return
    reason = _apt(_DRIVER_PACKAGES, say)
    if problem := driver_problem():
        why = f" ({reason})" if reason else ""
        raise EnvironmentFault(f"{problem}{why}", driver_remedy())


def driver_problem() -> str:
    """Why Playwright's driver, a Node.js of its own, does not start; empty if it does."""
    outcome = run([sys.executable, "-m", "playwright", "--version"], seconds=60)
    return "" if outcome.good else f"Playwright's driver does not start: {outcome.reason}"


def driver_remedy() -> str:
    """What a person types to get Playwright's driver to start."""
    if shutil.which("apt-get"):
        return _typed(*_DRIVER_PACKAGES)
    return "install the library that it names"


def chromium_remedy() -> str:
    """What a person types to get a Chromium."""
    if shutil.which("apt-get"):
        return _typed("chromium")
    return f"install Chromium, Chrome or Edge, or set {VARIABLE} to the path of one"


def fonts_remedy() -> str:
    """What a person types to get fonts for East Asian text."""
    if shutil.which("apt-get"):
        return _typed(*_FONT_PACKAGES)
    return "install Noto Sans CJK and Noto Serif CJK, and fontconfig"


def _typed(*packages: str) -> str:
    sudo = "" if _is_root() else "sudo "
    return f"type: {sudo}apt-get update && {sudo}apt-get install {' '.join(packages)}"


def _found() -> Chromium | None:
    if os.environ.get(VARIABLE):
        return find_chromium()  # a wrong word of the user's is not mended by installing another
    try:
        return find_chromium()
    except EnvironmentFault:
        return None


def _chromium_by_playwright(say: Say) -> str:
    """Have Playwright download its build; the reason why not, if it cannot."""
    if find_spec("playwright") is None:
        return "Playwright is not installed"
    say("downloading Chromium with Playwright")
    words = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    outcome = run(words, seconds=_DOWNLOAD_SECONDS, environ=_PLAYWRIGHT_ENVIRON)
    return "" if outcome.good else f"playwright install: {outcome.reason}"


def _chromium_by_apt(say: Say) -> str:
    return _apt(("chromium",), say)


def _apt(packages: tuple[str, ...], say: Say) -> str:
    """Install Debian packages; the reason why not, if they cannot be."""
    if not shutil.which("apt-get"):
        return "no apt-get here"
    if not _is_root():
        return "apt-get needs root"
    say(f"installing {' '.join(packages)} with apt-get")
    words = ("apt-get", "install", *_APT_OPTIONS, *packages)
    outcome = run(words, seconds=_APT_SECONDS, environ=_APT_ENVIRON)
    if not outcome.good:  # on a new machine the lists of packages are empty, on an old one stale
        say("updating apt-get's lists of packages")
        run(("apt-get", "update"), seconds=_APT_SECONDS, environ=_APT_ENVIRON)
        outcome = run(words, seconds=_APT_SECONDS, environ=_APT_ENVIRON)
    return "" if outcome.good else f"apt-get: {outcome.reason}"


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
