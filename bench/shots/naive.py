"""The usual way: a screenshot of the whole page, compared pixel by pixel with a tolerance.

pixelmatch and pngjs live in the work folder, at the versions of the lock file.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from renderer.browser.session import open_tab

from .. import tools
from ..tools import ToolError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from renderer.shots.model import Case

_HERE: Final = Path(__file__).parent
_READY: Final = """async () => {
  await globalThis.mathward?.typesetAll();
  await document.fonts.ready;
}"""


def versions() -> dict[str, str]:
    """The pinned version of each package."""
    return tools.versions(_HERE)


class Pixelmatch:
    """A Node process that compares files; the time of its start is nobody's."""

    def __init__(self, work: Path) -> None:
        command = ["node", str(_HERE / "naive.mjs"), str(_installed(work))]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
            )
        except OSError as error:
            raise ToolError(f"node does not start: {error.strerror}") from None

    def ratio(self, was: Path, now: Path) -> float | None:
        """The share of the pixels that differ; None if the sizes do."""
        _stream(self._process.stdin).write(json.dumps({"was": str(was), "now": str(now)}) + "\n")
        _stream(self._process.stdin).flush()
        line = _stream(self._process.stdout).readline()
        if not line:
            raise ToolError("naive.mjs has ended")
        answer = json.loads(line)
        return None if "sizes" in answer else answer["pixels"] / answer["total"]

    def close(self) -> None:
        _stream(self._process.stdin).close()
        self._process.wait()
        _stream(self._process.stdout).close()


@contextmanager
def pixelmatch(work: Path) -> Iterator[Pixelmatch]:
    """The process, as long as the block."""
    running = Pixelmatch(work)
    try:
        yield running
    finally:
        running.close()


def screenshot(browser: Browser, case: Case, address: str, path: Path) -> None:
    """The whole page when the network is idle and all of it is typeset, as a file."""
    view = {"width": case.width, "height": 800}
    with open_tab(browser, viewport=view, color_scheme=case.scheme) as tab:
        tab.page.goto(address, wait_until="networkidle")
        tab.page.evaluate(_READY)
        path.parent.mkdir(parents=True, exist_ok=True)
        tab.page.screenshot(path=path, full_page=True)


def _stream(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ToolError("node has no such stream")
    return stream


def _installed(work: Path) -> Path:
    """The folder whose ``node_modules`` has the packages of the lock file."""
    place = work / "naive"
    tools.install(_HERE, place)
    return place
