"""The plan of a run: which source becomes which page, and what is refused beforehand."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from renderer.errors import OptionError
from renderer.targets import Target, page_name, plan


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _files(*names: str) -> None:
    for name in names:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def _pages(*inputs: str, out: str | None) -> dict[str, str]:
    made = plan(inputs, out)
    assert made.problems == ()
    return {target.name: str(target.page) for target in made.targets}


def _problems(*inputs: str, out: str = "out") -> list[str]:
    return [str(problem) for problem in plan(inputs, out).problems]


@pytest.mark.parametrize("out", [None, "-"])
def test_one_input_goes_to_standard_output(here: Path, out: str | None) -> None:
    """Without -o, or with ``-o -``, there is no file to write."""
    _files("a.md")
    assert plan(["a.md"], out).targets == (Target(Path("a.md"), None, Path()),)
    (stdin,) = plan(["-"], out).targets
    assert (stdin.source, stdin.page, stdin.name) == (None, None, "<stdin>")


def test_file_to_file(here: Path) -> None:
    """One input and a name that is no folder: that very name."""
    _files("a.md")
    assert _pages("a.md", out="sub/page.htm") == {"a.md": "sub/page.htm"}
    assert _pages("-", out="page.html") == {"<stdin>": "page.html"}


@pytest.mark.parametrize("out", ["new/", "there"])
def test_file_to_folder(here: Path, out: str) -> None:
    """A trailing slash or an existing folder makes -o a folder."""
    _files("in/a.md", "there/x")
    assert _pages("in/a.md", out=out) == {"in/a.md": f"{out.rstrip('/')}/a.html"}


def test_several_files_to_folder(here: Path) -> None:
    """Files go to the folder by their own names; the same file twice makes one page."""
    _files("a.md", "in/b.md")
    assert _pages("a.md", "in/b.md", "./a.md", out="out") == {
        "a.md": "out/a.html",
        "in/b.md": "out/b.html",
    }


def test_folder_to_folder(here: Path) -> None:
    """OUT/x.html for IN/x.md, sub folders kept; each page may show what lies in IN."""
    _files("in/a.md", "in/sub/b.md")
    assert _pages("in/", out="out") == {"in/a.md": "out/a.html", "in/sub/b.md": "out/sub/b.html"}
    assert {target.root for target in plan(["in"], "out").targets} == {Path("in")}


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ("a.md", "a.html"),
        ("a.b.markdown", "a.b.html"),
        ("A.MD", "A.html"),
        ("notes.txt", "notes.html"),
        ("v1.2", "v1.2.html"),
        ("README", "README.html"),
        (".md", ".md.html"),
    ],
)
def test_page_names(source: str, page: str) -> None:
    """Only endings that say "text" are taken off a name."""
    assert page_name(Path("in", source), Path("in")) == Path(page)


@pytest.mark.parametrize(
    ("inputs", "out", "reason"),
    [
        (["a.md", "b.md"], None, "several pages need a folder to go to"),
        (["in"], None, "several pages need a folder to go to"),
        (["a.md", "b.md"], "file", "file is a file, and the pages need a folder"),
        (["in"], "file", "file is a file, and the pages need a folder"),
        (["a.md"], "file/", "file/ is a file, and the pages need a folder"),
        (["a.md", "b.md"], "page.html", "page.html is the name of a page"),
        (["-"], "in", "standard input needs the name of a file"),
        (["a.md", "-"], "out", "standard input needs the name of a file"),
        (["in"], "in", "in lies inside the input folder in"),
        (["in"], "in/sub/out", "in/sub/out lies inside the input folder in"),
        (["in"], "link/out", "link/out lies inside the input folder in"),
        (["a.md"], "a.md", "a.md would overwrite the input a.md"),
        (["a.md"], "alias.html", "alias.html would overwrite the input a.md"),
        (["a.md"], "hard.html", "hard.html would overwrite the input a.md"),
        (["a.md", "x.txt"], ".", "x.html would overwrite the input x.txt"),
    ],
)
def test_outputs_that_cannot_be(
    here: Path, inputs: list[str], out: str | None, reason: str
) -> None:
    """What could lose a source or makes no sense is refused, with the path, before any write."""
    _files("a.md", "b.md", "in/a.md", "file", "x.txt")
    Path("link").symlink_to("in")
    Path("alias.html").symlink_to("a.md")
    Path("x.html").symlink_to("x.txt")
    os.link("a.md", "hard.html")
    with pytest.raises(OptionError, match=reason) as caught:
        plan(inputs, out)
    assert caught.value.name == "-o"


def test_missing_input_is_a_problem_of_its_own(here: Path) -> None:
    """The others are still planned, for those who keep going."""
    _files("a.md")
    made = plan(["a.md", "none.md"], "out")
    assert [str(problem) for problem in made.problems] == ["none.md: no such file or directory"]
    assert [target.name for target in made.targets] == ["a.md"]


@pytest.mark.parametrize(
    "pair",
    [
        ("a.markdown", "a.md"),
        ("A.md", "a.md"),
        ("straße.md", "STRASSE.md"),
        (unicodedata.normalize("NFD", "é.md"), unicodedata.normalize("NFC", "é.md")),
    ],
)
def test_two_sources_for_one_page(here: Path, pair: tuple[str, str]) -> None:
    """Names that some file system takes for one are refused with both sources."""
    _files(*(f"in/{name}" for name in pair))
    (problem,) = _problems("in")
    first, second = sorted(Path(f"in/{name}") for name in pair)
    page = Path("out", second.name).with_suffix(".html")
    assert problem == f"{second}: would become {page}, as {first} does"


def test_page_and_folder_of_one_name(here: Path) -> None:
    """A page cannot stand where another page's folder must."""
    _files("in/a.md", "in/a.html/b.md")
    (problem,) = _problems("in")
    assert problem == (
        "in/a.html/b.md: would go into a folder out/a.html, which is the page of in/a.md"
    )


def test_names_that_would_be_too_long(here: Path) -> None:
    """A source of 255 bytes whose page would have more is refused by its own name."""
    name = "x" * 252 + ".md"
    _files(f"in/{name}")
    (problem,) = _problems("in")
    assert problem == f"in/{name}: the name of its page would have 257 bytes; 255 are allowed"
