"""Answers that arrive piece by piece: what is shown, what stays, and where the reader stays."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from renderer import Stream, render

from ..test_stream import ANSWERS, TRAPS
from .conftest import Lab

Message = dict[str, Any]

HELPERS = """<script>
/** The page's HTML as the server wrote it: without what the client and typesetting left. */
window.plain = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  const { content } = template;
  for (const formula of content.querySelectorAll(".math[data-tex]")) {
    const { dataset, id, localName } = formula;
    const name = [...formula.classList].filter(each => each !== "math-wide").sort().join(" ");
    formula.replaceWith(`{${localName} ${name} #${id} ${dataset.tex}}`);
  }
  for (const each of content.querySelectorAll("[translate]")) {
    for (const name of ["aria-busy", "aria-live", "translate"]) each.removeAttribute(name);
    each.classList.remove("notranslate");
    if (!each.className) each.removeAttribute("class");
  }
  content.normalize();
  return template.innerHTML;
};
window.box = () => document.querySelector("#box");
window.typeset = new Map();
addEventListener("mathward:typeset", ({ target, detail }) =>
  typeset.set(detail.tex, (typeset.get(detail.tex) ?? 0) + 1));
</script>"""

OPEN = """async (options) => {
  const { stream } = await import("./client/stream.js");
  const { rest } = await import("./client/rest.js");
  Object.assign(window, { stream, rest, answer: stream(box(), options ?? {}) }); }"""

FRAMES = "() => new Promise(go => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(go))))"


def pieces(text: str, longest: int, seed: int = 1) -> list[str]:
    """``text`` cut at random places."""
    chance, found = random.Random(seed), []
    while text:
        length = chance.randint(1, longest)
        found.append(text[:length])
        text = text[length:]
    return found


def messages(text: str, longest: int = 12, *, closed: bool = True) -> list[Message]:
    """What a server sends while ``text`` arrives."""
    stream, css, found = Stream(), "", []
    steps: list[Callable[[], Any]] = [
        lambda piece=piece: stream.feed(piece) for piece in pieces(text, longest)
    ]
    for step in [*steps, stream.close] if closed else steps:
        message: Message = {"patches": step()}
        if stream.css != css:
            message["css"] = css = stream.css
        if message["patches"]:
            found.append(message)
    return found


@pytest.fixture
def page(lab: Lab) -> Page:
    """A page with a container, a stream into it, and a typesetter that draws at once."""
    opened = lab.open('<main id="box"></main>', HELPERS)
    opened.evaluate(OPEN)
    opened.evaluate(
        "() => { window.fake = new Fake(false); start(document, { typesetter: fake }); }"
    )
    return opened


# What is shown and what was said, after each message and at the end.
WALK = """([messages, wanted]) => {
  const values = new Map(), wrong = [];
  const compare = (said) => {
    const [shown, meant] = [plain(box().innerHTML), plain(said)];
    if (shown !== meant) wrong.push([shown, meant]);
  };
  for (const message of messages) {
    for (const { op, key, html } of message.patches) {
      if (op === "drop") values.delete(key);
      else values.set(key, op === "set" ? html : values.get(key) + html);
    }
    answer.apply(message);
    compare([...values.values()].join(""));
  }
  answer.close();
  compare(wanted);
  return wrong[0]; }"""

TEXT = r"""# Title $t$

First with $a$ and $b$, then $a$ again.

- one $c$
- two

  more $$d$$

| a | b |
|---|---|
| $e$ | x |

```python
x = "$no$"
```

> quoted $f$
> more

$$
g = \frac12
$$

End with \eqref{late}, and $h$.

$$ i \label{late} $$
"""


@pytest.mark.parametrize("longest", [1, 7, 60])
def test_at_every_moment_the_page_shows_what_was_said(page: Page, longest: int) -> None:
    """However it was cut: the values joined, and in the end the answer rendered at once."""
    assert page.evaluate(WALK, [messages(TEXT, longest), render(TEXT).html]) is None


@pytest.mark.parametrize("longest", [1, 5])
def test_traps_are_shown_as_one_rendering(page: Page, longest: int) -> None:
    """Lists that turn loose, late definitions, unclosed formulas, footnotes, raw HTML."""
    for text in TRAPS:
        page.evaluate(OPEN)
        found = page.evaluate(WALK, [messages(text, longest), render(text).html])
        assert found is None, text


NAMES = [
    pytest.param(path.stem, marks=() if path.stem == "proof.zh" else pytest.mark.heavy)
    for path in ANSWERS
]


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_shown_as_one_rendering(page: Page, root: Path, name: str) -> None:
    """Real answers, at every moment and in the end."""
    text = (root / "fixtures" / "answers" / f"{name}.md").read_text("utf-8")
    assert page.evaluate(WALK, [messages(text, 150), render(text).html]) is None
