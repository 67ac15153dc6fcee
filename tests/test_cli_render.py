"""``mathward render``: what is written where, what is told, and what happens when things fail."""

from __future__ import annotations

import json
import os
import pty
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest
from click.testing import CliRunner

import renderer.publish
from renderer import Options, render
from renderer.cli import COMMANDS, main
from renderer.errors import OutputError
from renderer.options import Options as DeclaredOptions

MATH = "# Title\n\nThe mass $m$ and $$E = mc^2$$\n"
WORDS = "# Title\n\nNo formula.\n"
UNCLOSED = "# Title\n\nAn open \\( formula\n"


class Outcome(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The assets folders of the run; nothing is copied into them."""
    folders: list[str] = []
    monkeypatch.setattr(
        renderer.publish, "install", lambda folder, themes: folders.append(str(folder))
    )
    return folders


def run(*args: str, stdin: bytes = b"") -> Outcome:
    """The command in this process."""
    result = CliRunner().invoke(main, ["render", *args], input=stdin)
    return Outcome(result.exit_code, result.stdout_bytes.decode(), result.stderr)


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "renderer", "render", *args]


def environment(**more: str) -> dict[str, str]:
    checkout = str(Path(__file__).resolve().parents[1])
    return {**os.environ, "PYTHONPATH": checkout, **more}


def spawn(*args: str, **options: Any) -> Outcome:
    """The command as a process of its own."""
    options.setdefault("stdin", subprocess.DEVNULL)
    done = subprocess.run(
        command(*args), capture_output=True, env=environment(), timeout=60, **options
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def write(name: str, text: str | bytes) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def tree(folder: str = ".") -> list[str]:
    """All files below ``folder``."""
    return sorted(p.relative_to(folder).as_posix() for p in Path(folder).rglob("*") if p.is_file())


# --- where pages go --------------------------------------------------------------------------


def test_one_file_goes_to_standard_output() -> None:
    """Without -o comes a whole page without any script, and a note says so on stderr."""
    write("a.md", MATH)
    result = run("a.md")
    assert result.code == 0
    assert result.out.startswith("<!doctype html>")
    assert "<math" in result.out
    assert "<script" not in result.out
    assert result.lines[0].startswith("note: this page has no script")
    assert run("-q", "a.md") == (0, result.out, "")
    assert tree() == ["a.md"]


def test_no_note_where_nothing_is_lost() -> None:
    """A page without formulas, and one that is to have no script, need no note."""
    write("a.md", MATH)
    write("b.md", WORDS)
    assert run("b.md").err == ""
    assert run("a.md", "--assets", "none").err == ""
    assert run("a.md", "--fragment").err == ""


def test_standard_input() -> None:
    """``-`` reads the text from standard input, to standard output or a file."""
    write("a.md", MATH)
    assert run("-", stdin=MATH.encode()).out == run("a.md").out
    assert run("-", "-o", "x.html", "--assets", "none", stdin=MATH.encode()).code == 0
    assert "<math" in Path("x.html").read_text()


def test_file_with_its_assets(installed: list[str]) -> None:
    """-o FILE makes the missing folders and puts the assets beside the page."""
    write("a.md", MATH)
    result = run("a.md", "-o", "out/sub/a.html")
    assert result == (0, "", "out/sub/a.html: 2 formulas\n")
    assert installed == ["out/sub/mathward-assets"]
    page = Path("out/sub/a.html").read_text()
    assert 'src="mathward-assets/mathward.js"' in page
    assert 'href="mathward-assets/plain.css"' in page


def test_folder_with_shared_assets(installed: list[str]) -> None:
    """A folder's pages share one assets folder, linked relatively from sub folders."""
    write("in/a.md", MATH)
    write("in/sub/deep/b.md", MATH)
    result = run("in/", "-o", "out/")
    assert result == (0, "", "2 pages in out: 4 formulas\n")
    assert tree("out") == ["a.html", "sub/deep/b.html"]
    assert installed == ["out/mathward-assets"]
    assert 'src="mathward-assets/mathward.js"' in Path("out/a.html").read_text()
    page = Path("out/sub/deep/b.html").read_text()
    assert 'src="../../mathward-assets/mathward.js"' in page


def test_page_without_formulas_is_complete_in_itself(installed: list[str]) -> None:
    """No formula in a run: no script, no assets folder, css inside the page."""
    write("a.md", WORDS)
    assert run("a.md", "-o", "a.html").code == 0
    page = Path("a.html").read_text()
    assert "<style>" in page
    assert "<script" not in page
    assert installed == []


def test_assets_folder_of_ones_own(installed: list[str]) -> None:
    """--assets DIR is filled where it is, and linked from the page as an address, encoded."""
    write("a.md", MATH)
    assert run("a.md", "-o", "out/a.html", "--assets", "公 共/x").code == 0
    assert installed == ["公 共/x"]
    assert 'src="../%E5%85%AC%20%E5%85%B1/x/mathward.js"' in Path("out/a.html").read_text()


@pytest.mark.parametrize(("value", "scripts"), [("cdn", 1), ("none", 0)])
def test_one_file_pages(installed: list[str], value: str, scripts: int) -> None:
    """--assets cdn and none write the page and nothing beside it."""
    write("a.md", MATH)
    assert run("a.md", "-o", "out/a.html", "--assets", value).code == 0
    assert tree("out") == ["a.html"]
    assert Path("out/a.html").read_text().count("<script") == scripts
    assert installed == []


def test_address_is_no_assets_folder() -> None:
    """--assets takes a folder; an address would make a folder named ``https:``."""
    write("a.md", MATH)
    result = run("a.md", "-o", "a.html", "--assets", "https://host/x")
    expected = "--assets: expected a folder, cdn or none, got 'https://host/x'\n"
    assert result == (2, "", expected)
    assert tree() == ["a.md"]


def test_fragment() -> None:
    """--fragment is the library's HTML, to the byte, with no page around it."""
    write("a.md", MATH)
    assert run("a.md", "--fragment").out == render(MATH, Options(front_matter=True)).html
    result = run("a.md", "--fragment", "--theme", "paper")
    assert result.code == 2
    assert "--fragment is not a page" in result.err


def test_theme(installed: list[str]) -> None:
    """--theme names a look; one that does not exist is told with the nearest."""
    write("a.md", WORDS)
    assert run("a.md", "--theme", "paper").out != run("a.md").out
    result = run("a.md", "--theme", "papr")
    assert result.code == 2
    assert "did you mean paper?" in result.err


# --- what is set where -----------------------------------------------------------------------


def test_flag_beats_front_matter_beats_configuration() -> None:
    """The nearer to this very run, the stronger."""
    write("mathward.toml", 'lang = "fr"')
    write("a.md", WORDS)
    write("b.md", "---\nlang: zh\n---\n" + WORDS)
    assert '<html lang="fr"' in run("a.md").out
    assert '<html lang="zh"' in run("b.md").out
    assert '<html lang="de"' in run("b.md", "--lang", "de").out


def test_front_matter_changes_the_rendering() -> None:
    """A page option in the front matter is in force for that page's text."""
    text = "Text `x` $m$\n"
    write("a.md", f"---\nmathml: false\n---\n{text}")
    assert "<math" not in run("a.md", "--fragment").out
    assert "<math" in run("a.md", "--fragment", "--mathml").out


def test_configuration_sets_everything(here: Path, installed: list[str]) -> None:
    """Theme, assets and options come from the file above the input, or the one that is named."""
    write("in/mathward.toml", 'theme = "paper"\nassets = "static"\nhtml = "escape"')
    write("in/a.md", MATH + "\nx<br>y\n")
    assert run("in/a.md", "-o", "out/a.html").code == 0
    assert installed == [str(here / "in" / "static")]
    page = Path("out/a.html").read_text()
    assert 'href="../in/static/paper.css"' in page
    assert "&lt;br&gt;" in page
    write("other.toml", 'assets = "none"')
    assert run("in/a.md", "--config", "other.toml", "-o", "b.html").code == 0
    assert "&lt;br&gt;" not in Path("b.html").read_text()
    assert len(installed) == 1


def test_bad_configuration_ends_the_run() -> None:
    """A slip in the configuration is never passed over, for it may be about safety."""
    write("mathward.toml", 'htm = "escape"')
    write("a.md", WORDS)
    result = run("a.md", "-o", "a.html")
    assert result.code == 2
    assert result.lines == [
        f"{Path('mathward.toml').resolve()}: htm: no such key; did you mean html?"
    ]
    assert not Path("a.html").exists()


def test_every_option_has_its_flag() -> None:
    """Each field of Options is a flag with its help and values, declared nowhere else."""
    verb = main.get_command(click.Context(main), "render")
    assert verb is not None
    flags = {param.name: param for param in verb.params if isinstance(param, click.Option)}
    for declared in fields(DeclaredOptions):
        if declared.name == "macros":  # a table has no place on a command line
            continue
        flag = flags[declared.name]
        assert str(flag.help).startswith(declared.metadata["help"])
        if declared.metadata["choices"]:
            assert isinstance(flag.type, click.Choice)
            assert tuple(flag.type.choices) == declared.metadata["choices"]


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["--images", "link", "--images", "https://a/"], "link stands alone"),
        (["--id-prefix", "1x"], "id_prefix: letters, digits"),
        (["--max-formulas", "-1"], "max_formulas: must be at least 0"),
        (["--profile", "lax"], "'lax' is not one of"),
        (["--thme", "x"], "No such option"),
        (["--config", "none.toml"], "none.toml: no such file"),
    ],
)
def test_bad_values_are_one_line(args: list[str], reason: str) -> None:
    """A flag that cannot be used ends the run with 2 and one line, before any reading."""
    result = run("none.md", *args) if "--config" not in args else run("-", *args)
    assert result.code == 2
    assert len(result.lines) == 1
    assert reason in result.err


