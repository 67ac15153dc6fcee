"""What ``mathward shots`` is pointed at, as pages that a browser can open.

Folders of HTML are served on the loopback address, Markdown is rendered first (by the user's own
configuration, into a temporary folder), addresses are taken as they are.

Next hop: :func:`renderer.visual.shoot` looks at each :class:`~renderer.visual.Subject`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote

from .browser.server import serving
from .errors import OptionError, SourceError
from .files import HTML, is_markdown
from .ledger import Subject
from .prerender import Prerenderer
from .publish import Publisher
from .publish import Settings as PublishSettings
from .shots.pages import host_of, is_address, name_of_address, name_of_file, pages_below
from .shots.settings import ShotSettings
from .targets import plan
from .visual import matches


class _Page(NamedTuple):
    """Its name and address, the folder that is served there, and what names that to the ledger."""

    name: str
    address: str
    folder: Path | None = None
    site: str = ""


@contextmanager
def opened(
    inputs: Sequence[str], settings: ShotSettings, *, only: str | None = None
) -> Iterator[list[Subject]]:
    """The cases of all inputs, as long as the block; ``only`` is a glob of case names."""
    with ExitStack() as stack:
        pages: dict[str, _Page] = {}
        for name in inputs:
            for page in _pages(name, stack):
                if page.name in pages:
                    raise OptionError(name, f"two pages would be called {page.name}")
                pages[page.name] = page
        yield [
            Subject(case, page.address, page.folder, page.site)
            for page in pages.values()
            for case in settings.cases(page.name)
            if only is None or matches(case.name, only)
        ]


def hosts_of(inputs: Sequence[str]) -> tuple[str, ...]:
    """The hosts that the inputs themselves are on."""
    return tuple(dict.fromkeys(filter(None, (host_of(each) for each in inputs))))


def _pages(name: str, stack: ExitStack) -> Iterator[_Page]:
    """Each page of an input."""
    if is_address(name):
        yield _Page(name_of_address(name), name)
        return
    path = Path(name)
    if path.is_dir():
        found = pages_below(path)
        yield from _served(found, path, path, stack) if found else _rendered(path, stack)
    elif not path.exists():
        raise SourceError(name, "there is no such file or folder")
    elif path.suffix.lower() in HTML:
        yield from _served([path], path.parent, path, stack)
    elif is_markdown(path):
        yield from _rendered(path, stack)
    else:
        raise SourceError(name, "is neither HTML nor Markdown")


def _served(pages: Sequence[Path], root: Path, source: Path, stack: ExitStack) -> Iterator[_Page]:
    """Pages below ``root``, which come from ``source``."""
    url = stack.enter_context(serving(root)).url
    for page in pages:
        address = url + quote(page.relative_to(root).as_posix())
        yield _Page(name_of_file(page, root), address, root, str(source.resolve()))


def _rendered(source: Path, stack: ExitStack) -> Iterator[_Page]:
    """The pages of Markdown, as ``mathward render`` writes them."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="mathward-shots-")))
    made = plan([str(source)], str(folder) + "/")
    if made.problems and not made.targets and source.is_dir():
        raise SourceError(str(source), "no HTML pages and no Markdown files in this folder")
    if made.problems:
        raise made.problems[0]
    with Prerenderer(None) as prerenderer:
        publisher = Publisher(PublishSettings(), folder, prerenderer)
        for target in made.targets:
            publisher.publish(target)
    pages = [target.page for target in made.targets if target.page]
    yield from _served(pages, folder, source, stack)
