"""Baselines are files that people read in a diff and machines share."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from renderer.errors import SourceError
from renderer.shots.baselines import Baselines
from renderer.shots.model import Box, Capture, FormulaRecord

from .captures import CASE, HERE, THERE, drawn, formula, page


@pytest.fixture
def store(tmp_path: Path) -> Baselines:
    return Baselines(tmp_path)


def saved(
    store: Baselines, capture: Capture, *, png: bool = False, others: bool = False
) -> Capture:
    """A capture with pixels, as it was written."""
    whole, _ = drawn(capture)
    assert whole.picture
    store.save(whole, keep_others=others, png=whole.picture.png if png else None)
    return whole


def test_what_is_written_is_read(store: Baselines) -> None:
    """Every fact of a capture comes back, the picture with its parts too."""
    odd = formula("b", 1, number="(2)", error="e", clipped=True, display=True, colour="red")
    whole = saved(store, page("a", odd, errors=("x",), foreign=("h",), shift=0.1), png=True)
    found = store.load(CASE, HERE)
    assert found
    assert found.alike
    assert found.capture == whole


def test_without_a_picture_its_digests_are_kept(store: Baselines) -> None:
    """Pictures are in the folder only if they are asked for."""
    whole = saved(store, page("a"))
    found = store.load(CASE, HERE)
    assert found
    assert whole.picture
    assert found.capture.picture == replace(whole.picture, png=None)
    assert not list(store.folder.rglob("*.webp"))


def test_a_picture_that_is_no_longer_wanted_goes(store: Baselines) -> None:
    """An update without pictures leaves none behind."""
    saved(store, page("a"), png=True)
    assert list(store.folder.rglob("*.webp"))
    saved(store, page("a"))
    assert not list(store.folder.rglob("*.webp"))


def test_two_machines_share_what_the_page_says(store: Baselines) -> None:
    """Each has its own pixels, and neither takes the other's."""
    saved(store, page("a"), png=True)
    there = store.load(CASE, THERE)
    assert there
    assert there.capture.picture is None
    assert not there.alike
    assert there.prints == (HERE,)
    saved(
        store, page(formula("a", box=Box(5, 5, 30, 12)), fingerprint=THERE), png=True, others=True
    )
    here, there = store.load(CASE, HERE), store.load(CASE, THERE)
    assert here
    assert there
    assert here.capture.picture
    assert there.capture.picture
    assert here.capture.formulas[0].box != there.capture.formulas[0].box
    assert here.alike
    assert not there.alike
    assert len(list(store.folder.rglob("*.webp"))) == 2


def test_what_a_change_makes_stale_goes(store: Baselines) -> None:
    """When the page says something else, the pixels of other machines mean nothing any more."""
    saved(store, page("a"), png=True)
    saved(store, page("b", fingerprint=THERE), png=True)
    assert [path.name.split(".")[1] for path in store.folder.rglob("*.webp")] == [THERE.key]
    found = store.load(CASE, HERE)
    assert found
    assert found.capture.picture is None


def test_a_changed_formula_is_a_small_diff(store: Baselines) -> None:
    """One formula of fifty that is edited changes its own lines and the digests of the picture."""
    names = [f"x_{{{n}}}" for n in range(50)]
    boxes = [Box(10, 5 * n, 30, 4) for n in range(50)]

    def written(texts: list[str]) -> list[str]:
        formulas: list[FormulaRecord] = [
            formula(tex, n, box=box) for n, (tex, box) in enumerate(zip(texts, boxes, strict=True))
        ]
        saved(store, page(*formulas))
        return (store.folder / f"{CASE.page}.json").read_text("utf-8").splitlines()

    before, after = written(names), written([*names[:20], "y", *names[21:]])
    assert len(before) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) <= 5


def test_names_and_removal(store: Baselines) -> None:
    """Only baselines count as such; one that is removed takes its picture and its folder along."""
    saved(store, page("a"), png=True)
    (store.folder / "notes.json").write_text("{}")
    assert list(store.names()) == [CASE.name]
    store.remove([CASE.name])
    assert [path.name for path in store.folder.iterdir()] == ["notes.json"]