def test_image_prefixes() -> None:
    """--images may be given several times, once for each prefix."""
    write("a.md", "![p](https://a.example/p.png) ![q](https://b.example/q.png)\n")
    page = run("a.md", "--images", "https://a.example/", "--images", "https://c.example/").out
    assert 'src="https://a.example/p.png"' in page
    assert 'src="https://b.example' not in page


# --- what is told ----------------------------------------------------------------------------


def test_diagnostics_are_told_with_their_place() -> None:
    """file:line:col: severity[code]: text, on stderr; the page is made all the same."""
    write("a.md", UNCLOSED)
    result = run("a.md", "-o", "a.html")
    assert result.code == 0
    assert result.lines[0].startswith("a.md:3:9: warning[unclosed-math]: ")
    assert result.lines[1] == "a.html: 0 formulas, 1 warning"
    assert run("-", "-o", "b.html", stdin=UNCLOSED.encode()).err.startswith("<stdin>:3:9: ")


def test_strict_counts_warnings() -> None:
    """--strict exits with 1 for a warning, after the page was written, and -q hides no code."""
    write("a.md", UNCLOSED)
    write("b.md", WORDS)
    assert run("a.md", "--strict", "-o", "a.html").code == 1
    assert Path("a.html").exists()
    assert run("a.md", "--strict", "-q").code == 1
    assert run("b.md", "--strict").code == 0


