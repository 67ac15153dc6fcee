"""``mathward check``: what is wrong in Markdown files, without writing a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ..check import Checked, Checker
from ..document import Diagnostic
from ..errors import SourceError
from ..files import EncodingErrors, encoded
from ..publish import Settings
from ..targets import Plan, plan_reading
from .flags import WithFlags, given, option_flags, reading_flags
from .report import complain, count, line_of, write_out


@click.command(cls=WithFlags, short_help="Report what is wrong in Markdown files.")
@click.argument("inputs", nargs=-1, required=True, metavar="(FILE|DIR|-)...")
@click.option(
    "--browser",
    is_flag=True,
    help="Typeset every formula in Chromium, too, and report what MathJax says.",
)
@reading_flags
@click.option("--strict", is_flag=True, help="Count what is merely odd as a finding, too.")
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON lines.")
@click.option("-q", "--quiet", is_flag=True, help="No findings, the exit code alone.")
@click.option("-v", "--verbose", is_flag=True, help="Say all there is, also what is merely odd.")
@option_flags
@click.pass_context
def check(
    ctx: click.Context,
    /,
    *,
    inputs: tuple[str, ...],
    browser: bool,
    config: str | None,
    encoding_errors: EncodingErrors,
    strict: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **flags: Any,
) -> None:
    """Report what is wrong in Markdown files: formulas, labels, macros, links.

    Every file is rendered as by `mathward render`, and nothing is written. Findings go to
    standard output as FILE:LINE:COLUMN: SEVERITY[CODE]: TEXT.

    Exit codes: 0 good, 1 findings, 2 usage or unreadable input, 3 no browser where one is
    asked for.
    """
    settings = Settings(
        flags=given(flags),
        config=Path(config) if config else None,
        encoding_errors=encoding_errors,
    )
    account = _Account(as_json=as_json, quiet=quiet, strict=strict, verbose=verbose)
    with _checker(settings, browser=browser) as checker:
        _run(plan_reading(inputs), checker, account)
    account.close()
    ctx.exit(account.exit_code)


@contextmanager
def _checker(settings: Settings, *, browser: bool) -> Iterator[Checker]:
    if not browser:
        yield Checker(settings)
        return
    from ..browser.typeset import typesetting

    with typesetting() as typesetter:
        typesetter.open()  # without a browser nothing is to be called good
        yield Checker(settings, typesetter.typeset)


def _run(made: Plan, checker: Checker, account: _Account) -> None:
    for problem in made.problems:
        account.problem(problem)
    for target in made.targets:
        try:
            account.file(checker.check(target))
        except SourceError as error:
            account.problem(error)


class _Account:
    """What was found, told as it comes."""

    def __init__(self, *, as_json: bool, quiet: bool, strict: bool, verbose: bool) -> None:
        self._json = as_json
        self._quiet = quiet
        self._strict = strict
        self._verbose = verbose
        self._failed = False
        self._files = 0
        self._formulas = 0
        self._findings = 0

    @property
    def exit_code(self) -> int:
        """2 if an input could not be read, 1 for findings, else 0."""
        return 2 if self._failed else int(self._findings > 0)

    def problem(self, error: SourceError) -> None:
        """An input that cannot be read; the others are checked all the same."""
        self._failed = True
        if self._json:
            self._line({"type": "error", "file": error.path, "message": str(error)})
        complain(str(error))

    def file(self, checked: Checked) -> None:
        """All that was found in one file."""
        self._files += 1
        self._formulas += len(checked.document.formulas)
        for found in checked.diagnostics:
            self._finding(checked.target.name, found)

    def close(self) -> None:
        """The closing line."""
        if not self._quiet:
            found = count(self._findings, "finding")
            complain(f"{count(self._files, 'file')}, {count(self._formulas, 'formula')}: {found}")

    def _finding(self, name: str, found: Diagnostic) -> None:
        counts = self._strict or found.severity != "info"
        self._findings += counts
        if self._json:
            self._line({"type": "diagnostic", "file": name, **asdict(found)})
        elif not self._quiet and (counts or self._verbose):
            click.echo(line_of(name, found))

    def _line(self, record: dict[str, object]) -> None:
        write_out(encoded(json.dumps(record, ensure_ascii=False) + "\n"))
