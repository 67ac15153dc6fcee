"""Copying a selection gives TeX between its delimiters and the prose as it is."""

from __future__ import annotations

from typing import Any

COPY = r"""(select) => { const range = new Range(); (new Function("range", select))(range);
  getSelection().removeAllRanges(); getSelection().addRange(range);
  const data = new DataTransfer();
  const kind = { clipboardData: data, bubbles: true, cancelable: true };
  const event = new ClipboardEvent("copy", kind);
  document.body.dispatchEvent(event);
  return { taken: event.defaultPrevented, text: data.getData("text/plain"),
    html: data.getData("text/html") }; }"""
START = "() => { start(document, { typesetter: new Fake(false) }); return typesetAll() }"


def text(lab: Any) -> tuple[str, ...]:
    return (
        "<p id=a>When ",
        lab.formula("a < b"),
        " holds, <b>then</b></p>",
        lab.formula("E=mc^2", display=True),
        lab.formula(r"\begin{align}x\end{align}", display=True),
        "<p id=b>follows.</p>",
    )


def test_selection_across_formulas(lab: Any) -> None:
    r"""Inline formulas become \(..\), displays \[..\] or their environment on their own lines."""
    page = lab.open(*text(lab))
    page.evaluate(START)
    copied = page.evaluate(COPY, "range.setStart(a.firstChild, 5); range.setEnd(b.firstChild, 7)")
    lines = [line for line in copied["text"].splitlines() if line.strip()]
    assert lines == [
        r"\(a < b\) holds, then",
        r"\[E=mc^2\]",
        r"\begin{align}x\end{align}",
        "follows",
    ]
    assert r"\(a &lt; b\)" in copied["html"]
    assert "<b>then</b>" in copied["html"]
    assert "math" not in copied["html"].replace("translate", "")


def test_part_of_a_formula_is_the_formula(lab: Any) -> None:
    """A selection that begins inside a formula takes it whole, pending ones too."""
    page = lab.open(*text(lab))
    copied = page.evaluate(
        "(copy) => { start(document, { typesetter: new Fake() }); return eval(copy)("
        "'range.setStart(a.querySelector(\"mi\").firstChild, 1); range.setEnd(a.lastChild, 1)') }",
        COPY,
    )
    assert copied["text"].strip() == r"\(a < b\) holds, then"


def test_selection_without_formulas_is_the_browsers(lab: Any) -> None:
    """Prose alone is left to the browser."""
    page = lab.open(*text(lab))
    page.evaluate(START)
    copied = page.evaluate(COPY, "range.selectNodeContents(b)")
    assert copied == {"taken": False, "text": "", "html": ""}


def test_copying_leaves_no_trace(lab: Any) -> None:
    """The page is the same after copying, and its formulas too."""
    page = lab.open(*text(lab))
    page.evaluate(START)
    before = page.evaluate("document.body.innerHTML")
    page.evaluate(COPY, "range.selectNodeContents(document.body)")
    lab.frames(page)
    assert page.evaluate("document.body.innerHTML") == before
