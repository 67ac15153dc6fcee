"""The process that atheris drives: ``python -m tests.fuzz.target CORPUS [libFuzzer's options]``."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["renderer", "markdown_it", "mdit_py_plugins"]):
    from renderer import convert as _convert  # noqa: F401

from .__main__ import decoded, keep
from .laws import SECONDS, breach, is_sampled

_TIMED = 40  # one text in so many; a long one costs as much


def one(data: bytes) -> None:
    """Try one input; one that breaks a law is kept, and the hunt goes on."""
    mode, text = decoded(data)
    if law := breach(text, mode, seconds=SECONDS if is_sampled(text, _TIMED) else 0):
        keep(law, data)


atheris.Setup(sys.argv, one)
atheris.Fuzz()
