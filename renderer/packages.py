"""The Python packages that mathward is built on: are they installed, and recent enough?

What is wanted stands in mathward's own metadata, made from pyproject.toml; nothing is repeated
here.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import invalidate_caches, metadata
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from .browser.process import run
from .errors import EnvironmentFault

_OWN: Final = "mathward"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_BOUND: Final = re.compile(r"(>=|<)\s*([0-9.]+)")
_EXTRA: Final = re.compile(r"extra\s*==\s*[\"']([^\"']+)")
_SECONDS: Final = 900


def installed(extra: str = "") -> str:
    """What is there, with versions; raises EnvironmentFault if something is not.

    An ``extra`` by name stands for what it adds, none for what every rendering needs.
    """
    if lacking := _lacking(extra):
        words = " ".join(f"'{requirement}'" for requirement in lacking)
        raise EnvironmentFault(f"needs {', '.join(lacking)}", f"type: pip install {words}")
    names = (_name(requirement) for requirement in _requirements(extra))
    return ", ".join(f"{name} {metadata.version(name)}" for name in names)


def install(say: Callable[[str], None], extra: str = "") -> None:
    """Install what :func:`installed` misses, into the environment that is running."""
    lacking = _lacking(extra)
    if not lacking:
        return
    say(f"installing {', '.join(lacking)}")
    _pip(lacking, remedy=f"install {', '.join(lacking)}")


def install_anew(say: Callable[[str], None]) -> None:
    """Install mathward itself once more, without its dependencies, from where it came."""
    say("installing mathward anew")
    own = metadata.distribution(_OWN)
    origin = json.loads(own.read_text("direct_url.json") or "{}")
    words = [f"{_OWN}=={own.version}"]
    if origin.get("dir_info", {}).get("editable"):
        words = ["--editable", url2pathname(urlsplit(origin["url"]).path)]
    _pip(["--force-reinstall", "--no-deps", *words], remedy="install mathward anew")


def _pip(words: list[str], *, remedy: str) -> None:
    pip = [sys.executable, "-m", "pip", "install"]
    if find_spec("pip") is None and shutil.which("uv"):
        pip = ["uv", "pip", "install", "--python", sys.executable]
    outcome = run([*pip, "--quiet", *words], seconds=_SECONDS)
    invalidate_caches()
    if not outcome.good:
        raise EnvironmentFault(f"pip: {outcome.reason}", remedy)


def _lacking(extra: str) -> list[str]:
    return [requirement for requirement in _requirements(extra) if not _is_met(requirement)]


def _requirements(extra: str) -> Iterator[str]:
    """The lines such as ``nh3>=0.3`` that belong to ``extra``, or to none."""
    try:
        lines = metadata.requires(_OWN) or []
    except metadata.PackageNotFoundError:
        raise EnvironmentFault("mathward is not installed", "type: pip install mathward") from None
    for line in lines:
        requirement, _, marker = line.partition(";")
        of = _EXTRA.search(marker)
        if (of[1] if of else "") == extra:
            yield requirement.strip()


def _is_met(requirement: str) -> bool:
    try:
        version = _numbers(metadata.version(_name(requirement)))
    except metadata.PackageNotFoundError:
        return False
    bounds = [(sign, _numbers(bound)) for sign, bound in _BOUND.findall(requirement)]
    return all(version >= bound if sign == ">=" else version < bound for sign, bound in bounds)


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return found[0] if found else requirement


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3])
