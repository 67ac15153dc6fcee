"""What a web application says to its pages, whatever its framework.

``Web`` is made once from the application's settings: any of the options, and

    theme    the look of whole pages (``plain``, ``paper``, a folder); without it formulas alone
    folder   where ``mathward assets DIR`` has put the static files
    url      where browsers find that folder, if something else than the application serves it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..assets import Assets, by_nonce, early_files
from ..convert import render
from ..document import Document
from ..editions import (
    FRAGMENT,
    edition_of,
    install_edition,
    is_edition,
    looks,
    scratch_folder,
)
from ..errors import OptionError
from ..options import Options
from ..page import first_screen
from ..theme import Theme

if TYPE_CHECKING:
    from markupsafe import Markup

OWN: Final = ("theme", "folder", "url")
FOREVER: Final = "public, max-age=31536000, immutable"
"""``Cache-Control`` for whatever lies below an edition."""

_TYPES: Final = {  # stated, since machines differ, and browsers refuse a script of a wrong type
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Web:
    """Renders texts and writes head tags; for all requests of an application."""

    options: Options = field(default_factory=Options)
    theme: Theme | None = None
    folder: Path | None = None
    url: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> Web:
        """From the application's settings; OptionError for one that cannot be used."""
        own = {name: settings[name] for name in OWN if settings.get(name) is not None}
        for name, value in own.items():
            if not isinstance(value, str | Path):
                raise OptionError(name, f"expected str, got {value!r}")
        options = Options().updated({k: v for k, v in settings.items() if k not in OWN})
        return cls(
            options,
            _theme(own["theme"]) if "theme" in own else None,
            Path(str(own["folder"])) if "folder" in own else None,
            str(own.get("url", "")),
        )

    @cached_property
    def edition(self) -> str:
        """The name of the folder, below that of the static files, that pages ask for."""
        return edition_of(self._looks)

    @cached_property
    def static(self) -> Path:
        """The folder with the edition in it, filled if it is not the application's own.

        OptionError if that one was filled by another version, or for other themes.
        """
        if self.folder is None:
            scratch = scratch_folder()
            install_edition(scratch, self._looks)
            return scratch
        if not (self.folder / self.edition).is_dir():
            raise OptionError("folder", f"{self.folder} lacks {self.edition}; run {self._remedy}")
        return self.folder

    def place(self, name: str) -> tuple[Path, str] | None:
        """The folder of a static file and its name there; None for what is not to be served.

        From a folder of the application's, also of earlier editions: pages are open. In the
        user's cache only the current one is whole for certain.
        """
        edition, _, file = name.replace("\\", "/").partition("/")
        if not file or (edition != self.edition and not (self.folder and is_edition(edition))):
            return None
        return self.static / edition, file

    def render(self, text: str, id_prefix: str = "") -> Document:
        """``text`` as the settings say; give each text of one page a prefix of its own."""
        options = replace(self.options, id_prefix=id_prefix) if id_prefix else self.options
        return render(text, options)

    def fragment(self, text: object, id_prefix: str = "", nonce: str = "") -> Markup:
        """HTML for where a template says ``text|mathward``; None is an empty text.

        The few rules that only this text needs stand before it: the head is written already.
        """
        from markupsafe import Markup

        document = self.render("" if text is None else str(text), id_prefix)
        return Markup(_style(document.css, nonce) + document.html)  # noqa: S704

    def head(
        self,
        url: str,
        documents: Iterable[Document] = (),
        *,
        nonce: str = "",
        live: bool = False,
        stream: bool = False,
    ) -> Markup:
        """The tags for a page's head, as pages of our own have them.

        ``url`` is where browsers find the static files.  Without ``documents`` no one knows what
        the page will show; with them it gets their rules, and no script if none has a formula,
        unless it is ``live``: more may come.  ``stream``: it shows answers as they arrive, too.
        """
        from markupsafe import Markup

        shown = tuple(documents)
        assets = Assets.folder(f"{(self.url or url).rstrip('/')}/{self.edition}")
        css = "\n".join(dict.fromkeys(document.css for document in shown if document.css))
        tags = [assets.stylesheet(self.theme or self._looks[0], nonce), _style(css, nonce)]
        if live or stream or not shown or any(document.formulas for document in shown):
            tags.append(assets.script(early_files(first_screen(shown[0])) if shown else (), nonce))
        if stream:
            tags.append(assets.streaming(nonce))
        return Markup("\n".join(filter(None, tags)))  # noqa: S704

    @cached_property
    def _looks(self) -> tuple[Theme, ...]:
        own = looks()
        return own if self.theme is None or self.theme in own else (*own, self.theme)

    @property
    def _remedy(self) -> str:
        known = self.theme is None or self.theme in looks()
        return f"mathward assets {self.folder}" + ("" if known else " --theme FOLDER")


def content_type(name: str) -> str:
    """The type of a static file, by its name."""
    return _TYPES.get(Path(name).suffix, "text/plain; charset=utf-8")


def _theme(value: object) -> Theme | None:
    from ..theme import load_theme

    return None if value == FRAGMENT else load_theme(str(value))


def _style(css: str, nonce: str) -> str:
    return f"<style{by_nonce(nonce)}>{css}</style>" if css else ""
