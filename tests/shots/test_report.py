"""The report of visual regression: complete, safe, and readable with and without script."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from renderer.browser.session import Tab
from renderer.shots import report as module
from renderer.shots.clippings import Cutter
from renderer.shots.model import Box, Case, Change, Result, Run
from renderer.shots.report import report
from renderer.shots.wording import told_apart

from .samples import HERE, SQUARE, capture, change, formula, redrawn, reworded

EVIL = """<script>alert(1)</script>"'</style></code><img src=x onerror=alert(2)>&amp;"""


def _soup(*results: Result, **more: tuple[str, ...]) -> Any:
    return BeautifulSoup(report(Run(results, fingerprint=HERE, **more)), "html.parser")


def test_each_changed_formula_has_one_card_with_its_pictures() -> None:
    """A card names the formula, its TeX and all that changed, with three pictures of the place."""
    soup = _soup(redrawn("a", [2, 3]), redrawn("b", [5]))
    cards = soup.select(".card")
    assert [card["data-page"] for card in cards] == ["a", "a", "b"]
    assert [card.h3.get_text().split()[1] for card in cards] == ["2", "3", "5"]
    assert [card.select_one(".tex").get_text().strip() for card in cards] == [
        "x_{2}",
        "x_{3}",
        "x_{5}",
    ]
    for card in cards:
        pictures = card.select(".trio img")
        assert len(pictures) == 3
        assert all(picture["src"].startswith("data:image/png;base64,") for picture in pictures)
    assert soup.h1.get_text() == "3 changes on 2 pages"


def test_the_same_change_in_many_looks_is_one_card() -> None:
    """Looks in which a change is the same to the last pixel share its picture, and are named."""
    soup = _soup(redrawn("a", [2], 390), redrawn("a", [2], 800))
    (card,) = soup.select(".card")
    assert len(card.select(".trio")) == 1
    assert [li.get_text() for li in card.select(".looks li")] == [
        "390-light-typeset",
        "800-light-typeset",
    ]


def test_words_are_compared_before_and_after() -> None:
    """TeX and MathML show what has gone and what has come, and both formulas are drawn."""
    soup = _soup(reworded("a", "x^3", SQUARE.replace("2", "3")))
    assert [each.get_text() for each in soup.select("del")] == ["2", "2"]
    assert [each.get_text() for each in soup.select("ins")] == ["3", "3"]
    assert [each.get_text() for each in soup.select(".drawn mn")] == ["2", "3"] * 2


def test_what_comes_from_pages_is_only_text() -> None:
    """TeX, MathML, names, notes and messages cannot become markup."""
    bad = reworded("a", EVIL, f"<math><mi>x</mi>{EVIL}</math>")
    case = Case(EVIL, 800)
    worse = Result(
        case, "changed", (Change("console", case, 0, "", EVIL, EVIL, EVIL, EVIL),), (EVIL,)
    )
    soup = _soup(bad, worse, Result(case, "new"), orphans=(EVIL,))
    assert len(soup.select("script")) == len(soup.select("style")) == 1
    assert [img for img in soup.select("img") if not img["src"].startswith("data:image/png")] == []
    assert not [
        tag for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)
    ]
    assert soup.get_text().count(EVIL) >= 6


def test_a_run_without_changes_says_so_and_has_no_script() -> None:
    """Nothing to filter, nothing to look at; notes and orphans are told all the same."""
    soup = _soup(
        Result(Case("a", 800), "same", notes=("pixels are not compared",)), orphans=("b/1",)
    )
    assert soup.h1.get_text() == "Nothing has changed"
    assert not soup.select("script, form, .card")
    assert "pixels are not compared" in soup.select_one(".notes").get_text()
    assert "b/1" in soup.select_one(".notes").get_text()


def test_new_cases_are_shown_to_be_looked_at() -> None:
    """After a first run the report shows what was written, with what is wrong on it."""
    case = Case("a", 390)
    seen = capture(case, [formula(1), replace(formula(2), error="Missing close brace")])
    soup = _soup(Result(Case("a", 800), "new"), Result(case, "new", actual=seen))
    assert soup.h1.get_text() == "Nothing to compare with yet"
    bare, whole = soup.select(".first")
    assert bare.h3.get_text() == "a/800-light-typeset 0 formulas"
    assert whole.h3.get_text() == "a/390-light-typeset 2 formulas"
    assert [(img["width"], img["height"]) for img in whole.select("img")] == [("200", "400")]
    (wrong,) = whole.select(".wrong li")
    assert wrong.get_text().startswith("Formula 2 has an error: Missing close brace")


def test_pages_that_could_not_be_seen_are_told() -> None:
    """A run in which a page did not open is not reported as good."""
    soup = _soup(Result(Case("a", 800), "same"), problems=("b.html: it does not open",))
    assert soup.h1.get_text() == "Not everything could be seen"
    assert soup.select_one(".notes.bad li").get_text() == "b.html: it does not open"


