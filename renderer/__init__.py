"""mathward: shows a language model's Markdown with LaTeX on the web.

>>> from renderer import render
>>> print(render("mass $m$").formulas[0].tex)
m
"""

from __future__ import annotations

from .convert import render
from .document import Diagnostic, Document, Formula, Heading
from .errors import EnvironmentFault, MathwardError, OptionError, OutputError, SourceError
from .options import Options
from .page import render_page

__version__ = "0.1.0"

__all__ = [
    "Diagnostic",
    "Document",
    "EnvironmentFault",
    "Formula",
    "Heading",
    "MathwardError",
    "Options",
    "OptionError",
    "OutputError",
    "SourceError",
    "__version__",
    "render",
    "render_page",
]
