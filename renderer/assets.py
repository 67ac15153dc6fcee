"""What a page needs besides its HTML: the css, the client script, MathJax and its font.

:class:`Assets` says where they are and gives the tags that name them; :func:`install` writes
them into a folder.  Pages without a formula need the css only.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final, Literal

from . import fonts, mathml
from .bundle import client_script, math_css, shield_script, stream_script
from .commands import files_for
from .document import Formula
from .errors import EnvironmentFault
from .files import write_if_changed
from .policy import host_source
from .theme import Theme

FOLDER: Final = "mathward-assets"
"""The assets folder beside an output page, unless the caller says otherwise."""

MATHJAX_VERSION: Final = "4.1.3"  # the lock file's; a test holds them equal

_CORE: Final = "slim/core.js"  # below MathJax's folder; every formula needs it
_DRAWN: Final = "@media not (scripting: none)"  # math.css: where MathJax will draw
_RULES: Final = "mathward.css"
_SCRIPT: Final = "mathward.js"
_SHIELD: Final = "mathward-shield.js"
_STREAM: Final = "mathward-stream.js"
_MATHJAX: Final = "mathjax"
_FONTS: Final = f"{_MATHJAX}/fonts"
_CDN: Final = "https://cdn.jsdelivr.net/npm"
_CDN_MATHJAX: Final = f"{_CDN}/mathjax@{MATHJAX_VERSION}/"
_CDN_FONTS: Final = f"{_CDN}/@mathjax/%s@{MATHJAX_VERSION}"

_VENDOR: Final = Path(__file__).parent / "mathjax" / "vendor"
_MANIFEST: Final = "manifest.json"  # hatch_build.py writes it


@dataclass(frozen=True, slots=True)
class Assets:
    """Where a page finds its css, the client and MathJax; make one by a constructor below."""

    kind: Literal["none", "folder", "cdn"]
    url: str = ""
    fonts: str = ""  # the css of one page's letters, as seen from the folder

    @classmethod
    def none(cls) -> Assets:
        """One file without any script: css inline, formulas stay MathML."""
        return cls("none")

    @classmethod
    def folder(cls, url: str = FOLDER, fonts: str = "") -> Assets:
        """A folder that :func:`install` filled, at ``url`` as seen from the page.

        ``fonts`` is what :func:`declare_fonts` returned for the page.
        """
        return cls("folder", url.rstrip("/"), fonts)

    @classmethod
    def cdn(cls) -> Assets:
        """One file: css and client inline, MathJax from a public host at a pinned version."""
        return cls("cdn")

    def stylesheet(self, theme: Theme, nonce: str = "") -> str:
        """The tag with the rules for formulas and, after them, the theme's."""
        if self.kind == "folder":
            href = f"{escape(self.url)}/{escape(theme.stylesheet)}"
            return f'<link rel="stylesheet" href="{href}"{by_nonce(nonce)}>'
        return f"<style{by_nonce(nonce)}>\n{self._inline(css_of(theme))}</style>"

    def rules(self, nonce: str = "") -> str:
        """The tag with the rules for formulas alone, for pages with a look of their own."""
        if self.kind == "folder":
            return f'<link rel="stylesheet" href="{escape(self.url)}/{_RULES}"{by_nonce(nonce)}>'
        return f"<style{by_nonce(nonce)}>\n{self._inline(formula_css())}</style>"

    def _inline(self, css: str) -> str:
        """The rules as the page has them: without room for drawings if none will come."""
        return css.replace(_DRAWN, "@media not all") if self.kind == "none" else css

    def script(self, early: Iterable[str] = (), nonce: str = "") -> str:
        """The tags of the fonts and the client; ``""`` if the page is to have no script.

        ``early`` are files below MathJax's folder that the browser is to ask for at once;
        ``nonce`` is what the policy of the page lets scripts pass by.
        """
        if self.kind == "none":
            return ""
        by = by_nonce(nonce)
        if self.kind == "folder":
            url = escape(self.url)
            mathjax = f"{url}/{_MATHJAX}"
            hint = f'<link rel="preload" as="script" fetchpriority="low" href="{{}}"{by}>'
            css = filter(None, (fonts.STYLESHEET, self.fonts))  # the latter's rules win
            return "\n".join(
                (
                    *(f'<link rel="stylesheet" href="{url}/{name}"{by}>' for name in css),
                    *(hint.format(f"{mathjax}/{file}") for file in early),
                    f'<script defer src="{url}/{_SCRIPT}" data-mathjax="{mathjax}/"{by}></script>',
                )
            )
        places = f'data-mathjax="{_CDN_MATHJAX}" data-fonts="{_CDN_FONTS}"'
        return f"<script {places}{by}>{client_script()}</script>"

    def streaming(self, nonce: str = "") -> str:
        """The tag of what shows answers as they arrive; for a folder alone."""
        return f'<script defer src="{escape(self.url)}/{_STREAM}"{by_nonce(nonce)}></script>'

    @property
    def hosts(self) -> str:
        """The policy's sources for styles, fonts and workers; ``""`` for none."""
        if self.kind == "none":
            return ""
        return host_source(self.url if self.kind == "folder" else _CDN)

    @property
    def script_sources(self) -> str:
        """The policy's sources for scripts; a hash among them allows the inline client.

        Never put them into ``style-src``: beside a hash, ``'unsafe-inline'`` counts for nothing.
        """
        if self.kind != "cdn":
            return self.hosts
        digest = b64encode(sha256(client_script().encode()).digest()).decode()
        return f"'sha256-{digest}' {self.hosts}"