def test_quiet_and_verbose() -> None:
    """-q tells errors only; -v tells what is merely odd, and each page."""
    write("a.md", "Look: ![p](https://host.example/p.png)\n")
    assert run("a.md", "-o", "a.html").lines == ["a.html: 0 formulas"]
    assert run("a.md", "-o", "a.html", "-q").err == ""
    verbose = run("a.md", "-o", "a.html", "-v").lines
    assert verbose[0].startswith("a.md:1:")
    assert ": info[image-as-link]: " in verbose[0]
    assert verbose[1:] == ["a.md -> a.html", "a.html: 0 formulas"]


def test_bad_front_matter_is_told() -> None:
    """A key that front matter may not set is a warning; safety is not loosened."""
    write("a.md", "---\nhtml: trust\n---\n<script>x</script>\n")
    result = run("a.md")
    assert result.code == 0
    assert "warning[page-option]: front matter: html: may not be set" in result.err
    assert "<script" not in result.out


def test_json_lines() -> None:
    """--json tells pages and diagnostics on stdout; the same for people on stderr."""
    write("in/a.md", UNCLOSED)
    write("in/b.md", MATH)
    result = run("in", "-o", "out", "--assets", "none", "--json")
    found, first, second = map(json.loads, result.out.splitlines())
    assert found["type"] == "diagnostic"
    assert (found["file"], found["line"], found["column"]) == ("in/a.md", 3, 9)
    assert (found["code"], found["severity"]) == ("unclosed-math", "warning")
    assert first["warnings"] == 1
    assert second == {
        "type": "page",
        "file": "in/b.md",
        "output": "out/b.html",
        "title": "Title",
        "formulas": 2,
        "sized": 0,
        "warnings": 0,
    }
    assert result.lines[0].startswith("in/a.md:3:9: warning")


