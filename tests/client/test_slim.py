"""The slim bundle draws what MathJax's own components draw, to the last attribute."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from renderer import render
from renderer.browser.server import StaticServer
from renderer.browser.session import Tab

from .test_typesetting import COMMANDS

Drawn = list[list[str]]
Drawer = Callable[..., dict[str, Any]]

# The page begins with a typesetter of its own, and there is one global MathJax.
DRAW = """async ([formulas, fonts]) => {
  await ready;
  const { MathJaxTypesetter } = await import("/client/mathjax.js");
  const typesetter = new MathJaxTypesetter({ mathjax: "/mathjax/vendor/", fonts });
  const drawn = [];
  for (const [tex, display] of formulas) {
    const wrapper = document.body.appendChild(document.createElement(display ? "div" : "span"));
    wrapper.className = display ? "math display" : "math inline";
    wrapper.setAttribute("data-tex", tex);
    try {
      const { node, math, full } = await typesetter.draw(wrapper);
      drawn.push([node.outerHTML, math().outerHTML, String(full)]);
    } catch (error) {
      drawn.push([error.message]);
    }
    wrapper.remove();
  }
  typesetter.finish();
  const { output, document: page } = MathJax.startup;
  const { sheet } = output.styleSheet(page);
  const rules = Array.from(sheet.cssRules, (rule) => rule.cssText);
  return { drawn, rules: [...new Set(rules)].filter((rule) => !rule.startsWith("@font-face")) };
}"""


@pytest.fixture
def draw(
    open_page: Callable[..., Tab], serve: Callable[..., StaticServer], root: Path
) -> Callable[..., tuple[dict[str, Any], dict[str, Any]]]:
    """``draw(formulas)``: what the slim bundle makes of them, and what MathJax's own files do."""
    url = serve(root / "renderer").url

    def drawn(formulas: list[tuple[str, bool]], fonts: str | None) -> dict[str, Any]:
        tab = open_page(url + "browser/typeset.html")
        found: dict[str, Any] = tab.page.evaluate(DRAW, [formulas, fonts])
        return found

    return lambda formulas: (
        drawn(formulas, None),
        drawn(formulas, f"{url}mathjax/vendor/fonts/%s"),
    )


def differences(formulas: list[tuple[str, bool]], slim: Drawn, stock: Drawn) -> list[Any]:
    """What differs, but for the many numbers of nodes in error messages."""
    pairs = zip(formulas, slim, stock, strict=True)
    return [(tex, ours, theirs) for (tex, _), ours, theirs in pairs if ours != theirs]


def of_answers(root: Path) -> list[tuple[str, bool]]:
    """The formulas of the answers among the fixtures, each once."""
    texts = (path.read_text("utf-8") for path in sorted((root / "fixtures").glob("answers/*.md")))
    found = [(f.data_tex, f.display) for text in texts for f in render(text).formulas]
    return list(dict.fromkeys(found))


def test_answers_are_drawn_as_by_mathjax_itself(
    root: Path, draw: Any, pytestconfig: pytest.Config
) -> None:
    """Drawing, MathML and css rules of real formulas (each third but under --heavy) are the same
    by either way."""
    step = 1 if pytestconfig.getoption("heavy") else 3
    formulas = [*of_answers(root)[::step], *((tex, True) for tex in COMMANDS.values())]
    slim, stock = draw(formulas)
    assert differences(formulas, slim["drawn"], stock["drawn"]) == []
    assert sorted(slim["rules"]) == sorted(stock["rules"])


def test_every_command_is_drawn_as_by_mathjax_itself(
    root: Path, draw: Any, pytestconfig: pytest.Config
) -> None:
    """All commands and environments of the packages, with arguments that happen to be there, and
    without under --heavy."""
    known = json.loads((root / "renderer/mathjax/vendor/commands.json").read_bytes())
    commands = sorted({name for package in known.values() for name in package["commands"]})
    places = sorted({name for package in known.values() for name in package["environments"]})
    formulas = [(rf"\{name}{{a}}{{b}}{{c}}", True) for name in commands]
    if pytestconfig.getoption("heavy"):
        formulas += [(rf"x \{name} y", False) for name in commands]
    formulas += [(rf"\begin{{{name}}}{{c}} a & b \\ c & d \end{{{name}}}", True) for name in places]
    slim, stock = draw(formulas)
    assert differences(formulas, slim["drawn"], stock["drawn"]) == []
