"""What comes of a run: exit codes, baselines, messages; the camera is a fake."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest

import renderer.browser.shots
from renderer.cli import main
from renderer.errors import EnvironmentFault, SourceError
from renderer.shots import pixels
from renderer.shots.model import Capture, Case, Fingerprint, Picture

from .captures import HERE, THERE, drawn, formula, page


class FakeCamera:
    """Sees pages that are made by hand: their formulas are the words of the file."""

    def __init__(self) -> None:
        self.fingerprint: Fingerprint = HERE
        self.taken: list[str] = []
        self.unpictured: list[str] = []
        self.steady = True
        self.is_spent = False
        self.asked: tuple[str, ...] = ()
        self.asks: tuple[str, ...] | None = None  # besides the page
        self.foreign: tuple[str, ...] = ()
        self.spots: tuple[tuple[int, int], ...] = ()
        self._lock = Lock()

    def capture(
        self, case: Case, address: str, known: str | None = ""
    ) -> tuple[Capture, tuple[bytes, ...]]:
        with self._lock:
            self.taken.append(case.name)
            nth = self.taken.count(case.name)
        if self.asks is not None:
            self.asked = (address, *(urljoin(address, each) for each in self.asks))
        words = self.words(address)
        if not words:
            raise SourceError(address, "the server answers 404")
        if not self.steady and nth % 2 == 0:
            words = [*words, "passing"]
        formulas = [formula(word, n) for n, word in enumerate(words) if word != "-"]
        bare = page(*formulas, fingerprint=self.fingerprint, foreign=self.foreign)
        if known is None:
            self.unpictured.append(case.name)
            return replace(bare, case=case), ()
        seen, image = drawn(replace(bare, case=case), spots=self.spots)
        png = pixels.quickly_packed(image)
        picture = Picture(sha256(png).hexdigest(), image.width, image.height)
        return replace(seen, picture=picture), (png,)

    def words(self, address: str) -> list[str]:
        with urlopen(address) as answer:
            text: str = answer.read().decode()
        return text.split()


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> FakeCamera:
    """The one camera of all browsers."""
    fake = FakeCamera()

    @contextmanager
    def open_camera(view: object) -> Iterator[FakeCamera]:
        yield fake

    monkeypatch.setattr(renderer.browser.shots, "open_camera", open_camera)
    return fake


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site of two pages, in the working folder; nothing says that this is a build server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("MATHWARD_CACHE", "none")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "a.html").write_text("x y z")
    (folder / "b.html").write_text("u v")
    return folder


Shots = Callable[..., tuple[int, str, str]]


@pytest.fixture
def shots(camera: FakeCamera, capsys: pytest.CaptureFixture[str]) -> Shots:
    """``shots(*arguments) -> (exit code, standard output, standard error)``"""

    def shots(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["shots", *arguments])
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, captured.out, captured.err

    return shots


def test_the_first_run_writes_and_wants_to_be_looked_at(shots: Shots, site: Path) -> None:
    """New cases end with 1, and the next run is good; a page is one file of JSON."""
    code, out, _ = shots("site")
    assert code == 1
    assert out.count("new: look at it") == 4
    assert len(list(Path("shots").rglob("*.json"))) == 2
    code, out, err = shots("site")
    assert (code, out) == (0, "")
    assert "4 cases: 4 same" in err


def test_a_first_look_tells_what_is_odd(shots: Shots, site: Path, camera: FakeCamera) -> None:
    """A host out of reach and a page without formulas are remarks, so that no one keeps them unseen."""
    camera.foreign = ("cdn.example",)
    (site / "c.html").write_text("-")
    code, _, err = shots("site", "--viewport", "390")
    assert code == 1
    assert "note: a page asks cdn.example, which it may not (--allow-host) (3 cases)" in err
    assert "note: c/390-light-typeset shows no formula" in err
    code, _, err = shots("site", "--viewport", "390")
    assert (code, err.count("note: ")) == (0, 0)


def test_what_is_the_same_is_looked_at_once(shots: Shots, site: Path, camera: FakeCamera) -> None:
    """An unchanged page costs one capture, a changed one a second to be sure."""
    shots("site", "--viewport", "390")
    camera.taken.clear()
    (site / "b.html").write_text("u w")
    shots("site", "--viewport", "390")
    assert sorted(camera.taken) == ["a/390-light-typeset", *["b/390-light-typeset"] * 2]


def test_a_change_is_named_until_it_is_kept(shots: Shots, site: Path) -> None:
    """Page, formula and TeX are told with exit code 1 and a report, until ``--update``."""
    shots("site")
    (site / "a.html").write_text("x q z")
    code, out, err = shots("site", "--viewport", "390")
    assert code == 1
    assert out == "a/390-light-typeset: formula 2 (q): its TeX is “q”, was “y”\n"
    assert "report: " in err
    assert Path("shots-report/index.html").is_file()
    assert shots("site", "--viewport", "390")[0] == 1
    assert shots("site", "--update")[0] == 0
    assert shots("site")[0] == 0


def test_update_of_some(shots: Shots, site: Path) -> None:
    """``--only`` updates what it names and leaves the others as they were."""
    shots("site")
    for name in "ab":
        (site / f"{name}.html").write_text("other words")
    assert shots("site", "--update", "--only", "a")[0] == 0
    code, out, _ = shots("site")
    assert code == 1
    assert {line.split("/")[0] for line in out.splitlines()} == {"b"}


def test_one_pixel_is_a_finding(shots: Shots, site: Path, camera: FakeCamera) -> None:
    """Where the page says the same, its pixels have the last word."""
    shots("site", "--viewport", "390", "--only", "a")
    camera.spots = ((12, 55),)
    code, out, _ = shots("site", "--viewport", "390", "--only", "a")
    assert code == 1
    assert out == "a/390-light-typeset: formula 2 (y): looks different, though it says the same\n"


def test_another_machine_is_no_finding(shots: Shots, site: Path, camera: FakeCamera) -> None:
    """Pixels of another browser are not compared, which is said; what the page says still is."""
    shots("site")
    camera.fingerprint, camera.spots = THERE, ((12, 55),)
    code, _, err = shots("site")
    assert code == 0
    assert "note: pixels are not compared" in err
    (site / "a.html").write_text("x q z")
    assert shots("site")[0] == 1
    (site / "a.html").write_text("x y z")
    assert shots("site", "--update")[0] == 0
    for there in (HERE, THERE):  # each has its own pixels now
        camera.fingerprint, camera.spots = there, ((12, 55),) if there is THERE else ()
        code, _, err = shots("site")
        assert code == 0
        assert "not compared" not in err


def test_without_pixels_what_pages_say_is_compared(
    shots: Shots, site: Path, camera: FakeCamera
) -> None:
    """``--no-pixels`` keeps none, takes no picture of what is as it was, and finds what is not."""
    options = ("site", "--viewport", "390", "--no-pixels")
    assert shots(*options)[0] == 1
    assert "pixels" not in Path("shots/a.json").read_text()
    camera.spots = ((12, 55),)
    code, out, err = shots(*options)
    assert (code, out, "not compared" in err) == (0, "", False)
    assert sorted(camera.unpictured) == ["a/390-light-typeset", "b/390-light-typeset"]
    (site / "a.html").write_text("x q z")
    code, out, _ = shots(*options)
    assert (code, out.count("its TeX is")) == (1, 1)
    assert "data:image" in Path("shots-report/index.html").read_text()
    assert shots(*options, "--update")[0] == shots(*options)[0] == 0


def test_what_is_seen_only_once_is_no_finding(shots: Shots, site: Path, camera: FakeCamera) -> None:
    """A page that is different each time is looked at again, and a remark tells of it."""
    shots("site", "--viewport", "390", "--only", "a")
    camera.steady = False
    camera.taken.append("a/390-light-typeset")
    del camera.taken[:-1]
    code, _, err = shots("site", "--viewport", "390", "--only", "a")
    assert code == 0
    assert "note: not steady" in err


def test_a_build_server_writes_nothing(
    shots: Shots, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the variable CI a new page is a finding and no file; ``--update`` is refused."""
    monkeypatch.setenv("CI", "true")
    code, _, err = shots("site")
    assert code == 1
    assert "none is written here" in err
    assert not Path("shots").exists()
    assert shots("site", "--update")[0] == 2
    assert shots("site", "--update", "--no-ci")[0] == 0
    assert shots("site")[0] == 0


