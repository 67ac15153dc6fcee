"""``mathward render``: Markdown or HTML files, folders or standard input become pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..assets import FOLDER, Assets
from ..cache import VARIABLE
from ..errors import SourceError
from ..files import EncodingErrors, sweep
from ..prerender import Prerenderer
from ..publish import Published, Publisher, Settings
from ..targets import Plan, plan
from .flags import WithFlags, given, option_flags, reading_flags
from .report import Report

_NO_SCRIPT = (
    "note: this page has no script and shows its formulas as MathML; "
    "for MathJax write it to a file (-o FILE), or use --assets cdn"
)


@click.command(cls=WithFlags, short_help="Turn Markdown into pages whose formulas are typeset.")
@click.argument("inputs", nargs=-1, required=True, metavar="(FILE|DIR|-)...")
@click.option(
    "-o",
    "--output",
    metavar="FILE|DIR",
    help="Where the page goes, or the folder for several; standard output without it.",
)
@click.option(
    "--from",
    "source",
    type=click.Choice(["markdown", "html"]),
    help="What the inputs are.  [html if a name ends in .html or .htm, else markdown]",
)
@click.option("--fragment", is_flag=True, help="Write the article's HTML alone, no page around it.")
@click.option("--theme", metavar="NAME|DIR", help="Look of the page.  [plain]")
@click.option(
    "--assets",
    metavar="DIR|cdn|none",
    help=f"Where pages find MathJax, script and css: a folder, which is filled, a public host, "
    f"or nowhere (no script).  [{FOLDER} beside the output]",
)
@click.option(
    "--prerender/--no-prerender",
    default=None,
    help="Typeset the formulas in Chromium, too, and reserve their sizes: nothing on the page "
    "moves when MathJax does its work.  [off]",
)
@click.option(
    "--cache",
    metavar="DIR|none",
    envvar=VARIABLE,
    help="Where measured formulas are kept for the next run.  [the user's cache folder]",
)
@reading_flags
@click.option("--keep-going", is_flag=True, help="Pass over inputs that cannot be read.")
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 1 if there is any warning, with 3 if formulas could not be measured.",
)
@click.option("--json", "as_json", is_flag=True, help="Results as JSON lines on standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say all there is, also what is merely odd.")
@option_flags
@click.pass_context
def render(
    ctx: click.Context,
    /,
    *,
    inputs: tuple[str, ...],
    output: str | None,
    source: str | None,
    fragment: bool,
    theme: str | None,
    assets: str | None,
    prerender: bool | None,
    cache: str | None,
    config: str | None,
    keep_going: bool,
    encoding_errors: EncodingErrors,
    strict: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **flags: Any,
) -> None:
    """Turn Markdown into pages whose formulas are typeset.

    One FILE (or - for standard input) goes to standard output, or with -o to a page that has
    MathJax, script and css beside it and opens from disk.  Several files, or a folder with all
    Markdown files below it, go to a folder: IN/sub/x.md becomes OUT/sub/x.html.

    A FILE of HTML keeps every byte but its formulas, and gets in its head what they need. It is
    trusted, unless --html sanitize says otherwise.

    Exit codes: 0 good, 1 warnings under --strict, 2 usage or unreadable input, 3 write error, or
    no browser for --prerender under --strict (without it the page is written and a warning).
    """
    if fragment and (theme or assets):
        raise click.UsageError("--fragment is not a page: it has neither --theme nor --assets", ctx)
    settings = Settings(
        flags=given(flags),
        theme=theme,
        assets=assets,
        config=Path(config) if config else None,
        prerender=prerender,
        fragment=fragment,
        encoding_errors=encoding_errors,
        source=source,
    )
    level = 0 if quiet else 2 if verbose else 1
    report = Report(level=level, as_json=as_json, keep_going=keep_going)
    with Prerenderer(cache, progress=report.measuring) as prerenderer:
        made = plan(inputs, output)
        _run(made, settings, report, prerenderer)
        report.prerendered(prerenderer)
    report.close(str(made.folder))
    ctx.exit(report.exit_code(strict=strict))


def _run(made: Plan, settings: Settings, report: Report, prerenderer: Prerenderer) -> None:
    """Publish every target, telling the report."""
    for problem in made.problems:
        report.problem(problem)
    for folder in {target.page.parent for target in made.targets if target.page}:
        sweep(folder)
    publisher = Publisher(settings, made.folder, prerenderer)
    with report.progress(made.targets) as targets:
        for target in targets:
            try:
                published = publisher.publish(target)
            except SourceError as error:
                report.problem(error)
                continue
            if _lost_its_script(published, settings):
                report.note(_NO_SCRIPT)
            report.page(published)


def _lost_its_script(published: Published, settings: Settings) -> bool:
    """Whether formulas stay MathML only because there is no file to put MathJax beside."""
    return (
        published.target.page is None
        and bool(published.document.formulas)
        and published.assets == Assets.none()
        and settings.assets is None
    )
