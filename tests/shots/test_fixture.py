"""The fixture ``math_snapshot`` as people use it, in a pytest of their own; the camera is a fake."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from .test_run import FakeCamera, camera  # noqa: F401 - a fixture

PLUGIN = "renderer.integrations.pytest_plugin"

TEST = """
def test_article(math_snapshot):
    math_snapshot("<p>{words}")
    math_snapshot("page.html", "file", width=500)
"""


@pytest.fixture
def run(
    pytester: pytest.Pytester,
    camera: FakeCamera,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> object:
    """``run(words, *arguments) -> RunResult``"""
    monkeypatch.delenv("CI", raising=False)
    camera.words = lambda address: _words(FakeCamera.words(camera, address))  # type: ignore[method-assign]
    pytester.makefile(".html", page="<p>u v")

    def run(words: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_site=TEST.format(words=words))
        known = entry_points(group="pytest11", name="mathward")
        return pytester.runpytest_inprocess(
            *([] if known else ["-p", PLUGIN]),
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            *arguments,
        )

    return run


def _words(words: list[str]) -> list[str]:
    """The text of the page without its tags."""
    return " ".join(words).rpartition("<p>")[2].split()


def test_first_new_then_good_then_changed_then_kept(run: object, pytester: pytest.Pytester) -> None:
    """A test fails until its page was looked at, passes, and fails by the formula's name."""
    assert callable(run)
    new = run("x y")
    assert new.ret == 1
    new.stdout.fnmatch_lines(["*test_site/test_article/1280-light-typeset is new: written to*"])
    run("x y")  # the second page of the test is new now
    assert run("x y").ret == 0
    names = sorted(path.name for path in pytester.path.rglob("shots/test_site/*"))
    assert names == ["test_article-file.json", "test_article.json"]
    changed = run("x q")
    assert changed.ret == 1
    changed.stdout.fnmatch_lines(["*formula 2 (q): its TeX is*", "*report: *index.html*"])
    assert run("x q", "--math-update").ret == 0
    assert run("x q").ret == 0


def test_a_build_server_writes_nothing(
    run: object, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where CI is set a page without a baseline fails, and none is written."""
    assert callable(run)
    monkeypatch.setenv("CI", "1")
    result = run("x y")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*none is written here*"])
    assert not (pytester.path / "shots").exists()


def test_two_pages_of_one_test_need_names(pytester: pytest.Pytester, run: object) -> None:
    """The second page without a name is an error that says so."""
    assert callable(run)
    run("x y", "--math-update")
    pytester.makepyfile(
        test_two="def test(math_snapshot):\n    math_snapshot('page.html', 'a')\n    math_snapshot('page.html', 'a')\n"
    )
    known = entry_points(group="pytest11", name="mathward")
    arguments = [] if known else ["-p", PLUGIN]
    result = pytester.runpytest_inprocess(*arguments, "--math-update", "test_two.py")
    result.stdout.fnmatch_lines(["*give each page of a test a name*"])