def test_orphans_are_named_and_pruned(shots: Shots, site: Path) -> None:
    """A page that is gone leaves a baseline, which is told and, if asked for, removed."""
    shots("site")
    (site / "b.html").unlink()
    code, _, err = shots("site")
    assert code == 0
    assert "b/390-light-typeset: orphan" in err
    narrow = shots("site", "--viewport", "390")[2]  # of the pages that are there no look is missed
    assert narrow.count("orphan") == narrow.count("b/") == 2
    assert shots("site/a.html", "--prune")[0] == 2
    assert shots("site", "--prune", "--viewport", "390")[0] == 0
    assert not Path("shots/b.json").exists()
    assert Path("shots/a.json").exists()


def test_a_configuration_says_what_is_shot(shots: Shots, site: Path) -> None:
    """``[shots]`` names pages, widths and folders, as seen from its own file."""
    Path("mathward.toml").write_text(
        '[shots]\npages = ["site"]\nbaselines = "kept"\nwidths = [500]\nschemes = ["light", "dark"]\n'
    )
    assert shots()[0] == 1
    looks = json.loads(Path("kept/a.json").read_text())["looks"]
    assert list(looks) == ["500-dark-typeset", "500-light-typeset"]


USAGE = {
    "nothing": [],
    "no such file": ["missing.html"],
    "no page": ["notes.pdf"],
    "no case": ["site", "--only", "zzz"],
    "size": ["site", "--viewport", "wide"],
    "width": ["site", "--viewport", "10"],
}


