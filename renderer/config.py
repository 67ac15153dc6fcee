"""What a configuration file and a page's front matter set.

The nearest ``mathward.toml`` above an input counts, or the nearest ``pyproject.toml`` that has a
``[tool.mathward]``; it belongs to the user and may set everything::

    theme = "paper"         # a name, or a folder relative to this file
    assets = "cdn"          # cdn, none, or a folder relative to this file
    prerender = true        # sizes of formulas measured at build
    profile = "strict"      # and so on: every field of Options

Front matter came with the text, so it sets only what cannot loosen safety.
Next hop: :mod:`renderer.publish` lays these, front matter and flags over one another.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from .diagnostics import diagnostic
from .document import Diagnostic
from .errors import OptionError
from .files import reason
from .options import Options

CONFIG_NAME: Final = "mathward.toml"
_SHARED_NAME: Final = "pyproject.toml"
_TEXTS: Final = ("theme", "assets")
_OWN_KEYS: Final = (*_TEXTS, "prerender")
_SHOTS: Final = "shots"
_TABLES: Final = ("site", _SHOTS)  # read by the site builder, and by visual regression

# What front matter says about the page itself; never taken for a misspelt option.
_PAGE_KEYS: Final = frozenset(
    ("title", "date", "tags", "slug", "lang", "draft", "summary", "macros", "author", "description")
)
_OPTION_NAMES: Final = tuple(declared.name for declared in fields(Options))
_PAGE_OPTIONS: Final = tuple(d.name for d in fields(Options) if d.metadata["page"])


@dataclass(frozen=True, slots=True)
class Config:
    """What one file sets: ``options`` by name, and how pages are made (None: not set).

    ``shots`` is its table of that name, ``folder`` where it lies (None: there is no file).
    """

    options: Mapping[str, object] = field(default_factory=dict)
    theme: str | None = None
    assets: str | None = None
    prerender: bool | None = None
    shots: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = field(default=None, compare=False)


def find_config(folder: Path) -> Config:
    """The configuration that counts in ``folder``; an empty one if there is none above it."""
    here = folder.resolve()
    for above in (here, *here.parents):
        own, shared = above / CONFIG_NAME, above / _SHARED_NAME
        if own.is_file():
            return load_config(own)
        if shared.is_file() and (table := _shared_table(shared)) is not None:
            return _config(table, shared)
    return Config()


def load_config(path: Path) -> Config:
    """The configuration in that file; OptionError with the path if anything in it is wrong."""
    if path.name != _SHARED_NAME:
        return _config(_parsed(path), path)
    table = _shared_table(path)
    if table is None:
        raise OptionError(str(path), "there is no [tool.mathward] in it")
    return _config(table, path)


def page_options(
    meta: Mapping[str, object], options: Options
) -> tuple[Options, tuple[Diagnostic, ...]]:
    """``options`` with what front matter may set, and a warning for what it may not.

    A key that is neither an option nor close to one is the author's own and nothing is said.
    """
    warnings: list[Diagnostic] = []
    for key, value in meta.items():
        if not _means_option(str(key)):
            continue
        try:
            options = options.updated({str(key): value}, page=True)
        except OptionError as error:
            warnings.append(diagnostic("page-option", 1, 1, f"front matter: {error}"))
    return options, tuple(warnings)


def _means_option(key: str) -> bool:
    """Whether ``key`` names an option, or is so close to one that it must be a slip."""
    name = key.replace("-", "_")
    if name in _OPTION_NAMES or name in _PAGE_KEYS:
        return name in _OPTION_NAMES
    return bool(get_close_matches(name, _PAGE_OPTIONS, 1, 0.8))


# --- files -----------------------------------------------------------------------------------


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise OptionError(str(path), reason(error)) from error
    except UnicodeDecodeError as error:
        raise OptionError(str(path), f"not UTF-8 at offset {error.start:,}") from error
    except tomllib.TOMLDecodeError as error:
        raise OptionError(str(path), " ".join(str(error).split())) from error


def _shared_table(path: Path) -> Mapping[str, Any] | None:
    """``[tool.mathward]`` of a pyproject.toml."""
    tool = _parsed(path).get("tool")
    table = tool.get("mathward") if isinstance(tool, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise OptionError(str(path), "tool.mathward must be a table")


def _config(table: Mapping[str, Any], path: Path) -> Config:
    """``table`` with every key known and every value usable."""
    options = {key: value for key, value in table.items() if key not in (*_OWN_KEYS, *_TABLES)}
    try:
        _refuse_unknown(options)
        Options.from_mapping(options)
        theme, assets = (_text(table, key) for key in _TEXTS)
        prerender = _switch(table, "prerender")
        shots = _table(table, _SHOTS)
    except OptionError as error:
        raise OptionError(str(path), str(error)) from error
    folder = path.parent
    theme, assets = _theme(theme, folder), _assets(assets, folder)
    return Config(options, theme, assets, prerender, shots, folder)


def _refuse_unknown(keys: Iterable[str]) -> None:
    known = (*_OPTION_NAMES, *_OWN_KEYS, *_TABLES)
    for key in keys:
        if key.replace("-", "_") not in known:
            near = get_close_matches(key.replace("-", "_"), known, 1)
            raise OptionError(key, "no such key" + (f"; did you mean {near[0]}?" if near else ""))


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is None or (isinstance(value, str) and value):
        return value
    raise OptionError(key, f"expected text, got {value!r}")


def _switch(table: Mapping[str, Any], key: str) -> bool | None:
    value = table.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise OptionError(key, f"expected true or false, got {value!r}")


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = table.get(key, {})
    if isinstance(value, dict):
        return value
    raise OptionError(key, f"expected a table, got {value!r}")


def _theme(name: str | None, folder: Path) -> str | None:
    """A theme that is written as a path belongs to the file that names it."""
    if name is None or not ({"/", "\\"} & set(name) or name.startswith(".")):
        return name
    return str(folder / name)


def _assets(name: str | None, folder: Path) -> str | None:
    return name if name in (None, "cdn", "none") else str(folder / name)
