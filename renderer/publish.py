"""One source becomes one page: read, render, surround, write.

What is set where, the later winning: our defaults for files, the configuration file, the page's
front matter, the caller's flags.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from .assets import FOLDER, Assets, declare_fonts, install
from .config import Config, find_config, load_config, page_options
from .convert import Typeset, render
from .document import Diagnostic, Document
from .errors import OptionError
from .figures import Figure, Figures, figures_of
from .files import (
    EncodingErrors,
    copy_atomically,
    encoded,
    is_html,
    read_source,
    read_stdin,
    sweep,
    write_atomically,
)
from .options import Options
from .page import page
from .shield import shield_html
from .targets import Target
from .theme import Theme, load_theme
from .whole import completed, is_page

DEFAULT_THEME: Final = "plain"
FILE_DEFAULTS: Final = Options(front_matter=True, highlight=True)
_BYTES_PER_CHARACTER: Final = 4  # the most that UTF-8 takes


@dataclass(frozen=True, slots=True)
class Settings:
    """What the caller wants of a run; None leaves it to the configuration.

    ``flags`` are fields of Options, and win over front matter.  ``assets`` is ``"cdn"``,
    ``"none"`` or a folder.  ``config`` replaces the search for a configuration file.
    ``prerender``: the sizes of formulas are reserved.  ``source`` is ``"markdown"`` or ``"html"``;
    None goes by the ending of each file, standard input being Markdown.
    """

    flags: Mapping[str, object] = field(default_factory=dict)
    theme: str | None = None
    assets: str | None = None
    config: Path | None = None
    prerender: bool | None = None
    fragment: bool = False
    encoding_errors: EncodingErrors = "strict"
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one target.

    ``html`` is what was written, or is to be printed; ``assets`` is None for a fragment.
    ``text`` is the source, ``options`` what it was rendered with in the end; ``is_html``: it was
    HTML, and no Markdown.
    """

    target: Target
    document: Document
    html: str
    assets: Assets | None
    text: str
    options: Options
    is_html: bool = False


class Publisher:
    """Publishes the targets of one run; configurations, themes and assets are shared by them.

    ``folder`` is where the pages go, None for standard output.  ``typeset`` is who typesets the
    formulas of pages that are prerendered; without it none is.
    """

    def __init__(
        self, settings: Settings, folder: Path | None, typeset: Typeset | None = None
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._typeset = typeset
        self._configs: dict[Path, Config] = {}
        self._themes: dict[str, Theme] = {}
        self._installed: set[tuple[Path, str]] = set()

    def publish(self, target: Target) -> Published:
        """The page of ``target``, written if it has a file to go to."""
        config = self._config(target)
        options = FILE_DEFAULTS.updated(config.options).updated(self._settings.flags)
        text = self._read(target, options)
        wanted = self._settings.prerender
        prerendered = config.prerender if wanted is None else wanted
        typeset = self._typeset if prerendered else None
        of_html = self._is_html(target)
        figures: tuple[Figure, ...] = ()
        if of_html:
            document = shield_html(text, options, typeset=typeset)
        else:
            document, options, figures = self._render(text, options, target, typeset)
        html, assets = document.html, None
        if not self._settings.fragment:
            theme = self._theme(config)
            assets = self._assets(config, theme, target.page, document)
            if of_html and is_page(document):
                html = completed(document, assets)
            else:
                around = _trusting(options) if of_html else options
                html = page(document, around, theme=theme, assets=assets, typeset=typeset)
        for figure in figures:
            copy_atomically(figure.source, figure.copy)
        if target.page is not None:
            write_atomically(target.page, encoded(html))
        return Published(target, document, html, assets, text, options, of_html)

    def _config(self, target: Target) -> Config:
        given = self._settings.config
        where = given or (target.source.parent if target.source else Path())
        if where not in self._configs:
            self._configs[where] = load_config(where) if given else find_config(where)
        return self._configs[where]

    def _is_html(self, target: Target) -> bool:
        if self._settings.source:
            return self._settings.source == "html"
        return target.source is not None and is_html(target.source)

    def _read(self, target: Target, options: Options) -> str:
        limit = options.max_source * _BYTES_PER_CHARACTER
        if target.source is None:
            return read_stdin(limit, self._settings.encoding_errors)
        return read_source(target.source, limit, self._settings.encoding_errors)

    def _render(
        self, text: str, options: Options, target: Target, typeset: Typeset | None
    ) -> tuple[Document, Options, tuple[Figure, ...]]:
        """``text`` under its front matter, with the pictures that lie below its folder."""
        look = "![" in text and options.images == "link" and bool(target.source and target.page)
        document, options, warnings = self._with_front_matter(
            text, replace(options, images="same-origin") if look else options, typeset
        )
        figures = figures_of(document.html, target) if look else Figures()
        if look:
            shown = tuple(figure.address for figure in figures.found)
            options = replace(options, images=shown or "link")
        if figures.refused:
            document = render(text, options, typeset=typeset)
        said = (*warnings, *figures.explained(document.diagnostics))
        return replace(document, diagnostics=said), options, figures.found

    def _with_front_matter(
        self, text: str, options: Options, typeset: Typeset | None
    ) -> tuple[Document, Options, tuple[Diagnostic, ...]]:
        """``text`` rendered as its front matter wants it, where no flag says otherwise."""
        document = render(text, options, typeset=typeset)
        flags = self._settings.flags
        meta = {k: v for k, v in document.meta.items() if str(k).replace("-", "_") not in flags}
        wanted, warnings = page_options(meta, options)
        if wanted != options:
            document = render(text, wanted, typeset=typeset)
        return document, wanted, warnings

    def _theme(self, config: Config) -> Theme:
        name = self._settings.theme or config.theme or DEFAULT_THEME
        if name not in self._themes:
            self._themes[name] = load_theme(name)
        return self._themes[name]

    def _assets(
        self, config: Config, theme: Theme, target: Path | None, document: Document
    ) -> Assets:
        """Where the page finds css and scripts; a folder is filled the first time it is named.

        Unless a folder is asked for, a page without formulas is complete in itself.
        """
        wanted = self._settings.assets or config.assets
        if wanted == "cdn":
            return Assets.cdn()
        if wanted is None and self._folder and document.formulas:
            wanted = str(self._folder / FOLDER)
        if wanted is None or wanted == "none":
            return Assets.none()
        if "://" in wanted:
            raise OptionError("--assets", f"expected a folder, cdn or none, got {wanted!r}")
        folder = Path(wanted)
        self._fill(folder, theme)
        url = _link(folder, target.parent if target else Path())
        page = Path(os.path.relpath(target, folder)).as_posix() if target else document.html
        fonts = declare_fonts(folder, page, document.letters, document.early)
        return Assets.folder(url, fonts)

    def _fill(self, folder: Path, theme: Theme) -> None:
        if (folder, theme.name) not in self._installed:
            sweep(folder, deep=True)
            install(folder, [theme])
            self._installed.add((folder, theme.name))


def _trusting(options: Options) -> Options:
    """The options of a page around HTML that was not cleaned: it is its author's own."""
    return options if options.html == "sanitize" else replace(options, html="trust")


def _link(folder: Path, start: Path) -> str:
    """The relative URL of ``folder`` as seen from a page in ``start``."""
    try:
        path = os.path.relpath(folder, start)
    except ValueError as error:  # another drive
        raise OptionError("--assets", f"{folder} cannot be reached from {start}") from error
    return quote(os.fsencode(Path(path).as_posix()))
