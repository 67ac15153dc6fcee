"""The queue: near before far, nothing in vain, one formula's trouble is its own."""

from __future__ import annotations

from typing import Any

START = "() => { fake = new Fake(); stop = start(document, { typesetter: fake }) }"
FAR = '<div style="height: 5000px"></div>'


def test_far_formulas_wait_until_the_reader_comes(lab: Any) -> None:
    """A formula far below is not asked for; scrolling near it is what asks."""
    page = lab.open(lab.formula("near"), FAR, lab.formula("far"))
    page.evaluate(START)
    page.wait_for_function("fake.asked.length == 1")
    page.evaluate("fake.keep('near')")
    page.wait_for_selector("[data-tex=near][data-math=typeset]")
    lab.frames(page)
    assert page.evaluate("fake.asked") == ["near"]
    page.evaluate("scrollTo(0, 5000)")
    page.wait_for_function("fake.asked.includes('far')")
    page.evaluate("fake.keep('far')")
    page.wait_for_selector("[data-tex=far][data-math=typeset]")


def test_first_screen_comes_first_then_the_nearest(lab: Any) -> None:
    """From the middle of a page: what is in view in reading order, then by distance."""
    rows = [f'<p style="height:200px;margin:0">{lab.formula(f"x{row}")}</p>' for row in range(20)]
    page = lab.open(*rows)
    page.evaluate("scrollTo(0, 2000)")
    page.evaluate("() => { fake = new Fake(false); start(document, { typesetter: fake }) }")
    page.wait_for_function("document.querySelectorAll('[data-math=typeset]').length >= 9")
    lab.frames(page)
    asked = page.evaluate("fake.asked")
    assert asked[:3] == ["x10", "x11", "x12"]
    distance = {f"x{row}": max(0, row * 200 - 2600, 2000 - row * 200 - 20) for row in range(20)}
    assert [distance[tex] for tex in asked] == sorted(distance[tex] for tex in asked)
    assert "x0" not in asked


def test_what_is_in_view_is_shown_before_anything_else_is_drawn(lab: Any) -> None:
    """The first screen neither waits for what is only near nor shares its batch or its frame."""
    below = '<div style="height: 900px"></div>'
    page = lab.open(lab.formula("one"), " ", lab.formula("two"), below, lab.formula("near"))
    page.evaluate(
        """() => {
          shown = () => [...document.querySelectorAll("[data-math=typeset]")].length;
          fake = new Fake(false);
          const { draw } = fake;
          fake.draw = (wrapper) => {
            if (wrapper.dataset.tex === "near") [before, painted] = [shown(), frames];
            return draw.call(fake, wrapper);
          };
          frames = 0;
          document.addEventListener("mathward:typeset", () =>
            requestAnimationFrame(() => requestAnimationFrame(() => (frames += 1))), { once: true });
          start(document, { typesetter: fake });
        }"""
    )
    page.wait_for_selector("[data-tex=near][data-math=typeset]", state="attached")
    assert page.evaluate("[before, painted]") == [2, 1]


def test_the_frame_of_the_first_screen_owes_nothing_to_what_follows(lab: Any) -> None:
    """What is only near is prepared and drawn between frames, not before one is laid out."""
    below = '<div style="height: 900px"></div>'
    page = lab.open(lab.formula("one"), below, lab.formula("near"))
    page.evaluate(
        """() => { fake = new Fake(false); inFrame = false; late = [];
        document.body.append(ruler = document.createElement("div"));
        new ResizeObserver(() => inFrame = false).observe(ruler); // the last step of a frame
        const frame = () => { inFrame = true;
          ruler.style.height = `${1 + ruler.offsetHeight % 2}px`;
          requestAnimationFrame(frame); };
        const { draw } = fake;
        fake.draw = (wrapper) => { late.push(inFrame); return draw.call(fake, wrapper); };
        fake.prepare = (wrappers) => late.push(inFrame);
        addEventListener("mathward:typeset", () => (late.length = 0, frame()), { once: true });
        start(document, { typesetter: fake }) }"""
    )
    page.wait_for_selector("[data-tex=near][data-math=typeset]")
    assert page.evaluate("late") == [False, False]


def test_formulas_are_found_by_their_paragraph(lab: Any) -> None:
    """Whatever holds them: a paragraph, one taller than the window, an element without a box."""
    page = lab.open(
        f"<p>{lab.formula('a')} {lab.formula('b')}</p>",
        f'<div style="display: contents">{lab.formula("c")}</div>',
        f"<div>{lab.formula('d')}{FAR}{lab.formula('far')}</div>",
    )
    page.evaluate("() => { fake = new Fake(false); start(document, { typesetter: fake }) }")
    for tex in "abcd":
        page.wait_for_selector(f"[data-tex={tex}][data-math=typeset]")
    lab.frames(page)
    assert page.evaluate("fake.asked") == ["a", "b", "c", "d"]


def test_a_paragraph_that_moves_is_found_again(lab: Any) -> None:
    """A formula that gets another parent is typeset where that is."""
    page = lab.open(FAR, f'<p id="far">{lab.formula("x")}</p>')
    page.evaluate("() => { fake = new Fake(false); start(document, { typesetter: fake }) }")
    lab.frames(page)
    assert page.evaluate("fake.asked") == []
    page.evaluate(
        "() => { const p = document.createElement('p');"
        " document.body.prepend(p); p.append(document.querySelector('.math')) }"
    )
    page.wait_for_selector("[data-tex=x][data-math=typeset]")


