"""Which fonts can the browser draw with? Asks fontconfig; macOS and Windows bring theirs."""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from pathlib import Path

from .process import run

_CJK = ("zh-cn", "zh-tw", "ja", "ko")
_MATH = "und-zmth"  # fontconfig's name for the repertoire of mathematics
_FONT = "%{family}|%{style}|%{fontversion}|%{variable}\\n"
_SMOOTHING = "%{antialias}|%{hinting}|%{hintstyle}|%{autohint}|%{rgba}|%{lcdfilter}"
_FOLDERS = ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "$WINDIR/Fonts")


def missing_cjk() -> tuple[str, ...]:
    """The East Asian languages that no font covers; all of them where that cannot be told."""
    if sys.platform in ("darwin", "win32"):
        return ()
    return tuple(language for language in _CJK if not covering(language))


def math_fonts() -> tuple[str, ...]:
    """The installed fonts that cover mathematics."""
    return covering(_MATH)


def covering(language: str) -> tuple[str, ...]:
    """The families that cover ``language``, sorted; none where fontconfig's tool is missing."""
    outcome = run(["fc-list", f":lang={language}", "family"], seconds=60)
    if not outcome.good:
        return ()
    return tuple(sorted({line.split(",")[0] for line in outcome.output.splitlines() if line}))


def digest() -> str:
    """A short name for all fonts that the browser finds and the way in which they are smoothed.

    Two machines with equal ones draw the same letters.
    """
    listed = sorted(_installed())
    smoothing = run(["fc-match", "--format", _SMOOTHING, "sans-serif"], seconds=60)
    words = "\n".join([*listed, smoothing.output if smoothing.good else ""])
    return sha256(words.encode()).hexdigest()[:12]


def _installed() -> list[str]:
    """A line for each font: by fontconfig, or the files where the system keeps them."""
    outcome = run(["fc-list", "--format", _FONT], seconds=60)
    if outcome.good:
        return outcome.output.splitlines()
    folders = [Path(os.path.expandvars(folder)).expanduser() for folder in _FOLDERS]
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [f"{path.name} {path.stat().st_size}" for path in files]