def test_json_holds_the_page_that_has_no_file() -> None:
    """Without -o the page is in the line, so that one reader gets all."""
    write("a.md", MATH)
    (record,) = map(json.loads, run("a.md", "--json").out.splitlines())
    assert record["html"] == run("a.md").out
    assert record["output"] is None


def test_names_cannot_steer_the_terminal() -> None:
    """Control characters in a file's name or in the text are shown, not obeyed."""
    write("in/\x1b[2J\nx.md", UNCLOSED)
    result = run("in", "-o", "out", "--assets", "none", "-v")
    assert "in/\\x1b[2J\\nx.md:3:9: warning" in result.lines[0]
    assert "\x1b" not in result.err


# --- faults of the input ---------------------------------------------------------------------


def test_missing_input_ends_the_run_before_it_begins() -> None:
    """An input that is not there: one line, exit 2, and no page of the others."""
    write("a.md", WORDS)
    assert run("a.md", "none.md", "-o", "out") == (2, "", "none.md: no such file or directory\n")
    assert tree() == ["a.md"]


def test_keep_going_passes_over_what_cannot_be_read() -> None:
    """--keep-going makes the other pages, tells each problem and still exits with 2."""
    write("in/a.md", WORDS)
    write("in/bad.md", b"x\xff")
    write("in/z.md", WORDS)
    os.mkfifo("in/pipe.md")
    Path("in/gone.md").symlink_to("nowhere")
    result = run("in", "none", "-o", "out", "--keep-going", "--json")
    assert result.code == 2
    assert tree("out") == ["a.html", "z.html"]
    assert result.lines == [
        "in/gone.md: this link leads nowhere",
        "none: no such file or directory",
        "in/bad.md: not UTF-8: byte 0xff at offset 1 (line 1); see --encoding-errors",
        "in/pipe.md: is a pipe; give - to read standard input",
        "2 pages in out: 0 formulas",
    ]
    kinds = [json.loads(line)["type"] for line in result.out.splitlines()]
    assert kinds == ["error", "error", "page", "error", "error", "page"]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: os.mkfifo("a.md"), "a.md: is a pipe; give - to read standard input"),
        (lambda: Path("a.md").symlink_to("a.md"), "a.md: too many levels of symbolic links"),
        (lambda: Path("a.md").symlink_to("/dev/zero"), "a.md: is a device or socket, not a file"),
        (lambda: write("a.md", b"ok\n\xff\xfe"), "a.md: not UTF-8: byte 0xff at offset 3 (line 2)"),
        (lambda: write("a.md/x", ""), "-o: several pages need a folder to go to; name one"),
        (lambda: write("a.md", b"x" * 8_000_001), "a.md: 8,000,001 bytes, more than the 8,000,000"),
    ],
)
def test_unreadable_input_is_one_line(make: Callable[[], None], reason: str) -> None:
    """Whatever is wrong with the one input: its path, the reason, exit 2, no output."""
    make()
    result = run("a.md")
    assert (result.code, result.out) == (2, "")
    assert len(result.lines) == 1
    assert result.err.startswith(reason)


def test_folder_without_markdown() -> None:
    """A folder without Markdown is told, not passed over."""
    write("in/a.rst", "x")
    assert run("in", "-o", "out") == (2, "", "in: no Markdown files in this folder\n")


def test_huge_file_is_not_read() -> None:
    """A sparse file of 100 GB is refused at once, by its size."""
    write("a.md", "")
    os.truncate("a.md", 10**11)
    started = time.process_time()
    result = run("a.md")
    assert result.code == 2
    assert "a.md: 100,000,000,000 bytes" in result.err
    assert time.process_time() - started < 1


def test_endless_standard_input_is_not_read_to_its_end() -> None:
    """Standard input has the same limit."""
    with Path("/dev/zero").open("rb") as endless:
        result = spawn("-", stdin=endless)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("<stdin>: more than the 8,000,000 bytes")


