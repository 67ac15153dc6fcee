"""A page that others wrote, after ``mathward render``, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from renderer.browser.session import Tab
from renderer.cli import main

PAGE = r"""<!doctype html>
<title>On $x^2$</title>
<style>body { color: navy }</style>
<h1>On $x^2$</h1>
<ul><li>$a &lt; b$<li><code>$c$</code><li><a href="#f">by \eqref{e}</a></ul>
<p>\begin{equation}<br>\label{e} x = 1<br>\end{equation}
<script>document.title += "!"</script>
"""
SEEN = """() => ({
  title: document.title,
  colour: getComputedStyle(document.body).color,
  drawn: [...document.querySelectorAll('.math[data-math="typeset"] mjx-container')].length,
  named: document.querySelectorAll("h1 > .math, li > .math, p > .math.display").length,
  code: document.querySelector("code").textContent,
})"""


@pytest.mark.browser
def test_a_page_of_others_is_typeset(tmp_path: Path, open_page: Callable[..., Tab]) -> None:
    """Its own script and style still work, and MathJax draws what is no code."""
    (tmp_path / "in.html").write_text(PAGE, "utf-8")
    out = tmp_path / "out" / "page.html"
    result = CliRunner().invoke(main, ["render", str(tmp_path / "in.html"), "-o", str(out)])
    assert result.exit_code == 0, result.output
    tab = open_page(out)
    tab.page.locator('.math[data-math="typeset"] mjx-container').nth(2).wait_for()
    assert tab.page.evaluate(SEEN) == {
        "title": "On $x^2$!",
        "colour": "rgb(0, 0, 128)",
        "drawn": 3,
        "named": 3,
        "code": "$c$",
    }
