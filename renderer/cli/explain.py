"""``mathward explain``: the five stages of one formula."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..explain import Explanation, Stage
from ..files import EncodingErrors, encoded
from ..publish import Publisher, Settings
from ..targets import STDIN, Target
from .flags import WithFlags, given, option_flags, reading_flags
from .report import printable, write_out

if TYPE_CHECKING:
    from ..browser.typeset import Typeset
    from ..document import Formula

_MARGIN: Final = 15


@click.command(cls=WithFlags, short_help="Show the five stages of one formula.")
@click.argument("file", metavar="(FILE|-)")
@click.option(
    "--formula", "number", type=int, default=1, metavar="N", help="Which one, from 1 on.  [1]"
)
@click.option("--browser", is_flag=True, help="Typeset it in Chromium, and show what came of it.")
@reading_flags
@click.option("--json", "as_json", is_flag=True, help="The stages as one object of JSON.")
@option_flags
def explain(
    *,
    file: str,
    number: int,
    browser: bool,
    config: str | None,
    encoding_errors: EncodingErrors,
    as_json: bool,
    **flags: Any,
) -> None:
    """Show the five stages of one formula, from the source to the screen.

    The token that the parser made, the formula's record, its HTML, what the page adds, and what
    the browser does. Formulas are counted from 1 in the order of the text.

    Exit codes: 0 good, 2 usage, unreadable input or no such formula, 3 no browser where one is
    asked for.
    """
    settings = Settings(
        flags=given(flags),
        config=Path(config) if config else None,
        encoding_errors=encoding_errors,
        fragment=True,
    )
    source = None if file == STDIN else Path(file)
    target = Target(source, None, source.parent if source else Path())
    explanation = Explanation(Publisher(settings, None).publish(target), number)
    stages = explanation.stages(_typeset(explanation.formula) if browser else None)
    if as_json:
        record = {stage.name: {"module": stage.module, **stage.facts} for stage in stages}
        text = json.dumps(record, ensure_ascii=False, indent=1)
    else:
        text = "\n\n".join(_shown(place, stage) for place, stage in enumerate(stages, 1))
    write_out(encoded(text + "\n"))


def _typeset(formula: Formula) -> Typeset | None:
    from ..browser.typeset import typesetting

    if not formula.data_tex:
        return None
    with typesetting() as typesetter:
        return typesetter.typeset([(formula.data_tex, formula.display)], measured=True)[0]


def _shown(place: int, stage: Stage) -> str:
    """A stage as people read it: a heading, and a line for each fact."""
    heading = f"{place}. {stage.name:{_MARGIN - 3}}{stage.module}"
    return "\n".join((heading, *_lines(stage.facts)))


def _lines(facts: Mapping[str, object]) -> Iterator[str]:
    for name, value in facts.items():
        first, *more = _text(value).split("\n")
        yield f"{'   ' + name:{_MARGIN}}{printable(first)}".rstrip()
        yield from (f"{'':{_MARGIN}}{printable(line)}".rstrip() for line in more)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, (list, tuple)):
        return str(value)
    words = list(map(str, value))
    if value and isinstance(value[0], int):
        return " to ".join(dict.fromkeys(words))  # the first line and the last
    return ("\n" if any(" " in word for word in words) else ", ").join(words) or "none"
