"""What the harness asks of a translator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from pages import Page


class Unavailable(Exception):  # noqa: N818 - no fault of the program
    """An engine cannot be had here; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A way in which an engine can be set up.

    ``reorders``: its language model changes the order of words. ``honours_marks``: it leaves alone
    what `translate=no` or `.notranslate` stands on.
    """

    name: str
    reorders: bool = False
    honours_marks: bool = True


class Engine(Protocol):
    """A browser with a translator in it, and the settings to measure it in."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def settings(self) -> Sequence[Setting]: ...

    def open(self, address: str) -> None:
        """Load a page; return when its markup is there, its scripts' files need not be."""

    def run(self, function: str, argument: Any) -> Any:
        """What a function of page.js returns."""

    def append(self, html: str) -> None: ...

    def translate(self, page: Page, setting: Setting) -> None:
        """Begin to translate the page."""

    def restore(self) -> None:
        """Have the original back."""


@cache
def script(name: str) -> str:
    """The text of a script beside this file."""
    return Path(__file__).with_name(name).read_text("utf-8")