@pytest.mark.parametrize("arguments", USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_is_two(shots: Shots, site: Path, arguments: list[str]) -> None:
    """What cannot be understood ends with 2 and one line, and writes nothing."""
    Path("notes.pdf").write_text("")
    code, out, err = shots(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert not Path("shots").exists()


def test_a_page_that_cannot_be_opened_is_two(shots: Shots, site: Path) -> None:
    """The others are looked at all the same."""
    (site / "a.html").write_text("")
    code, out, err = shots("site", "--viewport", "390")
    assert code == 2
    assert "404" in err
    assert "b/390-light-typeset: new" in out


def test_no_browser_is_three(shots: Shots, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a browser nothing is called good."""

    def fail(view: object) -> Any:
        raise EnvironmentFault("no Chromium found", "`mathward doctor --fix` installs one")

    monkeypatch.setattr(renderer.browser.shots, "open_camera", fail)
    code, _, err = shots("site")
    assert code == 3
    assert "mathward doctor --fix" in err


def test_json_lines(shots: Shots, site: Path) -> None:
    """Every case and every change is a line of JSON, and the last one counts them."""
    shots("site", "--viewport", "390")
    (site / "a.html").write_text("x y w")
    _, out, _ = shots("site", "--viewport", "390", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    (change,) = [line for line in lines if line["type"] == "change"]
    assert (change["page"], change["kind"], change["formula"], change["tex"]) == (
        "a",
        "tex",
        3,
        "w",
    )
    assert {line["case"] for line in lines if line["type"] == "case"} == {
        "a/390-light-typeset",
        "b/390-light-typeset",
    }
    assert (lines[-1]["same"], lines[-1]["changed"]) == (1, 1)


def test_pictures_are_kept_as_asked(shots: Shots, site: Path) -> None:
    """``all`` keeps every picture, ``failing`` those of cases that have differed, ``none`` none."""

    def count() -> int:
        return len(list(Path("shots").rglob("*.webp")))

    shots("site", "--viewport", "390")
    assert count() == 0
    (site / "a.html").write_text("x q z")
    shots("site", "--viewport", "390", "--update")
    assert count() == 1
    shots("site", "--viewport", "390", "--update", "--images", "all")
    assert count() == 2
    shots("site", "--viewport", "390", "--update", "--images", "none")
    assert count() == 0