def test_encoding_errors_can_be_replaced() -> None:
    """--encoding-errors replace shows U+FFFD for what is not UTF-8."""
    write("a.md", b"caf\xe9 here")
    assert "caf\ufffd here" in run("a.md", "--encoding-errors", "replace").out


@pytest.mark.parametrize(
    ("change", "clean"),
    [
        (lambda text: "\ufeff" + text, None),
        (lambda text: text.replace("\n", "\r\n"), None),
        (lambda text: text.replace("\n", "\r"), None),
        (lambda text: text.replace("Title", "Ti\0tle"), "Ti\ufffdtle"),
    ],
    ids=["BOM", "CRLF", "CR", "NUL"],
)
def test_how_a_file_was_saved_does_not_matter(
    change: Callable[[str], str], clean: str | None
) -> None:
    """Byte order mark, line ends and NUL: the page is that of the clean text."""
    text = "---\nlang: en\n---\n" + MATH + "\n- a\n- b\n\n```\ncode\n```\n"
    write("a.md", text.replace("Title", clean) if clean else text)
    write("b.md", change(text))
    assert run("b.md").out == run("a.md").out


def test_line_separator_is_a_character() -> None:
    """U+2028 neither ends a line nor a formula's line, and arrives as it is."""
    write("a.md", "a\u2028b $x$\n")
    assert "a\u2028b" in run("a.md", "--fragment").out


@pytest.mark.parametrize("text", ["", " \n\t\n", "---\ntitle: T\n---\n", "\ufeff", "\r\n"])
def test_nothing_to_show_is_a_valid_page(text: str) -> None:
    """Empty, spaces only, front matter only: a page, and exit 0."""
    write("a.md", text)
    result = run("a.md", "-o", "a.html")
    assert result.code == 0
    page = Path("a.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "<title>" in page
    assert page.rstrip().endswith("</html>")


@pytest.mark.parametrize("text", ["x" * 1_000_000, "a $" * 30_000 + "\n", "$" * 100_000])
def test_long_lines_need_bounded_memory(text: str) -> None:
    """A line of a megabyte, and a hundred thousand dollars, fit into 400 MB."""
    write("a.md", text)
    with Path("out.html").open("wb") as out:
        process = subprocess.Popen(command("-q", "a.md"), stdout=out, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert usage.ru_maxrss < 400_000  # kilobytes


# --- pictures --------------------------------------------------------------------------------


def test_pictures_below_the_folder_are_shown_and_copied() -> None:
    """A file's own pictures come along, to the same place beside the page."""
    write("in/a.md", "![p](figs/p.png)\n")
    write("in/sub/b.md", "![p](../figs/p.png) ![q](%E5%9B%BE%201.svg?v=2)\n")
    write("in/figs/p.png", b"png")
    write("in/sub/图 1.svg", b"svg")
    result = run("in", "-o", "out")
    assert (result.code, result.lines) == (0, ["2 pages in out: 0 formulas"])
    assert tree("out") == ["a.html", "figs/p.png", "sub/b.html", "sub/图 1.svg"]
    page = Path("out/a.html").read_text()
    assert '<img src="figs/p.png"' in page
    assert "img-src" in page.partition("</head>")[0]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("../secret.png", "lies outside the folder in"),
        ("link.png", "lies outside the folder in"),
        ("none.png", "no such file"),
        (".env", "not the name of a picture"),
        (".private/p.png", "hidden"),
        ("/logout", "not relative to this file"),
        ("folder.png", "not a file"),
    ],
)
def test_other_files_are_neither_shown_nor_copied(address: str, reason: str) -> None:
    """What lies elsewhere, is missing or is no picture stays a link, with a warning."""
    write("secret.png", b"secret")
    write("in/.env", b"secret")
    write("in/.private/p.png", b"secret")
    write("in/ok.png", b"ok")
    Path("in/folder.png").mkdir()
    Path("in/link.png").symlink_to("../secret.png")
    write("in/a.md", f"Text\n\n![yes](ok.png) ![no]({address})\n")
    result = run("in/a.md", "-o", "out/a.html")
    assert result.lines[0].startswith("in/a.md:3:")
    assert result.lines[0].endswith(f": warning[image-not-shown]: {address}: {reason}")
    assert tree("out") == ["a.html", "ok.png"]
    page = Path("out/a.html").read_text()
    assert page.count("<img") == 1
    assert 'src="ok.png"' in page


