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
from urllib.parse import quote

from .browser.server import serving
from .errors import OptionError, SourceError
from .files import HTML, is_markdown
from .prerender import Prerenderer
from .publish import Publisher
from .publish import Settings as PublishSettings
from .shots.pages import host_of, is_address, name_of_address, name_of_file, pages_below
from .shots.settings import ShotSettings
from .targets import plan
from .visual import Subject, matches


@contextmanager
def opened(
    inputs: Sequence[str], settings: ShotSettings, *, only: str | None = None
) -> Iterator[list[Subject]]:
    """The cases of all inputs, as long as the block; ``only`` is a glob of case names."""
    with ExitStack() as stack:
        addresses: dict[str, str] = {}
        for name in inputs:
            for page, address in _pages(name, stack):
                if page in addresses:
                    raise OptionError(name, f"two pages would be called {page}")
                addresses[page] = address
        yield [
            Subject(case, address)
            for page, address in addresses.items()
            for case in settings.cases(page)
            if only is None or matches(case.name, only)
        ]


def hosts_of(inputs: Sequence[str]) -> tuple[str, ...]:
    """The hosts that the inputs themselves are on."""
    return tuple(dict.fromkeys(filter(None, (host_of(each) for each in inputs))))


def _pages(name: str, stack: ExitStack) -> Iterator[tuple[str, str]]:
    """Name and address of each page of an input."""
    if is_address(name):
        yield name_of_address(name), name
        return
    path = Path(name)
    if path.is_dir():
        found = pages_below(path)
        yield from _served(found, path, stack) if found else _rendered(path, stack)
    elif not path.exists():
        raise SourceError(name, "there is no such file or folder")
    elif path.suffix.lower() in HTML:
        yield from _served([path], path.parent, stack)
    elif is_markdown(path):
        yield from _rendered(path, stack)
    else:
        raise SourceError(name, "is neither HTML nor Markdown")


def _served(pages: Sequence[Path], root: Path, stack: ExitStack) -> Iterator[tuple[str, str]]:
    url = stack.enter_context(serving(root)).url
    for page in pages:
        yield name_of_file(page, root), url + quote(page.relative_to(root).as_posix())


def _rendered(source: Path, stack: ExitStack) -> Iterator[tuple[str, str]]:
    """The pages of Markdown, as ``mathward render`` writes them."""
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="mathward-shots-")))
    made = plan([str(source)], str(folder) + "/")
    if made.problems:
        raise made.problems[0]
    with Prerenderer(None) as prerenderer:
        publisher = Publisher(PublishSettings(), folder, prerenderer)
        for target in made.targets:
            publisher.publish(target)
    pages = [target.page for target in made.targets if target.page]
    yield from _served(pages, folder, stack)
