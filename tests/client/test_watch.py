"""What others do to the page: clones are adopted, damage is put right, fights end."""

from __future__ import annotations

from typing import Any

import pytest

START = "() => { fake = new Fake(false); start(document, { typesetter: fake }) }"
AT_ONCE = "() => { fake = new Fake(); fake.atOnce = true; start(document, { typesetter: fake }) }"
TYPESET = "[data-tex=x][data-math=typeset] > .math-box > .fake"
INTACT = """() => [...document.querySelectorAll(".math")].every(each =>
  each.dataset.math === "typeset" && each.firstChild.nodeType === Node.COMMENT_NODE &&
  each.querySelectorAll(":scope > .math-box.notranslate[translate=no] > math").length === 1 &&
  each.querySelectorAll(":scope > .math-box > .fake[aria-hidden=true] > b").length === 1 &&
  each.textContent.trim() === each.querySelector("math").textContent.trim())"""


def test_appended_formulas_are_typeset(lab: Any) -> None:
    """What a script appends later is typeset like the rest, alone or deep inside."""
    page = lab.open(lab.formula("x"))
    page.evaluate(START)
    page.wait_for_selector(TYPESET)
    page.evaluate(
        "html => document.body.insertAdjacentHTML('beforeend', html)",
        f"<ul><li>{lab.formula('inside')}</ul>{lab.formula('alone')}",
    )
    page.wait_for_function("document.querySelectorAll('[data-math=typeset]').length == 3")


def test_clones_are_adopted(lab: Any) -> None:
    """A clone of a typeset formula is drawn already, a clone of a pending one will be."""
    page = lab.open(lab.formula("x"))
    page.evaluate(
        "() => { fake = new Fake(); start(document, { typesetter: fake });"
        " document.body.append(document.querySelector('.math').cloneNode(true)) }"
    )
    for _ in range(2):
        page.wait_for_function("fake.promises.size == 1")
        page.evaluate("() => { fake.keep('x'); fake.promises.clear() }")
    page.wait_for_function("document.querySelectorAll('[data-math=typeset]').length == 2")
    page.evaluate("() => document.body.append(document.querySelector('.math').cloneNode(true))")
    lab.frames(page)
    assert page.evaluate("fake.asked.length") == 2
    page.evaluate("() => { fake.patient = false; document.body.lastChild.innerHTML = '' }")
    page.wait_for_function(INTACT)


@pytest.mark.parametrize(
    "damage",
    [
        "wrapper.innerHTML = ''",
        "wrapper.querySelector('.math-box').innerHTML = ''",
        "wrapper.querySelector('.math-box').textContent = 'translated'",
        "wrapper.querySelector('.math-box').remove()",
        "wrapper.querySelector('.fake').remove()",
        "wrapper.querySelector('.fake').innerHTML = 'translated'",
        "wrapper.querySelector('.fake b').append('translated')",
        "wrapper.querySelector('mi').firstChild.data = 'translated'",
        "wrapper.querySelector('math').innerHTML = '<font>translated</font>'",
        "wrapper.replaceChildren(...[...wrapper.querySelectorAll('*')].reverse())",
    ],
)
def test_damage_is_put_right_before_the_next_frame(lab: Any, damage: str) -> None:
    """Whatever is done to a typeset formula's inside is undone before anyone can see it."""
    page = lab.open(lab.formula("x"))
    page.evaluate(AT_ONCE)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(INTACT)
    healed = f"""async () => {{
      const wrapper = document.querySelector(".math"); {damage};
      await new Promise(requestAnimationFrame);
      return ({INTACT})() && !document.body.innerText.includes("translated"); }}"""
    assert page.evaluate(healed)


@pytest.mark.parametrize("damage", ["''", "'translated'"])
def test_pending_formula_that_is_damaged_shows_its_tex(lab: Any, damage: str) -> None:
    """Emptied or altered before its turn, a formula far below shows TeX and is typeset later."""
    far = '<div style="height: 5000px"></div>'
    page = lab.open(far, lab.formula("x"), lab.formula("y", display=True))
    page.evaluate("() => { fake = new Fake(false); start(document, { typesetter: fake }) }")
    page.evaluate(f"() => document.querySelectorAll('.math').forEach(e => e.innerHTML = {damage})")
    lab.frames(page)
    assert page.locator(".math").all_inner_texts() == [r"\(x\)", r"\[y\]"]
    assert page.get_by_role("math").count() == 2
    page.evaluate("() => typesetAll()")
    assert page.evaluate(INTACT)


def test_formula_that_was_emptied_before_the_script_came(lab: Any) -> None:
    """A wrapper found empty at the start is typeset all the same."""
    page = lab.open(lab.formula("x", inner=""), '<span class="math inline" data-tex="y"></span>')
    page.evaluate(START)
    page.wait_for_function(INTACT)


def test_fight_ends_and_the_drawing_has_the_last_word(lab: Any) -> None:
    """Someone who empties a formula again and again is answered a few times only, then less."""
    page = lab.open(lab.formula("x"))
    page.evaluate(AT_ONCE)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    rounds = page.evaluate(
        """async () => {
          const box = () => document.querySelector(".math-box"); let rounds = 0;
          while (box().querySelector(".fake") && rounds < 50) {
            rounds += 1; box().innerHTML = ""; await Promise.resolve();
          }
          return rounds; }"""
    )
    assert rounds == 4
    page.wait_for_function(INTACT)


def test_formulas_that_are_taken_away_are_forgotten(lab: Any) -> None:
    """What leaves the page before its turn is never drawn; put back, it is."""
    page = lab.open(lab.formula("stays"), " ", lab.formula("goes"))
    page.evaluate("() => { fake = new Fake(); start(document, { typesetter: fake }) }")
    page.wait_for_function("fake.asked.length == 1")
    page.evaluate("() => { goes = document.querySelector('[data-tex=goes]'); goes.remove() }")
    lab.frames(page)
    page.evaluate("fake.keep('stays')")
    page.wait_for_selector("[data-tex=stays][data-math=typeset]")
    lab.frames(page)
    assert page.evaluate("fake.asked") == ["stays"]
    page.evaluate("() => document.body.append(goes)")
    page.wait_for_function("fake.asked.length == 2")


def test_moved_formula_keeps_its_drawing(lab: Any) -> None:
    """A block that the page moves keeps its very nodes."""
    page = lab.open(f"<p>{lab.formula('x')}</p><p id=end></p>")
    page.evaluate(START)
    page.wait_for_selector(TYPESET)
    page.evaluate(
        "() => { node = document.querySelector('.fake');"
        " document.querySelector('#end').append(document.querySelector('.math')) }"
    )
    lab.frames(page)
    assert page.evaluate("node.isConnected && fake.asked.length == 1")
