"""The themes in a real browser: nothing sticks out, everything can be read, at each width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from renderer import Options, render_page
from renderer.browser.session import Tab

OpenPage = Callable[..., Tab]

THEMES = ("plain", "paper")
SCHEMES = ("light", "dark")
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
ANSWERS = sorted((Path(__file__).resolve().parents[2] / "fixtures" / "answers").glob("*.md"))

LONG = "a_very_long_name_without_any_place_to_break_it_" * 3
WIDE = " + ".join(rf"\frac{{a_{{{n}}}}}{{b_{{{n}}}}}" for n in range(30))
INLINE = " + ".join(rf"\frac{{a_{{{n}}}}}{{b_{{{n}}}}}" for n in range(18))  # wider than a column
EVERYTHING = rf"""---
title: 线性注意力的“几何”：$QK^\top$
author: 林溪
date: 2026-03-14
tags: [注意力机制, 线性代数]
---
其中$n\gg d$，*着重*、**加粗**、`code`、<kbd>Ctrl</kbd>、<mark>标记</mark>、
<ins>添</ins>、~~删~~[^1]。

## 宽的东西

{LONG} `{LONG}` https://example.org/{LONG} ${INLINE}$

$$ {WIDE} $$

\begin{{equation}} {WIDE} \tag{{7}} \end{{equation}}

\[ \ce{{{LONG}}} \]

| 方法 | 复杂度 | 显存 | {LONG} |
|:-----|:------:|-----:|--------|
| 标准 | $n^2$  | 512  | 需要完整的分数矩阵，所以很慢 |

```python
class A(B):
    '''线性''' + f"{{x}}"  # 注释 {LONG}
    def f(self) -> int: return 1.5
```

### 列表

1. 一
   - 二
     - 三 $${WIDE}$$
- [x] 做完
- [ ] 没做

> 引用 $x$
> > 再引用

## 提示

