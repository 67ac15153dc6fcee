"""The harness for real translators can tell damage from translation, and behaves as they do."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from renderer.browser.session import open_tab

BENCH = Path(__file__).resolve().parents[1] / "bench" / "translators"
MODULES = (
    "domtranslator",
    "engine",
    "firefox",
    "judge",
    "marionette",
    "moments",
    "pages",
    "report",
)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The harness's modules by name, which stand beside each other and belong to no package."""
    monkeypatch.syspath_prepend(BENCH)
    yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


def _formula(**changes: Any) -> dict[str, Any]:
    plain = {"tex": "x", "drawing": "<b>", "read": "1 math", "block": 0, "path": "", "letters": 2}
    gaps = [{"spaced": True, "seen": True}, None]
    return {**plain, "gaps": gaps, **changes}


def _page(*formulas: dict[str, Any], prose: str = "ab cd") -> dict[str, Any]:
    return {"formulas": list(formulas), "blocks": [{"name": "p", "prose": prose}]}


@pytest.mark.parametrize(
    "damage",
    [
        {"tex": "y"}, {"drawing": "<i>"}, {"read": "translated"}, {"block": 1}, {"path": "a"}, {"letters": 3},
    ],
)  # fmt: skip
def test_a_damaged_or_moved_formula_is_lost(bench: dict[str, Any], damage: dict[str, Any]) -> None:
    """Whatever of a formula differs from the untranslated page, it counts as lost."""
    judge = bench["judge"]
    prose = (
        "".join(map(judge.expected_letter, "ab")) + " " + "".join(map(judge.expected_letter, "cd"))
    )
    good = judge.judge(_page(_formula()), _page(_formula(), prose=prose))
    bad = judge.judge(_page(_formula()), _page(_formula(**damage), prose=prose))
    assert (good.formulas, good.wrong) == ((1, 1), [])
    assert bad.formulas == (0, 1)
    assert bad.wrong


def test_a_formula_shown_twice_is_found(bench: dict[str, Any]) -> None:
    """A second copy of a formula is an error, though the first is whole."""
    before, after = _page(_formula()), _page(_formula(), _formula(letters=4))
    assert bench["judge"].judge(before, after).wrong


@pytest.mark.parametrize("prose", ["ab cd", "", "აბ"])
def test_prose_left_or_lost_is_found(bench: dict[str, Any], prose: str) -> None:
    """A block that is not translated, or not all of it, does not count."""
    score = bench["judge"].judge(_page(_formula()), _page(_formula(), prose=prose))
    assert score.blocks == (0, 1)


def test_the_order_of_words_counts_only_where_the_model_keeps_it(bench: dict[str, Any]) -> None:
    """Words in another order are damage, unless the model is one that reorders them."""
    judge = bench["judge"]
    before, after = _page(prose="ab"), _page(prose="".join(map(judge.expected_letter, "ba")))
    assert judge.judge(before, after).blocks == (0, 1)
    assert judge.judge(before, after, reordered=True).blocks == (1, 1)


def test_a_gap_that_closed_is_found(bench: dict[str, Any]) -> None:
    """A formula that touches the word beside it is reported where the source has a space."""
    before = _page(_formula())
    after = _page(_formula(gaps=[{"spaced": True, "seen": False}, None]))
    assert bench["judge"].judge(before, after).gaps == (0, 1)


def test_restoring_is_compared_to_the_letter(bench: dict[str, Any]) -> None:
    """A single space that did not come back is reported."""
    restored = bench["judge"].restored
    assert restored(_page(_formula()), _page(_formula())) == []
    assert restored(_page(_formula()), _page(_formula(), prose="ab  cd"))


def test_a_control_that_loses_nothing_is_a_finding(bench: dict[str, Any]) -> None:
    """A harness that finds no damage on an unmarked page does not pass."""
    moments, judge, report = bench["moments"], bench["judge"], bench["report"]
    run = moments.Run("E 1", "control", "after", "identity", True, judge.Score(formulas=(3, 3)))
    assert report.findings([run])
    run.score.formulas = (1, 3)
    assert report.findings([run]) == []


def test_results_replace_those_between_the_marks(bench: dict[str, Any], tmp_path: Path) -> None:
    """What is written by hand around the results stays."""
    page = tmp_path / "page.md"
    begin, end = bench["report"].MARKS
    page.write_text(f"before\n{begin}\nold\n{end}\nafter\n", "utf-8")
    bench["report"].write(page, "new")
    assert page.read_text("utf-8") == f"before\n{begin}\n\nnew\n{end}\nafter\n"