def test_page_beside_its_source_shares_the_pictures() -> None:
    """Where source and page are in one folder there is nothing to copy."""
    write("a.md", "![p](p.png)\n")
    write("p.png", b"png")
    os.utime("p.png", (1, 1))
    assert run("a.md", "-o", "a.html").code == 0
    assert 'src="p.png"' in Path("a.html").read_text()
    assert Path("p.png").stat().st_mtime == 1


def test_no_pictures_without_a_place() -> None:
    """On standard output, and from standard input, images stay links as in the library."""
    write("a.md", "![p](p.png)\n")
    write("p.png", b"png")
    assert "<img" not in run("a.md").out
    assert run("-", "-o", "x.html", stdin=b"![p](p.png)\n").code == 0
    assert "<img" not in Path("x.html").read_text()


# --- faults of the output --------------------------------------------------------------------


def test_output_that_would_destroy_its_input() -> None:
    """The source is as it was, and the line says why."""
    write("a.md", MATH)
    assert run("a.md", "-o", "a.md") == (2, "", "-o: a.md would overwrite the input a.md\n")
    assert Path("a.md").read_text() == MATH


def test_output_inside_the_input() -> None:
    """A folder is not rendered into itself."""
    write("in/a.md", WORDS)
    assert run("in", "-o", "in/out") == (2, "", "-o: in/out lies inside the input folder in\n")
    assert tree() == ["in/a.md"]


def test_folder_in_the_place_of_a_page() -> None:
    """A page's name taken by a folder is a write error: exit 3, one line."""
    write("in/a.md", WORDS)
    Path("out/a.html").mkdir(parents=True)
    assert run("in", "-o", "out") == (3, "", "out/a.html: is a folder\n")


def test_file_in_the_place_of_a_folder() -> None:
    """So is a file where the page's folder should be."""
    write("a.md", WORDS)
    write("out", "mine")
    assert run("a.md", "-o", "out/a.html") == (3, "", "out/a.html: not a directory\n")
    assert Path("out").read_text() == "mine"


def test_device_as_output() -> None:
    """``-o /dev/null`` is refused and, for root, the device stays."""
    write("a.md", WORDS)
    result = run("a.md", "-o", "/dev/null")
    assert result.code == 3
    assert "is a device or pipe" in result.err
    assert Path("/dev/null").is_char_device()


def test_library_errors_have_their_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the library raises on purpose is one line with the code of its kind."""

    def failing(*_: object, **__: object) -> None:
        raise OutputError("x", "disk on fire")

    write("a.md", MATH)
    monkeypatch.setattr(renderer.publish, "install", failing)
    assert run("a.md", "-o", "a.html") == (3, "", "x: disk on fire\n")
    assert tree() == ["a.md"]


def test_a_mistake_of_ours_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error nobody thought of is one line too, which asks to be reported."""

    def failing(*_: object, **__: object) -> None:
        raise ValueError("two\nlines")

    write("a.md", MATH)
    monkeypatch.setattr(renderer.publish, "page", failing)
    result = run("a.md")
    assert result.code == 3
    assert len(result.lines) == 1
    assert "internal error, please report it: ValueError: two\\nlines" in result.err


