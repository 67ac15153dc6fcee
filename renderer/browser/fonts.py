"""Which fonts can the browser draw with? Asks fontconfig; macOS and Windows bring theirs."""

from __future__ import annotations

import sys

from .process import run

_CJK = ("zh-cn", "zh-tw", "ja", "ko")
_MATH = "und-zmth"  # fontconfig's name for the repertoire of mathematics


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