def test_what_leaves_before_its_turn_waits(lab: Any) -> None:
    """A formula that scrolled away while another was typeset is asked for on return only."""
    page = lab.open(lab.formula("first"), " ", lab.formula("second"), FAR, lab.formula("far"))
    page.evaluate(START)
    page.wait_for_function("fake.asked.length == 1")
    page.evaluate("scrollTo(0, 5000)")
    lab.frames(page)
    page.evaluate("fake.keep('first')")
    page.wait_for_function("fake.asked.length == 2")
    assert page.evaluate("fake.asked") == ["first", "far"]
    page.evaluate("fake.keep('far')")
    page.wait_for_selector("[data-tex=far][data-math=typeset]")
    lab.frames(page)
    assert lab.states(page) == {"first": "typeset", "second": None, "far": "typeset"}
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_function("fake.asked.includes('second')")


def test_bad_formula_takes_no_other_along(lab: Any) -> None:
    """One that is refused shows what was there and the reason and tells; the next is drawn."""
    page = lab.open(lab.formula("bad"), " ", lab.formula("good"))
    page.evaluate(
        "() => { told = []; addEventListener('mathward:failed', e => told.push(e.detail));"
        " addEventListener('mathward:typeset', e => told.push(e.detail.tex)) }"
    )
    page.evaluate(START)
    page.wait_for_function("fake.asked.length == 1")
    page.evaluate("fake.refuse('bad', 'Missing close brace')")
    page.wait_for_function("fake.asked.length == 2")
    page.evaluate("fake.keep('good')")
    page.wait_for_selector("[data-tex=good][data-math=typeset]")
    assert lab.states(page) == {"bad": "failed", "good": "typeset"}
    bad = page.locator("[data-tex=bad] > .math-box")
    assert bad.locator("math").is_visible()
    assert bad.get_attribute("data-reason") == "Missing close brace"
    assert page.evaluate("told") == [{"tex": "bad", "reason": "Missing close brace"}, "good"]


def test_failure_of_the_machine_is_told_once(lab: Any) -> None:
    """If nothing can be typeset the MathML stays, without marks, and the console has one line."""
    page = lab.open(lab.formula("a"), " ", lab.formula("b"))
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text))
    page.evaluate(START)
    for tex in "ab":
        page.wait_for_function("tex => fake.asked.includes(tex)", arg=tex)
        page.evaluate("tex => fake.collapse(tex, 'no network')", tex)
    page.wait_for_selector("[data-tex=b][data-math=failed]")
    assert lab.states(page) == {"a": "failed", "b": "failed"}
    assert page.locator("[data-reason]").count() == 0
    assert page.locator("math:visible").count() == 2
    assert lines == ["mathward: formulas stay as they are: Error: no network"]


def test_typeset_all_leaves_nothing(lab: Any) -> None:
    """`typesetAll` typesets what is far away, too, and resolves when all is done."""
    page = lab.open(lab.formula("near"), FAR, lab.formula("far"), lab.formula("w99", display=True))
    page.evaluate("() => { fake = new Fake(false); start(document, { typesetter: fake }) }")
    page.evaluate("() => typesetAll()")
    assert set(lab.states(page).values()) == {"typeset"}


def test_printing_typesets_what_is_loaded_at_once(lab: Any) -> None:
    """When the page is printed, far formulas are drawn before the handler returns."""
    page = lab.open(lab.formula("near"), FAR, lab.formula("far"))
    page.evaluate(START)
    page.evaluate("() => { fake.atOnce = true; dispatchEvent(new Event('beforeprint')) }")
    assert lab.states(page) == {"near": "typeset", "far": "typeset"}


def test_stop_ends_it(lab: Any) -> None:
    """After the stop function nothing is typeset any more; what is typeset stays."""
    page = lab.open(lab.formula("near"), FAR, lab.formula("far"))
    page.evaluate("() => { fake = new Fake(false); stop = start(document, { typesetter: fake }) }")
    page.wait_for_selector("[data-tex=near][data-math=typeset]")
    page.evaluate("() => { stop(); scrollTo(0, 5000) }")
    lab.frames(page)
    page.evaluate("() => document.body.append(document.querySelector('.math').cloneNode(true))")
    lab.frames(page)
    assert page.evaluate("fake.asked") == ["near"]
    assert lab.states(page) == {"near": "typeset", "far": None}


def test_redrawing_shows_the_old_drawing_until_the_new_one_is_there(lab: Any) -> None:
    """When a setting changes, formulas are drawn anew without going back to the source."""
    page = lab.open(lab.formula("x"))
    page.evaluate(START)
    page.wait_for_function("fake.asked.length == 1")
    page.evaluate("fake.keep('x')")
    page.wait_for_selector("[data-math=typeset]")
    page.evaluate("() => { old = document.querySelector('.fake'); fake.redraw() }")
    page.wait_for_function("fake.asked.length == 2")
    assert page.evaluate("old.isConnected && old.checkVisibility()")
    page.evaluate("fake.keep('x')")
    page.wait_for_function("!old.isConnected")
    assert page.locator(".fake").count() == 1
    assert lab.states(page) == {"x": "typeset"}
