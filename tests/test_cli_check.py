"""``mathward check`` and ``mathward explain``: what is told where, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

import renderer.browser.typeset
from renderer.browser.typeset import Typeset, Typesetter
from renderer.cli import main
from renderer.errors import EnvironmentFault


class Outcome(NamedTuple):
    code: int
    out: list[str]
    err: list[str]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser."""

    def launch() -> None:
        raise EnvironmentFault("no browser here", "get one")

    monkeypatch.setattr(renderer.browser.typeset, "launch", launch)


def run(*words: str, stdin: str = "") -> Outcome:
    result = CliRunner().invoke(main, words, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return Outcome(result.exit_code, result.stdout.splitlines(), result.stderr.splitlines())


def test_good_file(here: Path) -> None:
    """Nothing to say: exit code 0, nothing on standard output, nothing written."""
    (here / "a.md").write_text("# T\n\n$x$", "utf-8")
    assert run("check", "a.md") == (0, [], ["1 file, 1 formula: 0 findings"])
    assert [path.name for path in here.iterdir()] == ["a.md"]


def test_findings_of_a_folder(here: Path) -> None:
    """A line for each finding of each file, in order, in the form that editors know; code 1."""
    (here / "sub").mkdir()
    (here / "b.md").write_text("$$\n\\foo\n$$\n\n[a](gone.md) \\eqref{q}", "utf-8")
    (here / "sub" / "c.md").write_text("an \\( open one, \\begin{itemize}", "utf-8")
    outcome = run("check", ".")
    assert outcome.code == 1
    assert outcome.out == [
        "b.md:2:1: warning[undefined-macro]: MathJax does not know \\foo",
        "b.md:5:5: warning[dead-link]: there is no file gone.md",
        "b.md:5:14: warning[unknown-label]: no equation is labelled q",
        "sub/c.md:1:4: warning[unclosed-math]: \\( is never closed here; it is shown as text",
    ]
    assert outcome.err == ["2 files, 1 formula: 4 findings"]


def test_remarks(here: Path) -> None:
    """What is merely odd is told by -v, and is a finding under --strict."""
    (here / "a.md").write_text("$$x \\label{e}$$", "utf-8")
    assert run("check", "a.md")[:2] == (0, [])
    assert run("check", "a.md", "-v")[:2] == (
        0,
        ["a.md:1:1: info[unused-label]: nothing refers to the label e"],
    )
    strict = run("check", "a.md", "--strict")
    assert (strict.code, len(strict.out), strict.err[-1]) == (1, 1, "1 file, 1 formula: 1 finding")


def test_quiet_says_nothing(here: Path) -> None:
    """-q leaves the exit code alone, and what could not be read."""
    (here / "a.md").write_text("$\\foo$", "utf-8")
    assert run("check", "-q", "a.md") == (1, [], [])
    assert run("check", "-q", "a.md", "gone.md") == (2, [], ["gone.md: no such file or directory"])


def test_unreadable_input_does_not_stop_the_others(here: Path) -> None:
    """The other files are checked all the same, and the code is 2."""
    (here / "bad.md").write_bytes(b"\xff")
    (here / "good.md").write_text("$\\foo$", "utf-8")
    outcome = run("check", "bad.md", "gone.md", "good.md", "--json")
    assert outcome.code == 2
    records = [json.loads(line) for line in outcome.out]
    assert [(each["type"], each["file"]) for each in records] == [
        ("error", "gone.md"),
        ("error", "bad.md"),
        ("diagnostic", "good.md"),
    ]
    assert records[-1] == {
        "type": "diagnostic", "file": "good.md", "code": "undefined-macro", "severity": "warning",
        "message": "MathJax does not know \\foo", "line": 1, "column": 2,
    }  # fmt: skip


def test_standard_input_and_flags() -> None:
    """- is standard input, and flags of the rendering count."""
    assert run("check", "-", stdin="```latex\n\\foo\n```").code == 0
    outcome = run("check", "-", "--latex-fences", stdin="```latex\n\\foo\n```")
    assert (outcome.code, outcome.out[0].split(":")[:3]) == (1, ["<stdin>", "2", "1"])


def test_files_steer_no_terminal(here: Path) -> None:
    """Control characters of a text arrive as escapes."""
    (here / "a.md").write_text("[a](<gone\x1b[31m.md>)", "utf-8")
    (line,) = run("check", "a.md").out
    assert "\x1b" not in line
    assert "gone" in line


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize("command", ["check", "explain"])
def test_no_browser(here: Path, command: str) -> None:
    """--browser without one ends with 3 and the remedy, also where there is nothing to typeset."""
    (here / "a.md").write_text("$x$" if command == "explain" else "no formula", "utf-8")
    outcome = run(command, "a.md", "--browser")
    assert (outcome.code, outcome.out) == (3, [])
    assert outcome.err == ["no browser here; get one"]


def test_explain_is_for_people(here: Path) -> None:
    """Five headings with their facts below, in columns."""
    (here / "a.md").write_text("# T\n\n$a$ and\n\n> $$\n> \\foo\n> $$", "utf-8")
    outcome = run("explain", "a.md", "--formula", "2")
    assert (outcome.code, outcome.err) == (0, [])
    assert [line for line in outcome.out if line[:1].isdigit()] == [
        "1. token       renderer/syntax",
        "2. formula     renderer/formulas.py",
        "3. wrapper     renderer/html.py",
        "4. page        renderer/page.py",
        "5. client      renderer/client",
    ]
    assert "   lines       5 to 7" in outcome.out
    assert "   undefined   \\foo" in outcome.out
    assert all(len(line) == 0 or line[0].isdigit() or line[:3] == "   " for line in outcome.out)


def test_explain_as_json(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One object with a key for each stage; what the browser made is in the last."""

    def typeset(
        self: Typesetter, formulas: Sequence[tuple[str, bool]], *, measured: bool = False
    ) -> list[Typeset]:
        assert (formulas, measured) == ([("a^2^3", False)], True)
        return [Typeset(error="Double exponent", offset=4)]

    monkeypatch.setattr(Typesetter, "typeset", typeset)
    (here / "a.md").write_text("so $a^2^3$", "utf-8")
    outcome = run("explain", "a.md", "--json", "--browser")
    stages = json.loads("\n".join(outcome.out))
    assert list(stages) == ["token", "formula", "wrapper", "page", "client"]
    assert stages["formula"]["column"] == 4
    assert stages["client"]["error"] == "1:8: Double exponent"


def test_explain_of_no_such_formula(here: Path) -> None:
    """A number out of range is one line and 2, as is a file that cannot be read."""
    (here / "a.md").write_text("$a$", "utf-8")
    message = "--formula: a.md has formulas 1 to 1, got 2"
    assert run("explain", "a.md", "--formula", "2") == (2, [], [message])
    assert run("explain", "gone.md") == (2, [], ["gone.md: no such file or directory"])
