"""The laws that ``./run fuzz`` hunts breaches of: they hold, and a breach is seen and kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderer import Document, Options, render

from .fuzz import __main__ as fuzz
from .fuzz import laws
from .fuzz.alphabet import EVERY

hostile_text = st.lists(st.sampled_from(EVERY), max_size=25).map("".join)


@given(hostile_text)
@example("<svg><style><img src=x onerror=1></style></svg>")
@example("# [a](https://b.c)[^1] $x$ <kbd>d</kbd>\n\n[^1]: e")
@example('|a|\n|-|\n|<details>|\n\n<details>\n\n[x](<javascript:y> "\'<z>")')
@pytest.mark.parametrize("mode", laws.MODES)
def test_laws_hold_for_every_text(mode: str, text: str) -> None:
    """No text raises, brings an element of its own, or is read otherwise when written again."""
    assert laws.breach(text, mode) == ""


@given(st.lists(st.sampled_from(EVERY), min_size=1, max_size=4).map("".join))
@pytest.mark.parametrize("mode", ["llm", "all"])
def test_a_text_repeated_costs_no_more_than_its_length(mode: str, text: str) -> None:
    """Whatever is repeated a thousand times over: a fixed time for each character."""
    assert laws.breach(text, mode, seconds=laws.SECONDS if laws.is_sampled(text, 4) else 0) == ""


def _document(**changes: object) -> Callable[[str, Options], Document]:
    """A renderer that gets one thing wrong."""
    return lambda text, options: replace(render(text, options), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("law", "html"),
    [
        ("element", "<p><script>x</script></p>"), ("attribute", '<p style="x">a</p>'),
        ("attribute", '<p onclick="x">a</p>'), ("attribute", '<p><a href="java\nscript:x">a</a></p>'),
        ("parse", "<p><em>a</p>"), ("parse", "a</p>"), ("parse", "<p>a < b <c</p>"), ("comment", "<p><!--a--></p>"),
        ("parse", '<p class="a"b">c</p>'), ("id", '<p id="a">b</p>'), ("id", '<p id="md-a">b</p><p id="md-a">b</p>'),
        ("deceptive", "<p>\u202e</p>"), ("mutates", "<pre>\n\na</pre>"),
    ],
)  # fmt: skip
def test_breaches_are_seen(monkeypatch: pytest.MonkeyPatch, law: str, html: str) -> None:
    """Each law catches what it is there for."""
    monkeypatch.setattr(laws, "render", _document(html=html))
    assert laws.breach("$x$", "llm").startswith(law)


def test_faults_of_the_renderer_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception, a source that is not verbatim, memory between renderings, and slowness."""
    monkeypatch.setattr(laws, "render", lambda *_: 1 / 0)
    assert laws.breach("a", "llm").startswith("raises")
    formula = replace(render("$x$").formulas[0], source="$y$")
    monkeypatch.setattr(laws, "render", _document(formulas=(formula,)))
    assert laws.breach("$x$", "llm").startswith("verbatim")
    documents = iter((render("a"), render("b")))
    monkeypatch.setattr(laws, "render", lambda *_: next(documents))
    assert laws.breach("a", "llm").startswith("unequal")
    monkeypatch.undo()
    monkeypatch.setattr(laws, "_cost", lambda text, _: len(text) ** 2)
    assert laws.breach("a", "llm", seconds=1).startswith("slow")
    monkeypatch.setattr(laws, "_cost", lambda text, _: len(text))
    assert laws.breach("a", "llm", seconds=1) == ""


def test_found_texts_are_kept_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One input for each law and place in the code; the line to repeat it with is told."""
    monkeypatch.setattr(fuzz, "_FOUND", tmp_path)
    monkeypatch.setattr(fuzz, "ROOT", tmp_path)
    told: list[str] = []
    monkeypatch.setattr(fuzz, "say", told.append)
    first = fuzz.keep("raises\n  File a, line 1\nValueError: b", b"\0one")
    assert fuzz.keep("raises\n  File a, line 1\nValueError: c", b"\0two") == first
    assert fuzz.keep("raises\n  File a, line 2\nValueError: b", b"\0three") != first
    assert first.read_bytes() == b"\0one"
    assert f"./run fuzz --replay {first.name}" in told[0]
    assert len(told) == 2


def test_replay_and_missing_atheris(tmp_path: Path, root: Path) -> None:
    """A kept text is told with its mode and what it breaks; without atheris the exit code is 3."""
    kept = tmp_path / "found"
    kept.write_bytes(b"\x01a $x$ \xff")
    command = [sys.executable, "-m", "tests.fuzz"]
    done = subprocess.run(
        [*command, "--replay", str(kept)], cwd=root, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (
        0,
        "fuzz: mode strict: 'a $x$ \\udcff'\nfuzz: breaks no law\n",
    )
    without = "import runpy, sys; sys.modules['atheris'] = None; sys.argv = ['x', '--seconds', '0']; runpy.run_module('tests.fuzz', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", without], cwd=root, capture_output=True, text=True)
    assert done.returncode == 3
    assert "atheris is not here" in done.stderr
