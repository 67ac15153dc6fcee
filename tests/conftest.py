"""What tests share: a browser, tabs that must stay clean, a server of files.

Fixtures, for tests that are written elsewhere::

    def test_it(open_page: Callable[..., Tab], serve: Callable[..., StaticServer], tmp_path: Path):
        tab = open_page(tmp_path / "page.html")             # from disk, file://
        tab = open_page(serve(tmp_path).url + "page.html")  # from a server on the loopback
        tab = open_page(target, java_script_enabled=False, viewport={"width": 320, "height": 640})
        tab = open_page(target, clean=False)                # errors and foreign requests expected

A test ends in an error if one of its tabs had a console error or asked another host, unless it
was opened with ``clean=False``; such a test looks at ``tab.errors`` and ``tab.foreign`` itself.
``Tab`` is in ``renderer.browser.session``, ``StaticServer`` in ``renderer.browser.server``.

Once a worker has the browser, its main thread counts as being inside a running event loop:
a test that needs ``asyncio.run`` calls it in a thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from renderer.browser.server import StaticServer, serving
from renderer.browser.session import Tab, launch, open_tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["pytester"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--heavy", action="store_true", help="run the tests marked heavy, too")
    parser.addoption("--regen", action="store_true", help="rewrite expected output in fixtures/")


def pytest_configure(config: pytest.Config) -> None:
    """Property tests: the same few examples every time, many and random ones under --heavy."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]  # a matter of the machine
    settings.register_profile(
        "quick", max_examples=40, derandomize=True, deadline=None, suppress_health_check=slow
    )
    settings.register_profile(
        "heavy", max_examples=2_000, deadline=None, suppress_health_check=slow
    )
    settings.load_profile("heavy" if config.getoption("heavy") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses the browser, and leave the heavy tests out unless asked for."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    if not config.getoption("heavy"):
        heavy = [item for item in items if item.get_closest_marker("heavy")]
        config.hook.pytest_deselected(items=heavy)
        items[:] = [item for item in items if item not in heavy]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a worker; without one they fail and are never skipped."""
    with launch() as running:
        yield running


@pytest.fixture
def open_page(browser: Browser, serve: Callable[..., StaticServer]) -> Iterator[Callable[..., Tab]]:
    """``open_page(target=None, *, clean=True, **context_options) -> Tab``, closed after the test.

    It uses ``serve`` only so that the servers outlive the pages.
    """
    with ExitStack() as stack:
        watched: list[Tab] = []

        def open_page(
            target: Path | str | None = None, *, clean: bool = True, **options: Any
        ) -> Tab:
            tab = stack.enter_context(open_tab(browser, **options))
            if clean:
                watched.append(tab)
            if target is not None:
                tab.open(target)
            return tab

        yield open_page
        for tab in watched:
            tab.catch_up()
            assert not tab.errors, f"the page reported {tab.errors}"
            assert not tab.foreign, f"the page asked other hosts for {tab.foreign}"


@pytest.fixture
def serve() -> Iterator[Callable[..., StaticServer]]:
    """``serve(folder, *, headers=None) -> StaticServer``, stopped after the test."""
    with ExitStack() as stack:

        def serve(folder: Path, **options: Any) -> StaticServer:
            return stack.enter_context(serving(folder, **options))

        yield serve
