"""What a run tells: lines for people on standard error, pages or JSON lines on standard output."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..errors import OutputError, SourceError
from ..files import encoded, reason, write_all

if TYPE_CHECKING:
    from ..document import Diagnostic
    from ..prerender import Prerenderer
    from ..publish import Published
    from ..targets import Target

_COLOURS: Final = {"error": "red", "warning": "yellow", "info": "cyan"}
# A text may not steer the reader's terminal, nor may a file's name break the line.
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BAR: Final = 30  # characters
_CLEAR_LINE: Final = "\r\x1b[K"


def complain(message: str) -> None:
    """One line on standard error."""
    _echo(printable(message))


def _echo(line: str) -> None:
    with suppress(OSError):  # nobody reads it, or its disk is full: the work goes on
        click.echo(line, err=True)


def printable(text: str) -> str:
    """``text`` with control characters written as escapes."""
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


def line_of(name: str, found: Diagnostic) -> str:
    """A diagnostic of the file ``name`` as people and editors read it."""
    label = click.style(f"{found.severity}[{found.code}]", _COLOURS[found.severity])
    place = printable(f"{name}:{found.line}:{found.column}")
    return f"{place}: {label}: {printable(found.message)}"


def write_out(data: bytes) -> None:
    """Bytes on standard output, at once; BrokenPipeError if nobody reads them."""
    if sys.stdout is None:  # it was closed before we began
        raise BrokenPipeError
    try:
        sys.stdout.flush()
        write_all(sys.stdout.buffer, data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _discard_stdout()
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError("<stdout>", reason(error)) from error


def _discard_stdout() -> None:
    """Let what is still buffered go nowhere, or the interpreter complains of it at its end."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


class Report:
    """The account of one run.

    ``level`` is 0 for errors only, 1 for warnings and a closing line, 2 for all there is.
    """

    def __init__(self, *, level: int, as_json: bool, keep_going: bool) -> None:
        self._level = level
        self._json = as_json
        self._keep_going = keep_going
        self._bar = False
        self._unmeasured = False
        self._failed = False
        self._warnings = 0
        self._formulas = 0
        self._pages: list[str] = []

    def exit_code(self, *, strict: bool) -> int:
        """2 if an input was passed over; with ``strict`` 3 for formulas without their size and 1
        for warnings; else 0.
        """
        if self._failed or not strict:
            return 2 if self._failed else 0
        return 3 if self._unmeasured else int(self._warnings > 0)

    @contextmanager
    def progress(self, targets: Sequence[Target]) -> Iterator[Iterator[Target]]:
        """The targets, with a bar where someone waits for several and looks at a terminal."""
        self._bar = self._is_watched and len(targets) > 1
        if not self._bar:
            yield iter(targets)
            return
        with click.progressbar(targets, file=sys.stderr) as bar:
            yield iter(bar)
        self._bar = False

    @property
    def _is_watched(self) -> bool:
        return sys.stderr is not None and sys.stderr.isatty() and self._level > 0

    def measuring(self, done: int, total: int) -> None:
        """How far the formulas of a page are measured, for who looks at a terminal."""
        if not self._is_watched:
            return
        filled = _BAR * done // total
        bar = f"[{'#' * filled}{'-' * (_BAR - filled)}]  {done:,} of {total:,} new formulas"
        with suppress(OSError):
            sys.stderr.write(_CLEAR_LINE + (f"typesetting  {bar}" if done < total else ""))
            sys.stderr.flush()

    def prerendered(self, prerenderer: Prerenderer) -> None:
        """What became of all formulas that were to be measured."""
        counts, problem = prerenderer.counts, prerenderer.problem
        if not counts.asked:
            return
        reason = str(problem) if problem else None
        self._line({"type": "prerender", **asdict(counts), "problem": reason})
        if prerenderer.warning:
            self._warn(prerenderer.warning)
        if counts.missing:
            self._unmeasured = True
            number = count(counts.missing, "formula")
            self._warn(f"no size is reserved for {number}: {reason}")

    def _warn(self, message: str) -> None:
        if self._level > 0:
            self._say_raw(f"{click.style('warning', _COLOURS['warning'])}: {printable(message)}")

    def problem(self, error: SourceError) -> None:
        """An input that cannot be used: passed over, or the end of the run."""
        self._line({"type": "error", "file": error.path, "message": str(error)})
        if not self._keep_going:
            raise error
        self._failed = True
        self._say(str(error))

    def page(self, published: Published) -> None:
        """A finished page: its diagnostics, and the page itself if it has no file to be in."""
        document, target = published.document, published.target
        for found in document.diagnostics:
            self._diagnostic(target.name, found)
        self._formulas += len(document.formulas)
        self._line(_record(published))
        if target.page is not None:
            self._pages.append(str(target.page))
            if self._level > 1:
                self._say(f"{target.name} -> {target.page}")
        elif not self._json:
            write_out(encoded(published.html))

    def note(self, message: str) -> None:
        """A remark for people, which ``-q`` silences."""
        if self._level > 0:
            self._say(message)

    def close(self, folder: str) -> None:
        """The closing line of a run that wrote files."""
        if self._pages:
            many = len(self._pages) != 1
            where = f"{len(self._pages)} pages in {folder}" if many else self._pages[0]
            self.note(f"{where}: {count(self._formulas, 'formula')}{self._warned()}")

    def _warned(self) -> str:
        return f", {count(self._warnings, 'warning')}" if self._warnings else ""

    def _diagnostic(self, name: str, found: Diagnostic) -> None:
        self._line({"type": "diagnostic", "file": name, **asdict(found)})
        self._warnings += found.severity != "info"
        if self._level >= (2 if found.severity == "info" else 1):
            self._say_raw(line_of(name, found))

    def _say(self, message: str) -> None:
        self._say_raw(printable(message))

    def _say_raw(self, line: str) -> None:
        if self._bar:
            sys.stderr.write(_CLEAR_LINE)
        _echo(line)

    def _line(self, record: dict[str, object]) -> None:
        """A line of JSON; a reader who leaves does not keep the pages from being written."""
        if self._json:
            try:
                write_out(encoded(json.dumps(record, ensure_ascii=False) + "\n"))
            except BrokenPipeError:
                self._json = False


def _record(published: Published) -> dict[str, object]:
    """A page as JSON; its HTML is in it only if there is no file that holds it."""
    document, target = published.document, published.target
    record: dict[str, object] = {
        "type": "page",
        "file": target.name,
        "output": None if target.page is None else str(target.page),
        "title": document.title,
        "formulas": len(document.formulas),
        "sized": sum(formula.size is not None for formula in document.formulas),
        "warnings": sum(found.severity != "info" for found in document.diagnostics),
    }
    return record if target.page else {**record, "html": published.html}


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
