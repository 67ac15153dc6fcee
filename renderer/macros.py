r"""Macros of a document: definitions are read in order and expanded before a browser sees them.

Expanding here makes a formula independent of the order in which formulas are typeset, keeps the
definitions of one document out of every other, and gives native MathML the same content as
MathJax.  ``\newcommand``, ``\renewcommand``, ``\providecommand``, ``\def`` with delimited
arguments, ``\let``, ``\DeclareMathOperator``, ``\newenvironment`` mean what they mean to MathJax:
a definition holds from where it stands to the end of the document.

Next hop: :mod:`renderer.formulas` numbers what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MAX_EXPANSIONS: Final = 1_000
MAX_LENGTH: Final = 50_000

_NAME = re.compile(r"\\(?:[A-Za-z]+|[\s\S])")
_SPACES = re.compile(r"(?:\s|%[^\n]*\n)*")
_COUNT = re.compile(r"\s*\[\s*(\d)\s*\]")
_SKIPPED = re.compile(r"[^\\%]+")
_COMMENT = re.compile(r"%[^\n]*\n?")
_PARAMETER = re.compile(r"#(#|\d)")
_DEFINERS: Final = frozenset(
    r"\newcommand \renewcommand \providecommand \def \gdef \let \DeclareMathOperator"
    r" \newenvironment \renewenvironment".split()
)
_TEXT: Final = frozenset(
    r"\text \textrm \textbf \textit \textsf \texttt \mbox \hbox \textup \textnormal \label \ref"
    r" \eqref \tag".split()
)


class MacroError(Exception):
    """An expansion that does not end, or a definition or call that cannot be read."""


@dataclass(frozen=True, slots=True)
class Macro:
    """``body`` with ``#1`` for its arguments.

    ``template`` holds what delimits them, as ``\\def`` takes it: the text before the first and
    behind each one, ``""`` for an ordinary argument; ``default`` is the value of an optional first.
    """

    body: str
    template: tuple[str, ...] = ("",)
    default: str | None = None


@dataclass(frozen=True, slots=True)
class _Environment:
    begin: Macro
    end: str


class Macros:
    """The definitions in force while a document is read; ``given`` hold from the beginning."""

    def __init__(self, given: Mapping[str, str] | None = None) -> None:
        self._macros: dict[str, Macro] = {}
        self._environments: dict[str, _Environment] = {}
        for name, body in (given or {}).items():
            count = max((int(n) for n in re.findall(r"#(\d)", body)), default=0)
            self._macros["\\" + name.removeprefix("\\")] = Macro(body, ("",) * (count + 1))

    def expand(self, tex: str) -> str:
        """``tex`` without definitions and with every macro expanded.

        Definitions stay in force.  Raises MacroError if it passes MAX_EXPANSIONS or MAX_LENGTH.
        """
        if not self._macros and not self._environments and not _may_define(tex):
            return tex
        return _Expansion(self._macros, self._environments, tex).run()


def _may_define(tex: str) -> bool:
    return any(
        name in tex for name in ("\\new", "\\renew", "\\provide", "def", "\\let", "\\Declare")
    )


class _Expansion:
    """One pass over a formula; what a macro expands to is read again."""

    def __init__(
        self, macros: dict[str, Macro], environments: dict[str, _Environment], tex: str
    ) -> None:
        self.macros = macros
        self.environments = environments
        self.text = tex
        self.place = 0
        self.out: list[str] = []
        self.expansions = 0
        self.length = 0

    def run(self) -> str:
        while self.place < len(self.text):
            if found := _SKIPPED.match(self.text, self.place) or _COMMENT.match(
                self.text, self.place
            ):
                self._copy(found.group())
            elif name := _NAME.match(self.text, self.place):
                self._control(name.group())
            else:
                self._copy(self.text[self.place :])
        return "".join(self.out).strip()

    def _copy(self, text: str) -> None:
        self.out.append(text)
        self.place += len(text)
        self.length += len(text)
        if self.length > MAX_LENGTH:
            raise MacroError("expands to too much")

    def _control(self, name: str) -> None:
        start = self.place
        if name in self.macros:
            self.place += len(name)
            self._replace(self._call(self.macros[name]), name)
        elif name in _DEFINERS:
            self.place += len(name)
            self._define(name)
        elif name in ("\\begin", "\\end") and self._environment(name):
            return
        elif name in _TEXT:
            self._copy(name)
            self._text()
        else:
            self.place = start
            self._copy(name)

    def _replace(self, text: str, name: str) -> None:
        """Put ``text`` in front of what is still to be read."""
        self.expansions += 1
        if self.expansions > MAX_EXPANSIONS:
            raise MacroError(f"{name} expands without end")
        rest = self.text[self.place :]
        gap = " " if text[-1:].isalpha() and rest[:1].isalpha() and "\\" in text else ""
        if len(text) + len(rest) > MAX_LENGTH:
            raise MacroError(f"{name} expands to too much")
        if self.out and text[:1].isalpha() and re.search(r"\\[A-Za-z]+\Z", self.out[-1]):
            gap_before = " "
        else:
            gap_before = ""
        self.text = gap_before + text + gap + rest
        self.place = 0

    def _text(self) -> None:
        """Copy the argument of ``\\text``, where only what stands between dollars is expanded."""
        spaces = self._spaces()
        if self.text[self.place : self.place + 1] != "{":
            return self._copy_gap(spaces)
        argument = self._group()
        parts = argument.split("$")
        if len(parts) > 1 and len(parts) % 2:
            inner = [self._inner(part) if index % 2 else part for index, part in enumerate(parts)]
            argument = "$".join(inner)
        self.out.append(f"{spaces}{{{argument}}}")
        self.length += len(argument)
        return None

    def _copy_gap(self, spaces: str) -> None:
        self.out.append(spaces)

    def _inner(self, tex: str) -> str:
        inner = _Expansion(self.macros, self.environments, tex)
        inner.expansions = self.expansions
        done = inner.run()
        self.expansions = inner.expansions
        return done

    def _environment(self, name: str) -> bool:
        found = re.compile(r"\s*\{([^{}]*)\}").match(self.text, self.place + len(name))
        if found is None or found[1] not in self.environments:
            return False
        environment = self.environments[found[1]]
        self.place = found.end()
        if name == "\\end":
            self._replace(environment.end, name)
        else:
            self._replace(self._call(environment.begin), name)
        return True

    def _call(self, macro: Macro) -> str:
        """The body of ``macro`` with the arguments that follow."""
        arguments: list[str] = []
        self._expect(macro.template[0])
        for index, delimiter in enumerate(macro.template[1:]):
            if index == 0 and macro.default is not None:
                arguments.append(self._optional(macro.default))
            elif delimiter:
                arguments.append(self._delimited(delimiter))
            else:
                arguments.append(self._argument())
        return _PARAMETER.sub(lambda m: _filled(m[1], arguments), macro.body)

    def _define(self, definer: str) -> None:
        if definer in ("\\def", "\\gdef"):
            name = self._name()
            template = self._template()
            self.macros[name] = Macro(self._group(), template)
        elif definer == "\\let":
            self._let()
        elif definer == "\\DeclareMathOperator":
            star = self._star()
            name = self._name()
            self.macros[name] = Macro(f"\\operatorname{star}{{{self._argument()}}}")
        elif definer.endswith("environment"):
            name = self._argument()
            count, default = self._signature()
            begin = Macro(self._argument(), ("",) * (count + 1), default)
            self.environments[name] = _Environment(begin, self._argument())
        else:
            self._star()
            name = self._name()
            count, default = self._signature()
            body = self._argument()
            if definer != "\\providecommand" or name not in self.macros:
                self.macros[name] = Macro(body, ("",) * (count + 1), default)

    def _let(self) -> None:
        name = self._name()
        self._spaces()
        if self.text[self.place : self.place + 1] == "=":
            self.place += 1
        self._spaces()
        value = _NAME.match(self.text, self.place)
        meant = value.group() if value else self.text[self.place : self.place + 1]
        if not meant or meant == name:
            raise MacroError("\\let has no value")
        self.place += len(meant)
        self.macros[name] = self.macros.get(meant, Macro(meant))

    # Reading

    def _spaces(self) -> str:
        found = _SPACES.match(self.text, self.place)
        spaces = found.group() if found else ""
        self.place += len(spaces)
        return spaces

    def _star(self) -> str:
        if self.text[self.place : self.place + 1] == "*":
            self.place += 1
            return "*"
        return ""

    def _name(self) -> str:
        """The control sequence that is defined, in braces or not."""
        self._spaces()
        braced = self.text[self.place : self.place + 1] == "{"
        given = self._group().strip() if braced else ""
        found = _NAME.match(given) if braced else _NAME.match(self.text, self.place)
        if found is None:
            raise MacroError("a definition has no name")
        if not braced:
            self.place = found.end()
        return found.group()

    def _signature(self) -> tuple[int, str | None]:
        """The number of arguments and the default of the first."""
        count = _COUNT.match(self.text, self.place)
        if count is None:
            return 0, None
        self.place = count.end()
        self._spaces()
        if self.text[self.place : self.place + 1] != "[":
            return int(count[1]), None
        return int(count[1]), self._optional("")

    def _template(self) -> tuple[str, ...]:
        end = self.text.find("{", self.place)
        if end < 0:
            raise MacroError("\\def has no body")
        parts = re.split(r"#\d", self.text[self.place : end])
        self.place = end
        return tuple(part if index == 0 or part.strip() else "" for index, part in enumerate(parts))

    def _expect(self, text: str) -> None:
        if text.strip() and not self.text.startswith(text.strip(), self.place):
            raise MacroError("a macro is not used as it was defined")
        self.place += len(text.strip())

    def _argument(self) -> str:
        """A group without its braces, a control sequence or one character."""
        self._spaces()
        if self.text[self.place : self.place + 1] == "{":
            return self._group()
        found = _NAME.match(self.text, self.place)
        argument = found.group() if found else self.text[self.place : self.place + 1]
        if not argument or argument == "}":
            raise MacroError("an argument is missing")
        self.place += len(argument)
        return argument

    def _group(self) -> str:
        end = _closing(self.text, self.place, "}")
        group = self.text[self.place + 1 : end]
        self.place = end + 1
        return group

    def _optional(self, default: str) -> str:
        self._spaces()
        if self.text[self.place : self.place + 1] != "[":
            return default
        end = _closing(self.text, self.place, "]")
        value = self.text[self.place + 1 : end]
        self.place = end + 1
        return value

    def _delimited(self, delimiter: str) -> str:
        end = _closing(self.text, self.place - 1, delimiter)
        value = self.text[self.place : end]
        self.place = end + len(delimiter)
        if value[:1] == "{" and value[-1:] == "}":
            value = value[1:-1]
        return value


def _filled(mark: str, arguments: list[str]) -> str:
    if mark == "#":
        return "#"
    index = int(mark) - 1
    if index >= len(arguments):
        raise MacroError("a macro has too few arguments")
    return arguments[index]


def _closing(text: str, opened: int, closer: str) -> int:
    """The offset of ``closer`` at the depth of the text behind ``opened``."""
    depth, place = 0, opened + 1
    while place < len(text):
        if depth == 0 and text.startswith(closer, place):
            return place
        char = text[place]
        if char == "\\":
            place += 1
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        place += 1
    raise MacroError(f"{closer} is missing")
