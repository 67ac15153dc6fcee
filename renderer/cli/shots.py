"""``mathward shots``: do pages look as they did?"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any, Final

import click

from ..config import Config, find_config, load_config
from ..errors import OptionError, SourceError
from ..files import encoded
from ..shots.baselines import Baselines
from ..shots.model import SCHEMES, STATES, Change, Result, Run
from ..shots.pages import is_address
from ..shots.settings import ShotSettings
from .report import complain, count, printable, write_out

_MATRIX: Final = ("viewports", "schemes", "states")
_PATHS: Final = ("baselines", "report")
_SIZE: Final = re.compile(r"(\d{2,5})(?:x(\d{2,5}))?")
_COLOURS: Final = {"same": "green", "changed": "red", "new": "yellow", "updated": "cyan"}
_NEW: Final = "new: look at it, and keep its baseline if it is right"


@click.command(short_help="Hold pages against what they looked like before, formula by formula.")
@click.argument("inputs", nargs=-1, metavar="[SITE|URL|FILE]...")
@click.option("--update", is_flag=True, help="Make what is seen now the baseline.")
@click.option("--only", metavar="GLOB", help="Only pages or cases with such a name.")
@click.option("--prune", is_flag=True, help="Remove baselines that no page asks for any more.")
@click.option(
    "--ci/--no-ci",
    default=None,
    help="Write no baseline, whatever is new.  [on where the variable CI is set]",
)
@click.option("--fresh", is_flag=True, help="Look at pages whose files have not changed, too.")
@click.option(
    "--viewport",
    "viewports",
    metavar="WIDTH[xHEIGHT]",
    multiple=True,
    help="Size of the window, in CSS pixels.  [390x800 and 1280x800]",
)
@click.option(
    "--scheme",
    "schemes",
    type=click.Choice(SCHEMES),
    multiple=True,
    help="Colours that the reader prefers.  [light]",
)
@click.option(
    "--state",
    "states",
    type=click.Choice(STATES),
    multiple=True,
    help="State of the page.  [typeset]",
)
@click.option("--mask", "masks", metavar="SELECTOR", multiple=True, help="Blank out such elements.")
@click.option(
    "--allow-host", "hosts", metavar="HOST", multiple=True, help="A host that pages may ask."
)
@click.option(
    "--pixels/--no-pixels",
    default=None,
    help="Compare pixels, too, where they can be compared.  [on]",
)
@click.option(
    "--images",
    metavar="all|failing|none|GLOB",
    multiple=True,
    help="Which pictures are kept beside the baselines.  [failing]",
)
@click.option("--baselines", metavar="DIR", help="Where the baselines are kept.  [shots]")
@click.option(
    "--report", metavar="DIR", help="Where the report of what differs goes.  [shots-report]"
)
@click.option("--config", metavar="FILE", help="Configuration, instead of the nearest one.")
@click.option("-j", "--jobs", type=int, metavar="N", help="Browsers at a time.")
@click.option("--json", "as_json", is_flag=True, help="Results as JSON lines.")
@click.option("-q", "--quiet", is_flag=True, help="No findings, the exit code alone.")
@click.option("-v", "--verbose", is_flag=True, help="Name the unchanged cases, too.")
@click.pass_context
def shots(
    ctx: click.Context,
    /,
    *,
    inputs: tuple[str, ...],
    update: bool,
    only: str | None,
    prune: bool,
    ci: bool | None,
    fresh: bool,
    config: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **flags: Any,
) -> None:
    """Hold pages against what they looked like before, formula by formula.

    SITE is a folder of HTML pages, or of Markdown files; pages of MathJax, KaTeX and MathML are
    understood as well as mathward's own. The first run writes what it sees and ends with 1, so
    that you look at it.

    Exit codes: 0 good, 1 something has changed or is new, 2 usage or a page that cannot be
    opened, 3 no browser.
    """
    from ..subjects import hosts_of, opened
    from ..visual import Mode, is_build_server, open_ledger, orphans, shoot, write_report

    is_ci = is_build_server() if ci is None else ci
    if update and is_ci:
        raise click.UsageError("--update writes, and --ci forbids it (--no-ci allows it)", ctx)
    is_whole = all(os.path.isdir(each) for each in inputs)
    if prune and not is_whole:
        raise click.UsageError("--prune needs the whole site: a folder, or what [shots] names", ctx)
    settings, wanted = _wanted(inputs, config, flags)
    settings = settings.updated({"hosts": [*settings.hosts, *hosts_of(wanted)]})
    store = Baselines(Path(settings.baselines))
    account = _Account(as_json=as_json, quiet=quiet, verbose=verbose)
    with opened(wanted, settings, only=only) as subjects:
        if not subjects:
            raise OptionError("--only", f"no case is called {only!r}")
        known = nullcontext() if fresh or update else open_ledger(settings, store)
        with known as ledger:
            run = shoot(subjects, settings, store, Mode(not is_ci, update), account.told, ledger)
    if is_whole:
        every_look = not any(flags[each] for each in _MATRIX)
        run = orphans(run, store, subjects, only, every_look=every_look)
    if prune and not is_ci:
        store.remove(run.orphans)
    worth_a_look = any(each.status != "same" for each in run.results)
    report = write_report(run, Path(settings.report)) if worth_a_look else None
    account.close(run, report, pruned=prune and not is_ci)
    ctx.exit(account.exit_code)


def _wanted(
    inputs: tuple[str, ...], config: str | None, flags: Mapping[str, Any]
) -> tuple[ShotSettings, tuple[str, ...]]:
    """The settings, with their paths as seen from here, and the pages that are meant."""
    found = _config(config, inputs)
    base = found.folder or Path()
    settings = ShotSettings.from_mapping(found.shots)
    pages = inputs or tuple(_beside(base, each) for each in settings.pages)
    if not pages:
        raise click.UsageError("name a site, a page or an address, or set pages under [shots]")
    settings = settings.updated({key: _beside(base, getattr(settings, key)) for key in _PATHS})
    given = {key: value for key, value in flags.items() if value not in (None, ())}
    if viewports := given.pop("viewports", ()):
        sizes = [_viewport(each) for each in viewports]
        given["widths"] = [width for width, _ in sizes]
        given["height"] = next((height for _, height in sizes if height), settings.height)
    return settings.updated(given), pages


def _config(config: str | None, inputs: tuple[str, ...]) -> Config:
    """The configuration that is named, or the nearest above the first input that is a path."""
    if config:
        return load_config(Path(config))
    path = next((Path(each) for each in inputs if not is_address(each)), Path())
    return find_config(path if path.is_dir() else path.parent)


def _beside(base: Path, name: str) -> str:
    return name if is_address(name) else str(base / name)


def _viewport(text: str) -> tuple[int, int]:
    """Width and height, 0 where it is not said."""
    size = _SIZE.fullmatch(text)
    if not size:
        raise click.BadParameter(f"expected 390 or 390x800, got {text!r}", param_hint="--viewport")
    return int(size[1]), int(size[2] or 0)


class _Account:
    """What was found, told as it comes; several browsers tell at once."""

    def __init__(self, *, as_json: bool, quiet: bool, verbose: bool) -> None:
        self._json = as_json
        self._quiet = quiet
        self._verbose = verbose
        self._lock = Lock()
        self._notes: dict[str, int] = {}
        self.exit_code = 0

    def told(self, outcome: Result | SourceError) -> None:
        """One case."""
        with self._lock:
            if isinstance(outcome, SourceError):
                self._problem(outcome)
            else:
                self._result(outcome)

    def close(self, run: Run, report: Path | None, *, pruned: bool) -> None:
        """The closing lines."""
        for name in run.orphans:
            self._line({"type": "orphan", "case": name, "removed": pruned})
            word = "removed" if pruned else "no page asks for it (--prune removes it)"
            self._say(f"{name}: orphan: {word}")
        counts = {status: sum(r.status == status for r in run.results) for status in _COLOURS}
        self._line(
            {
                "type": "run",
                **counts,
                "problems": len(run.problems),
                "orphans": len(run.orphans),
                "report": str(report) if report else None,
            }
        )
        for note, times in self._notes.items():
            self._say(f"note: {note}" + (f" ({times} cases)" if times > 1 else ""))
        if report:
            self._say(f"report: {report}")
        shown = [f"{number:,} {status}" for status, number in counts.items() if number]
        self._say(f"{count(len(run.results), 'case')}: {', '.join(shown) or 'none'}")

    def _problem(self, error: SourceError) -> None:
        self.exit_code = 2
        self._line({"type": "error", "file": error.path, "message": str(error)})
        complain(str(error))

    def _result(self, result: Result) -> None:
        if result.status in ("changed", "new"):
            self.exit_code = max(self.exit_code, 1)
        for change in result.changes:
            self._change(change)
        for note in result.notes:
            self._notes[note] = self._notes.get(note, 0) + 1
        self._line(_record(result))
        if not self._json and not self._quiet and (self._verbose or result.status == "new"):
            words = _NEW if result.status == "new" else result.status
            click.echo(
                f"{printable(result.case.name)}: {click.style(words, _COLOURS[result.status])}"
            )

    def _change(self, change: Change) -> None:
        record = asdict(change)
        self._line({"type": "change", **record, "case": change.case.name, "page": change.case.page})
        if not self._json and not self._quiet:
            click.echo(printable(change.message))

    def _say(self, line: str) -> None:
        if not self._quiet:
            complain(line)

    def _line(self, record: dict[str, object]) -> None:
        if self._json:
            write_out(encoded(json.dumps(record, ensure_ascii=False) + "\n"))


def _record(result: Result) -> dict[str, object]:
    return {
        "type": "case",
        "case": result.case.name,
        "status": result.status,
        "formulas": len(result.actual.formulas) if result.actual else 0,
        "changes": len(result.changes),
        "notes": list(result.notes),
        "seconds": round(result.seconds, 3),
    }
