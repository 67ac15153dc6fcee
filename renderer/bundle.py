"""The client's ES modules joined into one classic script, and its css.

ES modules do not run from ``file://``, so a page opened from disk needs a classic script.  The
modules are written so that joining them is enough: each name at the top of a module is unique
among all of them, imports name what they import, and there are no cycles.
"""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

ENTRY = Path(__file__).parent / "client" / "page.js"
SHIELD = ENTRY.with_name("foreign.js")
STREAM = ENTRY.with_name("streaming.js")
_MINIFIED = Path(__file__).parent / "mathjax" / "vendor" / "client.js"
_CSS = Path(__file__).parent / "client" / "math.css"

_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
_COMMENT = re.compile(
    r"^([ \t]*)(?:/\*\*.*?\*/[ \t]*(?:\n|(?=\S))|//[^\n]*\n)", re.MULTILINE | re.DOTALL
)


@cache
def client_script() -> str:
    """The whole client as one classic script that starts by itself; minified, if it is at hand."""
    text = joined_client()
    return _minified(text) or text


def joined_client() -> str:
    """The same as it is written."""
    return _classic(ENTRY)


def is_minified() -> bool:
    """Whether the build has minified the client as it is written now."""
    return bool(_minified(joined_client()))


def _minified(text: str) -> str:
    """What the build made of this very text, which the first line tells; ``""`` if of another."""
    try:
        digest, _, script = _MINIFIED.read_text(encoding="utf-8").partition("\n")
    except OSError:
        return ""
    return script if digest == f"// {sha256(text.encode()).hexdigest()}" else ""


@cache
def shield_script() -> str:
    """What shields HTML of other origin and growing text, as a classic script of its own."""
    return _classic(SHIELD)


def _classic(entry: Path) -> str:
    """The module and all it imports as a script that leaves no name behind."""
    return '(() => {\n"use strict";\n' + joined(entry) + "})();\n"


@cache
def stream_script() -> str:
    """What shows answers as they arrive, as a classic script of its own."""
    return '(() => {\n"use strict";\n' + joined(STREAM) + "})();\n"


@cache
def math_css() -> str:
    """The rules that formulas need in every theme."""
    return _CSS.read_text(encoding="utf-8")


def joined(entry: Path) -> str:
    """The module and all it imports as plain statements, each before its users.

    Raises ValueError where joining would change what the modules mean.
    """
    parts = [_plain(module) for module in modules(entry)]
    names = [name for part in parts for name in _NAME.findall(part)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"names used by two modules of the client: {', '.join(twice)}")
    return "".join(parts)


def modules(entry: Path) -> list[Path]:
    """The module and all it imports, each after those it needs."""
    order: list[Path] = []

    def visit(module: Path, users: tuple[Path, ...]) -> None:
        if module in users:
            raise ValueError(f"{module.name} imports itself by way of {users[-1].name}")
        if module not in order:
            for target in _IMPORT.findall(module.read_text(encoding="utf-8")):
                visit((module.parent / target).resolve(), (*users, module))
            order.append(module)

    visit(entry.resolve(), ())
    return order


def _plain(module: Path) -> str:
    """A module without comments, imports and exports."""
    text = _COMMENT.sub(_indentation, module.read_text(encoding="utf-8"))
    text = _EXPORT.sub("", _IMPORT.sub("", text))
    if re.search(r"^(?:import|export)\b", text, re.MULTILINE):
        raise ValueError(f"{module.name}: an import or export that cannot be joined")
    return text.strip() + "\n"


def _indentation(comment: re.Match[str]) -> str:
    """What stays of a comment: its indentation, if a statement follows on the line."""
    return "" if comment.group().endswith("\n") else comment.group(1)
