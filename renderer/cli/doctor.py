"""``mathward doctor``: what mathward needs on this machine, and whether it is there."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from ..needs import Finding, examine
from .report import complain, printable


@click.command()
@click.option("--fix", is_flag=True, help="Install what is missing, as far as that is possible.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each need.")
@click.pass_context
def doctor(ctx: click.Context, fix: bool, as_json: bool) -> None:
    """Show what mathward needs on this machine, and mend it.

    Ends with 0 if all is there and with 3 if something is missing.
    """
    missing = False
    for finding in examine(fix=fix, say=complain):
        click.echo(json.dumps(_record(finding)) if as_json else _line(finding))
        missing |= not finding.ok and not finding.optional
    ctx.exit(3 if missing else 0)


def _record(finding: Finding) -> dict[str, object]:
    return {**asdict(finding), "ok": finding.ok}


def _line(finding: Finding) -> str:
    word, colour = ("ok", "green") if finding.ok else ("missing", "red")
    if finding.optional and not finding.ok:
        word, colour = "advised", "yellow"
    line = f"{click.style(f'{word:8}', colour)} {finding.name:18} {printable(finding.found)}"
    return line if finding.ok else f"{line}\n{'':27} {printable(finding.remedy)}"
