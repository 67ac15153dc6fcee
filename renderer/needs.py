"""What mathward needs from the machine: is it there, and what brings it?

:data:`NEEDS` is the one list, in the order in which they are shown and mended.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from . import packages
from .assets import check_mathjax
from .browser.find import find_chromium
from .browser.fonts import math_fonts, missing_cjk
from .browser.install import (
    Say,
    driver_problem,
    driver_remedy,
    fonts_remedy,
    install_chromium,
    install_driver,
    install_fonts,
)
from .errors import EnvironmentFault

_EXTRA: Final = "visual"  # what pyproject.toml calls the packages that drive a browser


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a need: ``remedy`` is what to do about it, empty if all is well."""

    name: str
    found: str
    remedy: str = ""
    optional: bool = False

    @property
    def ok(self) -> bool:
        return not self.remedy


@dataclass(frozen=True, slots=True)
class Need:
    """Something the machine has to have.

    ``look`` tells what is there, or raises EnvironmentFault with the remedy; ``mend`` brings it,
    where mathward can. An ``optional`` one makes pages better and is left to the machine's owner.
    """

    name: str
    look: Callable[[], str]
    mend: Callable[[Say], object] | None = None
    optional: bool = False

    def find(self) -> Finding:
        try:
            return Finding(self.name, self.look(), optional=self.optional)
        except EnvironmentFault as fault:
            return self.missing(fault)

    def missing(self, fault: EnvironmentFault) -> Finding:
        what = str(fault).removesuffix(f"; {fault.remedy}")
        return Finding(self.name, what, fault.remedy or "no remedy known", self.optional)


def examine(*, fix: bool = False, say: Say = lambda line: None) -> Iterator[Finding]:
    """What was found of each need, in turn; under ``fix`` after mending what was missing."""
    for need in NEEDS:
        finding = need.find()
        if fix and not finding.ok and not need.optional and need.mend:
            try:
                need.mend(say)
                finding = need.find()
            except EnvironmentFault as fault:
                finding = need.missing(fault)
        yield finding


def _python() -> str:
    return f"{platform.python_version()} ({sys.executable})"


def _playwright() -> str:
    versions = packages.installed(_EXTRA)
    if problem := driver_problem():
        raise EnvironmentFault(problem, driver_remedy())
    return versions


def _mend_playwright(say: Say) -> None:
    packages.install(say, _EXTRA)
    install_driver(say)


def _chromium() -> str:
    chromium = find_chromium()
    return f"{chromium.version} ({chromium.path}, from {chromium.origin})"


def _cjk_fonts() -> str:
    if missing := missing_cjk():
        raise EnvironmentFault(f"no font for {', '.join(missing)}", fonts_remedy())
    return "Chinese, Japanese and Korean can be drawn"


def _math_font() -> str:
    if fonts := math_fonts():
        return ", ".join(fonts)
    raise EnvironmentFault(
        "MathML is drawn with a font for text", "install one, such as STIX Two Math"
    )


NEEDS: Final = (
    Need("Python", _python),
    Need("packages", packages.installed, packages.install),
    Need("MathJax", check_mathjax, packages.install_anew),
    Need("Playwright", _playwright, _mend_playwright),
    Need("Chromium", _chromium, install_chromium),
    Need("East Asian fonts", _cjk_fonts, install_fonts),
    Need("mathematical font", _math_font, optional=True),
)
