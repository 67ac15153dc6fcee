"""Themes: a folder with ``theme.toml``, templates and css becomes a :class:`Theme`.

``theme.toml`` holds data only::

    description = "one line for `mathward doctor` and the documentation"
    inherits = "plain"                  # optional: look here for what this folder lacks
    css = ["paper.css"]                 # joined in this order, after the inherited ones
    [words.zh]                          # the few words a template itself says
    contents = "目录"

A theme holds no logic of ours and no third-party file; whoever names a folder as a theme
trusts its templates.  Next hop: ``page.py``, which fills the template ``page.html.j2``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import OptionError

if TYPE_CHECKING:
    from jinja2 import Environment

_KEYS = {"description": str, "inherits": str, "css": list, "words": dict}
_FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Theme:
    """A look for whole pages.

    ``css`` is the complete stylesheet, inherited rules first; ``templates`` are the folders
    in which a template is looked for, own folder first; ``vocabulary`` has the template's
    words by language.
    """

    name: str
    description: str
    css: str
    templates: tuple[Path, ...]
    vocabulary: Mapping[str, Mapping[str, str]]

    @property
    def stylesheet(self) -> str:
        """Name of the css file in an assets folder."""
        return re.sub(r"[^A-Za-z0-9._-]", "-", self.name) + ".css"

    def words(self, lang: str) -> dict[str, str]:
        """The template's words in ``lang``; in English what that language lacks."""
        tag = lang.lower()
        found = dict(self.vocabulary.get(_FALLBACK, {}))
        for key in (tag.partition("-")[0], tag):
            found.update(self.vocabulary.get(key, {}))
        return found

    def fill(self, template: str, context: Mapping[str, object]) -> str:
        """The template's text with ``context`` filled in, everything escaped but Markup.

        Raises OptionError, in one line, for whatever is wrong with the template.
        """
        try:
            return _environment(self.templates).get_template(template).render(context)
        except Exception as error:  # a template is the theme's own code: anything may come
            raise OptionError("theme", f"{self.name}: {_one_line(error)}") from error


def known_themes() -> tuple[str, ...]:
    """Names of the themes that come with mathward."""
    return tuple(sorted(path.parent.name for path in _home().glob("*/theme.toml")))


def load_theme(name_or_path: str | Path) -> Theme:
    """The theme of that name, or the one in that folder.

    Raises OptionError if there is none or its files cannot be used.
    """
    return _load(_find(name_or_path), ())


def _home() -> Path:
    """Where our themes are: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent
    packed = package / "themes"
    return packed if packed.is_dir() else package.parent / "themes"


def _find(name_or_path: str | Path) -> Path:
    known = known_themes()
    if name_or_path in known:
        return _home() / name_or_path
    folder = Path(name_or_path)
    if (folder / "theme.toml").is_file():
        return folder.resolve()
    if folder.is_dir():
        raise OptionError("theme", f"the folder {str(name_or_path)!r} has no theme.toml")
    near = get_close_matches(str(name_or_path), known, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise OptionError(
        "theme",
        f"no theme or folder {str(name_or_path)!r}; known themes: {', '.join(known)}{hint}",
    )


def _load(folder: Path, heirs: tuple[Path, ...]) -> Theme:
    """The theme in ``folder``; ``heirs`` are the folders that inherit from it."""
    if folder in heirs:
        raise OptionError("theme", f"{folder.name} inherits from itself")
    declared = _declaration(folder)
    parent = None
    if "inherits" in declared:
        base = declared["inherits"]
        parent = _load(_find(folder / base if "/" in base else base), (*heirs, folder))
    own = (_stylesheet(folder / name) for name in declared.get("css", ()))
    return Theme(
        name=folder.name,
        description=declared.get("description", ""),
        css="\n".join(([parent.css] if parent else []) + list(own)),
        templates=(folder / "templates", *(parent.templates if parent else ())),
        vocabulary=_merged(parent.vocabulary if parent else {}, declared.get("words", {})),
    )


def _declaration(folder: Path) -> dict[str, Any]:
    """What ``theme.toml`` says, every key known and of the right kind."""
    path = folder / "theme.toml"
    try:
        declared = tomllib.loads(_read(path))
    except tomllib.TOMLDecodeError as error:
        raise OptionError("theme", f"{path}: {_one_line(error)}") from error
    for key, value in declared.items():
        if key not in _KEYS:
            raise OptionError("theme", f"{path}: unknown key {key!r}; known: {', '.join(_KEYS)}")
        _check(path, key, value, _KEYS[key])
    for name in declared.get("css", ()):
        _check(path, "an entry of css", name, str)
    for lang, words in declared.get("words", {}).items():
        _check(path, f"words.{lang}", words, dict)
    return declared


def _check(path: Path, what: str, value: object, kind: type) -> None:
    if not isinstance(value, kind):
        raise OptionError("theme", f"{path}: {what} must be a {kind.__name__}, got {value!r}")


def _stylesheet(path: Path) -> str:
    """The css of a file; it may come to stand inside a ``style`` element."""
    css = _read(path)
    if "</style" in css.lower():
        raise OptionError("theme", f"{path}: css may not contain </style")
    return css


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError("theme", f"{path}: {_one_line(error)}") from error


def _merged(
    inherited: Mapping[str, Mapping[str, str]], own: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Both vocabularies by lower-case language, own words winning."""
    merged = {lang: dict(words) for lang, words in inherited.items()}
    for lang, words in own.items():
        merged.setdefault(lang.lower(), {}).update(words)
    return merged


@lru_cache(maxsize=16)
def _environment(folders: tuple[Path, ...]) -> Environment:
    """One Jinja2 environment per theme, so that a template is compiled once per process."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _one_line(error: Exception) -> str:
    """What went wrong and where, without line breaks."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    where = f"{name}:{line}: " if name and line else ""
    said = " ".join(str(error).split()) or type(error).__name__
    return where + said
