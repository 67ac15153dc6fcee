"""What is shot and how: the table ``[shots]`` of a configuration, overridden by flags.

::

    [shots]
    pages = ["public"]             # folders, files, addresses, relative to this file
    baselines = "shots"            # where it is kept what they looked like
    widths = [390, 1280]
    schemes = ["light", "dark"]
    states = ["typeset", "print"]
    masks = [".clock"]             # what is different each time
    hosts = ["cdn.example.org"]    # which pages may ask
    pixels = true                  # false: what pages say alone, the same on every machine
    images = "failing"             # which pictures are kept: all, failing, none, or globs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, Final, Self

from ..errors import OptionError
from .model import SCHEMES, STATES, Case, Scheme, State

ALL: Final = "all"
FAILING: Final = "failing"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class ShotSettings:
    """What is shot and how.

    Without ``pixels`` only what a page says of its formulas is compared and kept. ``timeout`` is
    in how many seconds a page has to come to rest.
    ``images`` says which pictures are kept beside their digests: ``all``, ``failing`` (of the
    cases that have differed once) or ``none``, or globs of case names.
    """

    pages: tuple[str, ...] = ()
    baselines: str = "shots"
    report: str = "shots-report"
    widths: tuple[int, ...] = (390, 1280)
    height: int = 800
    ratio: float = 1.0
    schemes: tuple[Scheme, ...] = ("light",)
    states: tuple[State, ...] = ("typeset",)
    masks: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    pixels: bool = True
    images: tuple[str, ...] = (FAILING,)
    jobs: int = 0
    timeout: int = 180

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """The settings of a table; OptionError, with the nearest right name, if one is wrong."""
        return cls().updated(values)

    def updated(self, values: Mapping[str, Any]) -> Self:
        """These settings with ``values`` over them."""
        return replace(self, **{key: _checked(key, value) for key, value in values.items()})

    def cases(self, page: str) -> list[Case]:
        """All looks of a page."""
        return [
            Case(page, width, scheme, state)
            for width in self.widths
            for scheme in self.schemes
            for state in self.states
        ]

    def keeps(self, case: Case, *, has_differed: bool) -> bool:
        """Whether the picture of a case is kept."""
        words = {ALL: True, FAILING: has_differed, NONE: False}
        if len(self.images) == 1 and self.images[0] in words:
            return words[self.images[0]]
        return any(fnmatchcase(case.name, glob) for glob in self.images)


def _checked(key: str, value: Any) -> Any:
    names = [each.name for each in fields(ShotSettings)]
    if key not in names:
        near = get_close_matches(key, names, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise OptionError(f"shots.{key}", f"no such key{hint}")
    try:
        return _READERS[key](value)
    except (TypeError, ValueError) as error:
        raise OptionError(f"shots.{key}", str(error)) from None


def _text(value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    raise ValueError(f"expected text, got {value!r}")


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in _listed(value))


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _number(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise ValueError(f"expected a number from {low} to {high:,}, got {value!r}")

    return read


def _numbers(low: int, high: int) -> Callable[[Any], tuple[int, ...]]:
    read = _number(low, high)
    return lambda value: _some(tuple(dict.fromkeys(read(each) for each in _listed(value))))


def _words(known: tuple[str, ...]) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        for word in _texts(value):
            if word not in known:
                raise ValueError(f"expected {', '.join(known)}, got {word!r}")
        return _some(tuple(dict.fromkeys(_texts(value))))

    return read


def _some(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if not values:
        raise ValueError("expected one at least")
    return values


def _ratio(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0.5 <= value <= 4:
        return float(value)
    raise ValueError(f"expected a number from 0.5 to 4, got {value!r}")


def _choice(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"expected true or false, got {value!r}")


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "pages": _texts,
    "baselines": _text,
    "report": _text,
    "widths": _numbers(100, 8_000),
    "height": _number(100, 8_000),
    "ratio": _ratio,
    "schemes": _words(SCHEMES),
    "states": _words(STATES),
    "masks": _texts,
    "hosts": _texts,
    "pixels": _choice,
    "images": _texts,
    "jobs": _number(0, 64),
    "timeout": _number(1, 3_600),
}
