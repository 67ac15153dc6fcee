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
from copy import copy
from dataclasses import dataclass
from typing import Final

MAX_EXPANSIONS: Final = 1_000
MAX_LENGTH: Final = 16_384
MAX_IN_ALL: Final = 1_000_000
"""Characters that all macros of a document may expand to; each expansion counts for ten more."""

_NAME = re.compile(r"\\(?:[A-Za-z]+|[\s\S])")
_SPACES = re.compile(r"(?:\s|%[^\n]*\n)*")
_COUNT = re.compile(r"\s*\[\s*(\d)\s*\]")
_PLAIN = re.compile(r"[^\\%{}]+")
_OPTION = re.compile(r"\s*\[[^\\%{}\[\]]*\]")
_COMMENT = re.compile(r"%[^\n]*\n?")
_PARAMETER = re.compile(r"#(#|\d)")
_ENDS_IN_WORD = re.compile(r"\\[A-Za-z]+\Z")
_ENVIRONMENT = re.compile(r"\s*\{([^{}]*)\}")
_DEFINERS: Final = frozenset(
    r"\newcommand \renewcommand \providecommand \def \gdef \let \DeclareMathOperator"
    r" \newenvironment \renewenvironment".split()
)
# How many arguments these take: a macro that is one of them, as in \frac\half 2, is a group.
_ARGUMENTS: Final = {
    f"\\{name}": count
    for count, names in (
        (1, "sqrt hat widehat check tilde widetilde acute grave dot ddot dddot breve bar vec"
            " overline underline overbrace underbrace overrightarrow overleftarrow boxed fbox"
            " mathbf mathrm mathit mathsf mathtt mathbb mathcal mathscr mathfrak boldsymbol bm pmb"
            " mathop mathbin mathrel mathord mathopen mathclose mathpunct mathinner operatorname"
            " text phantom hphantom vphantom smash cancel bcancel xcancel substack"
            " xrightarrow xleftarrow"),
        (2, "frac dfrac tfrac cfrac binom dbinom tbinom stackrel overset underset cancelto"),
    )
    for name in names.split()
}  # fmt: skip


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
        self._spent = 0
        for name, body in (given or {}).items():
            count = max((int(n) for n in re.findall(r"#(\d)", body)), default=0)
            self._macros["\\" + name.removeprefix("\\")] = Macro(body, ("",) * (count + 1))

    def copy(self) -> Macros:
        """The same definitions, to go on from here in another way."""
        other = copy(self)
        other._macros, other._environments = dict(self._macros), dict(self._environments)
        return other

    def expand(self, tex: str) -> str:
        """``tex`` without definitions and with every macro expanded.

        Definitions stay in force.  Raises MacroError if it passes MAX_EXPANSIONS or MAX_LENGTH,
        or the document MAX_IN_ALL.
        """
        if not self._macros and not self._environments and not _may_define(tex):
            return tex
        if len(tex) <= MAX_LENGTH and self._is_free(tex):
            return tex.strip()
        expansion = _Expansion(self._macros, self._environments, tex, MAX_IN_ALL - self._spent)
        try:
            return expansion.run()
        finally:
            self._spent += expansion.spent

    def _is_free(self, tex: str) -> bool:
        """Whether ``tex`` neither defines nor uses anything; quick, and false in doubt."""
        names = set(_NAME.findall(tex))
        return (
            names.isdisjoint(self._macros)
            and names.isdisjoint(_DEFINERS)
            and not (self._environments and "\\begin" in names)
        )


def _may_define(tex: str) -> bool:
    return any(
        name in tex for name in ("\\new", "\\renew", "\\provide", "def", "\\let", "\\Declare")
    )


class _Expansion:
    """One pass over a formula; what a macro expands to is read again."""

    def __init__(
        self,
        macros: dict[str, Macro],
        environments: dict[str, _Environment],
        tex: str,
        allowance: int,
    ) -> None:
        self.macros = macros
        self.environments = environments
        self.text = tex
        self.place = 0
        self.out: list[str] = []
        self.expansions = 0
        self.length = 0
        self.spent = 0
        self.allowance = allowance
        self.wanted = [0]  # arguments that the last command still takes, for each open group

    def run(self) -> str:
        while self.place < len(self.text):
            char = self.text[self.place]
            if char == "\\" and (name := _NAME.match(self.text, self.place)):
                self._control(name.group())
            elif char == "%" and (comment := _COMMENT.match(self.text, self.place)):
                self._copy(comment.group())
            elif plain := _PLAIN.match(self.text, self.place):
                self._want_less(len(plain.group().replace(" ", "")))
                self._copy(plain.group())
            else:
                self._brace(char)
        return "".join(self.out).strip()

    def _brace(self, char: str) -> None:
        if char == "{":
            self._want_less(1)
            self.wanted.append(0)
        elif len(self.wanted) > 1:
            self.wanted.pop()
        self._copy(char)

    def _want_less(self, count: int) -> None:
        self.wanted[-1] = max(0, self.wanted[-1] - count)

    def _copy(self, text: str) -> None:
        self.out.append(text)
        self.place += len(text)
        self.length += len(text)
        if self.length > MAX_LENGTH:
            raise MacroError("expands to too much")

    def _control(self, name: str) -> None:
        if name in self.macros:
            self.place += len(name)
            text = self._call(self.macros[name])
            self._replace(f"{{{text}}}" if self.wanted[-1] else text, name)
        elif name in _DEFINERS:
            self.place += len(name)
            self._define(name)
        elif name not in ("\\begin", "\\end") or not self._environment(name):
            is_argument = self.wanted[-1] > 0
            self._want_less(1)
            self._copy(name)
            if not is_argument and (count := _ARGUMENTS.get(name)):
                self.wanted[-1] = count
                option = _OPTION.match(self.text, self.place)
                self._copy(option.group() if option else "")

    def _replace(self, text: str, name: str) -> None:
        """Put ``text`` in front of what is still to be read, no command running into a letter."""
        self.expansions += 1
        if self.expansions > MAX_EXPANSIONS:
            raise MacroError(f"{name} expands without end")
        self.spent += len(text) + 10
        if self.spent > self.allowance:
            raise MacroError("the macros of this document expand to too much")
        rest = self.text[self.place :]
        if len(text) + len(rest) > MAX_LENGTH:
            raise MacroError(f"{name} expands to too much")
        self.text = text + _gap(text, rest) + rest
        self.text = _gap(self.out[-1] if self.out else "", self.text) + self.text
        self.place = 0

    def _environment(self, name: str) -> bool:
        found = _ENVIRONMENT.match(self.text, self.place + len(name))
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


def _gap(before: str, behind: str) -> str:
    """A space where a control word would run into a letter."""
    letter = behind[:1].isascii() and behind[:1].isalpha()
    return " " if letter and _ENDS_IN_WORD.search(before) else ""


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
