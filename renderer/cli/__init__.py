"""The command ``mathward``: one file per verb; each parses, calls the library, prints.

A verb is imported when it is used, so that ``mathward --help`` is quick.  This is the one place
that turns what went wrong into a line on standard error and an exit code:

    0    good                               2    usage, configuration or unreadable input
    1    findings (of check, --strict)      3    environment: no browser, no assets, write error
    130  Ctrl-C; 128 + n for another signal that ends the run
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from ..errors import MathwardError, OptionError, SourceError
from ..files import reason
from .report import complain

# The module of each verb and what it does, in a line; the verbs' own help says the same.
COMMANDS: Final = {
    "render": "Turn Markdown into pages whose formulas are typeset.",
    "check": "Report what is wrong in Markdown files: formulas, labels, macros, links.",
    "shots": "Hold pages against what they looked like before, formula by formula.",
    "explain": "Show the five stages of one formula, from the source to the screen.",
    "assets": "Fill a folder of static files for a web application.",
    "doctor": "Show what mathward needs on this machine, and mend it.",
}
_TRACEBACK: Final = "MATHWARD_TRACEBACK"


class Verbs(click.Group):
    """A group whose verbs are imported at first use and whose errors are one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"{__name__}.{name}"), name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *_: Any, **extra: Any) -> NoReturn:
        """Run and leave the process with the exit code."""
        extra |= {"prog_name": "mathward", "standalone_mode": False}
        try:
            with _ended_by_signals():
                code = super().main(args, **extra)
        except click.ClickException as error:
            complain(_usage(error))
            code = 2
        except click.Abort:
            code = 130
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except (Exception, KeyboardInterrupt) as error:
            ctx.exit(_exit_code(error))


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, help="Print the version.")
@click.pass_context
def main(ctx: click.Context, version: bool) -> None:
    """mathward shows a language model's Markdown, with its formulas, on the web."""
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    if version:
        from .. import __version__

        click.echo(f"mathward {__version__}")
    elif ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)


def _exit_code(error: BaseException) -> int:
    """The exit code for what ended a verb, told in one line where there is something to tell."""
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, BrokenPipeError):  # the reader of our output has seen enough
        return 0
    if isinstance(error, MathwardError):
        complain(str(error))
        return 2 if isinstance(error, OptionError | SourceError) else 3
    if os.environ.get(_TRACEBACK):
        raise error
    if isinstance(error, OSError):
        complain(f"{error.filename or 'mathward'}: {reason(error)}")
        return 3
    what = f"{type(error).__name__}: {error}"
    complain(f"mathward: internal error, please report it: {what} ({_TRACEBACK}=1 shows where)")
    return 3


def _usage(error: click.ClickException) -> str:
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx else "mathward"
    return f"{path}: {error.format_message()} ({path} --help tells more)"


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the stack, so that temporary files go; nohup stays."""
    names = [getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")]
    caught = [n for n in names if n and signal.getsignal(n) is signal.SIG_DFL]
    for number in caught:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_DFL)


def _leave(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
