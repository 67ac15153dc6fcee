"""Command-line flags made from the table of options, so that nothing is declared twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Any, Final, TypeVar

import click

from ..options import Options
from ..publish import FILE_DEFAULTS

_IMAGE_WORDS: Final = ("link", "same-origin", "any")
Command = TypeVar("Command", bound=Callable[..., Any])


class Flag(click.Option):
    """A flag that sets a field of :class:`~renderer.options.Options`; None if it is not given."""


class WithFlags(click.Command):
    """A command whose help lists its own options first and then those of the rendering."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own: list[tuple[str, str]] = []
        rendering: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record and isinstance(param, click.Option):
                (rendering if isinstance(param, Flag) else own).append(record)
        for title, rows in (("Options", own), ("Rendering (also in mathward.toml)", rendering)):
            with formatter.section(title):
                formatter.write_dl(rows)


def reading_flags(command: Command) -> Command:
    """Decorate a command function with what says how its inputs are read."""
    encoding = click.option(
        "--encoding-errors",
        type=click.Choice(["strict", "replace"]),
        default="strict",
        help="Refuse a file that is not UTF-8, or put U+FFFD for what is not.  [strict]",
    )
    config = click.option(
        "--config",
        metavar="FILE",
        help="Configuration, instead of the nearest mathward.toml above each input.",
    )
    return config(encoding(command))


def option_flags(command: Command) -> Command:
    """Decorate a command function with one flag for each option of a rendering."""
    for declared in reversed(fields(Options)):
        if declared.name != "macros":  # a table: for the configuration and front matter
            command = _flag(declared)(command)
    return command


def given(flags: Mapping[str, Any]) -> dict[str, object]:
    """The options that were given on the command line, checked, by field name."""
    values = {name: value for name, value in flags.items() if value not in (None, ())}
    if images := values.get("images"):
        values["images"] = _images(images)
    Options.from_mapping(values)
    return values


def _flag(declared: Field[Any]) -> Callable[[Command], Command]:
    name = f"--{declared.name.replace('_', '-')}"
    settings: dict[str, Any] = {"cls": Flag, "default": None, "help": _help(declared)}
    if isinstance(declared.default, bool):
        return click.option(f"{name}/--no-{name[2:]}", **settings)
    if declared.metadata["choices"]:
        return click.option(name, type=click.Choice(declared.metadata["choices"]), **settings)
    if isinstance(declared.default, int):
        return click.option(name, type=int, metavar="N", **settings)
    if declared.name == "images":
        metavar = f"{'|'.join(_IMAGE_WORDS)}|URL-PREFIX"
        return click.option(name, multiple=True, metavar=metavar, **settings)
    return click.option(name, metavar="TEXT", **settings)


def _help(declared: Field[Any]) -> str:
    default = getattr(FILE_DEFAULTS, declared.name)
    shown = ("on" if default else "off") if isinstance(default, bool) else default
    text: str = declared.metadata["help"]
    return f"{text}  [{shown}]" if shown != "" else text


def _images(values: tuple[str, ...]) -> str | tuple[str, ...]:
    """One word, or any number of prefixes."""
    words = [value for value in values if value in _IMAGE_WORDS]
    if words and len(values) > 1:
        raise click.BadParameter(f"{words[0]} stands alone", param_hint="--images")
    return words[0] if words else values
