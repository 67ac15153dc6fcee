"""HTML from elsewhere and growing answers: kept from translators until they are safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import MODES

SHIELD = """async ([html]) => {
  const { shield } = await import("./client/shield.js");
  const fragment = shield(document.createRange().createContextualFragment(html));
  return [[...fragment.querySelectorAll(".math")].map(e => [e.dataset.tex, e.classList.contains("display")]),
          fragment.textContent, [...fragment.querySelectorAll(".math")].map(e => e.className)]; }"""

FORMULAS = [
    (r"<p>We show \(a_1 < b\) holds.</p>", [["a_1 < b", False]]),
    (r"Of $x^2$, $y$ and $$E=mc^2$$.", [["x^2", False], ["y", False], ["E=mc^2", True]]),
    (r"\[ u \text{ if \(v\)} \] then", [[r"u \text{ if \(v\)}", True]]),
    (r"\begin{align}a\\&amp;b\end{align} x", [[r"\begin{align}a\\&b\end{align}", True]]),
    (r"$\text{$x$}$", [[r"\text{$x$}", False]]),
    (r"$5 and $x^2$ for $10", [["x^2", False]]),
    (r"from $5 to 10$ a head", []),
    (r"\$x\$ and \\(y\\) stay", []),
    (r"US$100, A$50", []),
    (r"<b>$a$</b><i title='$t$'>$b$</i>", [["a", False], ["b", False]]),
    (r"<code>$a$</code><pre>\(b\)</pre><kbd>$c$</kbd><i class=notranslate>$d$</i>", []),
    (r"<script>$a$</script><style>$b$</style><textarea>$c$</textarea>", []),
    (r"<i translate=no>$a$</i><span class='math inline' data-tex=q>$q$</span>", [["q", False]]),
    ("open \\(a\n\nb\\) over paragraphs", []),
    (r"$$ $$ \(\) \[ \]", []),
]


@pytest.mark.parametrize(("html", "formulas"), FORMULAS)
def test_formulas_are_found(stage: Callable[..., Any], html: str, formulas: list[Any]) -> None:
    """By the strict grammar's rules, never in code, attributes or what is marked already."""
    found, _, _ = stage().page.evaluate(SHIELD, [html])
    assert found == formulas


def test_text_around_stays(stage: Callable[..., Any]) -> None:
    """Nothing is lost, and guard spaces stand where the text has white space."""
    page = stage().page
    html = r"<p>a $x$ b<b>c </b>$y$,(\(z\)) \(w\)</p>"
    _, text, classes = page.evaluate(SHIELD, [html])
    assert text == r"a \(x\) bc \(y\),(\(z\)) \(w\)"
    marks = " notranslate"
    assert classes == [
        f"math inline math-sl math-sr{marks}",
        f"math inline math-sl{marks}",
        f"math inline{marks}",
        f"math inline math-sl{marks}",
    ]


def test_unclosed_openers_cost_little(stage: Callable[..., Any]) -> None:
    """Twice as many unclosed openers take about twice as long."""
    took = stage().page.evaluate(
        r"""async () => { const { shield } = await import("./client/shield.js");
        const once = n => { const p = document.createElement("p"); p.append("\\(a ".repeat(n));
          const start = Date.now(); shield(p); return Date.now() - start; };
        once(20000); return [once(20000), once(80000)]; }"""
    )
    assert took[1] < 12 * (took[0] + 20)


@pytest.mark.parametrize("mode", MODES)
def test_shielded_formulas_survive(stage: Callable[..., Any], mode: str) -> None:
    """An abstract from elsewhere, shielded before it is put in, is translated around its formulas."""
    found = stage().page.evaluate(
        r"""async (mode) => { const { shield } = await import("./client/shield.js");
        const html = String.raw`<p>We prove that $k_1$ in \(p + q\) grows; see <code>k_2</code>.</p>`;
        driver.html.foreign = ""; const fragment = document.createRange().createContextualFragment(html);
        const main = document.createElement("main"); document.body.append(main);
        const translator = translate(mode, "ka"); translator.start();
        const section = document.createElement("section"); section.append(shield(fragment));
        main.append(section); await world.advance(9000); translator.stop();
        const live = [...main.querySelectorAll("p")].at(-1);
        const found = [[...live.querySelectorAll(".math")].map(e => e.dataset.tex).sort(),
          /prove|grows/.test(live.textContent), live.querySelectorAll(".math-box.notranslate").length];
        main.remove(); world.forget(); document.documentElement.className = ""; return found; }""",
        mode,
    )
    boxes = 0 if mode == "edge-empty" else 2  # the client puts them back
    if mode == "google-clones":
        assert set(found[0]) == {"k_1", "p + q"}
        assert not found[1]
    else:
        assert found == [["k_1", "p + q"], False, boxes]


@pytest.mark.parametrize("mode", MODES)
def test_gated_tail_grows_unharmed_and_is_translated_when_opened(
    stage: Callable[..., Any], mode: str
) -> None:
    """No token is lost while an answer grows, and what takes its place is translated."""
    steps = [step for _ in range(15) for step in ("token", ["wait", 130])]
    assert stage().run(mode, "load", "release", "on", *steps, "finish", ["wait", 9000]) == []


def test_tail_without_a_gate_loses_tokens(stage: Callable[..., Any]) -> None:
    """The control: what the gate is for."""
    text = stage().page.evaluate(
        """async () => { const p = document.createElement("p"); document.body.append(p);
        p.append("first "); const translator = translate("twp", "ka"); translator.start();
        for (let n = 0; n < 9; n += 1) { p.firstChild.appendData("token "); await world.advance(60); }
        await world.advance(5000); translator.stop(); p.remove(); return p.textContent; }"""
    )
    assert len(text.split()) < 10


def test_gate_opens_by_a_new_element(stage: Callable[..., Any]) -> None:
    """Without new elements given, a copy without the marks takes the place of the gated one."""
    found = stage().page.evaluate(
        """async () => { const { gate, open } = await import("./client/shield.js");
        const p = gate(document.createElement("p")); p.append("x"); document.body.append(p);
        const before = p.outerHTML; const place = document.createElement("i"); p.after(place);
        open(p); const fresh = place.previousSibling; const after = fresh.outerHTML;
        fresh.remove(); place.remove(); return [before, after, fresh !== p]; }"""
    )
    assert found == [
        '<p class="notranslate" translate="no">x</p>',
        '<p class="">x</p>',
        True,
    ]
