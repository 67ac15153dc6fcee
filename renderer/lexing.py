"""The program that runs Pygments: code in, HTML out, line by line as JSON, until its input ends.

Pygments' lexers are regular expressions, and those for Python, Java, JavaScript and others take
quadratic time for code made to hurt: 8,000 characters of lines with a space in each take Python's
2.4 seconds, 100,000 six minutes.  Nothing but the end of a process stops a regular expression
everywhere, so :mod:`renderer.highlight` lets them work in this one.

It is started as a file, not as a module of the package, so that Pygments is all it imports.
"""

from __future__ import annotations

import json
import signal
import sys
from functools import lru_cache
from time import process_time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pygments.lexer import Lexer


class _Late(BaseException):
    """No ``Exception``, lest a lexer catch it."""


def main() -> None:
    """Answer each ``[language, code, seconds]`` by ``[html or null, seconds taken, in time]``."""
    timed = hasattr(signal, "setitimer")  # not on Windows: there the parent's clock alone ends us
    if timed:
        signal.signal(signal.SIGPROF, _stop)
    for line in sys.stdin.buffer:
        language, code, seconds = json.loads(line)
        began = process_time()
        html, in_time = None, True
        try:
            if timed:
                signal.setitimer(
                    signal.ITIMER_PROF, seconds
                )  # of work, however busy the machine is
            html = _highlighted(language, code)
        except (_Late, RecursionError):
            in_time = False
        finally:
            if timed:
                signal.setitimer(signal.ITIMER_PROF, 0)
        answer = json.dumps([html, process_time() - began, in_time]) + "\n"
        sys.stdout.buffer.write(answer.encode())
        sys.stdout.buffer.flush()


def _stop(_number: int, _frame: object) -> NoReturn:
    raise _Late


def _highlighted(language: str, code: str) -> str | None:
    """``code`` with Pygments' classes, each prefixed ``hl-``; None for an unknown language.

    None, too, where a lexer leaves out some of the code or makes it other.
    """
    import pygments
    from pygments.formatters import HtmlFormatter

    if (lexer := _lexer(language)) is None:
        return None
    tokens = list(lexer.get_tokens(code))
    end = "" if code.endswith("\n") else "\n"  # many lexers drop a line without one
    if "".join(value for _, value in tokens) != code + end:
        return None
    return pygments.format(tokens, HtmlFormatter(nowrap=True, classprefix="hl-")).removesuffix(end)


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


if __name__ == "__main__":
    main()
