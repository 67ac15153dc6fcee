"""What ``mathward render`` wrote, opened from disk and from a server alike."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from renderer.browser.server import StaticServer
from renderer.browser.session import Tab
from renderer.cli import main

PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TYPESET = '.math[data-math="typeset"] mjx-container'
SHOWN = "document.images.length === 1 && document.images[0].naturalWidth === 1"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder rendered with a page in a sub folder; its names need encoding in an address."""
    source = tmp_path / "in" / "第 1 章 #"
    source.mkdir(parents=True)
    (source / "页.md").write_text(
        "# Title\n\nMass $m$, $$E = mc^2$$\n\n![p](<图 %.png>)\n", "utf-8"
    )
    (source / "图 %.png").write_bytes(PIXEL)
    out = tmp_path / "out %20"
    result = CliRunner().invoke(main, ["render", str(tmp_path / "in"), "-o", str(out)])
    assert (result.exit_code, result.stdout) == (0, "")
    return out


def test_page_in_a_sub_folder_from_disk(out: Path, open_page: Callable[..., Tab]) -> None:
    """Opened by a double click it finds MathJax and its picture, and asks no other host."""
    tab = open_page(out / "第 1 章 #" / "页.html")
    tab.page.locator(TYPESET).nth(1).wait_for()
    assert tab.page.evaluate(SHOWN)


def test_page_in_a_sub_folder_from_a_server(
    out: Path, open_page: Callable[..., Tab], serve: Callable[..., StaticServer]
) -> None:
    """The same files on a server do the same."""
    tab = open_page(serve(out).url + "%E7%AC%AC%201%20%E7%AB%A0%20%23/%E9%A1%B5.html")
    tab.page.locator(TYPESET).nth(1).wait_for()
    assert tab.page.evaluate(SHOWN)
