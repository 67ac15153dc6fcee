"""What pages are called, and what may be said of how they are shot."""

from __future__ import annotations

from pathlib import Path

import pytest

from renderer.errors import OptionError
from renderer.shots.pages import name_of_address, name_of_file, pages_below
from renderer.shots.settings import ShotSettings
from renderer.visual import matches

ADDRESSES = {
    "http://localhost:8000/": "index",
    "http://127.0.0.1:5000/blog/a/": "blog/a",
    "http://localhost/blog/a.html?v=2": "blog/a.html/v-2",
    "http://localhost/?page=2": "index/page-2",
    "https://example.org": "example.org/index",
    "https://example.org/x y/%E6%95%B0.html": "example.org/x-y/数",
    "http://localhost/../../etc/passwd": "etc/passwd",
}


@pytest.mark.parametrize(("address", "name"), ADDRESSES.items())
def test_an_address_becomes_a_path(address: str, name: str) -> None:
    """The name is the same for every port, and never leads out of the folder of baselines."""
    assert name_of_address(address) == name


def test_pages_of_a_folder_are_named_after_their_path(tmp_path: Path) -> None:
    """Pages at any depth are found; what is hidden, a tool's or XML is not."""
    for name in (
        "b/index.html",
        "a.htm",
        ".git/x.html",
        "node_modules/y.html",
        "b/c.txt",
        "d.xhtml",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    names = [name_of_file(path, tmp_path) for path in pages_below(tmp_path)]
    assert names == ["a", "b/index"]


def test_the_matrix_is_the_product() -> None:
    """Every width in every scheme in every state, each once."""
    values = {"widths": [320, 800, 320], "schemes": ["light", "dark"], "states": "print"}
    cases = ShotSettings.from_mapping(values).cases("p")
    assert [case.look for case in cases] == [
        "320-light-print", "320-dark-print", "800-light-print", "800-dark-print",
    ]  # fmt: skip


WRONG = {
    "shots.width: no such key; did you mean widths": {"width": 3},
    "shots.widths: expected a number": {"widths": [1]},
    "shots.schemes: expected light, dark": {"schemes": ["blue"]},
    "shots.states: expected one at least": {"states": []},
    "shots.ratio: expected a number": {"ratio": "2"},
    "shots.pages: expected text": {"pages": [3]},
}


@pytest.mark.parametrize(("message", "values"), WRONG.items())
def test_a_wrong_setting_is_named(message: str, values: dict[str, object]) -> None:
    """A slip is told with its key, and with the nearest right one."""
    with pytest.raises(OptionError, match=message.replace("(", r"\(")):
        ShotSettings.from_mapping(values)


@pytest.mark.parametrize(
    ("images", "differed", "kept"),
    [
        ("all", False, True),
        ("none", True, False),
        ("failing", False, False),
        ("failing", True, True),
        (["p/*"], False, True),
        (["q/*"], True, False),
    ],
)
def test_which_pictures_are_kept(images: object, differed: bool, kept: bool) -> None:
    """All, none, those of cases that have differed once, or those with such a name."""
    settings = ShotSettings.from_mapping({"images": images})
    (case, *_) = settings.cases("p")
    assert settings.keeps(case, has_differed=differed) == kept


def test_only_means_pages_and_looks() -> None:
    """A glob of ``--only`` may name a page or one of its looks."""
    assert matches("blog/a/390-light-typeset", "blog/a")
    assert matches("blog/a/390-light-typeset", "*/390-*")
    assert not matches("blog/a/390-light-typeset", "a")