BARE = json.dumps(
    {
        "format": 2,
        "most": {},
        "formulas": [{"tex": "x"}],
        "looks": {"390-light-typeset": {"measured": ""}},
    }
)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 99}', '{"format": 2, "formulas": [{"size": 1}]}', BARE]
)
def test_a_damaged_baseline_is_an_error_with_its_path(store: Baselines, text: str) -> None:
    """Nothing is compared with half a file, and the line says which one it is."""
    path = store.folder / f"{CASE.page}.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(SourceError, match=r"blog/a\.json: is no baseline"):
        store.load(CASE, HERE)


def test_the_file_is_sorted_out_for_people(store: Baselines) -> None:
    """TeX stands first in each formula, MathML last, and what is alike in most is said once."""
    saved(store, page("a", "b", formula("c", 2, font="Arial")))
    record = json.loads((store.folder / f"{CASE.page}.json").read_text("utf-8"))
    assert record["most"]["font"] == "MJX"
    assert [[*each][:: len(each) - 1] for each in record["formulas"]] == [["tex", "mathml"]] * 3
    assert ["font" in each for each in record["formulas"]] == [False, False, True]


def looks(store: Baselines, *captures: Capture) -> None:
    """Captures of one page, each in a look of its own, written and read again."""
    for capture in captures:
        store.save(capture, keep_others=False, png=None)
    for capture in captures:
        found = store.load(capture.case, HERE)
        assert found
        assert found.capture == unplaced(capture)


def unplaced(capture: Capture) -> Capture:
    """What of it does not depend on pixels."""
    formulas = tuple(replace(each, box=None) for each in capture.formulas)
    return replace(capture, formulas=formulas, fingerprint=None, picture=None)


def test_what_looks_share_is_said_once(store: Baselines) -> None:
    """Other colours, one other size and a formula less each come back, and cost a line or two."""
    light = page("a", "b", "c", shift=0.0, sideways=3)
    narrow, print_, short = (replace(CASE, width=width) for width in (320, 500, 900))
    dark = [replace(each, colour="white", ground="black") for each in light.formulas]
    wider = [*light.formulas[:2], replace(light.formulas[2], width=9.5, font="", clipped=True)]
    others = [
        replace(light, case=narrow, formulas=tuple(dark)),
        replace(light, case=print_, formulas=tuple(wider), shift=None, errors=("e",)),
        replace(page("a", "c", "d"), case=short, title=""),
    ]
    looks(store, light, *others)
    text = (store.folder / f"{CASE.page}.json").read_text("utf-8")
    assert [text.count(f"<mi>{name}</mi>") for name in "abcd"] == [1] * 4
    assert text.count("\n") < 40
    assert list(store.names()) == sorted(each.case.name for each in (light, *others))


def test_what_a_page_repeats_is_said_once(store: Baselines) -> None:
    """A formula that was there before is its TeX, and what is different about it."""
    repeated = [formula("a", 0), formula("b", 1), formula("a", 2), formula("a", 3, number="(1)")]
    looks(store, page(*repeated, formula("a", 4, mathml="", width=1.0)))
    record = json.loads((store.folder / f"{CASE.page}.json").read_text("utf-8"))
    assert record["formulas"][2:] == [
        "a",
        {"tex": "a", "number": "(1)"},
        {"tex": "a", "mathml": None, "size": "1 2 0.5"},
    ]


def test_what_is_measured_anew_is_no_diff(store: Baselines) -> None:
    """An update leaves sizes as they were where they differ by no more than measuring does."""
    path = store.folder / f"{CASE.page}.json"
    store.save(page("a", "b", "c"), keep_others=False, png=None)
    before = path.read_text("utf-8").splitlines()
    again = page(formula("a", 0, width=4.01), formula("b", 1, width=4.2), formula("c", 2))
    store.save(again, keep_others=False, png=None)
    after = path.read_text("utf-8").splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [
        '  {"tex": "b", "size": "4.2 2 0.5", "mathml": "<math><mi>b</mi></math>"},'
    ]


def test_a_look_that_goes_leaves_the_others(store: Baselines) -> None:
    """The facts that only the first look had go with it."""
    dark = replace(page("z"), case=replace(CASE, scheme="dark"))
    looks(store, page("a", "b"), dark)
    store.remove([CASE.name])
    assert list(store.names()) == [dark.case.name]
    found = store.load(dark.case, HERE)
    assert found
    assert found.capture == unplaced(dark)
    assert "<mi>a</mi>" not in (store.folder / f"{CASE.page}.json").read_text("utf-8")
