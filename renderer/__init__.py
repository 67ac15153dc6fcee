"""mathward: shows a language model's Markdown with LaTeX on the web.

>>> from renderer import render
>>> print(render("mass $m$").formulas[0].tex)
m
"""

from __future__ import annotations

import typing

from .document import Diagnostic, Document, Formula, Heading
from .errors import EnvironmentFault, MathwardError, OptionError, OutputError, SourceError
from .options import Options

if typing.TYPE_CHECKING:
    from .convert import render
    from .page import render_page
    from .shield import shield_html
    from .stream import Stream

__version__ = "0.1.0"

__all__ = [
    "Diagnostic",
    "Document",
    "EnvironmentFault",
    "Formula",
    "Heading",
    "MathwardError",
    "OptionError",
    "Options",
    "OutputError",
    "SourceError",
    "Stream",
    "__version__",
    "render",
    "render_page",
    "shield_html",
]


def __getattr__(name: str) -> object:
    """The functions, whose modules bring the parser with them, at first use."""
    if name == "render":
        from .convert import render

        return render
    if name == "render_page":
        from .page import render_page

        return render_page
    if name == "shield_html":
        from .shield import shield_html

        return shield_html
    if name == "Stream":
        from .stream import Stream

        return Stream
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