def test_the_control_has_the_tex_of_every_formula(bench: dict[str, Any]) -> None:
    """The unmarked page differs from ours in the wrappers alone."""
    from renderer import render

    html = bench["pages"].as_tex(render("A *b $x<y$* c\n\n$$z$$\n"))
    assert html == "<p>A <em>b \\(x&lt;y\\)</em> c</p>\n\\[z\\]\n"


def _evaluate(browser: Any, scripts: tuple[str, ...], call: str, argument: Any) -> Any:
    text = "".join((BENCH / name).read_text("utf-8") for name in scripts)
    with open_tab(browser) as tab:
        return tab.page.evaluate(f"(argument) => {{ {text}\nreturn {call}; }}", argument)


def _model(text: str, judge: Any) -> str:
    return "".join(judge.expected_letter(c) if c.isalpha() else c for c in text)


@pytest.mark.parametrize(
    ("alignment", "html", "expected"),
    [
        ("identity", "a <b>c d</b> e", "{a} <b>{c} {d}</b> {e}"),
        ("identity", "a <i><!----></i>c", "{a} <i><!----></i>{c}"),
        ("identity", "a<b>c</b>d", "{a} <b>{c}</b> {d}"),
        # Both spaces come before the code, as in Firefox: the break put there is taken out again.
        ("identity", "a <code>x y</code> c", "{a}  <code>x y</code>{c}"),
        ("reversed", "a <b>c</b> d e", "{e} {d} <b>{c}</b> {a}"),
        ("rotated", "a <b>c</b> d", "<b>{c}</b> {d} {a}"),
        ("first", "a <b>c</b> d", "{a} {c} {d}<b></b>"),
        ("identity", "中<b>文</b>字", "{中} <b>{文}</b> {字}"),
    ],
)
def test_markup_is_put_back_by_alignment(
    bench: dict[str, Any], browser: Any, alignment: str, html: str, expected: str
) -> None:
    """Tags follow the words that they stood on; what has no words is put in where it is passed."""
    call = f"translatedHTML(argument, {alignment!r})"
    found = _evaluate(browser, ("letters.js", "bergamot.js"), call, html)
    letters = {c: bench["judge"].expected_letter(c) for c in html if c.isalpha()}
    assert found == expected.format_map(letters)


def test_the_inventory_says_where_a_formula_stands(bench: dict[str, Any], browser: Any) -> None:
    """Block, elements between, letters before, and the gaps on both sides."""
    pages = bench["pages"]
    box = '<span class="math-box"><math></math><i class="math-drawing">x</i></span>'
    formula = f'<span class="math" data-tex="x" translate="no">{box}</span>'
    html = f"<p>one</p><p>two <a>and {formula}three</a> <code>c</code></p>"
    selectors = {
        "formula": pages.OURS.formula, "drawing": pages.OURS.drawing,
        "pending": pages.OURS.pending, "optedOut": pages.OPTED_OUT,
    }  # fmt: skip
    call = f"(document.body.innerHTML = {html!r}, inventory(argument))"
    found = _evaluate(browser, ("page.js",), call, selectors)
    assert [block["prose"] for block in found["blocks"]] == ["one", "two and three "]
    (formula_found,) = found["formulas"]
    place = {key: formula_found[key] for key in ("tex", "read", "block", "path", "letters")}
    assert place == {"tex": "x", "read": "1 math", "block": 1, "path": "a", "letters": 6}
    assert formula_found["gaps"] == [
        {"spaced": True, "seen": True}, {"spaced": False, "seen": False},
    ]  # fmt: skip


def test_the_page_translate_me_tells_what_a_translator_did(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, browser: Any
) -> None:
    """The panel sees fonts around the words, other words, and a formula that was damaged."""
    monkeypatch.syspath_prepend(BENCH)
    module = importlib.import_module("translate_me")
    pages = importlib.import_module("pages")
    page = module.prepare(tmp_path, [])[0]
    with pages.serving(tmp_path) as server, open_tab(browser) as tab:
        tab.open(server.url(page))
        click, said = tab.page.get_by_role("button"), tab.page.locator(".translate-me pre")
        click.nth(0).click()
        tab.page.wait_for_function("() => document.querySelector('.translate-me pre').textContent")
        tab.page.evaluate(
            """() => {
              const text = document.querySelector("main p").firstChild;
              const font = document.createElement("font");
              font.textContent = "Soit ";
              text.replaceWith(font);
              document.querySelector(".math[data-tex]").remove(); }"""
        )
        click.nth(1).click()
        said.filter(has_text="Translated").wait_for()
        text = said.inner_text()
    assert "lost or damaged: 1 × \\hat f(\\xi)" in text
    assert "markup added: <font> 1" in text
