"""The documentation names everything there is, and its code runs."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from renderer.cli import main
from renderer.diagnostics import CODES
from renderer.options import Options

ROOT = Path(__file__).parent.parent
SITE = ROOT / "site"


def _commands() -> dict[str, click.Command]:
    context = click.Context(main)
    names = main.list_commands(context)
    found = {name: main.get_command(context, name) for name in names}
    return {name: command for name, command in found.items() if command is not None}


def test_every_command_and_flag_is_documented() -> None:
    """No command or flag exists that site/commands.md does not name."""
    page = (SITE / "commands.md").read_text("utf-8")
    for name, command in _commands().items():
        assert f"## `mathward {name}`" in page
        for param in command.params:
            if isinstance(param, click.Option):
                long = max(param.opts, key=len)
                assert f"`{long}`" in page, f"mathward {name} {long}"


def test_every_option_is_documented_with_its_default() -> None:
    """site/options.md has a row for each option, with the default that holds."""
    rows = _rows(SITE / "options.md")
    for declared in fields(Options):
        default = getattr(Options(), declared.name)
        shown = {True: "on", False: "off", "": "empty", (): "empty"}.get(default, f"`{default}`")
        shown = str(default) if type(default) is int else shown
        assert rows[declared.name][0].strip() == shown
        assert (rows[declared.name][1].strip() == "yes") == declared.metadata["page"]


def test_every_diagnostic_is_documented_with_its_severity() -> None:
    """site/diagnostics.md lists exactly the codes there are."""
    rows = _rows(SITE / "diagnostics.md")
    assert {code: cells[0].strip() for code, cells in rows.items()} == {
        code: severity for code, (severity, _) in CODES.items()
    }


@pytest.mark.parametrize("page", ["README.md", "site/library.md", "site/web-apps.md"])
def test_python_in_the_documentation_runs(page: str) -> None:
    """A reader who types the Python of a page gets no error."""
    text = (ROOT / page).read_text("utf-8")
    namespace: dict[str, object] = {"__name__": __name__}
    for code in re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        exec(compile(code, page, "exec"), namespace)


def test_links_between_the_pages_lead_somewhere() -> None:
    """No link of README or site to a file of the repository is dead."""
    for page in [ROOT / "README.md", *SITE.rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def _rows(page: Path) -> dict[str, list[str]]:
    """The rows of a page's tables by the code in their first cell."""
    rows = {}
    for line in page.read_text("utf-8").splitlines():
        if found := re.match(r"\| `([a-z_-]+)` \|(.*)\|$", line):
            rows[found[1]] = found[2].split("|")
    return rows