def test_a_formula_that_is_gone_is_not_the_one_in_its_place() -> None:
    """The removed formula 2 and the changed formula 2 have a card each."""
    case = Case("a", 800)
    gone, other = formula(2, "y"), formula(2, "z")
    changes = (replace(change(case, "removed", gone, "y"), now=None), change(case, "pixels", other))
    soup = _soup(
        Result(case, "changed", changes, (), capture(case, [gone]), capture(case, [other]))
    )
    assert [card["data-kinds"] for card in soup.select(".card")] == ["pixels", "removed"]


def test_pictures_end_where_the_budget_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report that would grow without bound says what it leaves out, and leaves no card out."""
    monkeypatch.setattr(module, "BUDGET", 1)
    soup = _soup(redrawn("a", [1, 2, 3]))
    assert len(soup.select(".card")) == 3
    assert len(soup.select(".trio")) == 1
    assert len(soup.find_all(string=re.compile("left out"))) == 2


def test_a_small_move_is_cut_by_one_frame() -> None:
    """A formula that moved by a pixel is seen to have moved: both pieces show the same place."""
    result = redrawn("a", [2])
    old = result.changes[0]
    assert old.now
    moved = replace(old, kind="moved", now=replace(old.now, x=old.now.x + 1))
    clipping = Cutter(result).clip([moved])
    assert clipping
    assert clipping.expected
    assert clipping.actual
    assert clipping.expected.width == clipping.actual.width == 60 + 1 + 20
    assert clipping.count == 6


def test_the_difference_shows_each_pixel_that_differs() -> None:
    """As many pixels are red as differ, and no others."""
    clipping = Cutter(redrawn("a", [2])).clip(redrawn("a", [2]).changes)
    assert clipping
    assert clipping.difference
    data = b64decode(clipping.difference.uri.partition(",")[2])
    image: Any = Image.open(BytesIO(data)).convert("RGB")
    red = [pixel for pixel in image.get_flattened_data() if pixel[0] > pixel[1] + 50]
    assert len(red) == clipping.count == 6


def test_a_box_outside_of_the_picture_has_no_piece() -> None:
    """What stood below the end of the page is a card without that picture, and no error."""
    result = redrawn("a", [2])
    below = replace(result.changes[0], now=Box(0, 5000, 10, 10))
    clipping = Cutter(result).clip([below])
    assert clipping
    assert clipping.actual is clipping.difference is None


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("a_1+b", "a_2+b", "1", "2"),
        (r"\alpha x", r"\beta x", r"\alpha", r"\beta"),
        ("x", "x", "", ""),
        ("", "x", "", "x"),
        ("(a)", "a", "()", ""),
        ("a" * 3000, "b" * 3000, "a" * 3000, "b" * 3000),
    ],
)
def test_texts_are_told_apart_by_tokens(old: str, new: str, gone: str, come: str) -> None:
    """Both sides come back whole, and what is marked is what only that side has."""
    sides = told_apart(old, new)
    for text, marked, parts in zip((old, new), (gone, come), sides, strict=True):
        assert "".join(part.text for part in parts) == text
        assert "".join(part.text for part in parts if part.changed) == marked


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A report on two pages, on disk."""
    results = (redrawn("a", [2, 3]), reworded("b", "x^3", SQUARE.replace("2", "3")))
    (tmp_path / "report.html").write_text(report(Run(results)), "utf-8")
    return tmp_path / "report.html"


def test_the_report_opens_from_disk_and_is_filtered(
    page: Path, open_page: Callable[..., Tab]
) -> None:
    """Its policy lets its own style and script pass; a filter shows its cards and counts them."""
    tab = open_page(page, viewport={"width": 390, "height": 700})
    shown = tab.page.locator(".card:visible")
    assert shown.count() == 3
    tab.page.get_by_label("Page", exact=True).select_option("a")
    assert shown.count() == 2
    tab.page.get_by_label("Change", exact=True).select_option("tex")
    assert shown.count() == 0
    assert tab.page.locator("output").text_content() == "0 of 3 shown"
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 390
    assert [url for url in tab.requests if not url.startswith(("file:", "data:"))] == []


def test_the_overlay_follows_the_keyboard(page: Path, open_page: Callable[..., Tab]) -> None:
    """The slider has a name, and its keys uncover the actual picture."""
    tab = open_page(page)
    slider = tab.page.get_by_role("slider").first
    slider.focus()
    slider.press("End")
    assert slider.input_value() == "100"
    over = tab.page.locator(".over").first
    assert over.evaluate("each => each.style.clipPath").startswith("inset(0px 0%")
    slider.press("Home")
    assert "100%" in over.evaluate("each => each.style.clipPath")
    assert "percent" in (slider.get_attribute("aria-label") or "")


def test_without_script_all_but_filter_and_overlay_is_there(
    page: Path, open_page: Callable[..., Tab]
) -> None:
    """Cards, words and pictures need no script; what would do nothing is not shown."""
    tab = open_page(page, java_script_enabled=False)
    assert tab.page.locator(".card:visible").count() == 3
    assert tab.page.locator(".trio:visible").count() == 3
    assert tab.page.locator(".filter:visible, .overlay:visible").count() == 0
