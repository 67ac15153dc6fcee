"""HTML files through ``mathward render``: pages keep their look and get what formulas need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from renderer import shield_html
from renderer.assets import Assets
from renderer.cli import main
from renderer.whole import completed

PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>$t$</title>
<script>var a = "$s$ </head>";</script>
</head>
<body style="color: navy"><h1>On $x^2$</h1><p>$a &lt; b$<img src=p.png></body></html>
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


def test_a_page_keeps_all_but_its_formulas(here: Path) -> None:
    """The head's end gets css and script, the formulas their wrappers; no other byte changes."""
    (here / "in.html").write_text(PAGE, "utf-8")
    result = _run("render", "in.html", "-o", "out/page.html")
    assert (result.exit_code, result.stdout) == (0, "")
    page = (here / "out" / "page.html").read_text("utf-8")
    added = re.search(r'<link rel="stylesheet"[\s\S]*?</script>\n(?=</head>\n<body)', page)
    assert added is not None
    assert '<link rel="stylesheet" href="mathward-assets/mathward.css">' in added[0]
    assert added[0].count("<script") == 1
    bare = page.replace(added[0], "")
    bare = re.sub(r'<span class="math .*?</math></span></span>', "⟦⟧", bare)
    assert bare == PAGE.replace("$x^2$", "⟦⟧").replace("$a &lt; b$", "⟦⟧")
    rules = (here / "out" / "mathward-assets" / "mathward.css").read_text("utf-8")
    assert ".math-box" in rules
    assert not re.search(r"^(?:body|html|p|h1)\b", rules, re.MULTILINE)


def test_a_page_without_formulas_is_left_alone() -> None:
    """Not even a style sheet is added to it."""
    html = "<!doctype html><title>a</title><p>It costs $5."
    assert completed(shield_html(html), Assets.folder()) == html


@pytest.mark.parametrize(
    ("head", "is_added"),
    [
        ("<!doctype html>", True),
        ("<!doctype html><!-- <meta charset=utf-8> --><meta name=a content=b>", True),
        ("<!doctype html><META Charset=utf-8>", False),
        ("<html><meta http-equiv=Content-Type content='text/html; charset=utf-8'>", False),
        ("\ufeff<!doctype html>", False),
    ],
)
def test_the_encoding_is_said(head: str, is_added: bool) -> None:
    """Browsers would read the scripts in one of old, where a page does not say that it is UTF-8."""
    page = completed(shield_html(f"{head}<p>$x$"), Assets.folder())
    assert page.startswith(head)
    assert ('<meta charset="utf-8">' in page) == is_added


def test_without_a_file_the_page_needs_no_script(here: Path) -> None:
    """On standard output a page has its rules inside and shows MathML."""
    (here / "in.htm").write_text(PAGE, "utf-8")
    result = _run("render", "in.htm", "-q")
    assert "<style>" in result.stdout
    assert result.stdout.count("<script") == 1


def test_a_fragment_gets_a_theme_or_stays_one(here: Path) -> None:
    """HTML without a page around it is an article; --fragment is its HTML alone."""
    (here / "in.html").write_text("<p onclick=a()>$x$</p>\n", "utf-8")
    themed = _run("render", "in.html", "-q").stdout
    assert themed.startswith("<!doctype html>")
    assert "<p onclick=a()>" in themed
    assert "Content-Security-Policy" not in themed  # as around all trusted HTML
    bare = _run("render", "in.html", "--fragment").stdout
    assert bare.startswith("<p onclick=a()><span")
    cleaned = _run("render", "in.html", "-q", "--html", "sanitize").stdout
    assert "onclick" not in cleaned
    assert "Content-Security-Policy" in cleaned


def test_standard_input_may_be_html() -> None:
    """--from says what has no name to go by."""
    bare = ("render", "-", "--fragment", "-q")
    assert "<em>" in _run(*bare, given="*a*").stdout
    assert _run(*bare, "--from", "html", given="*a*").stdout == "*a*"
    assert "<em>" in _run(*bare, "--from", "markdown", given="*a*").stdout


def test_a_folder_is_searched_for_markdown_alone(here: Path) -> None:
    """Pages in it may be what an earlier run wrote; those that are meant are named."""
    (here / "in").mkdir()
    (here / "in" / "a.md").write_text("$x$", "utf-8")
    (here / "in" / "b.html").write_text("$x$", "utf-8")
    _run("render", "in", "-o", "one", "--assets", "none")
    assert [path.name for path in (here / "one").iterdir()] == ["a.html"]
    _run("render", "in/b.html", "in/a.md", "-o", "two/", "--assets", "none")
    assert sorted(path.name for path in (here / "two").iterdir()) == ["a.html", "b.html"]


def test_a_page_never_takes_the_place_of_its_source(here: Path) -> None:
    """The output may not be the input, nor one of Markdown's beside it."""
    (here / "a.html").write_text("$x$", "utf-8")
    (here / "a.md").write_text("$x$", "utf-8")
    assert _run("render", "a.html", "-o", "a.html").exit_code == 2
    assert "as a.html does" in _run("render", "a.html", "a.md", "-o", "out/").stderr


def test_messages_name_the_place_in_the_html(here: Path) -> None:
    """Line and column of the file, for render and check alike; explain is for Markdown."""
    (here / "a.html").write_text(
        "<p>\n  &amp; <b>\\[ x</b>\n<a href=nowhere.md>$\\nope$</a>", "utf-8"
    )
    result = _run("render", "a.html", "--fragment")
    assert (
        result.stderr
        == "a.html:2:12: warning[unclosed-math]: \\[ is never closed here; it is shown as text\n"
    )
    checked = _run("check", "a.html").stdout
    assert "a.html:2:12" in checked
    assert "a.html:3:21: warning[undefined-macro]: MathJax does not know \\nope" in checked
    assert "dead-link" not in checked
    assert "is HTML; explain is for Markdown" in _run("explain", "a.html").stderr