def limited(size: int) -> Callable[[], None]:
    """What a full disk looks like to a process."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_full_disk() -> None:
    """When the page does not fit: exit 3, the old page stays, no temporary file."""
    write("a.md", "word " * 20_000)
    write("a.html", "old")
    result = spawn("a.md", "-o", "a.html", preexec_fn=limited(50_000))
    assert (result.code, result.out, result.lines) == (3, "", ["a.html: file too large"])
    assert Path("a.html").read_text() == "old"
    assert sorted(os.listdir()) == ["a.html", "a.md"]


def test_full_standard_output() -> None:
    """A standard output that takes no more is a write error as well."""
    write("a.md", WORDS)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("a.md"), stdout=full, stderr=subprocess.PIPE, env=environment(), check=False
        )
    assert done.returncode == 3
    assert done.stderr == b"<stdout>: no space left on device\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_standard_output_that_fills_up(unbuffered: str) -> None:
    """A page that fits in part is never passed off as a page, PYTHONUNBUFFERED or not."""
    write("a.md", "word " * 20_000)
    with Path("a.html").open("wb") as out:
        done = subprocess.run(
            command("a.md", "-q"),
            stdout=out,
            stderr=subprocess.PIPE,
            env=environment(PYTHONUNBUFFERED=unbuffered),
            preexec_fn=limited(50_000),
            check=False,
        )
    assert (done.returncode, done.stderr) == (3, b"<stdout>: file too large\n")


def test_reader_who_leaves() -> None:
    """``mathward render | head -c 100`` ends quietly and with 0."""
    write("a.md", "word " * 100_000)
    process = subprocess.Popen(
        command("a.md"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(100)
    process.stdout.close()
    with process:
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_reader_of_json_who_leaves() -> None:
    """All pages are written even if nobody wants to hear of them."""
    for number in range(5):
        write(f"in/{number}.md", WORDS)
    process = subprocess.Popen(
        command("in", "-o", "out", "--json", "-q"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process:
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert len(tree("out")) == 5


@pytest.mark.parametrize(
    ("closed", "args"), [(">&-", "a.md"), (">&- 2>&-", "a.md"), ("2>&-", "a.md -o b.html -v")]
)
def test_closed_streams(closed: str, args: str) -> None:
    """Output closed from the start is no fault; what is written elsewhere is written."""
    write("a.md", MATH)
    line = f'exec "$PYTHON" -m renderer render --assets none {args} {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env=environment(PYTHON=sys.executable),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert Path("b.html").exists() == ("-o" in args)


def test_closed_standard_input() -> None:
    """Reading from a closed standard input is an unreadable input."""
    line = 'exec "$PYTHON" -m renderer render - <&-'
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env=environment(PYTHON=sys.executable),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == b"<stdin>: it is closed\n"


# --- interruptions ---------------------------------------------------------------------------

# The command, struck by a signal at the moment when it calls one function of ``os``.
STRUCK = textwrap.dedent("""
    import os, sys
    step, number = sys.argv[1], int(sys.argv[2])
    real = getattr(os, step)

    def struck(*args, **kwargs):
        os.kill(os.getpid(), number)
        return real(*args, **kwargs)

    setattr(os, step, struck)
    from renderer.cli import main
    main(sys.argv[3:])
""")


def strike(step: str, number: int, *args: str) -> Outcome:
    done = subprocess.run(
        [sys.executable, "-c", STRUCK, step, str(int(number)), "render", *args],
        capture_output=True,
        env=environment(),
        timeout=60,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_signal_while_writing(step: str, number: int, code: int) -> None:
    """Ctrl-C and the like: no traceback, the old page, no temporary file."""
    write("a.md", WORDS)
    write("a.html", "old")
    assert strike(step, number, "a.md", "-o", "a.html") == (code, "", "")
    assert Path("a.html").read_text() == "old"
    assert sorted(os.listdir()) == ["a.html", "a.md"]


@pytest.mark.parametrize("step", ["fsync", "replace", "unlink"])
def test_killed_while_writing(step: str) -> None:
    """After kill -9 the page is the old or the new one; the next run tidies up."""
    write("a.md", WORDS)
    write("a.html", "old")
    assert strike(step, signal.SIGKILL, "a.md", "-o", "a.html").code == -signal.SIGKILL
    new = spawn("a.md", "-q").out
    assert Path("a.html").read_text() == ("old" if step != "unlink" else new)
    assert spawn("a.md", "-o", "a.html").code == 0
    assert Path("a.html").read_text() == new
    assert sorted(os.listdir()) == ["a.html", "a.md"]


def test_ctrl_c_while_waiting_for_input() -> None:
    """Ctrl-C at the prompt of an unfinished standard input: 130 and nothing else."""
    process = subprocess.Popen(
        command("-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin is not None
    process.stdin.write(b"# unfinished\n")
    process.stdin.flush()
    _wait_until_reading(process.pid)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")


def _wait_until_reading(pid: int) -> None:
    """Return once the process sleeps in a read of its standard input, a pipe."""
    for _ in range(3_000):
        if "pipe" in Path(f"/proc/{pid}/wchan").read_text():
            return
        time.sleep(0.01)
    raise AssertionError("the command never read its standard input")


def test_two_runs_at_once() -> None:
    """Two runs into one folder both end well, and the result is that of one."""
    for number in range(12):
        write(f"in/{number}.md", f"# Page {number}\n\n" + "word " * 2_000)
    runs = [subprocess.Popen(command("in", "-o", "out", "-q"), env=environment()) for _ in range(2)]
    assert [run.wait(timeout=60) for run in runs] == [0, 0]
    assert spawn("in", "-o", "alone", "-q").code == 0
    pages = tree("alone")
    assert tree("out") == pages
    assert all(Path("out", name).read_bytes() == Path("alone", name).read_bytes() for name in pages)


# --- terminals -------------------------------------------------------------------------------


def on_terminal(*args: str, **more: str) -> str:
    """What the command shows on a terminal, colours and bars included."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*args), stdout=subprocess.DEVNULL, stderr=theirs, env=environment(**more)
    )
    os.close(theirs)
    shown = b"".join(_until_closed(ours))
    os.close(ours)
    assert process.wait(timeout=30) == 0
    return shown.decode()