> [!NOTE]
> 注 [链接](https://example.org)

> [!TIP]
> 技巧

> [!IMPORTANT]
> 重要

> [!WARNING]
> 警告

> [!CAUTION]
> 小心

<details open><summary>展开</summary>

里面 ![图](https://example.org/{LONG}.png)

</details>

# 又一个题

##### 五级

---

[^1]: 脚注 $x$
"""

# The page's own text, with the colour it has and the ground it stands on, composed from all
# layers below it by the browser itself: a canvas understands every notation of colours.
WEAK_TEXT = """() => {
  const context = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const pixel = layers => {
    context.clearRect(0, 0, 1, 1);
    for (const layer of layers) { context.fillStyle = layer; context.fillRect(0, 0, 1, 1); }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const weak = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  for (let text; (text = texts.nextNode());) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.getClientRects().length) continue;
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      layers.unshift(getComputedStyle(e).backgroundColor);
    }
    const ground = light(pixel(layers));
    const ink = light(pixel([...layers, getComputedStyle(element).color]));
    const ratio = (Math.max(ground, ink) + .05) / (Math.min(ground, ink) + .05);
    seen++;
    if (ratio < 4.5) weak.push([text.data.trim().slice(0, 30), ratio.toFixed(2)]);
  }
  return [seen, weak];
}"""

# Where lines begin with closing punctuation or end with an opening bracket, beside a formula.
BAD_BREAKS = r"""() => {
  const bad = [];
  let lines = 0;
  for (const box of document.querySelectorAll('.math.inline > .math-box')) {
    const edge = (node, at) => {
      if (node?.nodeType !== 3 || !node.data) return null;
      const range = document.createRange();
      const start = at < 0 ? node.data.length - 1 : 0;
      range.setStart(node, start);
      range.setEnd(node, start + 1);
      return [range.toString(), range.getBoundingClientRect()];
    };
    const own = box.getBoundingClientRect();
    const after = edge(box.parentNode.nextSibling, 0);
    const before = edge(box.parentNode.previousSibling, -1);
    if (after && after[1].left < own.left) {
      lines++;
      if (/[、，。；：）”,.;:)]/.test(after[0])) bad.push('|' + after[0]);
    }
    if (before && before[1].left > own.left) {
      lines++;
      if (/[（“(]/.test(before[0])) bad.push(before[0] + '|');
    }
  }
  return [lines, bad];
}"""

OVERFLOWING = """() => [...document.querySelectorAll('pre, table, .math-box')]
  .filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => [e.localName, getComputedStyle(e).overflowX])"""


def write(folder: Path, text: str, theme: str, **options: Any) -> Path:
    """A page of ``text`` without script, as it reads everywhere."""
    target = folder / "page.html"
    target.write_text(render_page(text, Options(**options), theme=theme), "utf-8")
    return target


def everything(folder: Path, theme: str) -> Path:
    return write(folder, EVERYTHING, theme, front_matter=True)


def page_width(tab: Tab) -> int:
    width: int = tab.page.evaluate("document.documentElement.scrollWidth")
    return width


@pytest.mark.parametrize("theme", THEMES)
def test_page_never_scrolls_sideways(open_page: OpenPage, tmp_path: Path, theme: str) -> None:
    """Whatever is wider than the window scrolls in its own box, and nothing of it is cut off."""
    tab = open_page(everything(tmp_path, theme))
    for width in (320, 390, 800, 1280):
        tab.page.set_viewport_size({"width": width, "height": 800})
        assert page_width(tab) == width
        scrolling = tab.page.evaluate(OVERFLOWING)
        assert {name for name, _ in scrolling} >= {"pre", "table", "div"}, width
        assert {overflow for _, overflow in scrolling} <= {"auto", "visible"}, width


@pytest.mark.parametrize("theme", THEMES)
def test_answers_fit_a_phone(open_page: OpenPage, tmp_path: Path, theme: str) -> None:
    """Real answers stay within 320 px, without any script."""
    tab = open_page(viewport=PHONE)
    widths = {}
    for answer in ANSWERS:
        tab.open(write(tmp_path, answer.read_text("utf-8"), theme))
        widths[answer.stem] = page_width(tab)
    assert widths == dict.fromkeys(widths, PHONE["width"])
    assert len(widths) >= 14


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_has_enough_contrast(
    open_page: OpenPage, tmp_path: Path, theme: str, scheme: str
) -> None:
    """Every text on the page, tinted boxes included, has 4.5 to 1 against what it stands on."""
    tab = open_page(everything(tmp_path, theme), color_scheme=scheme, viewport=DESK)
    seen, weak = tab.page.evaluate(WEAK_TEXT)
    assert seen > 100
    assert weak == []


@pytest.mark.parametrize("theme", THEMES)
def test_scheme_of_the_reader_is_followed(open_page: OpenPage, tmp_path: Path, theme: str) -> None:
    """Light readers get dark ink on light ground, dark ones the reverse, paper always light."""
    page = everything(tmp_path, theme)
    script = "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
    tab = open_page(page, color_scheme="dark")
    assert max(tab.page.evaluate(script)) < 64
    tab.page.emulate_media(media="print")
    assert min(tab.page.evaluate(script)) > 240
    assert min(open_page(page, color_scheme="light").page.evaluate(script)) > 240


@pytest.mark.parametrize("theme", THEMES)
def test_forced_colours_keep_the_boxes(open_page: OpenPage, tmp_path: Path, theme: str) -> None:
    """Where the system takes grounds away, code and alerts are told apart by a border."""
    tab = open_page(everything(tmp_path, theme), forced_colors="active")
    for selector in ("pre", "p > code", ".markdown-alert"):
        script = "s => getComputedStyle(document.querySelector(s)).borderTopStyle"
        assert tab.page.evaluate(script, selector) == "solid", selector


@pytest.mark.parametrize("theme", THEMES)
def test_table_that_scrolls_is_still_a_table(
    open_page: OpenPage, tmp_path: Path, theme: str
) -> None:
    """display:block takes no role away, and the keyboard reaches what lies outside the box."""
    tab = open_page(everything(tmp_path, theme), viewport=PHONE)
    session = tab.page.context.new_cdp_session(tab.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in nodes if not node["ignored"]]
    assert roles.count("table") == 1
    assert roles.count("columnheader") == roles.count("cell") == 4
    reached = set()
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        reached.add(tab.page.evaluate("document.activeElement.localName"))
    assert {"table", "pre", "a", "summary"} <= reached


@pytest.mark.parametrize("theme", THEMES)
def test_no_line_begins_with_a_comma(open_page: OpenPage, tmp_path: Path, theme: str) -> None:
    """Punctuation stays beside its formula at any width, in Chinese and in English."""
    chinese = "当$n=8$、$d=64$时，有（$k=2$），其中$x\\le y$。因此“$y<z$”成立；$z$是常数。"
    english = "If $n=8$, then ($k=2$) holds; with $x \\le y$ fixed and $d=64$. Also ($y$)."
    tab = open_page(write(tmp_path, f"{chinese * 6}\n\n{english * 6}\n", theme))
    broken = 0
    for width in range(280, 700, 20):
        tab.page.set_viewport_size({"width": width, "height": 600})
        lines, bad = tab.page.evaluate(BAD_BREAKS)
        broken += lines
        assert bad == [], width
    assert broken > 30, "lines do break beside formulas"


@pytest.mark.parametrize("theme", THEMES)
def test_equation_number_stands_at_the_edge(
    open_page: OpenPage, tmp_path: Path, theme: str
) -> None:
    """The number is at the end of its line, the formula in the middle, on the same height."""
    text = "Text.\n\n$$E = mc^2 \\tag{3}$$\n"
    tab = open_page(write(tmp_path, text, theme), viewport=DESK)
    rect = "s => document.querySelector(s).getBoundingClientRect().toJSON()"
    number, formula, line = (tab.page.evaluate(rect, s) for s in (".math-num", "math", "p"))
    assert abs(number["right"] - line["right"]) < 2
    middle = (line["left"] + line["right"]) / 2
    assert abs((formula["left"] + formula["right"]) / 2 - middle) < 2
    assert number["top"] < (formula["top"] + formula["bottom"]) / 2 < number["bottom"]


def test_contents_stand_beside_the_text_where_there_is_room(
    open_page: OpenPage, tmp_path: Path
) -> None:
    """On a desk the contents are open beside the article and stay in view; on a phone, folded."""
    page = everything(tmp_path, "paper")
    desk = open_page(page, viewport=DESK)
    entry = desk.page.locator(".contents a").first
    assert entry.is_visible()
    article = desk.page.locator("article").bounding_box()
    contents = desk.page.locator(".contents details").bounding_box()
    assert article
    assert contents
    assert contents["x"] >= article["x"] + article["width"]
    desk.page.evaluate("scrollTo(0, 900)")
    assert entry.is_visible()
    assert desk.page.locator(".contents details").bounding_box()["y"] >= 0  # type: ignore[index]

    phone = open_page(page, viewport=PHONE)
    entry = phone.page.locator(".contents a").first
    assert not entry.is_visible()
    phone.page.locator(".contents summary").click()
    assert entry.is_visible()
    entry.click()
    assert phone.page.evaluate("document.querySelector(':target').localName") == "h2"


def test_paper_has_neither_contents_nor_scroll_boxes(open_page: OpenPage, tmp_path: Path) -> None:
    """In print nothing is hidden in a box that paper cannot scroll."""
    tab = open_page(everything(tmp_path, "paper"), viewport=DESK)
    tab.page.emulate_media(media="print")
    assert not tab.page.locator(".contents").is_visible()
    hidden = [e for e in tab.page.evaluate(OVERFLOWING) if e[1] != "visible"]
    assert hidden == []
