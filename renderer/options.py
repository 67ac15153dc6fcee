"""Every option of a rendering, declared once.

The library, the command line, the configuration file, front matter and the documentation
all read this one table: each field of :class:`Options` carries its help text, its allowed
values and whether a page's own front matter may set it (never anything that loosens safety).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any, Self

from .errors import OptionError

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def _option(
    default: Any,
    help: str,
    *,
    choices: tuple[str, ...] = (),
    page: bool = False,
    minimum: int | None = None,
) -> Any:
    """Declare a field: ``page`` says that front matter may set it."""
    meta = {"help": help, "choices": choices, "page": page, "minimum": minimum}
    return field(default=default, metadata=meta)


@dataclass(frozen=True, slots=True)
class Options:
    """How a text is rendered; the defaults are safe for untrusted text."""

    profile: str = _option(
        "llm",
        "Delimiter rules: llm also repairs and weighs what language models write; "
        "strict follows local characters alone.",
        choices=("llm", "strict"),
        page=True,
    )
    html: str = _option(
        "basic",
        "Raw HTML: basic lets a few harmless tags through without attributes; escape shows all "
        "of it as text; sanitize filters it; trust passes everything, for your own text only.",
        choices=("basic", "escape", "sanitize", "trust"),
    )
    links: str = _option(
        "safe",
        "Link targets: safe allows http, https, mailto and relative ones; any allows all and is "
        "for your own text only.",
        choices=("safe", "any"),
    )
    images: str | tuple[str, ...] = _option(
        "link",
        "Images: link shows a link in their place; same-origin allows relative addresses; any "
        "allows all; a list of URL prefixes allows those.",
    )
    id_prefix: str = _option(
        "md-",
        "Every id in the output begins with this; give each document of one page its own.",
    )
    numbering: str = _option(
        "ams",
        "Equation numbers: ams as AMS-LaTeX gives them; all for every display formula; none.",
        choices=("ams", "all", "none"),
        page=True,
    )
    number_start: int = _option(1, "The first equation number.", page=True, minimum=0)
    number_within: int = _option(
        0,
        "Heading level (1 to 6) at which numbers begin again, as in 2.1; 0: they run on.",
        page=True,
        minimum=0,
    )
    macros: Mapping[str, str] | tuple[tuple[str, str], ...] = _option(
        (), "TeX macros in force from the beginning, by name.", page=True
    )
    lang: str = _option(
        "", "Language of the page (BCP 47); guessed from the text if empty.", page=True
    )
    mathml: bool = _option(
        True, "Put native MathML into every formula; otherwise its TeX.", page=True
    )
    latex_fences: bool = _option(
        False, "Typeset ```latex, ```tex and ```katex fences instead of listing them.", page=True
    )
    think: str = _option(
        "fold",
        "Reasoning blocks (<think>): folded away, dropped, shown, or (off) raw HTML as any other.",
        choices=("fold", "drop", "show", "off"),
        page=True,
    )
    front_matter: bool = _option(
        False, "Read front matter (YAML between ---, TOML between +++); on for files."
    )
    gfm: bool = _option(
        True,
        "GitHub's extensions: tables, strikethrough, task lists, footnotes, autolinks, alerts.",
        page=True,
    )
    definition_lists: bool = _option(False, "Definition lists (term, then `: text`).", page=True)
    cjk_emphasis: bool = _option(
        True, "Emphasis beside Chinese, Japanese and Korean punctuation.", page=True
    )
    highlight: bool = _option(
        False, "Mark up code with Pygments' classes; on for files.", page=True
    )
    heading_ids: bool = _option(True, "Give headings an id.", page=True)
    max_source: int = _option(
        2_000_000, "Characters of source; a longer text is shown as it is.", minimum=0
    )
    max_formulas: int = _option(5_000, "Formulas typeset in one document.", minimum=0)
    max_formula_length: int = _option(8_000, "Characters of one formula.", minimum=0)
    max_formula_depth: int = _option(60, "Nesting of one formula.", minimum=0)
    max_formula_cells: int = _option(2_000, "Cells in the tables of one formula.", minimum=0)

    def __post_init__(self) -> None:
        if isinstance(self.macros, Mapping):  # pairs, so that options can be compared and hashed
            object.__setattr__(self, "macros", tuple(self.macros.items()))
        for declared in fields(self):
            _check(declared, getattr(self, declared.name))

    @classmethod
    def commonmark(cls) -> Self:
        """Plain CommonMark for your own text: trusted HTML, no policies, no extensions but math."""
        return cls(
            profile="strict",
            html="trust",
            links="any",
            images="any",
            gfm=False,
            cjk_emphasis=False,
            heading_ids=False,
            highlight=False,
            think="off",
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, object], *, page: bool = False) -> Self:
        """Options with ``values`` set; ``page`` admits only what front matter may set."""
        return cls().updated(values, page=page)

    def updated(self, values: Mapping[str, object], *, page: bool = False) -> Self:
        """A copy with ``values`` set, hyphens or underscores in the names.

        Raises OptionError for an unknown name (with the nearest right one), for a value
        of the wrong kind and, under ``page``, for an option that a page may not set.
        """
        known = {declared.name: declared for declared in fields(self)}
        changes: dict[str, Any] = {}
        for name, value in values.items():
            key = name.replace("-", "_")
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise OptionError(name, f"no such option{hint}")
            if page and not known[key].metadata["page"]:
                raise OptionError(name, "may not be set from front matter")
            changes[key] = tuple(value) if isinstance(value, list) else value
        return replace(self, **changes)


def _check(declared: Field[Any], value: Any) -> None:
    """Raise OptionError unless ``value`` suits the declaration."""
    name, meta = declared.name, declared.metadata
    if name == "images":
        _check_images(value)
        return
    if name == "macros":
        _check_macros(value)
        return
    kind: type = type(declared.default)
    if type(value) is not kind:
        raise OptionError(name, f"expected {kind.__name__}, got {value!r}")
    if meta["choices"] and value not in meta["choices"]:
        raise OptionError(name, f"expected one of {', '.join(meta['choices'])}, got {value!r}")
    if meta["minimum"] is not None and value < meta["minimum"]:
        raise OptionError(name, f"must be at least {meta['minimum']}, got {value!r}")
    if name == "lang" and value and not is_language_tag(str(value)):
        raise OptionError(name, f"expected a language tag such as zh-Hans, got {value!r}")
    if name == "id_prefix" and not _is_id_prefix(str(value)):
        raise OptionError(name, f"letters, digits, - and _ only, a letter first, got {value!r}")


def _check_images(value: Any) -> None:
    if isinstance(value, str) and value in ("link", "same-origin", "any"):
        return
    if isinstance(value, tuple) and all(isinstance(item, str) and item for item in value):
        return
    raise OptionError(
        "images", f"expected link, same-origin, any or a list of URL prefixes, got {value!r}"
    )


def _check_macros(value: Any) -> None:
    pairs = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs) or not all(
        isinstance(text, str) for pair in pairs for text in pair
    ):
        raise OptionError("macros", "expected names with their replacement text")


def is_language_tag(value: str) -> bool:
    """Whether ``value`` has the form of a BCP 47 tag, such as ``zh-Hans``."""
    return _LANGUAGE_TAG.fullmatch(value) is not None


def _is_id_prefix(value: str) -> bool:
    rest = value.replace("-", "").replace("_", "")
    return bool(value) and value[0].isalpha() and value.isascii() and rest.isalnum()
