"""``mathward assets``: what a web application's pages ask for becomes a folder of static files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ..editions import RECORD, Installed, install_edition, looks
from .report import complain, printable


@click.command(short_help="Fill a folder of static files for a web application.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--theme", "themes", multiple=True, metavar="DIR", help="Also this theme's css.")
@click.option("--prune", is_flag=True, help="Take earlier editions away at once.")
@click.option("--json", "as_json", is_flag=True, help="The result as a line of JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def assets(folder: Path, themes: tuple[str, ...], prune: bool, as_json: bool, quiet: bool) -> None:
    """Fill a folder of static files for a web application.

    MathJax, its fonts, the client and the css of all themes go to DIR/EDITION, whose name tells
    the content: let browsers keep what is below it for ever. DIR/mathward.json says which
    edition is current. One that is superseded stays for a week, for the pages that are open.

    Exit codes: 0 good, 2 no such theme, 3 write error, or MathJax's files are not as tested.
    """
    made = install_edition(folder, looks(*themes), prune=prune)
    if as_json:
        click.echo(json.dumps({"type": "assets", "folder": str(folder), **asdict(made)}))
    elif not quiet:
        click.echo(printable(str(folder / made.edition)))
        _tell(made, folder)


def _tell(made: Installed, folder: Path) -> None:
    complain(f"{made.files} files, {made.written} of them new; {folder / RECORD} names the edition")
    for name in made.removed:
        complain(f"removed {name}")
    for name in made.kept:
        complain(f"kept {name}, superseded less than a week ago")
