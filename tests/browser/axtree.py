"""The browser's own accessibility tree, as tuples of a role, the words and the children."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Page

MATH = ("MathMLMath", "math")

# What shows a formula: its MathML, the TeX in its place, or the name that speech gave it.
VOICES = (*MATH, "image", "img", "tree", "application")

# What MathML's elements must become; mrow and the like may be left out by the browser.
ROLES = {
    "mfrac": "MathMLFraction",
    "msqrt": "MathMLSquareRoot",
    "mroot": "MathMLRoot",
    "msub": "MathMLSub",
    "msup": "MathMLSup",
    "msubsup": "MathMLSubSup",
    "munder": "MathMLUnder",
    "mover": "MathMLOver",
    "munderover": "MathMLUnderOver",
    "mtr": "MathMLTableRow",
    "mtd": "MathMLTableCell",
    "mi": "MathMLIdentifier",
    "mn": "MathMLNumber",
}


class Node(NamedTuple):
    """One that assistive technology meets, with what is below it."""

    role: str
    name: str
    children: tuple[Node, ...]

    def all(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.all()

    def words(self) -> str:
        """The text in it, in reading order."""
        return "".join(node.name for node in self.all() if node.role == "StaticText")


def tree(page: Page) -> Node:
    """What is exposed of the page now: nodes that are ignored leave their children."""
    client = page.context.new_cdp_session(page)
    client.send("Accessibility.enable")
    nodes: list[dict[str, Any]] = client.send("Accessibility.getFullAXTree")["nodes"]
    client.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    (root,) = _exposed(nodes[0], by_id)
    return root


def _exposed(node: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> list[Node]:
    below = [each for child in node.get("childIds", []) for each in _exposed(by_id[child], by_id)]
    role = node["role"]["value"]
    if role == "InlineTextBox":  # a line of text, for which layout alone decides
        return []
    if node["ignored"]:
        return below
    name = node.get("name", {}).get("value", "")
    return [Node(role, name, tuple(below))]


def formulas(page: Page) -> list[Node]:
    """The math nodes in reading order, each with its structure."""
    return [node for node in tree(page).all() if node.role in MATH]