def early_files(formulas: Iterable[Formula]) -> list[str]:
    """The files below MathJax's folder that these formulas need, each once; none for none."""
    files = [file for formula in formulas for file in (_CORE, *files_for(formula.data_tex))]
    return list(dict.fromkeys(files))


def by_nonce(nonce: str) -> str:
    """The attribute by which a tag passes a policy; ``""`` without one."""
    return f' nonce="{escape(nonce)}"' if nonce else ""


def css_of(theme: Theme) -> str:
    """The whole stylesheet of a page: the rules for formulas, then the theme's."""
    return f"{formula_css()}{theme.css}"


def formula_css() -> str:
    """The rules that formulas need in every page."""
    return f"{math_css()}\n{mathml.common_stylesheet()}\n"


def install(folder: Path, themes: Iterable[Theme]) -> int:
    """Put all that pages under ``themes`` ask for into ``folder``; how many files were written.

    Each file is replaced whole and left alone if it is equal, so two runs may write at once
    while a page is being read.  One of MathJax's that is not what the manifest says raises
    EnvironmentFault: what a page runs is what was tested.
    """
    files = _vendored()
    written = sum(write_if_changed(folder / name, data) for name, data in _own(themes).items())
    for name, digest in files.items():
        written += write_if_changed(folder / _MATHJAX / name, _checked(name, digest))
    fonts.declare(folder, _VENDOR / "fonts", _FONTS)
    fonts.sweep(folder)
    return written


def digests(themes: Iterable[Theme]) -> dict[str, str]:
    """The files that :func:`install` puts into an empty folder, each with its SHA-256."""
    own = {**_own(themes), fonts.STYLESHEET: fonts.base(_VENDOR / "fonts", _FONTS).encode()}
    return {
        **{name: sha256(data).hexdigest() for name, data in own.items()},
        **{f"{_MATHJAX}/{name}": digest for name, digest in _vendored().items()},
    }


def _own(themes: Iterable[Theme]) -> dict[str, bytes]:
    """What is not MathJax's."""
    return {
        **{theme.stylesheet: css_of(theme).encode() for theme in themes},
        _RULES: formula_css().encode(),
        _SCRIPT: client_script().encode(),
        _SHIELD: shield_script().encode(),
        _STREAM: stream_script().encode(),
    }


def declare_fonts(
    folder: Path,
    page: str,
    letters: Mapping[str, Iterable[str]],
    early: Sequence[Mapping[str, Iterable[str]]] = (),
) -> str:
    """Put these letters, by MathJax's font families, into small files that a page loads first.

    They are what the ``page`` of this name is known to show, ``early`` on its first screens, as a
    document has it; the rest is found all the same.  What comes back is for :meth:`Assets.folder`.
    """
    return fonts.declare_known(folder, _VENDOR / "fonts", page, letters, early)


def check_mathjax() -> str:
    """What there is of MathJax, in a few words; EnvironmentFault if a file lacks or differs."""
    for name, digest in _vendored().items():
        _checked(name, digest)
    return f"{MATHJAX_VERSION}, {len(_vendored())} files"


_REMEDY: Final = "install mathward anew (in a checkout: pip install -e .)"


def _vendored() -> dict[str, str]:
    """MathJax's files in the package, each with its SHA-256."""
    try:
        manifest = json.loads((_VENDOR / _MANIFEST).read_bytes())
    except OSError as error:
        raise EnvironmentFault("MathJax's files are not in the package", _REMEDY) from error
    files: dict[str, str] = manifest["files"]
    return files


def _checked(name: str, digest: str) -> bytes:
    """One of MathJax's files, if it is the one that the manifest means."""
    path = _VENDOR / name
    data = path.read_bytes() if path.is_file() else b""
    if sha256(data).hexdigest() != digest:
        raise EnvironmentFault(f"MathJax's file {name} is missing or damaged", _REMEDY)
    return data