def _until_closed(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # Linux tells the end of a terminal like this
            return
        if not data:
            return
        yield data


def test_bar_only_for_several_on_a_terminal() -> None:
    """A progress bar where someone looks and waits; none for one file, -q or a pipe."""
    write("in/a.md", WORDS)
    write("in/b.md", UNCLOSED)
    shown = on_terminal("in", "-o", "out")
    assert "100%" in shown
    assert "in/b.md:3:9:" in shown
    assert "%" not in on_terminal("in/a.md", "-o", "out/")
    assert on_terminal("in", "-o", "out", "-q") == ""
    assert "%" not in spawn("in", "-o", "out").err


def test_colours_only_on_a_terminal_that_wants_them() -> None:
    """Severities are coloured on a terminal, unless NO_COLOR is set."""
    write("a.md", UNCLOSED)
    assert "\x1b[33mwarning[unclosed-math]\x1b[0m" in on_terminal("a.md", "-o", "a.html")
    assert "\x1b" not in on_terminal("a.md", "-o", "a.html", NO_COLOR="1")
    assert "\x1b" not in spawn("a.md", "-o", "a.html").err


def test_plain_locale() -> None:
    """Names and text in Chinese work where the locale knows ASCII only."""
    write("公式.md", "# 标题 \\( 未完\n")
    ascii_only = environment(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    done = subprocess.run(
        command("公式.md", "-o", "页.html", "--json"),
        capture_output=True,
        env=ascii_only,
        check=False,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[-1])["title"].startswith("标题")
    assert "标题" in Path("页.html").read_text()


# --- the group -------------------------------------------------------------------------------


def test_help_is_quick() -> None:
    """``mathward --help`` imports no verb, and not what the verbs need."""
    script = textwrap.dedent("""
        import sys
        from renderer.cli import main
        try:
            main(["--help"])
        except SystemExit:
            heavy = {"renderer.publish", "renderer.cli.render", "renderer.cli.doctor", "jinja2"}
            print(sorted(heavy & set(sys.modules)))
    """)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=environment(), check=True
    )
    shown = done.stdout.decode()
    assert "Turn Markdown into pages" in shown
    assert shown.endswith("\n[]\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_verbs_say_what_the_table_says(name: str) -> None:
    """The line in ``mathward --help`` is the first one of the verb's own help."""
    verb = main.get_command(click.Context(main), name)
    assert verb is not None
    assert str(verb.help).splitlines()[0] == COMMANDS[name]


def test_version_and_wrong_verbs() -> None:
    """--version is one line; an unknown verb and no verb at all are usage errors."""
    runner = CliRunner()
    assert runner.invoke(main, ["--version"]).stdout == f"mathward {renderer.__version__}\n"
    wrong = runner.invoke(main, ["rendr"])
    assert wrong.exit_code == 2
    assert len(wrong.stderr.splitlines()) == 1
    nothing = runner.invoke(main, [])
    assert nothing.exit_code == 2
    assert "Usage: mathward" in nothing.stderr
