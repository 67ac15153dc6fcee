"""Inputs and modes to findings: many inputs on a page, fewer and fewer where there was one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from renderer import render
from renderer.assets import install
from renderer.browser.server import StaticServer, serving
from renderer.browser.session import launch
from renderer.prerender import Prerenderer
from renderer.theme import load_theme

from .browse import Finding, heads, visit
from .inputs import Input
from .pages import THEMES, Mode, alone, hostile_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TOGETHER = 80  # inputs on a page
_ROOM = 60_000  # characters of HTML on a page: the work at a page grows with its square


def groups(found: Sequence[Input]) -> list[list[Input]]:
    """Which inputs share a page, the same ones in every mode."""
    all_groups: list[list[Input]] = []
    room = 0
    for each in found:
        size = len(render(each.text).html)
        if not all_groups or len(all_groups[-1]) == TOGETHER or size > room:
            all_groups.append([])
            room = _ROOM
        all_groups[-1].append(each)
        room -= size
    return all_groups


class Range:
    """A place to try inputs in: a browser, a server and a folder with assets."""

    def __init__(self, browser: Browser | None = None, cache: Path | None = None) -> None:
        self._stack = ExitStack()
        self._given = browser
        self._cache = cache

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(TemporaryDirectory()))
        install(self.folder / "mathward-assets", [load_theme(name) for name in THEMES])
        self.server: StaticServer = self._stack.enter_context(serving(self.folder))
        self.browser = self._given or self._stack.enter_context(launch())
        self.prerenderer = self._stack.enter_context(Prerenderer(self._cache or "none"))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def findings(self, found: Sequence[Input], mode: Mode) -> Iterator[Finding]:
        """Of each input that is guilty by itself, or of the fewest whose company is."""
        for group in groups(found):
            yield from self._guilty(group, mode)

    def _guilty(self, group: Sequence[Input], mode: Mode) -> list[Finding]:
        """By halves: of eighty inputs one is found by fourteen pages."""
        found, half = self._visit(group, mode), len(group) // 2
        if not found or not half:
            return [Finding(group[0].id, one.what) for one in found]
        name = f"{group[0].id}..{group[-1].id}"
        parts = [*self._guilty(group[:half], mode), *self._guilty(group[half:], mode)]
        return parts or [Finding(name, one.what) for one in found]

    def heads(self, found: Sequence[Input]) -> Iterator[Finding]:
        """What an input does to the page around it: its head, its title, its contents."""
        for theme in THEMES:
            yield from heads(self.browser, [(each.id, alone(each, theme)) for each in found])

    def _visit(self, group: Sequence[Input], mode: Mode) -> list[Finding]:
        path = self.folder / "page.html"
        path.write_text(hostile_page(group, mode, self.prerenderer), "utf-8", "surrogatepass")
        return visit(self.browser, self.server.url + path.name, mode)
